#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check hptsim explain: the numbers of the mail's case, every kind of outcome, both formats. Output is TAP.

usage: check_explain.py BINARY SCENARIOS_DIR
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from tool import Failure, want

# A small guest; {…} are filled by the cases.
SCENARIO = """\
name: case
guest: {{memory: {memory}, max_memory: 64GiB, page_size: 64KiB, kernel: "6.1"}}
hypervisor: {{kind: {kind}{hypervisor}}}
costs: qemu-tcg
policies: [{policy}]
events:
{events}
"""
DEFAULTS = {"memory": "2GiB", "kind": "qemu-tcg", "hypervisor": "", "policy": "per-section"}

# (name, changes, options, what JSON has by path, what the text has)
CASES = [
    ("success", {"events": "  - hpt_order: 23"}, [],
     {"outcome.commit_rc": "H_SUCCESS", "outcome.errno": 0, "asked.branch": "forced", "asked.origin": "hpt_order_set()",
      "table.would_collide": 0, "table.smallest_shift": 22, "collided": None, "what_ifs": []},
     ["Outcome: H_SUCCESS, 0", "The table has order 23 now: 1,048,576 HPTEs scanned, 32,800 bolted entries moved.",
      "Order 23 was written to debugfs"]),
    ("grow", {"events": "  - plug: {id: d1, size: 8GiB}"}, ["--attempt", "2"],
     {"asked.branch": "grow", "asked.wish_shift": 23, "asked.from_shift": 22, "asked.counted_bytes": 17 << 28},
     ["23 > 22: the branch that grows.", "A grow cannot collide"]),
    ("linear against linear", {"events": "  - hpt_order: 21"}, [],
     {"outcome.commit_rc": "H_PTEG_FULL", "outcome.errno": -28, "table.kinds.linear/linear": 16384,
      "table.would_collide": 16384, "table.pigeonholes.0.entries": 32768, "table.pigeonholes.0.region": "linear"},
     ["16,384", "What would work", "max_hpt_page_size: 16MiB"]),
    ("linear against vmemmap, and too few PTEGs", {"memory": "8GiB", "events": "  - hpt_order: 24"}, [],
     {"table.kinds.linear/vmemmap": 128, "table.would_collide": 128, "table.pigeonholes.0.region": None,
      "table.pigeonholes.0.entries": 131200, "table.smallest_shift": 25},
     ["131,200 entries (131,072 linear, 128 vmemmap) are in slot 0"]),
    ("linear against vmemmap", {"memory": "3GiB", "events": "  - hpt_order: 24"}, [],
     {"table.kinds.linear/vmemmap": 48, "table.would_collide": 48, "table.pigeonholes": [], "table.smallest_shift": 25},
     ["Not for want of PTEGs", "vmemmap pages that found a PTEG of their own"]),
    ("KVM: VRMA too", {"kind": "kvm-hv", "events": "  - hpt_order: 21"}, [],
     {"table.kinds.vrma/vrma": 16384, "table.kinds.linear/linear": 16384, "table.would_collide": 32768},
     ["VRMA pages are in slot 7"]),
    ("H_RESOURCE", {"events": "  - hpt_order: 26"}, [],
     {"outcome.prepare_rc": "H_RESOURCE", "outcome.commit_rc": None, "outcome.errno": -1, "table": None,
      "asked.hypervisor_limit_shift": 25},
     ["Outcome: H_RESOURCE, -1 (EPERM)", "For the 2 GiB of memory", "26 > 24 + 1"]),
    ("H_PARAMETER", {"events": "  - hpt_order: 17"}, [],
     {"outcome.prepare_rc": "H_PARAMETER", "outcome.errno": -22}, ["from 18 to 46: 17 is none"]),
    ("H_NO_MEM by the host", {"hypervisor": ", max_alloc_shift: 22", "events": "  - hpt_order: 23"}, [],
     {"outcome.prepare_rc": "H_NO_MEM", "outcome.errno": -5}, ["a table of 8 MiB", "the largest that it can has order 22"]),
    ("H_NO_MEM by a fault", {"events": "  - hpt_order: 23\nfaults:\n  - prepare-no-mem: {nth: 1}"}, [],
     {"outcome.prepare_rc": "H_NO_MEM"},
     ["the scenario's fault `prepare-no-mem: {nth: 1}`, injected", "prepare 1 of the run", "QEMU keeps"]),
    ("H_NO_MEM that QEMU keeps", {"events": "  - hpt_order: 23\n" * 3 + "faults:\n  - prepare-no-mem: {nth: 1}"},
     ["--attempt", "3"], {"outcome.prepare_rc": "H_NO_MEM"},
     ["Nothing was allocated now", "The table of attempt 1 could not be", "`prepare-no-mem: {nth: 1}`"]),
    ("H_NO_MEM again, after another order", {"events": "  - hpt_order: 23\n  - hpt_order: 22\n  - hpt_order: 23\n"
                                             "faults:\n  - prepare-no-mem: {nth: 1, times: all}"},
     ["--attempt", "3"], {"outcome.prepare_rc": "H_NO_MEM"}, ["`prepare-no-mem: {nth: 1, times: all}`, injected", "prepare 3 of the run"]),
    ("H_NO_MEM twice with KVM, which forgets", {"kind": "kvm-hv", "events": "  - hpt_order: 23\n" * 2 +
                                                "faults:\n  - prepare-no-mem: {nth: 1, times: 2}"},
     ["--attempt", "2"], {"outcome.prepare_rc": "H_NO_MEM"}, ["injected into this one, prepare 2 of the run"]),
    ("H_HARDWARE from PREPARE", {"events": "  - hpt_order: 23\nfaults:\n  - prepare-error: {nth: 1}"}, [],
     {"outcome.prepare_rc": "H_HARDWARE", "outcome.errno": -5}, ["PREPARE failed"]),
    ("H_HARDWARE from COMMIT", {"events": "  - hpt_order: 23\nfaults:\n  - commit-error: {nth: 1}"}, [],
     {"outcome.commit_rc": "H_HARDWARE", "outcome.errno": -5}, ["COMMIT failed"]),
    ("time-out", {"events": "  - hpt_order: 23\nfaults:\n  - prepare-hang: {nth: 1}"}, [],
     {"outcome.errno": -110, "outcome.prepare_busy_count": 101}, ["ETIMEDOUT", "101 times, 100 ms each", "10 s"]),
    ("order 0", {"events": "  - hpt_order: 0"}, [],
     {"outcome.prepare_rc": "H_SUCCESS", "outcome.commit_rc": "H_CLOSED"}, ["Order 0 cancels"]),
    ("the policy's retry", {"policy": "outer-batch-retry", "memory": "9GiB", "events": "  - plug: {id: d1, size: 256MiB}"},
     ["--attempt", "2"], {"asked.branch": "retry", "asked.wish_shift": 24, "asked.to_shift": 25},
     ["Lower orders from 24 on had collided"]),
    ("doubled memory", {"policy": "v1", "memory": "9GiB", "events": "  - plug: {id: d1, size: 256MiB}\n  - unplug: {id: d1}"},
     ["--attempt", "2"], {"asked.branch": "shrink", "asked.to_shift": 25, "asked.counted_bytes": 18 << 30},
     ["18 GiB, doubled after a collision"]),
    ("what is removed is counted", {"memory": "3GiB", "events": "  - plug: {id: d1, size: 256MiB}\n  - unplug: {id: d1}"},
     ["--attempt", "2"], {"asked.origin": "hash__remove_section_mapping()", "asked.counted_bytes": (3 << 30) + (256 << 20)},
     ["still with what is being removed"]),
    ("any slot", {"hypervisor": ", rehash: any-slot", "events": "  - hpt_order: 18"}, [],
     {"outcome.commit_rc": "H_PTEG_FULL", "table": None, "occupant": None}, ["would need more", "than its eight"]),
]


