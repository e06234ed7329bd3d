#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Would the tests notice? Breaks one line at a time, builds, and runs tests until one fails.

usage: tests/mutants/run.py [--scratch DIR] [--all] [NAME...]

Each NAME.patch beside this script breaks one line. Its first lines say what is wrong then, and on "Tests:" which tests
should notice. Those are run; with --all all tests of the suite after them. Works on a copy of the files that git knows,
in DIR (default: a temporary one; with a DIR the build in it is kept for the next time). A patch that does not apply or
build has to be made anew. Exit status 1 unless all are killed.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


def quiet(*command, cwd, timeout=None):
    return subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=timeout, check=False)


def copy_tree(scratch):
    """The files that git knows, as they are now; those that are the same already are left, and so is what is built of them."""
    names = subprocess.check_output(["git", "-C", TOP, "ls-files", "-z"], text=True).split("\0")
    for name in filter(None, names):
        src, dst = os.path.join(TOP, name), os.path.join(scratch, name)
        if not os.path.exists(src):
            continue
        os.makedirs(os.path.dirname(dst), exist_ok=True)
        if os.path.exists(dst):
            with open(src, "rb") as a, open(dst, "rb") as b:
                if a.read() == b.read():
                    continue
        shutil.copy2(src, dst)
        os.utime(dst)


def prepare(scratch):
    copy_tree(scratch)
    if not os.path.exists(os.path.join(scratch, "build", "build.ninja")):
        done = quiet("meson", "setup", "build", "-Dbuildtype=debugoptimized", "-Db_lto=false", cwd=scratch)
        if done.returncode:
            sys.exit(done.stdout)
    done = quiet("ninja", "-C", "build", cwd=scratch)
    if done.returncode:
        sys.exit("the tree itself does not build:\n" + done.stdout)


def tests_of(text):
    found = re.search(r"^Tests: (.*)$", text, re.M)
    return found.group(1).split() if found else []


def failed_test(scratch, tests):
    """The first of these tests that fails; None. An empty list is all tests."""
    log = os.path.join(scratch, "build", "meson-logs", "testlog.json")
    done = quiet("meson", "test", "-C", "build", "--no-rebuild", "--maxfail=1", "--timeout-multiplier=4", *tests, cwd=scratch)
    if not done.returncode:
        return None
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            test = json.loads(line)
            if test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
                return test["name"].split(" / ")[-1]
    sys.exit("meson test failed, but no test did:\n" + done.stdout)


def try_mutant(scratch, path, everything):
    """(killed, what happened)"""
    with open(path, encoding="utf-8") as patch:
        tests = tests_of(patch.read())
    if quiet("patch", "-p1", "-s", "-i", path, cwd=scratch).returncode:
        return False, "DOES NOT APPLY: make it anew"
    try:
        done = quiet("ninja", "-C", "build", cwd=scratch)
        if done.returncode:
            return False, "DOES NOT BUILD: make it anew\n" + done.stdout[-2000:]
        by = failed_test(scratch, tests) if tests else None
        if not by and (everything or not tests):
            by = failed_test(scratch, [])
        return (True, "killed by " + by) if by else (False, "SURVIVED " + " ".join(tests))
    finally:
        quiet("patch", "-p1", "-R", "-s", "-i", path, cwd=scratch)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(n[:-6] for n in os.listdir(HERE) if n.endswith(".patch"))
    alive = 0
    with tempfile.TemporaryDirectory() as temporary:
        scratch = os.path.abspath(options.scratch or temporary)
        prepare(scratch)
        for name in names:
            start = time.monotonic()
            killed, what = try_mutant(scratch, os.path.join(HERE, name + ".patch"), options.all)
            alive += not killed
            print("%-32s %5.0f s  %s" % (name, time.monotonic() - start, what), flush=True)
    print("%d mutants, %d killed, %d not" % (len(names), len(names) - alive, alive))
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
