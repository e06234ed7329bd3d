#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that hptsim check is red when it must be and green when it must be, and that the recipes for CI work.

usage: check_gate.py HPTSIM PROJECT

PROJECT is the top of the source tree. Prints TAP.
"""
import csv
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree

import yaml

from tool import Cli, checks_of, run_checks, want

PROJECT = os.path.abspath(sys.argv[2])

# A guest whose shrink fails, and a policy that the file makes: see OVERRIDE
SCENARIO = """name: gate
guest: {memory: 129GiB, max_memory: 512GiB}
hypervisor: {kind: kvm-hv}
costs: mine
policies:
  - per-section
  - {name: mine, base: per-section, hysteresis: 3}
events:
  - plug: {id: d1, size: 1GiB}
expect:
  per-section: {resize_attempts: 4}
"""
OVERRIDE = "hysteresis: 3"


class Gate(Cli):
    """a directory with a scenario, a cost profile of its own and a baseline"""

    def __init__(self, binary, directory):
        super().__init__(binary, directory)
        os.mkdir(self.path("costs"))
        shutil.copy(os.path.join(PROJECT, "scenarios/costs/mail-2021.yaml"), self.path("costs/mine.yaml"))
        self.edit("costs/mine.yaml", r"(?m)^name: .*$", "name: mine", must=False)
        self.write("gate.yaml", SCENARIO)
        self.run("check", "--update", "gate.yaml", "--baseline", "base.json")

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def edit(self, name, pattern, to, must=True):
        text, count = re.subn(pattern, to, self.read(name), count=1)
        want(count or not must, "%s has no %s" % (name, pattern))
        self.write(name, text)

    def set_base(self, policy, metric, change):
        """change a value of the baseline"""
        base = json.loads(self.read("base.json"))
        rows = [v for v in base["values"] if v["policy"] == policy and v["metric"] == metric]
        want(len(rows) == 1, "%d rows of %s, %s" % (len(rows), policy, metric))
        rows[0]["value"] = change(rows[0]["value"])
        self.write("base.json", json.dumps(base))

    def count(self):
        """policies that are compared: hptsim's, and the one that gate.yaml makes"""
        return len(self.policies()) + 1

    def check(self, *args, status=0, **kwargs):
        return self.run("check", "--baseline", "base.json", *args, status=status, **kwargs)

    def json(self, *args, status=0):
        return json.loads(self.check(*args, "--format", "json", status=status)[0])


def verdicts(document):
    """how often each verdict but 'equal' is there"""
    count = {}
    for row in document["changes"] + document["notes"]:
        count[row["verdict"]] = count.get(row["verdict"], 0) + 1
    return count


def check_equal(gate):
    """what did not change is red, or prints other bytes the second time"""
    first = gate.check()
    want(first == gate.check(), "other output")
    want(first[1] == "", first[1])
    rows = gate.json("--all")["changes"]
    want(len(rows) == gate.count() * 9 and {r["verdict"] for r in rows} == {"equal"}, "%d rows" % len(rows))


def check_baseline(gate):
    """a review of the baseline does not show what moved, or it says less than it was made from"""
    lines = gate.read("base.json").splitlines()
    base = json.loads(gate.read("base.json"))
    want(sum(line.startswith('  {"scenario":"gate","policy"') for line in lines) == len(base["values"]) == gate.count() * 10, "lines")
    keys = [(v["scenario"], v["policy"]) for v in base["values"]]
    want(keys == sorted(keys), "not sorted")
    want(base["model"] >= 1 and re.fullmatch("[0-9a-f]{64}", base["scenarios"][0]["sha256"]), "no model or hash")
    gate.run("check", "--update", "gate.yaml", "--baseline", "again.json")
    want(gate.read("again.json") == gate.read("base.json"), "made again it has other bytes")


def check_one_attempt_more(gate):
    """a policy that got worse by one attempt passes"""
    gate.set_base("per-section", "resize_attempts", lambda n: n - 1)
    out, err = gate.check(status=1)
    want(re.search(r"resize_attempts +gate +per-section +3 +4 +\+33.3% +worse", out), out)
    want("1 worse" in err, err)
    row, = gate.json(status=1)["changes"]
    want((row["base"], row["new"], row["verdict"]) == (3, 4, "worse"), row)


