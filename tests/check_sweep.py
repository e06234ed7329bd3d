#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Is a sweep the same whoever makes it, in however many pieces? Output is TAP.

usage: check_sweep.py BINARY
"""
import hashlib
import os
import random
import re
import sys
import time

import tool
from tool import want

SIZES = ("--vary", "guest.memory=2GiB..8GiB:x2", "--vary", "events.0.plug.size=[1GiB, 3MiB, 4GiB]")
MANY = ("--vary", "guest.memory=2GiB..8GiB:x2", "--vary", "seed=1..40:+1", "--rows", "all")


def digest(cli, name):
    with open(cli.path(name), "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def check_points(cli):
    """points are numbered or labelled wrongly: rows say of other guests what they say"""
    out, err = cli.run("sweep", "small.yaml", *SIZES, "--db", "a.db")
    want("9 points, 2 policies: 12 runs; points that are not valid: 3" in out, out)
    rows = cli.rows("a.db", 'select point, policy, "guest.memory", "guest.memory_bytes", "events.0.plug.size", '
                            '"events.0.plug.size_bytes", memory_start_bytes, memory_wanted_bytes, memory_got_bytes, '
                            'failed_requests from point order by run_id')
    gib = 1 << 30
    wanted = []
    for i, memory in enumerate((2, 4, 8)):
        for j, plug in ((0, 1), (2, 4)):
            for policy in ("per-section", "outer-batch"):
                wanted.append((3 * i + j + 1, policy, "%dGiB" % memory, memory * gib, "%dGiB" % plug, plug * gib,
                               memory * gib, memory * gib, memory * gib, 0))
    want(rows == wanted, "%s\nwant\n%s" % (rows, wanted))
    want(cli.rows("a.db", "select point, policy, status from sweep_miss") ==
         [(2, "", "invalid"), (5, "", "invalid"), (8, "", "invalid")], "those that are not valid")
    want("point 5 (guest.memory=4GiB, events.0.plug.size=3MiB) is not valid, left out: 'size' takes" in err, err)


def check_same_as_run(cli):
    """a point is another run than hptsim run makes of the same values"""
    cli.run("sweep", "small.yaml", *SIZES, "--db", "a.db", "--rows", "all")
    cli.run("run", "small.yaml", "--set", "guest.memory=4GiB", "--set", "events.0.plug.size=4GiB", "--db", "run.db")
    numbers = [row[1] for row in cli.rows("a.db", "pragma table_info(run)") if row[1] not in ("id", "input_id")]
    select = "select %s from run where %%s order by id" % ", ".join(numbers)
    want(cli.rows("run.db", select % "1") == cli.rows("a.db", select % "(id - 1) / 2 + 1 = 6"), "numbers of the run")
    for table in ("lmb", "resize_attempt", "finding", "request"):
        columns = ", ".join(row[1] for row in cli.rows("a.db", "pragma table_info(%s)" % table)
                            if row[1] not in ("id", "run_id", "request_id"))
        select = "select %s from %s where %%s order by run_id, seq" % (columns, table)
        want(cli.rows("run.db", select % "1") == cli.rows("a.db", select % "(run_id - 1) / 2 + 1 = 6"), table)
    want(cli.rows("a.db", "select count(*) from request_phase where request_id not in (select id from request)") ==
         [(0,)], "phases of no request")


def check_few_rows(cli):
    """a large sweep fills the disk with rows that nobody asked for"""
    cli.run("sweep", "small.yaml", *SIZES, "--db", "a.db")
    for table, some in (("lmb", 0), ("resize_attempt", 0), ("finding", 0), ("request", 24)):
        want(cli.rows("a.db", "select count(*) from %s" % table) == [(some,)], table)


def check_file(cli):
    """'sweep' of a scenario is not what it says, or --vary does not take its place"""
    with open(cli.path("s.yaml"), "w") as f:
        f.write(open(cli.path("small.yaml")).read() + "sweep:\n  guest.memory: [2GiB, 4GiB]\n  events.0.plug.size: 1GiB..4GiB:+1GiB\n")
    cli.run("run", "s.yaml", "--no-db")
    cli.run("sweep", "s.yaml", "--db", "a.db")
    want(cli.rows("a.db", 'select distinct "guest.memory" || "events.0.plug.size" from point order by point') ==
         [(a + b,) for a in ("2GiB", "4GiB") for b in ("1GiB", "2GiB", "3GiB", "4GiB")], "values")
    cli.run("sweep", "s.yaml", "--db", "b.db", "--vary", "guest.memory=8GiB", "--vary", "costs=[mail-2021, qemu-tcg]")
    want(cli.rows("b.db", "select key, spec from sweep_axis order by seq") ==
         [("guest.memory", "8GiB"), ("events.0.plug.size", "1GiB..4GiB:+1GiB"), ("costs", "[mail-2021, qemu-tcg]")], "axes")
    want(cli.rows("b.db", 'select distinct costs from point order by point') == [("mail-2021",), ("qemu-tcg",)], "costs")
    want(cli.rows("b.db", "select distinct name from sweep_costs") == [("mail-2021",), ("qemu-tcg",)], "their profiles")


def check_jobs_and_shards(cli):
    """results depend on how many processes made them, or a shard is lost, or twice there"""
    cli.run("sweep", "small.yaml", *MANY, "--db", "one.db", "-j", "1")
    cli.run("sweep", "small.yaml", *MANY, "--db", "two.db", "-j", "2")
    cli.run("sweep", "small.yaml", *MANY, "--db", "seven.db", "-j", "7")
    want(digest(cli, "one.db") == digest(cli, "two.db") == digest(cli, "seven.db"), "-j")
    shards = []
    for i in range(1, 9):
        shards.append("s%d.db" % i)
        cli.run("sweep", "small.yaml", *MANY, "--db", shards[-1], "--shard", "%d/8" % i)
    random.Random(1).shuffle(shards)
    out, _ = cli.run("merge", "m.db", *shards)
    want("120 points of 8 files" in out, out)
    want(digest(cli, "m.db") == digest(cli, "one.db"), "merged")
    want(cli.rows("m.db", "pragma integrity_check") == [("ok",)], "not whole")
    want(not [name for name in os.listdir(cli.directory) if name.endswith((".part", ".new", "-journal"))], "left behind")


def check_kill(cli):
    """a sweep that was killed is lost, or is another when it is resumed"""
    cli.run("sweep", "small.yaml", *MANY, "--db", "whole.db")
    whole, rng, prefixes = digest(cli, "whole.db"), random.Random(7), 0
    for at in range(6):
        name = "k%d.db" % at
        process = cli.start("sweep", "small.yaml", *MANY, "--db", name)
        # until it has begun to write, and then some
        while process.poll() is None and not (os.path.exists(cli.path(name)) and os.path.getsize(cli.path(name))):
            time.sleep(0.001)
        time.sleep(rng.random() * 0.2)
        process.kill()
        process.communicate()
        cli.run("sweep", "small.yaml", *MANY, "--db", name, "--resume")
        want(digest(cli, name) == whole, "killed %d times, and another file" % (at + 1))
    cli.run("sweep", "small.yaml", *MANY, "--db", "k0.db", "--resume")
    want(digest(cli, "k0.db") == whole, "resumed though complete, and another file")
    # wherever it is cut
    for cut in (1, 2, 77, 239):
        connection = tool.sqlite3.connect(cli.path("k1.db"))
        connection.execute("delete from run where id > %d" % cut)
        connection.commit()
        connection.close()
        cli.run("sweep", "small.yaml", *MANY, "--db", "k1.db", "--resume")
        want(digest(cli, "k1.db") == whole, "cut behind run %d, and another file" % cut)


def check_resumed_at_once(cli):
    """workers of a sweep that was killed keep its file locked, and it cannot be resumed"""
    process = cli.start("sweep", "small.yaml", "--set", "guest.max_memory=4TiB", "--set", "events.0.plug.size=2TiB",
                        "--vary", "seed=1..200:+1", "--db", "a.db")
    try:
        workers = []
        while process.poll() is None and not workers:
            with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as f:
                workers = f.read().split()
        time.sleep(0.1)     # a worker lets go of it first of all
        want(process.poll() is None, "over too soon to be looked at")
        for pid in [str(process.pid)] + workers:
            held = False
            for fd in os.listdir("/proc/%s/fdinfo" % pid):
                with open("/proc/%s/fdinfo/%s" % (pid, fd)) as f:
                    held = held or "FLOCK" in f.read()
            want(held == (pid == str(process.pid)), "process %s of %s: lock %s" % (pid, process.pid, held))
    finally:
        process.kill()
        process.communicate()


def check_files_are_kept(cli):
    """somebody's results are overwritten, or mixed with others"""
    cli.run("sweep", "small.yaml", *SIZES, "--db", "a.db")
    before = digest(cli, "a.db")
    for args, word in (
            ((*SIZES, "--db", "a.db"), "--resume"),
            ((*SIZES, "--db", "a.db", "--resume", "--seed", "3"), "another --seed"),
            ((*SIZES, "--db", "a.db", "--resume", "--policy", "v1"), "other policies"),
            ((*SIZES, "--db", "a.db", "--resume", "--set", "guest.vcpus=2"), "another --set"),
            ((*SIZES, "--db", "a.db", "--resume", "--shard", "1/2"), "another --shard"),
            (("--vary", "guest.memory=4GiB", "--db", "a.db", "--resume"), "other swept keys")):
        _, err = cli.run("sweep", "small.yaml", *args, status=3)
        want(word in err, "%s: %s" % (args, err))
        want(digest(cli, "a.db") == before, "changed")
    _, err = cli.run("run", "small.yaml", "--db", "a.db", status=3)
    want("holds a sweep" in err and digest(cli, "a.db") == before, err)
    cli.run("run", "small.yaml", "--db", "r.db")
    _, err = cli.run("sweep", "small.yaml", *SIZES, "--db", "r.db", "--resume", status=3)
    want("holds other runs" in err, err)


