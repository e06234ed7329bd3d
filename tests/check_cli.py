#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the command line from outside: exit statuses, messages, and that the same input gives the same bytes.

usage: check_cli.py HPTSIM

Cases of one command each are rows of tests/cli/cases.tsv. Prints TAP.
"""
import csv
import json
import os
import re
import resource
import shlex
import shutil
import sqlite3
import sys

from tool import DATA, Failure, checks_of, run_checks, want

# what a run is found to do wrong: no error, and no business of most checks
FINDING = re.compile(r"^(\S+): (\S+): (?:finding \[([a-z-]+)\] (.*?)(?: \((\d+) times\))?|and \d+ more)\n", re.M)
# likewise what it was asked for and did not do, and what it was not held against
NOTES = re.compile(r"^\S+: (?:\S+: request \d+, \S+: .*|\S+: ends with .* instead of .*|--set .* not applied: .*)\n", re.M)


def table_rows(cli, db):
    """all rows of all tables without ids"""
    out = {}
    connection = sqlite3.connect(cli.path(db))
    for (table,) in connection.execute("select name from sqlite_schema where type = 'table' order by name").fetchall():
        cursor = connection.execute("select * from %s" % table)
        keep = [i for i, d in enumerate(cursor.description) if d[0] != "id" and not d[0].endswith("_id")]
        out[table] = [tuple(row[i] for i in keep) for row in cursor]
    connection.close()
    return out


# Each check says what is wrong with hptsim if it fails.

def check_same_json(cli):
    """two runs of the same input print different bytes, or numbers that are not integers"""
    args = ("run", "small.yaml", "fixed.yaml", "--no-db", "--format", "json")
    first, err = cli.run(*args)
    want(FINDING.sub("", err) == "", "stderr is not empty: %s" % err)
    want(first == cli.run(*args)[0], "output differs")

    def no_float(text):
        raise Failure("%s is not an integer" % text)
    runs = json.loads(first, parse_float=no_float)["runs"]
    want([(r["scenario"], r["policy"]) for r in runs] ==
         [("small", "per-section"), ("small", "outer-batch"), ("fixed", "v1")], "other runs than asked for")
    for r in runs:
        want(r["status"] == "ok", "status %s" % r["status"])
        want(sum(r["phases_ns"].values()) == r["total_ns"], "phases do not add up to the total")
        want([q["kind"] for q in r["requests"]][0] == "plug", "the first request is not plug")


def check_same_text(cli):
    """two runs of the same input print different tables, or a locale changes numbers"""
    first = cli.run("run", "small.yaml", "--no-db")
    want(first == cli.run("run", "small.yaml", "--no-db", env={"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "COLUMNS": "500"}), "output differs")
    want("\r" not in first[1], "progress is shown although stderr is no terminal")
    want(re.search(r"^per-section +\d+\.\d (s|ms) +\d+ +\d+ ", first[0], re.M), "no row of per-section")


def check_same_rows(cli):
    """the same input twice gives other rows, so results cannot be compared"""
    for db in ("a.db", "b.db"):
        cli.run("run", "small.yaml", "--db", db)
    want(table_rows(cli, "a.db") == table_rows(cli, "b.db"), "rows differ")
    cli.run("run", "small.yaml", "--db", "b.db")
    once, twice = table_rows(cli, "a.db"), table_rows(cli, "b.db")
    for table in once:
        times = 1 if table in ("input", "published") else 2     # kept once for all runs
        want(sorted(map(repr, once[table] * times)) == sorted(map(repr, twice[table])), "%s differs when appended" % table)


def check_json_is_database(cli):
    """the printed numbers are not those of the database"""
    out, _ = cli.run("run", "small.yaml", "--db", "r.db", "--format", "json", "--seed", "9")
    runs = json.loads(out)["runs"]
    connection = sqlite3.connect(cli.path("r.db"))
    connection.row_factory = sqlite3.Row
    rows = connection.execute("select * from run order by id").fetchall()
    requests = connection.execute("select * from request order by run_id, seq").fetchall()
    connection.close()
    want(len(rows) == len(runs), "%d rows, %d runs" % (len(rows), len(runs)))
    for run, row in zip(runs, rows):
        for key in run:
            want(key in ("phases_ns", "requests", "findings") or run[key] == row[key], "%s: %s" % (key, run[key]))
    printed = [q for run in runs for q in run["requests"]]
    want(len(printed) == len(requests), "%d requests printed, %d kept" % (len(printed), len(requests)))
    for request, row in zip(printed, requests):
        for key in request:
            want(key == "phases_ns" or request[key] == row[key], "request's %s" % key)


def check_findings(cli):
    """a finding is not told, not kept, or does not matter to --strict"""
    for policy in ("per-section", "outer-batch", "outer-lmb", "v1"):
        args = ("run", "small.yaml", "--policy", policy)
        out, err = cli.run(*args, "--db", policy + ".db", "--format", "json")
        (run,) = json.loads(out)["runs"]
        kept = cli.rows(policy + ".db", "select kind, at_ns, (select seq from request q where q.id = f.request_id), text "
                        "from finding f order by seq")
        want([(f["kind"], f["at_ns"], f["request"], f["text"]) for f in run["findings"]] == kept, "the database has others")
        want(cli.rows(policy + ".db", "select findings from run") == [(len(kept),)], "another number in the run")
        told = sum(int(times or 1) for _, _, kind, _, times in FINDING.findall(err) if kind)
        want(told == len(kept) and FINDING.sub("", err) == "", "stderr: %s" % err)
        out, _ = cli.run(*args, "--no-db", "--strict", status=1 if kept else 0)
        want(bool(re.search(r" findings$", out, re.M)) == bool(kept), "the column: %s" % out)
        want(not kept or re.search(r" %d$" % len(kept), out, re.M), "the number: %s" % out)


def check_invariants(cli):
    """the model contradicts itself, or --check-invariants changes its results"""
    plain = cli.run("run", "small.yaml", "--no-db", "--format", "json")
    want(plain == cli.run("run", "small.yaml", "--no-db", "--format", "json", "--check-invariants"), "other results")


def check_old_database(cli):
    """a file of schema 1 cannot be added to, or loses what it had"""
    connection = sqlite3.connect(cli.path("old.db"))
    with open(cli.path("schema_1.sql")) as f:
        connection.executescript(f.read())
    names = [row[1] for row in connection.execute("pragma table_info(run)")]
    connection.execute("insert into run values (%s)" % ",".join("7" for _ in names))
    connection.execute("insert into request values (3, 7, 1, 'wait', 0, 0, 0, 0, 0, 0)")
    connection.execute("pragma application_id = %d" % 0x48505453)
    connection.execute("pragma user_version = 1")
    connection.commit()
    connection.close()
    processes = [cli.start("run", "fixed.yaml", "--db", "old.db") for _ in range(4)]
    for p in processes:
        _, err = p.communicate(timeout=120)
        want(p.returncode == 0, "exit status %d: %s" % (p.returncode, err))
    cli.run("run", "fixed.yaml", "--db", "new.db")
    want(cli.rows("old.db", "pragma user_version") == [(9,)], "the schema number")
    want(cli.rows("old.db", "select id, total_ns, findings from run where id = 7") == [(7, 7, 0)], "the old run")
    want(cli.rows("old.db", "select count(*) from run") == [(5,)], "the new runs")
    want(cli.rows("old.db", "pragma integrity_check") == [("ok",)], "not whole")
    for (table,) in cli.rows("new.db", "select name from sqlite_schema where type = 'table'"):
        sql = "select name, type, [notnull], dflt_value, pk from pragma_table_info('%s')" % table
        want(cli.rows("old.db", sql) == cli.rows("new.db", sql), "%s is another table" % table)
    sql = "select name from sqlite_schema order by name"
    want(cli.rows("old.db", sql) == cli.rows("new.db", sql), "other tables or indices")


def check_database_is_whole(cli):
    """rows are lost, refer to nothing, or do not add up"""
    cli.run("run", "small.yaml", "--db", "r.db", "--policy", "all")
    rows = lambda sql: cli.rows("r.db", sql)
    want(rows("pragma integrity_check") == [("ok",)] and not rows("pragma foreign_key_check"), "not whole")
    want(not rows("select id from run r where resize_attempts != (select count(*) from resize_attempt a where a.run_id = r.id)"),
         "attempts are missing")
    want(not rows("select id from run r where resize_failures != (select count(*) from resize_attempt a where a.run_id = r.id and errno)"),
         "failures are missing")
    want(not rows("select id from run r where total_ns != (select coalesce(sum(ns), 0) from run_phase p where p.run_id = r.id)"),
         "phases do not add up")
    want(not rows("select l.seq from lmb l left join request q on q.id = l.request_id where q.run_id is not l.run_id"),
         "an LMB belongs to no request")
    want(rows("select count(*) from lmb") != [(0,)], "no LMB at all")


def check_all_or_nothing(cli):
    """a scenario with an error is found only after others were run"""
    cli.run("run", "small.yaml", "broken.yaml", "--db", "r.db", status=2)
    want(not os.path.exists(cli.path("r.db")), "a database was made")
    cli.run("run", "small.yaml", "--policy", "v3", "--db", "r.db", status=2)
    want(not os.path.exists(cli.path("r.db")), "a database was made")


def check_failed_run(cli):
    """a run that ended early leaves rows behind, or keeps others from being run"""
    out, err = cli.run("run", "no_boot.yaml", "fixed.yaml", "--db", "r.db", status=2)
    want(cli.rows("r.db", "select scenario from run") == [("fixed",)], "rows of a failed run")
    want(re.search(r"^no_boot +per-section +boot +- ", out, re.M), "the failed run is not in the table")
    want(err.startswith("no_boot: per-section: "), "stderr: %s" % err)


def check_default_database(cli):
    """results are not where the manual says, or are kept with --no-db"""
    before = sorted(os.listdir(cli.directory))
    cli.run("run", "small.yaml", "--no-db")
    want(sorted(os.listdir(cli.directory)) == before, "--no-db made a file")
    os.mkdir(cli.path("results"))
    _, err = cli.run("run", "small.yaml")
    want(os.listdir(cli.path("results")) == ["hptsim.db"], "results/ holds %s" % os.listdir(cli.path("results")))
    want(cli.rows("results/hptsim.db", "select count(*) from run") == [(2,)], "not two runs")
    want("kept" not in err, "it is said where they are, although they are here: %s" % err)


def check_results_elsewhere(cli):
    """results are strewn over whatever directory one is in, or nobody knows where they went, or commands disagree"""
    before = sorted(os.listdir(cli.directory))
    for env, place in (({"XDG_STATE_HOME": cli.path("state")}, "state/hptsim"), ({"HOME": cli.path("home")}, "home/.local/state/hptsim"),
                       ({"HOME": cli.path("home2"), "XDG_STATE_HOME": "relative"}, "home2/.local/state/hptsim")):
        env = {"PATH": os.environ["PATH"], **env}
        db = os.path.join(place, "hptsim.db")
        _, err = cli.run("run", "small.yaml", env=env)
        want("results are kept in %s, as there is no results/ here\n" % cli.path(db) in err, err)
        want("kept in" not in cli.run("run", "small.yaml", "--quiet", env=env)[1], "said with --quiet, too")
        want(cli.rows(db, "select count(*) from run") == [(4,)], "not four runs")
        out, _ = cli.run("runs", "--format", "csv", env=env)
        want(out.count("\n") == 5, "'runs' looks elsewhere: %s" % out)
        cli.run("report", "--mail", env=env)
        out, _ = cli.run("report", env=env)
        want(cli.path(place) + "/report/report.html" in out, out)
        out, _ = cli.run("compare", "fixed.yaml", env=env)
        want(cli.path(place) + "/report/report.html" in out, out)
        out, _ = cli.run("sweep", "fixed.yaml", "--vary", "guest.memory=[4GiB, 8GiB]", env=env)
        want(cli.path(place) + "/sweep.db: 2 points" in out, out)
    # a service without HOME: what the system knows of the user, who is nobody here
    os.chmod(cli.directory, 0o755)
    binary, cli.binary = cli.binary, shutil.copy(cli.binary, cli.path("hptsim"))
    if os.geteuid() == 0:
        out, err = cli.run("run", "small.yaml", env={"PATH": os.environ["PATH"]}, user=65534)
        want("per-section" in out and "results are not kept: /nonexistent" in err, err)
    os.remove(cli.binary)
    cli.binary = binary
    want(set(os.listdir(cli.directory)) - set(before) == {"state", "home", "home2"}, "files here: %s" % os.listdir(cli.directory))


def check_no_results_yet(cli):
    """who asks for results before there are any is not told how to get them, or finds an empty report"""
    env = {**os.environ, "XDG_STATE_HOME": cli.path("state")}
    for command in ("runs", "report"):
        _, err = cli.run(command, status=3, env=env)
        want("no results yet: 'hptsim run SCENARIO' keeps them in %s" % cli.path("state/hptsim/hptsim.db") in err, err)
        want(not os.path.exists(cli.path("state")), "directories were made")
        want("cannot be opened" in cli.run(command, "--db", "none.db", status=3)[1], "one that was named")


def check_results_nowhere(cli):
    """who can write nowhere gets no table, or loses results that were asked for without an error"""
    wanted, _ = cli.run("run", "small.yaml", "--no-db")
    # a file where the directory would be: nothing that root could write either
    with open(cli.path("file"), "w"):
        pass
    env = {**os.environ, "XDG_STATE_HOME": cli.path("file")}
    out, err = cli.run("run", "small.yaml", env=env)
    want(out == wanted, "another table: %s" % out)
    want(re.search(r"^results are not kept: %s.*: cannot create the directory: Not a directory; --db FILE" % re.escape(cli.path("file")),
                   err, re.M), err)
    out, err = cli.run("run", "small.yaml", "--db", "file/r.db", status=3, env=env)
    want(out == "" and "file/r.db" in err, "%s%s" % (out, err))
    for command in (("sweep", "small.yaml", "--vary", "guest.memory=[4GiB]"), ("compare", "small.yaml")):
        want("Not a directory" in cli.run(*command, status=3, env=env)[1], "%s: no reason" % command[0])


def check_results_read_only(cli):
    """a results/ that cannot be written keeps the table from being printed"""
    os.mkdir(cli.path("results"))
    os.chmod(cli.path("results"), 0o555)
    os.chmod(cli.directory, 0o755)
    # root may write everything; and who is not may not reach the build directory
    cli.binary = shutil.copy(cli.binary, cli.path("hptsim"))
    who = {"user": 65534} if os.geteuid() == 0 else {}
    out, err = cli.run("run", "small.yaml", **who)
    want("per-section" in out and "results are not kept: results/hptsim.db" in err, "%s%s" % (out, err))
    want(os.listdir(cli.path("results")) == [], "files: %s" % os.listdir(cli.path("results")))
    cli.run("run", "small.yaml", "--db", "results/r.db", status=3, **who)


def check_foreign_database(cli):
    """another program's database is changed"""
    connection = sqlite3.connect(cli.path("mine.db"))
    connection.execute("create table mine (x)")
    connection.commit()
    connection.close()
    before = open(cli.path("mine.db"), "rb").read()
    cli.run("run", "small.yaml", "--db", "mine.db", status=3)
    want(open(cli.path("mine.db"), "rb").read() == before, "changed")


