#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hptsim validate on logs as people have them. TAP on standard output.

usage: check_logs.py HPTSIM LOGS

A row of LOGS/cases.tsv is a log, the forms it is given one after the other (" | " between), options, the exit status, and what
has to be said (parts separated by " & "; one that begins with "!" must not be). Options that begin with "calibrate" are for that command. Times and names in a form are the
form's, not the log's.
"""
import bz2
import gzip
import json
import lzma
import os
import quopri
import re
import subprocess
import sys
import tempfile
import textwrap

STAMP = re.compile(r"^\[ *(\d+)\.(\d+)\] ")
COLOUR = re.compile(r"(^\[ *\d+\.\d+\] )([a-zA-Z0-9_ -]+: )?(.*)$")


class Skip(Exception):
    pass


def per_line(change):
    return lambda text, arg: "".join(change(line, arg) for line in text.splitlines()) if isinstance(text, str) else text


def colour(escape):
    """As dmesg --color=always has it; @escape stands for the escape character."""
    def change(line, _):
        stamp, who, rest = COLOUR.match(line).groups() if COLOUR.match(line) else ("", "", line)
        e = escape + "["
        return "%s32m%s%s0m%s%s\n" % (e, stamp, e, "%s33m%s%s0m" % (e, who, e) if who else "", rest)
    return per_line(change)


def wrap(trim):
    def change(line, width):
        pieces = [line[i:i + int(width)] for i in range(0, len(line), int(width))] or [""]
        return "".join((piece.rstrip() if trim else piece) + "\n" for piece in pieces)
    return per_line(change)


def words(keep_blank):
    """As mail programs wrap, with the blank at the end that says so (format=flowed) or without."""
    def change(line, width):
        return (" \n" if keep_blank else "\n").join(textwrap.wrap(line, int(width), break_on_hyphens=False,
                                                                 break_long_words=False) or [""]) + "\n"
    return per_line(change)


def clock(line):
    match = STAMP.match(line)
    seconds = int(match.group(1)) if match else 0
    return "%02d:%02d:%02d" % (9 + seconds // 3600, seconds // 60 % 60, seconds % 60)


def journal(line, host="guest1"):
    return "Nov 23 %s %s kernel: %s\n" % (clock(line), host or "guest1", STAMP.sub("", line))


def journal_json(line, _):
    return json.dumps({"_HOSTNAME": "guest1", "SYSLOG_IDENTIFIER": "kernel", "MESSAGE": STAMP.sub("", line)}) + "\n"


def both(text, _):
    """One file that a console and a journal write to."""
    return "".join(line + "\n" + journal(line) for line in text.splitlines())


def lagging(text, _):
    """Two consoles, the second one a line behind the first."""
    lines = text.splitlines()
    out = [lines[0]]
    for before, line in zip(lines, lines[1:] + [None]):
        out += [line, before] if line is not None else [before]
    return "".join(line + "\n" for line in out)


def guests(shape):
    def change(text, _):
        """Two guests at a time; the second one is asked for nothing but what happens to every guest."""
        out = []
        for line in text.splitlines():
            out += [shape(name, line) for name in ("vm-a", "vm-b")]
        return "\n".join(out) + "\n"
    return change


def tail(text, _):
    return "==> vm-a.log <==\n%s\n==> vm-b.log <==\n%s" % (text, text.replace("4 LMB(s)", "5 LMB(s)"))


def halves(arg):
    """What and what instead: "=" between them, or "~" where they have a "=" themselves."""
    return arg.split("~" if "~" in arg else "=", 1)


def after(text, arg):
    part, line = halves(arg)
    return "".join(old + "\n" + (line + "\n" if part in old else "") for old in text.splitlines())


def program(*command):
    def change(text, _):
        try:
            return subprocess.run(command, input=encoded(text), capture_output=True, check=True).stdout
        except FileNotFoundError as e:
            raise Skip("no %s" % command[0]) from e
    return change


def encoded(text):
    return text if isinstance(text, bytes) else text.encode()


FORMS = {
    "colour": colour("\x1b"),
    "colour-caret": colour("^["),
    "colour-syslog": colour("#033"),
    "colour-json": colour("\\u001b"),
    "colour-bare": colour(""),
    "wrap": wrap(False),
    "wrap-trimmed": wrap(True),
    "words": words(False),
    "words-flowed": words(True),
    "cut": per_line(lambda line, width: line[:int(width)] + "\n"),
    "cut-marked": per_line(lambda line, width: (line if len(line) <= int(width) else line[:int(width) - 1] + ">") + "\n"),
    "cut-dots": per_line(lambda line, width: (line if len(line) <= int(width) else line[:int(width) - 3] + "...") + "\n"),
    "quote": per_line(lambda line, _: "> " + line + "\n"),
    "crlf": per_line(lambda line, _: line + "\r\n"),
    "twice": per_line(lambda line, _: (line + "\n") * 2),
    "thrice": per_line(lambda line, _: (line + "\n") * 3),
    "lagging": lagging,
    "again": lambda text, _: text + text,
    "no-time": per_line(lambda line, _: STAMP.sub("", line) + "\n"),
    "deltas": per_line(lambda line, _: STAMP.sub(lambda m: "[%s.%s <    0.001234>] " % m.groups(), line) + "\n"),
    "decoded": per_line(lambda line, _: "kern  :info  : " + line + "\n"),
    "journal": per_line(lambda line, host: journal(line, host)),
    "journal-json": per_line(journal_json),
    "rfc5424": per_line(lambda line, _: "<6>1 2026-11-23T%sZ guest1 kernel - - - %s\n" % (clock(line), line)),
    "both": both,
    "journal-and-console": lambda text, _: "".join(map(journal, text.splitlines())) + text,
    "guests-compose": guests(lambda name, line: "%s  | %s" % (name, line)),
    "guests-syslog": guests(lambda name, line: journal(line, name).rstrip("\n")),
    "guests-console": guests(lambda name, line: "%s: %s" % (name, line)),
    "guests-pods": guests(lambda name, line: "[pod/%s/compute] %s" % (name, line)),
    "guests-mixed": lambda text, _: "".join(a + "\n" + STAMP.sub(lambda m: "[%5d.%s] " % (int(m.group(1)) + 60, m.group(2)), a) + "\n"
                                            for a in text.splitlines()),
    "ansible": lambda text, _: "".join("%s | CHANGED | rc=0 >>\n%s\n" % (name, text) for name in ("vm-a", "vm-b")),
    "renamed": lambda text, _: "".join(journal(line, "localhost" if line.startswith("[    0.0") else "guest1")
                                       for line in text.splitlines()),
    "both-lossy": lambda text, _: "".join(line + "\n" + ("" if number == 12 else journal(line))
                                          for number, line in enumerate(text.splitlines())),
    "console-lossy": lambda text, _: "".join(("" if number == 13 else line + "\n") + journal(line)
                                             for number, line in enumerate(text.splitlines())),
    "tail": tail,
    "quoted-printable": lambda text, _: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" +
                                        quopri.encodestring(text.encode()).decode(),
    "bom": lambda text, _: "\ufeff" + text,
    "utf16le": lambda text, _: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
    "utf16be": lambda text, _: b"\xfe\xff" + text.replace("\n", "\r\n").encode("utf-16-be"),
    "utf16le-bare": lambda text, _: text.encode("utf-16-le"),
    "utf16be-bare": lambda text, _: text.encode("utf-16-be"),
    "gz": lambda text, _: gzip.compress(encoded(text)),
    "xz": lambda text, _: lzma.compress(encoded(text)),
    "bz2": lambda text, _: bz2.compress(encoded(text)),
    "zst": program("zstd", "-q"),
    "lz4": program("lz4", "-q"),
    "gz-broken-off": lambda text, _: gzip.compress(encoded(text))[:-40],
    "between": per_line(lambda line, _: line + "\nroot@guest1:~# systemctl status; echo 0\n0\n"),
    "without": lambda text, part: "".join(line + "\n" for line in text.splitlines() if part not in line),
    "after": after,
    "with": lambda text, arg: text.replace(*halves(arg)),
}


def make(text, forms):
    for form in forms.split(" | "):
        if form != "-":
            name, _, arg = form.partition(":")
            text = FORMS[name](text, arg)
    return encoded(text)


def check(hptsim, directory, logs, row):
    """What is wrong, or None."""
    name, forms, args, status, says = row
    path = os.path.join(directory, "log")
    # a long log is kept compressed
    opened = gzip.open if name.endswith(".gz") else open
    with opened(os.path.join(logs, name), "rt", encoding="utf-8") as f:
        text = f.read()
    with open(path, "wb") as f:
        f.write(make(text, forms))
    words = [] if args == "-" else args.split()
    command = words.pop(0) if words and words[0] == "calibrate" else "validate"
    done = subprocess.run([hptsim, command, path] + words, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, cwd=directory)
    said = (done.stdout + done.stderr).decode("utf-8", "replace").replace(directory + "/", "")
    if done.returncode != int(status):
        return "exit status %d, not %s\n%s" % (done.returncode, status, said)
    if "(derived)" in said:
        return "says something of a file that the user does not have\n%s" % said
    if done.returncode == 2 and len(done.stderr.decode().splitlines()) > 3:
        return "more than three lines\n%s" % said
    for part in says.split(" & "):
        if (part[1:] in said) if part.startswith("!") else part not in said:
            return "'%s'\n%s" % (part, said)
    return None


def main():
    hptsim, logs = os.path.abspath(sys.argv[1]), sys.argv[2]
    with open(os.path.join(logs, "cases.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    failed = not rows
    print("1..%d" % len(rows))
    with tempfile.TemporaryDirectory() as directory:
        for number, row in enumerate(rows, 1):
            title = " ".join(row[:3])
            try:
                wrong = check(hptsim, directory, logs, row)
            except Skip as e:
                print("ok %d - %s # SKIP %s" % (number, title, e))
                continue
            print("%sok %d - %s" % ("not " if wrong else "", number, title))
            if wrong:
                failed = True
                for line in wrong.splitlines():
                    print("# " + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
