#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fit the shipped cost profiles; print one as YAML.

usage: fit_costs.py qemu-tcg  HPTSIM tests/recordings > scenarios/costs/qemu-tcg.yaml
       fit_costs.py mail-2021 HPTSIM scenarios        > scenarios/costs/mail-2021.yaml
       fit_costs.py check     HPTSIM tests/recordings

The simulator counts (HPTEs scanned, entries moved, H_ENTERs), the data say what that took, and
the prices are what lies between. `check` compares whole requests with all TCG recordings, those
of patched kernels included, which no fit has seen.
"""
import glob
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile

# Fitted are the first series and of the others every second recording by name; the rest is left to `check`. Not among either:
# guests that are not idle, and requests that overlap, so that the time of one is that of another.
FIRST_SETS = ("runs", "runs-4k")
OTHER_SETS = ("runs-patched", "runs-k5.10", "runs-k6.1", "runs-k6.12", "runs-k6.12-4k", "runs-k7.2", "runs-k7.3", "runs-q5.2",
              "runs-q11.1")
NOT_IDLE = ("hog-3G+6G",)
OVERLAP = ("conc-2dlpar-smp4", "conc-order24-plug-smp4", "conc-order-unplug-smp4")
FITTED, UNSEEN, SEVERAL_VCPUS, SEVERAL_VCPUS_COUNT = 0, 1, "smp4-3G+6G", 4	# halves, and the one that shows what another vCPU costs
LMB_MIB, PAGEBLOCK_MIB, SECTIONS_PER_LMB, RTAS_CALLS_PER_ADD = 256, 16, 16, 9
LARGE_PAGES_PER_LMB = 16	# too few to see what one takes
# Since QEMU 9.1 (c700b5e16220, Nicholas Piggin, 2024-02-24) no look-up of a class for each PTEG: COMMIT is other code.
QEMU_CLASS_KEPT = (9, 1)
FLUSHED_BEFORE = (5, 12)	# kernels that flush_dcache_range() memory that goes
KFENCE_USUAL, KFENCE_POOL = (6, 2), (6, 13)
VMEMMAP_64K = 4	# vmemmap pages of an LMB
PACE_ROUNDS = 20


def simulate(binary, scenario, policy, costs=None, text=None, sets=()):
    """Run one scenario, return its database."""
    with tempfile.TemporaryDirectory() as tmp:
        body = text if text is not None else open(scenario).read()
        if costs is not None:
            body += "\ncost_overrides: {%s}\n" % ", ".join("%s: %d" % kv for kv in costs.items())
        path, db = os.path.join(tmp, "s.yaml"), os.path.join(tmp, "r.db")
        with open(path, "w") as f:
            f.write(re.sub(r"(?m)^expect:\n(?:  .*\n?)*", "", body))
        subprocess.run([binary, "run", path, "--policy", policy, "--db", db, *("--set=" + s for s in sets), "--costs-dir",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenarios/costs")],
                       check=True, stdout=subprocess.DEVNULL)
        memory = sqlite3.connect(":memory:")
        with sqlite3.connect(db) as disk:
            disk.backup(memory)
        return memory


class Timings:
    """A recording's timings.tsv, joined with what the simulator counts for it."""

    def __init__(self, binary, folder):
        self.name = os.path.basename(folder)
        head = open(os.path.join(folder, "attempts.tsv")).read()
        self.policy = re.search(r"^# policy: (\S+)", head, re.M).group(1)
        self.scenario = os.path.join(folder, "scenario.yaml")
        text = open(self.scenario).read()
        self.vcpus = int(re.search(r"(?m)^  vcpus: (\d+)", text).group(1))
        self.kernel = tuple(map(int, re.search(r"(?m)^  kernel: \"(\d+)\.(\d+)\"", text).groups()))
        self.qemu = tuple(map(int, re.search(r"(?m)^# hypervisor: .*QEMU (\d+)\.(\d+)", text).groups()))
        self.rows = [line.rstrip("\n").split("\t") for line in open(os.path.join(folder, "timings.tsv"))
                     if not line.startswith("#")]
        self.binary = binary
        self.db = simulate(binary, self.scenario, self.policy)

    def attempts(self):
        """(scanned, moved, to_shift, prepare_rc, took, prepare, commit) of each attempt, in us; no commit: None"""
        sim = self.db.execute("select slots_scanned, hptes_moved, to_shift, prepare_rc from resize_attempt order by seq")
        real = [r for r in self.rows if r[0] == "resize"]
        num = lambda v: None if v == "-" else int(v)
        return [s + tuple(num(v) for v in r[2:5]) for s, r in zip(sim.fetchall(), real, strict=True)]

    def operations(self):
        """(kind, time before it within its request, own time without resizes, request kind, first of it) in us"""
        kinds = [k for (k,) in self.db.execute("select kind from request order by seq")]
        out, request, end, own = [], -1, 0, None
        for event, begin, took, *_ in self.rows:
            begin = int(begin)
            if event == "mark":
                request, end, first = request + 1, begin, True
            elif event in ("map", "unmap"):
                own = [event, begin - end, int(took), kinds[request] if request < len(kinds) else "?", first]
                out.append(own)
                end, first = begin + int(took), False
            elif event == "resize" and own and begin < end:
                own[2] -= int(took)
        return out

    def work(self, since_us=0, before_us=float("inf")):
        """What the host's CPUs were busy with: kind -> [(quantities, us)] of what began in that time"""
        then = lambda row: since_us <= int(row[1]) < before_us
        linear, _ = entries_per_lmb(self)
        resizes = [r for r in self.rows if r[0] == "resize"]
        out = {"commit": [((a[0], a[1]), a[6]) for a, r in zip(self.attempts(), resizes) if a[6] and then(r)]}
        steps = [r for r in self.rows if r[0] in ("map", "unmap")]
        if linear > LARGE_PAGES_PER_LMB:
            for kind in ("map", "unmap"):
                out[kind] = [((linear,), o[2]) for o, r in zip(self.operations(), steps) if o[0] == kind and then(r)]
        if self.qemu >= QEMU_CLASS_KEPT:
            del out["commit"]
        return {kind: points for kind, points in out.items() if points}

    def request_us(self, db=None):
        """(kind, simulated, recorded, attempts, begin) of each request that did something"""
        sim = (db or self.db).execute("select kind, (end_ns - start_ns) / 1000, (select count(*) from resize_attempt "
                                      "where request_id = request.id) from request where kind not in ('wait', 'reboot') "
                                      "order by seq").fetchall()
        real, begin, end = [], None, None
        for row in self.rows + [["mark", "0", "-", "-", "-"]]:
            if row[0] == "mark":
                if begin is not None:
                    real.append((end - begin, begin))
                begin = end = int(row[1])
            else:
                end = max(end, int(row[1]) + int(row[2]))
        if len(real) != len(sim):
            return []
        return [(k, s, r, n, b) for (k, s, n), (r, b) in zip(sim, real) if r > 0]


