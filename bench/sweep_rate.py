#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How many runs a second does a sweep make, with results stored, and how many on two processors?

usage: sweep_rate.py HPTSIM SOURCE

Both cases in turn, on one and on two processors that this process may use; medians. The
rate for each second of CPU time is what is left of it on a busy machine.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
SWEEPS = (  # scenario, what is varied beside the seed, its points, seeds
    ("scenarios/256g_on_129g.yaml", [], 1, 1000),
    ("scenarios/256g_on_2g.yaml", ["guest.memory=1GiB..16GiB:x2"], 5, 400),
    ("tests/cli/small.yaml", ["guest.memory=1GiB..8GiB:x2"], 4, 1000),
)
POLICIES = "per-section,v2-p1,outer-batch"


def sweep(hptsim, scenario, vary, seeds, db, processors):
    """wall and CPU seconds of one sweep"""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    varied = [arg for spec in vary + ["seed=1..%d:+1" % seeds] for arg in ("--vary", spec)]
    subprocess.run([hptsim, "sweep", scenario] + varied + ["--policy", POLICIES, "--db", db, "-j", str(len(processors))],
                   check=True, stdout=subprocess.DEVNULL,
                   preexec_fn=lambda: os.sched_setaffinity(0, processors))
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    os.unlink(db)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    hptsim, source = sys.argv[1:]
    processors = sorted(os.sched_getaffinity(0))
    cases = [processors[:1], processors[:2]] if len(processors) > 1 else [processors[:1]]
    with tempfile.TemporaryDirectory() as directory:
        for scenario, vary, points, seeds in SWEEPS:
            runs = points * seeds * len(POLICIES.split(","))
            samples = [[] for _ in cases]
            for _ in range(ROUNDS):
                for case, sample in zip(cases, samples):
                    sample.append(sweep(hptsim, os.path.join(source, scenario), vary, seeds,
                                        os.path.join(directory, "sweep.db"), set(case)))
            print("%s, %d runs, stored" % (scenario, runs))
            for case, sample in zip(cases, samples):
                wall, cpu = (statistics.median(column) for column in zip(*sample))
                print("  %d processor%s  %7.0f runs/s  %7.0f runs for each second of CPU time" %
                      (len(case), " " if len(case) == 1 else "s", runs / wall, runs / cpu))
            if len(cases) > 1:
                ratios = [one[0] / two[0] for one, two in zip(*samples)]
                print("  two against one  %.2f (median of %d rounds, %.2f to %.2f)" %
                      (statistics.median(ratios), ROUNDS, min(ratios), max(ratios)))


if __name__ == "__main__":
    main()
