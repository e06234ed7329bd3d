#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does each policy try as many resizes as the reference table says? Output is TAP.

usage: check_attempts.py HPTSIM tests/data/attempts.tsv

A row is one request; rows of the same policy and guest are one run. A row that fails names the
file's line. Adding a case is adding a row.
"""
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile

COLUMNS = "policy kernel_page max_hpt_page_size boot dimm request ok failed shift_after why".split()

SCENARIO = """name: attempts
guest: {{memory: {boot}, page_size: {kernel_page}}}
hypervisor: {{kind: qemu-tcg, max_hpt_page_size: {max_hpt_page_size}}}
events:
  - plug: {{id: d1, size: {dimm}}}
  - unplug: {{id: d1}}
"""


def simulate(binary, row):
    """(ok, failed, shift after) of each request"""
    with tempfile.TemporaryDirectory() as tmp:
        scenario, db = os.path.join(tmp, "s.yaml"), os.path.join(tmp, "r.db")
        with open(scenario, "w") as f:
            f.write(SCENARIO.format(**row))
        run = subprocess.run([binary, "run", scenario, "--policy", row["policy"], "--db", db], capture_output=True, text=True)
        if run.returncode:
            return {"error": run.stderr.strip()}
        con = sqlite3.connect(db)
        shift, = con.execute("select hpt_shift_start from run").fetchone()
        out = {}
        for request, kind in con.execute("select id, kind from request order by seq").fetchall():
            tries = con.execute("select to_shift, errno from resize_attempt where request_id = ? order by seq", (request,)).fetchall()
            good = [to for to, err in tries if err == 0]
            shift = good[-1] if good else shift
            out[kind] = (len(good), len(tries) - len(good), shift)
        return out


def main():
    binary, path = sys.argv[1:]
    rows = []
    with open(path) as f:
        for number, line in enumerate(f, 1):
            if not line.startswith("#") and line.strip():
                rows.append(dict(zip(COLUMNS, line.rstrip("\n").split("\t"), strict=True), line=number))
    print("1..%d" % len(rows))
    run_of = lambda r: [r[c] for c in COLUMNS[:5]]
    number = 0
    for _, group in itertools.groupby(rows, run_of):
        group = list(group)
        got = simulate(binary, group[0])
        for row in group:
            number += 1
            want = tuple(int(row[c]) for c in ("ok", "failed", "shift_after"))
            have = got.get(row["request"], got.get("error"))
            what = "%s:%d: %s %s %s +%s %s" % (os.path.basename(path), row["line"], row["policy"], row["max_hpt_page_size"],
                                               row["boot"], row["dimm"], row["request"])
            if have == want:
                print("ok %d - %s" % (number, what))
            else:
                print("not ok %d - %s: got ok/failed/shift %s, want %s" % (number, what, have, want))
    return 0


sys.exit(main())
