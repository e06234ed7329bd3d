#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what is said of a database whose rows are not what its schema promises.

usage: check_damaged.py HPTSIM

SQLite does not look at NOT NULL when it reads, so a file that was damaged, or made to harm, has such rows. Prints TAP.
"""
import os
import re
import shutil
import sqlite3
import sys

from tool import checks_of, run_checks, want

READERS = [["runs", "--db"], ["report", "--mail", "--db"], ["check", "--baseline"]]


def texts_that_must_be(path):
    """(table, column) of all columns of text that may not be NULL and have rows"""
    db = sqlite3.connect(path)
    found = []
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if db.execute("SELECT count(*) FROM %s" % table).fetchone()[0]:
            for _, column, kind, must, _, key in db.execute("PRAGMA table_info(%s)" % table):
                if kind == "TEXT" and must and not key:
                    found.append((table, column))
    db.close()
    return found


def forget(path, table, column):
    """the column's value of every row, against the schema, which is put back afterwards"""
    db = sqlite3.connect(path, isolation_level=None)
    sql, = db.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    lax = re.sub(r"(\b%s\s+TEXT\s+)NOT NULL" % column, r"\1", sql)
    lax = re.sub(r"CHECK\s*\([^()]*(\([^()]*\)[^()]*)*\)", "", lax)
    want(lax != sql, "%s.%s cannot be made NULL here" % (table, column))
    for text, then in ((lax, "UPDATE %s SET %s = NULL" % (table, column)), (sql, "SELECT 1")):
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (text, table))
        db.execute("PRAGMA writable_schema = RESET")
        db.execute(then)
    db.close()


def check_texts(cli):
    """a row without a text that every row has ends a reader by a signal, or is shown as if it were one"""
    cli.run("run", "small.yaml", "--db", "whole.db")
    columns = texts_that_must_be(cli.path("whole.db"))
    want(len(columns) > 15, "only %d columns" % len(columns))
    refused = set()
    for table, column in columns:
        shutil.copy(cli.path("whole.db"), cli.path("damaged.db"))
        forget(cli.path("damaged.db"), table, column)
        for reader in READERS:
            arguments = reader + ["damaged.db"]
            if reader[0] == "check":
                arguments.append("small.yaml")
            process = cli.start(*arguments)
            _, err = process.communicate(timeout=60)
            want(process.returncode in (0, 1, 2, 3), "%s.%s is NULL: %s ends with %d: %s" %
                 (table, column, " ".join(arguments), process.returncode, err))
            if "damaged" in err.replace("damaged.db", ""):
                want(process.returncode in (2, 3), "%s: damaged, but exit status %d" % (" ".join(arguments), process.returncode))
                refused.add((table, column))
    for table, column in (("run", "scenario"), ("run", "policy"), ("run", "status"), ("request", "kind")):
        want((table, column) in refused, "%s.%s is NULL, and nobody says that the file is damaged" % (table, column))


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1])))
