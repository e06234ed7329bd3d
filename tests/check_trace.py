#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the files of run --trace: slices nest, and add up to what the run says in JSON.

usage: check_trace.py HPTSIM SCENARIO...

Runs each scenario under its own policies. Prints TAP.
"""
import collections
import decimal
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

from tool import Failure, want

LANE = re.compile(r"(.*?)(?: \((\d+)\))?$")
GIB, MIB = 1 << 30, 1 << 20

Slice = collections.namedtuple("Slice", "start end depth name cats args")


def nanoseconds(ts):
    ns = ts * 1000
    want(ns == int(ns) and ns >= 0, "%s us is no whole number of ns" % ts)
    return int(ns)


class Process:
    """One run of a trace: slices by lane, counters, instants"""

    def __init__(self):
        self.meta = {}
        self.lane_names, self.lane_order = {}, {}
        self.open = collections.defaultdict(list)
        self.slices = collections.defaultdict(list)
        self.last = collections.defaultdict(int)
        self.counters = collections.defaultdict(list)
        self.instants = []

    def add(self, event):
        phase, tid = event["ph"], event.get("tid")
        if phase == "M":
            if event["name"] == "thread_name":
                want(tid not in self.lane_names, "a lane has two names")
                self.lane_names[tid] = event["args"]["name"]
            elif event["name"] == "thread_sort_index":
                self.lane_order[tid] = event["args"]["sort_index"]
            else:
                self.meta[event["name"]] = event["args"]
            return
        ns = nanoseconds(event["ts"])
        if phase == "C":
            (unit, value), = event["args"].items()
            self.counters["%s %s" % (event["name"], unit)].append((ns, value))
            return
        if phase == "i":
            self.instants.append(event)
            return
        want(phase in "BE", "events of kind %s" % phase)
        want(tid in self.lane_names and tid in self.lane_order, "lane %s has no name or place" % tid)
        want(ns >= self.last[tid], "lane %s goes back in time at %d" % (tid, ns))
        self.last[tid] = ns
        if phase == "B":
            self.open[tid].append((ns, event))
            return
        want(self.open[tid], "an end without a beginning at %d" % ns)
        start, first = self.open[tid].pop()
        self.slices[self.lane_names[tid]].append(
            Slice(start, ns, len(self.open[tid]), first["name"], first["cat"].split(","),
                  {**first.get("args", {}), **event.get("args", {})}))

    def all(self, lane):
        """slices of all lanes of that name, those for overlaps too"""
        return [s for name, slices in self.slices.items() if LANE.match(name)[1] == lane for s in slices]


def load(path):
    """processes by pid"""
    with open(path, "rb") as f:
        raw = f.read()
    want(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f<]", raw), "an unescaped character")
    processes = collections.defaultdict(Process)
    for event in json.loads(raw, parse_float=decimal.Decimal)["traceEvents"]:
        processes[event["pid"]].add(event)
    tids = [tid for p in processes.values() for tid in p.lane_names]
    want(len(tids) == len(set(tids)) and not set(tids) & set(processes), "processes share a lane")
    return processes


def check_lanes(p):
    want(not any(p.open.values()), "slices that never end")
    want(len(set(p.lane_names.values())) == len(p.lane_names), "two lanes of one name")
    want(len(set(p.lane_order.values())) == len(p.lane_order), "two lanes at one place")
    for slices in p.slices.values():
        # in the order of their ends: what comes before a slice and is deeper is in it
        inner = []
        for s in slices:
            while inner and inner[-1].depth > s.depth:
                child = inner.pop()
                want(s.start <= child.start and child.end <= s.end, "%s sticks out of %s" % (child.name, s.name))
            inner.append(s)
        for depth in {s.depth for s in slices}:
            level = [s for s in slices if s.depth == depth]
            want(all(a.end <= b.start for a, b in zip(level, level[1:])), "slices overlap without nesting")


def overlapping(requests):
    requests = sorted(requests, key=lambda s: s.start)
    return any(a.end > b.start for i, a in enumerate(requests) for b in requests[i + 1:])


def check_requests(p, run):
    rows = [(LANE.match(name)[2], s) for name in p.slices if LANE.match(name)[1] == "requests"
            for s in p.slices[name] if s.cats == ["request"]]
    done = {s.args["request"]: (row, s) for row, s in rows if "unfinished" not in s.args}
    want(len(done) == len(run["requests"]), "%d requests, want %d" % (len(done), len(run["requests"])))
    alone = not overlapping([s for _, s in rows])
    for request in run["requests"]:
        row, s = done[request["seq"]]
        want((s.start, s.end) == (request["start_ns"], request["end_ns"]), "%s: another time" % s.name)
        want(s.name.split()[0] == request["kind"], "%s: not a %s" % (s.name, request["kind"]))
        for key in ("errno", "lmbs_done", "memory_bytes", "lmbs_requested"):
            want(s.args[key] == request[key], "%s: another %s" % (s.name, key))
        phases = collections.Counter()
        for lane in ("requests", "LMBs", "resizes"):
            for step in p.slices.get(lane if row is None else "%s (%s)" % (lane, row), []):
                if step.cats[0] == "step" and s.start <= step.start and step.end <= s.end:
                    phases[step.cats[1]] += step.end - step.start - step.args.get("stopped_ns", 0)
        want(+phases == {k: v for k, v in request["phases_ns"].items() if v},
             "%s: phases %s, want %s" % (s.name, dict(phases), request["phases_ns"]))
        want(not alone or sum(phases.values()) == s.end - s.start, "%s: phases do not add up" % s.name)
    return alone


ATTEMPT = ("seq", "start_ns", "from_shift", "to_shift", "prepare_rc", "commit_rc", "errno", "slots_scanned", "hptes_moved")


def check_attempts(p, rows):
    """attempts against the database's"""
    found = sorted((s.args["attempt"], s.start, s.args["from_shift"], s.args["to_shift"], s.args["prepare_rc"],
                    s.args.get("commit_rc"), s.args["errno"], s.args["slots_scanned"], s.args["hptes_moved"])
                   for s in p.all("resizes") if "attempt" in s.args)
    want(found == rows, "attempts differ from the database's: %s" % [(a, b) for a, b in zip(found, rows) if a != b][:1])