def check_disk_full(cli):
    """a database that could not be written passes for success, or keeps half a run"""
    cli.run("run", "fixed.yaml", "--db", "r.db")
    before = table_rows(cli, "r.db")
    size = os.path.getsize(cli.path("r.db"))
    # Python ignores SIGXFSZ and here its children do, so that write() fails instead
    out, err = cli.run("run", "small.yaml", "--db", "r.db", "--policy", "per-section", "--set", "events.0.plug.size=12GiB",
                       status=3, restore_signals=False,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    want("r.db: the run cannot be written: " in err, "stderr: %s" % err)
    want(out == "", "a lost run is shown")
    want(table_rows(cli, "r.db") == before, "half a run is kept")


def check_parallel(cli):
    """processes that append to one new file at once fail or lose rows"""
    processes = [cli.start("run", "small.yaml", "--db", "r.db") for _ in range(6)]
    for p in processes:
        _, err = p.communicate(timeout=120)
        want(p.returncode == 0, "exit status %d: %s" % (p.returncode, err))
    want(cli.rows("r.db", "select count(*) from run") == [(12,)], "runs are missing")
    want(not cli.rows("r.db", "pragma foreign_key_check"), "rows refer to nothing")


def check_seed_and_set(cli):
    """--seed or --set has no effect"""
    cli.run("run", "fixed.yaml", "--db", "r.db", "--seed", "9223372036854775807", "--set", "guest.memory=3GiB")
    want(cli.rows("r.db", "select seed, memory_start_bytes from run") == [(2 ** 63 - 1, 3 << 30)], "not kept")


def check_output_errors(cli):
    """output that went nowhere passes for success"""
    for args in (("run", "small.yaml", "--no-db"), ("run", "small.yaml", "--no-db", "--format", "json"),
                 ("run", "small.yaml", "--no-db", "--format", "csv"), ("list", "--format", "json"), ("dump-hpt", "small.yaml"), ("list",), ("--help",)):
        with open("/dev/full", "w") as full:
            _, err = cli.run(*args, status=3, stdout=full)
        want("No space left" in err, "%s: %s" % (args[0], err))


def check_formats(cli):
    """the formats of one table contradict each other"""
    args = ("run", "small.yaml", "no_boot.yaml", "fixed.yaml", "--no-db", "--format")
    rows = list(csv.DictReader(cli.run(*args, "csv", status=2)[0].splitlines()))
    runs = json.loads(cli.run(*args, "json", status=2)[0])["runs"]
    want([(r["scenario"], r["policy"], r["status"]) for r in rows] ==
         [(r["scenario"], r["policy"], r["status"]) for r in runs], "csv has other runs than json")
    for row, run in zip(rows, runs):
        for key in set(row) - {"scenario", "policy", "status"}:
            value = len(run["findings"]) if key == "findings" and run["status"] == "ok" else run.get(key, "")
            want(run["status"] != "ok" and row[key] == "" or row[key] == str(value), "%s: %s" % (key, row[key]))
    text, md = (cli.run(*args, f, status=2)[0].splitlines() for f in ("text", "md"))
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in md if not line.startswith("|---")]
    want([re.split("  +", line.strip()) for line in text] == cells, "md is not text")
    reps = list(csv.DictReader(cli.run("run", "fixed.yaml", "--no-db", "--reps", "2", "--format", "csv",
                                       "--set", "cost_overrides.h_enter_ns=1000 +- 10")[0].splitlines()))
    want([(r["quantile"], r["status"], r["resize_attempts_min"], r["resize_attempts_max"]) for r in reps] ==
         [(q, "ok", "0", "0") for q in ("p5", "p50", "p95")], "repetitions: %s" % reps)
    for topic in ([], ["policies"], ["costs"], ["costs", "qemu-tcg"], ["phases"], ["events"], ["faults"], ["findings"],
                  ["keys"], ["rules"]):
        tables = json.loads(cli.run("list", *topic, "--format", "json")[0])
        blocks = cli.run("list", *topic, "--format", "csv")[0].split("\n\n")
        want(len(tables) == len(blocks), "%s: %d tables" % (topic, len(blocks)))
        for table, block in zip(tables.values(), blocks):
            want([{k: str(v) for k, v in row.items()} for row in table] == list(csv.DictReader(block.splitlines())),
                 "%s: csv is not json" % topic)


