#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the report of a sweep: every figure against the database, what did not do its work, and the commands by running them.

usage: check_map.py HPTSIM

Prints TAP.
"""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

import check_report
from check_report import NASTY, Page
from check_first_screen import bytes_text, ns_text, table_of
from tool import checks_of, run_checks, want

QUESTIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios", "questions")
SWEEPS = os.path.join(QUESTIONS, "..", "sweeps")
IMAGES = os.path.join(QUESTIONS, "..", "..", "docs", "images")
MAINLINE = "per-section"
SIZES = ("small.yaml", "--policy", "all", "--vary", "guest.memory=[8GiB, 2GiB, 4GiB]", "--vary", "events.0.plug.size=[1GiB, 3MiB, 4GiB, 5GiB]")


class Cli(check_report.Cli):
    def __init__(self, binary, directory):
        super().__init__(binary, directory)
        for name in ("other_callers.yaml", "other_callers_then_dimm.yaml"):
            shutil.copy(os.path.join(QUESTIONS, name), directory)

    def report(self, *args, db="a.db", out="o"):
        done = self.run("report", db, "-o", out, *args)
        return json.loads(self.text(out, "report.json")), done


class Sweep:
    """what a database says, read with no help of hptsim's report"""

    def __init__(self, cli, db):
        self.keys = [k for (k,) in cli.sql(db, "select key from sweep_axis order by seq")]
        self.policies = [n for (n,) in cli.sql(db, "select name from sweep_policy order by seq")]
        ((self.count,),) = cli.sql(db, "select points from sweep")
        self.values = []
        for i in range(len(self.keys)):
            rows = cli.sql(db, "select value, number from sweep_value where axis = %d order by seq" % (i + 1))
            self.values.append([(str(v), n if n is not None else v) for v, n in rows])
        self.cells = {}
        for point, policy, ns, failed in cli.sql(db, "select point, policy, total_ns, failed_requests from point"):
            self.cells[point, policy] = "short" if failed else ns
        for point, policy in cli.sql(db, "select point, policy from sweep_miss"):
            for p in [policy] if policy else self.policies:
                self.cells[point, p] = "ended" if policy else "invalid"

    def indices(self, point):
        out, rest = [], point - 1
        for values in reversed(self.values):
            rest, i = divmod(rest, len(values))
            out.insert(0, i)
        return out

    def point(self, indices):
        out = 0
        for i, values in zip(indices, self.values):
            out = out * len(values) + i
        return out + 1

    def text(self, point):
        return ", ".join("%s=%s" % (k, v[i][0]) for k, v, i in zip(self.keys, self.values, self.indices(point)))

    def done(self, point):
        return {p: self.cells[point, p] for p in self.policies if isinstance(self.cells.get((point, p)), int)}

    def best(self, point):
        return min(self.done(point).values(), default=None)

    def fastest(self, point):
        return {p for p, ns in self.done(point).items() if ns == self.best(point)}

    def next(self, point):
        return min((ns for ns in self.done(point).values() if ns > self.best(point)), default=None)

    def neighbours(self):
        """pairs of points that differ by one step of one key"""
        for point in range(1, self.count + 1):
            at = self.indices(point)
            for axis, values in enumerate(self.values):
                numbers = all(isinstance(n, int) for _, n in values)
                order = sorted(range(len(values)), key=lambda i: values[i][1] if numbers else i)
                place = order.index(at[axis])
                if place + 1 < len(order):
                    other = list(at)
                    other[axis] = order[place + 1]
                    yield point, self.point(other), axis

    def loss(self, point, other):
        """the most that one takes there that is the fastest at the other point only"""
        worst = 0
        for p in self.fastest(other) - self.fastest(point):
            ns = self.cells.get((point, p))
            if ns is not None:
                worst = max(worst, ns / self.best(point) if isinstance(ns, int) and self.best(point) else math.inf)
        return worst


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-6)


def blocks(cli, *names):
    return [[line.split("\t") for line in block.split("\n") if line] for block in cli.text(*names).split("\n\n\n")]


