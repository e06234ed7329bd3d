#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make hptsim(1) and a page per subcommand from what `hptsim help --format json` says.

usage: man.py HPTSIM DIRECTORY DATE PAGE...

PAGE: the names of all pages that there are, so that what is built and installed is complete.
"""
import json
import os
import re
import subprocess
import sys

from mdoc import argument, escape, head, literal, words

OTHERS = (("hptsim-policy", 3), ("hptsim-scenario", 5))
ENVIRONMENT = (
    ("COLUMNS", "How wide tables are, instead of the terminal's width."),
    ("XDG_STATE_HOME", "Where results go if there is no `results/` in the current directory: to `hptsim/` in it. Without it, "
                       "to `~/.local/state/hptsim/`."),
    ("XDG_CACHE_HOME", "Where what `--kernel-tree` builds is kept. Without it, `~/.cache`."),
    ("CC", "The C compiler for `--kernel-tree`. Without it, `cc`."),
    ("HPTSIM_GNUPLOT_SECONDS", "How long gnuplot may take for the pictures of a report."),
)
FILES = (
    ("results/hptsim.db", "Results, in SQLite, where there is a directory `results/`."),
    ("~/.local/state/hptsim/", "Results where there is none."),
    ("scenarios/", "Scenarios that can be given by name, of the current directory."),
    ("share/hptsim/scenarios/", "Those that were installed, and cost profiles, below where hptsim is installed."),
)


def details(text):
    """paragraphs, and items of lists: lines that begin with two spaces"""
    out, flow, items = "", [], []

    def end():
        nonlocal out, flow, items
        if flow:
            out += words(" ".join(flow))
        if items:
            out += ".Bl -tag -width Ds\n" + "".join(".It %s\n%s" % (argument(head), words(rest) if rest else "")
                                                   for head, rest in items) + ".El\n"
        flow, items = [], []

    for line in text.split("\n"):
        if line.startswith("  "):
            if flow:
                end()
            item, _, rest = re.sub(r"  +", "\0", line.strip()).partition("\0")
            items.append((item, rest))
            continue
        if items or (not line and flow):
            end()
        if not line and out:
            out += ".Pp\n"
        elif line:
            flow.append(line)
    end()
    return re.sub(r"(\.Pp\n)+(?=\.Bl)|(\.Pp\n)+$", "", out)


def examples(given):
    out = ""
    for example in given:
        out += words(re.sub(r"([^?])$", r"\1:", example["what"][0].upper() + example["what"][1:])) + literal([example["command"]])
    return out


def option(o):
    line = ".It "
    if o["letter"]:
        line += "Fl %s , " % o["letter"]
    line += "Fl \\-%s" % escape(o["name"])
    if o["argument"] and o["optional"]:
        line += " Ns Oo = Ns Ar %s Oc" % argument(o["argument"])
    elif o["argument"]:
        line += " Ns = Ns Ar %s" % argument(o["argument"])
    return line + "\n" + words(o["help"][0].upper() + o["help"][1:] + ".")


def references(pages):
    pages = sorted(pages, key=lambda page: (page[1], page[0]))
    return ".Sh SEE ALSO\n" + " ,\n".join(".Xr %s %d" % page for page in pages) + "\n"


def command_page(name, command, date):
    out = head(name, 1, date, command["summary"][0].lower() + command["summary"][1:])
    out += ".Sh SYNOPSIS\n.Nm hptsim\n.Cm %s\n" % escape(command["name"])
    if command["options"]:
        out += ".Op Ar OPTION...\n"
    for word in command["arguments"].split():
        out += ".Ar %s\n" % argument(word)
    out += ".Sh DESCRIPTION\n" + (details(command["details"]) or words(command["summary"] + "."))
    out += ".Sh OPTIONS\n.Bl -tag -width Ds\n" + "".join(option(o) for o in command["options"])
    out += ".It Fl h , Fl \\-help\nPrint a shorter text than this.\n.El\n"
    out += ".Sh EXAMPLES\n" + examples(command["examples"])
    return out + references([("hptsim", 1), *OTHERS])


def table(rows, macro):
    return ".Bl -tag -width Ds\n" + "".join(".It %s %s\n%s" % (macro, argument(name), words(what)) for name, what in rows) + ".El\n"


def program_page(all_of_it, date):
    out = head("hptsim", 1, date, "simulate how a pseries Linux guest resizes its hashed page table")
    out += ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar OPTION...\n.Op Ar ARGUMENT...\n"
    out += ".Sh DESCRIPTION\n" + words(all_of_it["summary"] + ".")
    out += ".Pp\n" + words("Each command has a page of its own, such as `hptsim-run(1)`, and a help: `hptsim help run`.")
    out += ".Bl -tag -width Ds\n"
    for command in all_of_it["commands"]:
        out += ".It Cm %s\n%s" % (argument(command["name"]), words(command["summary"] + "."))
    out += ".El\n.Sh ENVIRONMENT\n" + table(ENVIRONMENT, "Ev") + ".Sh FILES\n" + table(FILES, "Pa")
    out += ".Sh EXIT STATUS\n" + details(all_of_it["exit_status"])
    out += ".Sh EXAMPLES\n" + examples(all_of_it["examples"])
    return out + references([("hptsim-" + c["name"], 1) for c in all_of_it["commands"]] + list(OTHERS))


def main():
    binary, directory, date, *wanted = sys.argv[1:]
    text = subprocess.run([binary, "help", "--format", "json"], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    all_of_it = json.loads(text)
    pages = {"hptsim": program_page(all_of_it, date)}
    for command in all_of_it["commands"]:
        name = "hptsim-" + command["name"]
        pages[name] = command_page(name, command, date)
    if sorted(pages) != sorted(wanted):
        sys.exit("pages of commands are %s, and meson.build has %s" % (" ".join(sorted(pages)), " ".join(sorted(wanted))))
    for name, page in pages.items():
        with open(os.path.join(directory, name + ".1"), "w", encoding="utf-8") as f:
            f.write(page)


if __name__ == "__main__":
    main()