def blocks_of(text):
    """the tables of a CSV document, as rows"""
    return [list(csv.DictReader(block.splitlines())) for block in text.split("\n\n")]


def check_table_formats(cli):
    """a table that text or JSON has is not there as CSV or Markdown, or says something else"""
    cli.run("run", "small.yaml", "--policy", "per-section", "--no-db", "--dmesg=log.txt")
    cli.run("run", "small.yaml", "--policy", "v1", "--no-db", "--dmesg=other.txt")
    explain = json.loads(cli.run("explain", "small.yaml", "--format", "json")[0])
    (attempt,), entries, kinds, what_ifs = blocks_of(cli.run("explain", "small.yaml", "--format", "csv")[0])
    asked = explain["attempt"]["asked"]
    want([int(attempt[k]) for k in ("attempt", "from_shift", "to_shift")] ==
         [explain["attempt"]["seq"], asked["from_shift"], asked["to_shift"]], attempt)
    want([e["entry"] for e in entries] == ["has the slot", "found it taken"], entries)
    want(int(entries[1]["old_pteg"]) == explain["attempt"]["collided"]["old_pteg"], entries)
    want(sum(int(k["entries"]) for k in kinds[:-1]) == int(kinds[-1]["entries"]) > 0, kinds)
    want(len(what_ifs) > 3 and {w["status"] for w in what_ifs} == {"ok"}, what_ifs)
    groups, = blocks_of(cli.run("explain", "small.yaml", "--all", "--format", "csv")[0])
    want(sum(int(g["attempts"]) for g in groups) == int(attempt["attempts"]), groups)

    for log, status in (("log.txt", 0), ("other.txt", 1)):
        args = ("validate", log, "small.yaml", "--policy", "per-section", "--format")
        whole = json.loads(cli.run(*args, "json", status=status)[0])
        sequence, totals = blocks_of(cli.run(*args, "csv", status=status)[0])
        want([{k: "" if v is None else str(v) for k, v in row.items()} for row in whole["sequence"]] == sequence, "sequence")
        want([int(t["recorded"]) for t in totals] == [whole["requests"], whole["attempts"]], totals)
        want({t["verdict"] for t in totals} == {"different" if status else "equal"}, totals)

    args = ("calibrate", "log.txt", "--format")
    document = json.loads(cli.run(*args, "json")[0])
    tables = blocks_of(cli.run(*args, "csv")[0])
    want(list(document) == ["prices", "logs", "bounds", "errors"], list(document))
    for rows, table in zip(document.values(), tables):
        want([{k: "" if v is None else str(v) for k, v in row.items()} for row in rows] == table, table)

    for args in (("explain", "small.yaml"), ("explain", "small.yaml", "--all"), ("explain", "fixed.yaml"),
                 ("validate", "log.txt"), ("calibrate", "log.txt")):
        for table in cli.run(*args, "--format", "md")[0].split("\n\n"):
            lines = table.strip().splitlines()
            want(len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1, "%s: %s" % (args, table))
            want(re.fullmatch(r"\|(-+:?\|)+", lines[1]), table)
        cli.run(*args, "--format", "xml", status=2)


