#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check calibrate and run --reps: known prices are found again, unknown ones are not invented.

usage: check_calibrate.py HPTSIM tests/recordings

Prints TAP.
"""
import glob
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

from tool import Failure, want

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
BASE = os.path.join(SOURCE, "scenarios/costs/qemu-tcg.yaml")
# what the simulated machine costs; all else is qemu-tcg
TRUTH = {"scan_ps_hpte": 9000, "move_ps_hpte": 50000, "msleep_slack_ns": 4400000, "stop_machine_ns": 4000000,
         "lmb_add_ns": 4000000, "offline_lmb_ns": 20000000, "prepare_clear_ps_byte": 900}
SIMULATED = ["grow-1G+16G", "unplug-25G-16G", "order-2G", "lin16M-3G+6G", "dlpar-3G+5G"]
TOLERANCE = 0.05
MILLISECOND_NS = 1000000
MEDIAN_MAX = 0.15  # of guest time in resizes, of recordings left out


class Tool:
    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory

    def path(self, name):
        return os.path.join(self.directory, name)

    def run(self, *args, status=0):
        p = subprocess.run([self.binary, *args], cwd=self.directory, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        want(p.returncode == status, "%s: exit status %d, not %d: %s" % (" ".join(args), p.returncode, status, p.stderr))
        return p

    def write(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(text)
        return name

    def profile(self, name, prices):
        with open(BASE) as f:
            text = re.sub(r"(?m)^name: .*", "name: " + name, f.read())
        for key, value in prices.items():
            text, count = re.subn(r"(?m)^  %s: .*" % key, "  %s: %s" % (key, value), text)
            want(count == 1, "no price " + key)
        self.write(name + ".yaml", text)

    def simulated_log(self, scenario, costs):
        """A log as the simulator writes it with these costs."""
        with open(scenario) as f:
            text = re.sub(r"(?m)^(costs|policies):.*\n|^expect:\n(  .*\n?)*", "", f.read())
        name = os.path.basename(scenario)[:-5]
        self.write(name + ".yaml", text + "costs: %s\n" % costs)
        self.run("run", name + ".yaml", "--policy", "per-section", "--no-db", "--costs-dir", ".", "--dmesg=%s.log" % name)
        return name + ".log"


def prices(tool, profile):
    """{price: (value, standard error)} of a profile in the directory"""
    out = tool.run("list", "costs", profile, "--costs-dir", ".").stdout
    found = re.findall(r"(?m)^(\w+) +(\d+)(?: ± (\d+))? ", out)
    want(len(found) > 20, "no prices in: " + out)
    return {k: (int(v), int(sd or 0)) for k, v, sd in found}


def how(text):
    """{price: how it came about} of the table that calibrate prints"""
    return {m[1]: m[2] for m in re.finditer(r"(?m)^(\w+) .*  (\S.*)$", text)}


def check_known(tool, recordings):
    """prices that a log was made with are not found again"""
    tool.profile("truth", TRUTH)
    logs = [tool.simulated_log(os.path.join(SOURCE, "scenarios/recordings", s + ".yaml"), "truth") for s in SIMULATED]
    logs.append(tool.simulated_log(os.path.join(SOURCE, "scenarios/256g_on_129g.yaml"), "truth"))
    pair = "%s=256g_on_129g.yaml" % logs[-1]
    out = tool.run("calibrate", *logs, "--scenario", pair, "--costs-dir", ".", "--base", "qemu-tcg", "--name", "found").stdout
    found, base = prices(tool, "found"), prices(tool, "qemu-tcg")
    for key, value in TRUTH.items():
        off = abs(found[key][0] - value)
        # a "complete" line has whole milliseconds, and a simulated machine always the same part of one is lost
        fine = off < MILLISECOND_NS / 2 if key == "msleep_slack_ns" else off < TOLERANCE * value
        want(fine, "%s: %d, not %d\n%s" % (key, found[key][0], value, out))
        want(found[key][1] > 0, "%s has no standard error" % key)
    for key in ("reboot_ns", "user_fault_ns", "hotplug_event_ns"):
        want(found[key] == base[key], "%s was changed" % key)
        want("nothing in the logs" in how(out)[key], "%s: %s" % (key, how(out)[key]))
    tool.run("calibrate", *logs, "--scenario", pair, "--costs-dir", ".", "--base", "qemu-tcg", "--name", "again")
    with open(tool.path("found.yaml")) as a, open(tool.path("again.yaml")) as b:
        want(a.read().replace("name: found", "name: again") == b.read(), "not the same twice")


def check_unknown(tool, recordings):
    """what a log does not tell is made up"""
    base = prices(tool, "qemu-tcg")
    # 64K pages only: an LMB always has as many entries
    log = tool.simulated_log(os.path.join(SOURCE, "scenarios/recordings/scaled-3G+6G.yaml"), "truth")
    out = tool.run("calibrate", log, "--name", "one").stdout
    want("together with h_enter_ns" in how(out)["vmemmap_page_ns"], "vmemmap_page_ns: " + how(out)["vmemmap_page_ns"])
    found = prices(tool, "one")
    for key in ("vmemmap_page_ns", "prepare_clear_ps_byte", "offline_lmb_ns", "h_remove_ns"):
        want(found[key] == base[key], "%s is %s, was %s" % (key, found[key], base[key]))
    # no resize at all
    out = tool.run("calibrate", os.path.join(recordings, "runs/disabled-3G+6G/log.txt"), "--name", "none").stdout
    found = prices(tool, "none")
    for key in ("scan_ps_hpte", "move_ps_hpte", "msleep_slack_ns", "stop_machine_ns", "hcall_ns"):
        want(found[key] == base[key], "%s is %s, was %s" % (key, found[key], base[key]))
        want(how(out)[key].startswith("kept"), "%s: %s" % (key, how(out)[key]))


def check_plain(tool, recordings):
    """a log without time stamps is of no use, though \"complete\" lines have times"""
    with open(os.path.join(recordings, "runs/order-2G/log.txt")) as f:
        tool.write("plain.txt", re.sub(r"(?m)^\[ *\d+\.\d+\] ", "", f.read()))
    out = tool.run("calibrate", "plain.txt").stdout
    want(how(out)["scan_ps_hpte"] == "fitted", "scan_ps_hpte: " + how(out)["scan_ps_hpte"])
    want(how(out)["lmb_add_ns"].startswith("kept"), "lmb_add_ns: " + how(out)["lmb_add_ns"])


