#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Import libvirt domains and QEMU command lines, and check the scenarios that come of them.

usage: check_import.py BINARY DIRECTORY

A domain DIRECTORY/*.xml begins with a comment: `want guest:` and `want hypervisor:` with JSON, or `error:` with a part
of the message. DIRECTORY/command-lines.tsv has a row per command line. Every scenario that is printed is run. Prints TAP.
"""
import json
import os
import re
import subprocess
import sys

import yaml

from tool import SANITIZER_NOTE


def hptsim(binary, *args, text=None):
    done = subprocess.run([binary, *args], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, SANITIZER_NOTE.sub("", done.stderr)


def complaint(binary, args, want, error, text=None):
    """What is wrong with what `import` makes of it, or None."""
    status, out, err = hptsim(binary, "import", *args, text=text)
    if error:
        if status != 2 or out or error not in err or err.count("\n") != 1:
            return "exit status %d, want 2 and %r: %r%r" % (status, error, out, err)
        return None
    if status:
        return "exit status %d: %s" % (status, err)
    scenario = yaml.safe_load(out)
    for part, value in want.items():
        if scenario[part] != value:
            return "%s is %s, want %s" % (part, json.dumps(scenario[part]), json.dumps(value))
    status, out, err = hptsim(binary, "run", "--no-db", "/dev/stdin", text=out)
    return "the scenario does not run: %s" % err if status else None


def domains(directory):
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".xml"):
            continue
        path = os.path.join(directory, name)
        with open(path) as file:
            about = re.match(r"<!--(.*?)-->", file.read(), re.S).group(1)
        wanted = {part: json.loads(value) for part, value in re.findall(r"want (\w+): (.*)", about)}
        error = re.search(r"error: (.*?) *$", about, re.M)
        yield name, [path], wanted, error and error.group(1)


def command_lines(directory):
    with open(os.path.join(directory, "command-lines.tsv")) as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#"):
                continue
            words, want, _ = line.rstrip("\n").split("\t")
            parts = re.fullmatch(r"(\{.*\}) (\{.*\})", want)
            wanted = {"guest": json.loads(parts.group(1)), "hypervisor": json.loads(parts.group(2))} if parts else {}
            yield "command-lines.tsv:%d" % number, ["--", "qemu-system-ppc64", *words.split()], wanted, \
                None if parts else want


def main():
    binary, directory = sys.argv[1:]
    cases = [*domains(directory), *command_lines(directory)]
    failed = 0
    print("1..%d" % (len(cases) + 2))
    for number, (name, args, wanted, error) in enumerate(cases, 1):
        wrong = complaint(binary, args, wanted, error) if wanted or error else "nothing is wanted"
        failed += wrong is not None
        print("%s %d - %s%s" % ("not ok" if wrong else "ok", number, name, ": " + wrong if wrong else ""))
    with open(os.path.join(directory, "nonuma.xml")) as file:
        text = file.read()
    extra = [("from standard input", complaint(binary, ["-"], {}, None, text)),
             ("another QEMU", complaint(binary, ["--", "/usr/bin/qemu-system-x86_64", "-m", "1G"], {}, "runs no pseries guest"))]
    for number, (name, wrong) in enumerate(extra, len(cases) + 1):
        failed += wrong is not None
        print("%s %d - %s%s" % ("not ok" if wrong else "ok", number, name, ": " + wrong if wrong else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