def texts_of(svg):
    return ["".join(t.itertext()) for t in xml.etree.ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def cells_of(cli, *names):
    """{point: [(left, right, top, bottom, fill, colour, what)]}, and the texts: (x, y, anchor, size, colour, text)"""
    _, cells, texts = blocks(cli, *names)
    out = {}
    for left, right, top, bottom, fill, colour, point, what in cells:
        out.setdefault(int(point), []).append((float(left), float(right), float(top), float(bottom), fill, int(colour), what))
    return out, [(float(x), float(y), anchor, int(size), int(colour), text) for x, y, anchor, size, colour, text in texts]


def texts_in(texts, parts):
    left, right = min(p[0] for p in parts), max(p[1] for p in parts)
    top, bottom = min(p[2] for p in parts), max(p[3] for p in parts)
    return [t[5] for t in texts if left < t[0] < right and top < t[1] < bottom and t[2] == "centre"]


def groups_of(report):
    groups = {}
    for p in report["policies"]:
        groups.setdefault(p["same_as"], []).append(p["name"])
    return groups


# Of these it is known below which have no check in the section mapping.
OF_2021 = "per-section,v1,v2-p1,v2-p12,v2-posted,v2-intended,outer-batch,outer-batch-retry,outer-lmb,suppress-flag,feasible-target"

# Each check says what is wrong with hptsim if it fails.

def check_counts(cli):
    """a policy is the fastest, tied or slower at another number of points than the database or hptsim sweep says"""
    printed = cli.run("sweep", *SIZES, "--db", "a.db").stdout
    report, _ = cli.report()
    sweep = Sweep(cli, "a.db")
    counts = {p: dict(short=0, first=0, tied=0, near=0, slower=0, ratios=[]) for p in sweep.policies}
    for point in range(1, sweep.count + 1):
        fastest = sweep.fastest(point)
        for p, ns in sweep.done(point).items():
            c = counts[p]
            c["first"] += fastest == {p}
            c["tied"] += p in fastest and len(fastest) > 1
            c["slower"] += p not in fastest
            c["near"] += p not in fastest and ns <= 1.01 * sweep.best(point)
            if MAINLINE in sweep.done(point):
                c["ratios"].append(ns / sweep.cells[point, MAINLINE])
    want(len(report["policies"]) == len(sweep.policies) and report["points"] == 12 and report["compared"] == 9 and report["invalid"] == 3, "%s" % report)
    rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if len(line.split()) == 5 and line.split()[0] in counts}
    _, markdown = table_of(cli.text("o", "report.md"), "At how many points")
    _, mail = table_of(cli.text("o", "report.mail"), "At how many points")
    page = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', cli.text("o", "report.html").split("</table>")[0])
    page = {name: re.findall(r"<td[^>]*>([^<]*)</td>", row) for name, row in page}
    for p in report["policies"]:
        c = counts[p["name"]]
        mean = math.exp(sum(map(math.log, c["ratios"])) / len(c["ratios"]))
        want((p["fell_short"], p["fastest"], p["tied_for_fastest"], p["slower"], p["slower_by_1_percent_at_most"]) ==
             (0, c["first"], c["tied"], c["slower"], c["near"]), "%s, not %s" % (p, c))
        for name, right in (("geometric_mean_ratio", mean), ("lowest_ratio", min(c["ratios"])), ("highest_ratio", max(c["ratios"]))):
            want(near(p[name], right), "%s of %s: %s, not %s" % (name, p["name"], p[name], right))
        want(rows[p["name"]] == [str(n) for n in (0, c["first"], c["tied"], c["slower"])], "printed: %s" % rows[p["name"]])
        for place, shown in (("report.md", markdown), ("mail", mail), ("page", page)):
            row = shown[p["name"]]
            want(row[:5] == [str(c[k]) for k in ("short", "first", "tied", "near", "slower")], "%s: %s" % (place, row))
            for text, right in zip(row[5:], (mean, max(c["ratios"]))):
                want(math.isclose(float(text), right, rel_tol=0.006), "%s: %s is not %s" % (place, text, right))
            worse = sum(r > 1.01 for r in c["ratios"])
            want(row[7] == str(worse) and p["worse_than_mainline"] == worse, "%s: %s is not %d" % (place, row[7], worse))


def check_cells(cli):
    """a cell of the map names another winner, or is coloured as one, or its margin is wrong"""
    cli.run("sweep", *SIZES, "--db", "a.db")
    report, _ = cli.report()
    sweep, groups = Sweep(cli, "a.db"), groups_of(report)
    cells, texts = cells_of(cli, "o", "data", "map.tsv")
    legend = {c[5]: c for c in cells[0]}
    letters = {t[5]: next(u[5] for u in texts if u[1] == t[1] and u[0] > t[0] and u[3] == 11) for t in texts if t[3] == 10 and t[4] and
               any(c[0] < t[0] < c[1] and c[2] < t[1] < c[3] for c in cells[0])}
    want(sorted(cells) == list(range(0, 13)), "points: %s" % sorted(cells))
    for point in range(1, sweep.count + 1):
        inside = texts_in(texts, cells[point])
        if not sweep.done(point):
            want([c[4] for c in cells[point]] == ["empty"] and inside == ["\u2013"], "point %d: %s" % (point, cells[point]))
            continue
        who = {p for c in cells[point] for p in c[6].split(", ")}
        want(who == sweep.fastest(point), "point %d: %s, not %s" % (point, who, sweep.fastest(point)))
        if sweep.next(point) is None:
            want(inside == ["all"] or len(cells[point]) == 1, "point %d: %s" % (point, inside))
            continue
        for c in cells[point]:
            want(c[5] in legend, "point %d: a colour that is not in the legend" % point)
        named = {p for letter in re.findall("[A-Z]", inside[0]) for p in letters[letter].split(", ")}
        want(named == who, "point %d: %s names %s" % (point, inside[0], named))
        margin = sweep.next(point) / sweep.best(point)
        want(inside[1] == "\u2248" if margin <= 1.01 else math.isclose(float(inside[1].rstrip("\u00d7")), margin, rel_tol=0.006),
             "point %d: %s, not %s" % (point, inside[1], margin))
    # what is drawn is what the data has: nothing is lost on the way
    for name in ("map", "ratio-1"):
        drawn = texts_of(cli.text("o", name + ".svg"))
        want(sorted(drawn) == sorted(t[5] for t in cells_of(cli, "o", "data", name + ".tsv")[1]), "texts of %s.svg" % name)
    # values go from left to right and from below to above by size, not as they were given
    width = {sweep.indices(p)[0]: cells[p][0][0] for p in range(1, 13)}
    height = {sweep.indices(p)[1]: cells[p][0][2] for p in range(1, 13)}
    want(width[1] < width[2] < width[0], "memory: %s" % width)
    want(height[1] > height[0] > height[2] > height[3], "sizes: %s" % height)