def check_winners(cli):
    """the wrong policy wins, a tie looks like a win, or one that did not do the work wins"""
    for scenario, vary in (("small.yaml", "guest.memory=[2GiB, 4GiB, 8GiB]"), ("short.yaml", "guest.memory=[2GiB, 4GiB]"),
                           ("fixed.yaml", "guest.memory=[2GiB, 4GiB]")):
        db = scenario + ".db"
        out, _ = cli.run("sweep", scenario, "--vary", vary, "--policy", "per-section,v2-p1,outer-batch", "--db", db)
        points = {}
        for point, policy, total, failed in cli.rows(db, "select point, policy, total_ns, failed_requests from point order by run_id"):
            points.setdefault(point, []).append((policy, None if failed else total))
        wanted = {}
        for point, runs in points.items():
            totals = [total for _, total in runs if total is not None]
            wanted[point] = " = ".join(name for name, total in runs if totals and total == min(totals)) or "none did all"
        for point, names in wanted.items():
            row = [line for line in out.splitlines() if line.split()[:1] == [str(point)]][0]
            short = ", ".join(name for name, total in points[point] if total is None) or "-"
            want(re.split(" {2,}", row.strip())[2:4] == [short, names],
                 "%s: point %d: '%s', want '%s' and '%s'" % (scenario, point, row, short, names))
        short = sum(total is None for runs in points.values() for name, total in runs if name == "per-section")
        row = [line for line in out.splitlines() if line.startswith("per-section ")][0]
        want(row.split()[1] == str(short), "%s: fell short: %s, want %d" % (scenario, row, short))


