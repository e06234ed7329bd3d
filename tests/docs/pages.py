# SPDX-License-Identifier: GPL-2.0-or-later
"""What has to have a page, or a row of one."""
import csv
import os
import re
import subprocess

HEADINGS = ["What it does", "Where it is from", "In a picture", "Its numbers", "Known faults"]


def not_listed(source):
    """documents that docs/README.md, which says what to read, does not name"""
    directory = os.path.join(source, "docs")
    with open(os.path.join(directory, "README.md"), encoding="utf-8") as f:
        listed = set(re.findall(r"\]\(([^)#]+)", f.read()))
    there = [f for f in os.listdir(directory) if f.endswith(".md") and f != "README.md"]
    there += [os.path.join(d, "README.md") for d in os.listdir(directory) if os.path.exists(os.path.join(directory, d, "README.md"))]
    return sorted(set(there) - listed)


def lacks_page(binary, source):
    """What each policy lacks, as lines; and pages of no policy"""
    out = subprocess.run([binary, "list", "policies", "--format", "csv"], check=True, capture_output=True, text=True).stdout
    names = [row["policy"] for row in csv.DictReader(out.splitlines())]
    directory = os.path.join(source, "docs", "policies")
    found = {f[:-3] for f in os.listdir(directory) if f.endswith(".md")} - {"README"}
    wrong = ["docs/policies/%s.md: no such policy" % name for name in sorted(found - set(names))]
    for name in names:
        if name not in found:
            wrong.append("docs/policies/%s.md is missing: CONTRIBUTING.md says what a policy needs" % name)
            continue
        with open(os.path.join(directory, name + ".md"), encoding="utf-8") as f:
            text = f.read()
        wrong += ["docs/policies/%s.md: no heading '%s'" % (name, h) for h in HEADINGS if "\n## %s\n" % h not in text]
        if not os.path.exists(os.path.join(source, "docs", "images", "policy-%s.svg" % name)) or "/policy-%s.svg)" % name not in text:
            wrong.append("docs/policies/%s.md: no picture: scripts/docs_images.sh" % name)
        if not re.search(r"made by: hptsim run scenarios/256g_\*\.yaml --policy [\w,-]*\b%s --no-db" % re.escape(name), text):
            wrong.append("docs/policies/%s.md: no numbers of scenarios/256g_*.yaml" % name)
    return wrong
