# SPDX-License-Identifier: GPL-2.0-or-later
"""What the checks of the command line have in common: hptsim in a directory of its own, and TAP."""
import csv
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli")

# tables are whole unless a check is about narrow ones
os.environ["COLUMNS"] = "500"

# where results go that no --db is for: nobody's home
os.environ.setdefault("XDG_STATE_HOME", os.path.join(tempfile.gettempdir(), "hptsim-tests"))

# AddressSanitizer says this once per process; it is no message of hptsim
SANITIZER_NOTE = re.compile(r"^==\d+==WARNING: ASan doesn't fully support makecontext.*\n", re.M)


class Failure(Exception):
    pass


class Skip(Exception):
    """what a check needs is not on this machine"""


def want(condition, text):
    if not condition:
        raise Failure(text)


class Cli:
    """hptsim in a directory of its own, with the scenarios of tests/cli in it"""

    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = directory
        for name in os.listdir(DATA):
            if name.endswith((".yaml", ".sql")):
                shutil.copy(os.path.join(DATA, name), directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self, *args, **kwargs):
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        streams.update(kwargs)
        return subprocess.Popen([self.binary, *args], cwd=self.directory, stdin=subprocess.DEVNULL, text=True, **streams)

    def run(self, *args, status=0, **kwargs):
        process = self.start(*args, **kwargs)
        out, err = process.communicate(timeout=120)
        want(process.returncode == status,
             "%s: exit status %d, want %d: %s" % (" ".join(args), process.returncode, status, (err or "").strip()))
        return out or "", SANITIZER_NOTE.sub("", err or "")

    def policies(self):
        """names of all that hptsim has: one more must not be a failure of what is not about it"""
        return [row["policy"] for row in csv.DictReader(self.run("list", "policies", "--format", "csv")[0].splitlines())]

    def rows(self, db, sql):
        connection = sqlite3.connect(self.path(db))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


def run_checks(checks, binary, make=Cli):
    """Run (name, what is wrong if it fails, function) each with a tool of its own; the exit status.
    A function that returns a text has not checked anything, and that is why."""
    print("1..%d" % len(checks))
    bad = 0
    for number, (name, why, check) in enumerate(checks, 1):
        name = name.replace("#", "\\#")
        with tempfile.TemporaryDirectory() as directory:
            try:
                why_not = check(make(binary, directory))
                print("ok %d - %s%s" % (number, name, " # SKIP " + why_not if why_not else ""))
            except Skip as e:
                print("ok %d - %s # SKIP %s" % (number, name, e))
            except (Failure, subprocess.SubprocessError, sqlite3.Error, LookupError, ValueError, OSError) as e:
                bad += 1
                print("not ok %d - %s" % (number, name))
                print("# %s: %s" % (type(e).__name__, str(e).replace("\n", "\n# ")))
                print("# wrong then: %s" % why)
        sys.stdout.flush()
    return 1 if bad else 0


def checks_of(names):
    """the functions check_* of a module's globals()"""
    return [(name, f.__doc__, f) for name, f in sorted(names.items()) if name.startswith("check_") and callable(f)]
