#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the model has to do that no recording shows. Output is TAP.

usage: check_model.py HPTSIM
"""
import glob
import json
import os
import re
import sys

from tool import Cli, checks_of, run_checks, want


RECORDINGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recordings")


class Model(Cli):
    def simulate(self, text, *args):
        """run a scenario; its database"""
        with open(self.path("s.yaml"), "w") as f:
            f.write(text)
        if os.path.exists(self.path("r.db")):
            os.unlink(self.path("r.db"))
        _, self.said = self.run("run", "s.yaml", "--db", "r.db", *args)
        return self

    def ask(self, sql):
        return self.rows("r.db", sql)

    def dump(self, text, *args):
        with open(self.path("s.yaml"), "w") as f:
            f.write(text)
        return self.run("dump-hpt", "s.yaml", "--runs", *args)[0]


def attempts(model):
    return model.ask("SELECT to_shift, errno, prepare_busy FROM resize_attempt ORDER BY seq")


# An order is written while an LMB prepares another one, so that both poll at nearly the same time.
OVERLAP = """\
guest: {memory: 3GiB, max_memory: 16GiB, vcpus: 4, jitter: %s}
costs: qemu-tcg
events:
  - plug: {id: d1, size: 256MiB}
  - {at: 31ms, hpt_order: 24}
"""


def check_two_resizes(model):
    """two resizes at once: only one of the two outcomes can be simulated, or a finding does not tell of the other"""
    both = attempts(model.simulate(OVERLAP % "0"))
    want([a[1:] for a in both] == [(-110, 101), (-110, 101)], "without jitter both do not time out: %s" % both)
    want(re.search(r"interference.* cancels the other's.* 101 answers", model.said), "no finding says what may happen")
    ended = 0
    for seed in range(1, 9):
        early = attempts(model.simulate(OVERLAP % "8ms", "--seed", str(seed)))
        want(early == attempts(model.simulate(OVERLAP % "8ms", "--seed", str(seed))), "the same seed gives another outcome")
        ended += any(errno != -110 for _, errno, _ in early)
    want(ended >= 4, "with jitter %d of 8 pairs end before their time is up" % ended)


def check_migrate(model):
    """migration moves an entry, changes the order, or keeps a prepared table that stayed behind"""
    events = ["- plug: {id: d1, size: 5GiB}", "- hpt_order: 26", "- migrate: {downtime: 100ms}"]
    head = "guest: {memory: 3GiB, max_memory: 16GiB}\nhypervisor: {kind: kvm-hv}\nevents:\n  "
    before, after = (model.dump(head + "\n  ".join(events[:n]) + "\n") for n in (2, 3))
    want(before == after and before.count("\n") > 2, "entries are elsewhere afterwards")
    model.simulate(head + "\n  ".join(events) + "\n")
    want(model.ask("SELECT hpt_shift_end FROM run")[0] == (26,), "another order afterwards")
    want(model.ask("SELECT end_ns - start_ns FROM request ORDER BY seq DESC")[0] == (10**8,),
         "the guest does not stand still for the downtime")
    # the poll of the prepare that was lost starts a new one
    lost = head + "- hpt_order: 26\n  - {at: 50ms, migrate: {downtime: 1ms}}\n"
    busy = [attempts(model.simulate(text))[0] for text in (head + "- hpt_order: 26\n", lost)]
    want([b[:2] for b in busy] == [(26, 0), (26, 0)] and busy[1][2] == busy[0][2] + 1,
         "a prepare survives the migration: %s" % busy)


def check_prelaunch(model):
    """a DIMM plugged before the guest starts has a table sized for it, or a reboot still has none"""
    text = """\
guest: {memory: 2GiB, max_memory: 16GiB, dimms: [{id: d1, size: 2GiB, prelaunch: %s}]}
events:
  - reboot: {}
  - hpt_order: 24
"""
    for prelaunch, first in (("true", 24), ("false", 25)):
        model.simulate(text % prelaunch)
        want(model.ask("SELECT hpt_shift_start, memory_start_bytes FROM run")[0] == (first, 4 << 30),
             "prelaunch %s: not order %d with 4 GiB" % (prelaunch, first))
        want(model.ask("SELECT from_shift FROM resize_attempt")[0] == (25,), "not 25 after the reboot")


def check_shared_workload(model):
    """processes that share their memory have one entry for all of them"""
    text = """\
guest: {memory: 3GiB, max_memory: 16GiB, workload: {resident: 384MiB, processes: 24, shared: %s}}
events:
  - hpt_order: 25