def check_negative(tool, recordings):
    """a price below 0"""
    tool.profile("steep", {"section_add_ns": 900000})
    log = tool.simulated_log(os.path.join(SOURCE, "scenarios/recordings/scaled-3G+6G.yaml"), "truth")
    out = tool.run("calibrate", log, "--base", "steep", "--costs-dir", ".", "--name", "flat").stdout
    zero = [key for key, text in how(out).items() if text.startswith("at 0")]
    want(zero and all(prices(tool, "flat")[key] == (0, 0) for key in zero), "none is at 0: " + out)


def tcg(recordings):
    return sorted(d for s in ("runs", "runs-4k") for d in glob.glob(os.path.join(recordings, s, "*")))


def recorded_s(folder):
    """Guest time in resizes as the tracepoints have it, finer than the log."""
    with open(os.path.join(folder, "timings.tsv")) as f:
        return sum(int(row[2]) for row in (line.split("\t") for line in f) if row[0] == "resize") / 1e6


def simulated_s(tool, folder, costs):
    with open(os.path.join(folder, "scenario.yaml")) as f:
        text = re.sub(r"(?m)^costs:.*\n|^expect:\n(  .*\n?)*", "", f.read())
    tool.write("half.yaml", text + "costs: %s\n" % costs)
    out = tool.run("run", "half.yaml", "--policy", "per-section", "--no-db", "--costs-dir", ".", "--format", "json").stdout
    run = json.loads(out)["runs"][0]
    return (run["prepare_ns"] + run["commit_ns"]) / 1e9