def check_ratio_cells(cli):
    """a ratio that is drawn is not the database's, or more looks like less"""
    cli.run("sweep", *SIZES, "--db", "a.db")
    report, _ = cli.report()
    sweep, groups = Sweep(cli, "a.db"), groups_of(report)
    cells, texts = cells_of(cli, "o", "data", "ratio-1.tsv")
    titles = [t[5] for t in texts if t[3] == 11 and re.match(r"[A-Z]  ", t[5])]
    want(len(titles) == len(groups) - 1, "panels: %s of %s" % (titles, groups))
    spread = max(abs(math.log(sweep.cells[pt, p] / sweep.cells[pt, MAINLINE])) for pt in range(1, 13) for p in sweep.done(pt))
    shades = {}
    for point in range(1, sweep.count + 1):
        want(len(cells[point]) == len(titles), "point %d: %d cells" % (point, len(cells[point])))
        for title, cell in zip(titles, cells[point]):
            policy = title.split()[1].rstrip(",")
            if not sweep.done(point):
                want(cell[4] == "empty" and cell[6] == "not valid", "%s" % (cell,))
                continue
            ratio = sweep.cells[point, policy] / sweep.cells[point, MAINLINE]
            want(near(float(cell[6]), ratio), "%s at %d: %s, not %s" % (policy, point, cell[6], ratio))
            (text,) = texts_in(texts, [cell])
            want(math.isclose(float(text), ratio, rel_tol=0.06, abs_tol=5e-5), "%s at %d: %s" % (policy, point, text))
            red, blue = cell[5] >> 16, cell[5] & 255
            want(red > blue if ratio > 1.1 else blue > red if ratio < 0.9 else abs(red - blue) < 60, "%s is coloured %06x" % (ratio, cell[5]))
            shades[round(math.log(ratio) / spread, 6)] = (red, blue)
    # as far from 1 on either side is as strong: the scale's ends are the same way from its middle
    scale = [t[5] for t in texts if re.fullmatch(r"[\d.]+\u00d7", t[5])]
    want(len(scale) == 7 and scale[3] == "1\u00d7", "scale: %s" % scale)
    for i in range(3):
        want(math.isclose(float(scale[i][:-1]) * float(scale[6 - i][:-1]), 1, rel_tol=0.06), "not symmetric: %s" % scale)
    want(math.isclose(float(scale[6][:-1]), math.exp(spread), rel_tol=0.01), "scale: %s to %s" % (scale, math.exp(spread)))


def check_costs(cli):
    """what the fastest cost elsewhere is not what the database has, or is not beside the verdict"""
    cli.run("sweep", *SIZES, "--db", "a.db")
    report, done = cli.report()
    page = cli.text("o", "report.html").split("<figure>")[0]
    smallest = dict(cli.sql("a.db", "select point, min(hpt_shift_end) from point where failed_requests = 0 group by 1"))
    for p in report["policies"]:
        rows = cli.sql("a.db", ("select point, stall_max_ns, host_peak_bytes, resize_failures, hpt_shift_end from point where policy = ? and "
                                "failed_requests = 0", (p["name"],)))
        right = (max(r[1] for r in rows), max(r[2] for r in rows), sum(r[3] for r in rows), max(r[4] - smallest[r[0]] for r in rows))
        got = (p["stall_max_ns"], p["host_peak_bytes"], p["resize_failures"], p["table_orders_above_smallest"])
        want(got == right, "%s: %s, not %s" % (p["name"], got, right))
        if not p["fastest"] and not p["tied_for_fastest"] and p["name"] != MAINLINE:
            continue
        lines = [line for line in re.findall("<li>(.*?)</li>", page) if re.search(r"(^|, )%s(,|:)" % p["name"], line.split("longest")[0])]
        want(len(lines) == 1, "%s: %s" % (p["name"], lines))
        table = "up to %d times the smallest" % 2 ** right[3] if right[3] else "nowhere leaves a larger"
        for word in (ns_text(right[0]), bytes_text(right[1]), "{:,} failed".format(right[2]), table):
            want(word in lines[0], "%s: no '%s' in %s" % (p["name"], word, lines[0]))
    want("longest stall" in done.stdout and "longest stall" in cli.text("o", "report.md") and "longest stall" in cli.text("o", "report.mail"), "not told")


