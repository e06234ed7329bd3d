#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the log that 'hptsim run --dmesg' prints with the logs of real guests. Output is TAP.

usage: check_dmesg.py BINARY RECORDINGS

One test for each recording that has a log.txt: every line of it has to be printed, in its order,
and no other, where "line" is one of
  lpar: …, pseries-hotplug-mem: …, dlpar: … but for the line that closes its quote,
  hash-mmu: Hash collision …, hash-mmu: ppc64_pft_size …, hash-mmu: htab_hash_mask …,
  phys_mem_size …, Page orders: …, Using 1TB segments, Disabling kfence, firmware_features …, Memory: …
with the prefix that the recording's kernel has. Times and the milliseconds of "HPT resize to shift N complete" are left out: they are the host's.
Left out of "Memory:" is all but the total: the rest is the size of the kernel itself; of firmware_features all but
whether the HPT can be resized: the rest is QEMU's version.

Not printed at all, and so not compared: everything of the rest of the kernel (zone lists rebuilt
after a hot-add, "RTAS: event" of a quiet plug, drivers), and what the recorder wrote into the log.

Then some lines that no recording has, and what a script that reads logs relies on: the form of the
time stamps, that they never go back, that a file gets the same as standard output, and that
a log of several runs is refused.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

os.environ["COLUMNS"] = "500"      # tables are whole

LINE = re.compile(r"lpar: |pseries-hotplug-mem: |dlpar: |hash-mmu: (Hash collision|ppc64_pft_size|htab_hash_mask)|"
                  r"phys_mem_size |(hash-mmu: )?(Page orders: |Using 1TB|Disabling kfence)|firmware_features |Memory: ")
STAMP = re.compile(r"\[ {0,4}(\d{1,5}\.\d{6})\] ")
SHOWN = 12	# lines of a difference

HEAD = """\
name: log
guest: {{memory: 4GiB, max_memory: 16GiB, kernel: "{kernel}"}}
hypervisor: {{kind: qemu-tcg}}
costs: qemu-tcg
policies: [per-section]
events:
"""
# what a scenario has to make the kernel say: (name, kernel, events and what follows, lines in this order)
CASES = [
    ("a remove by count that is rolled back", "6.1", """\
  - plug: {id: d1, size: 1GiB}
  - unplug: {id: d1}
  - remove: {by: count, count: 4}
faults:
  - offline-lmb: {drc: 0x80000012, times: all}
""", ["pseries-hotplug-mem: Attempting to hot-remove 4 LMB(s) at 80000010",
      "pseries-hotplug-mem: Memory indexed-count-remove failed, adding any removed LMBs",
      "pseries-hotplug-mem: Attempting to hot-remove 4 LMB(s)",
      "pseries-hotplug-mem: Memory hot-remove failed, adding LMB's back",
      'dlpar: Could not handle DLPAR request "memory remove count 4', '"']),
    ("no memory for the table", "6.1", """\
  - hpt_order: 23
faults:
  - prepare-no-mem: {nth: 1}
""", ["lpar: Attempting to resize HPT to shift 23", "lpar: Unexpected error -9 from H_RESIZE_HPT_PREPARE"]),
    ("a commit that fails", "6.1", """\
  - hpt_order: 24
faults:
  - commit-error: {nth: 1}
""", ["lpar: Attempting to resize HPT to shift 24", "lpar: Unexpected error -1 from H_RESIZE_HPT_COMMIT"]),
    ("a prepare that never ends says nothing", "6.1", """\
  - hpt_order: 24
faults:
  - prepare-hang: {nth: 1}
""", ["lpar: Attempting to resize HPT to shift 24"]),
    ("an old kernel tells of each failure itself", "4.19", """\
  - plug: {id: d1, size: 256MiB}
""", ["lpar: Attempting to resize HPT to shift 23", "lpar: Hash collision while resizing HPT",
      "Unable to resize hash page table to target order 23: -28"]),
    ("up to 5.10 each LMB is told, also by index and by count", "5.10", """\
  - plug: {id: d1, size: 1GiB, notify: false}
  - add: {by: count, count: 1}
  - remove: {by: index, drc: 0x80000010}
  - remove: {by: index, drc: 0x80000010}
""", ["pseries-hotplug-mem: Attempting to hot-add 1 LMB(s)", "lpar: Attempting to resize HPT to shift 23",
      "pseries-hotplug-mem: Memory at 100000000 (drc index 80000010) was hot-added",
      "pseries-hotplug-mem: Attempting to hot-remove LMB, drc index 80000010",
      "lpar: Attempting to resize HPT to shift 23", "hash-mmu: Hash collision while resizing HPT",
      "pseries-hotplug-mem: Memory at 100000000 was hot-removed",
      "pseries-hotplug-mem: Attempting to hot-remove LMB, drc index 80000010",
      "pseries-hotplug-mem: Failed to hot-remove memory at 100000000",
      'dlpar: Could not handle DLPAR request "memory remove index 0x80000010', '"']),
    ("from 5.11 on they are debug messages", "5.11", """\
  - plug: {id: d1, size: 1GiB, notify: false}
  - add: {by: count, count: 1}
  - remove: {by: index, drc: 0x80000010}
  - remove: {by: index, drc: 0x80000010}
""", ["pseries-hotplug-mem: Attempting to hot-add 1 LMB(s)", "lpar: Attempting to resize HPT to shift 23",
      "lpar: Attempting to resize HPT to shift 23", "hash-mmu: Hash collision while resizing HPT",
      'dlpar: Could not handle DLPAR request "memory remove index 0x80000010', '"']),
    ("before 5.2 without a prefix", "5.1", """\
  - wait: 1s
""", ["Page orders: linear mapping = 16, virtual = 16, io = 16, vmemmap = 16", "Using 1TB segments",
      "Using pSeries machine description", "firmware_features = 1", "ppc64_pft_size    = 0x19", "htab_hash_mask    = 0x3ffff"]),
    ("from 7.2 on with one before all of them", "7.2", """\
  - wait: 1s
""", ["hash-mmu: Page orders: linear mapping = 16, virtual = 16, io = 16, vmemmap = 16", "hash-mmu: Using 1TB segments",
      "hash-mmu: Disabling kfence", "hash-mmu: ppc64_pft_size    = 0x19"]),
    ("a reboot starts the log again", "6.1", """\
  - hpt_order: 26
  - reboot: {}
  - hpt_order: 26
""", ["hash-mmu: ppc64_pft_size    = 0x19", "lpar: Attempting to resize HPT to shift 26",
      "lpar: HPT resize to shift 26 complete", "hash-mmu: ppc64_pft_size    = 0x19",
      "lpar: Attempting to resize HPT to shift 26", "lpar: HPT resize to shift 26 complete"]),
]


