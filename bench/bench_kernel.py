#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel's own text against the simulator's copy of it, and from a patch to a table.

usage: bench_kernel.py HPTSIM SOURCE CACHE [--long]

CPU time of the process and its children, the shortest of some runs in turn. Needs a kernel tree as
tests/check_kernel.py does, and says so if there is none.
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

hptsim, source, cache = sys.argv[1:4]
REPEATS = 41 if "--long" in sys.argv else 11
SCENARIOS = ("256g_on_129g", "256g_off_385g", "256g_on_2g", "256g_on_129g_16m")

sys.path.insert(0, os.path.join(source, "tests", "kernel"))
import patches  # noqa: E402
import trees  # noqa: E402


def spend(args, env):
    """(CPU, wall) milliseconds"""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([hptsim, *args], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000,
            (time.monotonic() - start) * 1000)


def shortest(commands, env):
    times = [[] for _ in commands]
    for _ in range(REPEATS):
        for t, args in zip(times, commands):
            t.append(spend(args, env)[0])
    return [min(t) for t in times]


def main():
    found = trees.find(cache)
    if not found:
        print(trees.WHY_NONE)
        return
    with tempfile.TemporaryDirectory() as tmp:
        env = dict(os.environ, XDG_CACHE_HOME=os.path.join(tmp, "built"))
        so, patch = os.path.join(tmp, "text.so"), os.path.join(tmp, "outer.patch")
        subprocess.run([hptsim, "kernel", found[0], "--name", "text", "-o", so], env=env, check=True, stdout=subprocess.DEVNULL)
        print("%s, CPU ms of a run: per-section, the tree's text, ratio" % os.path.basename(found[0]))
        for name in SCENARIOS:
            run = ["run", "--no-db", os.path.join(source, "scenarios", name + ".yaml")]
            ours, text = shortest([run + ["--policy", "per-section"], run + ["--policy-so", so, "--policy", "text"]], env)
            print("  %-18s %8.1f %8.1f %8.2f" % (name, ours, text, text / ours))
        with open(patch, "w") as f:
            f.write(patches.outer_batch(found[0]))
        run = ["run", "--no-db", os.path.join(source, "scenarios", "256g_on_129g.yaml"), "--kernel-tree", found[0], "--patch", patch]
        cold = []
        for _ in range(5):
            shutil.rmtree(os.path.join(tmp, "built"))
            cold.append(spend(run, env))
        print("from a patch to a table of four policies: %.0f ms of CPU, %.0f ms; built before: %.0f ms of CPU" %
              (min(c for c, _ in cold), min(w for _, w in cold), shortest([run], env)[0]))


main()
