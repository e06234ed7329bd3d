#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the tables of a result file as Markdown, each column with its type, unit and meaning.

usage: database_docs.py store/schema.sql sim/events.h DATABASE

What there is, is read from DATABASE; what it means from the comments of the schema and, for numbers of a run, from
SIM_RUN_NUMBERS. Exit status 1, and what it is, when a table or column has no meaning.
"""
import re
import sqlite3
import sys

# The end of a column's name says what it counts.
UNITS = (("_ns", "ns"), ("_bytes", "bytes"), ("_shift", "log2 of bytes"), ("_shift_start", "log2 of bytes"),
         ("_shift_end", "log2 of bytes"))


def meanings(schema):
    """{table: (what it is, {column: what it is})} by the comments of the schema"""
    found = {}
    for above, table, body in re.findall(r"((?:^--[^\n]*\n)*)^CREATE TABLE (\w+) \(\n(.*?)^\)", schema, re.M | re.S):
        columns = dict(re.findall(r"^\t([a-z]\w*) [A-Z].*?--[ \t]*(.+)$", body, re.M))
        found[table] = (" ".join(line.lstrip("- ") for line in above.splitlines()), columns)
    return found


def run_numbers(events):
    table = re.search(r"#define SIM_RUN_NUMBERS\(X, A\).*?\n\n", events, re.S)
    return dict(re.findall(r'X\(A, \w+,\s*(\w+),\s*"([^"]*)"\)', table[0]))


def unit(column):
    if column == "ns":
        return "ns"
    return next((u for end, u in UNITS if column.endswith(end)), "")


def references(connection, table):
    return {row[3]: row[2] for row in connection.execute("pragma foreign_key_list(%s)" % table)}


def meaning(table, column, columns, numbers, foreign):
    if column in columns:
        return columns[column]
    if table == "run" and column in numbers:
        return numbers[column]
    if column in foreign:
        return "of `%s`" % foreign[column]
    if column == "id":
        return "of this file, from 1"
    return None


def main():
    with open(sys.argv[1]) as f:
        known = meanings(f.read())
    with open(sys.argv[2]) as f:
        numbers = run_numbers(f.read())
    connection = sqlite3.connect("file:%s?mode=ro" % sys.argv[3], uri=True)
    lacking = []
    for (table,) in connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"):
        what, columns = known.get(table, ("", {}))
        if not what:
            lacking.append(table)
        print("### %s\n\n%s\n\n| column | type | unit | what it is |\n|---|---|---|---|" % (table, what))
        foreign = references(connection, table)
        for _, column, kind, not_null, _, key in connection.execute("pragma table_info(%s)" % table):
            text = meaning(table, column, columns, numbers, foreign)
            if text is None:
                lacking.append("%s.%s" % (table, column))
            kind = kind.lower() + ("" if not_null or key else ", or NULL")
            print("| `%s` | %s | %s | %s |" % (column, kind, unit(column), (text or "").replace("|", "\\|")))
        print()
    if lacking:
        sys.exit("no meaning in %s: %s" % (sys.argv[1], ", ".join(lacking)))


main()
