#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Is a sweep of policies from shared objects and kernel trees the same in pieces, and do its commands say what they are?

usage: check_sweep_policies.py BINARY CACHE MODULE-DIR...

Modules are those of tests/policy-so and examples/policy-so, built. CACHE is where kernel trees are unpacked, and what
is built of them is kept; without a tree the checks of --kernel-tree are skipped. Output is TAP.
"""
import hashlib
import os
import shutil
import sys

TESTS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(TESTS, "kernel"))
import patches  # noqa: E402
import tool  # noqa: E402
import trees  # noqa: E402
from check_sweep import commands_of, digest, run_commands  # noqa: E402
from tool import want  # noqa: E402

VARY = ("--vary", "guest.memory=2GiB..8GiB:x2", "--vary", "events.0.plug.size=[1GiB, 4GiB]", "--rows", "all")

# what is named after the policy, or is not of a simulation
APART = {"id", "input_id", "run_id", "request_id", "attempt_id", "policy", "policy_title", "policy_source", "why", "text", "host_ns",
         "engine_events"}


class Cli(tool.Cli):
    """with modules, and kernel trees"""

    cache, module_dirs, kernel_trees = None, (), ()

    def __init__(self, binary, directory):
        super().__init__(binary, directory)
        os.environ["XDG_CACHE_HOME"] = os.path.join(self.cache, "built")

    def module(self, name, to):
        """in a directory whose name has what a shell trips over"""
        for directory in self.module_dirs:
            if os.path.exists(os.path.join(directory, name + ".so")):
                os.makedirs(os.path.dirname(self.path(to)), exist_ok=True)
                shutil.copy(os.path.join(directory, name + ".so"), self.path(to))
                return to
        raise tool.Failure("no module %s.so" % name)


def numbers(cli, db, table, where):
    columns = [row[1] for row in cli.rows(db, "pragma table_info(%s)" % table) if row[1] not in APART]
    order = "id" if table == "run" else "run_id, seq"
    return cli.rows(db, "select %s from %s where %s order by %s" % (", ".join(columns), table, where, order))


def want_same(cli, db, policy, as_policy):
    """a policy from outside did at each point what the built-in one did"""
    for table in ("run", "resize_attempt", "lmb", "request"):
        of = "run_id in (select id from run where policy = '%s')" if table != "run" else "policy = '%s'"
        one, other = (numbers(cli, db, table, of % name) for name in (policy, as_policy))
        want(one and one == other, "%s: %s and %s differ" % (table, policy, as_policy))


def want_pieces(cli, sweep):
    """One process = any number of them = shards, of which one is made by the command that merge says."""
    cli.run(*sweep, "--db", "whole.db", "-j", "1")
    cli.run(*sweep, "--db", "three.db", "-j", "3")
    want(digest(cli, "three.db") == digest(cli, "whole.db"), "-j 3: another file")
    for i in (1, 3):
        cli.run(*sweep, "--db", "%d.db" % i, "--shard", "%d/3" % i)
    _, err = cli.run("merge", "all.db", "1.db", "3.db", status=1)
    run_commands(cli, commands_of(err))
    want(digest(cli, "all.db") == digest(cli, "whole.db"), "merged: another file; %s" % err)
    return err


def check_policy_so(cli):
    """a sweep runs another policy than the plug-in, or its variables are those of the point before"""
    modules = [cli.module(name, "my plug-ins/%s's.so" % name) for name in ("mainline", "outer_batch", "state")]
    sos = sum((["--policy-so", module] for module in modules), [])
    err = want_pieces(cli, ["sweep", "small.yaml", *VARY, *sos])
    want("--policy-so 'my plug-ins/mainline'\\''s.so' --policy-so" in err, err)
    want_same(cli, "whole.db", "mainline-so", "per-section")
    want_same(cli, "whole.db", "outer-batch-so", "outer-batch")
    want(cli.rows("whole.db", "select distinct resize_attempts from run where policy = 'state'") == [(1,)],
         "a policy that resizes once in its life: not once in each run")


def check_policy_of_so(cli):
    """--policy that names one of a plug-in is not so in the command"""
    so = cli.module("mainline", "a.so")
    err = want_pieces(cli, ["sweep", "small.yaml", *VARY, "--policy-so", so, "--policy", "v1,mainline-so"])
    want(" --policy v1,mainline-so " in err and err.splitlines()[1].endswith("--resume --db all-2-of-3.db"), err)
    want(cli.rows("all.db", "select name from sweep_policy order by seq") == [("v1",), ("mainline-so",)], "policies")


def check_costs_dir(cli):
    """the command takes other prices than the sweep did"""
    shutil.copytree(os.path.join(os.path.dirname(TESTS), "scenarios", "costs"), cli.path("my costs"))
    os.rename(cli.path("my costs/qemu-tcg.yaml"), cli.path("my costs/mine.yaml"))
    text = open(cli.path("my costs/mine.yaml")).read()
    with open(cli.path("my costs/mine.yaml"), "w") as f:
        f.write(text.replace("name: qemu-tcg", "name: mine"))
    err = want_pieces(cli, ["sweep", "small.yaml", *VARY, "--set", "costs=mine", "--costs-dir", "my costs"])
    want("--costs-dir 'my costs'" in err, err)


def check_another_so(cli):
    """shards of two builds of a plug-in, or of two plug-ins of one name, are merged or gone on with"""
    sweep = ["sweep", "small.yaml", *VARY, "--policy-so"]
    cli.module("mainline", "a.so")
    cli.module("mainline", "b.so")
    with open(cli.path("b.so"), "ab") as f:
        f.write(b"another build")
    cli.run(*sweep, "a.so", "--db", "1.db", "--shard", "1/2")
    cli.run(*sweep, "b.so", "--db", "2.db", "--shard", "2/2")
    _, err = cli.run("merge", "out.db", "1.db", "2.db", status=2)
    with open(cli.path("b.so"), "rb") as f:
        sha = hashlib.sha256(f.read()).hexdigest()
    want("2.db: has other policies ('mainline-so' is of " in err and sha in err and "--policy-so a.so\n" in err and
         "--policy-so b.so" in err, err)
    before = digest(cli, "1.db")
    _, err = cli.run(*sweep, "b.so", "--db", "1.db", "--shard", "1/2", "--resume", status=3)
    want("other policies" in err and "--policy-so a.so" in err and digest(cli, "1.db") == before, err)
    # the same file elsewhere is the same policy
    os.mkdir(cli.path("d"))
    shutil.copy(cli.path("a.so"), cli.path("d/c.so"))
    cli.run(*sweep, "d/c.so", "--db", "3.db", "--shard", "2/2")
    cli.run(*sweep, "a.so", "--db", "whole.db")
    cli.run("merge", "out.db", "3.db", "1.db")
    want(digest(cli, "out.db") == digest(cli, "whole.db"), "another file")


def a_tree(cli):
    if not cli.kernel_trees:
        raise tool.Skip(trees.WHY_NONE)
    if not shutil.which("ctags"):
        raise tool.Skip("no universal-ctags")
    return cli.kernel_trees[0]


def check_kernel_tree(cli):
    """a sweep runs another text than the tree's, or the command for the rest leaves tree or patch out"""
    tree = a_tree(cli)
    os.symlink(tree, cli.path("my linux"))
    with open(cli.path("outer batch's.patch"), "w") as f:
        f.write(patches.outer_batch(tree))
    err = want_pieces(cli, ["sweep", "small.yaml", *VARY, "--kernel-tree", "my linux", "--name", "mainline-text",
                             "--kernel-tree", "my linux", "--patch", "outer batch's.patch", "--name", "patched"])
    want("--kernel-tree 'my linux' --name mainline-text --kernel-tree 'my linux' --patch 'outer batch'\\''s.patch' --name patched"
         in err, err)
    want_same(cli, "all.db", "mainline-text", "per-section")
    want_same(cli, "all.db", "patched", "outer-batch")


def check_another_patch(cli):
    """shards of a patch before and after it was changed are merged"""
    tree = a_tree(cli)
    sweep = ["sweep", "small.yaml", *VARY, "--kernel-tree", tree, "--patch", "p.patch"]
    for shard, text in (("1/2", patches.outer_batch(tree)), ("2/2", patches.v2(tree, True))):
        with open(cli.path("p.patch"), "w") as f:
            f.write(text)
        cli.run(*sweep, "--shard", shard, "--db", "%s.db" % shard[0])
    _, err = cli.run("merge", "out.db", "1.db", "2.db", status=2)
    want("other policies ('p' is of %s, p.patch, SHA-256 " % tree in err, err)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    Cli.cache, Cli.module_dirs = os.path.abspath(sys.argv[2]), [os.path.abspath(d) for d in sys.argv[3:]]
    Cli.kernel_trees = trees.find(Cli.cache)
    sys.exit(tool.run_checks(tool.checks_of(globals()), os.path.abspath(sys.argv[1]), make=Cli))
