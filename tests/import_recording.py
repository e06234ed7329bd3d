#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn recordings of a real guest into the plain text form of tests/recordings/.

usage: import_recording.py RUNS_DIR [NAME...] --out tests/recordings

RUNS_DIR holds one folder per recording (no NAME: all of them) with summary.json, attempts.csv
and hpt-*.runs.csv.gz as the recorder wrote them; tests/recordings/README.md says what comes
out. The folder's name becomes the set: OUT/SET/NAME/. An existing NAME is replaced.
"""
import argparse
import csv
import gzip
import itertools
import json
import os
import re
import shutil
import sys

LINEAR_BASE = 0xc000000000000000
VMEMMAP_BASE_64K = 0xc00c000000000000
PAGE_SHIFT_64K = 16

# What stood around the guest, per set.
PROVENANCE = {
    "runs": [
        "guest: Debian 12 linux-image-6.1.0-50-powerpc64le (6.1.176), unpatched, hash MMU, 64K pages, one vCPU",
        "hypervisor: Debian 12 QEMU 7.2.22, -M pseries -accel tcg, -cpu {cpu}; LMB 256 MiB",
    ],
    "runs-4k": [
        "guest: Linux 6.1.192 with 4K pages, resize policy unpatched, hash MMU, one vCPU",
        "hypervisor: Debian 12 QEMU 7.2.22, -M pseries -accel tcg, -cpu {cpu}; LMB 256 MiB",
    ],
    "runs-kvm": [
        "guest: Debian 12 linux-image-6.1.0-50-powerpc64le (6.1.176), unpatched, hash MMU, 64K pages, one vCPU",
        "hypervisor: QEMU with the real KVM HV of Linux 6.1, on an emulated bare-metal POWER9; LMB 256 MiB",
        "host: {host}",
    ],
    "runs-patched": [
        "guest: Linux 6.1.192 built small, 64K pages, hash MMU, one vCPU; policy {policy} chosen by a boot parameter",
        "hypervisor: Debian 12 QEMU 7.2.22, -M pseries -accel tcg, -cpu {cpu}; LMB 256 MiB",
    ],
}

GUESTS_2 = {
    "k5.10": ("5.10", "Linux 5.10.262, built from Debian's source with a small configuration of its own", "Debian 12 QEMU 7.2.22"),
    "k6.1": ("6.1", "Debian 12 linux-image-6.1.0-50-powerpc64le (6.1.176)", "Debian 12 QEMU 7.2.22"),
    "k6.12": ("6.12", "Debian 13 Linux 6.12.107, 64k flavour", "Debian 12 QEMU 7.2.22"),
    "k6.12-4k": ("6.12", "Debian 13 Linux 6.12.107, default flavour", "Debian 12 QEMU 7.2.22"),
    "k7.2": ("7.2", "Debian sid Linux 7.2.13, 64k flavour", "Debian 12 QEMU 7.2.22"),
    "k7.3": ("7.3", "Debian experimental Linux 7.3~rc7, 64k flavour", "Debian 12 QEMU 7.2.22"),
    "q5.2": ("6.1", "Debian 12 linux-image-6.1.0-50-powerpc64le (6.1.176)", "Debian 11 QEMU 5.2"),
    "q10.0": ("6.1", "Debian 12 linux-image-6.1.0-50-powerpc64le (6.1.176)", "Debian 12 backports QEMU 10.0.2"),
    "q11.1": ("6.1", "Debian 12 linux-image-6.1.0-50-powerpc64le (6.1.176)", "Debian sid QEMU 11.1.3"),
}
PROVENANCE.update({"runs-" + label: [
    "guest: %s, unpatched, hash MMU, {page} pages, {vcpus}" % guest,
    "hypervisor: %s, -M pseries -accel tcg, -cpu {cpu}; LMB 256 MiB" % qemu,
] for label, (_, guest, qemu) in GUESTS_2.items()})
KERNELS = {"runs-" + label: kernel for label, (kernel, _, _) in GUESTS_2.items()}

# What the steps of a recording do not say: keys of the guest, events of several tasks, faults of the host. A request that
# overlaps another one starts, in the simulator's time, where it started in the recording: at the same LMB.
GUEST_KEYS = {
    "lin16M-debugpa-3G+6G": ["debug_pagealloc: true"],
    "kfence-lin16M-3G+6G": ["kfence: true"],
    "seg256M-order-2G": ["segment_size: 256MiB"],
    "prelaunch-dimm-2G+2G": ["dimms: [{id: d1, size: 2GiB, prelaunch: true}]"],
    # 24 processes share 384 MiB
    "hog-3G+6G": ["workload: {resident: 384MiB, processes: 24, shared: true}"],
}
EVENTS = {
    "conc-2dlpar-smp4": ["plug: {id: d1, size: 6GiB, notify: false}",
                         "{at: 2s, add: {by: count, count: 6}}", "{at: 2100ms, add: {by: count, count: 5}}"],
    "conc-order24-plug-smp4": ["plug: {id: d1, size: 6GiB}", "{at: 1085ms, hpt_order: 24}"],
    # the order was done while the first LMB went offline, which took its time
    "conc-order-unplug-smp4": ["plug: {id: d1, size: 6GiB}", "wait: 5s", "unplug: {id: d1}", "{at: 8100ms, hpt_order: 24}"],
}
COST_OVERRIDES = {"conc-order-unplug-smp4": "{offline_lmb_ns: 1000000000}"}
FAULTS = {
    "nomem24-2G+20G": ["prepare-no-mem: {nth: 4, times: 1}"],
    "preptimeout-3G+1G": ["prepare-hang: {nth: 1, times: 2}"],
    "dimms16-boot-2G": ["offline-lmb: {drc: 0x80000027}"],
}
# Dumps that are left out: pages that come and go were in the way of most entries; the recorder could not decode them.
NOT_COMPARED = {"lin16M-debugpa-3G+6G": ["plugged", "end"], "hog-3G+6G": ["plugged"], "seg256M-order-2G": ["boot", "shrunk"]}
# At most so many pages of the linear map have an entry that comes and goes while the guest runs: free ones under
# debug_pagealloc, objects that KFENCE has freed.
COME_AND_GO = {"lin16M-debugpa-3G+6G": 32, "kfence-lin16M-3G+6G": 48}

# Largest table that the host could allocate, where that was little: with 1 % of a 4 GiB host as CMA, order 24 came from
# the buddy allocator and 25 from nowhere. A property of the host, which no scenario says by itself.
HOST_ALLOCATES = {"kvm-nomem-4G": 24}

# Lines of the guest's log that are kept, as they are, for `validate` and `explain`: the guest, its requests, its resizes.
LOG_LINES = re.compile("|".join([
    r"Page orders:", r"Using 1TB segments", r"kfence", r"Linux version", r"Hardware name:", r"Kernel command line:",
    r"ppc64_pft_size", r"htab_hash_mask", r"firmware_features", r"phys_mem_size", r"Memory: \d+K/", r"  node +\d+: \[mem",
    r"smp: Brought up", r"RTAS: event:", r"lpar: ", r"Hash collision", r"pseries-hotplug-mem: ", r"dlpar: ",
]))

# What a recording was made for; {…} are filled from the recording.
SHOWS = {
    "disabled-3G+6G": "resize-hpt=disabled: the table is sized for maxmem and nothing is ever asked for",
    "dlpar-3G+5G": "requests through /sys/kernel/dlpar; an LMB removed this way cannot be added again, boot memory is not removable",
    "dlpar-add-3G+6G": "add and remove by count, index and indexed-count through /sys/kernel/dlpar, good ones and failing ones",
    "dlpar-3G+6G": "add and remove by count, index and indexed-count through /sys/kernel/dlpar, good ones and failing ones",
    "grow-1G+16G": "failing shrinks first, then the table grows with the guest",
    "lin16M-3G+6G": "16M linear map and vmemmap: shrinks succeed",
    "lin16M-order-9G": "16M linear map and vmemmap: forced resizes down to the smallest table and back",
    "maxmem1T-3G+6G": "maxmem plays no part while resizing is enabled",
    "onelmb-3G": "DIMMs of one and two LMBs, one request each",
    "onelmb-4G": "one LMB more takes the guest across a power of two",
    "order-2G": "forced resizes: good and failing shrinks, the same size again, grows, sizes out of range",
    "order-3G": "forced resizes: vmemmap entries in slot 0 stop most shrinks",
    "power9-3G+6G": "the same on a POWER9 guest with radix switched off",
    "rollback-count-3G+6G": "a failing add by count takes its LMBs out again",
    "scaled-3G+6G": "the case of the mail on a small scale: every LMB asks for a shrink that fails",
    "scaled-9G+16G": "the case of the mail on a middle scale: every LMB asks for a shrink that fails",
    "seed-129G+256G": "the case of the mail: 256 GiB hot-added to a 129 GiB guest",
    "unplug-25G-16G": "a DIMM present at boot is unplugged: every LMB asks for a shrink that fails",
    "cycle-3G+6G": "4K pages: the guest boots one shift below its wish, so adding only grows",
    "kvm-2G-failfirst": "KVM HV: a failed COMMIT leaves the scanned prefix ABSENT, the outcome of the next one is the same",
    "kvm-2G-order": "KVM HV: forced resizes with VRMA entries in the table",
    "kvm-nomem-4G": "KVM HV: too little CMA on the host, PREPARE answers H_NO_MEM",
    "kvm-scaled-3G+6G": "KVM HV: the case of the mail on a small scale, then the DIMM is unplugged again",
    "lin16M-debugpa-3G+6G": "debug_pagealloc=on: few boot pages are in the table, hot-added LMBs whole; the fifth LMB's shrink succeeds",
    "lin16M-order-3G": "16M pages offered to a kernel with KFENCE built in: linear map of 64K pages, vmemmap of 16M",
    "kfence-lin16M-3G+6G": "KFENCE on: linear map of 64K pages, and the guard pages of its pool have no entry",
    "seg256M-order-2G": "disable_1tb_segments: forced resizes with 256 MiB segments",
    "rollback-indexed-3G+6G": "a failing add by indexed-count takes its LMBs out again",
    "grow-2G+32G": "a shrink, then the table grows with the guest",
    "smp4-3G+6G": "four vCPUs: every LMB asks for a shrink that fails",
    "4k-order-2G": "4K pages: forced resizes down and up",
    "conc-2dlpar-smp4": "two requests by count at once wait for each other",
    "conc-order24-plug-smp4": "an order written while an LMB asks for another: both prepare in turn until both time out",
    "conc-order-unplug-smp4": "an order written during an unplug",
    "hog-3G+6G": "busy processes: their entries are in the way of hot-added memory's, not of any outcome",
    "prelaunch-dimm-2G+2G": "a DIMM plugged before the guest started: boot memory that the table was not sized for",
    "dimms16-boot-2G": "16 DIMMs at boot, one more plugged, two unplugged, of which one is busy",
    "reset-2G": "a reset gives the guest a table of QEMU's choice for the memory it has then",
    "preptimeout-3G+1G": "a PREPARE that stays busy: the guest gives up after 101 answers",
    "nomem24-2G+20G": "a host that has no memory for one table",
    "cycle-8G+1G": "a DIMM of 1 GiB plugged into an 8 GiB guest, then unplugged",
}


def policy_of(name):
    """POLICY--SCENARIO is of a kernel with that policy; anything else is of mainline."""
    policy = name.split("--")[0] if "--" in name else "mainline"
    return "per-section" if policy == "mainline" else policy


def binary_size(text):
    number, unit = re.fullmatch(r"(\d+)([KMGT])", text).groups()
    return "%s%siB" % (number, unit)


class Recording:
    """One folder as recorded: scenario, events with the dumps between them, attempts."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.set = os.path.basename(os.path.dirname(path))
        with open(os.path.join(path, "summary.json")) as f:
            self.summary = json.load(f)
        self.kvm = "scenario" not in self.summary
        self.setup = self.summary["meta" if self.kvm else "scenario"]
        self.machine = dict(option.split("=", 1)
                            for option in self.setup.get("machine", "").split(",") if option)
        self.policy = policy_of(self.name)
        self.events = []
        self.dumps = {}		# name -> number of events before it
        if self.kvm:
            self._read_kvm_steps()
        else:
            self._read_steps()

    def _plug(self, dimm, size):
        quiet = self.machine.get("modern-hotplug-events") == "off"
        return "plug: {id: d%s, size: %s%s}" % (dimm, binary_size(size), ", notify: false" if quiet else "")

    @staticmethod
    def _dlpar(words):
        resource, action, by, *numbers = words.split()
        assert resource == "memory", words
        keys = {"count": ("count",), "index": ("drc",), "indexed-count": ("count", "drc")}[by]
        assert len(keys) == len(numbers), words
        return "%s: {by: %s, %s}" % (action, by, ", ".join("%s: %s" % kv for kv in zip(keys, numbers)))

    def _read_steps(self):
        for op, *args in self.setup["steps"]:
            if op == "plug":
                self.events.append(self._plug(args[0], args[1]))
            elif op == "unplug":
                self.events.append("unplug: {id: d%s}" % args[0])
            elif op == "order":
                self.events.append("hpt_order: %s" % args[0])
            elif op == "dlpar":
                self.events.append(self._dlpar(args[0]))
            elif op == "reset":
                self.events.append("reboot: {}")
            elif op == "hpt":
                if args[0] not in NOT_COMPARED.get(self.name, []):
                    self.dumps[args[0]] = len(self.events)
            elif op not in ("sh", "ctl", "sleep", "settle"):	# what they do is in the tables above
                sys.exit("%s: unknown step '%s'" % (self.path, op))
        derived, self.events = self.events, EVENTS.get(self.name, self.events)
        for dump, before in self.dumps.items():
            if before and (before == len(derived) or derived[:before] != self.events[:before]):
                self.dumps[dump] = len(self.events)

    def _read_kvm_steps(self):
        """KVM recordings number their dumps instead of listing them among the steps: a dump
        called N-grow25 is the one after the next step that asked for 25, and so on."""
        ops = []
        for step in self.summary["steps"]:
            op, *args = step["op"]
            if op == "plug":
                self.events.append(self._plug(args[0], "%dG" % args[1]))
            elif op == "unplug":
                self.events.append("unplug: {id: d%s}" % args[0])
            elif op == "order":
                self.events.append("hpt_order: %d" % args[0])
            elif op == "guest":
                continue	# the guest touches memory: no bolted entry moves
            else:
                sys.exit("%s: unknown step '%s'" % (self.path, op))
            ops.append("%s%s" % (op, args[0] if op == "order" else "ged"))
        done = 0
        for name in sorted(self.summary.get("hpt", {}), key=lambda n: int(n.split("-")[0])):
            what = name.split("-", 1)[1]
            order = re.fullmatch(r"(?:grow|back|fail|same|order)(\d+)[a-z]?", what)
            if order:
                done = ops.index("order" + order.group(1), done) + 1
            elif what in ("plugged", "unplugged"):
                done = ops.index(what, done) + 1
            elif what not in ("boot", "filled"):
                sys.exit("%s: cannot tell when dump '%s' was taken" % (self.path, name))
            self.dumps[name] = done

    def shift_at_boot(self, attempts):
        first = next(iter(self.summary.get("requests", [])), {})
        if "hpt_shift_at_boot" in first:
            return first["hpt_shift_at_boot"]	# of the first boot, where there are several
        if "initial_hpt_shift" in self.summary:
            return self.summary["initial_hpt_shift"]
        if "0-boot" in self.summary.get("hpt", {}):
            return self.summary["hpt"]["0-boot"]["shift"]
        return attempts[0][0]

    def dump_shift(self, name):
        if self.kvm:
            return self.summary["hpt"][name]["shift"]
        return next(step["census"]["shift"] for step in self.summary["steps"] if step["op"] == ["hpt", name])

    def about(self):
        cpu = self.setup.get("cpu", "POWER8")
        lines = ["A recording of a real guest: %s." % SHOWS[self.name.split("--")[-1]]]
        if self.setup.get("append"):
            lines.append("kernel command line: %s" % self.setup["append"])
        vcpus = "%d vCPUs" % self.setup["smp"] if self.setup.get("smp", 1) > 1 else "one vCPU"
        return lines + [text.format(cpu=cpu, policy=self.policy, host=self.setup.get("host"), vcpus=vcpus,
                                    page="4K" if self._virtual() == 12 else "64K")
                        for text in PROVENANCE[self.set]]

    def online_movable(self):
        """said on the kernel's command line, which the log repeats"""
        with open(log_of(self.path), encoding="utf-8", errors="replace") as f:
            return bool(re.search(r"Kernel command line:.*memhp_default_state=online_movable", f.read()))

    def _virtual(self):
        return self.summary.get("page_shifts", {}).get("virtual", PAGE_SHIFT_64K)

    def scenario(self):
        cap = {"16M": "16MiB", None: "64KiB"}[self.machine.get("cap-hpt-max-page-size")]
        dimms = re.findall(r"memory-backend-ram,id=m(\w+),size=(\w+)", " ".join(self.setup.get("extra", [])))
        lines = ["name: %s" % re.sub(r"[^A-Za-z0-9_-]", "_", self.name), "guest:",
                 "  memory: %s" % binary_size(self.setup["mem"])]
        if dimms:
            lines.append("  dimms: [%s]" % ", ".join("{id: d%s, size: %s}" % (dimm, binary_size(size))
                                                     for dimm, size in dimms))
        lines += ["  max_memory: %s" % binary_size(self.setup["maxmem"]),
                  "  page_size: %s" % {12: "4KiB", PAGE_SHIFT_64K: "64KiB"}[self._virtual()],
                  *["  online_movable: true"] * self.online_movable(),
                  *["  " + key for key in GUEST_KEYS.get(self.name, [])],
                  '  kernel: "%s"' % KERNELS.get(self.set, "6.1"),
                  "  vcpus: %d" % self.setup.get("smp", 1),
                  "hypervisor:",
                  "  kind: %s" % ("kvm-hv" if self.kvm else "qemu-tcg"),
                  "  max_hpt_page_size: %s" % cap,
                  "  resize_hpt: %s" % self.machine.get("resize-hpt", "enabled"),
                  *["  max_alloc_shift: %d" % HOST_ALLOCATES[n] for n in [self.name] if n in HOST_ALLOCATES],
                  "costs: %s" % ("mail-2021" if self.kvm else "qemu-tcg"),
                  *["cost_overrides: " + COST_OVERRIDES[n] for n in [self.name] if n in COST_OVERRIDES],
                  "policies: [%s]" % self.policy,
                  *(["faults:"] * (self.name in FAULTS)), *["  - " + fault for fault in FAULTS.get(self.name, [])],
                  "events:"]
        return lines + ["  - %s" % event for event in self.events or ["wait: 1s"]]

    def attempts(self):
        def code(text):
            return text if text and text != "-" else "-"
        with open(os.path.join(self.path, "attempts.csv"), newline="") as f:
            # the last PREPARE of an attempt that timed out is the one that cancels it
            return [(int(row["hpt_shift"]), int(row["asked_shift"]),
                     "H_LONG_BUSY_ORDER_100_MSEC" if row["kernel_rc"] == "-110" else code(row["prepare"]),
                     code(row["commit"]), int(row["kernel_rc"])) for row in csv.DictReader(f)]

    def dump(self, name):
        """Rows of region, base_shift, secondary, slot, ea, pages (KVM: and state), bolted ones only."""
        path = os.path.join(self.path, "hpt-%s.runs.csv.gz" % name)
        with gzip.open(path, "rt", newline="") as f:
            rows = [self._kvm_row(row, path) if self.kvm else
                    (row["region"], int(row["base_shift"]), int(row["secondary"]), int(row["slot"]),
                     int(row["ea"], 16), int(row["pages"]))
                    for row in csv.DictReader(f) if row.get("bolted", "1") == "1"]
        return sorted(rows, key=lambda row: (row[0], row[4]))

    @staticmethod
    def _kvm_row(row, path):
        region = row["region"].lower()
        ea = {"linear": LINEAR_BASE + int(row["first_guest_real"], 16),
              "vmemmap": VMEMMAP_BASE_64K + int(row["first_segment_offset"], 16),
              "vrma": int(row["first_guest_real"], 16)}.get(region)
        if ea is None:
            sys.exit("%s: unknown region '%s'" % (path, row["region"]))
        return (region, PAGE_SHIFT_64K, int(row["secondary"]), int(row["slot"]), ea, int(row["pages"]),
                row["state"])