def check_changes(cli):
    """where the winner changes is left out, invented, in another order or of another size"""
    cli.run("sweep", *SIZES, "--vary", "guest.page_size=[64KiB, 4KiB]", "--db", "a.db")
    report, _ = cli.report()
    sweep = Sweep(cli, "a.db")
    right = {}
    for a, b, axis in sweep.neighbours():
        if sweep.done(a) and sweep.done(b) and sweep.fastest(a) != sweep.fastest(b):
            right[a, b] = (sweep.loss(a, b), sweep.loss(b, a), sweep.keys[axis])
    want(right and report["change_count"] == len(right), "%d changes, not %d" % (report["change_count"], len(right)))
    sizes = sorted((max(v[:2]) for v in right.values()), reverse=True)
    for i, c in enumerate(report["changes"]):
        before, then, key = right[c["from_point"], c["to_point"]]
        want(c["key"] == key, "%s" % c)
        for got, want_ in ((c["ratio_of_latter_before"], before), (c["ratio_of_former_then"], then)):
            want(got is None if want_ in (0, math.inf) else near(got, want_), "%s, not %s" % (c, want_))
        want(near(max(before, then), sizes[i]) or sizes[i] == math.inf, "the %d-th largest is not %s" % (i, c))
        names = {p for n in c["fastest_before"].split(" = ") for p in groups_of(report)[n.split(" +")[0]]}
        want(names == sweep.fastest(c["from_point"]), "%s" % c)
    want(len(report["changes"]) == min(20, len(right)), "%d are listed" % len(report["changes"]))
    page = cli.text("o", "report.html")
    rows = page[page.index("The largest changes of the winner"):].split("</table>")[0].count("<tr>")
    want(rows == len(report["changes"]) + 1, "%d rows on the page" % rows)


def check_commands(cli):
    """the command of a worst point makes another run"""
    cli.run("sweep", *SIZES, "--db", "a.db", "--set", "guest.vcpus=3", "--set", "description=it's", "--vary", "seed=[5, 9]",
            "--vary", "guest.jitter=[0, 1ms]")
    cli.run("sweep", "other_callers.yaml", "--policy", "all", "--vary", "guest.memory=[2GiB, 8GiB]", "--vary", "costs=[mail-2021, qemu-tcg]",
            "--db", "b.db")
    for db, some in (("a.db", 15), ("b.db", 5)):
        report, _ = cli.report(db=db)
        sweep = Sweep(cli, db)
        worst = {}
        page = check_report.Page(cli.text("o", "report.html")).words
        for w in report["worst"]:
            cell = sweep.cells[w["point"], w["policy"]]
            want(w["values"] == sweep.text(w["point"]), "%s, not %s" % (w["values"], sweep.text(w["point"])))
            want((cell == "short") == bool(w["trouble"]), "%s: %s" % (w, cell))
            want(w["command"] in page, "not on the page: %s" % w["command"])
            done = subprocess.run(["sh", "-c", w["command"].replace("hptsim", cli.binary, 1) + " --db run.db"], cwd=cli.directory,
                                  capture_output=True, text=True)
            want(done.returncode == 0, "%s: %s" % (w["command"], done.stderr))
            ((policy, ns, failed),) = cli.sql("run.db", "select policy, total_ns, failed_requests from run order by id desc limit 1")
            ((total, short),) = cli.sql(db, ("select total_ns, failed_requests from point where point = ? and policy = ?", (w["point"], w["policy"])))
            want((policy, ns, failed) == (w["policy"], total, short), "%s: %s" % (w["command"], (policy, ns, failed)))
            if w["trouble"]:
                want(str(short) in w["trouble"] and w["ratio_to_fastest"] is None, "%s" % w)
            else:
                want(w["total_ns"] == ns and near(w["ratio_to_fastest"], ns / sweep.best(w["point"])), "%s" % w)
                worst.setdefault(w["policy"], []).append(w["ratio_to_fastest"])
        want(sum(map(len, worst.values())) >= some, "only %s" % worst)
        for policy, ratios in worst.items():
            every = sorted((ns / sweep.best(pt) for pt in range(1, sweep.count + 1) for p, ns in sweep.done(pt).items()
                            if p == policy and ns > sweep.best(pt)), reverse=True)
            want(len(ratios) == min(3, len(every)) and all(map(near, ratios, every)), "%s: %s, not %s" % (policy, ratios, every[:3]))
    text = subprocess.run(["sqlite3", cli.path("a.db"), "select scenario_text from sweep"], capture_output=True, text=True).stdout
    want(text.rstrip("\n") == cli.text("small.yaml").rstrip("\n"), "the scenario in the file is another")


