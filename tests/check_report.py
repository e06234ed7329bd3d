#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the reports from outside: numbers against the database, hostile names, and that nothing but the input counts.

usage: check_report.py HPTSIM

Prints TAP.
"""
import html.parser
import json
import math
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree

from tool import DATA, checks_of, run_checks, want

NASTY = ["<script>alert(1)</script>", "a|b`c``d", "\"quoted\" 'too' & so", "{/Symbol a}_b^c\\n%s", "line\nend\ttab", "*x* [y](z) #1"]


class Cli:
    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory
        for name in ("small.yaml", "fixed.yaml", "no_boot.yaml"):
            shutil.copy(os.path.join(DATA, name), directory)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def read(self, *names):
        with open(self.path(*names), "rb") as f:
            return f.read()

    def text(self, *names):
        return self.read(*names).decode()

    def run(self, *args, status=0, **kwargs):
        done = subprocess.run([self.binary, *args], cwd=self.directory, capture_output=True, text=True, timeout=120, **kwargs)
        want(done.returncode == status, "%s: exit status %d, want %d: %s" % (" ".join(args), done.returncode, status, done.stderr))
        return done

    def sql(self, db, *statements):
        connection = sqlite3.connect(self.path(db))
        rows = []
        for statement in statements:
            rows = connection.execute(*statement) if isinstance(statement, tuple) else connection.execute(statement)
            rows = rows.fetchall()
        connection.commit()
        connection.close()
        return rows

    def files(self, directory):
        out = {}
        for root, _, names in os.walk(self.path(directory)):
            for name in names:
                path = os.path.join(root, name)
                if not name.endswith(".db"):
                    out[os.path.relpath(path, self.path(directory))] = open(path, "rb").read()
        return out


class Page(html.parser.HTMLParser):
    """tags, attributes and text of a page; ids must be unique"""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.words = {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            want(not name.startswith("on"), "an attribute %s" % name)
            want(name not in ("href", "xlink:href", "src") or value.startswith("#"), "a reference to %s" % value)

    def handle_data(self, data):
        self.words.append(data)


# Each check says what is wrong with hptsim if it fails.

def check_ratios(cli):
    """a ratio or a mean is not what the database says"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o")
    report = json.loads(cli.text("o", "report.json"))
    total = {(s, p): t for s, p, t in cli.sql("o/report.db", "select scenario, policy, total_ns from run")}
    ratios = {}
    for sc in report["scenarios"]:
        for run in sc["runs"]:
            right = total[sc["name"], run["policy"]] / total[sc["name"], "per-section"]
            want(run["status"] == "ok" and run["ratio"] is not None, "%s has no ratio" % run["policy"])
            want(math.isclose(run["ratio"], right, rel_tol=1e-6), "%s: %s, not %s" % (run["policy"], run["ratio"], right))
            ratios.setdefault(run["policy"], []).append(right)
    for policy in report["policies"]:
        mean = math.exp(sum(map(math.log, ratios[policy["name"]])) / 2)
        want(math.isclose(policy["geometric_mean_ratio"], mean, rel_tol=1e-6), "mean of %s" % policy["name"])
    best = min(p["geometric_mean_ratio"] for p in report["policies"])
    named = [p["geometric_mean_ratio"] for p in report["policies"] if p["name"] == report["best"]]
    want(named and math.isclose(named[0], best, rel_tol=1e-6), "the best is not")
    want(report["best"] in cli.text("o", "report.md").split("\n\n")[1], "the verdict names another")