class Explain:
    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = directory

    def run(self, *args, status=0):
        done = subprocess.run([self.binary, "explain", *args], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120)
        want(done.returncode == status, "%s: exit status %d, want %d: %s" %
             (" ".join(args), done.returncode, status, done.stderr.strip()))
        return done.stdout if status == 0 else done.stderr

    def json(self, *args):
        return json.loads(self.run("--format", "json", *args))

    def scenario(self, **changes):
        path = os.path.join(self.directory, "case.yaml")
        with open(path, "w") as f:
            f.write(SCENARIO.format(**{**DEFAULTS, **changes}))
        return path


def pick(value, path):
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def case(x, changes, options, numbers, texts):
    path = x.scenario(**changes)
    attempt = x.json(path, *options)["attempt"]
    for key, value in numbers.items():
        got = pick(attempt, key)
        want(got == value, "%s is %r, want %r" % (key, got, value))
    text = x.run(path, *options)
    for part in texts:
        want(part in text, "no '%s' in:\n%s" % (part, text))
    want(text == x.run(path, *options), "not the same text twice")
    want(not re.search(r"[ \t]$", text, re.M), "white space at the end of a line:\n%s" % text)


def seed(x, scenarios):
    """129 GiB guest, 256 GiB more: docs/model/resize.md, with the VRMA entries of KVM HV"""
    path = os.path.join(scenarios, "256g_on_129g.yaml")
    report = x.json(path, "--policy", "per-section")
    a = report["attempt"]
    for key, value in {
            "seq": 1, "asked.why": "resize_hpt_for_hotplug", "asked.origin": "hash__create_section_mapping()",
            "asked.branch": "shrink", "asked.counted_bytes": 517 << 28, "asked.wish_shift": 28, "asked.from_shift": 31,
            "outcome.commit_rc": "H_PTEG_FULL", "outcome.slots_scanned": 84672512, "outcome.hptes_moved": 116752,
            "table.would_collide": 34832, "table.kinds.linear/linear": 16384, "table.kinds.linear/vmemmap": 2064,
            "table.kinds.vrma/vrma": 16384, "table.pigeonholes.0.region": "linear",
            "table.pigeonholes.0.entries": 2113536, "table.pigeonholes.0.ptegs": 2097152,
            "table.smallest_shift": 30, "table.wish_reaches_it_bytes": (512 << 30) + (256 << 20),
            "table.within_max_memory": False, "table.would_be_asked": False,
    }.items():
        want(pick(a, key) == value, "%s is %r, want %r" % (key, pick(a, key), value))
    want(report["resize_attempts"] == report["resize_failures"] == 1024, "not 1024 failures")
    mine, other = a["collided"], a["occupant"]
    want(mine["new_pteg"] == other["new_pteg"] and mine["slot"] == other["slot"], "the two entries do not meet")
    want(mine["old_pteg"] * 8 + mine["slot"] == 84672512, "the scan stopped elsewhere")
    for e in (mine, other):
        want(int(e["ea"], 16) == 0xc000000000000000 + (e["page"] << 16), "page and address differ: %s" % e)
        want(e["old_pteg"] & 0xfffff ^ (0x1b217 ^ e["page"]) & 0xfffff == 0, "page and PTEG differ: %s" % e)
    changes = {row["change"]: row for row in a["what_ifs"]}
    want(changes["max_hpt_page_size: 16MiB"]["resize_attempts"] == 2, "16M pages: not 2 attempts")
    want(all(row["resize_failures"] == 0 for row in changes.values()), "what would avoid it fails")
    text = x.run(path)
    want("2,113,536 linear pages are in slot 0, and a table of order 28 has 2,097,152 PTEGs" in text, text)
    want("84,672,512 of 134,217,728 (63.1 %)" in text, text)


