#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check policies that are a kernel's own text: --kernel-tree, --patch, hptsim kernel.

usage: check_kernel.py HPTSIM CACHE [--count N] [--seed FIRST]

CACHE is where trees are unpacked, and what is built is kept. N random scenarios for each
comparison. Without a tree everything is skipped. Prints TAP.
"""
import argparse
import glob
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(TESTS)
sys.path[:0] = [os.path.join(TESTS, "kernel"), os.path.join(TESTS, "random")]
import generate  # noqa: E402
import patches  # noqa: E402
import trees  # noqa: E402
from tool import SANITIZER_NOTE, Failure, want  # noqa: E402

SMALL = """\
name: small
guest: {memory: 4GiB, max_memory: 32GiB}
costs: qemu-tcg
policies: [per-section]
events:
  - plug: {id: d1, size: 4GiB}
  - unplug: {id: d1}
"""
BATCH = 25

# what cannot be the same in two runs, or names the function that asked
APART = {"id", "run_id", "request_id", "attempt_id", "policy", "policy_title", "policy_source", "why", "text", "engine_events"}


class Host:
    """hptsim in a directory of its own, and a tree"""

    def __init__(self, binary, cache, tree, directory):
        self.binary, self.tree, self.directory = binary, tree, directory
        self.env = dict(os.environ, XDG_CACHE_HOME=os.path.join(cache, "built"))
        self.write("small.yaml", SMALL)

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w") as f:
            f.write(text)
        return name

    def run(self, *args, status=0):
        p = subprocess.run([self.binary, *args], cwd=self.directory, env=self.env, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600)
        want(p.returncode == status, "%s: exit %d, not %d: %s" % (" ".join(args[:4]), p.returncode, status, p.stderr[-1500:]))
        return p.stdout, SANITIZER_NOTE.sub("", p.stderr)

    def simulate(self, *args, status=0):
        return self.run("run", "--no-db", "--costs-dir", os.path.join(TOP, "scenarios", "costs"), *args, status=status)

    def kernel(self, *patch_files):
        args = ["--kernel-tree", self.tree]
        for name in patch_files:
            args += ["--patch", name]
        return args


def dump(connection, run_id):
    """Every row of a run, by table"""
    tables = [t for (t,) in connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")]
    out = {}
    for table in tables:
        columns = [c[1] for c in connection.execute("pragma table_info(%s)" % table)]
        key = "id" if table == "run" else "run_id"
        if key not in columns:
            continue
        kept = [c for c in columns if c not in APART]
        out[table] = (kept, connection.execute("select %s from %s where %s = ?" % (", ".join(kept), table, key),
                                               (run_id,)).fetchall())
    return out


def difference(a, b):
    """None, or the first row that differs"""
    for table, (columns, rows) in a.items():
        others = b[table][1]
        if rows == others:
            continue
        for i in range(max(len(rows), len(others))):
            x, y = rows[i] if i < len(rows) else None, others[i] if i < len(others) else None
            if x != y:
                which = [c for c, p, q in zip(columns, x or columns, y or columns) if p != q]
                return "%s row %d, %s:\n  %s\n  %s" % (table, i + 1, ", ".join(which), x, y)
    return None


def same_runs(host, paths, kernel, policy):
    """Is every run under the text as under @policy? The number of attempts compared."""
    db = os.path.join(host.directory, "same.db")
    if os.path.exists(db):
        os.remove(db)
    # what fails to boot, or meets an impossible event, does so under both
    p = subprocess.run([host.binary, "run", "--quiet", "--check-invariants", "--db", db, "--policy", policy + ",text",
                        "--costs-dir", os.path.join(TOP, "scenarios", "costs"),
                        "--set", "guest.kernel=6.1", *kernel, "--name", "text", *paths], cwd=host.directory, env=host.env,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=900)
    want(p.returncode in (0, 1, 2) and os.path.exists(db), "exit %d: %s" % (p.returncode, p.stderr[-1500:]))
    connection = sqlite3.connect(db)
    runs, attempts = {}, 0
    for run_id, scenario, name in connection.execute("select id, scenario, policy from run"):
        runs.setdefault(scenario, {})[name] = run_id
    # what cannot boot, or aborts the hypervisor, is in no row: it must say the same under both
    ends = {}
    for scenario, name, why in re.findall(r"(?m)^([^:\n]+): (%s|text): (.*)$" % re.escape(policy), p.stderr):
        ends.setdefault(scenario, {}).setdefault(name, why)
    lost = [s for s, why in ends.items() if s not in runs and why.get(policy) and why.get(policy) == why.get("text")]
    want(len(runs) + len(lost) == len(paths), "%d of %d scenarios ran: %s" % (len(runs), len(paths), p.stderr[-500:]))
    for scenario, ids in runs.items():
        want(set(ids) == {policy, "text"}, "%s ran under %s" % (scenario, ", ".join(ids)))
        ours = dump(connection, ids[policy])
        found = difference(ours, dump(connection, ids["text"]))
        want(not found, "%s: %s" % (scenario, found))
        attempts += len(ours["resize_attempt"][1])
    connection.close()
    return attempts


def same_on_random(host, kernel, policy, first, count):
    attempts = 0
    for start in range(first, first + count, BATCH):
        paths = []
        for seed in range(start, min(start + BATCH, first + count)):
            text = generate.scenario(seed).replace("name: random", "name: random-%d" % seed)
            paths.append(host.write("%d.yaml" % seed, text))
        attempts += same_runs(host, paths, kernel, policy)
    want(attempts, "no attempt was compared")


def check_recordings(host):
    paths = sorted(glob.glob(os.path.join(TOP, "scenarios", "recordings", "*.yaml")))
    want(len(paths) > 5, "where are the recordings' scenarios?")
    want(same_runs(host, paths, host.kernel(), "per-section") > 100, "too few attempts were compared")


def check_random(host):
    same_on_random(host, host.kernel(), "per-section", host.seed, host.count)


def check_outer_batch(host):
    host.write("outer.patch", patches.outer_batch(host.tree))
    same_on_random(host, host.kernel("outer.patch"), "outer-batch", host.seed, host.count)


def check_v2(host):
    for intended in (False, True):
        host.write("series.patch", patches.v2(host.tree, intended))
        same_on_random(host, host.kernel("series.patch"), "v2-intended" if intended else "v2-posted", host.seed, host.count)


def check_mailbox(host):
    """One mail per file that the series changes, a cover letter before and an answer behind"""
    parts = re.split(r"(?m)^(?=--- a/)", patches.v2(host.tree, True))[1:]
    mail = "From x Thu Jan  1 00:00:00 1970\nFrom: A B <a@b.c>\nSubject: %s\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\ntext\n%s\n"
    box = mail % ("[PATCH 0/%d] cover" % len(parts), "")
    for i, part in enumerate(parts, 1):
        box += mail % ("[PATCH %d/%d] part" % (i, len(parts)), "---\n f | 1 +\n\n" + part + "-- \n2.30.2\n")
    box += mail % ("Re: [PATCH 1/%d] part" % len(parts), "".join("> " + line for line in parts[0].splitlines(True)))
    host.write("series.mbox", box)
    host.write("series.patch", "".join(parts))
    out, _ = host.simulate("small.yaml", "--format", "csv", *host.kernel("series.mbox"), *host.kernel("series.patch"), "--name", "plain")
    rows = {line.split(",")[1]: line.split(",")[2:] for line in out.splitlines()}
    want(rows["series"] == rows["plain"], out)


def check_dmesg(host):
    """The text logs what our copy of its lines says, but for when"""
    def log(*args):
        out, _ = host.simulate("--quiet", "--dmesg", "--set", "guest.kernel=6.1", *args)
        return [re.sub(r"^\[ *[\d.]+\] ", "", line) for line in out.splitlines()]
    for path in glob.glob(os.path.join(TOP, "scenarios", "recordings", "*.yaml")):
        ours = log(path, "--policy", "per-section")
        text = log(path, *host.kernel(), "--name", "text", "--policy", "text")
        lines = {line for line in text if "LMB" in line or "HPT" in line}
        want(lines, "%s: the text logs nothing" % path)
        if "6.1" in host.version:
            want(ours == text, "%s: %s" % (path, [p for p in zip(ours, text) if p[0] != p[1]][:2]))


def oops(host, code, words):
    """The run ends with the place in the kernel; the run beside it does not"""
    host.write("bad.patch", patches.in_check(host.tree, code))
    out, err = host.simulate("small.yaml", "--format", "csv", *host.kernel("bad.patch"), status=1)
    want(re.search(r"^small: bad: %s:\d+[^\n]*%s" % (re.escape(patches.HASH), words), err, re.M), err)
    want("per-section,ok" in out.replace('"', "") or re.search(r"per-section,.*\b32\b", out), out)


def check_crash(host):
    oops(host, "\tif (new_mem_size > (6UL << 30))\n\t\t*(volatile int *)8 = 1;\n", "NULL pointer")
    oops(host, "\tif (new_mem_size > (6UL << 30))\n\t\treturn resize_hpt_for_hotplug(new_mem_size) + 1;\n", "without end")
    oops(host, "\tif (new_mem_size > (6UL << 30))\n\t\tkfree((void *)new_mem_size);\n", "kfree")


def check_loop(host):
    oops(host, "\twhile (new_mem_size > (6UL << 30))\n\t\tcpu_relax();\n", "does not come back")
    oops(host, "\twhile (new_mem_size > (6UL << 30))\n\t\tmsleep(1);\n", "without end")
    oops(host, "\twhile (new_mem_size > (6UL << 30))\n\t\tmmu_hash_ops.resize_hpt(20);\n", "resizes without end")


def check_bug(host):
    oops(host, "\tBUG_ON(new_mem_size > (6UL << 30));\n", "BUG_ON")
    host.write("warn.patch", patches.in_check(host.tree, "\tWARN_ON_ONCE(new_mem_size > (6UL << 30));\n"))
    out, _ = host.simulate("small.yaml", "--dmesg", *host.kernel("warn.patch"), "--policy", "warn")
    want(out.count("WARNING: at " + patches.HASH) == 1, out)


def check_static(host):
    """A counter that is not put back would make the second run another one"""
    code = "\tstatic int calls;\n\n\tif (++calls > 3)\n\t\treturn 0;\n"
    host.write("static.patch", patches.in_check(host.tree, code))
    for name in ("one", "two"):
        host.write(name + ".yaml", SMALL.replace("small", name))
    out, _ = host.simulate("one.yaml", "two.yaml", "--format", "csv", *host.kernel("static.patch"), "--policy", "static")
    rows = [line.split(",")[2:] for line in out.splitlines()[1:]]
    want(len(rows) == 2 and rows[0] == rows[1], out)
    want("3" in rows[0], out)


def check_boot(host):
    """An initcall runs before anything can wait, and a crash in it is one"""
    t = patches.Tree(host.tree)
    t.top(patches.HASH, r"^static int resize_hpt_for_hotplug", """\
