#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios, the logs that their guests would write, and `validate` on these alone. TAP on standard output.

usage: logs.py HPTSIM [--count N] [--seed FIRST] [--kinds]
       logs.py --print SEED

What is not in a log has to be derived from it: DIMMs of which the guest was not told, LMBs that fail, requests that
are undone, orders that are forced, and kernels that say less than others. At least 99 % have to be equal, and each
other one has to be different in a way that docs/validate.md explains; none may be refused.

--kinds prints what differs, by kind, with a seed of each.
"""
import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import generate  # noqa: E402

KERNELS = ["4.18", "4.19", "5.3", "5.4", "5.9", "5.10", "5.14", "6.1", "6.1", "6.6", "6.12", "7.2"]
EQUAL_LEAST = 0.99
TIMEOUT_S = 60


class LogGenerator(generate.Generator):
    """A guest with mainline's kernel, one thing after the other."""

    def __init__(self, seed):
        super().__init__(seed)
        self.overlaps = False
        self.faults_allowed = self.r.random() < 0.5
        self.orders = self.r.random() < 0.4

    def guest(self):
        lines = super().guest()
        kept = [line for line in lines if not line.startswith(("  kernel", "  workload"))]
        return kept + ['  kernel: "%s"' % self.r.choice(KERNELS)]

    def hypervisor(self):
        r = self.r
        return ["  kind: %s" % r.choice(["qemu-tcg", "kvm-hv"]),
                "  max_hpt_page_size: %s" % r.choice(["64KiB"] * 4 + ["16MiB"]),
                "  resize_hpt: %s" % r.choice(["enabled"] * 12 + ["disabled"])]

    def event(self):
        while True:
            event = super().event()
            if not event.startswith(("wait", "reboot", "of_detach", "probe", "memremap", "memunmap", "driver")):
                return event

    def policy(self):
        return "per-section"


def scenario(seed):
    return LogGenerator(seed).text()


def run(binary, *args):
    return subprocess.run([binary, *args], capture_output=True, timeout=TIMEOUT_S)


def kind_of(text):
    """What differs, without its place."""
    for line in text.splitlines():
        if line.startswith("first difference"):
            return line[line.rindex("["):]
    return text.strip().splitlines()[-1][:120] if text.strip() else "nothing said"


def try_one(binary, seed, directory):
    """None: there is no log to look at. "": equal. Else what differs."""
    path, log = os.path.join(directory, "s.yaml"), os.path.join(directory, "log")
    with open(path, "w") as f:
        f.write(scenario(seed))
    if os.path.exists(log):
        os.unlink(log)
    done = run(binary, "run", "--no-db", path, "--dmesg=" + log)
    if done.returncode == 2 and b"scenario" not in done.stdout:
        return "scenario refused: " + done.stderr.decode()[:200]
    if not os.path.exists(log):
        return None
    with open(log) as f:
        text = f.read()
    if not any(word in text for word in ("Attempting to", "Could not handle")):
        return None
    done = run(binary, "validate", log)
    if done.returncode == 0:
        return ""
    return kind_of((done.stdout + done.stderr).decode(errors="replace")) or "exit status %d" % done.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", nargs="?")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", action="store_true")
    parser.add_argument("--print", dest="show", metavar="SEED")
    args = parser.parse_args()
    if args.show:
        print(scenario(int(args.show)), end="")
        return 0
    tried, different = 0, collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as directory:
        seed = args.seed
        while tried < args.count:
            found = try_one(args.binary, seed, directory)
            tried += found is not None
            if found:
                different[found].append(seed)
            seed += 1
    bad = sum(len(seeds) for seeds in different.values())
    if args.kinds:
        for kind, seeds in sorted(different.items(), key=lambda item: -len(item[1])):
            print("# %4d %s: %s" % (len(seeds), kind, " ".join(map(str, seeds[:12]))))
    print("1..1")
    good = bad <= (1 - EQUAL_LEAST) * tried
    print("%sok 1 - %d of %d random logs are equal" % ("" if good else "not ", tried - bad, tried))
    for kind, seeds in different.items():
        print("# %s: seeds %s" % (kind, " ".join(map(str, seeds))))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