def check_short(cli):
    """what fell short or did not end wins, has a ratio, or is not told first"""
    cli.run("sweep", "other_callers.yaml", "--policy", OF_2021, "--vary", "guest.memory=[2GiB, 4GiB]", "--vary", "guest.vcpus=[1, 8]", "--db", "a.db")
    cli.run("sweep", "other_callers_then_dimm.yaml", "--policy", OF_2021, "--vary", "guest.memory=[2GiB, 32GiB]", "--vary",
            "guest.vcpus=[1, 8]", "--db", "b.db", status=1)
    for db, state, fill, word in (("a.db", "short", "short", "fell short"), ("b.db", "ended", "ended", "did not end")):
        report, done = cli.report(db=db)
        sweep = Sweep(cli, db)
        bad = {p for p in sweep.policies if "outer" in p or p == "feasible-target"}
        for p in report["policies"]:
            count = sum(sweep.cells[pt, p["name"]] == state for pt in range(1, 5))
            want(count == (2 if p["name"] in bad else 0) and p["fell_short" if state == "short" else "did_not_end"] == count, "%s: %d" % (p, count))
        page = re.search(r'<p class="bad">([^<]*)</p>\s*<p class="verdict">', cli.text("o", "report.html"))
        want(page and all(p in page[1] for p in bad) and "2 of 4 points" in page[1], "the page does not begin with it")
        want(all(p in done.stdout.split("\n\n")[0] for p in bad), "stdout: %s" % done.stdout)
        want("outer-batch" in cli.text("o", "report.md").split("\n\n")[1] and "outer-batch" in cli.text("o", "report.mail").split("\n\n")[1], "report.md, mail")
        cells, _ = cells_of(cli, "o", "data", "map.tsv")
        for point in range(1, 5):
            short = [p for p in sweep.policies if sweep.cells[point, p] == state]
            want(bool(short) == any("did not do" in c[6] for c in cells[point]), "point %d: no mark" % point)
            want(not set(short) & {p for c in cells[point] for p in c[6].split(", ")}, "point %d: a winner that did not do its work" % point)
        ratios, _ = cells_of(cli, "o", "data", "ratio-1.tsv")
        hatched = [(pt, c[6]) for pt in range(1, 5) for c in ratios[pt] if c[4] == fill]
        want(hatched == [(pt, word) for pt in range(1, 5) for c in ratios[pt] if c[6] == word] and len(hatched) >= 2, "hatched: %s" % hatched)
        want("<pattern" in cli.text("o", "ratio-1.svg"), "no hatching is drawn")
        want([w["trouble"] is not None for w in report["worst"] if w["policy"] == "outer-batch"][:2] == [True] * 2, "not the worst of it")
    # nobody
    with open(cli.path("none.yaml"), "w") as f:
        f.write(re.sub(r"events:.*", "events:\n  - remove: {by: count, count: 1}\n", cli.text("small.yaml"), flags=re.S))
    cli.run("sweep", "none.yaml", "--policy", OF_2021, "--vary", "guest.memory=[2GiB, 4GiB]", "--vary", "guest.vcpus=[1, 8]", "--db", "c.db")
    report, done = cli.report(db="c.db")
    want(report["compared"] == 0 and report["none_did"] == 4 and "No verdict" in report["verdict"], "%s" % report["verdict"])
    cells, _ = cells_of(cli, "o", "data", "map.tsv")
    want(all([c[4] for c in cells[pt]] == ["short"] for pt in range(1, 5)), "the map: %s" % cells)


def check_missing(cli):
    """a point that is not in the file looks like one that is, or nobody learns that it is not"""
    args = ("sweep", *SIZES)
    for i in (1, 2, 3):
        cli.run(*args, "--db", "%d.db" % i, "--shard", "%d/3" % i)
    cli.run("merge", "part.db", "1.db", "3.db", status=1)
    cli.run(*args, "--db", "whole.db")
    cli.run("merge", "all.db", "part.db", "2.db")
    for db, gone in (("part.db", {2, 5, 8, 11}), ("1.db", set(range(1, 13)) - {1, 4, 7, 10})):
        report, done = cli.report(db=db)
        want(report["missing"] == len(gone) and "Not in the file: runs of %d of 12 points" % len(gone) in done.stdout.replace("\n", " "), done.stdout)
        cells, texts = cells_of(cli, "o", "data", "map.tsv")
        for point in range(1, 13):
            want((texts_in(texts, cells[point]) == ["?"]) == (point in gone), "%s, point %d: %s" % (db, point, cells[point]))
        want(all(p["missing"] == len(gone) for p in report["policies"]), "counts")
    cli.report(db="whole.db", out="whole")
    cli.report(db="all.db", out="all")
    want(cli.files("whole") == cli.files("all"), "merged, it is another report")