def no_vrma(x, scenarios):
    path = os.path.join(scenarios, "256g_on_129g.yaml")
    a = x.json(path, "--set", "hypervisor.kind=qemu-tcg")["attempt"]
    want(a["table"]["would_collide"] == 18448, "%d, not 18448" % a["table"]["would_collide"])


def census(x, scenarios):
    path = os.path.join(scenarios, "256g_on_129g.yaml")
    groups = x.json("--all", path)["groups"]
    want(sum(g["attempts"] for g in groups) == 1024, "not all attempts")
    want([(g["to_shift"], g["first"]) for g in groups][:2] == [(28, 1), (29, 509)], "%s" % groups)
    want(groups[0]["attempts"] == 508 and groups[0]["slots_scanned"] == [73302016, 84672512] and
         groups[0]["would_collide"][0] == 34832, "%s" % groups[0])
    want(groups[1]["kinds"] == ["linear/vmemmap"], "%s" % groups[1])
    rows = x.run("--all", path).splitlines()
    want(len(rows) == 3 + len(groups), "%s" % rows)
    # each row's first attempt explains itself by the same numbers
    for g in groups:
        t = x.json(path, "--attempt", str(g["first"]))["attempt"]["table"]
        want([k for k, n in t["kinds"].items() if n] == g["kinds"], "kinds of attempt %d" % g["first"])


