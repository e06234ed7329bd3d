#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: sizes, page sizes, kernels, request kinds, faults, overlaps, policies.

usage: generate.py SEED        print the scenario of that seed
"""
import random
import sys

LMB_MIB = 256
POLICIES = ["per-section", "v1", "v2-p1", "v2-p12", "v2-posted", "v2-intended", "outer-batch", "outer-batch-retry",
            "outer-lmb", "suppress-flag", "feasible-target"]


def mib(n):
    return "%dGiB" % (n // 1024) if n % 1024 == 0 else "%dMiB" % n


class Generator:
    """One scenario; everything comes from the seed."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.seed = seed
        self.faults_allowed = self.r.random() < 0.4
        self.overlaps = self.r.random() < 0.35
        self.orders = self.r.random() < 0.3
        self.powervm = self.r.random() < 0.1
        self.plugged, self.gone, self.ranges, self.next_id = {}, [], {}, 0

    def lmbs(self, most):
        """more small numbers than large ones"""
        return max(1, int(most ** self.r.random()))

    def guest(self):
        r = self.r
        big = r.random() < 0.08
        self.boot = LMB_MIB * (r.choice([4096 + 4, 129 * 4, 5000, 65536]) if big else r.randint(2, 48))
        dimms = [(self.new_id("b"), LMB_MIB * self.lmbs(16)) for _ in range(0 if self.powervm else r.choice([0, 0, 0, 1, 2]))]
        for name, size in dimms:
            self.plugged[name] = size
        self.room = LMB_MIB * self.lmbs(512 if big else 200)
        self.maximum = self.boot + sum(s for _, s in dimms) + self.room
        lines = ["  memory: %s" % mib(self.boot), "  max_memory: %s" % mib(self.maximum),
                 "  page_size: %s" % r.choice(["64KiB"] * 3 + (["4KiB"] if not big else ["64KiB"])),
                 '  kernel: "%s"' % r.choice(["6.1", "6.1", "6.1", "5.14", "5.9", "5.7", "5.4", "5.3", "5.1", "4.19"]),
                 "  vcpus: %d" % r.choice([1, 4, 8, 64])]
        if dimms:
            lines.append("  dimms: [%s]" % ", ".join("{id: %s, size: %s}" % (n, mib(s)) for n, s in dimms))
        if r.random() < 0.25:
            lines.append("  workload: {resident: %s, processes: %d, fault_rate: %d}" % (
                mib(LMB_MIB * r.randint(1, max(1, self.boot // LMB_MIB // 2))), r.choice([1, 3, 16, 100]),
                r.choice([1000, 100000, 10000000])))
        return lines

    def hypervisor(self):
        r = self.r
        lines = ["  kind: %s" % ("powervm" if self.powervm else r.choice(["qemu-tcg", "kvm-hv"])),
                 "  max_hpt_page_size: %s" % r.choice(["64KiB"] * 3 + ["16MiB"])]
        if not self.powervm:
            lines.append("  resize_hpt: %s" % r.choice(["enabled"] * 8 + ["required", "disabled"]))
        self.odd_host = r.random() < 0.15
        if self.odd_host:
            lines.append(r.choice(["  hpt_shift: for-64k", "  hpt_shift: %d" % r.randint(20, 30), "  rehash: any-slot",
                                   "  max_alloc_shift: %d" % r.randint(18, 30)]))
        return lines

    def new_id(self, prefix):
        self.next_id += 1
        return "%s%d" % (prefix, self.next_id)

    def drc(self):
        first = (self.boot + 1023) // 1024 * 1024 // LMB_MIB
        return "0x%x" % (0x80000000 + first + self.r.randint(-2, max(1, (self.maximum - self.boot) // LMB_MIB)))

    def event(self):
        r = self.r
        kind = r.choice(["plug"] * 5 + ["unplug"] * 4 + ["add", "remove"] * 3 + ["driver_add", "driver_remove", "memremap",
                        "memunmap", "of_detach", "probe", "wait", "reboot"] + (["hpt_order"] * 3 if self.orders else []))
        if kind == "plug":
            size = LMB_MIB * self.lmbs(max(1, self.room // LMB_MIB))
            if size > self.room:
                return "wait: 1ms"
            name = self.new_id("d")
            self.plugged[name] = size
            self.room -= size
            return "plug: {id: %s, size: %s%s}" % (name, mib(size), ", notify: false" if r.random() < 0.2 else "")
        if kind == "unplug":
            if not self.plugged:
                return "wait: 1ms"
            name = r.choice(sorted(self.plugged))
            return "unplug: {id: %s}" % name
        if kind in ("add", "remove"):
            by = r.choice(["count", "index", "indexed-count", "each-index"])
            parts = ["by: %s" % by]
            if by != "index":
                parts.append("count: %d" % self.lmbs(40))
            if by in ("index", "indexed-count") or (by == "each-index" and r.random() < 0.3):
                parts.append("drc: %s" % self.drc())
            return "%s: {%s}" % (kind, ", ".join(parts))
        if kind in ("driver_add", "memremap", "probe"):
            name, size = self.new_id("r"), LMB_MIB * self.lmbs(40)
            self.ranges.setdefault(kind, []).append(name)
            driver = ", driver: %s" % r.choice(["dax", "virtio-mem"]) if kind == "driver_add" else ""
            return "%s: {id: %s, size: %s%s}" % (kind, name, mib(size), driver)
        if kind in ("driver_remove", "memunmap"):
            names = self.ranges.get({"driver_remove": "driver_add", "memunmap": "memremap"}[kind])
            return "%s: {id: %s}" % (kind, r.choice(names)) if names else "wait: 1ms"
        if kind == "of_detach":
            return "of_detach: {drc: %s}" % self.drc()
        if kind == "reboot":
            return "reboot: {}" if r.random() < 0.5 else "wait: 2s"
        if kind == "hpt_order":
            return "hpt_order: %d" % r.choice([-74, -4, 0, 17, 126] + list(range(18, 33)))
        return "wait: %d%s" % (r.randint(1, 900), r.choice(["us", "ms"]))

    def fault(self):
        r = self.r
        kind = r.choice(["add-lmb", "online-lmb", "offline-lmb", "prepare-no-mem", "prepare-hang", "prepare-error", "commit-error"])
        parts = ["drc: %s" % self.drc()] if kind.endswith("lmb") else []
        parts.append("nth: %d" % r.randint(1, 4))
        parts.append("times: %s" % r.choice(["1", "2", "all"]))
        return "  - %s: {%s}" % (kind, ", ".join(parts))

    def policy(self):
        r = self.r
        if r.random() < 0.85:
            return r.choice(POLICIES)
        return "{name: variant, base: %s, hysteresis: %d, retry: %s, level: %s}" % (
            r.choice(["per-section", "outer-batch", "outer-lmb"]), r.randint(0, 3), r.choice(["none", "doubling"]),
            r.choice(["section", "lmb", "request"]))

    def text(self):
        r = self.r
        lines = ["# seed %s" % self.seed, "name: random", "guest:"] + self.guest() + ["hypervisor:"] + self.hypervisor()
        lines.append("costs: %s" % r.choice(["qemu-tcg", "mail-2021"]))
        lines.append("policies: [%s]" % self.policy())
        lines.append("events:")
        for _ in range(r.randint(1, 8)):
            event = self.event()
            # what must come later than something else cannot be put at any time
            if self.overlaps and not event.startswith(("wait", "unplug", "driver_remove", "memunmap")) and r.random() < 0.5:
                event = "at: %dms, %s" % (r.randint(0, 3000), event)
                lines.append("  - {%s}" % event)
            else:
                lines.append("  - %s" % event)
        if self.faults_allowed:
            lines += ["faults:"] + [self.fault() for _ in range(r.randint(1, 3))]
        return "\n".join(lines) + "\n"


def scenario(seed):
    return Generator(seed).text()


if __name__ == "__main__":
    print(scenario(int(sys.argv[1])), end="")
