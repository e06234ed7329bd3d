#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hold the profile mail-2021 against published figures, and keep the table in docs/calibration.md in step.

usage: published_figures.py [--check] HPTSIM DOCUMENT

Puts the table between the marks of the document; with --check, only says (exit status 1) that it differs.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

SCENARIOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios")
BEGIN = "<!-- published: made by scripts/published_figures.py -->\n"
END = "<!-- end of published -->\n"
LMBS = 1024		# of 256 GiB

FIT = "fit: one of four totals that four prices were solved from"
INPUT = "input: a price is from this figure"
INDEPENDENT = "independent"
PREDICTED = "predicted: each step's price is from another figure"


def lmbs_in(count, kernel):
    return lambda text: text.replace('"5.10"', '"%s"' % kernel).replace("count: 126000", "count: %d" % count)


def simulate(binary, path, policy, change=lambda text: text):
    with open(os.path.join(SCENARIOS, path)) as f:
        text = change(re.sub(r"(?m)^expect:\n(?:  .*\n?)*", "", f.read()))
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as f:
        f.write(text)
        f.flush()
        out = subprocess.run([binary, "run", f.name, "--policy", policy, "--no-db", "--format", "json", "--costs-dir",
                              os.path.join(SCENARIOS, "costs")], check=True, capture_output=True, text=True).stdout
    run = json.loads(out)["runs"][0]
    return run, [(r["end_ns"] - r["start_ns"]) / 1e9 for r in run["requests"]]


def rows(binary):
    """(what, where from, published, simulated, unit, how it relates to the profile)"""
    def twice(text):
        return re.sub(r"(?m)^  - unplug: \{id: d1\}$", "  - unplug: {id: d1}\n  - hpt_order: 29", text)
    _, all_attempts = simulate(binary, "256g_off_385g.yaml", "per-section")
    _, grow_only = simulate(binary, "256g_off_385g.yaml", "v2-p1")
    _, two_attempts = simulate(binary, "256g_off_385g.yaml", "outer-batch", twice)
    yield "256 GiB added to 129 GiB", "P1", 710, all_attempts[0], "s", FIT
    yield "the same without shrink attempts", "P1", 21, grow_only[0], "s", FIT
    yield "256 GiB removed from 385 GiB", "P2", 621, all_attempts[1], "s", FIT
    yield "the same with two attempts", "P2", 100, two_attempts[1] + two_attempts[2], "s", FIT
    run, _ = simulate(binary, "published/r2_remove_50.yaml", "per-section", lambda text: text.replace('"6.1"', '"5.4"'))
    yield "flush_dcache_range() of an LMB, kernel 5.4", "R1", 14, run["phases_ns"]["flush"] / 1e6 / 50, "ms", INPUT
    _, times = simulate(binary, "published/r2_remove_50.yaml", "per-section")
    yield "LMB removed, no resize (drmgr included)", "R2", 5193 / 50, times[0] * 1e3 / 50, "ms", INDEPENDENT
    for count, published in ((126000, (12450, 7065)), (4096, (105.583, 104.829))):
        times = [simulate(binary, "published/c_add_lmbs.yaml", "per-section", lmbs_in(count, kernel))[1][-1]
                 for kernel in ("5.9", "5.10")]
        for kernel, real, time in zip(("5.9", "5.10"), published, times):
            yield "{:,} LMBs added to an LPAR, kernel {}".format(count, kernel), "H1", real, time, "s", PREDICTED
        yield "gain of 5.10 with {:,} LMBs".format(count), "H1", 100 * (1 - published[1] / published[0]), \
            100 * (1 - times[1] / times[0]), "%", PREDICTED
    for size, real, how in ((256, 10 - 3, INPUT), (512, 36 - 7, PREDICTED)):
        with_walk, without = (simulate(binary, "published/z_plug_zone.yaml", "per-section", lambda text, k=kernel: text.replace(
            '"7.3"', '"%s"' % k).replace("512GiB", "%dGiB" % size))[1][0] for kernel in ("7.3", "7.4"))
        yield "gain of 7.4 when %d GiB are plugged (x86)" % size, "Z1", real, with_walk - without, "s", how
    yield "LMB added to 129 GiB, no resize, against the same figure", "H1", 104829 / 4096, grow_only[0] * 1e3 / LMBS, "ms", \
        INDEPENDENT + " of the figure; the simulated value is the fit's 21 s"
    run, _ = simulate(binary, "published/p6_commit_16m.yaml", "per-section")
    yield "COMMIT of 2 GiB, linear map of 16M pages", "P6", 300, run["commit_ns"] / 1e6, "ms", \
        INDEPENDENT + "; an order of magnitude, a design statement"
    run, _ = simulate(binary, "published/p6_commit_64k.yaml", "per-section")
    yield "COMMIT of 2 GiB, linear map of 64K pages and VRMA", "P6", 300, run["commit_ns"] / 1e6, "ms", \
        INDEPENDENT + "; 4.2 million entries moved, which the statement does not mention"


def figure(value):
    return "{:,.0f}".format(value) if value >= 1000 else "%.4g" % value


def table(binary):
    lines = ["| what | source | published | simulated | off | relation to the profile |\n", "|---|---|---|---|---|---|\n"]
    for what, source, published, simulated, unit, relation in rows(binary):
        lines.append("| %s | %s | %s %s | %s %s | %+.0f %% | %s |\n" % (
            what, source, figure(published), unit, figure(simulated), unit, 100 * (simulated / published - 1), relation))
    return "".join(lines).replace("-0 %", "0 %").replace("+0 %", "0 %")


def main():
    args = sys.argv[1:]
    check = args[:1] == ["--check"]
    if len(args) != 2 + check:
        sys.exit(__doc__)
    binary, path = args[check:]
    with open(path, encoding="utf-8") as f:
        text = f.read()
    head, rest = text.split(BEGIN)
    new = head + BEGIN + table(os.path.abspath(binary)) + END + rest.split(END)[1]
    if check:
        return new != text
    with open(path, "w", encoding="utf-8") as f:
        f.write(new)
    return 0


sys.exit(main())
