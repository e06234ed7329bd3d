#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check policies from shared objects: run --policy-so.

usage: check_policy_so.py HPTSIM MODULE-DIR...

Modules are looked up in the directories in turn: those of tests/policy-so and
examples/policy-so, built. Prints TAP.
"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from tool import SANITIZER_NOTE, Failure, want

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIOS = os.path.join(TOP, "scenarios")

# a plug-in, and the policy of hptsim that it copies
COPIES = (("mainline", "mainline-so", "per-section"),
          ("outer_batch", "outer-batch-so", "outer-batch"),
          ("v2_intended", "v2-intended-so", "v2-intended"))

SCENARIO = """\
name: %s
guest: {memory: 4GiB, max_memory: 32GiB}
costs: qemu-tcg
policies: [%s]
events:
"""
CYCLE = "  - plug: {id: d1, size: 4GiB}\n  - unplug: {id: d1}\n"


class Host:
    """hptsim in a directory of its own"""

    def __init__(self, binary, module_dirs, directory):
        self.binary, self.module_dirs, self.directory = binary, module_dirs, directory

    def module(self, name):
        for directory in self.module_dirs:
            path = os.path.join(directory, name + ".so")
            if os.path.exists(path):
                return path
        raise Failure("no module %s.so" % name)

    def scenario(self, name, events, policies="per-section"):
        with open(os.path.join(self.directory, name + ".yaml"), "w") as f:
            f.write(SCENARIO % (name, policies) + events)
        return name + ".yaml"

    def run(self, command, *args, status=0, env=None):
        costs = () if command == "list" else ("--costs-dir", os.path.join(SCENARIOS, "costs"))
        args = [self.binary, command, *costs, *args]
        process = subprocess.run(args, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=dict(os.environ, **(env or {})),
                                 stderr=subprocess.PIPE, text=True, timeout=120)
        err = SANITIZER_NOTE.sub("", process.stderr)
        want(status is None or process.returncode == status,
             "%s: exit status %d, want %s: %s" % (" ".join(args), process.returncode, status, err.strip()))
        return process.stdout, err

    def policies(self, *args):
        """names of the policies that a run ran"""
        out, _ = self.run("run", "--no-db", "--format", "json", *args)
        return [r["policy"] for r in json.loads(out)["runs"]]

    def rows(self, db, sql):
        connection = sqlite3.connect(os.path.join(self.directory, db))
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(sql)]
        connection.close()
        return rows

    def attempts(self, db):
        """per scenario and policy: its attempts, without ids"""
        out = {}
        for row in self.rows(db, "select r.scenario, r.policy, a.* from run r left join resize_attempt a "
                                 "on a.run_id = r.id order by r.id, a.seq"):
            key = row.pop("scenario"), row.pop("policy")
            attempts = out.setdefault(key, [])
            if row.pop("id") is not None:
                attempts.append({k: v for k, v in row.items() if not k.endswith("_id")})
        return out


def scenario_files():
    out = []
    for directory in (SCENARIOS, os.path.join(SCENARIOS, "recordings")):
        out += [os.path.join(directory, f) for f in sorted(os.listdir(directory)) if f.endswith(".yaml")]
    return out


# Each check says what is wrong with hptsim if it fails.

def check_copies(host):
    """a plug-in that is a copy of a policy does not resize as that policy does"""
    total = 0
    for module, name, builtin in COPIES:
        host.run("run", "--db", module + ".db", "--policy-so", host.module(module), "--policy",
                 "%s,%s" % (builtin, name), *scenario_files(), status=None)
        attempts = host.attempts(module + ".db")
        runs = {(r["scenario"], r["policy"]): {k: v for k, v in r.items() if k not in ("id", "policy", "policy_title", "policy_source")}
                for r in host.rows(module + ".db", "select * from run")}
        scenarios = sorted({s for s, _ in runs})
        want(len(scenarios) >= 10, "only %d scenarios" % len(scenarios))
        for s in scenarios:
            mine, theirs = attempts[s, name], attempts[s, builtin]
            for a in mine:
                want(a["why"].startswith((name + ": ", "hpt_order_set")), "%s: %s: 'why' is '%s'" % (s, name, a["why"]))
            for a in mine + theirs:
                del a["why"]
            want(mine == theirs, "%s: attempts of %s differ from %s: %d and %d" % (s, name, builtin, len(mine), len(theirs)))
            mine, theirs = runs[s, name], runs[s, builtin]
            for column in mine:
                want(mine[column] == theirs[column], "%s: %s of %s is %s, of %s %s" %
                     (s, column, name, mine[column], builtin, theirs[column]))
            total += len(attempts[s, name])
    want(total > 1000, "only %d attempts were compared" % total)


