#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what has to be so between two simulations, whatever each of them says. Output is TAP.

usage: check_metamorphic.py HPTSIM [--count N]

N (default 40) is how many random scenarios each relation between them is tried on.
"""
import json
import os
import random
import sys

import yaml

from tool import Cli, Failure, checks_of, run_checks, want

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "random"))
import generate  # noqa: E402  pylint: disable=wrong-import-position

COUNT = 40
PROFILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenarios/costs/qemu-tcg.yaml")
# of a run that differ when the same work is cut into other requests, or take another time
COUNTS = ("resize_attempts", "resize_failures", "hpt_shift_end", "failed_requests", "host_peak_bytes", "memory_end_bytes")


class Tool(Cli):
    def write(self, scenario, name="s.yaml"):
        with open(self.path(name), "w") as f:
            f.write(scenario if isinstance(scenario, str) else json.dumps(scenario))
        return name

    def simulate(self, scenario, name="s.yaml"):
        """a scenario under its policies; the rows of table run"""
        self.write(scenario, name)
        db = name + ".db"
        if os.path.exists(self.path(db)):
            os.unlink(self.path(db))
        process = self.start("run", name, "--db", db)
        _, err = process.communicate(timeout=120)
        want(process.returncode in (0, 1), "%s: exit status %d: %s" % (name, process.returncode, err))
        return self.rows(db, "SELECT policy, total_ns, %s FROM run ORDER BY id" % ", ".join(COUNTS))

    def attempts(self, name="s.yaml"):
        return self.rows(name + ".db", "SELECT run_id, to_shift, errno FROM resize_attempt ORDER BY run_id, seq")

    def dump(self, scenario):
        """the table as it is at the end"""
        return self.run("dump-hpt", self.write(scenario), "--runs")[0]


def lmb_guest(lmb_mib, *events, policies=("per-section",), **guest):
    return {
        "guest": {"memory": "4GiB", "max_memory": "64GiB", "lmb_size": "%dMiB" % lmb_mib, **guest},
        "hypervisor": {"kind": "powervm"}, "costs": "mail-2021", "policies": list(policies), "events": list(events),
    }


def check_lmb_size(tool):
    """LMBs of twice the size, half as many, leave another table"""
    for pages in ("64KiB", "4KiB"):
        for gib in (1, 3, 16):
            tables = [tool.dump(lmb_guest(mib, {"add": {"by": "count", "count": gib * 1024 // mib}}, page_size=pages))
                      for mib in (64, 128, 256, 512, 1024)]
            want(tables[0].count("\n") > 2 and all(t == tables[0] for t in tables),
                 "%d GiB, pages of %s: %d tables" % (gib, pages, len(set(tables))))


def check_split(tool):
    """what was added or removed in one request or in several is not the same memory"""
    draw = random.Random(1)
    for kind in ("qemu-tcg", "powervm"):
        for _ in range(6):
            total = draw.randint(4, 40)
            cut = sorted(draw.sample(range(1, total), draw.randint(1, 3)))
            parts = [b - a for a, b in zip([0] + cut, cut + [total])]
            results = []
            for sizes in ([total], parts):
                scenario = lmb_guest(256, policies=("per-section", "outer-batch", "feasible-target"))
                scenario["hypervisor"]["kind"] = kind
                if kind == "qemu-tcg":
                    scenario["events"] = [{"plug": {"id": "d1", "size": "%dMiB" % (256 * total), "notify": False}}]
                scenario["events"] += [{"add": {"by": "count", "count": n}} for n in sizes]
                rows = tool.simulate(scenario)
                dump = tool.dump(dict(scenario, policies=["feasible-target"])).count("\n")
                scenario["events"] += [{"remove": {"by": "count", "count": n}} for n in (sizes if kind == "powervm" else [])]
                rows += tool.simulate(scenario)
                results.append(([(r[0], r[COUNTS.index("memory_end_bytes") + 2]) for r in rows], dump))
            want(results[0] == results[1], "%s, %d LMBs as %s: %s" % (kind, total, parts, results))


def scaled(times):
    """all prices, in whole nanoseconds, so many times; PREPARE takes none, or it would be asked more often"""
    with open(PROFILE) as f:
        prices = yaml.safe_load(f)["costs"]
    price = {}
    for key, value in prices.items():
        whole = 1000 * (1 + value // 1000) if "_ps" in key else value
        price[key] = 0 if key.startswith("prepare_") else whole * times
    return price


def check_prices(tool):
    """times are not proportional to prices, or counts depend on them"""
    guest = {"memory": "2GiB", "max_memory": "32GiB", "vcpus": 4, "kernel": "6.1"}
    events = [{"plug": {"id": "d1", "size": "6GiB"}}, {"unplug": {"id": "d1"}}, {"hpt_order": 24}]
    for policies in (["per-section", "v1", "v2-posted"], ["outer-batch", "outer-lmb", "suppress-flag", "feasible-target"]):
        rows = [tool.simulate({"guest": guest, "policies": policies, "events": events, "costs": "qemu-tcg", "cost_overrides": scaled(k)})
                for k in (1, 2, 3, 5)]
        for one, two, three, five in zip(*rows):
            want(one[2:] == two[2:] == three[2:] == five[2:], "%s: other counts" % one[0])
            # besides the prices there is what the kernel sleeps, whatever the prices are
            step = two[1] - one[1]
            want(step > 0 and three[1] == two[1] + step and five[1] == three[1] + 2 * step,
                 "%s: %d, %d, %d, %d ns" % (one[0], one[1], two[1], three[1], five[1]))


def check_any_slot(tool):
    """COMMIT that may use any slot fails where the same slot was free"""
    tried = differed = 0
    for seed in range(5000, 5000 + 20 * COUNT):
        if tried == COUNT:
            break
        scenario = yaml.safe_load(generate.scenario(seed))
        if scenario["hypervisor"].get("kind") == "powervm" or any("prepare-hang" in f for f in scenario.get("faults", [])):
            continue
        results = []
        for rule in ("same-slot", "any-slot"):
            scenario["hypervisor"]["rehash"] = rule
            try:
                tool.simulate(scenario, rule + ".yaml")
            except Failure as e:
                if "exit status 2" in str(e):
                    break
                raise
            results.append(tool.attempts(rule + ".yaml"))
        if len(results) < 2 or not results[0]:
            continue
        tried += 1
        for same, any_ in zip(*results):
            if same != any_:
                differed += 1
                want(same[:2] == any_[:2] and same[2] and not any_[2],
                     "seed %d: %s in the same slot, %s in any" % (seed, same, any_))
                break	# from here on they are different guests
    want(tried == COUNT, "only %d scenarios with an attempt" % tried)
    want(differed, "none of %d had a collision" % tried)


def renamed(node):
    if isinstance(node, dict):
        return {k: "of_another_name." + v if k == "id" else renamed(v) for k, v in node.items()}
    return [renamed(n) for n in node] if isinstance(node, list) else node


def check_names(tool):
    """what a DIMM or a range is called changes what happens"""
    tried = 0
    for seed in range(7000, 7000 + 20 * COUNT):
        if tried == COUNT:
            break
        text = generate.scenario(seed)
        if "id:" not in text:
            continue
        scenario = yaml.safe_load(text)
        try:
            results = [(tool.simulate(s), tool.attempts()) for s in (scenario, renamed(scenario))]
        except Failure as e:
            if "exit status 2" in str(e):
                continue
            raise
        tried += 1
        want(results[0] == results[1], "seed %d: %s" % (seed, results))
    want(tried == COUNT, "only %d scenarios with a name" % tried)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[2] == "--count":
        COUNT = int(sys.argv[3])
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Tool))
