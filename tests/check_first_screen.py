#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what decides: the verdict, the pictures beside it, the mail and report.md, each figure against the database.

usage: check_first_screen.py HPTSIM

Prints TAP.
"""
import html.parser
import json
import math
import os
import re
import sys

import check_report
from tool import checks_of, run_checks, want

QUESTIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios", "questions")
MAINLINE = "per-section"
SAME = 1.01

LONG = "a_name_that_is_much_too_long_for_a_column_of_a_table_in_a_mail_with_72_columns_at_most"


class Cells(html.parser.HTMLParser):
    """the pictures: [caption, heads, {row: [(text, data-value, class)]}]; and what stands before the first of them"""

    def __init__(self, text):
        super().__init__()
        self.panels, self.before, self.classes, self.folded = [], [], [], 0
        self.open, self.row, self.depth = None, None, 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "details":
            self.depth += 1
        if tag in ("p", "ul") and not self.panels:
            self.classes.append(attrs.get("class"))
        if tag == "div" and attrs.get("class") == "panel":
            self.panels.append(["", [], {}])
        if tag in ("caption", "td", "th"):
            self.open = [tag, attrs, ""]

    def handle_endtag(self, tag):
        if tag == "details":
            self.depth -= 1
        if tag == "section" and not self.depth:
            self.folded += 1
        if not self.open or self.open[0] != tag or not self.panels or self.folded:
            return
        panel, (_, attrs, text) = self.panels[-1], self.open
        if tag == "caption":
            panel[0] = text
        elif tag == "th" and attrs.get("scope") == "col":
            panel[1].append(text)
        elif tag == "th":
            self.row = panel[2].setdefault(text, [])
        elif self.row is not None:
            self.row.append((text, attrs.get("data-value"), attrs.get("class", "")))
        self.open = None

    def handle_data(self, data):
        if not self.panels:
            self.before.append(data)
        if self.open:
            self.open[2] += data


def ns_text(ns):
    if ns < 1000:
        return "%d %s" % (ns, "ns" if ns else "s")
    for unit, size in (("us", 10**3), ("ms", 10**6), ("s", 10**9)):
        tenths = (ns + size // 20) // (size // 10)
        if tenths < 10000 or unit == "s":
            return "%d.%d %s" % (tenths // 10, tenths % 10, unit)


def bytes_text(size):
    for unit in (4, 3, 2, 1):
        if size >> 10 * unit and not size & ((1 << 10 * unit - 2) - 1):
            return ("%.2f" % (size / 2.0 ** (10 * unit))).rstrip("0").rstrip(".") + " " + "BKMGT"[unit] + "iB"
    return "%d B" % size


def same_number(text, value):
    """is that text the value, rounded?"""
    decimals = len(text.partition(".")[2])
    return abs(float(text) - value) <= 0.51 * 10.0 ** -decimals


def flat(text):
    return " ".join(text.split())


def paragraphs(text):
    return [flat(p) for p in text.split("\n\n")]


def ratios_of(cli, db):
    """{policy: [ratio in each scenario]} of runs that did their work, as the database has it"""
    rows = cli.sql(db, "select scenario, policy, total_ns, (select count(*) from request where run_id = run.id and "
                   "(errno <> 0 or lmbs_done < lmbs_requested)) from run order by id")
    mainline = {s: ns for s, p, ns, failed in rows if p == MAINLINE and not failed}
    ratios = {}
    for s, p, ns, failed in rows:
        if not failed and s in mainline:
            ratios.setdefault(p, {})[s] = ns / mainline[s]
    return ratios, [s for s in dict.fromkeys(r[0] for r in rows)], len(mainline)


def fastest_of(cli, db):
    ratios, _, count = ratios_of(cli, db)
    means = {p: math.exp(sum(map(math.log, r.values())) / count) for p, r in ratios.items() if len(r) == count}
    return {p for p, mean in means.items() if mean <= SAME * min(means.values())}, means


def table_of(text, title):
    """rows of the boxed or piped table behind that title, without heads"""
    lines = iter(text[text.index(title):].split("\n"))
    rows = []
    for line in lines:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows and not line.startswith("+"):
            break
    heads = rows[0]
    return heads, {row[0].replace("\\", ""): row[1:] for row in rows[1:] if not row[0].startswith("--")}


def sizes(cli):
    """a scenario for any size of memory"""
    with open(cli.path("sizes.yaml"), "w") as f:
        f.write(re.sub(r"expect:.*", "", cli.text("small.yaml").replace("small", "sizes").replace("16GiB", "64GiB"), flags=re.S))


# Each check says what is wrong with hptsim if it fails.

def check_short_is_not_best(cli):
    """a run that did not do the work ranks as fastest, is highlighted, or is not told first"""
    short = {"outer-batch", "outer-batch-retry", "outer-lmb", "feasible-target"}
    done = cli.run("compare", os.path.join(QUESTIONS, "other_callers.yaml"), "--policy", "all", "--out", "o")
    report = json.loads(cli.text("o", "report.json"))
    want(report["best"] not in short and not short & set(report["fastest"]), "fastest: %s" % report["fastest"])
    page = Cells(cli.text("o", "report.html"))
    want(page.classes[:2] == ["bad", "verdict"], "the page begins with %s" % page.classes)
    for name, text in (("stdout", paragraphs(done.stdout)[0]), ("page", flat("".join(page.before))),
                       ("report.md", paragraphs(cli.text("o", "report.md"))[1]),
                       ("mail", paragraphs(cli.text("o", "report.mail"))[1])):
        at = [text.find(policy) for policy in sorted(short)]
        want(min(at) >= 0 and "other_callers" in text and "56.25 GiB of memory at the end, not 86 GiB" in text, "%s does not begin with who fell short: %s" % (name, text[:300]))
    for caption, _, rows in page.panels:
        want(set(list(rows)[:4]) == short, "%s: these come first: %s" % (caption, list(rows)[:4]))
        want(not any("best" in cell[2] for row in short for cell in rows[row]), "%s: highlighted" % caption)
    ratio = page.panels[0][2]
    want(all(ratio[p][0][0] == "short" for p in short), "not called short: %s" % ratio)
    for text in (cli.text("o", "report.md"), cli.text("o", "report.mail")):
        _, rows = table_of(text, "ratio to mainline")
        want(all(rows[p][0] == "short" for p in short), "not called short: %s" % rows)
    prices = re.search(r"What it costs elsewhere.*?</table>", cli.text("o", "report.html"), re.S).group(0)
    for p in short:
        want("best" not in re.search(r"<th scope=\"row\">%s</th>.*" % p, prices).group(0), "%s has the best price" % p)


def check_all_short(cli):
    """where every policy fails to do the work, one of them wins anyway"""
    with open(cli.path("none.yaml"), "w") as f:
        f.write(re.sub(r"events:.*", "events:\n  - remove: {by: count, count: 1}\n", cli.text("small.yaml"), flags=re.S))
    done = cli.run("compare", "none.yaml", "--policy", "all", "--out", "o")
    report = json.loads(cli.text("o", "report.json"))
    want(report["best"] is None and report["fastest"] == [], "one wins: %s" % report["best"])
    want(paragraphs(done.stdout)[0].startswith("Not ranked") and "all 11 policies in" in done.stdout, done.stdout)
    want("No verdict" in paragraphs(done.stdout)[1], done.stdout)


def check_ties(cli):
    """one of several that differ by nothing, or by too little to tell, is called the winner or highlighted alone"""
    for scenario in ("256g_on_2g_16m", "256g_on_129g"):
        done = cli.run("compare", os.path.join(QUESTIONS, "..", scenario + ".yaml"), "--policy", "all", "--out", "o")
        fastest, means = fastest_of(cli, "o/report.db")
        want(set(json.loads(cli.text("o", "report.json"))["fastest"]) == fastest, "fastest: not %s" % fastest)
        page = Cells(cli.text("o", "report.html"))
        names = sorted(fastest - {MAINLINE}, key=len)
        for name, text in (("stdout", flat(done.stdout)), ("page", flat("".join(page.before))),
                           ("report.md", flat(cli.text("o", "report.md")).replace("\\", "")),
                           ("mail", flat(cli.text("o", "report.mail")))):
            verdict = text[:text.index("which is mainline")]
            want(all(n in verdict for n in names), "%s names not all of %s" % (name, names))
            want(" wins" not in text and (len(names) < 2 or " tie" in verdict), "%s: no tie: %s" % (name, verdict))
        if len(fastest) < len(means):
            best = {p for p, row in page.panels[0][2].items() if "best" in row[0][2]}
            want(best == fastest, "highlighted: %s, not %s" % (best, fastest))


def check_orders(cli):
    """an order is taken for a factor of two too many, or too few"""
    for above, factor in ((1, "2"), (2, "4"), (3, "8"), (5, "32")):
        if os.path.exists(cli.path("r.db")):
            os.unlink(cli.path("r.db"))
        cli.run("run", "small.yaml", "--policy", "per-section,v1", "--db", "r.db")
        cli.run("report", "--db", "r.db", "--out", "o")
        (wish,) = {r["hpt_shift_wished"] for r in json.loads(cli.text("o", "report.json"))["scenarios"][0]["runs"]}
        cli.sql("r.db", ("update run set hpt_shift_end = ? where policy = 'v1'", (wish + above,)))
        cli.run("report", "--db", "r.db", "--out", "o")
        want(re.search(r"<td( class=\"best\")?>%s times</td>" % factor, cli.text("o", "report.html")), "%d orders are not %s times" % (above, factor))
        want(table_of(cli.text("o", "report.mail"), "What does it cost")[1]["v1"][2] == str(above), "not %d orders" % above)


def check_left_out(cli):
    """a report on some of the runs of a database does not say so, or not how to choose"""
    sizes(cli)
    for size in range(3, 9):
        cli.run("run", "sizes.yaml", "--policy", "per-section,v1", "--set", "guest.memory=%dGiB" % size, "--db", "r.db")
    done = cli.run("report", "--db", "r.db", "--out", "o")
    mail = cli.run("report", "--db", "r.db", "--mail")
    for name, text in (("stderr", done.stderr), ("page", cli.text("o", "report.html")), ("report.md", cli.text("o", "report.md")),
                       ("mail", cli.text("o", "report.mail")), ("--mail", mail.stdout), ("--mail on stderr", mail.stderr)):
        text = flat(text).replace("\\", "")
        want("2 of the 12 runs" in text and "10 other runs" in text, "%s does not say how many" % name)
        want("guest.memory=3GiB" in text and "2 more inputs" in text, "%s does not say what" % name)
        want("hptsim runs" in text and "--run" in text, "%s does not say how to choose" % name)
    done = cli.run("report", "--db", "r.db", "--out", "o", "--run", ",".join(str(n) for n in range(1, 13)))
    want(not done.stderr and "other runs" not in cli.text("o", "report.html"), "all are shown, and something is left out")
    page = Cells(cli.text("o", "report.html"))
    want(page.panels[0][1][2:] == [str(n) for n in range(1, 7)], "columns: %s" % page.panels[0][1])
    for size in range(3, 9):
        want("sizes (guest.memory=%dGiB)" % size in cli.text("o", "report.html"), "%d GiB are not told from others" % size)
    command = json.loads(cli.text("o", "report.json"))["command"]
    want(command.count("hptsim run ") == 6 and "guest.memory=8GiB" in command, "the command: %s" % command)


def check_why_figures(cli):
    """the pigeonhole's two numbers are not those of the table, or not in the database"""
    scenario = os.path.join(QUESTIONS, "..", "256g_on_129g.yaml")
    done = cli.run("compare", scenario, "--policy", "per-section,v2-p1,feasible-target", "--out", "o")
    ((entries, ptegs, slot),) = cli.sql("o/report.db", "select collision_entries, 1 << (to_shift - 7), collision_slot from "
                                        "resize_attempt where seq = 1 and run_id = (select id from run where policy = 'per-section')")
    boot = cli.run("dump-hpt", scenario, "--policy", "per-section", "--at", "boot", "--runs").stdout.split("\n")[1:-1]
    count = sum(int(line.split(",")[5]) for line in boot if line.split(",")[3] == str(slot))
    want(count == entries, "%d entries in slot %d, not %d" % (count, slot, entries))
    words = ("order 28", "{:,} PTEGs".format(ptegs), "{:,} bolted entries".format(entries), "slot %d " % slot,
             "{:,} or more".format(entries - ptegs), "1,024 of its 1,024 attempts")
    text = cli.text("o", "report.html")
    for name, text in (("stdout", done.stdout), ("page", text[:text.index("<details")]), ("report.md", cli.text("o", "report.md")),
                       ("mail", cli.text("o", "report.mail"))):
        for word in words:
            want(word in flat(text), "%s: no '%s'" % (name, word))
    heads, rows = table_of(cli.text("o", "report.mail"), "Why do resizes fail")
    want(rows["per-section"][-2:] == ["{:,}".format(entries), "{:,}".format(ptegs)], "%s" % rows)
    ((with_slot, with_entries),) = cli.sql("o/report.db", "select count(collision_slot), count(collision_entries) from resize_attempt")
    want(with_slot == with_entries >= 1024, "%d collisions, %d counts" % (with_slot, with_entries))