def check_lines(cli):
    """of one key the lines are not what the database has"""
    cli.run("sweep", "other_callers.yaml", "--policy", "all", "--vary", "guest.memory=[2GiB, 8GiB, 4GiB, 32GiB]", "--vary", "guest.vcpus=[8]", "--db", "a.db")
    report, _ = cli.report()
    sweep = Sweep(cli, "a.db")
    head, *lines = blocks(cli, "o", "data", "lines.tsv")
    want([label for _, label in head[1:]] == ["2GiB", "4GiB", "8GiB", "32GiB"] and "guest.vcpus=8" in head[0][0], "labels: %s" % head)
    at = [float(x) for x, _ in head[1:]]
    want(math.isclose(at[3] - at[2], 2 * (at[1] - at[0]), rel_tol=1e-4) and math.isclose(at[1] - at[0], at[2] - at[1], rel_tol=1e-4), "no log axis: %s" % at)
    seen = 0
    for (label,), *rows in lines:
        policy = label.split()[1].rstrip(",")
        want([int(r[4]) for r in rows] == [1, 3, 2, 4], "points: %s" % rows)
        for x, seconds, ratio, state, point in rows:
            cell, mainline = sweep.cells[int(point), policy], sweep.cells[int(point), MAINLINE]
            want(state == ("1" if cell == "short" else "0"), "%s at %s: %s" % (policy, point, state))
            want(seconds == ratio == "NaN" if cell == "short" else near(float(seconds), cell / 1e9) and near(float(ratio), cell / mainline),
                 "%s at %s: %s, %s" % (policy, point, seconds, ratio))
            seen += 1
    want(seen == 4 * len(groups_of(report)), "%d" % seen)
    words = texts_of(cli.text("o", "lines.svg"))
    want({"2GiB", "4GiB", "8GiB", "32GiB", "seconds", "as a multiple of mainline's"} <= set(words), "%s" % words)
    want(any("fell short" in w for w in words), "who fell short is not drawn")


def check_axes(cli):
    """--x and --y are taken for other keys, mistakes pass, or what is not drawn is not told"""
    cli.run("sweep", "small.yaml", "--vary", "guest.memory=[2GiB, 4GiB]", "--vary", "guest.vcpus=1..15:+1", "--vary", "guest.page_size=[4KiB, 64KiB]",
            "--vary", "seed=[1, 2]", "--db", "a.db")
    report, done = cli.report()
    want([a["drawn"] for a in report["axes"]] == ["x", "y", None, None] and done.stderr == "", done.stderr)
    titles = [t[5] for t in cells_of(cli, "o", "data", "map.tsv")[1] if re.match("guest.page_size=|seed=", t[5])]
    # narrow panels have a line for each key
    want(titles == [t for p in ("4KiB", "64KiB") for s in (1, 2) for t in ("guest.page_size=%s" % p, "seed=%d" % s)], "panels: %s" % titles)
    whole = Sweep(cli, "a.db")
    cells, _ = cells_of(cli, "o", "data", "map.tsv")
    want(set(cells) == set(range(0, whole.count + 1)), "not all points are drawn")
    report, done = cli.report("--x", "guest.page_size", "--y", "seed")
    want([a["drawn"] for a in report["axes"]] == [None, None, "x", "y"], "axes")
    want("12 of 30 combinations" in done.stderr and "4 of 30 have a picture of ratios" in done.stderr, done.stderr)
    want("12 of 30 combinations" in cli.text("o", "report.html"), "the page")
    cells, _ = cells_of(cli, "o", "data", "map.tsv")
    want(len(cells) == 1 + 12 * 4, "%d points are drawn" % (len(cells) - 1))
    report, _ = cli.report("--y", "guest.memory")
    want([a["drawn"] for a in report["axes"]] == ["y", "x", None, None], "axes")
    cli.run("run", "small.yaml", "--db", "run.db")
    for args, word in ((("a.db", "--x", "guest.memori"), "it has guest.memory, guest.vcpus"), (("a.db", "--x", "seed", "--y", "seed"), "the same key"),
                       (("a.db", "--run", "3"), "--run"), (("run.db", "--x", "seed"), "no sweep"), (("a.db", "b.db"), "one database"),
                       (("a.db", "--db", "a.db"), "one database")):
        done = cli.run("report", *args, "--out", "p", status=2)
        want(word in done.stderr and not (os.path.exists(cli.path("p")) and os.listdir(cli.path("p"))), "%s: %s" % (args, done.stderr))
    many = ("sweep", "small.yaml", "--vary", "seed=1..90:+1", "--vary", "guest.vcpus=[1, 2]", "--policy", "per-section,v1", "--db", "m.db")
    cli.run(*many)
    report, done = cli.report("--x", "seed", db="m.db")
    want("40 of 90 values of seed are drawn" in done.stderr.replace("\n", " "), done.stderr)
    want(sum(p["fastest"] + p["tied_for_fastest"] for p in report["policies"]) >= 180, "counts are of the drawn ones only")