def solve(matrix, vector):
    """Gauss with pivoting."""
    m = [list(map(float, row)) + [float(v)] for row, v in zip(matrix, vector)]
    n = len(m)
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(m[r][i]))
        m[i], m[p] = m[p], m[i]
        for r in range(n):
            if r != i:
                f = m[r][i] / m[i][i]
                m[r] = [a - f * b for a, b in zip(m[r], m[i])]
    return [m[i][n] / m[i][i] for i in range(n)]


def relative_l1(rows, values, rounds=60, shares=None):
    """Coefficients that make the sum of |predicted / measured - 1| small: robust against stalls."""
    base = [share / v for v, share in zip(values, shares or [1] * len(values))]
    n, weights, x = len(rows[0]), base, None
    for _ in range(rounds):
        ata = [[sum((w * r[i]) * (w * r[j]) for r, w in zip(rows, weights)) for j in range(n)] for i in range(n)]
        atb = [sum((w * r[i]) * (w * v) for r, v, w in zip(rows, values, weights)) for i in range(n)]
        x = solve(ata, atb)
        off = [abs(sum(a * b for a, b in zip(x, r)) / v - 1) for r, v in zip(rows, values)]
        weights = [b / max(o, 1e-3) ** 0.5 for b, o in zip(base, off)]
    return x


def pace(work, prices):
    """How many times as long as @prices say the host took for it, each kind of work one vote; None: nothing to tell from"""
    votes = [statistics.median(us / sum(p * q for p, q in zip(prices[kind], quantities)) for quantities, us in points)
             for kind, points in work.items()]
    return statistics.geometric_mean(votes) if votes else None