"""
    dropped = [model.simulate(text % s).ask("SELECT workload_dropped FROM run")[0][0] for s in ("false", "true")]
    want(dropped == [6144, 24 * 6144], "entries dropped: %s" % dropped)


def check_lost_entries(model):
    """an entry in its secondary PTEG, which the MMU never finds, passes for one like any other"""
    text = """\
guest: {memory: 2GiB, max_memory: 128GiB%s}
policies: [outer-batch]
events:
  - driver_add: {id: v1, size: %s, driver: virtio-mem}
"""
    model.simulate(text % ("", "48GiB"))
    want(model.ask("SELECT count(*) FROM finding WHERE kind = 'lost-entry'") == [(0,)], "found where no PTEG is full")
    model.simulate(text % ("", "53GiB"))
    found = model.ask("SELECT text FROM finding WHERE kind = 'lost-entry' ORDER BY text")
    dump = model.dump(text % ("", "53GiB"), "--policy", "outer-batch").splitlines()
    for region, where in (("linear", "first uses"), ("vmemmap", "__init_single_page")):
        first = next(row.split(",")[4] for row in dump if row.startswith(region) and row.split(",")[2] == "1")
        first = "0x%x" % int(first, 16)
        want(any("%s entry of %s" % (region, first) in text and where in text for text, in found),
             "no finding for %s %s: %s" % (region, first, found))
    # a kernel without the fallback has no such entry, but no room either
    model.simulate(text % (', kernel: "5.4"', "56GiB"))
    want(model.ask("SELECT count(*) FROM finding WHERE kind = 'lost-entry'") == [(0,)], "found in a kernel without them")


LPAR = """\
guest: {memory: 244GiB, max_memory: 31TiB, kernel: "%s"%s}
hypervisor: {kind: kvm-hv, max_hpt_page_size: 16MiB, resize_hpt: disabled}
costs: mail-2021
events:
  - plug: {id: d1, size: 31500GiB, notify: false}
  - add: {by: count, count: %d}
"""
# seconds: before and after the search for an LMB that is not assigned yet went, 5.9 and 5.10
PUBLISHED = {126000: (12450, 7065), 4096: (105.583, 104.829)}


def last_request_s(model, text):
    return model.simulate(text).ask("SELECT (end_ns - start_ns) / 1e9 FROM request ORDER BY seq DESC LIMIT 1")[0][0]


def check_published_lpar(model):
    """the seconds of a large partition, or what a change of the kernel gains there, are far off"""
    for count, published in PUBLISHED.items():
        got = [last_request_s(model, LPAR % (kernel, "", count)) for kernel in ("5.9", "5.10")]
        for kernel, real, time in zip(("5.9", "5.10"), published, got):
            want(abs(time / real - 1) < 0.2, "%d LMBs, kernel %s: %.0f s, published %.0f s" % (count, kernel, time, real))
        gain, real = 1 - got[1] / got[0], 1 - published[1] / published[0]
        want(abs(gain - real) < 0.05, "%d LMBs: gain %.3f, published %.3f" % (count, gain, real))


def check_large_lmbs(model):
    """LMBs of 4 GiB make the table another one than LMBs of 2 GiB, or a check per LMB is not made once for each"""
    text = """\
guest: {memory: 62TiB, max_memory: 63TiB, lmb_size: %s, kernel: "7.3"}
hypervisor: {kind: kvm-hv}
cost_overrides: {prepare_clear_ps_byte: 0}
events:
  - plug: {id: d1, size: 1TiB}
  - unplug: {id: d1}
"""
    for policy, per_lmb in (("per-section", True), ("outer-batch", False), ("feasible-target", False)):
        ends, attempts = [], []
        for lmb in ("2GiB", "4GiB"):
            model.simulate(text % lmb, "--policy", policy)
            ends += model.ask("SELECT status, hpt_shift_end, memory_end_bytes, bolted_end FROM run")
            attempts += [n for n, in model.ask("SELECT resize_attempts FROM run")]
        want(ends[0] == ends[1] and ends[0][0] == "ok" and ends[0][2] == 62 << 40, "%s: %s" % (policy, ends))
        want(attempts == ([1024, 512] if per_lmb else attempts[:1] * 2), "%s: attempts %s" % (policy, attempts))


def check_nodes(model):
    """before 5.10 memory joins another node than the first, or from then on not its own"""
    one, four = (last_request_s(model, LPAR % ("5.10", ", nodes: %d" % n, 60000)) for n in (1, 4))
    want(four < one, "no shorter with four nodes: %f, %f" % (four, one))
    one, four = (last_request_s(model, LPAR % ("5.9", ", nodes: %d" % n, 60000)) for n in (1, 4))
    want(one == four, "5.9 has a zone per node: %f, %f" % (four, one))


def check_zone(model):
    """the walk over the zone does not grow with it, or outlives the kernel that does without"""
    text = """\