def check_strict(cli):
    """a point that is not valid passes for one that is"""
    _, err = cli.run("sweep", "small.yaml", *SIZES, "--db", "a.db", "--strict", status=2)
    want("point 2 (guest.memory=2GiB, events.0.plug.size=3MiB) is not valid: 'size' takes" in err, err)
    want(cli.rows("a.db", "select distinct point from point") == [(1,)], "points before it")


def check_failed_run(cli):
    """a run that did not end is left out in silence"""
    out, err = cli.run("sweep", "refused.yaml", "--vary", "events.0.remove.count=[1, 2]", "--db", "a.db")
    want(cli.rows("a.db", "select point, failed_requests from point") == [(1, 1), (2, 1)], "failed requests")
    out, err = cli.run("sweep", "no_boot.yaml", "--vary", "hypervisor.hpt_shift=[18, 30]", "--db", "b.db", status=1)
    want("runs that did not end: 1" in out and "point 1 (hypervisor.hpt_shift=18): per-section: " in err, out + err)
    want(cli.rows("b.db", "select point, policy, status from sweep_miss") == [(1, "per-section", "boot")], "its row")
    want(cli.rows("b.db", "select point from point") == [(2,)], "the other point")


SPECS = (   # --vary, what is said, what is suggested
    ("guest.memroy=1GiB", "unknown key 'memroy'", "did you mean 'memory'?"),
    ("guest.memory=1GiB..4GiB", "a range without a step", "FIRST..LAST:x2"),
    ("guest.memory=2GiB,4GiB", "several values without brackets", "write '[2GiB,4GiB]'"),
    ("guest.memory=", "--vary takes a key", "--vary guest.memory=2GiB..64GiB:x2"),
    ("guest.memory", "--vary takes a key", "for example"),
    ("guest.memory=[]", "no values", "a list '[a, b]'"),
    ("guest.memory=[2GiB, 2GiB]", "'2GiB' is given twice", "each point"),
    ("guest.memory=4GiB..2GiB:x2", "a range goes up", "smaller end first"),
    ("guest.memory=1GiB..2GiB:x1", "never ends", "at least 2"),
    ("guest.memory=1GiB..2GiB:+0", "never ends", "more than 0"),
    ("guest.memory=1GiB..2s:x2", "both ends alike", "2GiB..64GiB:x2"),
    ("guest.memory=1..2:+1", "has no unit", "GiB"),
    ("seed=0..9999999:+1", "more than 65536 values", "larger steps"),
    ("seed=[x]", "a seed is a whole number", "seed=1..10:+1"),
    ("policies=[v1]", "cannot be swept", "--policy"),
    ("policy=v1", "cannot be swept", "--policy"),
    ("events.7.plug.size=1GiB", "'7' is no element", "numbered 0 to 1"),
    ("guest.page_size=[64KiB, {a: 1}]", "no scalar", "keys below it"),
    ("guest.memory=[a", "did not find expected", ""),
)


