#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hold scenarios against `hptsim schema` with a validator that is not hptsim's.

usage: check_schema.py HPTSIM SOURCE

Whatever hptsim takes has to fit. Of what it refuses a schema can refuse the most, but not what is about
several keys, the size of a size, or YAML itself: how many is said. Prints TAP.
"""
import collections
import json
import os
import re
import subprocess
import sys

import jsonschema
import yaml

from check_bad import expected, scenarios

# kinds of mistake that an editor has to mark
MARKED = {"unknown-key", "missing-key", "wrong-type", "missing-value", "missing-unit", "bad-unit", "bad-size", "bad-time",
          "bad-number", "bad-boolean", "unknown-value", "bad-name", "empty-list", "one-event", "one-fault", "superfluous-key"}
# those of them that no schema can tell, and why
UNMARKED = {
    "at-on-wait.yaml": "'at' is no value of a key, but beside it",
    "vcpus-leading-zero.yaml": "to YAML it is a number like any other",
}


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, which editors go by: yes and 1:30 are text"""


Core.yaml_implicit_resolvers = {}
for tag, regexp, first in (("null", r"~|null|Null|NULL|$", "~nN\0"), ("bool", r"true|false|True|False|TRUE|FALSE", "tTfF"),
                           ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
                           ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")):
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:%s)$" % regexp), list(first.replace("\0", "")) +
                               ([""] if "\0" in first else []))
# 010 is ten there
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 16 if "0x" in node.value else 10))


def load(path):
    with open(path, encoding="utf-8") as f:
        return yaml.load(f, Core)


def complaints(validator, path):
    """what the schema has against a file; None: the file is no YAML"""
    try:
        return list(validator.iter_errors(load(path)))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, TypeError):
        return None


def short(errors):
    return "; ".join("%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:150]) for e in errors[:3])


def good(validator, paths):
    for path in paths:
        wrong = complaints(validator, path)
        if wrong is None:
            yield "%s: PyYAML cannot read it" % path
        elif wrong:
            yield "%s: %s" % (path, short(wrong))


def bad(validator, paths, note):
    missed = collections.Counter()
    count = refused = unreadable = 0
    for path in paths:
        rules = {error[-1] for error in expected(path) if error[0] == path}
        wrong = complaints(validator, path)
        count += 1
        unreadable += wrong is None
        refused += bool(wrong)
        if wrong == []:
            missed.update(rules)
            if rules & MARKED and os.path.basename(path) not in UNMARKED:
                yield "%s: %s is let through" % (path, ", ".join(rules & MARKED))
        elif os.path.basename(path) in UNMARKED:
            yield "%s is refused: UNMARKED need not name it" % path
    note("%d scenarios that hptsim refuses: the schema refuses %d, %d are no YAML, %d it cannot refuse: %s"
         % (count, refused, unreadable, count - refused - unreadable, ", ".join("%s %d" % row for row in sorted(missed.items()))))


def descriptions(schema):
    """an editor shows what a key means: every one says it"""
    def walk(place, node):
        for name, inner in node.get("properties", {}).items():
            # what a rule says of a key that is explained elsewhere is not for people
            if not isinstance(inner, bool) and "description" not in inner and "$ref" not in inner and "const" not in inner:
                yield "%s/%s has no description" % (place, name)
        for name, inner in node.items():
            for child in inner if isinstance(inner, list) else [inner]:
                if isinstance(child, dict):
                    yield from walk("%s/%s" % (place, name), child)
    return walk("", schema)


def main():
    binary, source = sys.argv[1:]
    text = subprocess.run([binary, "schema"], check=True, capture_output=True, text=True).stdout
    schema = json.loads(text)
    validator = jsonschema.Draft7Validator(schema)
    shipped = [os.path.join(directory, name) for directory, folders, names in os.walk(os.path.join(source, "scenarios"))
               if os.path.basename(directory) != "costs" for name in sorted(names) if name.endswith(".yaml")]
    notes = []
    results = [
        ("the schema is one", "editors refuse it", [] if not jsonschema.Draft7Validator.check_schema(schema) else ["?"]),
        ("shipped scenarios", "an editor marks what is right", list(good(validator, shipped))),
        ("good scenarios", "an editor marks what is right", list(good(validator, scenarios(os.path.join(source, "tests/good"))))),
        ("bad scenarios", "an editor does not mark what it could",
         list(bad(validator, scenarios(os.path.join(source, "tests/bad")), notes.append))),
        ("every key is explained", "an editor has nothing to show", list(descriptions(schema))),
    ]
    print("1..%d" % len(results))
    for number, (name, why, wrong) in enumerate(results, 1):
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, name))
        for line in wrong + (["wrong then: " + why] if wrong else []):
            print("# " + line)
    for line in notes:
        print("# " + line)
    if len(shipped) < 30:
        sys.exit("only %d shipped scenarios" % len(shipped))
    return any(wrong for _, _, wrong in results)


if __name__ == "__main__":
    sys.exit(main())