guest: {memory: 2GiB, max_memory: 1TiB, kernel: "%s", online_movable: %s}
hypervisor: {resize_hpt: disabled}
cost_overrides: {zone_walk_ps: 1000000, list_walk_ps: 0, lmb_walk_ps: 0}
events:
  - plug: {id: d1, size: 64GiB}
  - plug: {id: d2, size: 64GiB}
"""
    def online(kernel, movable="false"):
        model.simulate(text % (kernel, movable))
        return [ns for ns, in model.ask("SELECT ns FROM request_phase WHERE phase = 'online' ORDER BY request_id")]
    first, second = online("7.3")
    want(second - first == 256 * 256 * 16 * 1000, "64 GiB more: %d ns, not a walk over 256 LMBs for 256" % (second - first))
    movable = online("7.3", "true")
    want(first - movable[0] == 256 * 8 * 16 * 1000, "the boot memory's 8 LMBs are in the movable zone, too")
    want(online("7.4")[0] == online("7.4")[1], "7.4 walks")


def check_lists(model):
    """an LMB costs the same wherever it is in a list"""
    text = """\
guest: {memory: 2GiB, max_memory: 64GiB, kernel: "%s"}
hypervisor: {resize_hpt: disabled}
cost_overrides: {zone_walk_ps: 0, list_walk_ps: 1000000, lmb_walk_ps: 1000000}
events:
  - plug: {id: d1, size: 16GiB, notify: false}
  - add: {by: index, drc: 0x80000010}
  - add: {by: indexed-count, count: 10, drc: 0x80000020}
  - add: {by: index, drc: 0x80000040}
"""
    def lmb(kernel):
        model.simulate(text % kernel)
        return [ns for ns, in model.ask("SELECT ns FROM request_phase WHERE phase = 'lmb' ORDER BY request_id")]
    us = 1000
    new = lmb("6.1")
    # 48 LMBs further to the one that is named, 10 resources more below it
    want(new[2] - new[0] == (48 + 10 + 1) * us, "from the 16th to the 64th LMB: %d" % (new[2] - new[0]))
    # before, all 256 LMBs for each that comes, and memory blocks: 8 at boot, those that came, twice
    old = lmb("5.7")
    want(old[0] - new[0] == (256 + 2 * 8) * us, "5.7, first LMB: %d more" % (old[0] - new[0]))
    want(old[2] - new[2] == (256 + 2 * (8 + 11)) * us, "5.7, last LMB: %d more" % (old[2] - new[2]))


def check_node_search(model):
    """before 4.20 the search for the node of an LMB that goes costs the same wherever the LMB is"""
    text = """\
guest: {memory: 2GiB, max_memory: 64GiB, kernel: "%s"}
hypervisor: {resize_hpt: disabled}
cost_overrides: {zone_walk_ps: 0, list_walk_ps: 0, lmb_walk_ps: 1000000}
events:
  - plug: {id: d1, size: 16GiB}
  - unplug: {id: d1}
"""
    def lmb(kernel):
        model.simulate(text % kernel)
        return model.ask("SELECT sum(ns) FROM request_phase JOIN request ON request.id = request_id "
                         "WHERE phase = 'lmb' AND kind = 'unplug'")[0][0] or 0
    # LMBs 8 to 71, each found behind all below it
    want(lmb("4.19") - lmb("4.20") == sum(range(9, 73)) * 1000, "4.19: %d, 4.20: %d" % (lmb("4.19"), lmb("4.20")))


def check_v1_slip(model):
    """v1 as posted grows for all LMBs that the guest could have when one is added otherwise than by index, or not then"""
    text = """\
guest: {memory: 2GiB, max_memory: 64GiB}
policies: [v1]
events:
  - plug: {id: d1, size: 1GiB, notify: false}
  - add: {%s}
"""
    wanted = [model.simulate(text % add).ask("SELECT to_shift FROM resize_attempt")
              for add in ("by: index, drc: 0x80000008", "by: count, count: 1")]
    # by index for 2 GiB and 64 GiB of LMBs; the table of boot is enough for one LMB
    want(wanted == [[(27,)], []], "orders asked for: %s" % wanted)


def check_rolled_back(model):
    """LMBs that went and were brought back count as removed"""
    model.simulate("""\
guest: {memory: 2GiB, max_memory: 8GiB}
events:
  - plug: {id: d1, size: 2GiB}
  - remove: {by: count, count: 8}
faults:
  - offline-lmb: {drc: 0x8000000c}
