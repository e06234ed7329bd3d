# SPDX-License-Identifier: GPL-2.0-or-later
"""What a Markdown file has for a reader to type, and what it says comes back.

A code block, fenced or indented, is one of these:

- lines that begin with a name of COMMANDS: each is a command, and nothing is said of its output;
- "$ COMMAND" lines: each is followed by its standard output;
- behind a line "<!-- output of: COMMAND -->": that command's standard output;
- behind a line "<!-- file: NAME -->": what the reader writes to that file;
- behind a line "<!-- patch -->": what the reader applies to the sources with patch -p1;
- any other: not a command.

What stands between "<!-- made by: COMMAND -->" and "<!-- end -->" is the command's output, as Markdown.
"""
import re
import shlex

COMMANDS = {"cp", "dmesg", "git", "gnuplot", "gcc", "hptsim", "journalctl", "jq", "make", "meson", "ninja", "parallel", "patch", "printf",
            "python3", "sbatch", "sqlite3", "sudo", "tar", "virsh"}
MADE_BY = re.compile(r"^<!-- made by: (.*) -->$")
MADE_END = "<!-- end -->"
OUTPUT_OF = re.compile(r"^\s*<!-- output of: (.*) -->$")
FILE = re.compile(r"^\s*<!-- file: (\S+) -->$")
PATCH = re.compile(r"^\s*<!-- (patch) -->$")
FENCE = re.compile(r"^( *)```(\w*)$")


class Output:
    """Lines first to last (numbers from 0, last is behind them) that are what a command prints."""

    def __init__(self, first, last, indent):
        self.first, self.last, self.indent = first, last, indent


class Command:
    def __init__(self, line, text, output=None):
        self.line, self.text, self.output = line, text, output


class Block:
    """A code block that is no command: its first line says which. @file: what it is written to, or None; @patch: is it one?"""

    def __init__(self, line, language, lines, file, patch):
        self.line, self.language, self.lines, self.file, self.patch = line, language, lines, file, patch


def is_command(line):
    word = line.split()[0] if line.split() else ""
    return word in COMMANDS or word.startswith(("build/", "scripts/")) or re.match(r"[A-Z_]+=\S* \S", line) is not None


def is_whole(text):
    """Does the command end here, or go on in the next line?"""
    if text.rstrip().endswith(("\\", "&&", "|")):
        return False
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return True


def read_commands(lines, first, last, indent):
    """Each command of these lines, over as many lines as it takes."""
    at = first
    while at < last:
        if not lines[at].strip():
            at += 1
            continue
        start, text = at, lines[at][indent:]
        while not is_whole(text) and at + 1 < last:
            at += 1
            text += "\n" + lines[at][indent:]
        yield Command(start, text)
        at += 1


def read_console(lines, first, last, indent):
    at = first
    while at < last:
        start, text = at, lines[at][indent + 2:]
        while not is_whole(text) and at + 1 < last:
            at += 1
            text += "\n" + lines[at][indent:]
        at += 1
        begin = at
        while at < last and not lines[at][indent:].startswith("$ "):
            at += 1
        yield Command(start, text, Output(begin, at, indent))


def code_blocks(lines):
    """(first, last, indent, language) of each; the fences are not in it"""
    at, after_blank = 0, True
    while at < len(lines):
        fence = FENCE.match(lines[at])
        if fence:
            last = next(n for n in range(at + 1, len(lines)) if lines[n].strip() == "```")
            yield at + 1, last, len(fence[1]), fence[2]
            at, after_blank = last + 1, False
            continue
        if after_blank and re.match(r" {4,}\S", lines[at]) and not re.match(r" +(?:[-*]|\d+\.) ", lines[at]):
            last = at
            while last < len(lines) and (lines[last].startswith("    ") or not lines[last].strip()):
                last += 1
            while not lines[last - 1].strip():
                last -= 1
            indent = min(len(s) - len(s.lstrip()) for s in lines[at:last] if s.strip())
            yield at, last, indent, ""
            at, after_blank = last, False
            continue
        after_blank = not lines[at].strip()
        at += 1


def marked(lines, first, mark):
    """What the mark above the block says: the command whose output it is, or its file; or None."""
    at = first - 1
    while at >= 0 and (not lines[at].strip() or FENCE.match(lines[at])):
        at -= 1
    found = mark.match(lines[at]) if at >= 0 else None
    return found[1] if found else None


def made(lines):
    for first, line in enumerate(lines):
        found = MADE_BY.match(line)
        if found:
            last = next((n for n in range(first, len(lines)) if lines[n] == MADE_END), None)
            if last is None:
                raise ValueError("line %d: '%s' is missing" % (first + 1, MADE_END))
            yield Command(first, found[1], Output(first + 1, last, 0))


def read(lines):
    """All commands and other blocks, in the order of the file."""
    found = list(made(lines))
    for first, last, indent, language in code_blocks(lines):
        top, command = lines[first][indent:], marked(lines, first, OUTPUT_OF)
        if command:
            found.append(Command(first, command, Output(first, last, indent)))
        elif top.startswith("$ "):
            found += read_console(lines, first, last, indent)
        elif language in ("", "sh") and is_command(top):
            found += read_commands(lines, first, last, indent)
        else:
            found.append(Block(first, language, [s[indent:] for s in lines[first:last]], marked(lines, first, FILE),
                               marked(lines, first, PATCH)))
    return sorted(found, key=lambda f: f.line)