def check_missing(cli):
    """a policy that was not run, or a scenario without mainline, gets numbers"""
    cli.run("run", "small.yaml", "--policy", "per-section,v1", "--db", "r.db")
    cli.run("run", "fixed.yaml", "--policy", "v1,v2-p1", "--db", "r.db")
    cli.run("report", "--db", "r.db", "--out", "o")
    report = json.loads(cli.text("o", "report.json"))
    runs = {(s["name"], r["policy"]): r for s in report["scenarios"] for r in s["runs"]}
    want(len(runs) == 6, "%d runs" % len(runs))
    want(runs["fixed", "per-section"]["status"] == "missing", "a run that there is not")
    want(runs["small", "v2-p1"]["status"] == "missing", "a run that there is not")
    want(runs["fixed", "v1"]["ratio"] is None and runs["fixed", "v2-p1"]["ratio"] is None, "a ratio without mainline")
    want(runs["small", "v1"]["ratio"] is not None, "no ratio")
    means = {p["name"]: p["geometric_mean_ratio"] for p in report["policies"]}
    want(means["v2-p1"] is None and means["v1"] is not None, "means: %s" % means)
    want("\u2013" in cli.text("o", "report.md") and "\u2013" in cli.text("o", "report.html"), "not shown as missing")


def check_failed(cli):
    """a run that failed, was cut off or did less has a ratio"""
    done = cli.run("compare", "no_boot.yaml", "small.yaml", "--policy", "per-section,v1", "--out", "o", status=1)
    want("no_boot: v1: " in done.stderr, "stderr: %s" % done.stderr)
    report = json.loads(cli.text("o", "report.json"))
    want([r["status"] for s in report["scenarios"] if s["name"] == "no_boot" for r in s["runs"]] == ["failed"] * 2, "status")
    spoils = {
        "update run set status = 'event' where policy = 'v1'": "unsound",
        "delete from resize_attempt where run_id = (select id from run where policy = 'v1')": "unsound",
        "delete from request where run_id = (select id from run where policy = 'v1')": "unsound",
        "update request set lmbs_done = lmbs_done - 1 where run_id = (select id from run where policy = 'v1')": "ok",
        "update run set total_ns = 0 where policy = 'v1'": "ok",
        "update run set status = 'event' where policy = 'per-section'": "ok",
    }
    for sql, status in spoils.items():
        if os.path.exists(cli.path("r.db")):
            os.unlink(cli.path("r.db"))
        cli.run("run", "small.yaml", "--policy", "per-section,v1", "--db", "r.db")
        cli.sql("r.db", "update run set resize_attempts = resize_attempts + 1 where policy = 'v1'" if "attempt where" in sql else sql)
        cli.run("report", "--db", "r.db", "--out", "o")
        (run,) = [r for r in json.loads(cli.text("o", "report.json"))["scenarios"][0]["runs"] if r["policy"] == "v1"]
        want(run["ratio"] is None, "a ratio after: %s" % sql)
        want(run["status"] == status, "status %s after: %s" % (run["status"], sql))


def check_same_bytes(cli):
    """clock, place, locale or ids of the database are in the report"""
    os.mkdir(cli.path("deep"))
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "a")
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "deep/b", "--db", "r.db",
            env=dict(os.environ, LC_ALL="de_DE.UTF-8", TZ="Asia/Tokyo", HOME="/"))
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "c", "--db", "r.db")
    cli.run("report", "--db", "r.db", "--run", ",".join(str(i) for (i,) in cli.sql("r.db", "select id from run where id > 23")),
            "--out", "d")
    first = cli.files("a")
    want(len(first) > 20, "%d files" % len(first))
    for directory in ("deep/b", "c", "d"):
        other = cli.files(directory)
        want(sorted(first) == sorted(other), "%s has other files" % directory)
        if directory == "d":    # only some of the runs
            continue
        for name in first:
            want(first[name] == other[name], "%s/%s differs" % (directory, name))
    cli.run("report", "--db", "a/report.db", "--out", "a")
    for name, data in cli.files("a").items():
        want(first[name] == data, "%s differs when reported again" % name)
    for name, data in first.items():
        want(cli.directory.encode() not in data, "%s has a path of the machine" % name)


