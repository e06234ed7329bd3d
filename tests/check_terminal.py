#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what hptsim does at a terminal and in a pipeline: widths, progress, readers that go away, standard input.

usage: check_terminal.py HPTSIM

Prints TAP.
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

from tool import checks_of, run_checks, want

SEED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios", "256g_on_129g.yaml")


def at_terminal(cli, args, columns=80, stdin=None, hold=0):
    """what a terminal of so many columns is sent, stdout and stderr alike; @stdin comes after @hold seconds"""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    env = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    process = subprocess.Popen([cli.binary, *args], cwd=cli.directory, env=env, stdout=slave, stderr=slave,
                               stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL)
    os.close(slave)
    if stdin is not None:
        time.sleep(hold)
        process.stdin.write(stdin)
        process.stdin.close()
    text = b""
    while True:
        if not select.select([master], [], [], 120)[0]:
            process.kill()
            break
        try:
            part = os.read(master, 65536)
        except OSError:         # the other side is closed
            break
        if not part:
            break
        text += part
    os.close(master)
    process.wait()
    return text.decode().replace("\r\n", "\n")


def check_width(cli):
    """a table is wider than its terminal, or says nothing of what it leaves out"""
    args = ("run", "small.yaml", "short.yaml", "refused.yaml", "--no-db", "--policy", "all", "--quiet")
    commands = [args, ("list", "policies"), ("list", "findings"), ("explain", SEED, "--all"),
                ("list", "costs"), ("list", "phases"), ("list", "events"), ("runs", "--db", "r.db"),
                ("run", SEED, "--no-db", "--reps", "2", "--quiet"), ("validate", "log.txt"), ("calibrate", "log.txt"),
                ("check", "small.yaml", "--baseline", "b.json", "--all")]
    cli.run("run", "small.yaml", "--policy", "all", "--db", "r.db", "--set", "guest.vcpus=7")
    cli.run("run", "small.yaml", "--policy", "per-section", "--no-db", "--dmesg=log.txt")
    cli.run("check", "small.yaml", "--baseline", "b.json", "--update")
    for columns in (80, 100, 200):
        for command in commands:
            out = at_terminal(cli, command, columns)
            long = [line for line in out.split("\n") if len(line) > columns]
            want(not long, "%s at %d: %s" % (command[0:2], columns, long))
    narrow, wide = (at_terminal(cli, args, columns) for columns in (80, 300))
    want("no room for: " in narrow and "in prepare" in narrow and "requests" in narrow and "56.25 of 86 GiB" in narrow, narrow)
    want("no room for" not in wide and len(wide.split("\n")[0]) > 80, wide)
    env = dict(os.environ, COLUMNS="76")
    want(max(map(len, cli.run(*args, env=env)[0].split("\n"))) <= 76, "COLUMNS is ignored")
    for odd in ("", "0", "-5", "x", "80x", "99999999999999999999"):
        out, _ = cli.run(*args, env=dict(os.environ, COLUMNS=odd))
        want(max(map(len, out.split("\n"))) <= 80, "COLUMNS=%s" % odd)


def check_progress(cli):
    """a user who waits sees nothing, or what is left of it among the results"""
    cli.run("run", "small.yaml", "--policy", "per-section", "--no-db", "--dmesg=log.txt")
    with open(cli.path("log.txt"), "rb") as f:
        log = f.read()
    args = ("validate", "-", "small.yaml", "--policy", "per-section")
    out = at_terminal(cli, args, stdin=log, hold=2.3)
    want("\r\x1b[Kvalidating: 1 s" in out and "validating: 2 s\r\x1b[K" in out, "no progress: %r" % out)
    want(not re.search(r"[^\r]validating", out.replace("\r\x1b[K", "\r")), "progress is not rewritten: %r" % out)
    want("validating" not in at_terminal(cli, args, stdin=log), "progress of what takes no second")
    args = ("run", SEED, "--no-db", "--policy", "per-section,outer-lmb", "--set", "cost_overrides.h_enter_ns=9 +- 1", "--reps")
    # some tenths of a second at least, as nothing is shown of less
    out = at_terminal(cli, (*args, "400"))
    shown = re.findall(r"\r\x1b\[K(\S+): (?:per-section|outer-lmb): \d+ of 1024 LMBs", out)
    want(set(shown) == {"256g_on_129g"}, "no progress of run: %r" % out[:300])
    quiet = at_terminal(cli, (*args, "30", "--quiet"))
    want("\r" not in quiet and "finding" not in quiet and "per-section" in quiet, "--quiet: %r" % quiet[:300])