def check_dump(host):
    """dump-hpt does not take a plug-in, or its table differs"""
    scenario = os.path.join(SCENARIOS, "256g_on_2g.yaml")
    module = host.module("mainline")
    builtin = host.run("dump-hpt", "--runs", scenario, "--policy", "per-section")[0]
    want(builtin == host.run("dump-hpt", "--runs", scenario, "--policy", "mainline-so", "--policy-so", module)[0],
         "the table differs")
    other = host.run("dump-hpt", "--runs", scenario, "--policy", "per-section", "--policy-so", host.module("name_derived"))[0]
    want(builtin == other, "--policy does not choose")
    other = host.run("dump-hpt", "--runs", scenario, "--policy-so", host.module("name_derived"))[0]
    want(builtin != other, "the plug-in is not what is run without --policy")
    host.run("dump-hpt", scenario, "--policy-so", module, "--policy-so", host.module("remember"), status=2)


def check_selection(host):
    """--policy and --policy-so do not choose what the docs say"""
    s = host.scenario("selection", CYCLE, "v1")
    a, b = host.module("mainline"), host.module("remember")
    both = "--policy-so", a, "--policy-so", b
    want(host.policies(s, *both) == ["v1", "mainline-so", "remember"], "without --policy")
    want(host.policies(s, *both, "--policy", "remember") == ["remember"], "--policy behind")
    want(host.policies("--policy", "remember,v1", s, *both) == ["remember", "v1"], "--policy in front")
    want(host.policies("--policy", "all", s, *both)[-2:] == ["mainline-so", "remember"], "--policy all")
    want(host.policies("--policy", "all,remember", s, *both).count("remember") == 1, "--policy all and a name")
    _, err = host.run("run", "--no-db", s, *both, "--policy", "remembr", status=2)
    want("did you mean 'remember'" in err, "no suggestion: %s" % err)
    out, _ = host.run("list", "policies", *both)
    want(re.search(r"^remember +mainline, but ", out, re.M), "list policies does not show it")


def check_bare_name(host):
    """a name without a slash is not looked up in the current directory"""
    shutil.copy(host.module("mainline"), os.path.join(host.directory, "mine.so"))
    want("mainline-so" in host.policies(host.scenario("bare", CYCLE), "--policy-so", "mine.so"), "not loaded")


def check_fresh(host):
    """a run sees variables that an earlier run has left behind"""
    one = host.scenario("one", CYCLE)
    args = "--policy-so", host.module("state"), "--policy", "state"
    for db, scenarios in (("fresh.db", (one, one)), ("alone.db", (one,))):
        host.run("run", "--db", db, *args, *scenarios)
    rows = host.rows("fresh.db", "select resize_attempts from run")
    want([r["resize_attempts"] for r in rows] == [1, 1], "attempts per run: %s" % rows)

    shipped = [os.path.join(SCENARIOS, s) for s in ("256g_on_129g.yaml", "256g_off_385g.yaml")]
    args = "--policy-so", host.module("remember"), "--policy", "remember", "--no-db", "--format", "json"
    together = json.loads(host.run("run", *args, *shipped)[0])["runs"]
    alone = [json.loads(host.run("run", *args, s)[0])["runs"][0] for s in shipped]
    want(together == alone, "what 'remember' does depends on the run before")


def check_reboot(host):
    """variables keep their values over a reboot of the guest"""
    s = host.scenario("reboot", "  - plug: {id: d1, size: 1GiB}\n  - reboot:\n  - plug: {id: d2, size: 1GiB}\n")
    host.run("run", "--db", "reboot.db", "--policy-so", host.module("state"), "--policy", "state", s)
    rows = host.rows("reboot.db", "select resize_attempts from run")
    want([r["resize_attempts"] for r in rows] == [2], "attempts: %s" % rows)


def check_two_tasks(host):
    """a hook goes on as another task's after it has waited"""
    s = host.scenario("tasks", "  - plug: {id: d1, size: 1GiB}\n    at: 0s\n"
                               "  - memremap: {id: p, size: 1GiB}\n    at: 1s\n")
    host.run("run", "--db", "tasks.db", "--policy-so", host.module("waits"), "--policy", "waits", s)
    why = sorted(a["why"] for a in host.attempts("tasks.db")["tasks", "waits"])
    want(why == ["waits: before the LMB loop", "waits: hash__create_section_mapping"], "attempts of %s" % why)


def check_misuse(host):
    """a plug-in that lets go of a lock that it does not hold is not found out"""
    args = "--no-db", "--policy-so", host.module("misuse"), "--policy", "misuse"
    _, err = host.run("run", host.scenario("unlock", "  - plug: {id: d1, size: 1GiB}\n"), *args)
    for what in ("unlocks lock", "cpus_read_unlock()"):
        want(what in err, "no word of '%s': %s" % (what, err))
    _, err = host.run("run", host.scenario("deadlock", CYCLE), *args, status=None)
    want("waits for lock held by itself" in err, "the deadlock is not told: %s" % err)


