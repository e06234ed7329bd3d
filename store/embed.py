#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn schema.sql into a C string; an array, because C17 limits the length of literals.

usage: embed.py INPUT OUTPUT
"""
import sys

source, target = sys.argv[1:]
with open(source, "rb") as f:
    data = f.read()
with open(target, "w", encoding="ascii") as f:
    f.write('/* Made from schema.sql by store/embed.py. */\n#include "store/schema.h"\n\nconst char store_schema[] = {\n')
    for line in data.splitlines(keepends=True):
        f.write("\t%s\n" % " ".join("%d," % byte for byte in line))
    f.write("\t0\n};\n")