def check_specs(cli):
    """a mistake in --vary sweeps what nobody asked for, or nobody learns what is allowed"""
    for vary, what, hint in SPECS:
        _, err = cli.run("sweep", "small.yaml", "--vary", vary, "--db", "x.db", status=2)
        want(what in err and hint in err and "--vary:1:" in err, "%s: %s" % (vary, err))
    _, err = cli.run("sweep", "small.yaml", "--vary", "seed=1", "--vary", "seed=2", "--db", "x.db", status=2)
    want("'seed' is varied twice" in err, err)
    _, err = cli.run("sweep", "small.yaml", "--db", "x.db", status=2)
    want("nothing is swept" in err, err)
    for shard in ("0/2", "3/2", "1", "1/", "a/b", "1/99999999999999999999"):
        cli.run("sweep", "small.yaml", "--vary", "seed=1", "--shard", shard, "--db", "x.db", status=2)
    _, err = cli.run("sweep", "small.yaml", *sum((["--vary", "%s=1..60000:+1" % key] for key in
                     ("seed", "guest.vcpus")), []), "--db", "x.db", status=2)
    want("more than" in err and "points" in err, err)
    want(not os.path.exists(cli.path("x.db")), "a file")


def check_merge_refusals(cli):
    """files that do not belong together are put together"""
    sweep = ("sweep", "small.yaml", *SIZES)
    cli.run(*sweep, "--db", "1.db", "--shard", "1/3")
    cli.run(*sweep, "--db", "2.db", "--shard", "2/3", "--policy", "v1")
    cli.run(*sweep, "--db", "other.db", "--shard", "2/3", "--set", "description=other")
    cli.run("run", "small.yaml", "--db", "run.db")
    with open(cli.path("text"), "w") as f:
        f.write("no database at all, but long enough to be looked at\n" * 20)
    for name in ("schema", "model"):
        cli.run(*sweep, "--db", name + ".db", "--shard", "2/3")
        connection = tool.sqlite3.connect(cli.path(name + ".db"))
        connection.execute("pragma user_version = 8" if name == "schema" else "update sweep set model = model + 1")
        connection.commit()
        connection.close()
    for name, word in (("1.db", "has point 1"), ("2.db", "other policies"), ("other.db", "another --set"),
                       ("run.db", "holds no sweep"), ("text", "not a database"), ("schema.db", "is of schema 8"),
                       ("model.db", "another version of the model")):
        _, err = cli.run("merge", "out.db", "1.db", name, status=2)
        want(name in err and word in err, "%s: %s" % (name, err))
        if name in ("2.db", "other.db"):
            # who made what
            made = ["  1.db: hptsim sweep small.yaml --vary guest.memory=2GiB..8GiB:x2 --vary ",
                    "  %s: hptsim sweep small.yaml --vary guest.memory=2GiB..8GiB:x2 --vary " % name]
            lines = err.splitlines()[1:]
            want(len(lines) == 2 and all(map(str.startswith, lines, made)), err)
            want(lines[1].endswith(" --policy v1" if name == "2.db" else " --set description=other"), err)
        want(not os.path.exists(cli.path("out.db")), "%s: a file" % name)
    with open(os.path.join(os.path.dirname(__file__), "../scenarios/costs/qemu-tcg.yaml")) as f:
        profile = f.read().replace("name: qemu-tcg", "name: mine")
    for prices in ("1", "2"):
        os.mkdir(cli.path("costs" + prices))
        with open(cli.path("costs%s/mine.yaml" % prices), "w") as f:
            f.write(re.sub(r"request_ns: \d+", "request_ns: " + prices, profile))
        cli.run(*sweep, "--db", prices + "c.db", "--shard", prices + "/3", "--set", "costs=mine", "--costs-dir", "costs" + prices)
    _, err = cli.run("merge", "out.db", "1c.db", "2c.db", status=2)
    want("other cost profiles" in err, "other prices under the same name: %s" % err)
    cli.run("merge", "out.db", "1.db", "none.db", status=2)
    before = digest(cli, "run.db")
    cli.run("merge", "run.db", "1.db", status=2)
    want(digest(cli, "run.db") == before, "another's file is changed")


