#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make a man page of a document in docs/.

usage: md_man.py DOCUMENT.md PAGE.SECTION DATE WHAT

Of Markdown it knows what the documents use: headings, paragraphs, code, lists and tables.
"""
import os
import re
import sys

from mdoc import argument, escape, head, literal, words

# a section of another kind of page
TITLES = {"ERRORS": "MESSAGES"}
LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def inline(text):
    """links and emphasis out of the way"""
    text = LINK.sub(lambda m: m[1] if not m[2].startswith("http") or m[1] == m[2] else "%s <%s>" % (m[1], m[2]), text)
    return re.sub(r"(?<![\w*])\*([^*`]+)\*(?![\w*])", r"\1", text)


def cells(line):
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [part.strip().replace("\\|", "|") for part in parts]


def table(lines):
    """an item for each row: its first cell, and behind it the last one and the others that say something, with their titles"""
    titles, *rows = [cells(line) for line in lines if not re.match(r"^\|[-| :]+\|$", line)]
    out = ".Bl -tag -width Ds\n"
    for first, *rest in rows:
        named = [cell if cell == "required" else "%s: %s" % (title, cell) for title, cell in zip(titles[1:-1], rest[:-1]) if cell]
        text = rest[-1] if not named else rest[-1].rstrip(".") + ". " + "; ".join(named)[0].upper() + "; ".join(named)[1:] + "."
        out += ".It %s\n%s" % (argument(first.replace("`", "")), words(inline(text)))
    return out + ".El\n"


class Page:
    def __init__(self):
        self.out = ""
        self.at_begin = True    # nothing since the heading: no .Pp

    def add(self, text, is_text=False):
        if is_text and not self.at_begin:
            self.out += ".Pp\n"
        self.out += text
        self.at_begin = False

    def heading(self, level, text):
        text = inline(text).replace("`", "")
        if level == 2:
            text = TITLES.get(text.upper(), text.upper())
        # a word that is a macro's name would be called
        text = re.sub(r"\b([A-Z][a-z1])\b", r"\\&\1", escape(text))
        self.out += ".%s %s\n" % ("Sh" if level == 2 else "Ss", text)
        self.at_begin = True


def block_end(lines, at, inside):
    while at < len(lines) and inside(lines[at]):
        at += 1
    return at


def list_of(lines):
    """an item is what is behind its mark, and what is indented like that"""
    found = []
    for line in lines:
        mark = re.match(r"^([-*]|\d+\.) +", line)
        if mark:
            found.append([len(mark[0]), line[len(mark[0]):]])
        else:
            indent = min(found[-1][0], len(line) - len(line.lstrip(" ")))
            found[-1].append(line[indent:])
    return ".Bl -bullet\n" + "".join(".It\n" + convert("\n".join(item)) for _, *item in found) + ".El\n"


def convert(text):
    page = Page()
    lines = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S).split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            if level > 1:
                page.heading(level, line[level:].strip())
            at += 1
        elif line.startswith("```"):
            end = block_end(lines, at + 1, lambda l: not l.startswith("```"))
            page.add(literal(lines[at + 1:end]))
            at = end + 1
        elif line.startswith("    "):
            end = block_end(lines, at, lambda l: l.startswith("    ") or not l.strip())
            page.add(literal("\n".join(l[4:] for l in lines[at:end]).strip("\n").split("\n")))
            at = end
        elif line.startswith("|"):
            end = block_end(lines, at, lambda l: l.startswith("|"))
            page.add(table(lines[at:end]))
            at = end
        elif re.match(r"^([-*]|\d+\.) ", line):
            # what is indented, or empty in front of it, belongs to the item
            end = at + 1
            while end < len(lines) and (re.match(r"^([-*]|\d+\.) |^  ", lines[end]) or (
                    not lines[end].strip() and end + 1 < len(lines) and re.match(r"^([-*]|\d+\.) |^  ", lines[end + 1]))):
                end += 1
            page.add(list_of(lines[at:end]))
            at = end
        else:
            end = block_end(lines, at, lambda l: l.strip() and not re.match(r"^(#|```|\||[-*] )", l))
            page.add(words(inline(" ".join(lines[at:end]))), is_text=True)
            at = end
    return page.out


def main():
    document, target, date, what = sys.argv[1:]
    name, section = os.path.basename(target).rsplit(".", 1)
    with open(document, encoding="utf-8") as f:
        text = f.read()
    with open(target, "w", encoding="utf-8") as f:
        f.write(head(name, section, date, what) + ".Sh DESCRIPTION\n" + convert(text) + ".Sh SEE ALSO\n.Xr hptsim 1\n")


if __name__ == "__main__":
    main()