def check_resizes(p, run, alone):
    resizes = [s for s in p.all("resizes") if s.cats == ["resize"]]
    attempts = [s for s in resizes if s.name.startswith("resize ") and "attempt" in s.args]
    stops = [s for s in resizes if s.name == "stop_machine"]
    want(sorted(s.args["attempt"] for s in attempts) == list(range(1, run["resize_attempts"] + 1)), "attempts are missing")
    want(sum(s.args["errno"] != 0 for s in attempts) == run["resize_failures"], "failures")
    want(sum(s.end - s.start for s in stops) == run["stall_total_ns"] == run["commit_ns"], "time in commit")
    want(max([s.end - s.start for s in stops] + [0]) == run["stall_max_ns"], "longest stall")
    want(sorted((s.start, s.end) for s in stops) == [(s.start, s.end) for s in p.slices.get("all other CPUs", [])],
         "other CPUs stop at other times")
    prepare = sum(s.end - s.start for s in resizes if s.name == "prepare")
    want(prepare == run["prepare_ns"] if alone else prepare >= run["prepare_ns"], "time in prepare")
    workers = p.all("hypervisor: prepare worker")
    for s in attempts:
        if s.args["prepare_rc"] == "H_SUCCESS" and s.args["prepare_busy_count"]:
            want(any(s.start <= w.end <= s.end for w in workers), "no worker finished for attempt %d" % s.args["attempt"])


def check_counters(p, run):
    last = {}
    for name, samples in p.counters.items():
        want(all(a[0] <= b[0] for a, b in zip(samples, samples[1:])), "%s goes back in time" % name)
        want(samples[0][0] == 0 and samples[-1][0] == run["total_ns"], "%s begins late or ends early" % name)
        last[name] = samples[-1][1]
    want(last["HPT order"] == run["hpt_shift_end"], "final order")
    want(last["memory GiB"] * GIB == run["memory_end_bytes"], "final memory")
    want(last["bolted entries"] == run["bolted_end"], "final bolted entries")
    want(last["resize attempts failed"] == run["resize_failures"], "failed attempts")
    want(max(v for _, v in p.counters["host memory of HPTs MiB"]) * MIB == run["host_peak_bytes"], "most host memory")
    first = {name: samples[0][1] for name, samples in p.counters.items()}
    want(first["HPT order"] == run["hpt_shift_start"] and first["memory GiB"] * GIB == run["memory_start_bytes"] and
         first["bolted entries"] == run["bolted_start"], "first values")


def check_run(p, run, attempts):
    want(p.meta["process_name"]["name"] == "%s: %s" % (run["scenario"], run["policy"]), "the process has another name")
    check_lanes(p)
    want(len(p.instants) == len(run["findings"]), "findings")
    want([i["args"]["text"] for i in p.instants] == [f["text"] for f in run["findings"]], "findings say something else")
    if run["status"] != "ok":
        return
    alone = check_requests(p, run)
    check_resizes(p, run, alone)
    check_attempts(p, attempts)
    check_counters(p, run)


