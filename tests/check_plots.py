#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what is drawn from outside: the data of every plot against the database, and the pictures' words.

usage: check_plots.py HPTSIM

Prints TAP.
"""
import math
import os
import sys

from check_report import Cli
from tool import checks_of, run_checks, want

GIB = 2 ** 30
# As many resizes as a mainline guest does, on a host that has a reverse map; and one resize that works.
KVM = ("--set", "hypervisor.kind=kvm-hv")


def blocks_of(text):
    """[(label, other words of the first line, rows of numbers)]"""
    out = []
    for block in text.split("\n\n\n"):
        lines = block.strip("\n").split("\n")
        head = lines[0].split("\t")
        rows = [[float(v) for v in line.split("\t")] for line in lines[1:]]
        out.append((head[0], head[1:], rows))
    return out


def runs_of(cli, db, scenario):
    """{policy: (run, its attempts)} as dictionaries"""
    names = ("id", "policy", "hpt_shift_start", "host_start_bytes", "host_peak_bytes", "stall_max_ns", "total_ns")
    attempt = ("start_ns", "prepare_ns", "commit_ns", "from_shift", "to_shift", "errno", "host_bytes")
    out = {}
    for row in cli.sql(db, "select %s from run where scenario = '%s'" % (", ".join(names), scenario)):
        run = dict(zip(names, row))
        rows = cli.sql(db, "select %s from resize_attempt where run_id = %d order by seq" % (", ".join(attempt), run["id"]))
        out[run["policy"]] = (run, [dict(zip(attempt, row)) for row in rows])
    return out


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-9)


# Each check says what is wrong with hptsim if it fails.

def check_host(cli):
    """host memory that is drawn is not what the tables held"""
    for arguments, factor in ((KVM, 2), ((), 1)):
        cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o", *arguments)
        for scenario in ("small", "fixed"):
            runs = runs_of(cli, "o/report.db", scenario)
            for label, _, rows in blocks_of(cli.text("o", "data", scenario + "-host.tsv")):
                run, attempts = runs[label.split(",")[0]]
                table = lambda shift: factor * 2.0 ** shift / GIB
                want(run["host_start_bytes"] == table(run["hpt_shift_start"]) * GIB, "the first table: %s" % run)
                want(near(max(row[1] for row in rows), run["host_peak_bytes"] / GIB), "%s: the peak: %s" % (label, rows))
                for row in rows:
                    right = {table(run["hpt_shift_start"])}
                    for a in attempts:
                        begin, end = a["start_ns"] / 1e9, (a["start_ns"] + a["prepare_ns"] + a["commit_ns"]) / 1e9
                        if near(row[0], begin) or begin <= row[0]:
                            before = right
                            right = {a["host_bytes"] / GIB} | (before if near(row[0], begin) else set())
                        if near(row[0], end) or end <= row[0]:
                            after = table(a["from_shift"] if a["errno"] else a["to_shift"])
                            right = {after} | ({a["host_bytes"] / GIB} if near(row[0], end) else set())
                    want(any(near(row[1], r) for r in right), "%s: %s GiB at %s s, not %s" % (label, row[1], row[0], right))
        cli.run("compare", "small.yaml", "--out", "o")


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Cli))
