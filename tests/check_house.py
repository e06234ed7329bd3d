#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do arrows between rooms go down only, and does nothing go in a circle? Output is TAP.

Is there whatever file a comment or a document names? Is any file or function too long?

usage: check_house.py SOURCE tests/data/rooms.tsv tests/data/limits.tsv
       check_house.py --graph SOURCE tests/data/rooms.tsv     print the arrows

A room is a folder at the top. A file points at another when it includes it, or uses a function or an
object that the other defines: both are read from the sources, so that a function that is declared in
a third file, or by hand, is an arrow, too.
"""
import collections
import os
import re
import sys
import tempfile

LEXICAL = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M | re.S)
FILE_NAME = r"(?<![\w/.-])((?:%s)/[\w./+-]*\.(?:md|c|h|py|tsv|sh|sql|gp))\b"
# what macros make at file scope is static, or it would have no place to look for
AT_FILE_SCOPE = re.compile(r"\b[A-Z][A-Z0-9_]+\s*\([^()]*\)|__attribute__\s*\(\(.*?\)\)", re.S)
WORD = re.compile(r"(?:(?:\b(?:struct|enum|union)\s+)|\.|->)?\b[A-Za-z_]\w*")


class House:
    def __init__(self, source, rooms, limits=None):
        self.limits = dict(rows(limits)) if limits else {}
        self.rooms = {}
        self.order = []
        self.files = {}         # path -> text
        self.read_rooms(rooms)
        self.source = source
        self.read_files(source)
        self.arrows = collections.defaultdict(lambda: collections.defaultdict(set))   # from -> to -> why
        self.draw()

    def read_rooms(self, path):
        for room, below in rows(path):
            self.rooms[room] = set() if below == "-" else set(below.split(","))
            self.order.append(room)

    def read_files(self, source):
        for room in sorted(os.listdir(source)):
            if room in ("tests", "bench", "examples") or room.startswith((".", "build")):
                continue
            for directory, folders, names in os.walk(os.path.join(source, room)):
                # the shim is data here: it is compiled where a kernel's text is, with the kernel's names
                folders[:] = sorted(f for f in folders if f != "shim")
                for name in sorted(names):
                    if name.endswith((".c", ".h")):
                        path = os.path.join(directory, name)
                        with open(path, encoding="utf-8") as f:
                            self.files[os.path.relpath(path, source)] = f.read()

    def draw(self):
        definers = collections.defaultdict(set)
        used = {}
        for path, text in self.files.items():
            for header in INCLUDE.findall(text):
                self.point(path, header if header in self.files else "include/" + header, "included")
            code = LEXICAL.sub(" ", text)
            if path.endswith(".h"):     # what it declares is no use of it; what its functions do is
                code = " ".join(inner for flat, inner in chunks(code) if "(" in flat)
            else:
                for symbol in defined(code):
                    definers[symbol].add(path)
            used[path] = words(code)
        for symbol, paths in definers.items():
            if len(paths) > 1 or symbol == "main":
                continue
            definer = next(iter(paths))
            for path in used:
                # what a header's own functions leave to the file of its name is no circle
                if symbol in used[path] and path[:-2] != definer[:-2]:
                    self.point(path, definer, symbol)

    def point(self, path, other, why):
        if other in self.files and other != path:
            self.arrows[path][other].add(why)

    def circles(self):
        """the strongly connected components of more than one file (Tarjan)"""
        number, low, stack, found = {}, {}, [], []

        def visit(node):
            number[node] = low[node] = len(number)
            stack.append(node)
            for other in sorted(self.arrows.get(node, ())):
                if other not in number:
                    visit(other)
                    low[node] = min(low[node], low[other])
                elif other in stack:
                    low[node] = min(low[node], number[other])
            if low[node] == number[node]:
                at = stack.index(node)
                if len(stack) - at > 1:
                    found.append(sorted(stack[at:]))
                del stack[at:]

        sys.setrecursionlimit(10000)
        for node in sorted(self.files):
            if node not in number:
                visit(node)
        return found

    def wrong_arrows(self):
        for path in sorted(self.arrows):
            room = path.split("/")[0]
            for other in sorted(self.arrows[path]):
                below = other.split("/")[0]
                if room != below and below not in self.rooms.get(room, ()):
                    yield "%s -> %s: %s" % (path, other, ", ".join(sorted(self.arrows[path][other])[:4]))

    def upward_rows(self):
        """rows of the table that are wrong themselves"""
        for at, room in enumerate(self.order):
            for other in sorted(self.rooms[room]):
                if other not in self.order[at + 1:]:
                    yield "row %s: %s is in no row below it" % (room, other)

    def unknown_rooms(self):
        for room in sorted({path.split("/")[0] for path in self.files} - set(self.order)):
            yield "%s/ is in no row of the table: which rooms may it point at?" % room

    def lost_names(self):
        """files that sources or documents name and that are not there; NAME stands for any"""
        tops = [name for name in os.listdir(self.source)
                if os.path.isdir(os.path.join(self.source, name)) and name not in ("results", "build")]
        named = re.compile(FILE_NAME % "|".join(map(re.escape, sorted(tops))))
        texts = dict(self.files)
        for path in ["README.md", "CONTRIBUTING.md"] + [
                os.path.relpath(os.path.join(directory, name), self.source)
                for directory, _, names in sorted(os.walk(os.path.join(self.source, "docs"))) for name in sorted(names)]:
            if path.endswith(".md") and os.path.exists(os.path.join(self.source, path)):
                with open(os.path.join(self.source, path), encoding="utf-8") as f:
                    texts[path] = f.read()
        for path, text in sorted(texts.items()):
            shown = set(re.findall(r"<!-- file: (\S+) -->", text))     # a document that has all of the file in it
            for name in sorted(set(named.findall(text)) - shown):
                if "NAME" not in name and not os.path.exists(os.path.join(self.source, name)):
                    yield "%s names %s, which is not there" % (path, name)

    def too_long(self):
        """what is longer than its limit, and what the table grants for nothing"""
        lengths = {}
        for path, text in self.files.items():
            lengths[path] = ("file", text.count("\n"))
            for name, length in functions(text):
                lengths[path + ":" + name] = ("function", length)
        for what, (kind, length) in sorted(lengths.items()):
            limit = int(self.limits.get(what, self.limits.get(kind, length)))
            if length > limit:
                yield "%s: %d lines, at most %d" % (what, length, limit)
        for what, lines in sorted(self.limits.items()):
            if what not in ("file", "function") and (
                    what not in lengths or lengths[what][1] <= int(self.limits[lengths[what][0]])):
                yield "%s needs no row with %s lines any more" % (what, lines)

    def tied(self, circle):
        for path in circle:
            for other in sorted(self.arrows[path]):
                if other in circle:
                    yield "%s -> %s: %s" % (path, other, ", ".join(sorted(self.arrows[path][other])[:6]))


def rows(path):
    """the first two columns of a table"""
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#") and line.strip():
                yield tuple(line.rstrip("\n").split("\t")[:2])


def functions(text):
    """name and lines of each function: its braces stand in the first column"""
    head, opened, name = "", 0, None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("{"):
            names = re.findall(r"(\w+)\s*\(", head)
            opened, name = number, names[0] if names else None
        elif line.startswith("}"):
            if opened and name:
                yield name, number - opened + 1
            opened, head = 0, ""
        elif not opened:
            head = head + line if line.strip() and line[0] not in "#/ " and not line.rstrip().endswith(";") else ""


def chunks(code):
    """each definition or declaration at file scope: its text without what is in braces, and what is in them"""
    code = AT_FILE_SCOPE.sub(" ", DIRECTIVE.sub(" ", code))
    depth, flat, inner, start, function = 0, "", "", 0, False
    for match in re.finditer(r"[{};]", code):
        char, text = match.group(), code[start:match.start()]
        start = match.end()
        if depth:
            inner += text + char
        else:
            flat += text
        if char == "{":
            if not depth:
                function = flat.rstrip().endswith(")")
                flat += "{"
            depth += 1
        elif char == "}":
            depth -= 1
        if not depth and (char == ";" or (char == "}" and function)):
            yield flat.strip(), inner
            flat, inner, function = "", "", False


def defined(code):
    """names of functions and objects that a file defines for others"""
    for flat, _ in chunks(code):
        if re.match(r"(?:static|extern|typedef)\b", flat):
            continue
        if "=" in flat:
            name = re.search(r"(\w+)\s*(?:\[[^\]]*\]\s*)*=", flat)
        elif flat.endswith("{"):
            name = re.match(r"[\w\s*]*?\b(\w+)\s*\(", flat)
        else:
            continue
        if name:
            yield name.group(1)


def words(code):
    """names in use: no tags of types, no members"""
    return {w for w in WORD.findall(code) if w[0] not in ".-" and " " not in w and "\t" not in w}


CHECKS = (
    ("every room has a row", "a room that nobody has placed points wherever it likes", House.unknown_rooms),
    ("rows point down", "the table itself would allow a circle", House.upward_rows),
    ("arrows between rooms go down", "a room cannot be used without one above it", House.wrong_arrows),
    ("no two files need each other", "neither can be read, built or tested without the other",
     lambda house: [line for circle in house.circles() for line in ["circle: " + ", ".join(circle)] +
                    ["  " + tie for tie in house.tied(circle)]]),
    ("no file and no function is too long", "what is too long to be read is not read", House.too_long),
    ("files that are named are there", "a reader is sent to nowhere", House.lost_names),
)


def report(results):
    print("1..%d" % len(results))
    bad = 0
    for number, (name, why, wrong) in enumerate(results, 1):
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, name))
        for line in wrong:
            print("# " + line)
        if wrong:
            bad = 1
            print("# wrong then: " + why)
    return bad


# --- would it notice? ---

SMALL = {
    "top/main.c": '#include "mid/a.h"\nint main(void)\n{\n\treturn a();\n}\n',
    "mid/a.h": "int a(void);\n",
    "mid/a.c": '#include "mid/a.h"\n#include "low/b.h"\nint a(void)\n{\n\treturn b();\n}\n',
    "low/b.h": "int b(void);\nextern const int b_table[];\n",
    "low/b.c": '#include "low/b.h"\nconst int b_table[] = { 1 };\nint b(void)\n{\n\treturn 0;\n}\n',
    "low/c.c": "int c(void)\n{\n\treturn 0;\n}\n",
}
ROWS = "top\tmid,low\tx\nmid\tlow\tx\nlow\t-\tx\n"
ALTERED = (     # name, files, rows, number of the check that has to fail; None: none
    ("a house in order", {}, ROWS, None),
    ("a room without a row", {"attic/x.c": "int x;\n"}, ROWS, 0),
    ("a row that points up", {}, ROWS.replace("low\t-", "low\ttop"), 1),
    ("an include that points up", {"low/b.h": '#include "mid/a.h"\n' + SMALL["low/b.h"]}, ROWS, 2),
    ("a call that points up, declared by hand",
     {"low/c.c": "int a(void);\nint c(void)\n{\n\treturn a();\n}\n"}, ROWS, 2),
    ("an object that points up", {"mid/a.c": SMALL["mid/a.c"] + "const int a_table[] = { 1 };\n",
                                  "low/c.c": "extern const int a_table[];\nint c(void)\n{\n\treturn a_table[0];\n}\n"}, ROWS, 2),
    ("a word in a comment, a text, a member", {"low/c.c": '/* a() */\nint c(struct a *s)\n{\n'
                                               '\treturn s->a + sizeof("a()");\n}\n'}, ROWS, None),
    ("two files that call each other", {"low/b.c": SMALL["low/b.c"].replace("return 0", "return c()"),
                                        "low/c.c": "int c(void)\n{\n\treturn b_table[0];\n}\n"}, ROWS, 3),
    ("two headers that include each other", {"low/b.h": '#include "low/d.h"\n' + SMALL["low/b.h"],
                                             "low/d.h": '#include "low/b.h"\n'}, ROWS, 3),
    ("a comment that names a file", {"low/c.c": SMALL["low/c.c"] + "/* see mid/a.c, mid/NAME.c */\n"}, ROWS, None),
    ("a comment that names a file which is gone", {"low/c.c": SMALL["low/c.c"] + "/* see mid/gone.c */\n"}, ROWS, 5),
    ("a file that is too long", {"low/c.c": SMALL["low/c.c"] + "/* */\n" * 10}, ROWS, 4),
    ("a function that is too long", {"low/c.c": "int c(void)\n{\n" + "\n" * 4 + "\treturn 0;\n}\n"}, ROWS, 4),
    ("a function that may be too long", {"low/c.c": "int c(void)\n{\n" + "\n" * 4 + "\treturn 0;\n}\n",
                                         "limits.tsv": "file\t12\t\nfunction\t5\t\nlow/c.c:c\t7\twhy\n"}, ROWS, None),
    ("a row for what is short", {"limits.tsv": "file\t12\t\nfunction\t5\t\nlow/c.c:c\t7\twhy\n"}, ROWS, 4),
    ("a header whose function calls its user", {"low/b.h": SMALL["low/b.h"] + "int c(void);\nstatic inline int d(void)\n{\n"
                                                "\treturn c();\n}\n", "low/c.c": '#include "low/b.h"\n' + SMALL["low/c.c"]}, ROWS, 3),
)


def self_test():
    results = []
    for name, files, table, wanted in ALTERED:
        with tempfile.TemporaryDirectory() as directory:
            tables = {"rooms.tsv": table, "limits.tsv": "file\t12\t\nfunction\t5\t\n"}
            for path, text in {**SMALL, **tables, **files}.items():
                os.makedirs(os.path.dirname(os.path.join(directory, path)), exist_ok=True)
                with open(os.path.join(directory, path), "w", encoding="utf-8") as f:
                    f.write(text)
            house = House(directory, os.path.join(directory, "rooms.tsv"), os.path.join(directory, "limits.tsv"))
            failed = [at for at, (_, _, check) in enumerate(CHECKS) if list(check(house))]
            wrong = [] if (wanted in failed if wanted is not None else not failed) else ["fails: %s" % failed]
            results.append((name, "a house that is out of order would pass, or one in order would not", wrong))
    return results


def main(argv):
    if len(argv) == 4 and argv[1] == "--graph":
        house = House(*argv[2:])
        for path in sorted(house.arrows):
            for other in sorted(house.arrows[path]):
                print("%s\t%s\t%s" % (path, other, " ".join(sorted(house.arrows[path][other]))))
        return 0
    if len(argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    house = House(*argv[1:])
    return report([(name, why, list(check(house))) for name, why, check in CHECKS] + self_test())


if __name__ == "__main__":
    sys.exit(main(sys.argv))
