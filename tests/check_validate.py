#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hptsim validate on the logs of the recordings: each must agree, in any form that a log may have, and none
with one attempt altered. TAP on standard output.

usage: check_validate.py HPTSIM RECORDINGS
"""
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

ATTEMPT = re.compile(r"lpar: Attempting to resize HPT to shift (\d+)")
OUTCOME = re.compile(r"lpar: HPT resize|Hash collision|H_RESIZE_HPT")
STAMP = re.compile(r"^\[ *(\d+)\.(\d+)\] ")
REQUEST = re.compile(r"Attempting to hot-|Could not handle")
RESULT = re.compile(r"was hot-|failed, |Not enough|Failed to|Could not handle")
SAMPLES = 3		# attempts of a log that are altered, evenly spread


class Log:
    def __init__(self, path):
        self.folder = os.path.dirname(path)
        self.name = "/".join(path.split("/")[-3:-1])
        with open(path) as f:
            self.lines = f.read().splitlines()
        self.scenario = os.path.join(self.folder, "scenario.yaml")
        with open(os.path.join(self.folder, "attempts.tsv")) as f:
            text = f.read()
        self.policy = re.search(r"^# policy: (\S+)", text, re.M).group(1)
        self.rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
        self.attempts = [i for i, line in enumerate(self.lines) if ATTEMPT.search(line)]


class Runner:
    def __init__(self, hptsim, directory):
        self.hptsim = hptsim
        self.directory = directory
        self.count = 0

    def write(self, text):
        self.count += 1
        path = os.path.join(self.directory, "log%d" % self.count)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *args, stdin=None):
        return subprocess.run([self.hptsim, *args], input=stdin, capture_output=True, timeout=120)

    def validate(self, lines, *args):
        """Exit status and the JSON of `validate` on these lines."""
        path = self.write("\n".join(lines) + "\n" if isinstance(lines, list) else lines)
        done = self.run("validate", path, "--format", "json", *args)
        return done.returncode, json.loads(done.stdout) if done.returncode < 2 else done.stderr.decode()


def wall(line, form):
    """The line with another kind of time in front."""
    match = STAMP.match(line)
    if not match:
        return line
    seconds, fraction, rest = int(match.group(1)), match.group(2), line[match.end():]
    clock = "%02d:%02d:%02d" % (9 + seconds // 3600, seconds // 60 % 60, seconds % 60)
    return form.format(clock=clock, us=fraction, rest=rest, stamp=match.group(0))


FORMS = {
    "no time": "{rest}",
    "dmesg -T": "[Mon Nov 23 {clock} 2026] {rest}",
    "journalctl -k": "Nov 23 {clock} guest1 kernel: {rest}",
    "journalctl -o short-monotonic": "{stamp}guest1 kernel: {rest}",
    "journalctl -o short-iso": "2026-11-23T{clock}+0000 guest1 kernel: {rest}",
    "journalctl -o short-iso-precise": "2026-11-23T{clock}.{us}+0000 guest1 kernel: {rest}",
    "level and caller": "<6>{stamp}[    T1] {rest}",
    "colours": "\x1b[32m{stamp}\x1b[0m{rest}\x1b[0m",
}


def console(lines):
    """As a serial console has it: firmware before, other output between, CRLF, NUL."""
    out = ["SLOF\x1b[0m **********************", "QEMU Starting", "\x00\x00 Build Date = Nov 14 2022", "Press \"s\" to enter"]
    for i, line in enumerate(lines):
        out.append(line)
        if i % 7 == 3:
            out.append("root@guest:~# dmesg | tail; echo \x07 Memory: plenty")
    return "\r\n".join(out + ["root@guest:~# [   99.0"]).encode()


def own_lines(log, i):
    """An attempt's lines: its own and, if the next one tells how it ended, that."""
    return [i, i + 1] if i + 1 < len(log.lines) and OUTCOME.search(log.lines[i + 1]) else [i]


