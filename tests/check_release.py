#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do all who name the version and the date of a release name the same?

usage: check_release.py HPTSIM SOURCE VERSION DATE MESON BUILD

VERSION and DATE are what meson.build says. Prints TAP.
"""
import datetime
import os
import re
import subprocess
import sys
import tarfile
import tempfile

from tool import Failure, want

BINARY, SOURCE, VERSION, DATE, MESON, BUILD = sys.argv[1:]


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as f:
        return f.read()


def check_program():
    """a bug report names another version"""
    out = subprocess.run([BINARY, "--version"], check=True, capture_output=True, text=True).stdout
    want(out == "hptsim %s\n" % VERSION, out)
    want(re.fullmatch(r"\d+\.\d+\.\d+", VERSION), VERSION)


def check_changelog():
    """a user reads of changes of another version"""
    entries = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.M)
    entries = [e for e in entries if e != "Unreleased"]
    versions = [re.fullmatch(r"(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", e) for e in entries]
    want(entries and all(versions), "headings: %s" % entries)
    want(versions[0][1] == VERSION, "the newest is %s" % versions[0][1])
    date = datetime.date.fromisoformat(versions[0][2])
    want(DATE == "%s %d, %d" % (date.strftime("%B"), date.day, date.year), "man pages have %s" % DATE)
    numbers = [tuple(map(int, v[1].split("."))) for v in versions]
    want(numbers == sorted(numbers, reverse=True), "order: %s" % numbers)


def check_debian():
    """a package has another version than what is in it"""
    first = re.match(r"hptsim \((\S+)-\d+\) ", read("debian/changelog"))
    want(first and first[1] == VERSION, "debian/changelog: %s" % read("debian/changelog").splitlines()[0])


def check_tag():
    """a tag names another version than its tree"""
    try:
        out = subprocess.run(["git", "-C", SOURCE, "tag", "--list", "v*", "--points-at", "HEAD"], check=True, capture_output=True,
                             text=True).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return      # a tarball
    want(all(tag == "v" + VERSION for tag in out), "tags: %s" % out)


def check_dist():
    """a release's tarball lacks a file, or cannot be set up"""
    try:
        files = subprocess.run(["git", "-C", SOURCE, "ls-tree", "-r", "--name-only", "HEAD"], check=True, capture_output=True,
                               text=True).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return      # it is one
    subprocess.run([MESON, "dist", "-C", BUILD, "--no-tests", "--allow-dirty", "--formats", "gztar"], check=True, capture_output=True)
    name = "hptsim-" + VERSION
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(os.path.join(BUILD, "meson-dist", name + ".tar.gz")) as tar:
            have = {member.name for member in tar if member.isfile()}
            tar.extractall(directory)
        missing = [f for f in files if name + "/" + f not in have]
        want(not missing and len(files) > 300, "missing: %s" % missing[:5])
        subprocess.run([MESON, "setup", "build", "-Dtests=false"],
                       cwd=os.path.join(directory, name), check=True, capture_output=True)


def main():
    checks = (check_program, check_changelog, check_debian, check_tag, check_dist)
    print("1..%d" % len(checks))
    bad = 0
    for number, check in enumerate(checks, 1):
        try:
            check()
            print("ok %d - %s" % (number, check.__name__))
        except (Failure, OSError, ValueError, subprocess.SubprocessError) as e:
            bad = 1
            print("not ok %d - %s\n# %s\n# wrong then: %s" % (number, check.__name__, e, check.__doc__))
    return bad


if __name__ == "__main__":
    sys.exit(main())