def check_refused(host):
    """something that is no plug-in, or a bad one, is not refused with the reason"""
    s = host.scenario("refused", CYCLE)
    with open(os.path.join(host.directory, "text.so"), "w") as f:
        f.write("not an ELF file\n")
    for path, reason in ((os.path.join(host.directory, "text.so"), "invalid ELF header|file too short"),
                         ("./missing.so", "No such file"),
                         ("", "cannot load policy ''"),
                         ("no_symbol", "no symbol 'hptsim_policy'"),
                         ("wrong_abi", "ABI 2, this hptsim has 1"),
                         ("by_hand", r"not made by HPTSIM_POLICY\(\)"),
                         ("name_clash", "'v1' is hptsim's own"),
                         ("name_all", "'all' is hptsim's own"),
                         ("name_comma", "'two,names' has other characters"),
                         ("name_no_name", "no name")):
        path = path if "." in path or not path else host.module(path)
        for command in ("run", "--no-db"), ("dump-hpt",):
            out, err = host.run(*command, s, "--policy-so", path, status=2)
            want(out == "" and re.search(reason, err), "%s: '%s' is not in: %s" % (path, reason, err))
        host.run("list", "policies", "--policy-so", path, status=2)


# what a policy of tests/policy-so/harm.c does, and how its end is told
HARMS = (("segv", r"its code crashed: SIGSEGV at address 0x1, in [^:]*: 'addr2line -fe \S*/harm_segv.so 0x[0-9a-f]+' says where"),
         ("abort_", "its code crashed: SIGABRT"), ("exit_", r"its code called exit\(3\)"),
         ("exit_fine", r"its code called exit\(0\)"), ("overflow", "its code crashed: SIGSEGV"),
         ("divide", "its code crashed: SIGFPE"), ("loop", "its code took more than 1 s and was stopped"),
         ("sleeps", "its code took more than 1 s and was stopped"), ("naps", "its code took more than 1 s and was stopped"),
         ("scribble", "its (code|process) "), ("close_all", "its code "), ("signal_", "its code crashed: SIGKILL"))


def harm_args(host, how):
    host.scenario("harm", CYCLE, "per-section, v1")
    return "--policy-so", host.module("harm_" + how), "--policy", "per-section,%s,v1" % how


def check_harm(host):
    """code that crashes, ends the process or does not end takes other policies' runs with it, or is not named"""
    for how, told in HARMS:
        # AddressSanitizer looks for leaks in exit(), which has a status of its own then
        out, err = host.run("run", "harm.yaml", "--db", how + ".db", "--format", "csv", *harm_args(host, how), status=1,
                            env={"HPTSIM_POLICY_SECONDS": "1", "ASAN_OPTIONS": "detect_leaks=0"})
        want(re.search(r"^harm: %s: %s" % (how, told), err, re.M), "%s: stderr: %s" % (how, err))
        rows = [line.split(",")[1:3] for line in out.splitlines()[1:]]
        want(rows == [["per-section", "ok"], [how, "oops"], ["v1", "ok"]], "%s: %s" % (how, out))
        want(host.rows(how + ".db", "select policy from run order by id") == [{"policy": "per-section"}, {"policy": "v1"}],
             "%s: in the database" % how)
        want(host.rows(how + ".db", "select count(*) as n from resize_attempt where run_id not in (select id from run)") ==
             [{"n": 0}], "%s: attempts of no run" % how)


def check_harm_elsewhere(host):
    """another command dies with a policy's code, or loses what it has"""
    args, env = harm_args(host, "segv"), {"HPTSIM_POLICY_SECONDS": "1"}
    _, err = host.run("compare", "harm.yaml", "--out", "r", *args, status=1)
    want("harm: segv: its code crashed" in err and os.path.exists(os.path.join(host.directory, "r/report.html")), err)
    host.run("check", "harm.yaml", "--baseline", "b.json", "--update", "--policy", "per-section,v1")
    for how in ("segv", "loop"):
        out, err = host.run("check", "harm.yaml", "--baseline", "b.json", "--all", *harm_args(host, how), status=1, env=env)
        want(re.search(r"per-section .* equal", out) and how in out, "check: %s%s" % (out, err))
        for command in ("explain", "dump-hpt"):
            _, err = host.run(command, "harm.yaml", "--policy-so", host.module("harm_" + how), "--policy", how, status=1, env=env)
            want("harm: %s: its code " % how in err, "%s: %s" % (command, err))
        for jobs in ("1", "2"):
            db = "%s%s.db" % (how, jobs)
            out, err = host.run("sweep", "harm.yaml", "--vary", "seed=[1, 2]", "-j", jobs, "--db", db, "--rows", "all",
                                *harm_args(host, how), status=1, env=env)
            want("runs that did not end: 2" in out and "%s: its code " % how in err, "sweep: %s%s" % (out, err))
            want([r["policy"] for r in host.rows(db, "select policy from point order by run_id")] == ["per-section", "v1"] * 2, "sweep")
            whys = host.rows(db, "select distinct why from resize_attempt")
            want(whys and all(": " in r["why"] or "resize" in r["why"] for r in whys), "sweep: %s" % whys)