def check_halves(tool, recordings):
    """calibrated on half of the recordings, resizes of the other half are far off"""
    folders = tcg(recordings)
    for half in (0, 1):
        name = "half%d" % half
        tool.run("calibrate", *(os.path.join(f, "log.txt") for f in folders[half::2]), "--base", "mail-2021", "--name", name)
        off = []
        for folder in folders[1 - half::2]:
            recorded = recorded_s(folder)
            if recorded:
                off.append((abs(simulated_s(tool, folder, name) / recorded - 1), os.path.basename(folder)))
        print("# fitted to half %d, the other: median %.1f %%; %s" % (
            half, 100 * statistics.median(o for o, _ in off), ", ".join("%s %.0f %%" % (n, 100 * o) for o, n in sorted(off))))
        want(statistics.median(o for o, _ in off) < MEDIAN_MAX, "half %d: %s" % (half, off))


def check_holdout(tool, recordings):
    """--holdout does not say how far off it is"""
    logs = [os.path.join(f, "log.txt") for f in tcg(recordings)]
    out = tool.run("calibrate", *logs, "--holdout=2", "--name", "held").stdout
    found = re.search(r"(?m)^  logs +(\d+) +median ([\d.]+) %", out)
    want(found and int(found[1]) == 18 and float(found[2]) < 100 * MEDIAN_MAX, out)
    print("# --holdout=2:" + found[0])
    with open(tool.path("held.yaml")) as f:
        text = f.read()
    want("Of logs left out" in text and "no validation" in text and "sha256" in text, "the profile does not say")
    tool.run("calibrate", logs[0], "--holdout", status=2)
    tool.run("calibrate", *logs[:2], "--holdout=1", status=2)


def check_bad(tool, recordings):
    """a bad log or call is taken"""
    tool.write("empty.txt", "")
    with open(tool.path("noise.bin"), "wb") as f:
        f.write(bytes(range(256)) * 64)
    good = os.path.join(recordings, "runs/scaled-3G+6G/log.txt")
    with open(good) as f:
        text = f.read()
    tool.write("fewer.txt", text.replace("shift 23\n", "shift 22\n", 9))
    tool.write("nodetails.txt", "[    1.5] lpar: Attempting to resize HPT to shift 22\n")
    for name in ("empty.txt", "noise.bin", "nodetails.txt"):
        p = tool.run("calibrate", name, "--name", "bad", status=2)
        want(name in p.stderr, "the message does not name %s: %s" % (name, p.stderr))
    p = tool.run("calibrate", "fewer.txt", "--scenario",
                 "fewer.txt=" + os.path.join(recordings, "runs/scaled-3G+6G/scenario.yaml"), "--name", "bad", status=1)
    want("line" in p.stderr, p.stderr)
    want(not os.path.exists(tool.path("bad.yaml")), "a profile was written")
    tool.run("calibrate", status=2)
    tool.run("calibrate", "missing.txt", status=3)
    for args in (("--out", "x.txt"), ("--name", "a b"), ("--name", "a", "--out", "b.yaml"), ("--scenario", "x"),
                 ("--scenario", "other=x.yaml"), ("--policy", "nonesuch"), ("--base", "nonesuch")):
        tool.run("calibrate", good, *args, status=2)
    tool.run("calibrate", good, "--out", "/nonexistent/x.yaml", status=3)


