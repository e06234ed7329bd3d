#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn the scripts of plot/ and the style sheet into C strings; arrays, because C17 limits the length of literals.

usage: embed.py OUTPUT INPUT...
"""
import os
import sys

target, sources = sys.argv[1], sys.argv[2:]
with open(target, "w", encoding="ascii") as f:
    f.write('/* Made by report/embed.py. */\n#include "report/plots.h"\n\n')
    for number, source in enumerate(sources):
        with open(source, "rb") as s:
            lines = s.read().splitlines(keepends=True)
        f.write("static const char text_%d[] = {\n" % number)
        for line in lines:
            f.write("\t%s\n" % " ".join("%d," % (b if b < 128 else b - 256) for b in line))
        f.write("\t0\n};\n\n")
    f.write("const struct plot_script plot_scripts[] = {\n")
    for number, source in enumerate(sources):
        f.write('\t{ "%s", text_%d },\n' % (os.path.basename(source), number))
    f.write("\t{ 0 }\n};\n")