def check_harm_of_loading(host):
    """a file whose code runs away as it is loaded takes hptsim with it"""
    s = host.scenario("load", CYCLE)
    for how, told in (("load_segv", "its code crashed: SIGSEGV"), ("load_loop", "its code took more than 1 s and was stopped")):
        for command in (("run", s, "--no-db"), ("list", "policies")):
            _, err = host.run(*command, "--policy-so", host.module("harm_" + how), status=2, env={"HPTSIM_POLICY_SECONDS": "1"})
            want("cannot load policy " in err and "harm_%s.so': %s" % (how, told) in err, err)


def check_no_harm(host):
    """nonsense is not answered as the kernel would, or what a policy prints is lost"""
    for how in ("nonsense", "prints"):
        out, err = host.run("run", "harm.yaml", "--no-db", *harm_args(host, how))
        want(re.search("^%s " % how, out, re.M) and "its code" not in err, "%s: %s%s" % (how, out, err))
        want((how == "prints") == ("a word of the policy's own" in out), out)


def check_same_apart(host):
    """a run in a process of its own is another than one in hptsim's"""
    s = os.path.join(SCENARIOS, "256g_on_2g.yaml")
    for name in ("outer_batch", "remember", "waits"):
        runs, args = [], ("run", s, "--format", "json", "--policy-so", host.module(name), "--policy", name.replace("_batch", "-batch-so"))
        for seconds in ("0", "100"):
            db, trace = name + seconds + ".db", os.path.join(host.directory, "t%s.json" % seconds)
            out, err = host.run(*args, "--db", db, "--trace", trace, env={"HPTSIM_POLICY_SECONDS": seconds})
            dmesg = host.run("run", s, "--no-db", "--dmesg", *args[4:], env={"HPTSIM_POLICY_SECONDS": seconds})[0]
            with open(trace) as f:
                runs.append((out, err, dmesg, f.read(), host.attempts(db), host.rows(db, "select * from finding"),
                             host.rows(db, "select * from lmb"), host.rows(db, "select * from request_phase")))
        want(runs[0] == runs[1], "%s: differs" % name)
        want(len(runs[0][3]) > 1000 and len(runs[0][2]) > 1000, "%s: nothing to compare" % name)


def check_clash(host):
    """two policies of one name run side by side"""
    s = host.scenario("clash", CYCLE)
    twice = ("--policy-so", host.module("mainline")) * 2
    _, err = host.run("run", "--no-db", s, *twice, status=2)
    want("a policy 'mainline-so' is loaded already" in err, "the same twice: %s" % err)
    s = host.scenario("derived", CYCLE, "{name: mine-already, base: per-section, hysteresis: 2}")
    _, err = host.run("run", "--no-db", s, "--policy-so", host.module("name_derived"), status=2)
    want("makes a policy 'mine-already'" in err, "derived: %s" % err)


CHECKS = (check_copies, check_dump, check_selection, check_bare_name, check_fresh, check_reboot, check_two_tasks,
          check_misuse, check_refused, check_clash, check_harm, check_harm_elsewhere, check_harm_of_loading, check_no_harm,
          check_same_apart)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    binary = os.path.abspath(sys.argv[1])
    module_dirs = [os.path.abspath(d) for d in sys.argv[2:]]
    bad = 0
    print("1..%d" % len(CHECKS))
    for number, check in enumerate(CHECKS, 1):
        why = None
        with tempfile.TemporaryDirectory() as directory:
            try:
                check(Host(binary, module_dirs, directory))
            except (Failure, subprocess.TimeoutExpired, sqlite3.Error, ValueError, OSError) as e:
                why = str(e)
        bad += why is not None
        print("%sok %d - %s" % ("not " if why else "", number, check.__name__[len("check_"):]))
        if why:
            print("# wrong then: %s" % check.__doc__)
            for line in why.splitlines():
                print("# " + line)
        sys.stdout.flush()
    return 1 if bad else 0


sys.exit(main())
