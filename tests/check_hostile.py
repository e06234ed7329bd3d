#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what hptsim makes of input that is meant to harm: bombs, overflows, a mebibyte of anything, names with escape sequences.

usage: check_hostile.py HPTSIM [--all]

Each payload is given to each reader, with limits on CPU time and memory; without --all every reader gets a part of
them, another part by its name. Prints TAP.
"""
import argparse
import bz2
import gzip
import lzma
import os
import pty
import random
import re
import resource
import select
import sqlite3
import subprocess
import sys

import tool
from check_surroundings import ROWS, commands, prepare, put
from tool import want

MIB = 1 << 20
ALL = False

# seconds of CPU: whoever needs more takes it for ever. What is needed is told, not asserted
CPU_SECONDS = 3
MEMORY = 2 << 30


def sanitized(binary):
    with open(binary, "rb") as f:
        return b"__asan_init" in f.read()


def laughs(n):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + ["a%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 9)) for i in range(1, n)]
    return "\n".join(lines) + "\n"


# text of any format: what it is, bytes
ANYTHING = [(repr(word)[1:], (word * (MIB // len(word) + 1))[:MIB]) for word in (
    b"a", b"\0", b"\n", b" ", b"\t", b"\x1b[2J", b"\xff", b"\xe2\x80\xae", b"9", b"-", b"- ", b"-\n", b"\"", b"'", b"&a ", b"*a ", b"!t ", b"%", b"|\n",
    b"[", b"{", b"]", b"[{", b"{a: ", b"a: b\n", b"? a\n", b"#\n", b"[a,", b"{\"a\":", b"[[],", b"<", b"<a>", b"<!--", b"&lt;",
    b"[   12.345678] x\n", b"[    1.000000] Attempting to resize HPT to shift 99\n",
    b"pseries-hotplug-mem: Attempting to hot-add 4294967295 LMB(s)\n",
    b"pseries-hotplug-mem: Memory at 7fffffffffffffff (drc index ffffffff) was hot-added\n",
    b"spapr_h_resize_hpt_prepare flags=0x0 shift=18446744073709551615\n", b"@@ -1,99999999 +1,99999999 @@\n", b"--- a/x\n+++ b/x\n",
    b"diff --git a/x b/x\n", b"From a\n")] + [
    ("random bytes", random.Random(1).randbytes(MIB)), ("nothing", b""), ("one byte", b"x"),
    ("gzip of zeros", None), ("xz of zeros", None), ("bzip2 of gzip of zeros", None), ("a gzip that is cut", gzip.compress(b"x" * 1000)[:-9]),
]

YAML = [
    ("a depth bomb", b"a: " + b"[" * 300000 + b"]" * 300000), ("another", b"{a: " * 200000),
    ("a block of blocks", b"".join(b" " * i + b"a:\n" for i in range(1400))), ("a billion laughs", laughs(12).encode()),
    ("laughs as a key", laughs(12).encode() + b"? *a11\n: x\n"), ("laughs as the guest", laughs(12).encode() + b"guest: *a11\nevents: *a11\n"),
    ("anchors", b"".join(b"k%d: &k%d x\n" % (i, i) for i in range(60000))), ("aliases", b"a: &a x\nb: [" + b"*a, " * 250000 + b"]\n"),
    ("keys", b"".join(b"k%d: x\n" % i for i in range(80000))), ("events", b"name: x\nevents:\n" + b"  - wait: 1s\n" * 70000),
    ("unknown events", b"name: x\nevents:\n" + b"  - x: 1\n" * 90000), ("policies", b"policies: [" + b"v1, " * 200000 + b"]\n"),
    ("dimms", b"guest:\n  dimms: [" + b"{id: a, size: 1GiB}, " * 40000 + b"]\n"),
    ("a long key", b"guest: {" + b"k" * MIB + b": 1}\n"), ("a long value", b"name: " + b"n" * MIB + b"\n"),
    ("a long description", b"description: \"" + b"\\e[2J" * 100000 + b"\"\n"), ("documents", b"--- a\n" * 170000), ("tags", b"!<" + b"x" * MIB + b"> a\n"),
]

GUEST = "name: x\nguest: {memory: %s, max_memory: %s, lmb_size: %s}\nhypervisor: {kind: qemu-tcg}\ncosts: qemu-tcg\npolicies: [per-section]\nevents:\n%s"
OVERFLOWS = [("guest", (GUEST % values).encode()) for values in (
    ("99999999999999999999GiB", "1TiB", "256MiB", " - wait: 1s\n"), ("4GiB", "18446744073709551615", "256MiB", " - wait: 1s\n"),
    ("4GiB", "16777216TiB", "256MiB", " - wait: 1s\n"), ("4GiB", "64TiB", "1", " - wait: 1s\n"), ("0", "0", "0", " - wait: 1s\n"),
    ("4GiB", "16GiB", "256MiB", " - wait: 9223372036s\n - wait: 9223372036s\n"), ("4GiB", "16GiB", "256MiB", " - wait: 99999999999h\n"),
    ("4GiB", "16GiB", "256MiB", " - add: {by: count, count: 1000000000}\n"), ("4GiB", "16GiB", "256MiB", " - remove: {by: count, count: 1000000000}\n"),
    ("4GiB", "16GiB", "256MiB", " - add: {by: indexed-count, count: 4294967295, drc: 0xffffffff}\n"),
    ("4GiB", "16GiB", "256MiB", " - plug: {id: a, size: 16777215TiB}\n"), ("4GiB", "16GiB", "256MiB", " - hpt_order: 18446744073709551615\n"),
    ("4GiB", "16GiB", "256MiB", " - hpt_order: 63\n"), ("4GiB", "16GiB", "256MiB", " - {add: {by: count, count: 1}, at: 9223372036854775807ns}\n"))]

COSTS = [("costs", b"description: x\n" + key + b": " + value + b"\n") for key in (b"h_enter_ns", b"lmb_ns", b"x") for value in (
    b"9223372036854775807", b"99999999999999999999999", b"-1", b"1e400", b"1 +- 99999999999999999999", b"[[[[", b"nan")]

JSON = [("a depth bomb", b"[" * 500000), ("another", b"{\"a\":" * 200000), ("numbers", b"{\"format\": \"hptsim baseline\", \"version\": " + b"9" * MIB + b"}"),
        ("a float", b"{\"format\": \"hptsim baseline\", \"version\": 1e999, \"model\": 1e999}"), ("keys", b"{" + b"\"a\":1," * 170000 + b"\"b\":1}"),
        ("a surrogate", b"{\"format\": \"\\ud800\"}"), ("a zero", b"{\"format\": \"\\u0000\"}")]

DTD = "<!DOCTYPE d [%s]><domain>%s</domain>"
XML = [("a billion laughs", (DTD % ("<!ENTITY a0 \"x\">" + "".join("<!ENTITY a%d \"%s\">" % (i, "&a%d;" % (i - 1) * 10) for i in range(1, 12)),
                                    "<name>&a11;</name>")).encode()),
       ("quadratic", (DTD % ("<!ENTITY a \"%s\">" % ("x" * 100000), "<name>%s</name>" % ("&a;" * 20000))).encode()),
       ("a file", (DTD % ("<!ENTITY a SYSTEM \"file:///etc/passwd\">", "<name>&a;</name>")).encode()),
       ("depth", b"<domain>" + b"<a>" * 300000), ("attributes", b"<domain " + b"".join(b"a%d='x' " % i for i in range(80000)) + b"/>"),
       ("a size", b"<domain><name>x</name><memory unit='EiB'>99999999999999999999</memory></domain>"),
       ("dimms", b"<domain type='kvm'><os><type arch='ppc64le'>hvm</type></os><memory unit='KiB'>4194304</memory><devices>" +
        b"<memory model='dimm'><target><size unit='KiB'>262144</size></target></memory>" * 12000 + b"</devices></domain>")]

LOGS = [("LMBs", b"[    1.0] pseries-hotplug-mem: Attempting to hot-add %d LMB(s)\n" % n) for n in (10 ** 9, 2 ** 32 - 1, 2 ** 63, 10 ** 30)] + [
    ("a clock that runs", b"".join(b"[%d.000000] x\n" % (10 ** n) for n in range(30))),
    ("sizes", b"[    0.0] Memory: 99999999999999999999K/99999999999999999999K available\n[    0.0] Phyp-dump disabled\n"),
    ("orders", b"".join(b"[    0.0] lpar: Attempting to resize HPT to shift %d\n" % n for n in (0, 63, 64, 255, 2 ** 31, 2 ** 63)))]

TOPS = {  # reader: arguments, its own payloads
    "scenario": (["run", "@@", "--no-db"], YAML + OVERFLOWS), "sweep": (["sweep", "@@", "--db", "h.db", "--vary", "seed=[1, 2]"], YAML[:6]),
    "explain": (["explain", "@@"], OVERFLOWS), "costs": (["run", "small.yaml", "--no-db", "--costs-dir", ".", "--set", "costs=h"], YAML + COSTS),
    "baseline": (["check", "small.yaml", "--baseline", "@@"], JSON), "log": (["validate", "@@"], LOGS), "calibrate": (["calibrate", "@@"], LOGS),
    "trace": (["validate", "log.txt", "--trace", "@@"], LOGS[:2]), "import": (["import", "@@"], XML),
    "policy": (["run", "small.yaml", "--no-db", "--policy-so", "@@"], []), "database": (["runs", "--db", "@@"], []),
    "merge": (["merge", "n.db", "@@", "s2.db"], []), "report": (["report", "--mail", "@@"], []),
    "patch": (["run", "small.yaml", "--no-db", "--kernel-tree", ".", "--patch", "@@"], []),
}


def limits(cli):
    memory = resource.RLIM_INFINITY if sanitized(cli.binary) else MEMORY
    cpu = CPU_SECONDS * (5 if sanitized(cli.binary) else 1)

    def set_them():
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    return set_them


def payload(name):
    """without --all they are smaller: they take their time to make, too"""
    zeros = b"\0" * ((512 if ALL else 64) * MIB)
    if name.startswith("xz"):
        return lzma.compress(zeros, preset=0)
    return gzip.compress(zeros, 1) if name.startswith("gzip") else bz2.compress(gzip.compress(zeros, 1))


BOMBS = {}
UNSHOWN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def shown(data, what):
    """nothing that a terminal would take for a command, hide or turn round"""
    try:
        text = data.decode()
    except UnicodeDecodeError as e:
        raise tool.Failure("%s: bytes that are no UTF-8: %s: %r" % (what, e, data[max(0, e.start - 60):e.end + 20]))
    found = UNSHOWN.search(text)
    want(not found, "%s: %r reaches the terminal" % (what, text[max(0, found.start() - 60):found.end() + 20] if found else ""))


def bounded(cli, args, what, stdin=None):
    """It ends by itself, within limits; its messages and what it prints are harmless. Returns seconds of CPU"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([cli.binary, *args], cwd=cli.directory, stdin=stdin or subprocess.DEVNULL, capture_output=True, timeout=300,
                          preexec_fn=limits(cli))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    want(done.returncode in (0, 1, 2, 3), "%s: exit status %d: %r" % (what, done.returncode, done.stderr[-300:]))
    shown(done.stderr, what)
    shown(done.stdout, what)
    want(done.returncode == 0 or done.stderr, "%s: refused without a word" % what)
    want(len(done.stderr) < 300000, "%s: %d bytes of messages" % (what, len(done.stderr)))
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def check_payloads(cli):
    """a file that somebody made to harm takes hptsim's time, memory or life, or the terminal"""
    prepare(cli)
    slowest, wrong = [], []
    for reader, (args, own) in TOPS.items():
        name = "h.yaml" if reader in ("scenario", "sweep", "explain", "costs") else "h.db" if reader in ("database", "merge", "report") else \
            "h.xml" if reader == "import" else "h.so" if reader == "policy" else "h"
        others = ANYTHING if ALL else random.Random(reader).sample(ANYTHING, 7)
        if reader in ("log", "trace"):
            others = others + [one for one in ANYTHING if one[1] is None and one not in others]
        for what, data in own + others:
            if data is None:
                data = BOMBS.get(what) or BOMBS.setdefault(what, payload(what))
            with open(cli.path(name), "wb") as f:
                f.write(data)
            try:
                seconds = bounded(cli, put(args, "./" + name), "%s: %s" % (reader, what))
                slowest.append((seconds, reader, what))
            except tool.Failure as e:
                wrong.append(str(e))
            if os.path.exists(cli.path("n.db")):
                os.remove(cli.path("n.db"))
            os.remove(cli.path(name))
    slowest.sort(reverse=True)
    for seconds, reader, what in slowest[:5]:
        print("# %.3f s: %s: %s" % (seconds, reader, what))
    want(not wrong, "\n".join(wrong))