class Failure(Exception):
    pass


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, function, *args):
        self.count += 1
        try:
            function(*args)
            print("ok %d - %s" % (self.count, name))
        except Failure as e:
            self.failed += 1
            print("not ok %d - %s" % (self.count, name))
            for line in str(e).splitlines():
                print("# " + line)


def run(binary, *args, status=0):
    done = subprocess.run([binary, "run", "--no-db", *args], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120)
    if done.returncode != status:
        raise Failure("%s: exit status %d, want %d: %s" % (" ".join(args), done.returncode, status, done.stderr.strip()))
    return done


def without_stamps(log, reboots=False):
    lines, last = [], 0.0
    for number, line in enumerate(log.splitlines(), 1):
        stamp = STAMP.match(line)
        if not stamp:
            raise Failure("line %d has no time stamp: %s" % (number, line))
        if float(stamp.group(1)) < last and not reboots:
            raise Failure("line %d goes back in time: %s" % (number, line))
        last = float(stamp.group(1))
        lines.append(line[stamp.end():])
    return lines


def normal(line):
    line = re.sub(r"(firmware_features = )0x([0-9a-f]+)", lambda m: m.group(1) + str(int(m.group(2), 16) >> 24 & 1), line)
    line = re.sub(r"^Memory: \d+K/(\d+K available) .*", r"Memory: 0K/\1", line)
    return re.sub(r"complete \(\d+ ms / \d+ ms\)", "complete", line)


def recorded(path, reboots):
    with open(path) as f:
        return [normal(line) for line in without_stamps(f.read(), reboots) if LINE.match(line)]


def compare(binary, folder):
    scenario = os.path.join(folder, "scenario.yaml")
    with open(scenario) as f:
        reboots = "reboot:" in f.read()
    want = recorded(os.path.join(folder, "log.txt"), reboots)
    got = [normal(line) for line in without_stamps(run(binary, "--dmesg", scenario).stdout, reboots) if LINE.match(line)]
    if not want:
        raise Failure("log.txt has no lines")
    if reboots:		# the recorded log is that of the last boot
        got = got[max(i for i, text in enumerate(got) if text.startswith("Page orders")):]
    if got != want:
        diff = list(difflib.unified_diff(want, got, "recorded", "simulated", n=1, lineterm=""))
        raise Failure("\n".join(diff[:SHOWN] + ["… %d lines more" % (len(diff) - SHOWN)] * (len(diff) > SHOWN)))