def commands_of(err):
    """what merge says is to be run"""
    return [line.strip() for line in err.splitlines() if line.startswith("  ")]


def run_commands(cli, commands, status=0):
    """as they are printed, by a shell: hptsim is the one that is tested"""
    script = "hptsim() { %s \"$@\"; }\n%s\n" % (tool.shlex.quote(cli.binary), "\n".join(commands))
    process = tool.subprocess.run(["sh", "-e", "-c", script], cwd=cli.directory, capture_output=True, text=True, timeout=120)
    want(process.returncode == status, "%s: exit status %d: %s" % (script, process.returncode, process.stderr))
    return process.stderr


def check_missing(cli):
    """nobody learns that a merged sweep is not whole, or the command that makes it so is no command"""
    os.mkdir(cli.path("it's a guest"))
    os.rename(cli.path("small.yaml"), cli.path("it's a guest/small one.yaml"))
    sweep = ("sweep", "it's a guest/small one.yaml", *SIZES, "--set", "description=it's $HOME", "--seed", "7",
             "--policy", "v1,outer-batch", "--rows", "all")
    cli.run(*sweep, "--db", "whole.db")
    for i in (1, 3):
        cli.run(*sweep, "--db", "%d.db" % i, "--shard", "%d/3" % i)
    _, err = cli.run("merge", "all.db", "3.db", "1.db", status=1)
    want("3 of 9 points are missing: 2, 5, 8;" in err, err)
    commands = commands_of(err)
    want(len(commands) == 2 and "--shard 2/3 --resume --db all-2-of-3.db" in commands[0] and
         commands[1] == "rm all.db && hptsim merge all.db 3.db 1.db all-2-of-3.db", err)
    # what is merged already can be kept, too
    cli.run("merge", "part.db", "3.db", "1.db", status=1)
    run_commands(cli, commands)
    want(digest(cli, "all.db") == digest(cli, "whole.db"), "another file")
    cli.run("merge", "again.db", "part.db", "all-2-of-3.db")
    want(digest(cli, "again.db") == digest(cli, "whole.db"), "another file, of what was merged and the rest")