def in_request(log, i):
    """Is it certain that the attempt belongs to a request? Then what it must be follows from that. A request is
    over with its last line; one by count that succeeds has none, and neither has a removal by index."""
    before = [line for line in log.lines[:i] if REQUEST.search(line) or RESULT.search(line)]
    after = [line for line in log.lines[i:] if REQUEST.search(line) or RESULT.search(line)]
    return bool(before and "Attempting to hot-" in before[-1] and after and "Attempting to hot-" not in after[0])


def run_end(log, i):
    """Line behind the attempts that look like this one: where a missing or added one shows at last. What is said of LMBs
    between them, when their request is over, does not matter."""
    same = log.lines[i].split("] ", 1)[-1]
    told = len(own_lines(log, i))
    while i < len(log.lines) and log.lines[i].split("] ", 1)[-1] == same:
        i += told
        while i < len(log.lines) and not (REQUEST.search(log.lines[i]) or ATTEMPT.search(log.lines[i])):
            i += 1
    return i


def open_to_reading(log, i):
    """First and last line that may be named instead where only attempts tell what was done, so that one altered attempt
    tells of something else that was done: where a DIMM ends that nobody was told of, or who asked for another order."""
    starts = [k for k in range(i) if "Attempting to hot-" in log.lines[k]]
    ends = [k for k in range(i, len(log.lines)) if "Could not handle" in log.lines[k]]
    if starts and ends and any("indexed-count-add failed" in line for line in log.lines[starts[-1]:ends[0]]):
        return starts[-1], ends[0]
    with open(log.scenario) as f:
        aside = re.search(r"- \{at: \w+, hpt_order: (\d+)\}", f.read())
    written = [k for k in log.attempts if aside and ATTEMPT.search(log.lines[k]).group(1) == aside.group(1)]
    return (written[0], written[0]) if written else None