static DEFINE_MUTEX(hpt_mutex);
static bool hpt_ready;

static int __init hpt_init(void)
{
	mutex_lock(&hpt_mutex);
	msleep(10);
	hpt_ready = mmu_hash_ops.resize_hpt(20) == -EBUSY;
	mutex_unlock(&hpt_mutex);
	lock_device_hotplug();
	unlock_device_hotplug();
	return 0;
}
late_initcall(hpt_init);

""")
    t.edit(patches.HASH, "resize_hpt_for_hotplug", r"^\n", "\tif (!hpt_ready)\n\t\treturn 0;\n\n", after=True)
    host.write("boot.patch", t.diff())
    out, _ = host.simulate("small.yaml", "--format", "csv", *host.kernel("boot.patch"))
    rows = [line.split(",")[2:] for line in out.splitlines()[1:]]
    want(len(rows) == 2 and rows[0] == rows[1], out)
    host.write("bad.patch", t.diff().replace("+\tmsleep(10);", "+\tBUG();"))
    _, err = host.simulate("small.yaml", *host.kernel("bad.patch"), status=1)
    want(re.search(r"^small: bad: %s:\d+: kernel BUG" % re.escape(patches.HASH), err, re.M), err)


def check_work(host):
    """What is queued for later happens, in virtual time"""
    t = patches.Tree(host.tree)
    t.top(patches.HASH, r"^static int resize_hpt_for_hotplug", """\
