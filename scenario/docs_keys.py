#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep the key reference of docs/scenario-format.md in step with the tables.

usage: docs_keys.py [--check] HPTSIM DOCUMENT

Puts what `HPTSIM list --keys` prints between the two marks of the document;
with --check, only says (exit status 1) that it differs.
"""
import subprocess
import sys

BEGIN = "<!-- keys: made by scenario/docs_keys.py -->\n"
END = "<!-- end of keys -->\n"


def main():
    args = sys.argv[1:]
    check = args[:1] == ["--check"]
    if len(args) != 2 + check:
        sys.exit(__doc__)
    binary, path = args[-2:]
    keys = subprocess.run([binary, "list", "--keys"], check=True, capture_output=True,
                          text=True, encoding="utf-8").stdout
    with open(path, encoding="utf-8") as file:
        text = file.read()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    wanted = head + BEGIN + keys + END + tail
    if text == wanted:
        return 0
    if check:
        print(f"{path} is not what 'list --keys' prints; run scenario/docs_keys.py {binary} {path}")
        return 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