def check_picture_figures(cli):
    """a number in a picture, or a bar, is not what the database has"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o")
    page = Cells(cli.text("o", "report.html"))
    ratios, scenarios, _ = ratios_of(cli, "o/report.db")
    _, means = fastest_of(cli, "o/report.db")
    columns = {"Longest stall": ("stall_max_ns", {"ms": 1e6, "s": 1e9}), "Host memory": ("host_peak_bytes", {"MiB": 2.0**20, "GiB": 2.0**30}),
               "Order left": ("hpt_shift_end", {})}
    want(len(page.panels) == 4, "%d panels" % len(page.panels))
    for caption, heads, rows in page.panels:
        want(len(rows) == 11, "%s: %d policies" % (caption, len(rows)))
        mean = "mean" in heads
        for policy, cells in rows.items():
            for scenario, (text, value, _) in zip(scenarios, cells[mean:]):
                if caption.startswith("Time"):
                    want(math.isclose(float(value), ratios[policy][scenario], rel_tol=1e-6) and same_number(text, float(value)),
                         "%s, %s: %s, %s" % (policy, scenario, text, value))
                    continue
                column, units = next(c for start, c in columns.items() if caption.startswith(start))
                ((right,),) = cli.sql("o/report.db", ("select %s from run where scenario = ? and policy = ?" % column,
                                                      (scenario, policy)))
                want(int(value) == right, "%s, %s: %s is %s, not %s" % (policy, scenario, column, value, right))
                unit = units.get(caption.split()[-1], 1)
                shown = text.split()[0]
                want(same_number(shown, right / unit) or math.isclose(float(shown), right / unit, rel_tol=0.006),
                     "%s, %s: %s is not %s" % (policy, scenario, text, right))
            if mean:
                want(same_number(cells[0][0], means[policy]), "mean of %s: %s" % (policy, cells[0][0]))


def check_text_figures(cli):
    """a number of report.md or of the mail is not what the database has"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o")
    ratios, scenarios, _ = ratios_of(cli, "o/report.db")
    _, means = fastest_of(cli, "o/report.db")
    sums = {row[0]: row[1:] for row in cli.sql("o/report.db", "select policy, max(stall_max_ns), max(host_peak_bytes), "
                                               "sum(resize_failures), sum(findings) from run group by policy")}
    for text, title in ((cli.text("o", "report.md"), "What it costs"), (cli.text("o", "report.mail"), "What does it cost")):
        heads, rows = table_of(text, "ratio to mainline")
        want(heads[1:] == ["mean", "1", "2"] and len(rows) == 11, "heads: %s" % heads)
        for policy, cells in rows.items():
            right = [means[policy]] + [ratios[policy][s] for s in scenarios]
            want(all(same_number(c, r) for c, r in zip(cells, right)), "%s: %s, not %s" % (policy, cells, right))
        heads, rows = table_of(text, title)
        for policy, cells in rows.items():
            stall, host, failures, findings = sums[policy]
            want(cells[0] == ns_text(stall) and cells[1] == bytes_text(host), "%s: %s" % (policy, cells))
            want([c.replace(",", "") for c in cells[3:5]] == [str(failures), str(findings)], "%s: %s" % (policy, cells))
    fastest, _ = fastest_of(cli, "o/report.db")
    for policy in fastest - {MAINLINE}:
        stall, host, failures, findings = sums[policy]
        line = [p for p in re.split(r"\n- |\n\n", cli.text("o", "report.mail")) if re.match(r"(\S+, )*%s(,|:)" % policy, flat(p).lstrip("- "))]
        want(len(line) == 1, "what %s costs: %s" % (policy, line))
        for word in ("stall %s," % ns_text(stall), ", %s of host" % bytes_text(host), "{:,} resize".format(failures),
                     "{:,} finding".format(findings)):
            want(word in flat(line[0]), "%s: no '%s' in %s" % (policy, word, line[0]))