def mutations(log):
    """Altered logs: what, the lines, the attempt's line, first and last line (from 0) that may be named."""
    step = max(1, len(log.attempts) // SAMPLES)
    for i in log.attempts[::step]:
        shift = int(ATTEMPT.search(log.lines[i]).group(1))
        own = own_lines(log, i)
        end = run_end(log, i)
        for other in (shift - 1, shift + 1):
            changed = ATTEMPT.sub("lpar: Attempting to resize HPT to shift %d" % other, log.lines[i])
            yield "shift %d for %d" % (other, shift), log.lines[:i] + [changed] + log.lines[i + 1:], i, i, i
        yield "dropped", log.lines[:i] + log.lines[own[-1] + 1:], i, i, end
        yield "added", log.lines[:i] + [log.lines[k] for k in own] + log.lines[i:], i, i, end + len(own)
        if len(own) == 2:
            yield "without its end", log.lines[:i + 1] + log.lines[i + 2:], i, i, i
            yield "without its beginning", log.lines[:i] + log.lines[i + 1:], i, i - 1, i


def check_pointer(data, first, last):
    line = (data["first_difference"] or {}).get("line")
    if line is None:
        return None		# at the end of the log
    return None if first <= line - 1 <= last else "points at line %d, not %d to %d" % (line, first + 1, last + 1)


def mutation_case(runner, log, case):
    what, lines, i, first, last = case
    errors = []
    code, data = runner.validate(lines, log.scenario)
    if code != 1:
        errors.append("line %d %s: exit status %d with the scenario" % (i + 1, what, code))
    else:
        errors.append(check_pointer(data, first, last))
    if not in_request(log, i) or (what == "without its end" and log.policy != "per-section"):
        return [e for e in errors if e]
    code, data = runner.validate(lines, "--policy", log.policy)
    if code != 1:
        errors.append("line %d %s: exit status %d alone" % (i + 1, what, code))
    else:
        wrong, reading = check_pointer(data, first, last), open_to_reading(log, i)
        errors.append(wrong and (check_pointer(data, *reading) if reading else wrong))
    return ["line %d %s: %s" % (i + 1, what, e) if not e.startswith("line") else e for e in errors if e]


def agree(runner, log):
    errors = []
    code, data = runner.validate(log.lines, "--policy", log.policy)
    if code != 0:
        errors.append("alone: exit status %d %s" % (code, data if isinstance(data, str) else data["first_difference"]))
    elif data["attempts"] != len(log.attempts):
        errors.append("alone: %d attempts, the log has %d" % (data["attempts"], len(log.attempts)))
    code, data = runner.validate(log.lines, log.scenario)
    if code != 0:
        errors.append("with its scenario: exit status %d" % code)
    return errors


def forms(runner, log):
    errors = []
    for name, form in FORMS.items():
        code, data = runner.validate([wall(line, form) for line in log.lines], "--policy", log.policy)
        if code != 0:
            errors.append("%s: exit status %d %s" % (name, code, data if isinstance(data, str) else data["first_difference"]))
    code, _ = runner.validate(console(log.lines), "--policy", log.policy)
    if code != 0:
        errors.append("serial console: exit status %d" % code)
    return errors


def emitted(runner, log):
    """The derived scenario is one that `run` takes, and gives the recorded attempts."""
    path = runner.write("\n".join(log.lines) + "\n")
    done = runner.run("validate", path, "--policy", log.policy, "--emit-scenario", "-")
    if done.returncode != 0:
        return ["exit status %d" % done.returncode]
    scenario = runner.write(done.stdout)
    done = runner.run("run", "--no-db", "--format", "json", scenario)
    if done.returncode != 0:
        return ["run: exit status %d: %s" % (done.returncode, done.stderr.decode())]
    run = json.loads(done.stdout)["runs"][0]
    attempts = run.get("resize_attempts", run.get("numbers", {}).get("resize_attempts"))
    return [] if attempts == len(log.attempts) else ["%s attempts, the log has %d" % (attempts, len(log.attempts))]


def suggests(runner, log):
    """With the wrong policy what to do next is said, in at most three lines, and is true."""
    path = runner.write("\n".join(log.lines) + "\n")
    done = runner.run("validate", path)
    if done.returncode == 0:
        return []	# nothing in the log tells it from mainline
    said = done.stdout.decode()
    after = said[said.rindex("\ndifferent:") + 1:].splitlines()[1:]
    match = re.search(r"--policy (\S+) both agree", "\n".join(after))
    if not match or len(after) > 3:
        return ["what to do next: %s" % after]
    code = runner.run("validate", path, "--policy", match.group(1)).returncode
    return [] if code == 0 else ["with --policy %s: exit status %d" % (match.group(1), code)]


def trace_of(log):
    """What QEMU would have traced: PREPARE is always busy once."""
    for count, _, asked, _, commit, _ in log.rows:
        for i in range(int(count)):
            for _ in range(2):
                yield "4711@1795402701.%06d:spapr_h_resize_hpt_prepare flags=0x0 shift=%s" % (i, asked)
            if commit != "-":
                yield "spapr_h_resize_hpt_commit flags=0x0 shift=%s" % asked


def traces(runner, log):
    calls = list(trace_of(log))
    if not calls:
        return []
    errors = []
    good = runner.write("\n".join(["qemu: warning: something else"] + calls) + "\n")
    code, data = runner.validate(log.lines, log.scenario, "--trace", good)
    if code != 0 or not data["trace"]["equal"]:
        errors.append("trace: exit status %d" % code)
    commits = [i for i, line in enumerate(calls) if "commit" in line]
    if commits:
        middle = commits[len(commits) // 2]
        bad = runner.write("\n".join(calls[:middle] + calls[middle + 1:]) + "\n")
        code, data = runner.validate(log.lines, log.scenario, "--trace", bad)
        if code != 1 or data["trace"]["equal"]:
            errors.append("trace without a COMMIT: exit status %d" % code)
    return errors


def nothing(runner, log):
    """A boot after which nothing happened: that is said, and what the guest is like can be had all the same."""
    path = runner.write("\n".join(log.lines) + "\n")
    done = runner.run("validate", path)
    errors = [] if done.returncode == 2 and b"no line of a memory hotplug request" in done.stderr else ["exit status %d" % done.returncode]
    done = runner.run("validate", path, "--emit-scenario", "-")
    if done.returncode or runner.run("run", "--no-db", runner.write(done.stdout)).returncode:
        errors.append("no scenario that runs")
    return errors


def statuses(runner, logs):
    text = "\n".join(logs[0].lines) + "\n"
    boot = [line for line in logs[0].lines if "lpar:" not in line and "pseries-hotplug" not in line and "dlpar:" not in line]
    tail = [line for line in logs[0].lines if not STAMP.match(line) or float(STAMP.match(line).group(0)[1:-2]) > 0.5]
    good = runner.write(text)
    cases = [
        ("an empty file", ["validate", runner.write("")], None, 2),
        ("nothing of the subject", ["validate", runner.write("hello\nworld\n")], None, 2),
        ("a boot and nothing more", ["validate", runner.write("\n".join(boot))], None, 2),
        ("no boot", ["validate", runner.write("\n".join(tail))], None, 2),
        ("no boot, but the scenario", ["validate", runner.write("\n".join(tail)), logs[0].scenario], None, 0),
        ("no such file", ["validate", "/nonexistent/log"], None, 3),
        ("a directory", ["validate", "/"], None, 3),
        ("no such trace", ["validate", good, "--trace", "/nonexistent/trace"], None, 3),
        ("a trace of something else", ["validate", good, "--trace", good], None, 2),
        ("no argument", ["validate"], None, 2),
        ("three arguments", ["validate", good, logs[0].scenario, good], None, 2),
        ("an unknown policy", ["validate", good, "--policy", "nonsense"], None, 2),
        ("two policies", ["validate", good, "--policy", "v1,v2-p1"], None, 2),
        ("no such boot", ["validate", good, "--boot", "2"], None, 2),
        ("a scenario that cannot be written", ["validate", good, "--emit-scenario", "/nonexistent/s.yaml"], None, 3),
        ("standard input", ["validate", "-"], text.encode(), 0),
        ("the second of two boots", ["validate", runner.write("\n".join(boot) + "\n" + text)], None, 0),
        ("the first of two boots", ["validate", runner.write(text + "\n".join(boot) + "\n"), "--boot", "1"], None, 0),
    ]
    return ["%s: exit status %d, not %d: %s" % (name, done.returncode, want, done.stderr.decode())
            for name, args, stdin, want in cases for done in [runner.run(*args, stdin=stdin)] if done.returncode != want]


def main():
    hptsim, root = sys.argv[1:]
    logs = [Log(path) for path in sorted(glob.glob(os.path.join(root, "*", "*", "log.txt")))]
    with tempfile.TemporaryDirectory() as directory, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runner = Runner(hptsim, directory)
        cases = []
        for log in logs:
            if not log.attempts and not any(REQUEST.search(line) for line in log.lines):
                cases.append((log.name + " has nothing to compare", pool.submit(nothing, runner, log)))
                continue
            cases.append((log.name + " agrees", pool.submit(agree, runner, log)))
            cases.append((log.name + " in other forms", pool.submit(forms, runner, log)))
            cases.append((log.name + " as a scenario", pool.submit(emitted, runner, log)))
            if log.policy != "per-section":
                cases.append((log.name + " with another policy", pool.submit(suggests, runner, log)))
            cases.append((log.name + " with QEMU's trace", pool.submit(traces, runner, log)))
            altered = [pool.submit(mutation_case, runner, log, case) for case in mutations(log)]
            if altered:
                cases.append(("%s altered, %d ways" % (log.name, len(altered)), altered))
        cases.append(("exit statuses", pool.submit(statuses, runner, [l for l in logs if l.name.endswith("/scaled-3G+6G")])))
        print("1..%d" % len(cases))
        failed = not logs
        for number, (name, future) in enumerate(cases, 1):
            errors = [e for f in (future if isinstance(future, list) else [future]) for e in f.result()]
            print("%sok %d - %s" % ("not " if errors else "", number, name))
            for error in errors[:20]:
                print("# %s" % error)
            failed = failed or bool(errors)
    return 1 if failed else 0


sys.exit(main())
