#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run random scenarios with the invariant checker on. Output is TAP, one line per batch.

usage: run.py HPTSIM [--count N] [--seed FIRST] [--batch N]

Fails on a crash, a sanitizer report, a hang, a scenario that the reader does not take, an
invariant that does not hold, or a run that differs when it is done again; and when feasible-target
has a failing attempt though nothing was made to fail. The seed of a scenario that fails is
printed: generate.py SEED shows it. A guest that cannot boot, a DIMM without room and a
hypervisor that aborts are outcomes like others.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import generate  # noqa: E402

OUTCOMES = ("ok", "boot", "event", "hv-abort")
# An attempt may fail then for reasons that the guest cannot know
SPOILERS = ("faults:", "hpt_order", "hpt_shift:", "max_alloc_shift")


def asks_for_more_than_there_is(text):
    """
    A 4K guest's wish is all that the hypervisor allows for the memory it knows of. LMBs that do not exist and
    memory of drivers are not, so a grow for them is refused (H_RESOURCE).
    """
    return "page_size: 4KiB" in text and any(s in text for s in ("add: {by", "driver_add", "probe"))


def run(binary, paths, timeout):
    try:
        p = subprocess.run([binary, "run", "--no-db", "--check-invariants", "--format", "json"] + paths,
                           capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, "hangs"
    if p.returncode not in (0, 1, 2) or b"Sanitizer" in p.stderr or b"runtime error" in p.stderr:
        return None, "exit %d: %s" % (p.returncode, p.stderr.decode(errors="replace")[-2000:])
    try:
        return json.loads(p.stdout)["runs"], p.stdout
    except ValueError:
        return None, "no result, exit %d: %s" % (p.returncode, p.stderr.decode(errors="replace")[-2000:])


def wrong_with(r, text):
    if r["status"] not in OUTCOMES:
        return "status %s" % r["status"]
    if r["policy"] == "feasible-target" and r["status"] == "ok" and not any(s in text for s in SPOILERS) and \
            not asks_for_more_than_there_is(text) and r["resize_failures"]:
        return "feasible-target has %d failing attempts" % r["resize_failures"]
    return None


def check(binary, seeds, tmp, tally):
    """None, or what is wrong with which seed"""
    paths, texts = [], {}
    for seed in seeds:
        path = os.path.join(tmp, "%d.yaml" % seed)
        texts[seed] = generate.scenario(seed)
        with open(path, "w") as f:
            f.write(texts[seed].replace("name: random", "name: random-%d" % seed))
        paths.append(path)
    runs, raw = run(binary, paths, 30 + 20 * len(seeds))
    if runs is None:
        if len(seeds) == 1:
            return "seed %d: %s" % (seeds[0], raw)
        for seed in seeds:
            found = check(binary, [seed], tmp, tally)
            if found:
                return found
        return "seeds %d..%d, not one by one: %s" % (seeds[0], seeds[-1], raw)
    for seed, r in zip(seeds, runs, strict=True):
        found = wrong_with(r, texts[seed])
        if found:
            return "seed %d: %s" % (seed, found)
        tally[r["status"]] = tally.get(r["status"], 0) + 1
        tally["attempts"] = tally.get("attempts", 0) + r.get("resize_attempts", 0)
        tally["findings"] = tally.get("findings", 0) + len(r.get("findings") or [])
    again, raw_again = run(binary, paths, 30 + 20 * len(seeds))
    if raw_again != raw:
        return "seeds %d..%d: not the same bytes twice" % (seeds[0], seeds[-1])
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=25)
    args = parser.parse_args()
    starts = range(args.seed, args.seed + args.count, args.batch)
    print("1..%d" % len(starts))
    tally = {}
    for number, start in enumerate(starts, 1):
        seeds = list(range(start, min(start + args.batch, args.seed + args.count)))
        with tempfile.TemporaryDirectory() as tmp:
            found = check(args.binary, seeds, tmp, tally)
        print("%sok %d - seeds %d..%d%s" % ("not " if found else "", number, seeds[0], seeds[-1],
                                            ": " + found.replace("\n", "\n# ") if found else ""), flush=True)
    print("# " + ", ".join("%s %d" % kv for kv in sorted(tally.items())))
    return 0


sys.exit(main())