def check_hostile(cli):
    """a name or a text of a scenario becomes HTML, Markdown, SVG or a command of gnuplot"""
    cli.run("run", "small.yaml", "--policy", "per-section,v1,outer-batch", "--db", "r.db")
    for column, table in (("scenario", "run"), ("description", "run"), ("policy_title", "run"), ("costs", "run"),
                          ("hptsim_version", "run"), ("kind", "request"), ("text", "finding"), ("why", "resize_attempt"),
                          ("collided_region", "resize_attempt"), ("commit_rc", "resize_attempt"), ("costs_about", "input"),
                          ("scenario_text", "input"), ("sets", "input")):
        cli.sql("r.db", ("update %s set %s = ?" % (table, column), ("".join(NASTY) + column,)))
    cli.sql("r.db", ("insert into published values (1, 1, 'v1', 1, 5, ?)", ("".join(NASTY),)))
    for number, name in enumerate(NASTY):
        cli.sql("r.db", ("update run set policy = ? where id = ?", (name, number % 3 + 1)))
        cli.run("report", "--db", "r.db", "--out", "o")
    cli.sql("r.db", "update run set policy = 'per-section' where id = 1",
            ("update run set policy = cast(x'ff00feff1b' as text) where id = ?", (2,)))
    cli.run("report", "--db", "r.db", "--out", "o")
    text = cli.text("o", "report.html")
    page = Page(text)
    want("script" not in page.tags and NASTY[0] in "".join(page.words), "a script")
    want(len(page.ids) == len(set(page.ids)), "ids occur twice")
    for name, data in cli.files("o").items():
        want(re.fullmatch(r"(data/)?[A-Za-z0-9_.-]+", name), "a file %s" % name)
        if name.endswith(".svg"):
            want(b"Symbol" not in data or b"{/Symbol" in data, "%s: enhanced text" % name)
            root = xml.etree.ElementTree.fromstring(data)
            want(not [e for e in root.iter() if e.tag.endswith("script")], "%s has a script" % name)
    markdown = cli.text("o", "report.md")
    fence = None
    for line in markdown.split("\n"):
        mark = re.fullmatch(r"`{3,}", line)
        if mark and fence in (None, line):
            fence = None if fence else line
        elif not fence:
            want(not re.search(r"(?<!\\)<script", line), "HTML in Markdown: %s" % line)
            want(not re.search(r"(?<!\\)`", line), "code in Markdown: %s" % line)
    want(fence is None, "a block does not end")
    json.loads(cli.text("o", "report.json"))


def check_html(cli):
    """the page is not valid, needs something from elsewhere, or a script"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o")
    done = subprocess.run(["tidy", "-e", "-q", cli.path("o", "report.html")], capture_output=True, text=True)
    want(done.returncode == 0, "tidy: %s" % done.stderr[:500])
    page = Page(cli.text("o", "report.html"))
    want(page.tags.get("svg", 0) >= 8, "plots are missing")
    want(not {"script", "link", "img", "iframe"} & set(page.tags), "tags: %s" % page.tags)
    want(len(page.ids) == len(set(page.ids)), "ids occur twice")
    for name, data in cli.files("o").items():
        want(not name.endswith(".png") or data[:8] == b"\x89PNG\r\n\x1a\n", "%s is no PNG" % name)
        want(not name.endswith(".svg") or (b"<!--" not in data and b"gnuplot 5" not in data.lower()), "%s: version" % name)


def check_markdown(cli):
    """a mail has lines that are too long"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o")
    fence = False
    for line in cli.text("o", "report.md").split("\n"):
        if line.startswith("```"):
            fence = not fence
        want(fence or len(line) <= 72, "%d columns: %s" % (len(line), line))


def check_inputs(cli):
    """the texts that a report shows are not those that were run"""
    cli.run("compare", "small.yaml", "--set", "guest.memory=3GiB", "--seed", "7", "--out", "o")
    (sc,) = json.loads(cli.text("o", "report.json"))["scenarios"]
    want(sc["input"]["scenario_text"] == cli.text("small.yaml"), "another scenario")
    digest = subprocess.run(["sha256sum", cli.path("small.yaml")], capture_output=True, text=True).stdout.split()[0]
    want(sc["input"]["scenario_sha256"] == digest, "another hash")
    want(sc["input"]["set"] == ["guest.memory=3GiB"] and sc["seed"] == 7, "--set or --seed is lost")
    want("data:" in sc["input"]["costs_about"], "no provenance")
    command = json.loads(cli.text("o", "report.json"))["command"]
    want("--set guest.memory=3GiB" in command and "--seed 7" in command and "small.yaml" in command, command)


