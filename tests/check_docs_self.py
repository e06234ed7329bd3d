#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Would check_docs.py notice? Documents with one thing wrong each, and the same without.

usage: check_docs_self.py HPTSIM CACHE

Prints TAP.
"""
import os
import sys
import tempfile

from check_docs import Document, Exceptions, Tap, Wrong, check_links
from place import Place

FENCED = "```\n$ printf 'a\\nb\\nc\\n'\n%s```\n"
# what, document, is it right
DOCUMENTS = [
    ("a command that works", "    hptsim list policies\n", True),
    ("a command that fails", "    hptsim list nonsense\n", False),
    ("a command in a list", "1. so:\n\n       hptsim list nonsense\n", False),
    ("a pipe whose first command fails", "    hptsim list nonsense | sqlite3 -version\n", False),
    ("the second of two commands fails", "    hptsim list policies   # isn't it\n    hptsim list nonsense\n", False),
    ("a command over two lines", "    hptsim run scenarios/256g_on_2g.yaml \\\n        --no-db --policy nonsense\n", False),
    ("its output", FENCED % "a\nb\nc\n", True),
    ("its output, left out", FENCED % "a\n...\nc\n", True),
    ("its output, nothing left out by the dots", FENCED % "a\n...\nb\nc\n", True),
    ("another output", FENCED % "a\nx\nc\n", False),
    ("more than its output", FENCED % "a\nb\nc\nd\n", False),
    ("less than its output", FENCED % "a\nb\n", False),
    ("another output behind the dots", FENCED % "a\n...\nx\n", False),
    ("another output before the dots", FENCED % "x\n...\nc\n", False),
    ("an output that is named", "<!-- output of: printf 'a b\\n' -->\n\n    a b\n", True),
    ("another than the one that is named", "<!-- output of: printf 'a b\\n' -->\n\n    a c\n", False),
    ("what a command makes", "<!-- made by: printf '| a |\\n' -->\n| a |\n<!-- end -->\n", True),
    ("not what a command makes", "<!-- made by: printf '| a |\\n' -->\n| b |\n<!-- end -->\n", False),
    ("a file that is right", "<!-- file: f.txt -->\n\n    it is\n\n```\n$ cat f.txt\nit is\n```\n", True),
    ("a file that is not", "<!-- file: f.txt -->\n\n    it was\n\n```\n$ cat f.txt\nit is\n```\n", False),
    ("a patch that applies", "<!-- patch -->\n\n```diff\n--- a/README.md\n+++ b/README.md\n@@ -1 +1,2 @@\n # hptsim\n+x\n```\n", True),
    ("a patch that does not", "<!-- patch -->\n\n```diff\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-# other\n+x\n```\n", False),
    ("a block of no kind", "    total  21.0 s\n", False),
    ("a scenario", "```yaml\nguest: {memory: 4GiB}\nevents:\n  - plug: {id: d1, size: 4GiB}\n```\n", True),
    ("a scenario that is none", "```yaml\nguest: {memroy: 4GiB}\nevents:\n  - plug: {id: d1, size: 4GiB}\n```\n", False),
    ("a link", "[x](%s/README.md#try-it)\n", True),
    ("a link to nothing", "[x](%s/READYOU.md)\n", False),
    ("a link to no heading", "[x](%s/README.md#try-that)\n", False),
]


def is_right(document):
    try:
        check_links(document.name, document.lines)
        for item in document.found:
            document.check(item, False)
    except Wrong:
        return False
    return True


def check(text, right, place, directory):
    name = os.path.join(directory, "document.md")
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)
    if is_right(Document(name, place, Exceptions())) != right:
        raise Wrong("%s, but it is taken to be %s:\n%s" % ((("right", "wrong") if right else ("wrong", "right")) + (text,)))


def check_update(place, directory):
    """What --update writes is what is then found right, and only that has changed."""
    name = os.path.join(directory, "document.md")
    before = "x\n\n" + FENCED % "old\n...\n" + "\n<!-- made by: printf 'n\\n' -->\n<!-- end -->\n    y\n"
    with open(name, "w", encoding="utf-8") as f:
        f.write(before)
    document = Document(name, place, Exceptions())
    for item in document.found:
        document.check(item, True)
    document.write()
    with open(name, encoding="utf-8") as f:
        after = f.read()
    if after != before.replace("old\n", "a\n").replace("-->\n<!-- end", "-->\nn\n<!-- end"):
        raise Wrong(after)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory:
        place = Place(directory, os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
        for what, text, right in DOCUMENTS:
            text = text.replace("%s/", place.top + "/")
            tap.say(what, lambda text=text, right=right: check(text, right, place, directory))
        tap.say("--update", lambda: check_update(place, directory))
    print("1..%d" % tap.count)
    return 1 if tap.bad else 0


sys.exit(main())