def check_fresh(tool, recordings):
    """memory that no table had before has a price, and calibrate does not find it, or finds it where there is none"""
    tool.profile("fresh", {**TRUTH, "prepare_clear_ps_byte": 500})
    with open(tool.path("fresh.yaml"), "a") as f:
        f.write("  prepare_fresh_ps_byte: 2000\n")
    # tables up to 512 MiB, each larger than all before it; then small ones, and the largest once more
    tool.write("large.yaml", "name: large\nguest: {memory: 4GiB, max_memory: 1TiB}\ncosts: fresh\nevents:\n"
               "  - plug: {id: d1, size: 508GiB}\n" + "".join("  - hpt_order: %d\n" % order for order in (29, 29, 29)))
    tool.run("run", "large.yaml", "--no-db", "--costs-dir", ".", "--dmesg=large.log")
    with open(tool.path("large.log")) as f:
        times = [int(ms) for ms in re.findall(r"shift 29 complete \((\d+) ms", f.read())]
    want(len(times) == 4 and times[0] > 2 * times[-1] and times[-1] == times[-2], "shift 29 took %s" % times)
    out = tool.run("calibrate", "large.log", "--base", "qemu-tcg", "--costs-dir", ".", "--name", "found").stdout
    found, error = prices(tool, "found")["prepare_fresh_ps_byte"]
    want(abs(found - 2000) < 400 and error > 0, "%d ± %d, not 2000\n%s" % (found, error, out))
    log = tool.simulated_log(os.path.join(SOURCE, "scenarios/recordings/grow-1G+16G.yaml"), "truth")
    tool.run("calibrate", log, "--base", "qemu-tcg", "--costs-dir", ".", "--name", "none")
    want(prices(tool, "none")["prepare_fresh_ps_byte"][0] == 0, "found where there is none")


def check_deciding_prices(tool, recordings):
    """A price may decide what happens: with a dearer PREPARE a table is not ready in time and the guest fills up. A log
    is not refused because the model, asked what each price does, tries such a one."""
    log = os.path.join(SOURCE, "tests/logs/grow-1G+63G.log")
    done = tool.run("calibrate", "--out=deciding.yaml", "--format=json", log)
    logs = json.loads(done.stdout)["logs"]
    want(len(logs) == 1 and logs[0]["attempts"] == 67, "not the log's attempts: %s" % logs)
    ratio = logs[0]["predicted_ns"] / logs[0]["recorded_ns"]
    want(abs(ratio - 1) < MEDIAN_MAX, "predicts %.3f of what was recorded" % ratio)


