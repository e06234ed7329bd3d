#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that what is shown of a run does not mislead: work that was not done, expectations of other values.

usage: check_shown.py HPTSIM

Prints TAP.
"""
import csv
import io
import json
import os
import re
import sys

from tool import checks_of, run_checks, want

GIB = 1 << 30
GUEST = ("name: {0}\nguest: {{memory: 4GiB, max_memory: 16GiB}}\nhypervisor: {{kind: qemu-tcg}}\ncosts: qemu-tcg\n"
         "policies: [per-section]\nevents:\n")


def write(cli, name, events, rest=""):
    """a scenario of these events, each a line of YAML"""
    with open(cli.path(name + ".yaml"), "w") as f:
        f.write(GUEST.format(name) + "".join("  - %s\n" % e for e in events) + rest)
    return name + ".yaml"


def numbers(cli, *args, status=0):
    """runs of run --format json"""
    return json.loads(cli.run("run", *args, "--no-db", "--format", "json", status=status)[0])["runs"]


# events, faults: requests that failed; GiB wanted and got at the end
WORK = [
    (["plug: {id: d1, size: 2GiB}", "unplug: {id: d1}"], "", 0, 4, 4),
    (["plug: {id: d1, size: 2GiB, notify: false}"], "", 0, 4, 4),
    # half of the DIMM is in use: what else there is of it needs no removal
    (["plug: {id: d1, size: 2GiB, notify: false}", "add: {by: count, count: 4}", "unplug: {id: d1}"], "", 0, 4, 4),
    (["remove: {by: count, count: 1}"], "", 1, 4, 4),
    (["add: {by: count, count: 4}"], "", 1, 5, 4),
    (["add: {by: indexed-count, count: 4, drc: 0x80000010}"], "", 1, 5, 4),
    (["add: {by: index, drc: 0x8000ffff}"], "", 1, 4.25, 4),
    # an LMB cannot go online: all of it is undone, and taking away what did not come is no failure
    (["plug: {id: d1, size: 1GiB}"], "add-lmb: {drc: 0x80000011}", 1, 5, 4),
    (["plug: {id: d1, size: 1GiB}", "unplug: {id: d1}"], "add-lmb: {drc: 0x80000011}", 1, 4, 4),
    # what was wanted and did not come is not wanted twice
    (["plug: {id: d1, size: 1GiB}", "add: {by: indexed-count, count: 4, drc: 0x80000010}"],
     "add-lmb: {drc: 0x80000011, times: all}", 2, 5, 4),
    (["plug: {id: d1, size: 1GiB}", "unplug: {id: d1}"], "offline-lmb: {drc: 0x80000012}", 1, 4, 5),
    (["plug: {id: d1, size: 1GiB}", "remove: {by: each-index, count: 4}"], "offline-lmb: {drc: 0x80000012}", 1, 4, 4.25),
    # a reboot gives the guest what the hypervisor has
    (["plug: {id: d1, size: 1GiB}", "reboot: {}"], "add-lmb: {drc: 0x80000011}", 1, 5, 5),
    (["hpt_order: 18"], "", 1, 4, 4),
    (["driver_add: {id: v1, size: 1GiB, driver: dax}", "driver_remove: {id: v1}"], "", 0, 4, 4),
]


def check_work(cli):
    """memory wanted and got, or which requests failed, is not what was asked for and done"""
    for i, (events, fault, failed, wanted, got) in enumerate(WORK):
        faults = "faults:\n  - %s\n" % fault if fault else ""
        (run,) = numbers(cli, write(cli, "w%d" % i, events, faults))
        is_ = (run["failed_requests"], run["memory_wanted_bytes"] / GIB, run["memory_end_bytes"] / GIB)
        want(is_ == (failed, wanted, got), "%s %s: %s, want %s" % (events, fault, is_, (failed, wanted, got)))


def check_failed_table(cli):
    """a run that did not do its work looks like one that did"""
    out, err = cli.run("run", "short.yaml", "refused.yaml", "--db", "r.db")
    want("56.25 of 86 GiB" in out, "memory wanted and got: %s" % out)
    rows = {tuple(line.split()[:2]): line for line in out.splitlines()}
    want(re.search(r"\b1 of 2\b", rows["short", "outer-batch"]), "requests failed: %s" % out)
    want(re.search(r"\b1 of 1\b", rows["refused", "per-section"]), "requests failed: %s" % out)
    want("86 GiB" in rows["short", "per-section"] and " of " not in rows["short", "per-section"], out)
    first, second, third = err.splitlines()[:3]
    want(first.startswith("short: outer-batch: request 2, driver_add: 9 of 128 LMBs"), err)
    want("errno -14" in first and "56.25 GiB instead of 86 GiB" in second, err)
    want("refused: per-section: request 1, remove: 0 of 1 LMBs, errno -22" in err, err)
    want(cli.rows("r.db", "select failed_requests, memory_wanted_bytes / 268435456, memory_end_bytes / 268435456 from run") ==
         [(0, 344, 344), (1, 344, 225), (1, 16, 16)], cli.rows("r.db", "select * from run"))
    out, err = cli.run("run", "small.yaml", "--no-db", "--policy", "per-section")
    want("requests" not in out and "memory" not in out and err == "", "nothing failed: %s%s" % (out, err))


def check_failed_formats(cli):
    """a format leaves out that a request failed, or says something else than the others"""
    for reps in ((), ("--reps", "2", "--set", "cost_overrides.h_enter_ns=1000 +- 10")):
        args = ("run", "short.yaml", "--no-db", *reps, "--format")
        text, md = (cli.run(*args, f)[0] for f in ("text", "md"))
        want("56.25 of 86 GiB" in text and "56.25 of 86 GiB" in md and "1 of 2" in md, "%s%s" % (text, md))
        rows = list(csv.DictReader(cli.run(*args, "csv")[0].splitlines()))
        suffix = "_max" if reps else ""
        want([int(r["failed_requests" + suffix]) for r in rows] == ([0] * 3 + [1] * 3 if reps else [0, 1]), rows)
        want(int(rows[-1]["memory_end_bytes" + suffix]) == 225 << 28 and
             int(rows[-1]["memory_wanted_bytes" + suffix]) == 344 << 28, rows)
        runs = json.loads(cli.run(*args, "json")[0])["runs"]
        want({r["policy"]: r["failed_requests"] for r in runs} == {"per-section": 0, "outer-batch": 1}, runs)


def check_repeated_once(cli):
    """repetitions that cannot differ are made again and again, or that is not said"""
    args = ("run", "small.yaml", "--policy", "per-section", "--reps", "50")
    out, err = cli.run(*args, "--db", "r.db")
    want("all 50 repetitions are the same, run once" in err, err)
    want(re.search(r"^per-section +all ", out, re.M) and len(re.findall("^per-section", out, re.M)) == 1, out)
    want(cli.rows("r.db", "select rep from run") == [(0,)], "not one run whose prices were not drawn")
    plain = numbers(cli, "small.yaml", "--policy", "per-section")
    summary = json.loads(cli.run(*args, "--no-db", "--format", "json")[0])
    want(summary["runs"] == plain and summary["summaries"][0]["reps"] == 1, summary)


def check_runs(cli):
    """a user cannot see which runs a database has, to choose from them for report --run"""
    cli.run("run", "short.yaml", "--db", "r.db", "--quiet")
    cli.run("run", "small.yaml", "--db", "r.db", "--quiet", "--seed", "5", "--set", "guest.vcpus=2", "--set", "guest.memory=3GiB")
    cli.run("run", "small.yaml", "--policy", "v1", "--db", "r.db", "--quiet", "--reps", "2",
            "--set", "cost_overrides.h_enter_ns=1000 +- 10")
    out, err = cli.run("runs", "--db", "r.db")
    want(err == "" and len(out.splitlines()) == 7, out + err)
    want("guest.vcpus=2 guest.memory=3GiB" in out and "56.25 of 86 GiB" in out, out)
    rows = list(csv.DictReader(cli.run("runs", "--db", "r.db", "--format", "csv")[0].splitlines()))
    names = ("id", "scenario", "policy", "seed", "rep", "costs", "status", "total_ns", "failed_requests", "memory_wanted_bytes",
             "memory_end_bytes", "resize_attempts", "resize_failures", "stall_max_ns", "hpt_shift_end", "findings")
    kept = cli.rows("r.db", "select %s from run order by id" % ", ".join(names))
    want([tuple(r[n] for n in names) for r in rows] == [tuple(map(str, k)) for k in kept], rows)
    want([r["set"] for r in rows] == [""] * 2 + ["guest.vcpus=2 guest.memory=3GiB"] * 2 +
         ["cost_overrides.h_enter_ns=1000 +- 10"] * 2, [r["set"] for r in rows])
    want([r["rep"] for r in rows] == ["0"] * 4 + ["1", "2"], rows)
    want(json.loads(cli.run("runs", "--db", "r.db", "--format", "json")[0])["runs"][1]["failed_requests"] == 1, "json")
    before = open(cli.path("r.db"), "rb").read()
    cli.run("runs", "--db", "none.db", status=3)
    cli.run("runs", "--db", "small.yaml", status=3)
    cli.run("runs", "r.db", status=2)
    want(not os.path.exists(cli.path("none.db")) and before == open(cli.path("r.db"), "rb").read(), "it writes")


def check_failed_refused(cli):
    """--strict or expect lets a failed request pass"""
    cli.run("run", "refused.yaml", "--no-db")
    cli.run("run", "refused.yaml", "--no-db", "--strict", status=1)
    cli.run("run", "small.yaml", "--no-db", "--strict", "--policy", "per-section")
    refused = "expect:\n  per-section: {failed_requests: 0}\n"
    path = write(cli, "expects", ["remove: {by: count, count: 1}"], refused)
    _, err = cli.run("run", path, "--no-db", status=1)
    want("expected failed_requests 0, got 1" in err, err)
    cli.run("run", write(cli, "meets", ["plug: {id: d1, size: 1GiB}"], refused), "--no-db")


# bounds of a run with N attempts that takes T ns: is each met?
BOUNDS = [
    ("attempts", "< N", False), ("attempts", "<= N", True), ("attempts", "> N", False), ("attempts", ">= N", True),
    ("attempts", "> N-1", True), ("attempts", "< N+1", True), ("attempts", "N", True), ("attempts", "= N+1", False),
    ("attempts", "0..N", True), ("attempts", "N..99", True), ("attempts", "N+1..99", False), ("attempts", "N+1..", False),
    ("attempts", "..N-1", False), ("attempts", "..N", True), ("resize_attempts", "< N", False), ("resize_attempts", "N..N", True),
    ("total", "< Tns", False), ("total", "<= Tns", True), ("total", "Tns", True), ("total", "> Tns", False), ("total", "< 1h", True),
    ("total_ns", "< T", False), ("total_ns", "T..", True), ("memory", "< 8GiB", False), ("memory", "8GiB", True),
    ("final order", "<= 20", False), ("requests failed", "0", True), ("longest stall", "< 1ns", False),
]


def check_bounds(cli):
    """bounds let a run through that is beyond them, or stop one that is within"""
    events = ["plug: {id: d1, size: 4GiB}"]
    (run,) = numbers(cli, write(cli, "bounds", events), "--policy", "per-section")
    for key, bounds, met in BOUNDS:
        text = re.sub("N([+-]?[0-9]?)", lambda m: str(run["resize_attempts"] + int(m[1] or 0)), bounds)
        text = text.replace("T", str(run["total_ns"]))
        path = write(cli, "one", events, "expect: {per-section: {%s: '%s'}}\n" % (key, text))
        _, err = cli.run("run", path, "--no-db", "--policy", "per-section", status=0 if met else 1)
        want(("expected %s %s, got " % (key, text) in err) != met, "%s %s: %s" % (key, text, err))


def check_table_words(cli):
    """what the table calls a number cannot be expected, or stands for another one"""
    # every column: a request that failed, a finding
    path = write(cli, "words", ["remove: {by: count, count: 1}"], "")
    out, _ = cli.run("run", path, "small.yaml", "--no-db", "--policy", "outer-batch")
    rows = csv.DictReader(io.StringIO(cli.run("list", "keys", "--format", "csv")[0]))
    words = {row["key"]: row["meaning"] for row in rows if "expect" in row["section"] and "section" != "The scenario"}
    header = re.split(r"  +", out.splitlines()[0].strip())
    want(len(header) > 8 and "longest stall" in header, "header: %s" % header)
    for title in header:
        want(title in words or title in ("scenario", "policy"), "no '%s' in expect" % title)
    for word, meaning in words.items():
        want("_" in word or word in header, "the table does not say '%s'" % word)


# --set: expectations that it makes void; of a scenario that expects wrong counts and times
VOID = [
    ((), ()),
    (("guest.vcpus=4",), ("resize_attempts", "total_ns")),
    (("events.0.plug.size=1GiB",), ("resize_attempts", "total_ns")),
    (("hypervisor.max_hpt_page_size=64KiB",), ("resize_attempts", "total_ns")),
    (("faults=[{prepare-no-mem: {}}]",), ("resize_attempts", "total_ns")),
    (("costs=mail-2021",), ("total_ns",)),
    (("cost_overrides.h_enter_ns=5",), ("total_ns",)),
    (("policies=[per-section]",), ()),
    (("name=other",), ()),
    (("description=other",), ()),
    # what is given for this very run counts
    (("guest.vcpus=4", "expect.per-section.total_ns=7"), ("resize_attempts",)),
    (("expect={per-section: {resize_attempts: 7}}", "guest.vcpus=4"), ()),
    (("expect.v1.total_ns=7", "guest.vcpus=4"), ("resize_attempts", "total_ns")),
]


def check_void(cli):
    """an expectation of other values fails a run, one that still holds is dropped, or neither is said"""
    path = write(cli, "expects", ["plug: {id: d1, size: 2GiB}"], "expect:\n  per-section: {resize_attempts: 99, total_ns: 99}\n")
    for sets, void in VOID:
        args = sum((("--set", s) for s in sets), ())
        whole = any(s.startswith("expect={") for s in sets)
        wrong = {"resize_attempts"} if whole else {"resize_attempts", "total_ns"} - set(void)
        _, err = cli.run("run", path, "--no-db", *args, status=1 if wrong else 0)
        told = re.search(r"^expects: --set (.+) changes what 'expect' is about, not applied: per-section \((.*)\)$", err, re.M)
        want(bool(told) == bool(void), "%s: %s" % (sets, err))
        want(not told or tuple(sorted(told.group(2).split(", "))) == void and told.group(1) in sets, "%s: %s" % (sets, err))
        want({m for m in re.findall(r"expected (\w+) ", err)} == wrong, "%s: %s" % (sets, err))
    cli.run("check", path, "--update", "--baseline", "b.json", "--set", "guest.vcpus=4")
    _, err = cli.run("check", path, "--baseline", "b.json", "--set", "guest.vcpus=4")
    want("not applied: per-section (total_ns, resize_attempts)" in err, err)
    cli.run("check", path, "--baseline", "b2.json", "--update", status=1)


def main():
    return run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]))


sys.exit(main())
