#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn the shim into the C table shim_files[].

usage: embed.py OUTPUT.c FILE...
"""
import os
import sys


def main():
    output, paths = sys.argv[1], sys.argv[2:]
    parts = ["/* Made by kernel/embed.py; do not edit. */", '#include "kernel/shim_files.h"\n']
    rows = []
    for number, path in enumerate(paths):
        with open(path, "rb") as file:
            data = file.read()
        lines = [" ".join("%d," % byte for byte in data[at:at + 24]) for at in range(0, len(data), 24)]
        parts.append("static const char file_%d[] = {\n%s\n0\n};" % (number, "\n".join(lines)))
        rows.append('\t{ "%s", file_%d, sizeof(file_%d) - 1 },' % (os.path.basename(path), number, number))
    parts.append("\nconst struct shim_file shim_files[] = {")
    parts += rows + ["\t{ 0, 0, 0 }\n};\n"]
    with open(output, "w", encoding="ascii") as file:
        file.write("\n".join(parts))


if __name__ == "__main__":
    main()
