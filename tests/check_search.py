#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does a search find the faults that are known, the smallest case of each, and always the same? Output is TAP.

usage: check_search.py BINARY SOURCE
"""
import os
import re
import shlex
import shutil
import sys

import tool
from tool import want

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "search")
SOURCE = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else ".")
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
LMB = 256 << 20
# where two or more events at random are needed
DEEP = ("plain.yaml", "--policy", "per-section", "--find", 'finding("lost-entry") and not finding("deadlock")', "--seed", "7")


class Search(tool.Cli):
    """hptsim with the scenarios of tests/search, and plain.yaml"""

    def __init__(self, binary, directory):
        super().__init__(binary, directory)
        for name in os.listdir(DATA):
            if name.endswith(".yaml"):
                shutil.copy(os.path.join(DATA, name), directory)
        self.ship("256g_on_2g", "plain.yaml")

    def ship(self, name, to):
        shutil.copy(os.path.join(SOURCE, "scenarios", name + ".yaml"), self.path(to))

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def has(self, name, policy, expression):
        """is the scenario valid, and does it have what the expression says, as it is?"""
        process = self.start("search", name, "--policy", policy, "--find", expression, "--events", "0", "--points", "1", "-j", "1")
        out, err = process.communicate(timeout=120)
        want(process.returncode in (0, 1, 2), err)
        return process.returncode == 1


def tsv(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]


def events_of(text):
    """the kinds of a scenario's events, in order"""
    return re.findall(r"^  - \{?(?:at: \w+, )?([a-z_]+): ", text[text.index("\nevents:"):].split("\nexpect:")[0], re.M)


def size(text):
    number, unit = re.fullmatch(r"(\d+)([KMGT]iB)", text).groups()
    return int(number) * UNITS[unit]


def check_faults(cli):
    """a fault that is known stays unknown, or something else is taken for it"""
    for what, start, policy, find, kinds, number, other in tsv("faults.tsv"):
        cli.ship(start, "start.yaml")
        out, err = cli.run("search", "start.yaml", "--policy", policy, "--find", find, status=1)
        want(",".join(events_of(out)) == kinds, "%s: %s\n%s" % (what, kinds, out))
        cli.write("found.yaml", out)
        cli.run("run", "found.yaml", "--policy", "%s,%s" % (policy, other), "--db", "found.db")
        rows = dict(cli.rows("found.db", "select policy, %s from run" % number))
        os.remove(cli.path("found.db"))
        want(rows[policy] > rows[other], "%s: %s of %s" % (what, number, rows))
        want(re.search(r"^found at point \d+ of 2000", err), err)


def check_expressions(cli):
    """an expression is not what the documentation says, or its mistake is not told where it is"""
    for row in tsv("expressions.tsv"):
        expression, wanted, texts = row[0], row[1], row[2:]
        status = {"yes": 1, "no": 0}.get(wanted, 2)
        out, err = cli.run("search", "one.yaml", "--policy", "outer-batch", "--events", "0", "--points", "1", "--vary",
                           "guest.memory=2GiB", "--find", expression, status=status)
        if status == 2:
            want(err.startswith("--find:1:%s: error: " % wanted) and "[bad-find]" in err, "%s: %s" % (expression, err))
            for text in texts:
                want(text in err, "%s: not '%s': %s" % (expression, text, err))


def check_fell_short(cli):
    """times of a run that did less are held against those of one that did all"""
    cli.write("short.yaml", "guest: {memory: 1GiB}\nevents:\n  - add: {by: count, count: 4}\n  - wait: 1s\n")
    want(cli.has("short.yaml", "v1", "failed_requests = 1 and total > 1s"), "by itself")
    want(not cli.has("short.yaml", "v1", "total > 0.5 * per-section.total"), "beside another")
    want(cli.has("short.yaml", "v1", "failed_requests = per-section.failed_requests"), "what is no time")


def check_same(cli):
    """what is found depends on how many processes look for it, or on the day"""
    first = cli.run("search", *DEEP, "-j", "1", status=1)
    for jobs in ("1", "2", "3", "7"):
        want(cli.run("search", *DEEP, "-j", jobs, status=1) == first, "-j %s" % jobs)
    want("--seed 7" in first[0] and "with the seed 7" in first[0], first[0])
    command = re.search(r"^#   (hptsim search .*)$", first[0], re.M).group(1)
    want(cli.run(*shlex.split(command)[1:], status=1) == first, "the command of the head: %s" % command)
    nothing = ("search", "plain.yaml", "--policy", "per-section", "--find", "failures > 99999999", "--points", "300")
    want(cli.run(*nothing, "-j", "1") == cli.run(*nothing, "-j", "3"), "counts of a search that finds nothing")