def write_lines(path, lines):
    with open(path, "w") as f:
        f.writelines(line + "\n" for line in lines)


def write_timings(path, target):
    """When each section mapping and resize began and what it took, for fitting cost profiles."""
    calls, attempts = os.path.join(path, "hcalls.csv"), os.path.join(path, "attempts.csv")
    if not os.path.exists(calls):
        return
    us = lambda text: str(round(float(text) * 1e6)) if text else "-"
    with open(calls) as f, open(attempts) as g:
        resizes = csv.DictReader(g)
        rows = []
        for row in csv.DictReader(f):
            if row["event"] == "mark":
                rows.append(["mark", us(row["guest_s"]), "-", "-", "-"])
            elif row["event"] in ("map", "unmap"):
                rows.append([row["event"], us(row["guest_s"]), us(row["took_s"]), "-", "-"])
            elif row["event"] == "resize":
                r = next(resizes)
                rows.append(["resize", us(r["guest_s"]), us(r["total_s"]), us(r["prepare_s"]), us(r["commit_s"])])
    write_lines(os.path.join(target, "timings.tsv"),
                ["# Guest time in microseconds. mark: a request begins; map, unmap: a section mapping, with the",
                 "# resize inside it; resize: in order of attempts.tsv. TCG on a shared machine: use ratios.",
                 "# columns: event\tbegin\ttook\tin_prepare\tin_commit"] + ["\t".join(row) for row in rows])


