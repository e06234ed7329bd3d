#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run every command that README and docs show, and compare its output where that is shown, too.

usage: check_docs.py [--update] HPTSIM CACHE [DOCUMENT...]

Each document's commands are run in order in a copy of the source tree, which has build/hptsim. tests/docs/blocks.py
says what is a command and what is output; tests/docs/exceptions.tsv has what cannot be run, tests/docs/given.tsv what
the reader of a document is taken to have. CACHE is where a kernel tree is unpacked. With --update the documents
get the outputs as they are now. Prints TAP.
"""
import argparse
import glob
import os
import re
import shutil
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(TESTS)
sys.path.insert(0, os.path.join(TESTS, "docs"))
import blocks  # noqa: E402
import compare  # noqa: E402
import pages  # noqa: E402
from place import NoTree, Place  # noqa: E402

# Languages of blocks that are no commands and show no output: whoever writes one of these means what it says.
OTHER_LANGUAGES = {"c", "diff", "sql", "yaml"}


class Wrong(Exception):
    pass


def rows(name):
    """Fields of each line of a table; '#' begins a comment"""
    with open(os.path.join(TESTS, "docs", name), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.strip() and not line.startswith("#"):
                fields = line.rstrip("\n").split("\t")
                if len(fields) != 4:
                    raise SystemExit("%s:%d: %d columns, not 4" % (name, number, len(fields)))
                yield fields


class Exceptions:
    def __init__(self):
        self.rows = [row + [False] for row in rows("exceptions.tsv")]

    def find(self, document, text):
        """what to do, and why; ("", "") when nothing is said"""
        for row in self.rows:
            if row[0] == document and text.startswith(row[1]):
                row[4] = True
                return row[2], row[3]
        return "", ""

    def unused(self, documents):
        return ["%s: %s" % (r[0], r[1]) for r in self.rows if not r[4] and r[0] in documents]


def documents():
    found = ["README.md", "CONTRIBUTING.md"]
    for where in ("docs", "examples"):
        found += sorted(glob.glob(os.path.join(SOURCE, where, "**", "*.md"), recursive=True))
    return [os.path.relpath(f, SOURCE) if os.path.isabs(f) else f for f in found]


def check_links(name, lines):
    """Every file and heading that a document points at is there."""
    for number, line in enumerate(lines, 1):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"<!--.*?-->|`[^`]*`", "", line)):
            path, _, anchor = target.partition("#")
            if re.match(r"\w+:", target):
                continue
            there = os.path.normpath(os.path.join(SOURCE, os.path.dirname(name), path)) if path else os.path.join(SOURCE, name)
            if not os.path.exists(there):
                raise Wrong("line %d: there is no %s" % (number, target))
            if anchor and anchor not in anchors(there):
                raise Wrong("line %d: no heading for %s" % (number, target))


def anchors(path):
    with open(path, encoding="utf-8") as f:
        return {re.sub(r"[^\w -]", "", h.strip().lower()).replace(" ", "-") for h in re.findall(r"(?m)^#+ (.*)$", f.read())}


def printed_lines(text):
    return [line.rstrip() for line in text.rstrip("\n").split("\n")] if text.strip() else []


class Document:
    """One document and the place of its reader."""

    def __init__(self, name, place, exceptions):
        self.name, self.place, self.exceptions = name, place, exceptions
        with open(os.path.join(SOURCE, name), encoding="utf-8") as f:
            self.lines = f.read().split("\n")
        self.found = blocks.read(self.lines)
        self.needs_tree, self.changes = [], []
        for document, kind, what, origin in rows("given.tsv"):
            if document == name:
                self.give(kind, what, origin)

    def give(self, kind, what, origin):
        try:
            self.place.give(kind, what, origin)
        except NoTree:
            self.needs_tree.append(what.replace("home/", "~/"))

    def shown(self, output):
        return [line[output.indent:].rstrip() for line in self.lines[output.first:output.last]]

    def check(self, item, update):
        """None, or why it was not looked at"""
        if isinstance(item, blocks.Block):
            return self.check_block(item)
        action, why = self.exceptions.find(self.name, item.text)
        if action == "skip":
            return why
        if action.startswith("needs ") and not shutil.which(action[6:]):
            return "no %s here" % action[6:]
        if any(re.search(re.escape(tree) + r"(?![\w-])", item.text) for tree in self.needs_tree):
            return "no kernel tree"
        status = int(action[7:]) if action.startswith("status ") else 0
        is_, out, err = self.place.run(item.text, action[3:] if action.startswith("in ") else ".")
        if is_ != status:
            raise Wrong("exit status %s, not %d: %s%s" % (is_, status, out[-300:], err[-1500:]))
        if item.output:
            self.check_output(item.output, printed_lines(out), update)
        return None

    def check_output(self, output, printed, update):
        shown = self.shown(output)
        while shown and not shown[-1]:
            shown.pop()
        found = compare.difference(shown, printed)
        if not found:
            return
        if not update:
            raise Wrong("%s\nis what is printed meant? Then: tests/check_docs.py --update" % found)
        self.changes.append((output, compare.updated(shown, printed), len(shown)))

    def check_block(self, block):
        first = block.lines[0] if block.lines else ""
        action, why = self.exceptions.find(self.name, first)
        if action == "text":
            return why
        if block.file or block.patch:
            self.place.write(block.file or "shown.patch", "\n".join(block.lines) + "\n")
        if block.patch:
            status, out, err = self.place.run("patch -p1 < shown.patch")
            if status:
                raise Wrong("does not apply: %s%s" % (out, err))
        if block.file or block.patch:
            return None
        if block.language == "yaml" and any(s.startswith("events:") for s in block.lines) and \
                any(s.startswith("guest:") for s in block.lines):
            self.place.write("shown.yaml", "\n".join(block.lines) + "\n")
            status, _, err = self.place.run("hptsim run shown.yaml --no-db")
            if status:
                raise Wrong("hptsim run: exit status %d: %s" % (status, err))
            return None
        if block.language not in OTHER_LANGUAGES:
            raise Wrong("neither a command nor the output of one ('$ COMMAND' above it, or '<!-- output of: COMMAND -->'): %s" % first)
        return None

    def write(self):
        for output, new, count in reversed(sorted(self.changes, key=lambda c: c[0].first)):
            self.lines[output.first:output.first + count] = [(" " * output.indent + s).rstrip() for s in new]
        if self.changes:
            with open(os.path.join(SOURCE, self.name), "w", encoding="utf-8") as f:
                f.write("\n".join(self.lines))


class Tap:
    def __init__(self):
        self.count = self.bad = 0

    def say(self, what, check):
        self.count += 1
        name = what.split("\n")[0].replace("#", "\\#")
        began = time.monotonic()
        try:
            skipped = check()
            print("ok %d - %s%s" % (self.count, name, " # SKIP " + skipped if skipped else ""))
        except (Wrong, OSError, ValueError) as e:
            self.bad += 1
            print("not ok %d - %s" % (self.count, name))
            print("# " + str(e).replace("\n", "\n# "))
        if time.monotonic() - began > 1:
            print("# %.1f s" % (time.monotonic() - began))
        sys.stdout.flush()


def check_document(name, args, exceptions, tap):
    with tempfile.TemporaryDirectory() as directory:
        document = Document(name, Place(directory, args.hptsim, args.cache), exceptions)
        tap.say(name + ": links", lambda: check_links(name, document.lines))
        for item in document.found:
            text = item.text if isinstance(item, blocks.Command) else "a block that is no command"
            tap.say("%s:%d: %s" % (name, item.line + 1, text), lambda item=item: document.check(item, args.update))
        document.write()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("hptsim", type=os.path.abspath)
    parser.add_argument("cache", type=os.path.abspath)
    parser.add_argument("documents", nargs="*")
    args = parser.parse_args()
    exceptions, tap = Exceptions(), Tap()
    names = args.documents or documents()
    for name in names:
        check_document(name, args, exceptions, tap)
    unused = exceptions.unused(names)

    def none(lines, text):
        if lines:
            raise Wrong(text + "\n".join(lines))
    tap.say("every exception is used", lambda: none(unused, "nothing in the documents is like\n"))
    tap.say("docs/README.md has all documents", lambda: none(pages.not_listed(SOURCE), "not named in it: "))
    tap.say("a page for each policy", lambda: none(pages.lacks_page(args.hptsim, SOURCE), ""))
    print("1..%d" % tap.count)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