VARIES = ("seed=1..1000000000:+1", "seed=1..9223372036854775807:+1", "guest.memory=1GiB..16777215TiB:+16MiB", "guest.memory=1GiB..64TiB:x1",
          "seed=[" + "1," * 60000 + "2]", "seed=" + "[" * 100000, "seed=&a [*a]", "guest.memory=1GiB..99999999999999999999TiB:x2",
          "events.99999999999999999999.plug.size=1GiB", "events.-1.plug.size=1GiB", "." * 100000 + "=1", "seed=1..10:+0.0000001", "=", "a" * 100000)


def check_arguments(cli):
    """a value of an option takes hptsim's time or memory, or ends it"""
    slowest = []
    runs = [("sweep", "small.yaml", "--db", "n.db", "--vary", value) for value in VARIES]
    runs += [("sweep", "small.yaml", "--db", "n.db", *sum((["--vary", "%s=1..60000:+1" % key] for key in ("seed", "guest.vcpus", "x")), []))]
    runs += [("run", "small.yaml", "--no-db", "--set", value) for value in (
        "guest.memory=" + "9" * 100000 + "GiB", "a" * 100000 + "=1", "events=" + "[" * 100000, "name=" + "n" * 100000, "events.1000000000.wait=1s", "guest=&a {x: *a}")]
    runs += [("run", "small.yaml", "--no-db", "--policy", "v1," * 30000), ("run", "small.yaml", "--no-db", "--reps", "1000000000"),
             ("run", "small.yaml", "--no-db", "--seed", "9" * 100000), ("import", "--", "qemu-system-ppc64", "-m", "9" * 100000),
             ("import", "--", "qemu-system-ppc64", "-machine", "pseries", "-m", "4G,slots=1000000000,maxmem=16777215T"),
             ("import", "--", "qemu-system-ppc64", "-machine", "pseries", "-m", "4G", *["-device", "pc-dimm,id=d,memdev=m"] * 20000),
             ("import", "--", "qemu-system-ppc64", "-machine", "=" * 100000), ("list", "a" * 100000), ("a" * 100000,), ("report", "--run", "1," * 30000),
             ("sweep", "small.yaml", "--vary", "seed=[1,2]", "-j", "1000000000"), ("validate", "small.yaml", "--lmb-size", "9" * 1000)]
    for args in runs:
        what = " ".join(args)[:80]
        slowest.append((bounded(cli, args, what), what))
    slowest.sort(reverse=True)
    for seconds, what in slowest[:3]:
        print("# %.3f s: %s" % (seconds, what))
    want(not os.path.exists(cli.path("n.db")), "a database of a sweep that cannot be")


