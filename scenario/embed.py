#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn cost profiles into the C table costs_builtin[].

usage: embed.py OUTPUT.c PROFILE.yaml...
"""
import os
import sys


def c_array(name, data):
    lines = [f"static const char {name}[] = {{"]
    for at in range(0, len(data), 16):
        lines.append("\t" + " ".join(f"{byte}," for byte in data[at:at + 16]))
    lines.append("\t0\n};")
    return "\n".join(lines)


def main():
    output, paths = sys.argv[1], sys.argv[2:]
    parts = ["/* Made by scenario/embed.py; do not edit. */",
             '#include "scenario/costs.h"\n']
    rows = []
    for number, path in enumerate(paths):
        with open(path, "rb") as file:
            data = file.read()
        if any(byte > 127 for byte in data):
            sys.exit(f"{path}: profiles that are built in must be ASCII")
        name = os.path.splitext(os.path.basename(path))[0]
        parts.append(c_array(f"profile_{number}", data))
        rows.append(f'\t{{ "{name}", profile_{number}, sizeof(profile_{number}) - 1 }},')
    parts.append("\nconst struct costs_builtin costs_builtin[] = {")
    parts += rows + ["\t{ 0, 0, 0 }\n};\n"]
    with open(output, "w", encoding="ascii") as file:
        file.write("\n".join(parts))


if __name__ == "__main__":
    main()