def chosen(x):
    path = x.scenario(events="  - hpt_order: 23\n  - hpt_order: 21\n  - hpt_order: 20")
    want(x.json(path)["attempt"]["seq"] == 2, "not the first that failed")
    want(x.json(path, "--attempt", "1")["attempt"]["seq"] == 1, "not attempt 1")
    want(x.json(path, "--attempt", "3")["attempt"]["asked"]["to_shift"] == 20, "not attempt 3")
    path = x.scenario(events="  - hpt_order: 23\n  - hpt_order: 24")
    want(x.json(path)["attempt"]["seq"] == 1, "not the first when none failed")
    want("no attempt 3, the run has 2" in x.run(path, "--attempt", "3", status=2), "an attempt that there is not")


def kept(x):
    """attempts that a kept failure answers are taken for failures of their own"""
    path = x.scenario(events="  - hpt_order: 23\n" * 4 + "faults:\n  - prepare-no-mem: {nth: 1}")
    groups = x.json(path, "--all")["groups"]
    want([(g["rc"], g["kept_from"], g["attempts"]) for g in groups] == [("H_NO_MEM", None, 1), ("H_NO_MEM", 1, 3)], groups)
    want("H_NO_MEM, kept from 1" in x.run(path, "--all"), "not in the text")


def none(x):
    path = x.scenario(events="  - wait: 1s")
    want("no attempt to resize the HPT" in x.run(path), "no word of it")
    want(x.json(path)["attempt"] is None and x.json(path, "--all")["groups"] == [], "not null")
    path = x.scenario(events="  - plug: {id: d1, size: 1GiB}", hypervisor=", resize_hpt: disabled")
    want("resize_hpt: disabled" in x.run(path), "not why")


def aborted(x):
    """a failure of the run itself is told, and so is the attempt before it"""
    path = x.scenario(memory="768MiB", hypervisor=", hpt_shift: 18",
                      events="  - plug: {id: d1, size: 512MiB}\n  - hpt_order: 19")
    done = subprocess.run([x.binary, "explain", path], capture_output=True, text=True, timeout=120)
    if done.returncode == 1:
        want("secondary PTEG" in done.stdout and "aborts" in done.stderr, done.stdout + done.stderr)
    else:
        want(done.returncode == 0, done.stderr)


def usage(x):
    path = x.scenario(events="  - hpt_order: 23")
    for args, text in ((("--policy", "v1,v2-p1", path), "one policy, not 2"), ((path, path), "one scenario, not 2"),
                       (("--attempt", "0", path), "from 1 on"), (("--attempt", "x", path), "from 1 on"),
                       (("--attempt", "1", "--all", path), "exclude each other"), (("--format", "yaml", path), "'text', 'csv', 'json' or 'md'"),
                       ((), "no scenario given")):
        got = x.run(*args, status=2)
        want(text in got, "%s: %s" % (args, got))


def main():
    tests = [("the mail's case", seed, sys.argv[2]), ("the mail's case without VRMA entries", no_vrma, sys.argv[2]),
             ("the census of the mail's case", census, sys.argv[2]), ("which attempt", chosen), ("no attempt", none), ("a failure that is kept", kept),
             ("a run that ends early", aborted), ("usage", usage)]
    tests += [("outcome: " + name, case, *rest) for name, *rest in CASES]
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        x = Explain(os.path.abspath(sys.argv[1]), directory)
        for number, (name, function, *args) in enumerate(tests, 1):
            try:
                function(x, *args)
                print("ok %d - %s" % (number, name))
            except (Failure, KeyError, IndexError, TypeError, ValueError) as e:
                failed += 1
                print("not ok %d - %s" % (number, name))
                for line in ("%s: %s" % (type(e).__name__, e)).splitlines():
                    print("# " + line)
    print("1..%d" % len(tests))
    return 1 if failed else 0


sys.exit(main())
