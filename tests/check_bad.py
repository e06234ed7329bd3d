#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run scenarios that are wrong, or odd but right, and check what hptsim says.

usage: check_bad.py BINARY BAD_DIR [GOOD_DIR]

A bad scenario starts with lines `# expect: LINE:COL rule`, one per error and
in order; an error in another file is `# expect: FILE:LINE:COL rule`, with FILE
relative to the scenario. It must fail with exactly these, exit status 2, nothing on standard
output and no database. A good scenario must run. Prints TAP.
"""
import collections
import os
import re
import subprocess
import sys
import tempfile

EXPECT = re.compile(rb"# expect: (?:(\S+):)?(\d+):(\d+) ([a-z0-9-]+)\s*$")
ERROR = re.compile(r"(.+?):(\d+):(\d+): error: .* \[([a-z0-9-]+)\]$")
ANY_ERROR = re.compile(r": error: |further errors? not shown")
TIMEOUT_S = 120


def scenarios(directory):
    return sorted(os.path.join(directory, name) for name in os.listdir(directory)
                  if name.endswith(".yaml"))


def expected(path):
    """The errors that the first lines announce: file, line, column, rule."""
    wanted = []
    directory = os.path.dirname(path)
    with open(path, "rb") as file:
        for line in file:
            match = EXPECT.match(line)
            if not match:
                break
            name, *rest = (part.decode() if part else "" for part in match.groups())
            wanted.append((os.path.join(directory, name) if name else path, *rest))
    return wanted


def run(binary, path, directory):
    database = os.path.join(directory, "test.db")
    done = subprocess.run([binary, "run", path, "--db", database], capture_output=True,
                          timeout=TIMEOUT_S, check=False)
    return done, database


def complaints(binary, path):
    """What is wrong with the way a bad scenario is refused."""
    wanted = expected(path)
    if not wanted:
        yield "the file does not start with '# expect: LINE:COL rule'"
        return
    with tempfile.TemporaryDirectory() as directory:
        done, database = run(binary, path, directory)
        stderr = done.stderr.decode("utf-8", "replace")
        if done.returncode != 2:
            yield f"exit status {done.returncode}, not 2"
        if done.stdout:
            yield "something on standard output"
        if os.path.exists(database):
            yield "a database was made"
        lines = [line for line in stderr.splitlines() if ANY_ERROR.search(line)]
        found = []
        for line in lines:
            match = ERROR.match(line)
            if match:
                found.append(match.groups())
            else:
                yield f"an error without place or rule: {line}"
        for error in (collections.Counter(wanted) - collections.Counter(found)).elements():
            yield "no error {}:{}:{} [{}]".format(*error)
        for error in (collections.Counter(found) - collections.Counter(wanted)).elements():
            yield "unexpected error {}:{}:{} [{}]".format(*error)
        if sorted(found) == sorted(wanted) and found != wanted:
            yield "the errors are in another order"


def good_complaints(binary, path):
    with tempfile.TemporaryDirectory() as directory:
        done, _ = run(binary, path, directory)
        if done.returncode != 0:
            yield f"exit status {done.returncode}: " + done.stderr.decode("utf-8", "replace")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    binary = sys.argv[1]
    tests = [(path, complaints) for path in scenarios(sys.argv[2])]
    if len(sys.argv) == 4:
        tests += [(path, good_complaints) for path in scenarios(sys.argv[3])]
    print(f"1..{len(tests)}", flush=True)
    for number, (path, check) in enumerate(tests, 1):
        try:
            wrong = list(check(binary, path))
        except subprocess.TimeoutExpired:
            wrong = [f"not done after {TIMEOUT_S} s"]
        name = os.path.join(os.path.basename(os.path.dirname(path)), os.path.basename(path))
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
        for line in wrong:
            print("# " + line.rstrip().replace("\n", "\n# "))
    return 0


if __name__ == "__main__":
    sys.exit(main())
