# SPDX-License-Identifier: GPL-2.0-or-later
"""What the writers of man pages have in common: text as mdoc(7)."""
import re
import textwrap

SENTENCE = re.compile(r"(?<=[.!?:;]) +(?=[A-Z0-9('\"\\])|(?<=[.!?]) +")
# a macro's argument that is itself a macro's name would be called
MACRO = re.compile(r"^[A-Z%][A-Za-z1]$")


def escape(text):
    """every character as it is; nothing looks like a function, which would want markup of its own"""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti").replace("`", "\\(ga")
    return text.replace("'", "\\(aq").replace("()", "(\\&)")


def words(text, bold=None):
    """a piece of Markdown or plain text as lines: `code` bold, a sentence a line, none too long or taken for a macro"""
    parts = re.split(r"(`[^`]+`)", text.strip())
    line = "".join("\\fB%s\\fR" % escape(p[1:-1]).replace(" ", "\u00a0") if len(p) > 2 and p[0] == p[-1] == "`" else escape(p)
                   for p in parts)
    out = []
    for sentence in SENTENCE.split(re.sub(r"[ \n]+", " ", line)):
        out += textwrap.wrap(sentence, 78, break_long_words=False, break_on_hyphens=False)
    out = [part.replace("\u00a0", " ") for part in out]
    return "".join("%s%s\n" % ("\\&" if part[0] in ".'" else "", part) for part in out)


def argument(text):
    """one argument of a macro"""
    text = escape(text).replace('"', "\\(dq")
    if text[-1:] in ".,:;)]?!":
        text += "\\&"
    if MACRO.match(text) or text[:1] in "|.,:;()[]?!":
        text = "\\&" + text
    return '"%s"' % text if " " in text or not text else text


def literal(lines):
    return ".Bd -literal -offset indent\n" + "".join(
        "%s%s\n" % ("\\&" if line[:1] in (".", "'") else "", escape(line)) for line in lines) + ".Ed\n"


def head(name, section, date, what):
    return '.\\" Made by the build from what hptsim says of itself; do not edit.\n.Dd %s\n.Dt %s %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n' % (
        date, name.upper(), section, name, escape(what))
