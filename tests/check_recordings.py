#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare hptsim with the recordings of a real guest in tests/recordings/. Output is TAP.

usage: check_recordings.py BINARY DIR [--policies NAME[,NAME...]]
       check_recordings.py BINARY DIR --self-test

One test per recording for its resize attempts, one for each HPT dump.

Attempts: the sequence of (shift before, asked shift, last PREPARE answer, COMMIT answer, the
kernel's return code) has to be the same, no exception.

Dumps: every bolted entry that either side has is compared: region, base page size, secondary
flag, slot. Entries made at boot have to be equal. For entries made by a hot-add in the running
guest, two differences are allowed, both in the primary PTEG:
  - The recorded slot is higher than the simulated one. A bolted entry takes the first free slot of
    its PTEG, and in a running guest an entry that is not bolted (user space, vmalloc) may hold a
    slot at that moment; it is gone by the time of the dump, or at the next resize.
  - The recorded slot is lower, and the entry that has this slot in the simulation, in the same
    PTEG, is recorded elsewhere itself: it was pushed up, so the next one for that PTEG found the
    slot free. The table may have grown since, so "the same PTEG" is that of the smallest table of
    the run, which is what both had in common.
Which PTEGs these are varies from boot to boot, so the model leaves them out. They are few: the
allowance ends at one per 1000 of the dump's entries. Any other lower slot, a missing entry, one
too many, another page size or the secondary PTEG always fails, but for `# come-and-go: N` in the head of
attempts.tsv: then so many pages of the linear map may have an entry on one side only (debug_pagealloc, KFENCE). The state of an entry under KVM HV
(VALID, ABSENT) depends on what the guest touched and is not compared.

A recording of a policy that BINARY does not have is skipped. One with missing files, or without
attempts though it had some, fails.

--self-test alters copies of recordings and expects each alteration to be noticed: a comparison
that cannot fail is worth nothing.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

NOISE_PER = 1000	# one displaced entry per so many
PTEG_SHIFT = 7		# log2 bytes of a PTEG
RUN_TIMEOUT_S = 600

Attempt = collections.namedtuple("Attempt", "from_shift to_shift prepare_rc commit_rc errno")
Run = collections.namedtuple("Run", "region base_shift secondary slot first pages")
Result = collections.namedtuple("Result", "ok name comments skip", defaults=((), None))


class BadRecording(Exception):
    """The recording's own files are not what they have to be."""


class BadRun(Exception):
    """The binary failed, or said something that cannot be read."""


# -- the recordings ------------------------------------------------------------------------

def read_tsv(path):
    """(comments with a colon as a dict, rows)"""
    notes, rows = {}, []
    try:
        with open(path) as f:
            for number, line in enumerate(f, 1):
                line = line.rstrip("\n")
                if line.startswith("#"):
                    key, colon, value = line[1:].partition(":")
                    if colon:
                        notes[key.strip()] = value.strip()
                elif line:
                    rows.append((number, line.split("\t")))
    except OSError as e:
        raise BadRecording("%s: %s" % (path, e.strerror)) from None
    return notes, rows


def note(notes, key, path):
    if key not in notes:
        raise BadRecording("%s: no '# %s:'" % (path, key))
    return notes[key]


def none_if_dash(text):
    return None if text == "-" else text


class Recording:
    def __init__(self, root, folder):
        self.folder = folder
        self.label = os.path.relpath(folder, root)
        path = os.path.join(folder, "attempts.tsv")
        notes, rows = read_tsv(path)
        self.policy = note(notes, "policy", path)
        self.shift_start = int(note(notes, "hpt-shift-start", path))
        self.dumps = note(notes, "dumps", path).split()
        self.come_and_go = int(notes.get("come-and-go", 0))
        self.attempts = []
        for number, row in rows:
            try:
                count, from_shift, to_shift, prepare_rc, commit_rc, errno = row
                self.attempts += int(count) * [Attempt(int(from_shift), int(to_shift), none_if_dash(prepare_rc),
                                                       none_if_dash(commit_rc), int(errno))]
            except ValueError:
                raise BadRecording("%s:%d: not an attempt" % (path, number)) from None
        recorded = int(note(notes, "attempts", path))
        if len(self.attempts) != recorded:
            raise BadRecording("%s: %d attempts, '# attempts:' says %d" % (path, len(self.attempts), recorded))
        self.shift_smallest = min([self.shift_start] + [a.to_shift for a in self.attempts if a.errno == 0])
        self.scenario = os.path.join(folder, "scenario.yaml")
        try:
            with open(self.scenario) as f:
                self.scenario_lines = f.read().splitlines(keepends=True)
        except OSError as e:
            raise BadRecording("%s: %s" % (self.scenario, e.strerror)) from None

    def dump(self, name):
        """(events before the dump, its runs)"""
        path = os.path.join(self.folder, "hpt-%s.tsv" % name)
        notes, rows = read_tsv(path)
        runs = []
        for number, row in rows:
            try:
                region, base_shift, secondary, slot, ea, pages = row[:6]
                runs.append(make_run(region, base_shift, secondary, slot, ea, pages))
            except ValueError:
                raise BadRecording("%s:%d: not a run of entries" % (path, number)) from None
        if not runs:
            raise BadRecording("%s: no entries" % path)
        return int(note(notes, "after-events", path)), runs

    def events(self):
        start = self.scenario_lines.index("events:\n") + 1
        return start, [i for i in range(start, len(self.scenario_lines)) if self.scenario_lines[i].startswith("  - ")]

    def prefix(self, count):
        """text of the scenario with its first events only"""
        start, events = self.events()
        if not 0 < count <= len(events):
            raise BadRecording("%s: no event %d" % (self.scenario, count))
        end = events[count] if count < len(events) else len(self.scenario_lines)
        return "".join(self.scenario_lines[:end])


def make_run(region, base_shift, secondary, slot, ea, pages):
    base_shift = int(base_shift)
    return Run(region, base_shift, int(secondary), int(slot), int(ea, 16) >> base_shift, int(pages))


# -- the simulator -------------------------------------------------------------------------

class Simulator:
    def __init__(self, binary):
        self.binary = binary

    def _run(self, *args):
        try:
            p = subprocess.run([self.binary, *args], capture_output=True, text=True, timeout=RUN_TIMEOUT_S)
        except (OSError, subprocess.TimeoutExpired) as e:
            raise BadRun(str(e)) from None
        if p.returncode:
            raise BadRun("%s: exit status %d: %s" % (args[0], p.returncode, (p.stderr or p.stdout).strip()[:500]))
        return p.stdout

    def policies(self):
        """first word of each line of the list"""
        return {line.split()[0] for line in self._run("list", "policies").splitlines() if line.split()}

    def attempts(self, scenario, policy):
        """(HPT shift at the start, attempts)"""
        with tempfile.TemporaryDirectory() as tmp:
            db = os.path.join(tmp, "run.db")
            self._run("run", scenario, "--policy", policy, "--db", db)
            try:
                with contextlib.closing(sqlite3.connect(db)) as c:
                    run, shift = c.execute("SELECT id, hpt_shift_start FROM run ORDER BY id DESC LIMIT 1").fetchone()
                    rows = c.execute("SELECT from_shift, to_shift, prepare_rc, commit_rc, errno "
                                     "FROM resize_attempt WHERE run_id = ? ORDER BY seq", (run,))
                    return shift, [Attempt(*row) for row in rows]
            except (sqlite3.Error, TypeError) as e:
                raise BadRun("database of the run: %s" % e) from None

    def dump(self, scenario, policy, at):
        lines = self._run("dump-hpt", scenario, "--policy", policy, "--at", at, "--runs").splitlines()
        if not lines or lines[0] != "region,base_shift,secondary,slot,ea,pages":
            raise BadRun("dump-hpt: no header line")
        try:
            return [make_run(*line.split(",")) for line in lines[1:]]
        except (ValueError, TypeError):
            raise BadRun("dump-hpt: a line is not a run of entries") from None


    def ptegs(self, scenario, policy, wanted):
        """PTEG at the end of each (region, ea) in @wanted"""
        found = {}
        for line in self._run("dump-hpt", scenario, "--policy", policy, "--at", "end").splitlines()[1:]:
            pteg, _, region, ea, _ = line.split(",")
            key = (region, int(ea, 16))
            if key in wanted:
                found[key] = int(pteg)
        if len(found) != len(wanted):
            raise BadRun("dump-hpt: entries of --runs are missing without it")
        return found


# -- comparing -----------------------------------------------------------------------------

def first_difference(simulated, recorded):
    for i in range(max(len(simulated), len(recorded))):
        s = simulated[i] if i < len(simulated) else None
        r = recorded[i] if i < len(recorded) else None
        if s != r:
            return i + 1, s, r
    return None


def attempt_text(a):
    if a is None:
        return "none"
    return "%d -> %d, PREPARE %s, COMMIT %s, errno %d" % (a.from_shift, a.to_shift, a.prepare_rc, a.commit_rc or "-",
                                                          a.errno)


Differences = collections.namedtuple("Differences", "compared displaced wrong first_wrong")


class Part(collections.namedtuple("Part", "region base_shift first pages simulated recorded boot")):
    """Consecutive pages of which each side says the same; sides are lists of (secondary, slot)."""

    def equal(self):
        return self.simulated == self.recorded and len(self.simulated) == 1

    def moved(self):
        """slots that the recorded entry is above the simulated one; None: not a mere move of a hot-added entry"""
        if self.boot or len(self.simulated) != 1 or len(self.recorded) != 1:
            return None
        (secondary, slot), (recorded_secondary, recorded_slot) = self.simulated[0], self.recorded[0]
        return None if secondary or recorded_secondary else recorded_slot - slot

    def one_sided(self):
        return self.region == "linear" and not (self.simulated and self.recorded)

    def entries(self):
        return [(self.region, page << self.base_shift) for page in range(self.first, self.first + self.pages)]


def parts(simulated, recorded, boot):
    """cut the address space of each region where any side changes"""
    edges = collections.defaultdict(list)	# (region, base_shift) -> (page, 0 = end first, side, run)
    for side, runs in enumerate((simulated, recorded, boot)):
        for run in runs:
            edges[run.region, run.base_shift] += [(run.first, 1, side, run), (run.first + run.pages, 0, side, run)]
    for (region, base_shift), list_ in sorted(edges.items()):
        now = [], [], []
        at = 0
        for page, begins, side, run in sorted(list_, key=lambda edge: edge[:2]):
            if page > at and (now[0] or now[1]):
                yield Part(region, base_shift, at, page - at, *([(r.secondary, r.slot) for r in runs] for runs in now))
            if begins:
                now[side].append(run)
            else:
                now[side].remove(run)
            at = page


def compare_dumps(simulated, recorded, boot, ptegs, come_and_go=0):
    """
    @boot:  the simulated entries made at boot; none of those may move
    @come_and_go: so many pages of the linear map may be on one side only
    @ptegs: maps a set of (region, ea) to what PTEG each has in the smallest table of the run
    """
    compared = 0
    moved, wrong = [], []
    for part in parts(simulated, recorded, boot):
        compared += part.pages
        if not part.equal():
            (wrong if part.moved() is None else moved).append(part)
    one_sided = [part for part in wrong if part.one_sided()]
    if sum(part.pages for part in one_sided) <= come_and_go:
        wrong = [part for part in wrong if not part.one_sided()]
    if any(part.moved() < 0 for part in moved):
        pteg_of = ptegs({entry for part in moved for entry in part.entries()})
        left = {(pteg_of[entry], part.simulated[0][1]) for part in moved for entry in part.entries()}
        for part in list(moved):
            slot = part.recorded[0][1]
            if part.moved() < 0 and not all((pteg_of[entry], slot) in left for entry in part.entries()):
                moved.remove(part)
                wrong.append(part)
    return Differences(compared, sum(part.pages for part in moved), sum(part.pages for part in wrong),
                       min(wrong, default=None))


def entry_text(entries):
    return " and ".join("slot %d%s" % (slot, " (secondary)" if secondary else "")
                        for secondary, slot in entries) or "no entry"


def check_attempts(sim, rec):
    name = "%s: resize attempts" % rec.label
    try:
        shift, simulated = sim.attempts(rec.scenario, rec.policy)
    except BadRun as e:
        return Result(False, name, (str(e),))
    comments = ["%d attempts compared" % len(rec.attempts)]
    if shift != rec.shift_start:
        return Result(False, name, comments + [
            "HPT shift at boot: simulated %s, recorded %d" % (shift, rec.shift_start)])
    different = first_difference(simulated, rec.attempts)
    if different:
        number, s, r = different
        return Result(False, name, comments + [
            "%d attempts simulated, %d recorded; first difference at attempt %d" % (len(simulated), len(rec.attempts),
                                                                                    number),
            "simulated: %s" % attempt_text(s), "recorded:  %s" % attempt_text(r)])
    return Result(True, name, comments)


def check_dump(sim, rec, dump, at_boot):
    name = "%s: HPT %s" % (rec.label, dump)
    try:
        events, recorded = rec.dump(dump)
        with tempfile.TemporaryDirectory() as tmp:
            scenario = os.path.join(tmp, "scenario.yaml")

            def ptegs(wanted):
                mask = (1 << (rec.shift_smallest - PTEG_SHIFT)) - 1
                return {entry: pteg & mask for entry, pteg in sim.ptegs(scenario, rec.policy, wanted).items()}
            if events:
                with open(scenario, "w") as f:
                    f.write(rec.prefix(events))
            simulated = sim.dump(scenario, rec.policy, "end") if events else at_boot()
            found = compare_dumps(simulated, recorded, at_boot(), ptegs, rec.come_and_go)
    except (BadRun, BadRecording) as e:
        return Result(False, name, (str(e),))
    entries = sum(run.pages for run in recorded)
    allowed = entries // NOISE_PER
    comments = ["%d entries compared, %d differ: %d moved within their PTEG after a hot-add (%d allowed), "
                "%d otherwise" %
                (found.compared, found.displaced + found.wrong, found.displaced, allowed, found.wrong)]
    if found.first_wrong:
        part = found.first_wrong
        comments.append("first: %s, base page shift %d, at 0x%x: simulated %s, recorded %s" %
                        (part.region, part.base_shift, part.first << part.base_shift, entry_text(part.simulated),
                         entry_text(part.recorded)))
    return Result(not found.wrong and found.displaced <= allowed, name, comments)


def check_recording(sim, known, root, folder, wanted):
    try:
        rec = Recording(root, folder)
    except BadRecording as e:
        return [Result(False, os.path.relpath(folder, root), (str(e),))]
    if wanted and rec.policy not in wanted:
        return []
    names = ["%s: resize attempts" % rec.label] + ["%s: HPT %s" % (rec.label, d) for d in rec.dumps]
    if rec.policy not in known:
        return [Result(True, n, skip="policy not built yet") for n in names]
    boot = []

    def at_boot():
        if not boot:
            boot.append(sim.dump(rec.scenario, rec.policy, "boot"))
        return boot[0]
    return [check_attempts(sim, rec)] + [check_dump(sim, rec, d, at_boot) for d in rec.dumps]


def folders(root):
    """every folder without folders in it, empty ones too"""
    return sorted(path for path, below, _ in os.walk(root) if not below and path != root)


def check_all(sim, known, root, wanted=None):
    found = folders(root)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        lists = pool.map(lambda folder: check_recording(sim, known, root, folder, wanted), found)
        return [result for results in lists for result in results]


def report(results):
    """print TAP; true when something ran and nothing failed"""
    print("1..%d" % len(results))
    for number, r in enumerate(results, 1):
        print("%s %d - %s%s" % ("ok" if r.ok else "not ok", number, r.name, " # SKIP %s" % r.skip if r.skip else ""))
        for comment in r.comments:
            for line in comment.splitlines():
                print("# %s" % line)
    print("# %d passed, %d failed, %d skipped" % (sum(r.ok and not r.skip for r in results),
                                                 sum(not r.ok for r in results), sum(bool(r.skip) for r in results)))
    return bool(results) and all(r.ok for r in results)


# -- the test of the test ------------------------------------------------------------------

def edit(path, change):
    with open(path) as f:
        lines = f.read().splitlines()
    i = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    row = lines[i].split("\t")
    lines[i:i + 1] = change(row)
    with open(path, "w") as f:
        f.writelines(line + "\n" for line in lines)


def split_run(row, slot):
    """the first page of a run moves to another slot"""
    rest = "%x" % (int(row[4], 16) + (1 << int(row[1])))
    return ["\t".join([*row[:3], str(slot), row[4], "1", *row[6:]]),
            "\t".join([*row[:4], rest, str(int(row[5]) - 1), *row[6:]])]


def one_attempt(row):
    other = [*row]
    other[0], other[4], other[5] = "1", *(("H_SUCCESS", "0") if row[4] == "H_PTEG_FULL" else ("H_PTEG_FULL", "-28"))
    return ["\t".join(other)] + ["\t".join([str(int(row[0]) - 1), *row[1:]])] * (int(row[0]) > 1)


ALTERATIONS = [
    ("one attempt with another outcome", lambda d: edit(os.path.join(d, "attempts.tsv"), one_attempt)),
    ("one attempt less", lambda d: edit(os.path.join(d, "attempts.tsv"), lambda row: (
        ["\t".join([str(int(row[0]) - 1), *row[1:]])] * (int(row[0]) > 1)))),
    ("no attempts", lambda d: edit_whole(os.path.join(d, "attempts.tsv"), r"(?m)^\d.*\n", "")),
    ("no attempts, and said to be so", lambda d: (
        edit_whole(os.path.join(d, "attempts.tsv"), r"(?m)^\d.*\n", ""),
        edit_whole(os.path.join(d, "attempts.tsv"), r"# attempts: \d+", "# attempts: 0"))),
    ("another HPT shift at boot", lambda d: edit_whole(
        os.path.join(d, "attempts.tsv"), r"(shift-start: )\d+", r"\g<1>30")),
    ("one entry of the boot dump in a higher slot", lambda d: edit(
        os.path.join(d, "hpt-boot.tsv"), lambda row: split_run(row, int(row[3]) + 1))),
    ("one entry of the boot dump missing", lambda d: edit(
        os.path.join(d, "hpt-boot.tsv"), lambda row: split_run(row, 0)[1:])),
    ("one entry of the boot dump twice", lambda d: edit(
        os.path.join(d, "hpt-boot.tsv"), lambda row: split_run(row, 1)[:1] + ["\t".join(row)])),
    ("another page size", lambda d: edit_whole(os.path.join(d, "hpt-boot.tsv"), r"(?m)^linear\t16", "linear\t24")),
    ("no dump", lambda d: os.unlink(os.path.join(d, "hpt-boot.tsv"))),
    ("no attempts.tsv", lambda d: os.unlink(os.path.join(d, "attempts.tsv"))),
    ("no scenario", lambda d: os.unlink(os.path.join(d, "scenario.yaml"))),
    ("an empty folder", lambda d: [os.unlink(os.path.join(d, f)) for f in os.listdir(d)]),
]


def edit_whole(path, pattern, replacement):
    with open(path) as f:
        text = f.read()
    changed, count = re.subn(pattern, replacement, text)
    assert count, "%s: nothing to alter" % path
    with open(path, "w") as f:
        f.write(changed)


def rule_cases():
    """(what, simulated, recorded, at boot, displaced and wrong wanted) for compare_dumps()"""
    def run(slot, first, pages, secondary=0, region="linear", base_shift=16):
        return Run(region, base_shift, secondary, slot, first, pages)
    boot = [run(0, 0, 100)]
    both = [run(0, 0, 200)]
    pair = [run(0, 0, 150), run(1, 150, 50)]	# 110 and 160 share a PTEG, see same_pteg()
    return [
        ("equal", both, both, boot, (0, 0)),
        ("equal in other pieces", both, [run(0, 0, 50), run(0, 50, 150)], boot, (0, 0)),
        ("a hot-added entry one slot up", both, [run(0, 0, 150), run(1, 150, 1), run(0, 151, 49)], boot, (1, 0)),
        ("a boot entry one slot up", both, [run(0, 0, 50), run(1, 50, 1), run(0, 51, 149)], boot, (0, 1)),
        ("both in one run", both, [run(0, 0, 99), run(1, 99, 2), run(0, 101, 99)], boot, (1, 1)),
        ("a lower slot", [run(0, 0, 100), run(1, 100, 100)], both, boot, (0, 100)),
        ("a slot swapped with one that was pushed up", pair,
         [run(0, 0, 110), run(1, 110, 1), run(0, 111, 39), run(1, 150, 10), run(0, 160, 1), run(1, 161, 39)], boot,
         (2, 0)),
        ("a slot swapped across PTEGs", pair,
         [run(0, 0, 110), run(1, 110, 1), run(0, 111, 39), run(1, 150, 11), run(0, 161, 1), run(1, 162, 38)], boot,
         (1, 1)),
        ("missing in the recording", both, boot, boot, (0, 100)),
        ("missing in the simulation", boot, both, boot, (0, 100)),
        ("in the secondary PTEG", both, [run(0, 0, 199), run(1, 199, 1, secondary=1)], boot, (0, 1)),
        ("twice", both, both + [run(1, 150, 1)], boot, (0, 1)),
        ("another region", both, [run(0, 0, 200, region="vmemmap")], boot, (0, 400)),
        ("another page size", both, [run(0, 0, 200, base_shift=24)], boot, (0, 400)),
    ]


def same_pteg(entries):
    return {(region, ea): (ea >> 16) % 50 for region, ea in entries}


def self_test(sim, known, root):
    results = []
    for what, simulated, recorded, boot, wanted in rule_cases():
        found = compare_dumps(simulated, recorded, boot, same_pteg)
        results.append(Result((found.displaced, found.wrong) == wanted, "rule: %s" % what,
                              ("displaced %d, wrong %d" % (found.displaced, found.wrong),)))
    whole, less = [Run("linear", 16, 0, 0, 0, 100)], [Run("linear", 16, 0, 0, 0, 98)]
    other = [Run("linear", 16, 0, 1, 0, 100)]
    for what, recorded, wanted in (("two pages less of two that come and go", less, (0, 0)),
                                   ("two pages less of one that comes and goes", less, (0, 2)),
                                   ("another slot is no coming and going", other, (0, 100))):
        found = compare_dumps(whole, recorded, whole, same_pteg, 1 if "of one" in what else 2)
        results.append(Result((found.displaced, found.wrong) == wanted, "rule: %s" % what,
                              ("displaced %d, wrong %d" % (found.displaced, found.wrong),)))
    fit = []
    for folder in folders(root):
        with contextlib.suppress(BadRecording):
            rec = Recording(root, folder)
            if rec.policy in known and rec.attempts and "boot" in rec.dumps:
                runs = [run for name in rec.dumps for run in rec.dump(name)[1]]
                if all(run.base_shift == 16 for run in runs):
                    fit.append((sum(run.pages for run in runs), folder, rec))
    if not fit:
        return results + [Result(False, "a recording to alter", ("none of a known policy in %s" % root,))]
    original = min(fit)[2]	# the smallest

    def verdict(change):
        with tempfile.TemporaryDirectory() as tmp:
            copy = os.path.join(tmp, "set", "recording")
            shutil.copytree(original.folder, copy)
            change(copy)
            with contextlib.redirect_stdout(io.StringIO()) as out:
                good = report(check_all(sim, known, tmp))
            return good and not re.search(r"(?m)^not ok", out.getvalue()), out.getvalue()
    good, out = verdict(lambda copy: None)
    results.append(Result(good, "unaltered: %s" % original.label, out.splitlines() if not good else ()))
    for what, change in ALTERATIONS:
        good, out = verdict(change)
        results.append(Result(not good, "noticed: %s" % what, out.splitlines() if good else ()))
    with tempfile.TemporaryDirectory() as tmp, contextlib.redirect_stdout(io.StringIO()):
        results.append(Result(not report(check_all(sim, known, tmp)), "noticed: no recordings at all"))
    return results


def main():
    parser = argparse.ArgumentParser(description="Compare hptsim with recordings of a real guest (TAP).")
    parser.add_argument("binary")
    parser.add_argument("dir")
    parser.add_argument("--policies", type=lambda text: set(text.split(",")),
                        help="only recordings of these policies")
    parser.add_argument("--self-test", action="store_true", help="check that differences are noticed")
    args = parser.parse_args()
    sim = Simulator(os.path.abspath(args.binary))
    root = os.path.abspath(args.dir)
    try:
        known = sim.policies()
    except BadRun as e:
        print("Bail out! %s" % e)
        return 1
    results = self_test(sim, known, root) if args.self_test else check_all(sim, known, root, args.policies)
    return 0 if report(results) else 1


if __name__ == "__main__":
    sys.exit(main())