""")
    want(model.ask("SELECT lmbs_requested, lmbs_done, errno FROM request ORDER BY seq DESC LIMIT 1") == [(8, 0, -22)],
         "the request: %s" % model.ask("SELECT kind, lmbs_requested, lmbs_done, errno FROM request ORDER BY seq"))


def check_vmemmap_list(model):
    """a vmemmap page that goes costs the same however many came after it, or a page that comes again keeps its old place"""
    text = """\
guest: {memory: 2GiB, max_memory: 64GiB}
hypervisor: {resize_hpt: disabled}
cost_overrides: {vmemmap_list_ps: %d}
events:
  - plug: {id: d1, size: 1GiB}
  - plug: {id: d2, size: 1GiB}
  - %s
"""
    def passed(events):
        ns = []
        for price in (0, 1000000):
            model.simulate(text % (price, "\n  - ".join(events)))
            ns.append(model.ask("SELECT ns FROM request_phase WHERE phase = 'section' ORDER BY request_id")[-1][0])
        return (ns[1] - ns[0]) / 1000
    # four LMBs of four pages, the oldest first; the lowest of an LMB is its oldest
    own = sum(4 * 4 * later + 4 + 3 + 2 + 1 for later in range(4))
    want(passed(["unplug: {id: d2}"]) == own, "the newest DIMM: %g elements, not %g" % (passed(["unplug: {id: d2}"]), own))
    first = passed(["unplug: {id: d1}"])
    want(first == own + 16 * 16, "with a newer DIMM: %g elements, not %g" % (first, own + 16 * 16))
    again = passed(["unplug: {id: d1}", "plug: {id: d3, size: 1GiB}", "unplug: {id: d2}"])
    want(again == own + 16 * 16, "d2, with d3 where d1 was: %g elements, not %g" % (again, own + 16 * 16))


def check_flush(model):
    """memory is flushed from the data cache by a kernel that does not, or not by one that does"""
    text = """\
guest: {memory: 2GiB, max_memory: 64GiB, kernel: "%s"}
hypervisor: {resize_hpt: disabled}
cost_overrides: {flush_dcache_ps_byte: 1000}
events:
  - plug: {id: d1, size: 1GiB}
  - unplug: {id: d1}
"""
    for kernel, comes, goes in (("4.16", 0, 0), ("4.17", 1, 1), ("5.4", 1, 1), ("5.5", 0, 1), ("5.11", 0, 1), ("5.12", 0, 0)):
        model.simulate(text % kernel)
        got = [sum(ns for ns, in model.ask("SELECT ns FROM request_phase WHERE phase = 'flush' AND request_id = %d" % i)) for i in (1, 2)]
        want(got == [comes << 30, goes << 30], "%s: %s" % (kernel, got))


def check_pace(model):
    """a slow host's sleeps are longer, too, or something that its CPUs do is not"""
    text = """\
guest: {memory: 3GiB, max_memory: 16GiB}
hypervisor: {pace: %d}
costs: qemu-tcg
events:
  - plug: {id: d1, size: 6GiB}
  - wait: 1s
  - unplug: {id: d1}
"""
    phases = {}
    for pace in (100, 300):
        model.simulate(text % pace)
        phases[pace] = dict(model.ask("SELECT phase, ns FROM run_phase"))
        phases[pace]["attempts"] = model.ask("SELECT resize_attempts FROM run")[0][0]
    usual, slow = phases[100], phases[300]
    want(slow["attempts"] == usual["attempts"], "attempts: %s, %s" % (usual, slow))
    for phase in ("bolt", "unbolt", "commit", "offline", "rtas"):
        want(usual[phase] and abs(slow[phase] / usual[phase] - 3) < 1e-3, "%s: %d ns for %d" % (phase, slow[phase], usual[phase]))
    want(usual["prepare"] < slow["prepare"] < 1.05 * usual["prepare"], "prepare: %d ns for %d" % (slow["prepare"], usual["prepare"]))


def check_kernels(model):
    """the table of kernels has a row that is out of order, or names a recording that is not there"""
    out = model.run("list", "kernels", "--format", "json")[0]
    rows = json.loads(out)["kernels"]
    versions = [tuple(map(int, row["from"].split("."))) for row in rows]
    want(versions == sorted(versions) and versions[0] == (4, 11) and len(rows) > 15, "versions: %s" % versions)
    have = {os.path.basename(path) for path in glob.glob(os.path.join(RECORDINGS, "*", "*"))}
    for row in rows:
        want(row["recording"] == "-" or row["recording"] in have, "no recording %s" % row["recording"])


sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Model))