def check_better(gate):
    """an improvement is red, or not told"""
    gate.set_base("per-section", "total_ns", lambda n: n + n // 10)
    want(verdicts(gate.json()) == {"better": 1}, "not better")
    total, = [m for m in gate.json()["metrics"] if m["metric"] == "total_ns"]
    want((total["better"], total["equal"], total["worse"], total["compared"]) == (1, gate.count() - 1, 0, gate.count()), total)
    want(abs(float(total["geomean_ratio"]) - 1.1 ** (-1 / gate.count())) < 1e-5, total)


def check_overrides(gate):
    """a policy that a scenario overrides is not compared, or gets worse unseen"""
    gate.edit("gate.yaml", OVERRIDE, "hysteresis: 1")
    document = gate.json(status=1)
    worse = {r["metric"] for r in document["changes"] if r["verdict"] == "worse" and r["policy"] == "mine"}
    want("resize_failures" in worse and not document["notes"], "worse: %s, notes: %s" % (worse, document["notes"]))
    want({r["policy"] for r in document["changes"]} == {"mine"}, "others changed, too")


def check_edited_scenario(gate):
    """values of one scenario are compared with those of another"""
    gate.edit("gate.yaml", "1GiB", "2GiB")
    gate.edit("gate.yaml", "(?s)expect:.*", "")
    out, err = gate.check(status=1)
    want(re.search(r"changed +gate +all +the scenario is not the one of the base", out), out)
    want("--update" in err, err)
    want(verdicts(gate.json(status=1)) == {"changed": 1}, "compared all the same")
    gate.check("--update")
    gate.check()


def check_edited_costs(gate):
    """values of one cost profile are compared with those of another"""
    gate.edit("costs/mine.yaml", r"(?m)^( *lmb_add_ns:) *(\d+)", r"\1 1")
    want(verdicts(gate.json(status=1)) == {"changed": 1}, "compared all the same")
    want("cost profile 'mine'" in gate.check(status=1)[0], "not named")


def check_other_costs(gate):
    """values of one cost profile are compared with those of another of other name"""
    for name in ("aaa", "zzz"):
        shutil.copy(gate.path("costs/mine.yaml"), gate.path("costs/%s.yaml" % name))
        gate.edit("costs/%s.yaml" % name, r"(?m)^name: .*$", "name: " + name, must=False)
        document = gate.json("--set", "costs=" + name, status=1)
        want(any("cost profile '%s', in the base 'mine'" % name in n["what"] for n in document["notes"]) and not document["changes"],
             "compared all the same: %s" % document["notes"])


def check_shipped(gate):
    """the baseline that is shipped is of another hptsim: what is better than it says is never seen to get worse again"""
    with open(os.path.join(PROJECT, "results/baseline.json"), encoding="utf-8") as f:
        shipped = json.load(f)
    paths = [os.path.join(PROJECT, "results", s["path"]) for s in shipped["scenarios"]]
    gate.run("check", "--update", "--baseline", "made.json", "--costs-dir", os.path.join(PROJECT, "scenarios/costs"), *paths)
    made = json.loads(gate.read("made.json"))
    want(made["model"] == shipped["model"], "model %d, in the baseline %d" % (made["model"], shipped["model"]))
    differ = [v for v in made["values"] if v not in shipped["values"]]
    want(not differ and len(made["values"]) == len(shipped["values"]), "%d of %d values differ, first %s: run hptsim check --update" %
         (len(differ), len(made["values"]), differ[:1]))


def check_other_model(gate):
    """values of one model are compared with those of another"""
    gate.edit("base.json", r'"model": (\d+)', r'"model": 1\1')
    document = gate.json(status=1)
    want(verdicts(document) == {"changed": 1} and "model" in document["notes"][0]["what"], document["notes"])
    gate.check("--update")
    gate.check()


def check_other_call(gate):
    """values of another --set or --seed are compared"""
    want(verdicts(gate.json("--set", "guest.vcpus=3", status=1)) == {"changed": 1}, "--set")
    want(verdicts(gate.json("--seed", "3", status=1)) == {"changed": 1}, "--seed")


def check_no_baseline(gate):
    """without a baseline it is green"""
    _, err = gate.run("check", "gate.yaml", status=3)
    want("results/baseline.json: cannot be read" in err and "--update" in err, err)


def check_truncated(gate):
    """what is left of a baseline passes for a whole one, or crashes"""
    whole = gate.read("base.json")
    lines = whole.splitlines(True)
    for size in range(0, len(whole) - 2, max(1, len(whole) // 60)):
        gate.write("base.json", whole[:size])
        _, err = gate.check(status=3)
        want("base.json" in err, err)
    for missing in (5, 9, 20, len(lines) - 3):
        gate.write("base.json", "".join(lines[:missing] + lines[missing + 1:]))
        gate.check(status=3)
    for text in ("[]", "{}", "null", '{"format": "other"}', whole.replace('"version": 1', '"version": 2'),
                 whole.replace('"value":4', '"value":"4"'), whole.replace('"resize_attempts"', '"resize_attemps"'),
                 whole.replace('"sha256":"', '"sha256":"x')):
        gate.write("base.json", text)
        gate.check(status=3)


def check_scenario_gone(gate):
    """a scenario that is not there any more is not missed"""
    gate.run("check", "--update", "gate.yaml", "small.yaml", "--baseline", "base.json", "--costs-dir",
             os.path.join(PROJECT, "scenarios/costs"))
    os.unlink(gate.path("small.yaml"))
    document = gate.json(status=1)
    want([(n["verdict"], n["scenario"]) for n in document["notes"]] == [("missing", "small")], document["notes"])
    gate.check("gate.yaml")	# asked for one only
    os.unlink(gate.path("gate.yaml"))
    want(verdicts(gate.json(status=1)) == {"missing": 2}, "all are gone")


def check_unknown_scenario(gate):
    """a scenario that was never measured passes"""
    args = ("small.yaml", "--costs-dir", os.path.join(PROJECT, "scenarios/costs"))
    want(verdicts(gate.json(*args, status=1)) == {"unknown": 1}, "not unknown")
    gate.check(*args, "--update")
    names = [s["scenario"] for s in json.loads(gate.read("base.json"))["scenarios"]]
    want(names == ["gate", "small"], "--update of one scenario: %s" % names)


def check_policies(gate):
    """a policy that is gone is not missed, a new one is red, or one that was left out is missed"""
    gate.edit("base.json", '"policy":"v1"', '"policy":"v0"')	# the status only: not a whole run
    gate.check(status=3)
    os.unlink(gate.path("base.json"))
    gate.check("--update", "gate.yaml")
    text = gate.read("base.json").replace('"policy":"v1"', '"policy":"v0"')
    gate.write("base.json", text)
    want(verdicts(gate.json(status=1)) == {"missing": 1, "new": 1}, "v0 is gone and v1 is new")
    want(verdicts(gate.json("--policy", "v1")) == {"new": 1}, "only v1 was asked for")
    want(verdicts(gate.json("--policy", "mine,per-section")) == {}, "what was not asked for")


def check_update_some(gate):
    """--update of one policy loses the others, or keeps those of another scenario"""
    gate.set_base("v1", "findings", lambda n: n + 7)
    gate.set_base("mine", "findings", lambda n: n + 7)
    gate.check("--policy", "mine", "--update")
    want([r["policy"] for r in gate.json()["changes"]] == ["v1"], "v1 has its old value, 'mine' a new one")
    gate.edit("gate.yaml", "(?s)expect:.*", "")
    gate.edit("gate.yaml", "1GiB", "2GiB")
    gate.check("--policy", "mine", "--update")
    policies = {v["policy"] for v in json.loads(gate.read("base.json"))["values"]}
    want(policies == {"mine"}, policies)


def check_not_written(gate):
    """a baseline that cannot be written is half written, or passes for written"""
    before = gate.read("base.json")
    # Python ignores SIGXFSZ and here its children do, so that write() fails instead
    _, err = gate.check("--update", status=3, restore_signals=False,
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
    want("base.json: cannot be written" in err, err)
    want(gate.read("base.json") == before, "changed")


def check_metric(gate):
    """a mistyped metric or tolerance is ignored, and the gate is open"""
    _, err = gate.check("--fail-on", "total_n", status=2)
    want("did you mean 'total_ns'" in err and "findings" in err, err)
    for bad in ("", "total_ns:", "total_ns:x", "total_ns:5", "total_ns:-1%", "resize_attempts:1ms", "total_ns:1e9%",
                "total_ns,", "host_peak_bytes:1s", "findings:1.5"):
        gate.check("--fail-on", bad, status=2)


def check_tolerance(gate):
    """a tolerance lets more through than it says, or less"""
    gate.set_base("per-section", "resize_attempts", lambda n: n - 1)
    gate.set_base("per-section", "total_ns", lambda n: n - n // 100)
    want(verdicts(gate.json("--fail-on", "total_ns:2%,findings")) == {"tolerated": 2}, "within")
    want(verdicts(gate.json("--fail-on", "total_ns:0.5%", status=1)) == {"tolerated": 1, "worse": 1}, "beyond")
    want(verdicts(gate.json("--fail-on", "resize_attempts:1,total_ns:1h")) == {"tolerated": 2}, "absolute")
    want(verdicts(gate.json("--fail-on", "resize_attempts", status=1)) == {"tolerated": 1, "worse": 1}, "none")


def check_expect(gate):
    """an expectation that is not met passes, or is marked in the wrong line"""
    gate.edit("gate.yaml", "resize_attempts: 4", "resize_attempts: 5")
    out, _ = gate.check("--annotate=github", status=1)
    line = SCENARIO.splitlines().index("  per-section: {resize_attempts: 4}") + 1
    want("::error file=gate.yaml,line=%d,title=hptsim gate under per-section::unmet: " % line in out, out)


def check_broken(gate):
    """a run that ends early passes, though it once did not"""
    path = os.path.join(PROJECT, "scenarios/questions/other_callers_then_dimm.yaml")
    gate.run("check", "--update", path, "--baseline", "b.json", "--policy", "outer-batch")
    base = json.loads(gate.read("b.json"))
    status, = base["values"]
    want(status["value"] == "hv-abort", status)
    gate.run("check", "--baseline", "b.json", path, "--policy", "outer-batch")	# as bad as it was
    status["value"] = "ok"
    metrics = [m["metric"] for m in gate.json()["metrics"]]
    base["values"] += [dict(status, metric=m, value=0) for m in metrics]
    gate.write("b.json", json.dumps(base))
    out, err = gate.run("check", "--baseline", "b.json", path, "--policy", "outer-batch", status=1)
    want("broken" in out and "hv-abort" in out and "1 broken" in err, out)


def check_annotations(gate):
    """GitHub marks nothing, another file, or takes a part of a message for a command"""
    os.mkdir(gate.path("a,b:c%"))
    for name in ("gate.yaml", "costs"):
        shutil.move(gate.path(name), gate.path("a,b:c%/" + name))
    gate.run("check", "--update", "a,b:c%/gate.yaml", "--baseline", "base.json")
    gate.set_base("per-section", "resize_attempts", lambda n: n - 1)
    env = dict(os.environ, GITHUB_ACTIONS="true")
    out, _ = gate.run("check", "--baseline", "base.json", status=1, env=env)
    wanted = "::error file=a%2Cb%3Ac%25/gate.yaml,line=5,title=hptsim gate under per-section::" \
        "resize_attempts: 4, in the base 3 (+33.3%25)%0Ato see why: hptsim explain a,b:c%25/gate.yaml --policy per-section"
    want(wanted in out.splitlines(), out)
    # whatever else is wrong with the run is said there, too
    gate.set_base("per-section", "stall_max_ns", lambda n: n - 1)
    gate.edit("a,b:c%/gate.yaml", "resize_attempts: 4", "resize_attempts: 5")
    out, _ = gate.run("check", "--baseline", "base.json", status=1, env=env)
    marks = [line for line in out.splitlines() if line.startswith("::error ")]
    want(len(marks) == 1 and "::unmet: " in marks[0] and "%0Aresize_attempts: " in marks[0] and "%0Astall_max_ns: " in marks[0], marks)
    want("::error" not in gate.run("check", "--baseline", "base.json", "--annotate=none", status=1, env=env)[0], "none")
    want("::error" not in gate.check(status=1)[0] or "GITHUB_ACTIONS" in os.environ, "auto")
    gate.check("--annotate=gitlab", status=2)


def check_deltas(gate):
    """a difference from zero is raw nanoseconds, or one of orders a percentage"""
    gate.set_base("per-section", "total_ns", lambda n: 0)
    gate.set_base("per-section", "host_peak_bytes", lambda n: 0)
    gate.set_base("per-section", "resize_attempts", lambda n: 0)
    gate.set_base("per-section", "hpt_shift_end", lambda n: n + 1)
    gate.set_base("v1", "hpt_shift_end", lambda n: n - 2)
    out, _ = gate.check(status=1)
    rows = {(line.split()[0], line.split()[2]): re.split("  +", line) for line in out.splitlines() if len(line.split()) > 6}
    want(re.fullmatch(r"\+\d+\.\d (s|ms)", rows["total_ns", "per-section"][5]), out)
    want(re.fullmatch(r"\+[\d.]+ [MG]iB", rows["host_peak_bytes", "per-section"][5]), out)
    want(rows["resize_attempts", "per-section"][5] == "+4", out)
    want(rows["hpt_shift_end", "per-section"][5] == "-1" and rows["hpt_shift_end", "v1"][5] == "+2", out)
    metrics = {m["metric"]: m for m in gate.json(status=1)["metrics"]}
    # of the tables' sizes: a half and a fourfold among so many
    compared = metrics["hpt_shift_end"]["compared"]
    want(abs(float(metrics["hpt_shift_end"]["geomean_ratio"]) - 2 ** (1 / compared)) < 1e-5, metrics["hpt_shift_end"])
    gate.check("--fail-on", "hpt_shift_end:2")
    gate.check("--fail-on", "hpt_shift_end:1", status=1)
    gate.check("--fail-on", "hpt_shift_end:64MiB", status=2)


def check_commands(gate):
    """a regression does not say how to see why, or its command does not work"""
    sets = ("--set", "guest.vcpus=4", "--set", "description=it's", "--seed", "3")
    gate.run("check", "--update", "gate.yaml", "--baseline", "base.json", *sets)
    for policy in ("per-section", "v1"):
        gate.set_base(policy, "total_ns", lambda n: n - 1)
    gate.set_base("outer-batch", "total_ns", lambda n: n + 1)       # better: nothing to explain
    out, _ = gate.check(*sets, "--junit", "j.xml", status=1)
    commands = [line for line in out.splitlines() if line.startswith("hptsim explain ")]
    want(commands == ["hptsim explain gate.yaml --policy %s --set guest.vcpus=4 --set 'description=it'\\''s' --seed 3" % policy
                      for policy in ("per-section", "v1")], out)
    listed = gate.json(*sets, status=1)["explain"]
    want([(e["scenario"], e["policy"], e["command"]) for e in listed] ==
         [("gate", "per-section", commands[0]), ("gate", "v1", commands[1])], listed)
    want(commands[0] in gate.read("j.xml").replace("&#39;", "'").replace("&apos;", "'"), gate.read("j.xml"))
    for command in commands:
        gate.run(*shlex.split(command)[1:])
    want("to see why" not in gate.run("check", "gate.yaml", "--baseline", "b.json", "--update")[0], "nothing is wrong")


def check_first_baseline(gate):
    """a first baseline cannot be written where there is no directory yet"""
    gate.run("check", "--update", "gate.yaml")
    want(json.loads(gate.read("results/baseline.json"))["scenarios"][0]["path"] == "../gate.yaml", "path")
    gate.run("check")
    gate.run("check", "--update", "gate.yaml", "--baseline", "a/b/c.json")
    gate.run("check", "--baseline", "a/b/c.json")
    gate.run("check", "--update", "gate.yaml", "--baseline", "gate.yaml/c.json", status=3)


def check_junit(gate):
    """a CI system is told of other failures than there are, or cannot read it"""
    gate.check("--junit", "j.xml")
    root = xml.etree.ElementTree.parse(gate.path("j.xml")).getroot()
    suite, = root.findall("testsuite")
    want(suite.attrib == {"name": "gate", "tests": str(gate.count()), "failures": "0"}, suite.attrib)
    want(len(suite.findall("testcase")) == gate.count() and not root.findall(".//failure"), "cases")
    gate.set_base("per-section", "resize_attempts", lambda n: n - 1)
    gate.edit("base.json", r'"scenarios": \[', '"scenarios": [' + json.dumps({
        "scenario": "gone & <lost>", "path": "gone.yaml", "sha256": "0" * 64, "costs": "c", "costs_sha256": "0" * 64,
        "seed": 0, "sets": ""}) + ",")
    gate.check("--junit", "j.xml", status=1)
    root = xml.etree.ElementTree.parse(gate.path("j.xml")).getroot()
    failures = {(c.get("classname"), c.get("name")) for c in root.iter("testcase") if c.find("failure") is not None}
    want(failures == {("gate", "per-section"), ("gone & <lost>", "all")}, failures)
    counts = [(s.get("tests"), s.get("failures")) for s in root.findall("testsuite")]
    want(counts == [(str(gate.count()), "1"), ("1", "1")], counts)
    gate.check("--junit", "no/such/j.xml", status=3)


class Ktap:
    """a strict reader of the kernel's protocol: results and plans at each level, names without '#'"""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.at = 0
        self.tests = self.read("")
        want(self.at == len(self.lines), "more behind the end: %s" % self.lines[self.at:])

    def line(self, indent):
        if self.at == len(self.lines) or not self.lines[self.at].startswith(indent) or (
                self.lines[self.at][len(indent):].startswith(" ")):
            return None
        self.at += 1
        return self.lines[self.at - 1][len(indent):]

    def read(self, indent):
        want(self.line(indent) == "KTAP version 1", "no version line at %d" % self.at)
        plan = re.fullmatch(r"1\.\.(\d+)", self.line(indent) or "")
        want(plan, "no plan at %d" % self.at)
        tests, inner, said = [], None, []
        while len(tests) < int(plan[1]):
            if self.at < len(self.lines) and self.lines[self.at].startswith(indent + "  KTAP"):
                inner = self.read(indent + "  ")
                continue
            line = self.line(indent)
            want(line is not None, "%d of %s tests" % (len(tests), plan[1]))
            if line.startswith("# "):
                said.append(line[2:])
                continue
            result = re.fullmatch(r"(ok|not ok) (\d+) ([^#]+)", line)
            want(result and int(result[2]) == len(tests) + 1, "no result: %r" % line)
            want(inner is None or (result[1] == "ok") == all(t[0] for t in inner), "not what is within: %r" % line)
            tests.append((result[1] == "ok", result[3], inner, said))
            inner, said = None, []
        return tests


def check_ktap(gate):
    """a kernel's CI reads other results than there are, or cannot read them"""
    out, _ = gate.check("--ktap")
    (ok, name, policies, _), = Ktap(out).tests
    want(ok and name == "gate" and len(policies) == gate.count() and all(p[0] for p in policies), out)
    gate.set_base("per-section", "resize_attempts", lambda n: n - 1)
    gate.edit("base.json", r'"scenarios": \[', '"scenarios": [' + json.dumps({
        "scenario": "gone # SKIP", "path": "gone.yaml", "sha256": "0" * 64, "costs": "c", "costs_sha256": "0" * 64,
        "seed": 0, "sets": ""}) + ",")
    out, _ = gate.check("--ktap", status=1)
    (ok, name, policies, _), (lost_ok, lost, _, why) = Ktap(out).tests
    bad, = [p for p in policies if not p[0]]
    want(not ok and bad[1] == "per-section" and "resize_attempts: 4, in the base 3 (+33.3%)" in bad[3], out)
    want(any(text.startswith("to see why: hptsim explain ") for text in bad[3]), bad[3])
    want(not lost_ok and lost == "gone _ SKIP" and why, out)
    table, _ = gate.check("--ktap=k.txt", status=1)
    want(gate.read("k.txt") == out and "KTAP" not in table and "worse" in table, table)
    gate.check("--ktap", "--format", "csv", status=2)
    gate.check("--ktap=", status=2)
    gate.check("--ktap=no/such/k.txt", status=3)


def check_markdown(gate):
    """a job's summary is no Markdown, or another table than the one printed"""
    gate.set_base("per-section", "resize_attempts", lambda n: n - 1)
    gate.check("--markdown", "m.md", status=1)
    text = gate.read("m.md")
    want(text.startswith("### hptsim check: worse"), text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    want("| resize_attempts | gate | per-section | 3 | 4 | +33.3% | worse |" in rows, text)
    tables = text.split("\n\n")[1:]
    for table in tables:
        want(len({line.count("|") for line in table.strip().splitlines()}) == 1, table)


def check_csv(gate):
    """a program reads other numbers than people"""
    gate.set_base("per-section", "total_ns", lambda n: n - 1)
    out, _ = gate.check("--format", "csv", status=1)
    changes = list(csv.DictReader(out.split("\n\n")[0].splitlines()))
    want(len(changes) == 1 and int(changes[0]["new"]) == int(changes[0]["base"]) + 1, out)


def check_databases(gate):
    """two result files are compared in another way than a baseline"""
    common = ("run", "gate.yaml", "--policy", "per-section,v2-p1", "--db")
    for db in ("a.db", "b.db", "b.db"):	# the last run counts
        gate.run(*common, db)
    gate.run("check", "a.db", "b.db")
    gate.run("check", "gate.yaml", "--baseline", "a.db", "--policy", "per-section,v2-p1")
    gate.rows("b.db", "select 1")
    subprocess.run(["sqlite3", gate.path("b.db"), "update run set resize_attempts = 5 where id = 3"], check=True)
    out, _ = gate.run("check", "a.db", "b.db", status=1)
    want(re.search(r"resize_attempts +gate +per-section +4 +5 +\+25% +worse", out), out)
    gate.run("check", "b.db", "a.db")
    gate.run("run", "gate.yaml", "--policy", "per-section", "--set", "guest.vcpus=2", "--db", "c.db")
    out, _ = gate.run("check", "a.db", "c.db", status=1)
    want("--set" in out, out)
    gate.run("check", "a.db", status=2)
    gate.run("check", "a.db", "gate.yaml", status=2)
    gate.run("check", "a.db", "none.db", status=3)
    gate.write("d.db", "no database")
    gate.run("check", "a.db", "d.db", status=3)


def check_database_models(gate):
    """runs of two models are compared, or runs of an older model pass for those of the last"""
    for db in ("a.db", "b.db"):
        gate.run("run", "gate.yaml", "--policy", "v1,per-section", "--db", db)
    subprocess.run(["sqlite3", gate.path("b.db"), "update run set model = model + 1"], check=True)
    out, _ = gate.run("check", "a.db", "b.db", status=1)
    want("nothing is comparable" in out, out)
    # not known: from before it was kept
    subprocess.run(["sqlite3", gate.path("b.db"), "update run set model = 0"], check=True)
    gate.run("check", "a.db", "b.db")
    # a policy that only an older model ran is not there
    subprocess.run(["sqlite3", gate.path("b.db"), "update run set model = 1000"], check=True)
    gate.run("run", "gate.yaml", "--policy", "v1", "--db", "b.db")
    out, _ = gate.run("check", "a.db", "b.db", status=1)
    want("missing" in out and "comparable" not in out, out)


def check_mixed_database(gate):
    """runs of one database that were made from different things are compared as one"""
    gate.run("run", "gate.yaml", "--policy", "v1,per-section", "--set", "guest.vcpus=2", "--db", "a.db")
    gate.run("run", "gate.yaml", "--policy", "v2-p1,per-section", "--db", "a.db")
    gate.run("run", "gate.yaml", "--policy", "v1,v2-p1,per-section", "--db", "b.db")
    document = json.loads(gate.run("check", "a.db", "b.db", "--format", "json")[0])
    want(verdicts(document) == {"new": 1} and document["notes"][0]["policy"] == "v1", document["notes"])


def check_update_unmet(gate):
    """--update makes an expectation that is not met good"""
    gate.edit("gate.yaml", "resize_attempts: 4", "resize_attempts: 5")
    _, err = gate.check("--update", status=1)
    want("gate: per-section: the scenario expects resize_attempts 5, got 4" in err, err)


def check_search(gate):
    """a scenario's search is not made, or what it finds is not red, or cannot be found again"""
    def search(find):
        gate.write("gate.yaml", SCENARIO + "search:\n  find: %s\n  points: 200\n" % find)

    search("failures > 100000")
    document = gate.json()
    want(verdicts(document) == {"searched": 2}, "%s" % document["notes"])
    want({(n["policy"], n["what"]) for n in document["notes"]} ==
         {(p, "failures > 100000: nothing at 200 points, which is no proof") for p in ("per-section", "mine")}, document["notes"])
    search("failures > 0")
    gate.run("check", "--update", "gate.yaml", "--baseline", "other.json")
    document = gate.json("--junit", "junit.xml", status=1)
    want(verdicts(document).get("found"), "%s" % document["notes"])
    note = [n for n in document["notes"] if n["policy"] == "per-section"][0]
    want(note["verdict"] == "found" and note["what"].startswith("failures > 0: resize_failures "), note["what"])
    out, _ = gate.run(*shlex.split(note["what"].split("the smallest case: hptsim ")[1]), status=1)
    gate.write("found.yaml", out)
    gate.run("run", "found.yaml", "--no-db")
    case = [c for c in xml.etree.ElementTree.parse(gate.path("junit.xml")).iter("testcase") if c.get("name") == "per-section"][0]
    want("found: failures > 0" in case.find("failure").text, case.find("failure").text)
    # with those that are named only
    document = gate.json("--policy", "feasible-target")
    want([n["policy"] for n in document["notes"] if n["verdict"] in ("found", "searched")] == ["feasible-target"], document["notes"])
    search("failurs > 0")
    _, err = gate.check(status=2)
    want("gate.yaml:13:9: error: a run has no number 'failurs'" in err, err)


def check_paths(gate):
    """a baseline's scenarios are only found from one directory"""
    for directory in ("sub", "sub/results"):
        os.mkdir(gate.path(directory))
    gate.run("check", "--update", "gate.yaml", "--baseline", "sub/results/base.json")
    want('"path":"../../gate.yaml"' in gate.read("sub/results/base.json"), "path")
    gate.run("check", "--baseline", "sub/results/base.json")
    for cwd, baseline in (("sub", "results/base.json"), ("sub/results", "base.json"), ("sub/results", "./base.json"),
                          ("sub/results", "../results/base.json")):
        done = subprocess.run([gate.binary, "check", "--baseline", baseline], cwd=gate.path(cwd), capture_output=True)
        want(done.returncode == 0, "%s from %s: %s" % (baseline, cwd, done.stderr))


def script_of(path):
    """the commands of a recipe, as the CI system would run them"""
    with open(os.path.join(PROJECT, "docs/ci", path)) as f:
        recipe = yaml.safe_load(f)
    if path == "github.yml":
        steps = recipe["jobs"]["check"]["steps"]
        want(steps[0]["uses"].startswith("actions/checkout@"), "no checkout")
        return [s["run"] for s in steps if "run" in s]
    return recipe["hptsim"]["script"]


def project_like(gate):
    """a directory that looks like a built tree of hptsim: only building is left out"""
    for directory in ("build", "scripts", "results"):
        os.mkdir(gate.path(directory))
    os.symlink(gate.binary, gate.path("build/hptsim"))
    gate.write("scripts/debian.sh", '#!/bin/sh\n[ "$1" = build ]\n')
    os.chmod(gate.path("scripts/debian.sh"), 0o755)
    gate.run("check", "--update", "gate.yaml")


def check_recipes(gate):
    """a recipe for CI does not run, or does not fail when a policy got worse"""
    with open(os.path.join(PROJECT, "scripts/debian.sh")) as f:
        want("\nbuild | seed)" in f.read(), "scripts/debian.sh has no 'build'")
    project_like(gate)
    env = dict(os.environ, GITHUB_STEP_SUMMARY=gate.path("summary.md"))
    with open(os.path.join(PROJECT, "docs/ci/check.sh")) as f:
        recipes = {"github.yml": script_of("github.yml"), "gitlab.yml": script_of("gitlab.yml"), "check.sh": [f.read()]}
    for status in (0, 1):
        for name, commands in recipes.items():
            done = subprocess.run(["sh", "-e", "-c", "\n".join(commands)], cwd=gate.directory, env=env,
                                  capture_output=True, text=True)
            want(done.returncode == status, "%s: exit status %d: %s" % (name, done.returncode, done.stderr))
            if name == "check.sh":
                continue
            xml.etree.ElementTree.parse(gate.path("hptsim.xml"))
            os.unlink(gate.path("hptsim.xml"))
            want(("::error file=gate.yaml" in done.stdout) == (name == "github.yml" and status == 1), done.stdout)
        want(gate.read("summary.md").startswith("### hptsim check"), "no summary")
        if status == 0:
            gate.edit("gate.yaml", OVERRIDE, "hysteresis: 1")


POLICY = """#include <hptsim/policy.h>
static int resize(unsigned long bytes)
{
	unsigned shift = htab_shift_for_mem_size(bytes);
	return shift > ppc64_pft_size || shift + %d < ppc64_pft_size ? mmu_hash_ops.resize_hpt(shift) : 0;
}
HPTSIM_POLICY(.name = "scratch", .title = "t", .source = "s", .create_section_mapping = resize);
"""


def check_commands_so(gate):
    """the command that shows why a run of a plug-in is red does not know the plug-in, or ten times as long is unreadable"""
    def build(hysteresis):
        gate.write("my policy.c", POLICY % hysteresis)
        subprocess.run(["cc", "-I" + os.path.join(PROJECT, "include"), "-shared", "-fPIC", "-o", "my policy.so", "my policy.c"],
                       cwd=gate.directory, check=True)

    build(9)
    gate.run("check", "--update", "gate.yaml", "--baseline", "base.json", "--policy-so", "my policy.so", "--policy", "scratch")
    gate.set_base("scratch", "total_ns", lambda n: n // 20)
    out, _ = gate.check("--policy-so", "my policy.so", "--policy", "scratch", status=1)
    command, = [line for line in out.splitlines() if line.startswith("hptsim explain ")]
    want(command == "hptsim explain gate.yaml --policy-so 'my policy.so' --policy scratch", command)
    gate.run(*shlex.split(command)[1:])
    want(re.search(r"total_ns +gate +scratch .* \+19\d\d% +worse", out) and "e+" not in out, out)


def check_bisect(gate):
    """git bisect names another commit than the one that made a policy worse"""
    def git(*args):
        return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *args], cwd=gate.directory,
                              check=True, capture_output=True, text=True).stdout

    project_like(gate)
    os.unlink(gate.path("build/hptsim"))
    # what a tree's own build makes of each commit: hptsim with its policy
    gate.write("build/hptsim", '#!/bin/sh\nexec "%s" "$@" --policy-so build/scratch.so\n' % gate.binary)
    os.chmod(gate.path("build/hptsim"), 0o755)
    gate.write("build/build.ninja", "rule so\n  command = cc -I%s -shared -fPIC -o $out $in\nbuild scratch.so: so ../scratch.c\n"
               % os.path.join(PROJECT, "include"))
    shutil.copy(os.path.join(PROJECT, "docs/ci/bisect.sh"), gate.path("build/bisect.sh"))
    gate.write(".gitignore", "/build\n/results/good.json\n")
    git("init", "-q")
    # others changed the file meanwhile, and one commit does not compile
    commits = []
    for number, text in enumerate([POLICY % 3, POLICY % 4, POLICY % 4 + "/* */\n", POLICY % 3 + "#error\n", POLICY % 3,
                                   POLICY % 1, POLICY % 1 + "/* */\n", POLICY % 1 + "\n\n"]):
        gate.write("scratch.c", text)
        if number == 0:
            subprocess.run(["ninja", "-C", "build"], cwd=gate.directory, check=True, capture_output=True)
            subprocess.run(["build/hptsim", "check", "--update", "gate.yaml"], cwd=gate.directory, check=True,
                           capture_output=True)
        git("add", "-A")
        git("commit", "-q", "-m", "commit %d" % number)
        commits.append(git("rev-parse", "HEAD").strip())
    gate.write("results/good.json", git("show", commits[0] + ":results/baseline.json"))
    git("bisect", "start", commits[-1], commits[0])
    out = git("bisect", "run", "build/bisect.sh", "results/good.json", "--policy", "scratch")
    want(commits[5] + " is the first bad commit" in out, out)


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Gate))