def smaller(text):
    """scenarios that are one step smaller"""
    start, rest = text.split("\nevents:\n")
    lines = rest.split("expect:")[0].splitlines()
    for i in range(len(lines)):
        if len(lines) > 1:
            yield "without event %d" % i, start + "\nevents:\n" + "\n".join(lines[:i] + lines[i + 1:]) + "\n"
    body = start + "\nevents:\n" + "\n".join(lines) + "\n"
    for match in re.finditer(r"(memory|size): (\d+[MG]iB)", body):
        for what, value in (("half", size(match.group(2)) // 2 // LMB * LMB), ("an LMB less", size(match.group(2)) - LMB)):
            if value:
                yield "%s of %s" % (what, match.group(0)), \
                    body[:match.start()] + "%s: %dMiB" % (match.group(1), value >> 20) + body[match.end():]
    for match in re.finditer(r"count: (\d+)", body):
        for value in (int(match.group(1)) // 2, int(match.group(1)) - 1):
            if value:
                yield "%d of %s" % (value, match.group(0)), body[:match.start()] + "count: %d" % value + body[match.end():]
    for match in re.finditer(r", notify: false|, driver: virtio-mem|at: \w+, |\n  max_memory: \w+|\n  lmb_size: \w+", body):
        yield "without %s" % match.group(0), body[:match.start()] + body[match.end():]
    for key, value in (("page_size: 4KiB", "page_size: 64KiB"), ("max_hpt_page_size: 16MiB", "max_hpt_page_size: 64KiB")):
        if key in body:
            yield value, body.replace(key, value)


def check_smallest(cli):
    """a counterexample has what it does not need: whoever reads it looks at the wrong thing"""
    searches = [(policy, find) for _, start, policy, find, _, _, _ in tsv("faults.tsv") if start == "256g_on_2g"]
    for policy, find in searches + [("per-section", "failures > 3 and failed_requests > 0"), ("per-section", "aborted"),
                                    ("feasible-target", "failures > 0")]:
        out, _ = cli.run("search", "plain.yaml", "--policy", policy, "--find", find, status=1)
        cli.write("found.yaml", out)
        want(cli.has("found.yaml", policy, find), "%s: %s: not what was found\n%s" % (policy, find, out))
        for what, text in smaller(out):
            cli.write("smaller.yaml", text)
            want(not cli.has("smaller.yaml", policy, find), "%s: %s: also %s\n%s" % (policy, find, what, text))


def check_written(cli):
    """what is written is no scenario, or not one that run and check agree with"""
    for policy, find in (("per-section", "failures > 0"), ("v1", "total > 1.01 * per-section.total"), ("outer-batch", "finding")):
        cli.run("search", "plain.yaml", "--policy", policy, "--find", find, "-o", "found.yaml", "--force", status=1)
        text = cli.read("found.yaml")
        want("\nexpect:\n  %s: {" % policy in text and "name:" not in text, text)
        cli.run("run", "found.yaml", "--no-db")
        cli.run("check", "--update", "found.yaml", "--baseline", "found.json")
        cli.run("check", "--baseline", "found.json")
        # and it notices when that is not so any more
        cli.write("found.yaml", re.sub(r"(expect:\n  [a-z0-9-]+: \{\w+: )", r"\g<1>1", text))
        cli.run("run", "found.yaml", "--no-db", status=1)


def check_own_policy(cli):
    """a policy that the scenario makes is not in the scenario that is written"""
    out, _ = cli.run("search", "one.yaml", "--policy", "calm", "--find", "final_order > outer-batch-retry.final_order", status=1)
    cli.write("found.yaml", out)
    want("{name: calm, base: outer-batch, hysteresis: 2}" in out, out)
    cli.run("run", "found.yaml", "--no-db")


def check_aborted(cli):
    """a run that does not end is not found, or is said to be expected to end"""
    out, err = cli.run("search", "plain.yaml", "--policy", "per-section", "--find", "aborted", status=1)
    want("# The run of per-section did not end: " in out and "expect:" not in out, out)
    want("1 whose run did not end" in err, err)
    cli.write("found.yaml", out)
    cli.run("run", "found.yaml", "--no-db", status=1)


def check_bounds(cli):
    """what is found is a guest that nobody asked about"""
    out, err = cli.run("search", "bounded.yaml", status=1)
    want(re.search(r"memory: 2GiB\n", out) and "max_memory: 64GiB" in out, out)
    want("vcpus: 2\n" in out or "vcpus" not in out, out)
    want(events_of(out) == ["plug", "unplug"], out)
    want(size(re.search(r" size: (\w+)\}", out).group(1)) in [(1 << 30) << i for i in range(6)], out)
    want("search:" not in out and "of 500" in err, err)
    # options go before what the file has
    out, err = cli.run("search", "bounded.yaml", "--find", "failures > 99999", "--points", "7", "--kinds", "plug,reboot",
                       "--events", "2", "--vary", "guest.memory=[16GiB, 32GiB]")
    for text in ("nothing found at 7 points", "no proof", "  guest.memory: [16GiB, 32GiB]\n", "  guest.vcpus: 2..8:x2\n",
                 "at most 2 events, alone or behind those of the scenario: plug, reboot\n"):
        want(text in err, "%s\n%s" % (text, err))
    want(out == "", out)
    # no events but those of the file
    out, _ = cli.run("search", "one.yaml", "--policy", "per-section", "--find", "failures = 0 and attempts > 0", "--events", "0",
                     "--vary", "events.0.plug.size=[1GiB, 2GiB, 6GiB]", status=1)
    want(events_of(out) == ["plug"], out)


def check_refused(cli):
    """a mistake is taken for a search, or a file is lost"""
    cli.write("there.yaml", "mine\n")
    base = ("plain.yaml", "--policy", "v1", "--find", "failures > 0")
    for args, texts in (
            (("plain.yaml", "--find", "failures > 0"), ("one policy", "there are 3")),
            (("plain.yaml", "--policy", "v1"), ("nothing to look for", "--find")),
            (("plain.yaml", "--policy", "v11", "--find", "failures > 0"), ("v11",)),
            (("plain.yaml", "one.yaml", "--find", "failures > 0"), ("one scenario, not 2",)),
            ((*base, "--points", "0"), ("--points takes a number from 1",)),
            ((*base, "--points", "1e9"), ("--points takes",)),
            ((*base, "--events", "17"), ("--events takes a number from 0 to 16",)),
            ((*base, "-j", "0"), ("-j takes",)),
            ((*base, "--time", "5"), ("--time takes a time with its unit",)),
            ((*base, "--kinds", "plugg"), ("no kind of event 'plugg'", "unplug")),
            ((*base, "--kinds", "at"), ("at least one kind",)),
            ((*base, "--kinds", ""), ("at least one kind",)),
            ((*base, "--vary", "seed=[1, 2]"), ("does not vary the seed",)),
            ((*base, "--vary", "sizes=[1, 2]"), ("sizes of memory",)),
            ((*base, "--vary", "events.0.plug.size=[1GiB]"), ("--events 0",)),
            ((*base, "--vary", "policies.0=[v1]"), ("cannot be varied",)),
            ((*base, "--vary", "guest.memroy=[1GiB, 2GiB]"), ("--vary:1:", "unknown key 'memroy'", "did you mean 'memory'?")),
            ((*base, "--vary", "guest.vcpus=[many]"), ("--vary:1:", "'many'")),
            ((*base, "-o", "there.yaml"), ("is there already", "--force")),
            (("plain.yaml", "--policy", "v1", "--find", "(" * 100 + "failures > 0"), ("nested more than 64 deep",)),
            (("plain.yaml", "--policy", "v1", "--find", "not " * 100 + "aborted"), ("nested more than 64 deep",)),
            (("plain.yaml", "--policy", "v1", "--find", "-" * 100 + "1 > 0"), ("nested more than 64 deep",)),
            (("plain.yaml", "--policy", "v1", "--find", "1" + "+1" * 300 + " > 0"), ("more than 512 parts",)),
            (("plain.yaml", "--policy", "v1", "--find", "1 > 0 or " * 600), ("more than 4096 characters",)),
            (("plain.yaml", "--policy", "v1", "--find", "failures > \udcff"), ("no text",))):
        out, err = cli.run("search", *args, status=2)
        want(out == "", out)
        for text in texts:
            want(text in err, "%s: not '%s': %s" % (args, text, err))
    want(cli.read("there.yaml") == "mine\n", "a file that was there")
    cli.run("search", *base, "-o", "no/such/directory.yaml", status=3)
    want(not [name for name in os.listdir(cli.directory) if name.startswith(".") or "new" in name], "left behind")


def check_place_in_file(cli):
    """a mistake in an expression of a file is told where it is not"""
    text = cli.read("bounded.yaml")
    for find, place in (("'failurs > 0'", "9:10"), ("failures > 0 and attemps > 1", "9:26"), ('"attempts > total"', "9:19")):
        cli.write("bad.yaml", re.sub(r"find: .*", lambda _: "find: " + find, text))
        _, err = cli.run("search", "bad.yaml", status=2)
        want(err.startswith("bad.yaml:%s: error: " % place), "%s: %s" % (find, err))
        cli.run("run", "bad.yaml", "--no-db")


def check_time(cli):
    """a search goes on for ever, or hides that it ended early"""
    _, err = cli.run("search", "plain.yaml", "--policy", "v1", "--find", "failures > 99999999", "--points", "1000000000", "--time", "300ms")
    want("nothing found at " in err and "the time was over" in err, err)


if __name__ == "__main__":
    sys.exit(tool.run_checks(tool.checks_of(globals()), os.path.abspath(sys.argv[1]), Search))