def cut(cli, name, runs):
    """as a sweep leaves its file that was killed behind that many runs"""
    connection = tool.sqlite3.connect(cli.path(name))
    last, = connection.execute("select id from run order by id limit 1 offset %d" % (runs - 1)).fetchone()
    for table, column in (("run", "id"), ("request", "run_id"), ("run_phase", "run_id"), ("lmb", "run_id"),
                          ("resize_attempt", "run_id"), ("finding", "run_id")):
        connection.execute("delete from %s where %s > %d" % (table, column, last))
    connection.execute("delete from request_phase where request_id not in (select id from request)")
    connection.execute("delete from sweep_miss where point > (? - 1) / (select policies from sweep) + 1", (last,))
    connection.commit()
    connection.close()


def check_partly_there(cli):
    """a killed shard's file is taken for whole, or the command for the rest makes all of it anew, or some of it twice"""
    sweep = ("sweep", "small.yaml", *MANY)
    cli.run(*sweep, "--db", "whole.db")
    for i in (1, 2, 3, 4):
        cli.run(*sweep, "--db", "s%d.db" % i, "--shard", "%d/4" % i)
    cut(cli, "s2.db", 7)     # three points and a half
    cut(cli, "s3.db", 10)
    os.remove(cli.path("s4.db"))
    _, err = cli.run("merge", "all.db", "s1.db", "s2.db", "s3.db", status=1)
    # of 2, 6, 10, 14, ...: 14 has one run of two; of 3, 7, ...: five are there; of 4, 8, ...: none
    want("82 of 120 points are missing: 4, 8, 12, 14, 16, 18, 20, 22-24, 26-28, 30-32, ...;" in err, err)
    commands = commands_of(err)
    for i, db in ((2, "s2.db"), (3, "s3.db"), (4, "all-4-of-4.db")):
        want(commands[i - 2].endswith("--shard %d/4 --resume --db %s" % (i, db)), err)
    want(commands[3:] == ["rm all.db && hptsim merge all.db s1.db s2.db s3.db all-4-of-4.db"], err)
    want(cli.rows("all.db", "select count(*), count(distinct point) from point") == [(76, 38)], "half a point is there")
    # the rest of it is not behind the last point, but between
    before = digest(cli, "all.db")
    _, err = cli.run(*sweep, "--db", "all.db", "--resume", status=3)
    want("merged" in err and "lacks points" in err and digest(cli, "all.db") == before, err)
    err = run_commands(cli, commands)
    for text in ("s2.db: goes on at point 14 of 120", "s3.db: goes on at point 19 of 120"):
        want(text in err, err)
    want(digest(cli, "all.db") == digest(cli, "whole.db"), "another file")
    # how many there were is not forgotten when what is merged is merged once more
    cut(cli, "s3.db", 10)
    os.remove(cli.path("all-4-of-4.db"))
    cli.run("merge", "m1.db", "s1.db", "s2.db", status=1)
    _, err = cli.run("merge", "m2.db", "m1.db", "s3.db", status=1)
    run_commands(cli, commands_of(err))
    want(digest(cli, "m2.db") == digest(cli, "whole.db"), "another file, merged in two steps")
    # a sweep in one piece
    cut(cli, "whole.db", 10)
    _, err = cli.run("merge", "m3.db", "whole.db", status=1)
    want("115 of 120 points are missing: 6-120;" in err and commands_of(err)[0].endswith(" --resume --db whole.db"), err)
    run_commands(cli, commands_of(err))
    want(digest(cli, "m3.db") == digest(cli, "m2.db"), "another file, of one that was whole")


def check_spelling(cli):
    """hours of work are refused for how its command was spelled, or the file depends on the order of merging"""
    os.mkdir(cli.path("d"))
    tool.shutil.copy(cli.path("small.yaml"), cli.path("d/other.yaml"))
    cli.run("sweep", "small.yaml", *SIZES, "--db", "whole.db")
    cli.run("sweep", "small.yaml", *SIZES, "--db", "1.db", "--shard", "1/2")
    cli.run("sweep", "d/other.yaml", *SIZES, "--policy", "per-section,outer-batch", "--db", "2.db", "--shard", "2/2")
    for out, files in (("a.db", ("1.db", "2.db")), ("b.db", ("2.db", "1.db"))):
        cli.run("merge", out, *files)
        want(digest(cli, out) == digest(cli, "whole.db"), "%s is another file" % out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(tool.run_checks(tool.checks_of(globals()), os.path.abspath(sys.argv[1])))
