#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn files into C strings; arrays, because C17 limits the length of literals.

usage: embed.py OUTPUT NAME INPUT...

NAME: of the list of them, a struct plot_text[] that the C code declares
"""
import os
import sys

target, name, sources = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(target, "w", encoding="ascii") as f:
    f.write('/* Made by plot/embed.py. */\n#include "plot/plot.h"\n\nextern const struct plot_text %s[];\n\n' % name)
    for number, source in enumerate(sources):
        with open(source, "rb") as s:
            lines = s.read().splitlines(keepends=True)
        f.write("static const char text_%d[] = {\n" % number)
        for line in lines:
            f.write("\t%s\n" % " ".join("%d," % (b if b < 128 else b - 256) for b in line))
        f.write("\t0\n};\n\n")
    f.write("const struct plot_text %s[] = {\n" % name)
    for number, source in enumerate(sources):
        f.write('\t{ "%s", text_%d },\n' % (os.path.basename(source), number))
    f.write("\t{ 0 }\n};\n")