def check_legible(cli):
    """of 20 columns the labels or the figures run into one another, or into the next cell"""
    sizes = "[" + ", ".join("%dMiB" % (256 * n) for n in (1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 50, 52, 54, 56)) + "]"
    for policy in ("all", "per-section,v1,v2-p1"):
        cli.run("sweep", "small.yaml", "--set", "guest.max_memory=64GiB", "--policy", policy, "--vary", "guest.memory=2GiB..21GiB:+1GiB", "--vary",
                "events.0.plug.size=%s" % sizes, "--db", policy + ".db")
        cli.report(db=policy + ".db")
        for name in ("map", "ratio-1"):
            cells, texts = cells_of(cli, "o", "data", name + ".tsv")
            want(len(cells) == 401, "%d points" % len(cells))
            figures = 0
            for point in range(1, 401):
                for left, right, top, bottom, *_ in cells[point]:
                    want(0 <= left < right <= 680, "point %d is beyond the picture" % point)
            for x, y, anchor, size, colour, text in texts:
                width = 0.6 * size * len(text)
                want(0 <= x - (width / 2 if anchor == "centre" else 0) and x + (width if anchor == "left" else width / 2 if anchor == "centre" else 0) <= 690,
                     "%s is beyond the picture" % text)
                figures += colour != 0
            labels = [t[5] for t in texts if t[2] == "slanted"]
            panels = len(labels) / 20
            want(labels == ["%dGiB" % n for n in range(2, 22)] * int(panels), "labels: %s" % labels)
            places = sorted({t[0] for t in texts if t[2] == "slanted"})
            # a line turned by 45 degrees wants its height times the root of 2
            want(min(b - a for a, b in zip(places, places[1:])) >= 10 * 1.42, "labels run into one another: %s" % places)
            rows = sorted({t[1] for t in texts if t[2] == "right"})
            want(min(b - a for a, b in zip(rows, rows[1:])) >= 11, "labels of rows run into one another")
            want(figures >= 400 * panels, "only %d figures" % figures)
            width = min(c[1] - c[0] for c in cells[400] if c[4] == "colour") * (len(cells[400]) if name == "map" else 1)
            widest = max(0.58 * t[3] * len(t[5]) for t in texts if t[4] and t[2] == "centre" and t[1] > cells[400][0][2] - 1)
            want(widest <= width + 2, "%s: figures of %.1f in cells of %.1f" % (name, widest, width))


def check_hostile(cli):
    """a name in the file becomes HTML, Markdown, SVG or a command; or a file that does not add up is believed"""
    cli.run("sweep", "small.yaml", "--vary", "guest.memory=[2GiB, 4GiB]", "--vary", "guest.vcpus=[1, 2]", "--vary", "guest.page_size=[4KiB, 64KiB]", "--db", "a.db")
    nasty = "".join(NASTY)
    shutil.copy(cli.path("a.db"), cli.path("b.db"))
    for column, table in (("scenario", "sweep"), ("scenario_text", "sweep"), ("file", "sweep"), ("arguments", "sweep"), ("sets", "sweep"),
                          ("hptsim_version", "sweep"), ("source", "sweep_policy"), ("text", "sweep_costs")):
        cli.sql("b.db", ("update %s set %s = ?" % (table, column), (nasty + column,)))
    cli.sql("b.db", ("update sweep_axis set key = ? || seq", (nasty,)), ("update sweep_value set value = ? || seq, number = null", (nasty,)),
            ("update sweep_policy set name = ? || seq", (nasty,)), ("insert into sweep_miss values (1, ?, 'event', ?)", (nasty + "1", nasty)))
    cli.run("report", "b.db", "-o", "o")
    page = Page(cli.text("o", "report.html"))
    want("script" not in page.tags and NASTY[0] in "".join(page.words), "a script")
    want(len(page.ids) == len(set(page.ids)), "ids occur twice")
    for name, data in cli.files("o").items():
        want(re.fullmatch(r"(data/)?[A-Za-z0-9_.-]+", name), "a file %s" % name)
        if name.endswith(".svg"):
            want(not [e for e in xml.etree.ElementTree.fromstring(data).iter() if e.tag.endswith("script")], "%s has a script" % name)
    fence = None
    for line in cli.text("o", "report.md").split("\n"):
        mark = re.fullmatch(r"`{3,}", line)
        if mark and fence in (None, line):
            fence = None if fence else line
        elif not fence:
            want(not re.search(r"(?<!\\)(<script|`)", line), "Markdown: %s" % line)
    json.loads(cli.text("o", "report.json"))
    for sql in ("update sweep set points = 9", "update sweep set policies = 3", "delete from sweep_value where axis = 2", "delete from sweep_axis where seq = 2",
                "insert into sweep_value values (3, 3, '1', 1)", "update run set id = 99999 where id = 1", "update sweep set points = 4611686018427387904",
                "delete from sweep_policy where seq = 2", "insert into sweep_miss values (77, '', 'invalid', 'x')", "update sweep_axis set seq = 9 where seq = 3",
                "update run set total_ns = -5 where id = 2"):
        shutil.copy(cli.path("a.db"), cli.path("c.db"))
        cli.sql("c.db", "pragma foreign_keys = off", sql)
        done = cli.run("report", "c.db", "-o", "p", status=2)
        want("do not go together" in done.stderr, "%s: %s" % (sql, done.stderr))