def check_quiet(cli):
    """--quiet keeps an error to itself, or a note not"""
    _, err = cli.run("run", "short.yaml", "--no-db", "--quiet", "--set", "guest.vcpus=4", "--reps", "3")
    want(err == "", err)
    _, err = cli.run("run", "unmet.yaml", "--no-db", "--quiet", status=1)
    want("expected resize_attempts 12345" in err, err)
    _, err = cli.run("run", "broken.yaml", "--no-db", "--quiet", status=2)
    want("broken.yaml:" in err, err)


def check_reader_gone(cli):
    """head, which reads no more than it wants, makes a command fail"""
    cli.run("run", "small.yaml", "--db", "r.db")
    cli.run("run", "small.yaml", "--policy", "per-section", "--no-db", "--dmesg=log.txt")
    for args in (("dump-hpt", "small.yaml"), ("run", "small.yaml", "--no-db", "--quiet"), ("list",), ("list", "keys"), ("--help",),
                 ("run", "--help"), ("run", "small.yaml", "--no-db", "--quiet", "--format", "json"), ("runs", "--db", "r.db"),
                 ("explain", "small.yaml"), ("explain", "small.yaml", "--format", "json"), ("calibrate", "log.txt"),
                 ("validate", "log.txt", "small.yaml", "--policy", "per-section"),
                 ("validate", "log.txt", "small.yaml", "--policy", "per-section", "--format", "json"),
                 ("validate", "log.txt", "--emit-scenario", "-"),
                 ("run", "small.yaml", "--policy", "v1", "--no-db", "--dmesg", "--quiet")):
        read_end, write_end = os.pipe()
        os.close(read_end)
        _, err = cli.run(*args, stdout=write_end)
        os.close(write_end)
        want(err == "" or args[0] == "validate" and "standard output" not in err and "memory" not in err, "%s: %s" % (args, err))


def check_stdin(cli):
    """a scenario cannot come from a pipe, or errors in it have no place"""
    with open(cli.path("small.yaml"), "rb") as f:
        text = f.read()

    def piped(text, *args):
        return subprocess.run([cli.binary, *args], cwd=cli.directory, input=text, capture_output=True, timeout=120)
    for args in (("run", "--no-db", "--format", "json"), ("explain", "--format", "json"), ("dump-hpt",)):
        got = piped(text, args[0], "-", *args[1:])
        want(got.returncode == 0 and got.stdout.decode() == cli.run(args[0], "small.yaml", *args[1:])[0],
             "%s: %s" % (args, got.stderr.decode()))
    got = piped(text.replace(b"memory: 4GiB", b"memroy: 4GiB"), "run", "-", "--no-db")
    want(got.returncode == 2 and b"stdin:4:3: error: unknown key 'memroy'" in got.stderr, got.stderr.decode())
    got = piped(text, "run", "-", "-", "--no-db")
    want(got.returncode == 2 and b"read once only" in got.stderr, got.stderr.decode())
    unnamed = piped(text.replace(b"name: small\n", b""), "run", "-", "--no-db", "--format", "csv")
    want(unnamed.stdout.startswith(b"scenario,") and b"\nstdin,per-section," in unnamed.stdout, unnamed.stdout.decode())


def main():
    return run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]))


sys.exit(main())