static DEFINE_MUTEX(hpt_mutex);

static void hpt_later(struct work_struct *work)
{
	guard(cpus_read_lock)();
	scoped_guard(mutex, &hpt_mutex)
		mmu_hash_ops.resize_hpt(htab_shift_for_mem_size(memblock_phys_mem_size()));
}

static DECLARE_DELAYED_WORK(hpt_work, hpt_later);

""")
    t.check("", "\tmod_delayed_work(system_wq, &hpt_work, msecs_to_jiffies(2000));\n")
    host.write("later.patch", t.diff())
    out, _ = host.simulate("small.yaml", "--format", "json", *host.kernel("later.patch"), "--policy", "later")
    attempts = int(re.search(r'"resize_attempts": *(\d+)', out).group(1))
    total = int(re.search(r'"total_ns": *(\d+)', out).group(1))
    want(attempts == 1 and total > 2000000000, "%d attempts, %d ns" % (attempts, total))
    want("no-cpus-lock" not in out, "it has the lock")


def refused(host, *args, words):
    _, err = host.simulate("small.yaml", *args, status=2)
    want(all(re.search(w, err) for w in words), err)


def check_refused(host):
    host.write("unknown.patch", patches.in_check(host.tree, "\tfrob_the_table(new_mem_size);\n"))
    refused(host, *host.kernel("unknown.patch"),
            words=(r"^hptsim: %s:\d+: .*'frob_the_table'" % re.escape(patches.HASH), r"docs/kernel-tree\.md"))
    good = patches.in_check(host.tree, "\tbarrier();\n")
    host.write("nofit.patch", re.sub(r"(?m)^ \tunsigned.*$", " \tint something_else;", good))
    refused(host, *host.kernel("nofit.patch"), words=(r"does not fit", r"(?m)^@@ -\d+", r"something_else"))
    host.write("prose.patch", "Dear all,\n\nno patch here.\n")
    refused(host, *host.kernel("prose.patch"), words=("no patch in it",))
    refused(host, *host.kernel("absent.patch"), words=("absent.patch",))
    host.write("good.patch", good)
    refused(host, "--patch", "good.patch", words=("--kernel-tree",))
    refused(host, *host.kernel(), "--name", "v1", words=("hptsim's own",))
    refused(host, *host.kernel(), "--name", "same", *host.kernel("good.patch"), "--name", "same", words=("loaded already",))


def check_shim(host):
    """What the shim lacks can be added by who needs it"""
    host.write("unknown.patch", patches.in_check(host.tree, "\tfrob_the_table(new_mem_size);\n"))
    host.write("frob.h", "static inline void frob_the_table(unsigned long how)\n{\n\tpr_info(\"frob %lu\\n\", how >> 30);\n}\n")
    out, _ = host.simulate("small.yaml", "--dmesg", *host.kernel("unknown.patch"), "--shim", "frob.h", "--policy", "unknown")
    want("frob 4" in out, out)
    refused(host, *host.kernel("unknown.patch"), "--shim", "absent.h", words=("absent.h",))


def check_other_trees(host):
    empty, old = os.path.join(host.directory, "empty"), os.path.join(host.directory, "old")
    os.makedirs(empty, exist_ok=True)
    os.makedirs(os.path.join(old, "arch/powerpc/platforms/pseries"), exist_ok=True)
    for name, text in (("Makefile", "VERSION = 4\nPATCHLEVEL = 4\nSUBLEVEL = 0\n"), (patches.HOTPLUG, "int x;\n")):
        with open(os.path.join(old, name), "w") as f:
            f.write(text)
    refused(host, "--kernel-tree", empty, words=("hotplug-memory.c",))
    refused(host, "--kernel-tree", old, words=("Linux 4.4.0", "hash_utils.c"))
    refused(host, "--kernel-tree", "nowhere", words=("nowhere",))
    refused(host, "--kernel-tree", "small.yaml", words=("no directory",))


def check_names(host):
    """Before and after is one command; v1.patch must not be taken for the policy of that name"""
    host.write("v1.patch", patches.in_check(host.tree, "\tbarrier();\n"))
    out, _ = host.simulate("small.yaml", "--format", "csv", *host.kernel(), "--name", "before", *host.kernel("v1.patch"))
    names = [line.split(",")[1] for line in out.splitlines()[1:]]
    want(names[:2] == ["per-section", "before"] and len(names) == 3 and names[2].endswith("-v1"), out)
    # a tree runs beside the policies that are named, unless one of the trees is
    for named, both in (("outer-batch", ["outer-batch", "tree"]), ("tree", ["tree"])):
        out, _ = host.simulate("small.yaml", "--format", "csv", "--policy", named, *host.kernel(), "--name", "tree")
        names = [line.split(",")[1] for line in out.splitlines()[1:]]
        want(names == both, out)


def check_file(host):
    """hptsim kernel -o: the same policy from a file, and in the other commands"""
    out, _ = host.run("kernel", host.tree, "-o", "k.so", "--name", "mine")
    want("policy mine" in out, out)
    direct, _ = host.simulate("small.yaml", "--format", "csv", *host.kernel(), "--name", "mine", "--policy", "mine")
    loaded, _ = host.simulate("small.yaml", "--format", "csv", "--policy-so", "k.so", "--policy", "mine")
    want(direct == loaded, direct + loaded)
    costs = ("--costs-dir", os.path.join(TOP, "scenarios", "costs"))
    out, _ = host.run("explain", "small.yaml", *costs, *host.kernel())
    want("resize_hpt_for_hotplug" in out, out)
    ours, _ = host.run("dump-hpt", "small.yaml", *costs, "--policy", "per-section", "--runs")
    text, _ = host.run("dump-hpt", "small.yaml", *costs, *host.kernel(), "--runs")
    want(ours == text, "another table")
    out, _ = host.run("list", "policies", "--policy-so", "k.so")
    want("mine" in out, out)


def check_rest(host):
    """A part of a patch that does not run is said to"""
    t = patches.Tree(host.tree)
    t.top("arch/powerpc/mm/book3s64/hash_utils.c", r"^static int resize_hpt_for_hotplug", "void hpt_nobody(void)\n{\n}\n\n")
    host.write("rest.patch", t.diff())
    _, err = host.simulate("small.yaml", *host.kernel("rest.patch"))
    want("not run" in err and "hpt_nobody()" in err, err)


def check_ci(host):
    """docs/ci/kernel.sh, on a branch that makes nothing worse and on one that does"""
    top, tree = os.path.join(host.directory, "top"), os.path.join(host.directory, "clone")
    os.makedirs(os.path.join(top, "build"))
    os.symlink(host.binary, os.path.join(top, "build", "hptsim"))
    os.makedirs(os.path.join(top, "scenarios"))
    for name in ("256g_on_2g.yaml", "costs"):
        os.symlink(os.path.join(TOP, "scenarios", name), os.path.join(top, "scenarios", name))
    shutil.copytree(host.tree, tree)
    env = dict(host.env, GIT_CONFIG_GLOBAL="/dev/null", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
               GIT_COMMITTER_EMAIL="a@b")

    def git(*args):
        subprocess.run(["git", "-c", "init.defaultBranch=master", *args], cwd=tree, env=env, check=True, stdout=subprocess.DEVNULL)

    def ci():
        return subprocess.run([os.path.join(TOP, "docs", "ci", "kernel.sh"), top, "master"], cwd=tree, env=env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "base")
    for branch, patch, status in (
            ("same", patches.in_check(host.tree, "\tbarrier();\n"), 0),
            ("worse", patches.in_check(host.tree, "\tmmu_hash_ops.resize_hpt(ppc64_pft_size);\n"), 1)):
        git("checkout", "-qb", branch, "master")
        subprocess.run(["git", "apply", "-"], cwd=tree, env=env, input=patch, text=True, check=True)
        git("commit", "-qam", branch)
        p = ci()
        want(p.returncode == status, "%s: exit %d: %s%s" % (branch, p.returncode, p.stdout[-500:], p.stderr[-1000:]))
        with open(os.path.join(tree, "hpt-report", "report.md")) as f:
            report = f.read()
        want("head" in report and "base" in report, report[:500])


CHECKS = (
    ("recordings: the text does attempt by attempt what per-section does", check_recordings),
    ("random scenarios: the same", check_random),
    ("a patch that moves the resize out of the section mapping is outer-batch", check_outer_batch),
    ("the series of 2021, written anew, is v2-posted and v2-intended", check_v2),
    ("a mailbox is its patches", check_mailbox),
    ("--dmesg has the kernel's own lines", check_dmesg),
    ("a crash ends its run only, with file and line", check_crash),
    ("so does a loop", check_loop),
    ("so does BUG_ON(); WARN_ON() is logged", check_bug),
    ("static variables are fresh in every run", check_static),
    ("initcalls run at boot", check_boot),
    ("queued work runs later", check_work),
    ("what cannot run is refused by name and place", check_refused),
    ("so are other trees", check_other_trees),
    ("a header of one's own adds to the shim", check_shim),
    ("policies are named after tree or patch", check_names),
    ("hptsim kernel writes the same policy to a file", check_file),
    ("what of a patch does not run is said", check_rest),
    ("the recipe for CI of a kernel tree", check_ci),
)

# the others are about hptsim: one tree is enough
OF_EVERY_TREE = (check_recordings, check_random, check_outer_batch, check_v2, check_dmesg, check_crash)


def run_check(args, tree, function):
    with tempfile.TemporaryDirectory() as directory:
        host = Host(os.path.abspath(args.binary), args.cache, tree, directory)
        host.count, host.seed = args.count, args.seed
        with open(os.path.join(tree, "Makefile")) as f:
            host.version = ".".join(re.findall(r"(?m)^(?:VERSION|PATCHLEVEL) = (\d+)", f.read()))
        function(host)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("cache")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    args.cache = os.path.abspath(args.cache)
    found = trees.find(args.cache)
    if not found or not shutil.which("ctags"):
        print("1..0 # SKIP %s" % (trees.WHY_NONE if not found else "no universal-ctags"))
        return 0
    checks = [(tree, *check) for i, tree in enumerate(found) for check in CHECKS
              if args.only in check[1].__name__ and (i == 0 or check[1] in OF_EVERY_TREE)]
    print("1..%d" % len(checks))
    failed = 0
    for number, (tree, name, function) in enumerate(checks, 1):
        label = "%s: %s" % (os.path.basename(tree), name)
        try:
            run_check(args, tree, function)
            print("ok %d - %s" % (number, label), flush=True)
        except (Failure, subprocess.TimeoutExpired, ValueError, IndexError, AttributeError) as e:
            failed += 1
            print("not ok %d - %s\n# %s" % (number, label, str(e).replace("\n", "\n# ")), flush=True)
    return 1 if failed else 0


sys.exit(main())