def check_reps(tool, recordings):
    """a fitted profile's standard errors do not show in --reps, or not twice the same"""
    with open(BASE) as f:
        base = f.read()

    def mean(price):
        return re.search(r"(?m)^  %s: (\d+)" % price, base).group(1)
    scenario = os.path.join(SOURCE, "scenarios/recordings/scaled-3G+6G.yaml")
    with open(scenario) as f:
        text = re.sub(r"(?m)^costs:.*\n|^expect:\n(  .*\n?)*", "", f.read())
    tool.profile("sure", {})
    # every way of writing it
    tool.profile("unsure", {k: mean(k) + sd for k, sd in (("scan_ps_hpte", " ± 2000"), ("move_ps_hpte", " +- 4000"),
                                                          ("stop_machine_ns", "±9000"))})
    tool.write("sure_s.yaml", text + "costs: sure\n")
    tool.write("unsure_s.yaml", text + "costs: unsure\n")
    common = ("--no-db", "--costs-dir", ".", "--policy", "per-section", "--format", "json")

    plain = tool.run("run", "unsure_s.yaml", *common).stdout
    want("summaries" not in plain and '"rep"' not in plain, "one run is shown as several")
    sure = json.loads(tool.run("run", "sure_s.yaml", *common).stdout)["runs"][0]
    want(json.loads(plain)["runs"][0]["total_ns"] == sure["total_ns"], "one run has drawn prices")
    reps = tool.run("run", "unsure_s.yaml", *common, "--reps", "400", "--seed", "3").stdout
    want(reps == tool.run("run", "unsure_s.yaml", *common, "--reps", "400", "--seed", "3").stdout, "not the same twice")
    want(reps != tool.run("run", "unsure_s.yaml", *common, "--reps", "400", "--seed", "4").stdout, "the seed changes nothing")
    summary = json.loads(reps)["summaries"][0]
    commits = sorted(r["commit_ns"] for r in json.loads(reps)["runs"])
    want(len(commits) == 400 and summary["reps"] == 400 and summary["ok"] == 400, "not 400")
    p5, p50, p95 = (summary["commit_ns"][q] for q in ("p5", "p50", "p95"))
    want([p5, p50, p95] == [commits[19], commits[199], commits[379]], "quantiles")
    want(abs(p50 / sure["commit_ns"] - 1) < 0.03, "the median is far from the run without drawing")
    # COMMIT is linear in the three prices: its standard deviation is known
    one = json.loads(tool.run("run", "unsure_s.yaml", *common, "--set", "cost_overrides.scan_ps_hpte=%d" % (int(mean("scan_ps_hpte")) + 2000)).stdout)["runs"][0]
    two = json.loads(tool.run("run", "unsure_s.yaml", *common, "--set", "cost_overrides.move_ps_hpte=%d" % (int(mean("move_ps_hpte")) + 4000)).stdout)["runs"][0]
    sd = sum((r["commit_ns"] - sure["commit_ns"]) ** 2 for r in (one, two)) ** .5
    want(abs((p95 - p5) / (2 * 1.645 * sd) - 1) < 0.15, "p95 - p5 is %d, of a standard deviation of %d" % (p95 - p5, sd))
    want(summary["resize_attempts"] == {"min": 20, "max": 20}, "attempts")

    # one more uncertain price leaves the others as drawn
    tool.profile("more", {k: mean(k) + sd for k, sd in (("scan_ps_hpte", " ± 2000"), ("move_ps_hpte", " ± 4000"),
                                                        ("stop_machine_ns", " ± 9000"), ("msleep_slack_ns", " ± 500000"))})
    tool.write("more_s.yaml", text + "costs: more\n")
    more = json.loads(tool.run("run", "more_s.yaml", *common, "--reps", "400", "--seed", "3").stdout)
    want(sorted(r["commit_ns"] for r in more["runs"]) == commits, "another price's uncertainty changes COMMIT")

    p = tool.run("run", "sure_s.yaml", *common, "--reps", "3")
    want("standard deviation" in p.stderr, "nothing says that no price is uncertain")
    tool.run("run", "unsure_s.yaml", "--costs-dir", ".", "--policy", "per-section", "--reps", "3", "--db", "reps.db")
    rows = subprocess.run(["sqlite3", tool.path("reps.db"), "select rep, count(distinct total_ns) from run group by rep"],
                          capture_output=True, text=True, check=True).stdout
    want(rows.split() == ["1|1", "2|1", "3|1"], rows)
    for bad in ("0", "x", "-1", "100001"):
        tool.run("run", "unsure_s.yaml", *common, "--reps", bad, status=2)
    for bad in ("5 ±", "± 5", "5 ± -1", "5 ± x", "5 ± 5 ± 5", "5 ± 99999999999999"):
        tool.profile("broken", {"scan_ps_hpte": "'%s'" % bad})
        tool.write("broken_s.yaml", text + "costs: broken\n")
        tool.run("run", "broken_s.yaml", *common, status=2)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    binary, recordings = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    checks = [(name, f) for name, f in globals().items() if name.startswith("check_")]
    bad = 0
    print("1..%d" % len(checks))
    for number, (name, check) in enumerate(checks, 1):
        with tempfile.TemporaryDirectory() as directory:
            tool = Tool(binary, directory)
            try:
                tool.profile("truth", TRUTH)
                check(tool, recordings)
                print("ok %d - %s" % (number, name))
            except (Failure, OSError, ValueError, KeyError, subprocess.CalledProcessError) as e:
                bad += 1
                print("not ok %d - %s" % (number, name))
                print("# %s: %s" % (type(e).__name__, str(e).replace("\n", "\n# ")))
                print("# wrong then: %s" % check.__doc__)
        sys.stdout.flush()
    return 1 if bad else 0


sys.exit(main())