def says(binary, directory, kernel, events, want):
    path = os.path.join(directory, "case.yaml")
    with open(path, "w") as f:
        f.write(HEAD.format(kernel=kernel) + events)
    lines = iter([normal(line) for line in
                  without_stamps(run(binary, "--dmesg", path).stdout, reboots="reboot" in events)])
    for line in want:
        if line not in lines:
            raise Failure("no line '%s' after the ones before it" % line)
    rest = [line for line in lines if line.startswith("lpar: ")]
    if rest:
        raise Failure("one more: %s" % rest[0])


KERNELS = ("4.11", "4.18", "5.4", "5.10", "5.11", "6.1", "6.12", "7.2")
MODES = ("enabled", "disabled")
ROUND_TRIP = """\
  - plug: {id: d1, size: 1GiB}
  - add: {by: index, drc: 0x80000099}
  - remove: {by: index, drc: 0x80000011}
  - add: {by: index, drc: 0x80000011}
  - unplug: {id: d1}
  - hpt_order: 24
  - remove: {by: count, count: 3}
"""


def read_back(binary, directory, kernel, mode):
    """What is written is read, whatever the kernel: the same requests, attempts and ends, with and without the scenario."""
    path, log = os.path.join(directory, "case.yaml"), os.path.join(directory, "case.log")
    with open(path, "w") as f:
        f.write(HEAD.format(kernel=kernel).replace("kind: qemu-tcg", "kind: qemu-tcg, resize_hpt: " + mode) + ROUND_TRIP)
    run(binary, "--dmesg=" + log, path)
    for arguments in ([log, path], [log]):
        done = subprocess.run([binary, "validate", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120)
        if done.returncode != 0:
            raise Failure("%d arguments: exit status %d\n%s" % (len(arguments), done.returncode, done.stdout + done.stderr))


def to_file(binary, directory, scenario):
    path = os.path.join(directory, "log")
    printed = run(binary, "--dmesg", scenario).stdout
    table = run(binary, "--dmesg=" + path, scenario).stdout
    with open(path) as f:
        if f.read() != printed:
            raise Failure("the file differs from standard output")
    if not table.startswith("policy") or table != run(binary, scenario).stdout:
        raise Failure("with a file, the table is not printed as usual")


def refused(binary, scenario, args, text):
    done = run(binary, *args, scenario, status=2)
    if text not in done.stderr or done.stdout:
        raise Failure("stderr: %s\nstdout: %s" % (done.stderr.strip(), done.stdout.strip()))


def main():
    binary, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    tap = Tap()
    folders = sorted(os.path.dirname(os.path.join(base, f)) for base, _, files in os.walk(root)
                     for f in files if f == "log.txt")
    tap.check("there are logs", lambda: (_ for _ in ()).throw(Failure("none")) if not folders else None)
    for folder in folders:
        tap.check(os.path.relpath(folder, root), compare, binary, folder)
    with tempfile.TemporaryDirectory() as directory:
        for name, kernel, events, want in CASES:
            tap.check(name, says, binary, directory, kernel, events, want)
        for kernel in KERNELS:
            for mode in MODES:
                tap.check("kernel %s, resize_hpt: %s, is read back" % (kernel, mode), read_back, binary, directory, kernel, mode)
        first = os.path.join(folders[0], "scenario.yaml")
        tap.check("to a file", to_file, binary, directory, first)
        for args, text in ((("--dmesg", "--policy", "v1,v2-p1"), "one run, not of 2"),
                           (("--dmesg", first), "one run, not of 2"),
                           (("--dmesg", "--reps", "3"), "one run, not of 3"),
                           (("--dmesg", "--format", "json"), "no --format with it"),
                           (("--dmesg=",), "needs the name of a file")):
            tap.check(" ".join(os.path.basename(arg) for arg in args) + " is refused", refused, binary, first, args, text)
        tap.check("a file that cannot be written", run_bad_file, binary, directory, first)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


def run_bad_file(binary, directory, scenario):
    done = run(binary, "--dmesg=" + os.path.join(directory, "no", "log"), scenario, status=3)
    if "cannot open" not in done.stderr:
        raise Failure(done.stderr)


sys.exit(main())
