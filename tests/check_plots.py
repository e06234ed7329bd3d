#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what is drawn from outside: the data of every plot against the database, and the pictures' words.

usage: check_plots.py HPTSIM

Prints TAP.
"""
import json
import math
import os
import re
import sys
import xml.etree.ElementTree

from check_report import Cli
from tool import checks_of, run_checks, want

GIB = 2 ** 30
# As many resizes as a mainline guest does, on a host that has a reverse map; and one resize that works.
KVM = ("--set", "hypervisor.kind=kvm-hv")


def blocks_of(text):
    """[(label, other words of the first line, rows of numbers)]"""
    out = []
    for block in text.split("\n\n\n"):
        lines = block.strip("\n").split("\n")
        head = lines[0].split("\t")
        rows = [[float(v) for v in line.split("\t")] for line in lines[1:]]
        out.append((head[0], head[1:], rows))
    return out


def blocks_of_named(text):
    """the same of rows that begin with a name: (name, numbers)"""
    out = []
    for block in text.split("\n\n\n"):
        head, *lines = [line.split("\t") for line in block.strip("\n").split("\n")]
        out.append((head[0], head[1:], [(line[0], [float(v) for v in line[1:]]) for line in lines]))
    return out


def runs_of(cli, db, scenario):
    """{policy: (run, its attempts)} as dictionaries"""
    names = ("id", "policy", "hpt_shift_start", "host_start_bytes", "host_peak_bytes", "stall_max_ns", "total_ns")
    attempt = ("start_ns", "prepare_ns", "commit_ns", "from_shift", "to_shift", "errno", "host_bytes")
    out = {}
    for row in cli.sql(db, "select %s from run where scenario = '%s'" % (", ".join(names), scenario)):
        run = dict(zip(names, row))
        rows = cli.sql(db, "select %s from resize_attempt where run_id = %d order by seq" % (", ".join(attempt), run["id"]))
        out[run["policy"]] = (run, [dict(zip(attempt, row)) for row in rows])
    return out


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-9)


# Each check says what is wrong with hptsim if it fails.

def check_host(cli):
    """host memory that is drawn is not what the tables held"""
    for arguments, factor in ((KVM, 2), ((), 1)):
        cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o", *arguments)
        for scenario in ("small", "fixed"):
            runs = runs_of(cli, "o/report.db", scenario)
            for label, _, rows in blocks_of(cli.text("o", "data", scenario + "-host.tsv")):
                run, attempts = runs[label.split(",")[0]]
                table = lambda shift: factor * 2.0 ** shift / GIB
                want(run["host_start_bytes"] == table(run["hpt_shift_start"]) * GIB, "the first table: %s" % run)
                want(near(max(row[1] for row in rows), run["host_peak_bytes"] / GIB), "%s: the peak: %s" % (label, rows))
                for row in rows:
                    right = {table(run["hpt_shift_start"])}
                    for a in attempts:
                        begin, end = a["start_ns"] / 1e9, (a["start_ns"] + a["prepare_ns"] + a["commit_ns"]) / 1e9
                        if near(row[0], begin) or begin <= row[0]:
                            before = right
                            right = {a["host_bytes"] / GIB} | (before if near(row[0], begin) else set())
                        if near(row[0], end) or end <= row[0]:
                            after = table(a["from_shift"] if a["errno"] else a["to_shift"])
                            right = {after} | ({a["host_bytes"] / GIB} if near(row[0], end) else set())
                    want(any(near(row[1], r) for r in right), "%s: %s GiB at %s s, not %s" % (label, row[1], row[0], right))


def check_stalls(cli):
    """the longest stall is not drawn, or the picture counts other stalls than the table"""
    for memory, maximum, dimm in (("4GiB", "16GiB", "4GiB"), ("129GiB", "512GiB", "64GiB")):
        with open(cli.path("small.yaml"), "w") as f:
            f.write("name: small\nguest: {memory: %s, max_memory: %s}\nhypervisor: {kind: kvm-hv}\ncosts: qemu-tcg\n"
                    "events:\n  - plug: {id: d, size: %s}\n  - unplug: {id: d}\n" % (memory, maximum, dimm))
        cli.run("compare", "small.yaml", "--policy", "all", "--out", "o")
        runs = runs_of(cli, "o/report.db", "small")
        for label, _, rows in blocks_of(cli.text("o", "data", "small-stalls.tsv")):
            run, attempts = runs[label.split(",")[0]]
            stalls = sorted(a["commit_ns"] for a in attempts if a["commit_ns"])[::-1]
            when = {round((a["start_ns"] + a["prepare_ns"]) / 1e9, 6): a["commit_ns"] / 1e6 for a in attempts}
            want(near(max(r[1] for r in rows if r[1] == r[1]), run["stall_max_ns"] / 1e6), "%s: the longest" % label)
            for seconds, ms, length, many in rows:
                if ms == ms:
                    want(any(abs(seconds - at) < 1e-5 and near(ms, long) for at, long in when.items()), "%s: none at %s" % (label, seconds))
                if length == length:
                    # equal stalls are as many points, one above the other
                    equal = sum(near(s / 1e6, length) for s in stalls)
                    longer = sum(s / 1e6 > length and not near(s / 1e6, length) for s in stalls)
                    want(longer <= many <= longer + equal, "%s: %s of %s ms" % (label, many, length))
            want(max(r[3] for r in rows if r[3] == r[3]) == len(stalls), "%s: how many" % label)
            want(near(rows[-1][0], run["total_ns"] / 1e9), "%s: the end" % label)


def texts_of(svg):
    """all words of a picture"""
    root = xml.etree.ElementTree.fromstring(svg)
    return ["".join(t.itertext()).strip() for t in root.iter("{http://www.w3.org/2000/svg}text")]


def check_words(cli):
    """a picture names a policy nowhere, has an axis without unit, or two scales for one thing"""
    many = ",".join(p["policy"] for p in json.loads(cli.run("list", "policies", "--format", "json").stdout)["policies"])
    cli.run("compare", "small.yaml", "--policy", many, "--out", "o", *KVM)
    for plot, units in (("time", ("seconds",)), ("progress", ("seconds", "LMBs added or removed so far")), ("hpt", ("seconds", "order", "GiB")),
                        ("stalls", ("when, seconds", "ms", "stalls", "at least so long, ms")), ("host", ("seconds", "GiB"))):
        texts = texts_of(cli.text("o", "small-%s.svg" % plot))
        words = [w for t in texts for w in re.split(r"[ ,:]+", t)]
        with_plot = many.split(",")
        if plot == "stalls":
            with_plot = [n for label, _, _ in blocks_of(cli.text("o", "data", "small-stalls.tsv")) for n in label.split(", ")]
        for legend in {"time": ("commit",), "hpt": ("order of the HPT, left", "order that failed (some, of many)"),
                       "host": ("by the table wished for",)}.get(plot, ()):
            place = re.search(r'translate\(([\d.-]+),([\d.-]+)\)"[^>]*>\s*<text>%s</text>' % re.escape(legend), cli.text("o", "small-%s.svg" % plot))
            want(place and 0 < float(place[1]) < 600 and 0 < float(place[2]) < 20, "%s: the legend's %s is not above all" % (plot, legend))
        for name in with_plot:
            want(name in words, "%s: no %s in %s" % (plot, name, texts))
        for unit in units:
            want(unit in texts, "%s: no %s in %s" % (plot, unit, texts))
        want("more" not in words, "%s: more of what?" % plot)


def check_scale(cli):
    """what takes longer is not drawn longer: two panels of a picture have two scales"""
    cli.run("compare", "small.yaml", "--policy", "all", "--out", "o", *KVM)
    picture = cli.text("o", "small-time.svg")
    ends = re.findall(r'translate\(([\d.]+),[\d.]+\)"[^>]*text-anchor="start">\s*<text>([\d.]+)</text>', picture)
    panels = blocks_of_named(cli.text("o", "data", "small-time.tsv"))
    took = [sum(numbers[:-1]) for _, _, rows in panels for _, numbers in rows]
    want(len(panels) == 2 and len(ends) == len(took), "%d bars, %d figures" % (len(took), len(ends)))
    for (_, text), seconds in zip(ends, took):
        want(abs(float(text) - seconds) <= 0.006 * max(seconds, 1), "%s is not %s" % (text, seconds))
    low, high = min(zip(took, ends)), max(zip(took, ends))
    scale = (float(high[1][0]) - float(low[1][0])) / (high[0] - low[0])
    for (x, _), seconds in zip(ends, took):
        want(abs(float(x) - float(low[1][0]) - scale * (seconds - low[0])) < 0.1, "%s s at %s" % (seconds, x))


def check_time(cli):
    """a bar of the time is not as long as the request took"""
    cli.run("compare", "small.yaml", "--policy", "all", "--out", "o", *KVM)
    took = {(p, s): t for p, s, t in cli.sql("o/report.db", "select policy, seq, end_ns - start_ns from request join run on run.id = run_id")}
    for label, bands, rows in blocks_of_named(cli.text("o", "data", "small-time.tsv")):
        seq = int(label.split(".")[0])
        for policy, numbers in rows:
            want(abs(sum(numbers[:len(bands) - 1]) - took[policy, seq] / 1e9) < 1e-6, "%s of %s" % (label, policy))


GUEST = ("name: %s\nguest: {memory: %s, max_memory: %s}\nhypervisor: {kind: %s, max_hpt_page_size: %s}\ncosts: qemu-tcg\n"
         "policies: [%s]\nevents: [%s]\n")
REGIONS = ("linear", "vmemmap", "vrma")


def guest(cli, name, memory, kind, page, policy, events, maximum="64GiB"):
    with open(cli.path(name + ".yaml"), "w") as f:
        f.write(GUEST % (name, memory, maximum, kind, page, policy, events))
    return name + ".yaml"


def dumped(cli, scenario, at, *arguments):
    """{(pteg, slot, region): entries}"""
    out = {}
    for line in cli.run("dump-hpt", scenario, "--at", at, *arguments).stdout.splitlines()[1:]:
        pteg, slot, region = line.split(",")[:3]
        key = (int(pteg), int(slot), region)
        out[key] = out.get(key, 0) + 1
    return out


def slots_of(cli, name):
    """[{(first PTEG, PTEGs, slot, region or "late"): entries}] of the present and the asked table"""
    tables = [{}, {}]
    for number, (_, head, rows) in enumerate(blocks_of(cli.text(name + "-slots.tsv"))):
        want(int(head[5]) == number % 8, "slot %s is block %d" % (head[5], number))
        for row in rows[:-1]:
            for region, entries in zip(REGIONS + ("late",), row[2:]):
                tables[number // 8][int(row[0]), int(row[1]), number % 8, region] = int(entries)
    return tables


def check_explain_counts(cli):
    """a picture of the table counts other entries than dump-hpt, or other collisions than explain"""
    plug = "{plug: {id: d, size: 4GiB}}"
    for name, kind, page, policy, at in (("a", "kvm-hv", "64KiB", "per-section", "boot"), ("b", "qemu-tcg", "64KiB", "per-section", "boot"),
                                         ("c", "kvm-hv", "16MiB", "per-section", "boot")):
        scenario = guest(cli, name, "4GiB", kind, page, policy, plug)
        found = json.loads(cli.run("explain", scenario, "--plot", name + ".svg", "--format", "json", "--attempt", "1").stdout)["attempt"]
        entries = dumped(cli, scenario, at)
        present, asked = slots_of(cli, name)
        new = 2 ** (found["asked"]["to_shift"] - 7)
        late = {r: 0 for r in range(8)}
        taken = set()
        for pteg, slot, region in sorted(entries):
            late[slot] += (pteg % new, slot) in taken
            taken.add((pteg % new, slot))
        ends = [row for row in present if row[3] == "linear"]
        for slot in range(8):
            got = {r: sum(n for key, n in present.items() if key[2:] == (slot, r)) for r in REGIONS + ("late",)}
            right = {r: sum(n for key, n in entries.items() if key[1:] == (slot, r)) for r in REGIONS}
            want(sum(got.values()) == sum(right.values()) and got["late"] == late[slot], "%s, slot %d: %s, not %s" % (name, slot, got, right))
            if not late[slot]:
                want(all(got[r] == right[r] for r in REGIONS), "%s, slot %d: %s, not %s" % (name, slot, got, right))
            kept = sum(n for key, n in asked.items() if key[2] == slot and key[3] != "late")
            want(kept == sum(right.values()) - late[slot], "%s, slot %d of the asked table: %d" % (name, slot, kept))
        # place by place
        for first, ptegs, slot, _ in ends:
            got = sum(present[first, ptegs, slot, r] for r in REGIONS + ("late",))
            right = sum(n for (pteg, s, _), n in entries.items() if s == slot and first <= pteg < first + ptegs)
            want(got == right, "%s: %d entries from PTEG %d on, not %d" % (name, got, first, right))
        strips = blocks_of(cli.text(name + "-fold.tsv").split("\n\n\n", 1)[1])
        want(sum(row[5] for row in strips[-1][2]) == sum(late.values()), "%s: late ones of all parts" % name)
        for part, (_, _, rows) in enumerate(strips[:-1]):
            for first, ptegs, *counts in rows:
                begin = part * new + first
                want(sum(counts) == sum(n for (pteg, _, _), n in entries.items() if begin <= pteg < begin + ptegs),
                     "%s: part %d from PTEG %d on" % (name, part + 1, first))
        want(sum(sum(row[2:]) for _, _, rows in strips[:-1] for row in rows) == len(entries), "%s: entries of the strips" % name)
        collide = (found.get("table") or {}).get("would_collide", 0)
        want(collide == sum(late.values()), "%s: explain says %s, drawn are %d" % (name, collide, sum(late.values())))
        if name == "a":
            want(collide > 0, "nothing collides")


def check_explain_grows(cli):
    """of a table that grows the picture shows another than there is afterwards"""
    scenario = guest(cli, "grow", "3GiB", "kvm-hv", "64KiB", "per-section", "{hpt_order: 26}")
    first = ("--set", "hypervisor.hpt_shift=23")
    cli.run("explain", scenario, "--plot", "grow.png", *first)
    want(cli.read("grow.png")[:4] == b"\x89PNG", "no picture")
    end = dumped(cli, scenario, "end", *first)
    _, asked = slots_of(cli, "grow")
    for (first, ptegs, slot, region), n in asked.items():
        right = sum(m for (pteg, s, r), m in end.items() if s == slot and r == region and first <= pteg < first + ptegs)
        want(n == right, "%s in slot %d from PTEG %d on: %d, not %d" % (region, slot, first, n, right))
    want(sum(asked.values()) == len(end), "entries are missing")


def check_explain_map(cli):
    """the map says of a guest what is not so"""
    scenario = guest(cli, "map", "3GiB", "kvm-hv", "64KiB", "per-section", "{plug: {id: d, size: 4GiB}}", "16GiB")
    cli.run("explain", scenario, "--plot", "map.svg")
    head, *rows = [line.split("\t") for line in cli.text("map-map.tsv").splitlines()]
    own = [row for row in rows if row[0] == head[1] and row[1] == head[2]]
    want(len(own) == 1 and float(own[0][0]) == 3, "the scenario's own place")
    for memory, order in (("3", 26), ("2", 24), ("8", 27), ("12", 23), ("1.5", 27), ("16", 25)):
        (row,) = [row for row in rows if row[0] == memory and int(row[1]) == order]
        other = guest(cli, "other", "%dMiB" % (float(memory) * 1024), "kvm-hv", "64KiB", "v1", "{wait: 1s}", "16GiB")
        with open(cli.path(other)) as f:
            text = f.read().replace("kind: kvm-hv", "kind: kvm-hv, hpt_shift: %d" % order).replace("wait: 1s", "hpt_order: %s" % row[2])
        with open(cli.path(other), "w") as f:
            f.write(text)
        entries = dumped(cli, other, "boot")
        want(len(entries) == int(row[5]), "%s GiB, order %d: %s entries, not %d" % (memory, order, row[5], len(entries)))
        taken, late = set(), 0
        for pteg, slot, _ in sorted(entries):
            key = (pteg % 2 ** (int(row[2]) - 7), slot)
            late += int(row[2]) < order and key in taken
            taken.add(key)
        want(late == int(row[4]), "%s GiB, order %d: %s late, not %d" % (memory, order, row[4], late))
        state = ("grows" if int(row[2]) > order else "has what it wishes for" if int(row[2]) == order else
                 "near enough, not asked for" if int(row[2]) + 1 == order else "collides" if late else "fits")
        want(row[6] == state, "%s GiB, order %d: %s, not %s" % (memory, order, row[6], state))


def check_explain_usage(cli):
    """a picture is drawn that was not asked for, or none and nobody is told"""
    for status, args in ((2, ("--plot", "x.pdf")), (2, ("--plot", ".svg")), (2, ("--plot", "x.svg", "--all")), (3, ("--plot", "none/x.svg")),
                         (2, ("--plot", "x.svg", "--set", "hypervisor.rehash=any-slot"))):
        done = cli.run("explain", "small.yaml", *args, status=status)
        want("hptsim: " in done.stderr and not os.path.exists(cli.path("x.svg")), "stderr: %s" % done.stderr)
    os.mkdir(cli.path("it's"))
    cli.run("explain", "small.yaml", "--plot", "it's/a 'b'.svg")
    texts = texts_of(cli.text("it's", "a 'b'.svg"))
    want(any("small, per-section: attempt 1 of" in t for t in texts) and "memory, GiB" in texts, "no words: %s" % texts)
    cli.run("explain", "fixed.yaml", "--plot", "fixed.svg")
    want(not os.path.exists(cli.path("fixed-fold.tsv")) and "memory, GiB" in texts_of(cli.text("fixed.svg")), "a fold of no attempt")
    first = cli.read("it's", "a 'b'.svg")
    cli.run("explain", "small.yaml", "--plot", "it's/a 'b'.svg")
    want(cli.read("it's", "a 'b'.svg") == first, "other bytes")
    cli.run("explain", "small.yaml", "--plot", "one-map.svg")
    want("memory, GiB" in texts_of(cli.text("one-map.svg")) and os.path.exists(cli.path("one-map.tsv")) and
         not os.path.exists(cli.path("one-fold.tsv")), "more than the map")
    done = cli.run("explain", "fixed.yaml", "--plot", "none-fold.svg", status=3)
    want("nothing to draw" in done.stderr and not os.path.exists(cli.path("none-fold.svg")), "a fold of no attempt: %s" % done.stderr)
    os.mkdir(cli.path("bin"))
    done = cli.run("explain", "small.yaml", "--plot", "x.svg", status=3, env={"PATH": cli.path("bin")})
    want("gnuplot cannot be started" in done.stderr and "Asked: shift" in done.stdout, "without gnuplot: %s" % done.stderr)


def check_report_table(cli):
    """a report shows another table than explain draws, or an old one"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "per-section,v1", "--out", "o")
    cli.run("explain", "small.yaml", "--policy", "per-section", "--plot", "small-fold.svg")
    cli.run("explain", "small.yaml", "--policy", "per-section", "--plot", "small-map.svg")
    page = cli.text("o", "report.html")
    for kind in ("fold", "map"):
        want(cli.read("o", "data", "small-%s.tsv" % kind) == cli.read("small-%s.tsv" % kind), "%s: other data" % kind)
        want(texts_of(cli.text("o", "small-%s.svg" % kind)) == texts_of(cli.text("small-%s.svg" % kind)), "%s: another picture" % kind)
    want("attempt 1 of 32, H_PTEG_FULL" in page and "memory, GiB" in page, "not in the page")
    cli.run("report", "--db", "o/report.db", "--out", "r")
    want(cli.text("r", "report.html") == page, "another page from the database")
    cli.run("compare", "fixed.yaml", "--out", "o")
    want("memory, GiB" not in cli.text("o", "report.html"), "a picture of another report")


def check_hang(cli):
    """a gnuplot that does not end keeps hptsim for ever, or nobody is told which picture it was"""
    os.mkdir(cli.path("bin"))
    with open(cli.path("bin", "gnuplot"), "w") as f:
        f.write("#!/bin/sh\necho 'picture: small-time.svg' >&2\nexec /bin/sleep 600\n")
    os.chmod(cli.path("bin", "gnuplot"), 0o755)
    done = cli.run("compare", "small.yaml", "--out", "o", status=3,
                   env={"PATH": cli.path("bin"), "HPTSIM_GNUPLOT_SECONDS": "1"})
    want("gnuplot took more than 1 s and was stopped at small-time.svg" in done.stderr, "stderr: %s" % done.stderr)
    want("plots are missing" in cli.text("o", "report.html"), "no report")


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Cli))