class Traces:
    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory

    def run(self, *args, status=(0,), trace="t.json", db=None):
        """runs as JSON, and the path of the trace"""
        path = os.path.join(self.directory, trace)
        store = ("--db", os.path.join(self.directory, db)) if db else ("--no-db",)
        done = subprocess.run([self.binary, "run", *args, *store, "--format", "json", "--trace", path],
                              capture_output=True, text=True, timeout=300, check=False)
        want(done.returncode in status, "exit status %d: %s" % (done.returncode, done.stderr[-300:]))
        return (json.loads(done.stdout)["runs"] if done.stdout else []), path, done.stderr

    def attempts(self, db):
        """rows of each run that is in a database"""
        connection = sqlite3.connect(os.path.join(self.directory, db))
        ids = connection.execute("select id from run order by id").fetchall()
        rows = [connection.execute("select %s from resize_attempt where run_id = ? order by seq" % ", ".join(ATTEMPT),
                                   run_id).fetchall() for run_id in ids]
        connection.close()
        return rows


def check_scenario(traces, scenario):
    # 1: the hypervisor aborts in some, or an expectation is about another seed
    runs, path, _ = traces.run(scenario, status=(0, 1), db="r.db")
    attempts = iter(traces.attempts("r.db"))
    processes = load(path)
    want(len(processes) == len(runs), "%d processes for %d runs" % (len(processes), len(runs)))
    for run, (_, p) in zip(runs, sorted(processes.items())):
        try:
            check_run(p, run, next(attempts) if run["status"] == "ok" else None)
        except Failure as e:
            raise Failure("%s: %s" % (run["policy"], e)) from e
    return runs, processes


def check_overlaps(traces, scenario):
    _, processes = check_scenario(traces, scenario)
    for p in processes.values():
        lanes = [name for name in p.slices if LANE.match(name)[1] == "requests"]
        want(overlapping(p.all("requests")) and len(lanes) > 2, "nothing overlaps: %s" % lanes)
        want(any(s.args.get("errno") for s in p.all("LMBs")), "no LMB fails")


def check_same(traces, scenario):
    with open(traces.run(scenario, trace="a.json")[1], "rb") as a, open(traces.run(scenario, trace="b.json")[1], "rb") as b:
        want(a.read() == b.read(), "the bytes differ")


def check_hostile(traces, scenario):
    _, path, _ = traces.run(scenario)
    with open(scenario, encoding="utf-8") as f:
        text = json.loads(re.search(r'^description: (".*")$', f.read(), re.M)[1])
    want('"' in text and "\n" in text, "a harmless description")
    for p in load(path).values():
        want(p.meta["process_labels"]["labels"] == text, "another description: %r" % p.meta["process_labels"])


def check_same_numbers(traces, scenario):
    traced = traces.run(scenario)[0]
    plain = subprocess.run([traces.binary, "run", scenario, "--no-db", "--format", "json"], capture_output=True,
                           text=True, timeout=300, check=True)
    want(json.loads(plain.stdout)["runs"] == traced, "a run with --trace has other numbers")


def check_reps(traces, scenario):
    _, path, _ = traces.run(scenario, "--reps", "3", "--policy", "v1", "--set", "cost_overrides.h_enter_ns=1000 +- 10")
    names = [p.meta["process_name"]["name"] for _, p in sorted(load(path).items())]
    want([n.split(", ")[-1] for n in names] == ["repetition 1", "repetition 2", "repetition 3"], "processes %s" % names)


def check_errors(traces, scenario):
    for trace, message in (("missing/t.json", "No such file"), (".", "directory"), ("/dev/full", "No space left")):
        _, _, err = traces.run(scenario, status=(3,), trace=trace)
        want(message in err and "cannot be written" in err, "%s: %s" % (trace, err))
    kept = os.path.join(traces.directory, "kept.json")
    with open(kept, "w", encoding="utf-8") as f:
        f.write("mine")
    traces.run(scenario, "--set", "guest.memroy=1", status=(2,), trace="kept.json")
    with open(kept, encoding="utf-8") as f:
        want(f.read() == "mine", "a file is emptied for nothing")


def main():
    binary = os.path.abspath(sys.argv[1])
    data = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trace")
    overlap = [os.path.join(data, name) for name in sorted(os.listdir(data))]
    checks = [(check_scenario, s) for s in sys.argv[2:]] + [(check_overlaps, s) for s in overlap]
    checks += [(c, overlap[0]) for c in (check_same, check_hostile, check_same_numbers, check_reps, check_errors)]
    print("1..%d" % len(checks))
    bad = 0
    for number, (check, scenario) in enumerate(checks, 1):
        with tempfile.TemporaryDirectory() as directory:
            name = "%s: %s" % (check.__name__[len("check_"):], os.path.basename(scenario))
            try:
                check(Traces(binary, directory), scenario)
                print("ok %d - %s" % (number, name))
            except (Failure, subprocess.SubprocessError, sqlite3.Error, ValueError, KeyError, OSError) as e:
                bad += 1
                print("not ok %d - %s" % (number, name))
                print("# %s: %s" % (type(e).__name__, str(e).replace("\n", "\n# ")))
        sys.stdout.flush()
    return 1 if bad else 0


sys.exit(main())
