#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check each command in bad surroundings: databases that are none, files that cannot be written, output that nobody takes.

usage: check_surroundings.py HPTSIM

Rows of tests/cli/surroundings.tsv say what a command reads and writes; every command that 'hptsim --help' names has to
be there. Prints TAP.
"""
import contextlib
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import tool
from tool import DATA, Failure, want

NOBODY = 65534
ROLES = ("prints", "reads", "writes", "makes", "file", "dir")


def fine(args):
    """the exit status of a row when nothing is wrong: what a search finds is one"""
    return 1 if args[0] == "search" and "--help" not in args else 0


def rows():
    with open(os.path.join(DATA, "surroundings.tsv")) as f:
        table = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return [(role, shlex.split(arguments)) for role, arguments in table]


ROWS = rows()


def prepare(cli):
    cli.run("run", "small.yaml", "--db", "r.db")
    for i in (1, 2):
        cli.run("sweep", "small.yaml", "--vary", "seed=[1, 2]", "--shard", "%d/2" % i, "--db", "s%d.db" % i)
    cli.run("run", "small.yaml", "--no-db", "--policy", "per-section", "--dmesg=log.txt")
    cli.run("check", "small.yaml", "--baseline", "base.json", "--update")


def is_plain(args):
    """may the file have any name? Others have to end in a certain way"""
    return "@@" in " ".join(args).replace("@@.", "")


def put(args, name):
    return [word.replace("@@", name) for word in args]


def snapshot(cli):
    """all files below with their bytes; what is no file, with its kind"""
    out = {}
    for at, dirs, names in os.walk(cli.directory):
        for name in names + dirs:
            path = os.path.join(at, name)
            key = os.path.relpath(path, cli.directory)
            if os.path.isfile(path) and os.access(path, os.R_OK):
                with open(path, "rb") as f:
                    out[key] = f.read()
            else:
                out[key] = os.stat(path).st_mode
    return out


def refused(cli, args, words, statuses=(2, 3), named=None, **kwargs):
    """It fails in time, says why of what, and changes nothing that was there, nor leaves half of anything"""
    before = snapshot(cli)
    process = cli.start(*args, **kwargs)
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure("%s: does not end" % " ".join(args))
    what = "%s: exit status %d: %s" % (" ".join(args), process.returncode, err.strip())
    want(process.returncode in statuses, what)
    want("hptsim: " in err and re.search(words, err) and (named is None or named in err), "%s; wanted '%s'" % (what, words))
    after = snapshot(cli)
    want({k: v for k, v in after.items() if k in before} == before, "%s: changed: %s" %
         (what, [k for k in before if after.get(k) != before[k]]))
    made = [k for k in after if k not in before]
    want(not [k for k in made if ".hptsim-" in k or k.endswith((".part", ".new", "-journal"))], "%s: left %s" % (what, made))
    return out, err


# --- databases ---

def make_text(path):
    with open(path, "w") as f:
        f.write("no database at all, but long enough to be looked at\n" * 40)


def make_truncated(path, of="r.db"):
    with open(os.path.join(os.path.dirname(path), of), "rb") as f:
        data = f.read()
    with open(path, "wb") as f:
        f.write(data[:len(data) // 2 + 100])


def make_newer(path, of="r.db"):
    shutil.copy(os.path.join(os.path.dirname(path), of), path)
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 999")
    connection.commit()
    connection.close()


def make_foreign(path):
    connection = sqlite3.connect(path)
    connection.execute("create table mine (x)")
    connection.commit()
    connection.close()


def make_garbled(path, of="r.db"):
    """pages in the middle are something else"""
    with open(os.path.join(os.path.dirname(path), of), "rb") as f:
        data = bytearray(f.read())
    data[4096:-4096] = bytes(b ^ 0x5a for b in data[4096:-4096])
    with open(path, "wb") as f:
        f.write(data)


DATABASES = (   # what it is, what is said
    (make_text, "not a (SQLite file|database)|not a baseline|is no baseline|JSON|file is not a database"),
    (make_truncated, "is truncated|malformed"),
    (make_newer, "newer hptsim|of schema 999"),
    (make_foreign, "not of hptsim|not a file of hptsim"),
    (make_garbled, "malformed|damaged|cannot be read|unable to open|does not have the tables|holds no sweep|not a file"),
    (os.mkdir, "is a directory"),
    (os.mkfifo, "is a FIFO"),
)


def check_databases(cli):
    """what is no database of ours is read, changed, waited for, or refused without the reason"""
    prepare(cli)
    for make, words in DATABASES:
        for role, args in ROWS:
            if role not in ("reads", "writes"):
                continue
            of = ["s1.db"] if "merge" in args and make in (make_truncated, make_newer, make_garbled) else []
            make(cli.path("bad.db"), *of)
            refused(cli, put(args, "bad.db"), words, named="bad.db")
            os.rmdir(cli.path("bad.db")) if make is os.mkdir else os.remove(cli.path("bad.db"))
            shutil.rmtree(cli.path("r"), ignore_errors=True)
            want(not os.path.exists(cli.path("new.db")), "a new file of a bad one")


def check_missing_database(cli):
    """a mistyped name is an empty result, or makes a file"""
    prepare(cli)
    for role, args in ROWS:
        if role == "reads":
            refused(cli, put(args, "none.db"), "none.db.*(No such file|unable to open)|none.db.*cannot be read")
            want(not os.path.exists(cli.path("none.db")), "made")


@contextlib.contextmanager
def locked(path):
    holder = subprocess.Popen([sys.executable, "-c", "import sqlite3, sys, time\n"
                               "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                               "c.execute('begin exclusive')\nprint('locked', flush=True)\ntime.sleep(600)\n", path],
                              stdout=subprocess.PIPE, text=True)
    try:
        holder.stdout.readline()
        yield holder.pid
    finally:
        holder.kill()
        holder.communicate()


def check_locked(cli):
    """a database that another process keeps to itself: an endless wait, results that are lost in silence, nobody to ask"""
    prepare(cli)
    env = dict(os.environ, HPTSIM_DB_SECONDS="0")
    for name in ("r.db", "s1.db"):
        with locked(cli.path(name)) as pid:
            for role, args in ROWS:
                if role not in ("reads", "writes") or ("merge" in args) != (name == "s1.db"):
                    continue
                refused(cli, put(args, name), r"locked by process %d \(python.*\) for 0 s: wait until" % pid, statuses=(3,), named=name, env=env)
                shutil.rmtree(cli.path("r"), ignore_errors=True)
    # it is waited for
    env["HPTSIM_DB_SECONDS"] = "1"
    with locked(cli.path("r.db")):
        begin = time.time()
        refused(cli, ("run", "small.yaml", "--db", "r.db"), "for 1 s", statuses=(3,), env=env)
        want(time.time() - begin >= 1, "not waited for")
    # also where nobody said --db
    os.mkdir(cli.path("results"))
    os.rename(cli.path("r.db"), cli.path("results/hptsim.db"))
    env["HPTSIM_DB_SECONDS"] = "0"
    with locked(cli.path("results/hptsim.db")):
        refused(cli, ("run", "small.yaml"), "locked by process", statuses=(3,), env=env)


# --- rights ---

def as_nobody(cli):
    """what makes a child one that may not do everything, or None"""
    if os.geteuid() != 0:
        return lambda: None
    for at in cli.directory, os.path.dirname(cli.directory):
        os.chmod(at, os.stat(at).st_mode | 0o055)
    return lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY))


def reachable(cli):
    """may nobody run hptsim, where it is?"""
    done = subprocess.run([cli.binary, "--version"], preexec_fn=as_nobody(cli), capture_output=True)
    return done.returncode == 0


def check_rights(cli):
    """what may not be written is half written, or an error without a name and a reason"""
    prepare(cli)
    try:
        if not reachable(cli):
            return "another user cannot run %s" % cli.binary
    except (OSError, subprocess.SubprocessError) as e:
        return "cannot become another user: %s" % e
    nobody = as_nobody(cli)
    os.mkdir(cli.path("ro"))
    shutil.copy(cli.path("r.db"), cli.path("ro/r.db"))
    shutil.copy(cli.path("base.json"), cli.path("ro/base.json"))
    for name in os.listdir(cli.directory):
        os.chmod(cli.path(name), 0o555 if os.path.isdir(cli.path(name)) else 0o444)
    os.chmod(cli.directory, 0o555)
    words = "denied|readonly|read-only|cannot be written|unable to open"
    for role, args in ROWS:
        for name in {"writes": ("r.db", "ro/none.db", "ro/r.db"), "makes": ("ro/none.db", "none.db"), "dir": ("none", "ro/none"),
                     "file": ("ro/none", "none", "base.json", "ro/base.json")}.get(role, ()):
            refused(cli, put(args, name), words, statuses=(3,), preexec_fn=nobody, env=dict(os.environ, HOME=cli.directory))
    return None


# --- full disks ---

FULL = """mount -t tmpfs -o size=4m none full && cp -r keep/. full/ || exit 99
dd if=/dev/zero of=full/fill bs=1k 2>/dev/null
"$@" >out 2>err
echo $? >status
rm full/fill; rm -rf after; cp -r full after"""


def on_full_disk(cli, args, keep):
    """exit status, stderr, and what is there then; None: this machine cannot"""
    for name in ("full", "keep"):
        shutil.rmtree(cli.path(name), ignore_errors=True)
        os.mkdir(cli.path(name))
    for name in keep:
        shutil.copy(cli.path(name), cli.path("keep/" + name))
    done = subprocess.run(["unshare", "-rm", "sh", "-c", FULL, "sh", cli.binary, *args], cwd=cli.directory, timeout=120,
                          capture_output=True, text=True)
    if done.returncode or not os.path.exists(cli.path("status")):
        return None
    with open(cli.path("status")) as status, open(cli.path("err")) as err:
        return int(status.read()), err.read(), {name: open(cli.path("after/" + name), "rb").read() if
                                                os.path.isfile(cli.path("after/" + name)) else None
                                                for name in os.listdir(cli.path("after"))}


def check_full_disk(cli):
    """on a full disk half of a file is kept, the old one is lost, or it is not said"""
    prepare(cli)
    for name in ("old.svg", "old.yaml"):
        shutil.copy(cli.path("base.json"), cli.path(name))
    shutil.copy(cli.path("base.json"), cli.path("old"))
    for role, args in ROWS:
        names = {"writes": ("r.db", "none.db"), "makes": ("none.db",), "file": ("old", "none"), "dir": ("none",)}.get(role, ())
        for name in names:
            if "--resume" in args and name == "r.db":
                continue
            keep = [n for n in (name, name + ".svg", name + ".yaml") if os.path.exists(cli.path(n))]
            shutil.rmtree(cli.path("r"), ignore_errors=True)
            got = on_full_disk(cli, put(args, "full/" + name), keep)
            if got is None:
                return "no mount of a tmpfs in a name space of one's own"
            status, err, after = got
            what = "%s: exit status %d: %s" % (" ".join(put(args, name)), status, err.strip())
            want(status == 3 and re.search("hptsim: .*(No space left|full|space)", err), what)
            for one in keep:
                with open(cli.path(one), "rb") as f:
                    want(after[one] == f.read(), "%s: %s has changed" % (what, one))
            want(not [n for n in after if ".hptsim-" in n or n.endswith(("-journal", ".part", ".new"))], "%s: left %s" % (what, list(after)))
            for n in after:
                if n not in keep and after[n]:
                    # an empty file, or a database without a run, is all that may be there
                    want(n.endswith(".db") or n == name + "-map.tsv", "%s: half of %s" % (what, n))
    return None


def check_file_places(cli):
    """a file is written where one cannot be, or hptsim waits for a reader for ever"""
    prepare(cli)
    os.mkdir(cli.path("there"))
    os.mkdir(cli.path("there.svg"))
    os.mkdir(cli.path("there.yaml"))
    waiting = []
    for role, args in ROWS:
        if role == "file":
            refused(cli, put(args, "there"), "there.*(Is a directory|directory)", statuses=(3,))
            refused(cli, put(args, "none/file"), "none/file.*No such file", statuses=(3,))
            if is_plain(args):
                refused(cli, put(args, "/dev/full"), "/dev/full.*No space left", statuses=(3,))
                os.mkfifo(cli.path("fifo%d" % len(waiting)))
                args = put(args, "fifo%d" % len(waiting))
                waiting.append((args, cli.start(*args)))
        if role == "dir":
            refused(cli, put(args, "r.db"), "r.db.*Not a directory", statuses=(3,))
            refused(cli, put(args, "r.db/below"), "r.db.*Not a directory", statuses=(3,))
        if role == "makes":
            refused(cli, put(args, "r.db"), "is there already", named="r.db")
            refused(cli, put(args, "there"), "there.*(directory|there already)")
            refused(cli, put(args, "none/new.db"), "none/new.db", statuses=(3,))
    for args, process in waiting:
        _, err = process.communicate(timeout=60)
        want(process.returncode == 3 and "nobody reads it" in err, "%s: %d: %s" % (args, process.returncode, err))


def check_fifo_is_read(cli):
    """what is written to a FIFO, a pipe or standard output by its name does not come out there"""
    prepare(cli)
    for role, args in ROWS:
        if role != "file" or not is_plain(args):
            continue
        cli.run(*put(args, "plain"), status=fine(args))
        with open(cli.path("plain")) as f:
            plain = f.read()
        if not os.path.exists(cli.path("fifo")):
            os.mkfifo(cli.path("fifo"))
        process = cli.start(*put(args, "fifo"))
        with open(cli.path("fifo")) as f:
            got = f.read()
        process.communicate(timeout=60)
        # what is generated may name its own file
        want(process.returncode == fine(args) and got.replace("fifo", "plain") == plain, "%s: %d bytes of %d" % (args, len(got), len(plain)))
        with open(cli.path("out"), "w") as out:
            cli.run(*put(args, "/dev/stdout"), stdout=out, status=fine(args))
        with open(cli.path("out")) as f:
            want(len(f.read()) >= len(plain) - 20, "%s: /dev/stdout" % args)
        os.remove(cli.path("plain"))


# --- standard output ---

def commands(cli):
    out, _ = cli.run("--help")
    names = re.findall(r"^  ([a-z][a-z-]*)  +\S", out, re.M)
    want(len(names) > 10, "commands: %s" % names)
    return names


def check_all_are_here(cli):
    """a command is in no row of surroundings.tsv, so nobody looks at what it does when something goes wrong"""
    printing = {args[0] for role, args in ROWS if role == "prints"}
    writing = {args[0] for role, args in ROWS if role in ("reads", "writes", "makes")}
    for name in commands(cli):
        want(name in printing, "'%s' has no row that prints" % name)
        out, _ = cli.run(name, "--help")
        want("--db" not in out or name in writing, "'%s' takes a database and has no row for it" % name)
        for option in re.findall(r"--(out|trace|junit|markdown|emit-scenario|plot)\b.*(?:FILE|DIR)", out):
            want(name == "kernel" or any(args[0] == name and any(word.startswith("--" + option) for word in args)
                                         for _, args in ROWS), "'%s --%s' has no row" % (name, option))
    for role, args in ROWS:
        want(role in ROLES and (role == "prints") == ("@@" not in " ".join(args)), "%s %s" % (role, args))


def each_that_prints(cli):
    prepare(cli)
    names = commands(cli)
    for args in [args for role, args in ROWS if role == "prints"] + [[name, "--help"] for name in names]:
        for name in ("new.db",):
            if os.path.exists(cli.path(name)):
                os.remove(cli.path(name))
        yield args


def check_full_output(cli):
    """output that goes nowhere passes for success"""
    for args in each_that_prints(cli):
        with open("/dev/full", "w") as full:
            _, err = cli.run(*args, status=3, stdout=full)
        want("cannot write to standard output: No space left" in err or "cannot write" in err, "%s: %s" % (args, err))


def check_closed_output(cli):
    """with standard output closed, what is printed gets lost in silence, or goes into a file that got its number"""
    for args in each_that_prints(cli):
        done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", cli.binary, *args], cwd=cli.directory, timeout=60,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        want(done.returncode == 3 and "standard output: Bad file descriptor" in done.stderr,
             "%s: exit status %d: %s" % (args, done.returncode, done.stderr))
    for role, args in ROWS:
        if role == "file" and is_plain(args):
            cli.run(*put(args, "plain"), status=fine(args))
            with open(cli.path("plain")) as f:
                plain = f.read()
            subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh", cli.binary, *put(args, "plain")], cwd=cli.directory,
                           timeout=60)
            with open(cli.path("plain")) as f:
                want(f.read() == plain, "%s: what is printed is in the file" % args)


def check_no_reader(cli):
    """a reader who has had enough, as head(1) has, is an error, or a message"""
    for args in each_that_prints(cli):
        read, write = os.pipe()
        os.close(read)
        process = cli.start(*args, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        _, err = process.communicate(timeout=60)
        want(process.returncode == fine(args) and "standard output" not in err, "%s: exit status %d: %s" % (args, process.returncode, err))


# --- gnuplot ---

GNUPLOTS = (    # what it does, what is said
    ("no", None, "gnuplot cannot be started: No such file"),
    ("fails", "#!/bin/sh\necho 'line 1: no such terminal' >&2\nexit 1\n", "gnuplot failed.*: no such terminal"),
    ("fails in silence", "#!/bin/sh\nexit 7\n", "gnuplot failed"),
    ("makes nothing", "#!/bin/sh\ncat >/dev/null\n", "gnuplot made no "),
    ("makes half and crashes", "#!/bin/sh\nsed -n \"s/^out = '\\(.*\\)'/\\1/p\" | while read name; do echo half >$name; done\nkill -11 $$\n",
     "gnuplot was killed by signal 11"),
    ("hangs", "#!/bin/sh\nsleep 1000\n", "gnuplot took more than 1 s and was stopped"),
)
DRAWING = (["compare", "small.yaml", "--policy", "v1", "--out", "r"], ["report", "--db", "r.db", "--out", "r"],
           ["report", "s1.db", "--out", "r"], ["explain", "small.yaml", "--plot", "r.svg"])


def check_gnuplot(cli):
    """without a gnuplot that works a command hangs, keeps half a picture, shows an old one as new, or says nothing"""
    prepare(cli)
    os.mkdir(cli.path("bin"))
    for name, script, words in GNUPLOTS:
        if script:
            with open(cli.path("bin/gnuplot"), "w") as f:
                f.write(script)
            os.chmod(cli.path("bin/gnuplot"), 0o755)
        path = cli.path("bin") + (":/usr/bin:/bin" if script else "")
        for args in DRAWING:
            with open(cli.path("old.svg"), "w") as f:
                f.write("old")
            out, err = refused(cli, args, words, statuses=(3,), env={"PATH": path, "HPTSIM_GNUPLOT_SECONDS": "1"})
            want(args[0] == "explain" or not os.path.exists(cli.path("r")) or
                 [n for n in os.listdir(cli.path("r")) if n.endswith(".html")], "%s: %s: no report without pictures" % (name, args))
            want(args[0] != "explain" or "Asked" in out, "%s: what is not drawn is not told either" % name)
            pictures = [n for n in os.listdir(cli.path("r")) if n.endswith((".svg", ".png"))] if os.path.isdir(cli.path("r")) else []
            want(not pictures and not os.path.exists(cli.path("r.svg")), "%s: %s: pictures: %s" % (name, args, pictures))
            shutil.rmtree(cli.path("r"), ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(tool.run_checks(tool.checks_of(globals()), os.path.abspath(sys.argv[1])))
