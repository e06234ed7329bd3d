#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn a text file into a C string.

usage: embed.py NAME INPUT OUTPUT
"""
import sys

name, source, target = sys.argv[1:]
with open(source, encoding="ascii") as f:
    lines = f.read().splitlines()
with open(target, "w", encoding="ascii") as f:
    f.write("/* Made from schema.sql by embed.py. */\n#include \"store/schema.h\"\n\nconst char %s[] =\n" % name)
    for line in lines:
        text = line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        f.write('\t"%s\\n"\n' % text)
    f.write("\t;\n")