def check_dump(cli):
    """dump-hpt is out of order, or its two forms contradict each other"""
    for at in ("boot", "end"):
        out, _ = cli.run("dump-hpt", "small.yaml", "--at", at)
        want(out == cli.run("dump-hpt", "small.yaml", "--at", at)[0], "output differs")
        entries = list(csv.DictReader(out.splitlines()))
        want(entries, "no entry")
        places = [(int(e["pteg"]), int(e["slot"])) for e in entries]
        want(places == sorted(set(places)), "not sorted by pteg and slot")
        pages = {(e["region"], int(e["ea"], 16), int(e["slot"])) for e in entries}
        want(len(pages) == len(entries), "a page has two entries")

        runs = list(csv.DictReader(cli.run("dump-hpt", "small.yaml", "--at", at, "--runs")[0].splitlines()))
        order = [(r["region"], int(r["ea"], 16)) for r in runs]
        regions = [r for i, (r, _) in enumerate(order) if i == 0 or order[i - 1][0] != r]
        want(len(regions) == len(set(regions)), "regions are mixed")
        want(all(a < b for (r, a), (s, b) in zip(order, order[1:]) if r == s), "addresses are not sorted")
        from_runs = {(r["region"], int(r["ea"], 16) + (i << int(r["base_shift"])), int(r["slot"]))
                     for r in runs for i in range(int(r["pages"]))}
        want(from_runs == pages, "--runs shows other entries")


def case_checks():
    """rows of cases.tsv as (name, check)"""
    with open(os.path.join(DATA, "cases.tsv")) as f:
        for number, line in enumerate(f, 1):
            if line.startswith("#"):
                continue
            status, args, text, why = line.rstrip("\n").split("\t")

            def check(cli, status=int(status), args=args, text=text):
                out, err = cli.run(*shlex.split(args), status=status)
                want(text in (out if status == 0 else err), "no '%s' in: %s" % (text, (err or out).strip()[:300]))
                want(status != 0 or NOTES.sub("", FINDING.sub("", err)) == "", "messages without an error: %s" % err)
                want(status not in (2, 3) or not out or "no_boot" in args, "data in spite of an error: %s" % out[:300])
            yield "cases.tsv:%d: hptsim %s" % (number, args), why, check


def main():
    binary = os.path.abspath(sys.argv[1])
    checks = list(case_checks())
    checks += checks_of(globals())
    return run_checks(checks, binary)


sys.exit(main())