# --- names ---

EVIL = b"e\x1b[31m\x1b]0;owned\x07\r\x9b2J\xe2\x80\xae\xff\xc2\x9b\xf0\x9f"     # ESC, OSC, BEL, CR, CSI in one byte, RLO, no UTF-8, C1, half a character
MARK = "e"


def options_of(cli, command):
    out, _ = cli.run(command, "--help")
    return re.findall(r"^ +(?:-\w, )?--([a-z][a-z-]*)(?:\[?=|\s)", out, re.M)


def check_names_in_arguments(cli):
    """a name on the command line, or of a file, comes out as the command to a terminal that is in it"""
    prepare(cli)
    with open(os.path.join(os.fsencode(cli.directory), EVIL), "wb") as f:
        f.write(b"name: [" + EVIL + b"]\n")
    count = 0
    for command in commands(cli):
        runs = [[command, EVIL], [command, b"none" + EVIL], [command, b"--" + EVIL], [command, b"-\x1b"], [command, EVIL, EVIL]]
        for option in options_of(cli, command):
            for value in (EVIL, b"a=" + EVIL, EVIL + b".yaml", EVIL + b".db") if ALL else (b"a=" + EVIL,):
                runs += [[command, b"--" + option.encode() + b"=" + value, b"small.yaml"]]
        for args in runs:
            bounded(cli, args, "%s" % args)
            count += 1
    for args in [EVIL], [b"--" + EVIL], [b"-\x1b"]:
        bounded(cli, args, "%s" % args)
    want(count > 150, "only %d" % count)
    for role, args in ROWS:
        if role != "prints":
            for name in (EVIL, b"none/" + EVIL, EVIL + b"/x", b"r.db/" + EVIL) if ALL else (b"none/" + EVIL,):
                bounded(cli, [word.encode().replace(b"@@", name) for word in args], "%s with %r" % (" ".join(args), name))