def check_references(cli):
    """a published figure stands beside the wrong number"""
    with open(cli.path("ref.yaml"), "w") as f:
        f.write(cli.text("small.yaml") + "reference:\n  - {policy: per-section, request: 1, seconds: 1.5, source: \"a <b>\"}\n"
                "  - {policy: per-section, seconds: 2, source: b}\n  - {policy: v2-p1, request: 1, seconds: 3, source: c}\n"
                "  - {policy: per-section, request: 99, seconds: 4, source: d}\n")
    cli.run("compare", "ref.yaml", "--policy", "per-section", "--out", "o")
    (sc,) = json.loads(cli.text("o", "report.json"))["scenarios"]
    (first,) = cli.sql("o/report.db", "select end_ns - start_ns from request where seq = 1")
    (total,) = cli.sql("o/report.db", "select total_ns from run")
    want([(p["request"], p["published_ns"], p["simulated_ns"]) for p in sc["published"]] ==
         [(1, 1500000000, first[0]), (None, 2000000000, total[0]), (1, 3000000000, None), (99, 4000000000, None)],
         str(sc["published"]))
    want("a &lt;b&gt;" in cli.text("o", "report.html"), "the source")


def check_no_gnuplot(cli):
    """without gnuplot there is no report, or nobody is told"""
    os.mkdir(cli.path("bin"))
    for text, word in ((None, "cannot be started"), ("#!/bin/sh\necho 'line 1: no such terminal' >&2\nexit 1\n", "no such terminal")):
        if text:
            with open(cli.path("bin", "gnuplot"), "w") as f:
                f.write(text)
            os.chmod(cli.path("bin", "gnuplot"), 0o755)
        done = cli.run("compare", "small.yaml", "--out", "o", status=3, env={"PATH": cli.path("bin")})
        want(word in done.stderr, "stderr: %s" % done.stderr)
        json.loads(cli.text("o", "report.json"))
        want("per-section" in cli.text("o", "report.md") and "plots are missing" in cli.text("o", "report.html"), "no report")
        shutil.rmtree(cli.path("o"))


def check_usage(cli):
    """a mistake in the call passes for a report"""
    cli.run("run", "small.yaml", "--db", "r.db")
    for status, args in ((2, ("report", "--db", "r.db", "--run", "99")), (2, ("report", "--db", "r.db", "--run", "x")),
                         (2, ("report", "small.yaml")), (3, ("report", "--db", "none.db")), (3, ("report", "--db", "small.yaml")),
                         (2, ("compare",)), (2, ("compare", "small.yaml", "--policy", "v9")), (3, ("compare", "none.yaml")),
                         (3, ("compare", "small.yaml", "--out", "small.yaml/o")), (2, ("compare", "small.yaml", "--out", ""))):
        cli.run(*args, *(() if "--out" in args else ("--out", "o")), status=status)
    want(not os.path.exists(cli.path("none.db")), "a database was made")


def check_latest(cli):
    """runs of other inputs or with drawn prices are mixed with those of the latest"""
    cli.run("run", "small.yaml", "--policy", "per-section,v2-p1", "--set", "guest.memory=3GiB", "--db", "r.db")
    cli.run("run", "small.yaml", "--policy", "per-section,v1", "--db", "r.db")
    cli.run("run", "small.yaml", "--policy", "outer-batch", "--reps", "2", "--set", "cost_overrides.h_enter_ns=1000 +- 10",
            "--db", "r.db")
    before = cli.read("r.db")
    cli.run("report", "--db", "r.db", "--out", "o")
    want(cli.read("r.db") == before, "the database was changed")
    report = json.loads(cli.text("o", "report.json"))
    want([p["name"] for p in report["policies"]] == ["per-section", "v1"], str([p["name"] for p in report["policies"]]))
    want("4 other runs" in cli.text("o", "report.html"), "does not say what is left out")


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Cli))