def fit_work(data):
    """
    Prices of COMMIT, mapping and unmapping, and the pace of each recording's host.

    The recordings were made on two hardware threads that others used too, and everything that a CPU does takes 1 to 3
    times as long in one recording as in another. So each has a pace; prices are at the median one.
    """
    works, paces, prices = [t.work() for t in data], [1.0] * len(data), {}
    for _ in range(PACE_ROUNDS):
        for kind in ("commit", "map", "unmap"):
            rows, values, shares = [], [], []
            for work, host in zip(works, paces):
                points = work.get(kind, [])
                rows += [quantities for quantities, _ in points]
                values += [us / host for _, us in points]
                shares += [max(len(points), 1) ** -0.5] * len(points)	# a recording has a vote, not an attempt
            prices[kind] = relative_l1(rows, values, shares=shares)
        paces = [pace(work, prices) or 1.0 for work in works]
        middle = statistics.median(paces)
        paces = [host / middle for host in paces]
    return prices, paces


def percentiles(ratios):
    q = sorted(ratios)
    return "p5 %.2f, median %.2f, p95 %.2f" % tuple(q[min(len(q) - 1, int(len(q) * p))] for p in (.05, .5, .95))


def load(binary, root, half):
    def folders(sets):
        return sorted((f for s in sets for f in glob.glob(os.path.join(root, s, "*"))
                       if os.path.exists(os.path.join(f, "timings.tsv")) and
                       os.path.basename(f) not in NOT_IDLE + OVERLAP), key=lambda f: (os.path.basename(f), f))
    if half == SEVERAL_VCPUS:
        chosen = [f for f in folders(OTHER_SETS) if os.path.basename(f) == half]
    else:
        chosen = (folders(FIRST_SETS) if half == FITTED else []) + folders(OTHER_SETS)[half::2]
    known = subprocess.run([binary, "list", "policies"], check=True, capture_output=True, text=True).stdout
    known = {line.split()[0] for line in known.splitlines() if line.split()}
    out = []
    for f in chosen:
        policy = re.search(r"^# policy: (\S+)", open(os.path.join(f, "attempts.tsv")).read(), re.M).group(1)
        if policy in known:
            out.append(Timings(binary, f))
    return out


def entries_per_lmb(t):
    """linear, vmemmap bolted entries of an LMB"""
    text = open(t.scenario).read()
    # the linear map has base pages although 16M are offered
    small = "debug_pagealloc" in text or "kfence: true" in text or KFENCE_USUAL <= t.kernel < KFENCE_POOL
    shift = 24 if "max_hpt_page_size: 16MiB" in text and not small else 12 if " page_size: 4KiB" in text else 16
    return (LMB_MIB << 20) >> shift, {12: 1024, 16: 4, 24: 0}[shift]


ZONE_POINTS = 8
LONG_REQUEST = 10	# attempts


def list_points(t, vmemmap):
    """((1, elements of vmemmap_list passed), time before a section unmapping) of each LMB of a DIMM that goes"""
    gaps = [o[1] for o in t.operations() if o[0] == "unmap" and o[3] == "unplug"]
    later = range(len(gaps) - 1, -1, -1)	# LMBs that came after it and are still there
    return [((1, vmemmap * vmemmap * n + vmemmap * (vmemmap + 1) / 2), gap) for n, gap in zip(later, gaps)][1:]