def make_evil_database(path):
    evil = EVIL.decode("utf-8", "replace")
    connection = sqlite3.connect(path)
    for table in [row[0] for row in connection.execute("select name from sqlite_schema where type = 'table'").fetchall()]:
        for column in connection.execute("pragma table_info(%s)" % table).fetchall():
            if column[2] == "TEXT" and column[1] not in ("scenario_sha256", "costs_sha256", "kind", "phase", "status"):
                connection.execute("update or ignore %s set %s = ? || %s" % (table, column[1], column[1]), (evil,))
                # and bytes that are none of UTF-8
                connection.execute("update or ignore %s set %s = cast(x'ff1b5b319b' || %s as text)" % (table, column[1], column[1]))
    connection.commit()
    connection.close()


def check_names_in_files(cli):
    """a name in a database, log, scenario, profile or domain comes out as the command that is in it"""
    prepare(cli)
    for name in ("r.db", "s1.db", "s2.db"):
        make_evil_database(cli.path(name))
    with open(cli.path("log.txt"), "rb") as f:
        log = f.read()
    with open(cli.path("log.txt"), "wb") as f:
        f.write(b"[    0.000000] Linux version 6.1" + EVIL + b"\n" + log.replace(b"\n", EVIL + b"\n"))
    with open(cli.path("small.yaml")) as f:
        small = f.read()
    escaped = "\\e[31m\\e]0;x\\a\\r\\x9b\\u202e"
    for line in ("name: \"%s\"" % escaped, "description: \"%s\"" % escaped, "costs: \"%s\"" % escaped, "policies: [\"%s\"]" % escaped,
                 "\"%s\": 1" % escaped, "expect: {\"%s\": {\"%s\": 1}}" % (escaped, escaped), "x: \u202e", "events: [{plug: {id: \"%s\", size: 1GiB}}]" % escaped,
                 "guest: {memory: \"%s\"}" % escaped, "sweep: {\"%s\": [1, 2]}" % escaped):
        key = line.split(":")[0]
        text = re.sub(r"^%s:.*\n(?: .*\n)*" % re.escape(key), "", small, flags=re.M) + line + "\n"
        with open(cli.path("evil.yaml"), "w") as f:
            f.write(text)
        for args in (["run", "evil.yaml", "--no-db"], ["explain", "evil.yaml"], ["check", "evil.yaml", "--baseline", "base.json"],
                     ["sweep", "evil.yaml", "--db", "e.db", "--vary", "seed=[1, 2]"], ["compare", "evil.yaml", "--out", "e", "--mail", "--policy", "v1"]):
            bounded(cli, args, "%s: %s" % (args[0], line))
            if os.path.exists(cli.path("e.db")):
                os.remove(cli.path("e.db"))
    with open(cli.path("evil.xml"), "wb") as f:
        f.write(b"<domain type='kvm'><name>e&#x202e;&#x9b;</name><description>&#x202e;</description><os><type arch='\xc2\x9b'>x</type></os></domain>")
    for role, args in [("prints", ["import", "evil.xml"])] + ROWS:
        if role == "reads":
            args = put(args, "s1.db" if args[0] == "merge" and "s2.db" in args else "r.db")
        if role in ("prints", "reads"):
            if os.path.exists(cli.path("new.db")):
                os.remove(cli.path("new.db"))
            machine = "json" in args
            if not machine:
                bounded(cli, args, " ".join(args))


def check_terminal_gets_data(cli):
    """csv and json, which keep their bytes in a pipe, bring them to a terminal, too"""
    prepare(cli)
    make_evil_database(cli.path("r.db"))
    for form in ("csv", "json"):
        args = [cli.binary, "runs", "--db", "r.db", "--format", form]
        piped = subprocess.run(args, cwd=cli.directory, capture_output=True).stdout
        want(form == "json" or b"\x1b" in piped, "%s: bytes are lost in a pipe" % form)
        master, slave = pty.openpty()
        process = subprocess.Popen(args, cwd=cli.directory, stdout=slave, stderr=slave, stdin=subprocess.DEVNULL)
        os.close(slave)
        got = b""
        while select.select([master], [], [], 60)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            got += part
            if not part:
                break
        process.wait()
        os.close(master)
        shown(got.replace(b"\r\n", b"\n"), form)


def main():
    global ALL
    parser = argparse.ArgumentParser()
    parser.add_argument("hptsim")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    ALL = args.all
    return tool.run_checks(tool.checks_of({k: v for k, v in globals().items() if k.startswith("check_")}), os.path.abspath(args.hptsim))


if __name__ == "__main__":
    sys.exit(main())