def check_page(cli):
    """the page is not valid, needs something from elsewhere, or is another one elsewhere"""
    cli.run("sweep", *SIZES, "--db", "a.db")
    before = cli.read("a.db")
    cli.report(out="a")
    os.mkdir(cli.path("deep"))
    cli.run("report", "--db", "a.db", "--out", "deep/b", env=dict(os.environ, LC_ALL="de_DE.UTF-8", TZ="Asia/Tokyo", HOME="/"))
    want(cli.files("a") == cli.files("deep/b") and cli.read("a.db") == before, "other files, or the database was changed")
    done = subprocess.run(["tidy", "-e", "-q", cli.path("a", "report.html")], capture_output=True, text=True)
    want(done.returncode == 0, "tidy: %s" % done.stderr[:500])
    page = Page(cli.text("a", "report.html"))
    want(page.tags.get("svg", 0) == 2 and len(page.ids) == len(set(page.ids)), "pictures: %s" % page.tags.get("svg"))
    want(not {"script", "link", "img", "iframe"} & set(page.tags), "tags: %s" % page.tags)
    for name, data in cli.files("a").items():
        want(cli.directory.encode() not in data, "%s has a path of the machine" % name)
    fence = False
    lines = cli.text("a", "report.md").split("\n")
    for line in lines:
        fence ^= line.startswith("```")
        want(fence or len(line) <= 72, "%d columns: %s" % (len(line), line))
    want(len(lines) < 130 and max(map(len, cli.text("a", "report.mail").split("\n"))) <= 72, "report.md or the mail is too long")
    want(cli.run("report", "a.db", "--mail").stdout == cli.text("a", "report.mail"), "--mail")


def check_points(cli):
    """the page's table of all points says something else than hptsim sweep printed"""
    printed = cli.run("sweep", *SIZES, "--db", "a.db").stdout
    report, _ = cli.report()
    sweep = Sweep(cli, "a.db")
    page = cli.text("o", "report.html")
    rows = re.findall(r'<tr><th scope="row">(\d+)</th>(.*?)</tr>', page[page.index('id="points"'):].split("</table>")[0])
    want(len(rows) == 12, "%d rows" % len(rows))
    for number, row in rows:
        cells = re.findall(r"<td[^>]*>([^<]*)</td>", row)
        point = int(number)
        want(cells[:2] == [v[i][0] for v, i in zip(sweep.values, sweep.indices(point))], "point %d: %s" % (point, cells))
        if sweep.done(point):
            want(re.search(r"^ *%d +%s +%s .* %s " % (point, cells[0], cells[1], re.escape(cells[4])), printed, re.M), "%s is not printed" % cells)
        else:
            want(cells[3] == "not valid", "%s" % cells)


def check_shipped(cli):
    """a picture of the docs is not what its sweep gives now: scripts/docs_images.sh draws them anew"""
    sweeps = sorted(os.listdir(SWEEPS))
    want(len(sweeps) >= 6, "%s" % sweeps)
    for name in sweeps:
        stem = name[:-len(".yaml")]
        cli.run("sweep", os.path.join(SWEEPS, name), "--db", stem + ".db")
        cli.report(db=stem + ".db", out=stem)
        for picture in ("map", "ratio-1"):
            path = os.path.join(IMAGES, "%s-%s.svg" % (stem, picture))
            if picture == "ratio-1" and not os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as f:
                drawn = texts_of(f.read())
            now = [t[5] for t in cells_of(cli, stem, "data", picture + ".tsv")[1]]
            want(sorted(drawn) == sorted(now), "%s: %s" % (path, sorted(set(drawn) ^ set(now))[:20]))


def check_no_gnuplot(cli):
    """without gnuplot there is no report, or nobody is told"""
    cli.run("sweep", *SIZES, "--db", "a.db")
    os.mkdir(cli.path("bin"))
    done = cli.run("report", "a.db", "-o", "o", status=3, env={"PATH": cli.path("bin")})
    want("cannot be started" in done.stderr, done.stderr)
    want("plots are missing" in cli.text("o", "report.html") and json.loads(cli.text("o", "report.json"))["compared"] == 9, "no report")


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Cli))