def log_of(path):
    return next(os.path.join(path, n) for n in ("dmesg.txt", "guest-dmesg.txt") if os.path.exists(os.path.join(path, n)))


def write_log(path, target):
    with open(log_of(path), encoding="utf-8", errors="replace") as f:
        write_lines(os.path.join(target, "log.txt"), [line for line in f.read().splitlines() if LOG_LINES.search(line)])


def import_recording(path, out):
    rec = Recording(path)
    attempts = rec.attempts()
    missing = [n for n in rec.dumps if not os.path.exists(os.path.join(path, "hpt-%s.runs.csv.gz" % n))]
    if missing:
        sys.exit("%s: no file for dump %s" % (path, ", ".join(missing)))
    target = os.path.join(out, rec.set, rec.name)
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)

    write_lines(os.path.join(target, "scenario.yaml"),
                ["# SPDX-License-Identifier: GPL-2.0-or-later"] + ["# " + text for text in rec.about()] +
                rec.scenario())

    head = ["# Resize attempts in order, identical ones next to each other counted.",
            "# policy: %s" % rec.policy,
            "# hpt-shift-start: %d" % rec.shift_at_boot(attempts),
            "# attempts: %d" % len(attempts),
            "# dumps: %s" % " ".join(rec.dumps),
            *["# come-and-go: %d" % COME_AND_GO[n] for n in [rec.name] if n in COME_AND_GO]]
    head.append("# columns: count\tfrom_shift\tasked_shift\tprepare_rc\tcommit_rc\terrno")
    write_lines(os.path.join(target, "attempts.tsv"), [line.rstrip() for line in head] +
                ["\t".join(map(str, (len(list(same)),) + row)) for row, same in itertools.groupby(attempts)])

    columns = ["region", "base_shift", "secondary", "slot", "ea", "pages"] + ["state"] * rec.kvm
    for name, before in rec.dumps.items():
        write_lines(os.path.join(target, "hpt-%s.tsv" % name),
                    ["# Bolted HPTEs as runs of consecutive pages in the same slot; ea is hexadecimal.",
                     "# after-events: %d" % before,
                     "# hpt-shift: %d" % rec.dump_shift(name),
                     "# columns: " + "\t".join(columns)] +
                    ["\t".join([row[0], str(row[1]), str(row[2]), str(row[3]), "%x" % row[4], str(row[5]), *row[6:]])
                     for row in rec.dump(name)])
    write_timings(path, target)
    write_log(path, target)
    return len(attempts), len(rec.dumps)


def main():
    parser = argparse.ArgumentParser(description="Turn recordings of a real guest into tests/recordings/.")
    parser.add_argument("runs_dir")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    root = os.path.abspath(args.runs_dir)
    names = args.names or sorted(n for n in os.listdir(root) if os.path.isdir(os.path.join(root, n)))
    for name in names:
        attempts, dumps = import_recording(os.path.join(root, name), args.out)
        print("%s/%s: %d attempts, %d dumps" % (os.path.basename(root), name, attempts, dumps))
    return 0 if names else 1


sys.exit(main())
