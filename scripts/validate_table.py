#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `validate` says of every recording's log, alone: a table for people.

usage: validate_table.py [--check DOCUMENT] HPTSIM DIRECTORY...

Each directory is searched for log.txt and dmesg.txt. A folder POLICY--NAME is of a kernel with that policy, all
others are mainline's. With --check, says (exit status 1) whether the table in DOCUMENT, between its marks, is another.
"""
import json
import os
import subprocess
import sys

BEGIN, END = "<!-- made by scripts/validate_table.py -->\n", "<!-- end -->\n"


def logs(directories):
    for directory in directories:
        for folder, _, files in sorted(os.walk(directory)):
            for name in sorted(set(files) & {"log.txt", "dmesg.txt"}):
                yield os.path.relpath(folder, directory), os.path.join(folder, name)


def policy_of(name):
    policy = os.path.basename(name).partition("--")[0] if "--" in name else "mainline"
    return "per-section" if policy == "mainline" else policy


def row(hptsim, name, path):
    policy = policy_of(name)
    done = subprocess.run([hptsim, "validate", path, "--policy", policy, "--format", "json"], capture_output=True, text=True)
    if done.returncode > 1:
        why = done.stderr.strip().splitlines()[0]
        return [name, policy, "-", "-", "nothing to compare", why.partition(": ")[2].replace(path + ": ", "")]
    said = json.loads(done.stdout)
    first = said["first_difference"]
    return [name, policy, said["requests"], said["attempts"], "equal" if said["equal"] else "different",
            "" if said["equal"] else "line %s: %s" % (first["line"], first["difference"])]


def table(hptsim, directories):
    rows = [["recording", "policy", "requests", "attempts", "verdict", "why"], ["---", "---", "--:", "--:", "---", "---"]]
    rows += [row(hptsim, name, path) for name, path in logs(directories)]
    return "".join("| %s |\n" % " | ".join(map(str, cells)) for cells in rows)


def main():
    args = sys.argv[1:]
    document = args[1] if args[:1] == ["--check"] else None
    args = args[2:] if document else args
    if len(args) < 2:
        sys.exit(__doc__)
    made = table(args[0], args[1:])
    if not document:
        print(made, end="")
        return 0
    with open(document, encoding="utf-8") as f:
        text = f.read()
    if made == text.partition(BEGIN)[2].partition(END)[0]:
        return 0
    print("%s is out of step: put there what scripts/validate_table.py prints\n%s" % (document, made))
    return 1


if __name__ == "__main__":
    sys.exit(main())