def check_mail_form(cli):
    """a cover letter has lines above 72 columns, open boxes, or no footnotes"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "o")
    printed = cli.run("report", "--db", "o/report.db", "--mail").stdout
    want(printed == cli.text("o", "report.mail"), "--mail prints something else than report.mail")
    again = cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "p", "--mail")
    want(again.stdout == printed, "compare --mail prints something else")
    want(not os.path.exists(cli.path("results")), "report --mail without --out writes files")
    cli.sql("o/report.db", ("update run set policy = ? where policy = 'v1'", (LONG,)),
            ("update run set scenario = ? where scenario = 'small'", (LONG.upper(),)))
    hostile = cli.run("report", "--db", "o/report.db", "--mail").stdout
    for mail in (printed, hostile):
        long = [line for line in mail.split("\n") if len(line) > 72]
        want(not long, "%d columns: %s" % (len(long[0]) if long else 0, long[:1]))
        boxes = [line for line in mail.split("\n") if line.startswith(("+", "|"))]
        want(len([b for b in boxes if b.startswith("+")]) >= 6, "boxes: %s" % boxes)
        for line in boxes:
            want(line.endswith(line[0]), "an open box: %s" % line)
        for number in (1, 2, 3):
            want(re.search(r"^\[%d\] " % number, mail, re.M) and mail.count("[%d]" % number) >= (1 if number == 3 else 2),
                 "no footnote %d" % number)
    notes = flat(printed[printed.index("\n[1] "):])
    want("hptsim compare small.yaml fixed.yaml" in notes and "Exact:" in notes and "Priced:" in notes, notes)
    (version,) = cli.sql("o/report.db", "select distinct hptsim_version from run")
    want("hptsim %s;" % version in notes, "the version: %s" % notes)
    for sha, costs in cli.sql("o/report.db", "select scenario_sha256, costs_sha256 from input"):
        want(sha[:12] in notes and costs[:12] in notes, "a hash is missing")


def check_markdown_short(cli):
    """report.md is too long for a mail, whatever is compared"""
    sizes(cli)
    for size in range(3, 20):
        cli.run("run", "sizes.yaml", "--policy", "all", "--set", "guest.memory=%dGiB" % size, "--db", "r.db")
    cli.run("report", "--db", "r.db", "--out", "o", "--run", ",".join(str(n) for n in range(1, 11 * 17 + 1)))
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "all", "--out", "p")
    for directory in ("o", "p"):
        lines = cli.text(directory, "report.md").split("\n")
        want(len(lines) < 100, "%d lines" % len(lines))
        want(max(map(len, lines)) <= 72, "%d columns" % max(map(len, lines)))
    want("lowest" in cli.text("o", "report.html"), "no overview of 17 sizes")


def check_folded(cli):
    """what does not decide is open, or cannot be reached"""
    cli.run("compare", "small.yaml", "fixed.yaml", "--policy", "per-section,v1", "--out", "o")
    text = cli.text("o", "report.html")
    want(text.count("<details") == text.count("</details>") == 5 and "<details open" not in text, "details: %d" % text.count("<details"))
    for name in ("#s-small", "#s-fixed"):
        want('href="%s"' % name in text and '<details id="%s"' % name[1:] in text, "no way to %s" % name)
    want("details-content" in text[text.index("@media print"):], "printed, it is folded")


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), check_report.Cli))
