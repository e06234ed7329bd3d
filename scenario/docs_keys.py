#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep the reference in docs/scenario-format.md in step with the tables.

usage: docs_keys.py [--check] HPTSIM DOCUMENT

Puts what `HPTSIM list keys` and `HPTSIM list rules` print between the marks of
the document; with --check, only says (exit status 1) that it differs.
"""
import subprocess
import sys

BEGIN = "<!-- {}: made by scenario/docs_keys.py -->\n"
END = "<!-- end of {} -->\n"


def replaced(binary, text, topic):
    """The text with the topic's reference as it should be."""
    table = subprocess.run([binary, "list", topic], check=True, capture_output=True,
                           text=True, encoding="utf-8").stdout
    begin, end = BEGIN.format(topic), END.format(topic)
    head, rest = text.split(begin)
    return head + begin + table + end + rest.split(end)[1]


def main():
    args = sys.argv[1:]
    check = args[:1] == ["--check"]
    if len(args) != 2 + check:
        sys.exit(__doc__)
    binary, path = args[-2:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    wanted = replaced(binary, replaced(binary, text, "keys"), "rules")
    if check and text != wanted:
        print(f"{path} is out of step: run scenario/docs_keys.py {binary} {path}")
        return 1
    if text != wanted:
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