def zone_points(t, vmemmap):
    """((1, vmemmap pages, pageblocks of ZONE_MOVABLE), time before a section mapping): medians of parts of a recording"""
    gaps, blocks = [], 0
    for kind, gap, _, _, first in t.operations():
        blocks += (LMB_MIB // PAGEBLOCK_MIB) * (1 if kind == "map" else -1)
        if kind == "map" and not first:
            gaps.append((blocks, gap))
    size = -(-len(gaps) // ZONE_POINTS)
    parts = [gaps[i:i + size] for i in range(0, len(gaps), size)] if gaps else []
    return [((1, vmemmap, statistics.mean(b for b, _ in part)), statistics.median(g for _, g in part)) for part in parts]


def print_profile(name, description, about, costs):
    print("# SPDX-License-Identifier: GPL-2.0-or-later")
    print("# Made by scripts/fit_costs.py %s; edit that, not this." % name)
    print("name: %s\ndescription: %s\nabout:" % (name, description))
    for key, text in about.items():
        print("  %s: >-" % key)
        for line in text:
            print("    %s" % line)
    print("costs:")
    for key, value in costs.items():
        print("  %s: %d" % (key, round(value)))


def clear_price(attempts):
    """ps per byte for which most prepares answer "long busy" as often as they did; the middle of the best range."""
    seen = [(shift, prepare // 100000) for _, _, shift, rc, _, prepare, _ in attempts if rc == "H_SUCCESS"]
    slack_us = 7700

    def wrong(ps):
        return sum(abs(max(1, -((1000 + (1 << shift) * ps / 1e6) // -(100000 + slack_us))) - busy) for shift, busy in seen)
    scores = [(wrong(ps), ps) for ps in range(100, 1000, 5)]
    best = min(s for s, _ in scores)
    return statistics.median(ps for s, ps in scores if s == best), best / len(seen)


def fit_tcg(binary, root):
    data = load(binary, root, FITTED)
    prices, paces = fit_work(data)
    attempts = [(a, host, t) for t, host in zip(data, paces) for a in t.attempts()]
    commits = [(a, host, t) for a, host, t in attempts if a[6] is not None]
    polled_once = [a[5] for a, _, _ in commits if a[5] < 150000]
    (scan, move), (enter,), (lookup_and_remove,) = prices["commit"], prices["map"], prices["unmap"]
    stop = statistics.median((a[4] - a[5] - a[6]) / host for a, host, t in commits if t.vcpus == 1)
    per_cpu = statistics.median((a[4] - a[5] - a[6]) / pace(t.work(), prices) - stop for t in load(binary, root, SEVERAL_VCPUS)
                                for a in t.attempts() if a[6] is not None) / (SEVERAL_VCPUS_COUNT - 1)
    hcall = statistics.median(a[5] / host for a, host, _ in attempts if a[6] is None)
    slack = statistics.median(polled_once) - 100000 - 2 * hcall
    clear, clear_off = clear_price([a for a, _, _ in attempts])

    add_gaps, remove, flush, walked, first = [], [], [], [], {"plug": [], "unplug": [], "add": [], "remove": []}
    for t, host in zip(data, paces):
        _, vmemmap = entries_per_lmb(t)
        operations = [(kind, gap / host, request, is_first) for kind, gap, _, request, is_first in t.operations()]
        for _, gap, request, is_first in operations:
            if is_first:
                first.setdefault(request, []).append(gap)
        add_gaps += [(quantities, gap / host) for quantities, gap in zone_points(t, vmemmap)]
        gaps = [gap for kind, gap, _, is_first in operations if kind == "unmap" and not is_first]
        if gaps and vmemmap > VMEMMAP_64K:
            walked += [(quantities, gap / host) for quantities, gap in list_points(t, vmemmap)]
        elif gaps and t.kernel >= FLUSHED_BEFORE:
            remove.append(statistics.median(gaps) - vmemmap * lookup_and_remove)
        elif gaps and "debugpa" not in t.name:
            flush.append(statistics.median(gaps) - vmemmap * lookup_and_remove)
    add, per_page, per_block = relative_l1(*zip(*add_gaps))
    remove = statistics.median(remove)
    flush = statistics.median(flush) - remove
    _, element = relative_l1(*zip(*walked))
    request = statistics.median(v - add for v in first["add"])
    event = max(statistics.median(v - add for v in first["plug"]) - request, 0)

    rtas, section = 20.0, 20.0
    rest = max(add - RTAS_CALLS_PER_ADD * rtas - SECTIONS_PER_LMB * section, 0)
    one_by_one = [(scan * a[0] + move * a[1]) * host / a[6] for a, host, t in commits if t.qemu < QEMU_CLASS_KEPT]
    kinds = {kind: [statistics.median(us / sum(p * q for p, q in zip(prices[kind], quantities)) for quantities, us in work[kind]) / host
                    for work, host in ((t.work(), host) for t, host in zip(data, paces)) if kind in work] for kind in prices}
    per_run = ["%s %.2f" % (t.name, host) for t, host in zip(data, paces)]
    print_profile("qemu-tcg", "QEMU TCG on a shared two-core x86 machine; fitted to recordings of a real guest", {
        "data": ["tests/recordings/runs, runs-4k and every second of the others, timings.tsv: %d recordings, %d resize attempts, %d of them with a COMMIT;"
                 % (len(data), len(attempts), len(commits)),
                 "Debian 12 guest and QEMU 7.2.22, one vCPU. Times are an emulator's: trust ratios, not seconds."],
        "method": ["Each recording's host has a pace, by which all that its CPUs do takes longer: the geometric mean of what COMMIT, section",
                   "mappings and unmappings say, each by the median. The prices are those of the median recording. All times but sleeps are",
                   "divided by the pace, then: COMMIT by least relative absolute deviation on HPTEs scanned and entries moved, as the",
                   "simulator counts them; section mappings and unmappings the same on H_ENTERs and on entries removed; each recording has",
                   "a vote, not each attempt. The time between two mappings on vmemmap pages and pageblocks of the zone; between two",
                   "unmappings the median, what it grows by with vmemmap_list (4K pages), and what a kernel that flushes memory has more.",
                   "prepare_clear: the middle of the range in which PREPARE",
                   "answers \"long busy\" most nearly as often as recorded. msleep_slack, hcall, stop_machine, request and",
                   "hotplug_event: medians. COMMITs of QEMU 9.1 and later are left out: from there on it does not look up a class for each PTEG.",
                   "Assumed, because the data cannot tell them apart: rtas_call, section_* 20 us, the rest of an LMB's fixed",
                   "part halved between lmb_* and online, or all in offline; h_read like h_enter; lmb_walk,",
                   "list_walk and refault in other prices, hence 0; unmap unseen (TCG); stop_machine_cpu from the one recording with four vCPUs; user_fault and",
                   "reboot of the right order."],
        "residuals": ["Pace of the hosts, 1 being the median: %s." % ", ".join(per_run),
                      "What each kind of work says of it, by the whole: %s." % "; ".join(
                          "%s %s" % (kind, percentiles(r)) for kind, r in kinds.items()),
                      "COMMITs one by one, with the pace, predicted / recorded: %s." % percentiles(one_by_one),
                      "Answers \"long busy\", mean difference per attempt: %.2f." % clear_off],
        "validation": ["None here: a fit is no validation. scripts/fit_costs.py check compares whole requests, with recordings",
                       "of patched kernels too, which the fit has not seen."],
    }, {
        "hotplug_event_ns": event * 1e3, "request_ns": request * 1e3, "rtas_call_ns": rtas * 1e3, "lmb_walk_ps": 0, "list_walk_ps": 0,
        "zone_walk_ps": per_block * 1e6, "vmemmap_list_ps": element * 1e6, "lmb_add_ns": rest / 2 * 1e3, "lmb_remove_ns": 0,
        "section_add_ns": section * 1e3, "section_remove_ns": section * 1e3,
        "vmemmap_page_ns": max(per_page - enter, 0) * 1e3,
        "h_enter_ns": enter * 1e3, "h_read_ns": enter * 1e3, "h_remove_ns": (lookup_and_remove - enter) * 1e3,
        "online_lmb_ns": rest / 2 * 1e3,
        "offline_lmb_ns": max(remove - SECTIONS_PER_LMB * section, 0) * 1e3, "flush_dcache_ps_byte": flush * 1e6 / (LMB_MIB << 20),
        "hcall_ns": hcall * 1e3, "prepare_alloc_ns": 1e6, "prepare_clear_ps_byte": clear, "msleep_slack_ns": slack * 1e3,
        "stop_machine_ns": stop * 1e3, "stop_machine_cpu_ns": per_cpu * 1e3, "scan_ps_hpte": scan * 1e6, "move_ps_hpte": move * 1e6,
        "unmap_ps_hpte": 0, "user_fault_ns": 20000, "reboot_ns": 6e9, "refault_ns": 0,
    })


# What the mails do not say. KVM HV on a POWER8 or POWER9 host is the likely one.
MAIL_ASSUMED = {
    "hotplug_event_ns": 1000000, "request_ns": 500000, "rtas_call_ns": 20000, "lmb_walk_ps": 1120,
    "list_walk_ps": 265000, "zone_walk_ps": 52000, "vmemmap_list_ps": 1500, "lmb_add_ns": 0,
    "lmb_remove_ns": 500000, "section_add_ns": 30000, "section_remove_ns": 30000, "vmemmap_page_ns": 10000,
    "h_enter_ns": 300, "h_read_ns": 200, "h_remove_ns": 400, "online_lmb_ns": 5000000, "offline_lmb_ns": 0,
    "flush_dcache_ps_byte": 52, "hcall_ns": 1000, "prepare_alloc_ns": 500000, "prepare_clear_ps_byte": 80,
    "msleep_slack_ns": 4000000, "stop_machine_ns": 50000, "stop_machine_cpu_ns": 10000, "scan_ps_hpte": 0,
    "move_ps_hpte": 0, "unmap_ps_hpte": 400000, "user_fault_ns": 2000, "reboot_ns": 30000000000, "refault_ns": 3000,
}
MAIL_SECONDS = {"add": 710, "add without attempts": 21, "remove": 621, "remove with two attempts": 100}
MAIL_LMBS = 1024


def fit_mail(binary, root):
    text = open(os.path.join(root, "256g_off_385g.yaml")).read()
    twice = re.sub(r"(?m)^  - unplug: \{id: d1\}$", "  - unplug: {id: d1}\n  - hpt_order: 29", text)
    per_section = simulate(binary, None, "per-section", MAIL_ASSUMED, text)
    grow_only = simulate(binary, None, "v2-p1", MAIL_ASSUMED, text)
    batch = simulate(binary, None, "outer-batch", MAIL_ASSUMED, twice)

    def request(db, *seqs):
        """seconds, scanned, moved of these requests"""
        marks = ",".join(map(str, seqs))
        ns, = db.execute("select sum(end_ns - start_ns) from request where seq in (%s)" % marks).fetchone()
        scanned, moved = db.execute("select coalesce(sum(slots_scanned), 0), coalesce(sum(hptes_moved), 0) from resize_attempt"
                                    " where request_id in (select id from request where seq in (%s))" % marks).fetchone()
        return ns / 1e9, scanned, moved
    # unknown: lmb_add_ns, offline_lmb_ns, scan, move
    cases = [(request(per_section, 1), 1, 0, MAIL_SECONDS["add"]),
             (request(grow_only, 1), 1, 0, MAIL_SECONDS["add without attempts"]),
             (request(per_section, 2), 0, 1, MAIL_SECONDS["remove"]),
             (request(batch, 2, 3), 0, 1, MAIL_SECONDS["remove with two attempts"])]
    x = solve([[MAIL_LMBS * a, MAIL_LMBS * r, c[1], c[2]] for c, a, r, _ in cases], [s - c[0] for c, _, _, s in cases])
    costs = dict(MAIL_ASSUMED, lmb_add_ns=x[0] * 1e9, offline_lmb_ns=x[1] * 1e9, scan_ps_hpte=x[2] * 1e12, move_ps_hpte=x[3] * 1e12)
    rounded = {k: round(v) for k, v in costs.items()}
    again = [request(simulate(binary, None, p, rounded, t), *seqs)[0] for p, t, seqs in (
        ("per-section", text, (1,)), ("v2-p1", text, (1,)), ("per-section", text, (2,)), ("outer-batch", twice, (2, 3)))]
    print_profile("mail-2021", "The host behind the mails of 2021, as far as four published totals tell", {
        "data": ["Leonardo Bras, linuxppc-dev, v1 2021-03-12 and v2 2021-04-30: 256 GiB added to a 129 GiB guest 710 s, 21 s without",
                 "the shrink attempts; removed again 621 s, 100 s with two attempts instead of 1024."],
        "method": ["Four prices solved exactly from the four totals, with the quantities that the simulator counts for",
                   "scenarios/256g_off_385g.yaml: lmb_add, offline_lmb, scan, move. The host is not known. Assumed: KVM HV, 64K pages for",
                   "linear map, vmemmap and VRMA, 8 vCPUs, HZ=250 (an msleep() of 100 ms takes 104), a prepare ready at",
                   "the first poll for 512 MiB with as much reverse map (80 ps a byte, a guess). All other prices are guesses of",
                   "the right order; they shift what the four absorb, not the totals. flush_dcache is from a published",
                   "50 s for 890 GB; zone_walk, list_walk and lmb_walk are from other published figures (docs/calibration.md)."],
        "residuals": ["Simulated / published: " + ", ".join("%s %.1f s / %d s" % (n, s, p) for (n, p), s in zip(MAIL_SECONDS.items(), again)) +
                      ". Four prices from four totals: the residuals say nothing."],
        "validation": ["None: a fit is no validation. What is not fitted: the number of attempts and where each one stops."],
    }, costs)


def prices_of(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenarios/costs/%s.yaml" % name)
    return {k: int(v) for k, v in re.findall(r"(?m)^  (\w+): (\d+)$", open(path).read().split("\ncosts:\n")[1])}


def off(ratios):
    """How far from 1: the median and the 90th percentile, nearest rank"""
    r = sorted(abs(x - 1) for x in ratios)
    return "off by %.0f %% in the median, %.0f %% at the 90th percentile" % (
        100 * statistics.median(r), 100 * r[max(0, -(-len(r) * 9 // 10) - 1)])


def at_pace(t, request, host):
    """That request's predicted time if the host's CPUs take @host times as long; None: not known"""
    if host is None:
        return None
    db = simulate(t.binary, t.scenario, t.policy, sets=["hypervisor.pace=%d" % round(100 * host)])
    return t.request_us(db)[request][1]


def check(binary, root):
    costs, recorded = prices_of("qemu-tcg"), {}
    prices = {"commit": (costs["scan_ps_hpte"] / 1e6, costs["move_ps_hpte"] / 1e6), "map": (costs["h_enter_ns"] / 1e3,),
              "unmap": ((costs["h_read_ns"] + costs["h_remove_ns"]) / 1e3,)}
    for title, half in (("fitted", FITTED), ("not seen by the fit", UNSEEN)):
        ratios, kinds, long, paced, table = [], {}, [], ([], []), []
        for t in load(binary, root, half):
            for i, (kind, sim, real, attempts, begin) in enumerate(t.request_us()):
                ratios.append(sim / real)
                kinds.setdefault(kind, []).append(sim / real)
                if attempts < LONG_REQUEST:
                    continue
                long.append(sim / real)
                recorded.setdefault((kind, attempts, round(sim / 1e3)), []).append(real)
                mappings = {k: v for k, v in t.work(begin, begin + real).items() if k != "commit"}
                told = []
                for ratios_of_it, host in zip(paced, (pace(t.work(0, begin), prices), pace(mappings, prices))):
                    again = at_pace(t, i, host)
                    ratios_of_it += [again / real] if again else []
                    told += ["%.2f" % host if host else "-", "%.2f" % (again / real) if again else "-"]
                table.append("  | %s | %s | %d | %.2f | %.2f | %.2f | %s |" % (
                    "/".join(t.scenario.split("/")[-3:-1]), kind, attempts, real / 1e6, sim / 1e6, sim / real, " | ".join(told)))
        print("%s: %d requests, simulated / recorded %s" % (title, len(ratios), percentiles(ratios)))
        print("  of %d attempts or more: %d, %s" % (LONG_REQUEST, len(long), off(long)))
        print("  at the pace of what the recording shows before it: %d, %s" % (len(paced[0]), off(paced[0])))
        print("  at the pace of its own section mappings, an explanation and no prediction: %d, %s" % (len(paced[1]), off(paced[1])))
        print("  | recording | request | attempts | recorded, s | predicted, s | ratio | pace before | ratio with it |"
              " pace of mappings | ratio with it |\n" + "\n".join(table))
        for kind, r in sorted(kinds.items()):
            print("  %-10s %3d  %s" % (kind, len(r), percentiles(r)))
    same = [r for r in recorded.values() if len(r) > 1]
    print("the same request in several recordings, each against the median of them: %d requests, %s" % (
        sum(map(len, same)), off([x / statistics.median(r) for r in same for x in r])))


if len(sys.argv) != 4 or sys.argv[1] not in ("qemu-tcg", "mail-2021", "check"):
    sys.exit(__doc__)
{"qemu-tcg": fit_tcg, "mail-2021": fit_mail, "check": check}[sys.argv[1]](sys.argv[2], sys.argv[3])
