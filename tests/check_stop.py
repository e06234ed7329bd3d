#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what is left when hptsim is stopped: by signals that it may answer, by one that it may not, by its neighbours.

usage: check_stop.py HPTSIM [--kills N] [--seed FIRST]

N moments of kill -9 in each of run, compare, sweep and merge (default: 6; nightly: 200). Prints TAP.
"""
import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

import tool
from tool import want

# a run of some seconds in small steps, and one that is over at once
LONG = ("--set", "guest.max_memory=2TiB", "--set", "events.0.plug.size=512GiB")
SWEEP = ("sweep", "small.yaml", "--vary", "guest.memory=[2GiB, 4GiB, 8GiB]", "--vary", "seed=1..40:+1")
KILLS, SEED = 6, 1


def left_behind(cli):
    """files that nobody asked for: of a name of their own until they are whole, or of SQLite"""
    return sorted(os.path.join(at, name) for at, _, names in os.walk(cli.directory) for name in names
                  if ".hptsim-" in name or name.endswith((".part", ".new", "-journal")))


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return [int(word) for word in f.read().split()]


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(what, condition):
    end = time.time() + 60
    while not condition():
        want(time.time() < end, "no %s after a minute" % what)
        time.sleep(0.005)


def stop(cli, process, number, needs, when=None):
    """Send a signal, and see the message, the status that a shell sees, and what is left"""
    if when:
        wait_for("moment to stop %s" % needs, lambda: process.poll() is not None or when())
    want(process.poll() is None, "over too soon to be stopped: %s" % process.stderr)
    children = children_of(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    want(process.returncode == -number, "exit status %d, not that of signal %d: %s" % (process.returncode, number, err))
    want("hptsim: stopped by %s: " % signal.Signals(number).name in err and re.search(needs, err), "stderr: %s" % err)
    wait_for("end of processes %s" % children, lambda: not any(is_alive(pid) for pid in children))
    want(left_behind(cli) == [], "left behind: %s" % left_behind(cli))
    return err, children


def whole_runs(cli, db):
    """how many runs a database has; all of it must be whole"""
    try:
        want(cli.rows(db, "pragma integrity_check") == [("ok",)], "%s is damaged" % db)
        count = cli.rows(db, "select count(*) from run")[0][0]
        few = cli.rows(db, "select count(*) from sweep where not all_rows") == [(1,)]
        want(few or cli.rows(db, "select count(*) from run where resize_attempts <> "
                                 "(select count(*) from resize_attempt where run_id = run.id)") == [(0,)], "half a run")
        for table in ("request", "lmb", "finding", "resize_attempt", "run_phase"):
            want(cli.rows(db, "select count(*) from %s where run_id not in (select id from run)" % table) == [(0,)],
                 "%s of no run" % table)
    except sqlite3.OperationalError as e:
        # killed before there were tables
        want("no such table" in str(e), str(e))
        return 0
    return count


def check_run_signals(cli):
    """a run that is stopped dies silently, keeps half a run, or says something else than what it kept"""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        db = "%d.db" % number
        process = cli.start("run", "small.yaml", "small.yaml", *LONG, "--policy", "all", "--db", db, "--trace", "t.json")
        err, _ = stop(cli, process, number, "later ones are not", lambda: os.path.exists(cli.path(db)) and
                      cli.rows(db, "select count(*) from sqlite_schema where name = 'run'") == [(1,)] and whole_runs(cli, db) > 0)
        kept = int(re.search(r"(\d+) runs? (?:was|were) added to", err).group(1))
        want(whole_runs(cli, db) == kept, "%d runs are kept, and told are %d" % (whole_runs(cli, db), kept))
        want(not os.path.exists(cli.path("t.json")), "half a trace")


def check_old_file_stays(cli):
    """what was there before is lost when its successor is not finished"""
    with open(cli.path("t.json"), "w") as f:
        f.write("mine")
    process = cli.start("run", "small.yaml", "small.yaml", *LONG, "--policy", "all", "--no-db", "--trace", "t.json")
    stop(cli, process, signal.SIGTERM, "no file was written", lambda: left_behind(cli) != [])
    with open(cli.path("t.json")) as f:
        want(f.read() == "mine", "the old file has changed")


def check_sweep_signals(cli):
    """a sweep that is stopped leaves its workers, or cannot be resumed"""
    cli.run(*SWEEP, "--db", "whole.db")
    for number in (signal.SIGINT, signal.SIGTERM):
        db = "%d.db" % number
        process = cli.start("sweep", "small.yaml", *LONG, "--vary", "seed=1..2000:+1", "--db", db, "-j", "3")
        _, children = stop(cli, process, number, r"\d+ runs? (was|were) added to .*; --resume goes on with it",
                           lambda: os.path.exists(cli.path(db)) and os.path.getsize(cli.path(db)) and whole_runs(cli, db) > 0)
        want(len(children) == 3, "workers: %s" % children)
        want(whole_runs(cli, db) > 0, "nothing is kept")


def with_gnuplot(cli, does):
    """an environment whose gnuplot gets the names of its pictures, a line each, and does what is said"""
    os.mkdir(cli.path("bin"))
    with open(cli.path("bin/gnuplot"), "w") as f:
        f.write("#!/bin/sh\nsed -n \"s/^out = '\\(.*\\)'/\\1/p\" | %s" % does)
    os.chmod(cli.path("bin/gnuplot"), 0o755)
    return dict(os.environ, PATH=cli.path("bin") + ":" + os.environ["PATH"])


def check_gnuplot_is_stopped(cli):
    """gnuplot goes on for a user who has gone, or its half of a picture stays"""
    env = with_gnuplot(cli, "while read name; do echo half >$name; done\nsleep 1000\n")
    for args in (("compare", "small.yaml", "--out", "r"), ("explain", "small.yaml", "--plot", "why.svg")):
        process = cli.start(*args, env=env)
        groups = []

        def drawn():
            groups[:] = children_of(process.pid)
            return groups and left_behind(cli)
        stop(cli, process, signal.SIGTERM, ".", drawn)
        # the shell's own child, too
        wait_for("end of what gnuplot started", lambda: not any_of_groups(groups))


def any_of_groups(groups):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and is_alive(int(name)):
            try:
                if os.getpgid(int(name)) in groups:
                    found.append(name)
            except ProcessLookupError:
                pass
    return found


def check_compiler_is_stopped(cli):
    """a compiler, and a directory full of sources, stay behind"""
    os.mkdir(cli.path("bin"))
    os.mkdir(cli.path("tmp"))
    for name in ("git", "ctags", "ctags-universal", "cc"):
        with open(cli.path("bin/" + name), "w") as f:
            f.write("#!/bin/sh\necho there >there\nsleep 1000\n")
        os.chmod(cli.path("bin/" + name), 0o755)
    for name in ("arch/powerpc/mm/book3s64/hash_utils.c", "arch/powerpc/platforms/pseries/hotplug-memory.c",
                 "arch/powerpc/platforms/pseries/lpar.c", "arch/powerpc/include/asm/drmem.h", "Makefile"):
        os.makedirs(os.path.dirname(cli.path("tree/" + name)), exist_ok=True)
        with open(cli.path("tree/" + name), "w") as f:
            f.write("VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n" if name == "Makefile" else "int x;\n")
    env = {"PATH": cli.path("bin") + ":" + os.environ["PATH"], "TMPDIR": cli.path("tmp"), "HOME": cli.path("tmp")}
    process = cli.start("kernel", "tree", "-o", "k.so", env=env)
    wait_for("program that the kernel's text is built with", lambda: process.poll() is not None or children_of(process.pid))
    groups = children_of(process.pid)
    stop(cli, process, signal.SIGTERM, "no file was written")
    want(os.listdir(cli.path("tmp")) == [], "left: %s" % os.listdir(cli.path("tmp")))
    wait_for("end of what was started", lambda: not any_of_groups(groups))


def check_ignored_signals(cli):
    """nohup does not keep it from ending with its terminal"""
    process = cli.start("run", "small.yaml", *LONG, "--db", "r.db",
                        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), restore_signals=False)
    wait_for("database", lambda: os.path.exists(cli.path("r.db")))
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=120)
    want(process.returncode == 0, "exit status %d: %s" % (process.returncode, err))


# --- kill -9 ---

def kill_at(cli, args, seconds, env=None):
    """True: it was killed; False: it was over before"""
    process = cli.start(*args, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True


def moments(cli, args, env=None):
    """seconds after the start, some of them behind the end"""
    rng, begin = random.Random("%d %s" % (SEED, args[0])), time.time()
    cli.run(*args, env=env)
    whole = time.time() - begin
    return [rng.random() * whole * 1.05 for _ in range(KILLS)]


def check_kill_run(cli):
    """a database of a run that was killed is damaged, has half a run, or cannot be gone on with"""
    args = ("run", "small.yaml", "--set", "guest.max_memory=64GiB", "--set", "events.0.plug.size=32GiB", "--policy", "all",
            "--reps", "3", "--set", "cost_overrides.h_enter_ns=1000 +- 10", "--db")
    at = moments(cli, args + ("whole.db",))
    whole = whole_runs(cli, "whole.db")
    for i, seconds in enumerate(at):
        before = whole_runs(cli, "r.db") if i else 0
        killed = kill_at(cli, args + ("r.db",), seconds)
        after = whole_runs(cli, "r.db") if os.path.exists(cli.path("r.db")) else 0
        want(before <= after <= before + whole and (killed or after == before + whole), "%d runs, then %d" % (before, after))
    cli.run(*args, "r.db")
    want(whole_runs(cli, "r.db") == after + whole, "a repeat does not add all runs")
    want(left_behind(cli) == [], "left behind: %s" % left_behind(cli))


def check_kill_compare(cli):
    """a report that was begun and killed cannot be made any more, or is of half its runs"""
    args, env = ("compare", "small.yaml", "--policy", "all", "--out", "r"), None
    if KILLS < 50:      # most of the time is gnuplot's, and that is not what is to be killed
        env = with_gnuplot(cli, "while read name; do echo '<svg></svg>' >$name; done\n")
    at = moments(cli, args, env)
    whole = whole_runs(cli, "r/report.db")
    for seconds in at:
        kill_at(cli, args, seconds, env)
        want(whole_runs(cli, "r/report.db") <= whole, "runs of before are among them")
        for name in os.listdir(cli.path("r")):
            if name.endswith((".html", ".json", ".svg")) and ".hptsim-" not in name:
                with open(cli.path("r/" + name)) as f:
                    want(re.search(r"(</html>|\}|</svg>)\s*$", f.read()), "half of %s" % name)
    cli.run(*args, env=env)
    want(whole_runs(cli, "r/report.db") == whole, "not all runs")


def digest(cli, db):
    with open(cli.path(db), "rb") as f:
        return hash(f.read())


def check_kill_sweep(cli):
    """a sweep that was killed is lost, or is another when it is resumed"""
    args = SWEEP + ("--db",)
    at = moments(cli, args + ("whole.db",))
    for i, seconds in enumerate(at):
        db = "k%d.db" % i
        kill_at(cli, args + (db,), seconds)
        whole_runs(cli, db) if os.path.exists(cli.path(db)) else None
        kill_at(cli, args + (db, "--resume"), seconds / 2)
        cli.run(*args, db, "--resume")
        want(digest(cli, db) == digest(cli, "whole.db"), "killed after %.3f s, resumed, and another file" % seconds)
        os.remove(cli.path(db))


def check_kill_merge(cli):
    """a merge that was killed leaves half a file of its name, or cannot be repeated"""
    for i in (1, 2, 3):
        cli.run(*SWEEP, "--shard", "%d/3" % i, "--db", "%d.db" % i)
    args = ("merge", "out.db", "1.db", "2.db", "3.db")
    at = moments(cli, args)
    whole = digest(cli, "out.db")
    for seconds in at:
        os.remove(cli.path("out.db"))
        kill_at(cli, args, seconds)
        if os.path.exists(cli.path("out.db")):
            want(digest(cli, "out.db") == whole, "half a file")
        else:
            cli.run(*args)
            want(digest(cli, "out.db") == whole, "repeated, and another file")
    want(left_behind(cli) == [], "left behind: %s" % left_behind(cli))


def check_eight_writers(cli):
    """runs of several processes that write one file at once are lost, also as it is made"""
    policies = len(cli.policies())
    for db in ("r.db", "s.db"):
        processes = [cli.start("run", "small.yaml", "fixed.yaml", "--policy", "all", "--db", db) for _ in range(8)]
        for process in processes:
            _, err = process.communicate(timeout=300)
            want(process.returncode == 0, "exit status %d: %s" % (process.returncode, err))
        want(whole_runs(cli, db) == 8 * 2 * policies, "%d runs" % whole_runs(cli, db))


def main():
    global KILLS, SEED
    parser = argparse.ArgumentParser()
    parser.add_argument("hptsim")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    KILLS, SEED = args.kills, args.seed
    return tool.run_checks(tool.checks_of(globals()), os.path.abspath(args.hptsim))


if __name__ == "__main__":
    sys.exit(main())
