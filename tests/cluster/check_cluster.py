#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the recipes of docs/sweeps.md work when nodes and shards are killed: nothing lost, nothing twice?

usage: check_cluster.py HPTSIM

Takes the recipes from the document as they stand and runs them on two nodes, both of them this machine: with GNU parallel
over ssh, and under Slurm. What the engines need, and is not installed, is said, and that check is skipped. Output is TAP.
Some minutes, and not in the usual test suite: scripts/debian.sh cluster.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [HERE, TESTS, os.path.join(TESTS, "docs")]
import blocks  # noqa: E402
import nodes  # noqa: E402
import process  # noqa: E402
import tool  # noqa: E402
from check_sweep import commands_of, digest, run_commands  # noqa: E402
from tool import want  # noqa: E402

SHARDS = 8
GUEST = """\
name: guest
guest: {memory: 4GiB, max_memory: 8TiB}
costs: qemu-tcg
policies: [per-section, outer-batch]
events:
  - plug: {id: d1, size: 2TiB}
  - unplug: {id: d1}
"""


def recipe(begin):
    """the command or script of docs/sweeps.md that begins so"""
    with open(os.path.join(TESTS, "..", "docs", "sweeps.md"), encoding="utf-8") as f:
        lines = f.read().split("\n")
    found = [item.text if isinstance(item, blocks.Command) else "\n".join(item.lines) + "\n" for item in blocks.read(lines)]
    found = [text for text in found if text.startswith(begin)]
    want(len(found) == 1, "%d recipes in docs/sweeps.md begin with '%s'" % (len(found), begin))
    return found[0]


class Site:
    """A directory that all nodes share, and what is typed there."""

    def __init__(self, cli, kind):
        lacking = nodes.missing(*kind.PROGRAMS)
        if lacking:
            raise tool.Skip("no %s here: packages %s" % (lacking[0], kind.PACKAGES))
        self.cli, self.directory = cli, os.path.realpath(cli.directory)
        os.mkdir(cli.path("bin"))
        os.symlink(cli.binary, cli.path("bin/hptsim"))
        self.path = "%s:/usr/bin:/bin" % cli.path("bin")
        with open(cli.path("guest.yaml"), "w") as f:
            f.write(GUEST)
        self.place = tempfile.TemporaryDirectory(prefix="nodes-")
        self.nodes = None
        try:
            self.nodes = kind(self.place.name, self.path)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        process.kill(process.of_environment(self.path))
        if self.nodes:
            self.nodes.stop()
        self.place.cleanup()

    def start(self, command):
        return subprocess.Popen(["bash", "-c", command], cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, env=dict(os.environ, PATH=self.path, **self.nodes.env))

    def finish(self, p):
        """(exit status, all output)"""
        out, _ = p.communicate(timeout=300)
        return p.returncode, out

    def shard_on(self, shard):
        return process.of_environment(self.path, "--shard", "%d/%d" % (shard, SHARDS))

    def rows(self, shard):
        try:
            return self.cli.rows("shard-%d.db" % shard, "select count(*) from run")[0][0]
        except tool.sqlite3.Error:
            return 0    # not there yet

    def wait_midway(self, shard):
        """until it has written some of its points and is at work on the others"""
        process.wait_for("shard %d in the middle" % shard, 120, lambda: self.rows(shard) >= 4 and self.shard_on(shard))

    def want_whole(self, merge):
        self.cli.run(*whole_of(recipe("parallel --sshlogin")), "--db", "whole.db")
        want(self.finish(self.start(merge))[0] == 0, "merge: not whole")
        want(digest(self.cli, "all.db") == digest(self.cli, "whole.db"), "merged is another file than of one process")


def whole_of(command):
    """the sweep of a recipe in one piece, as arguments"""
    words = tool.shlex.split(next(w for w in tool.shlex.split(command) if w.startswith("hptsim sweep")).replace("\\\n", ""))[1:]
    return words[:words.index("-j")]


def check_parallel(cli):
    """a killed node's shards are lost with GNU parallel, or a shard that was killed is not run again, or all are"""
    command, merge = recipe("parallel --sshlogin"), recipe("hptsim merge all.db")
    with Site(cli, nodes.Ssh) as site:
        p = site.start(command)
        site.wait_midway(1)
        site.wait_midway(2)
        site.nodes.lose("node1")
        # and this one, wherever it is run and as often
        at = []
        while p.poll() is None:
            pids = site.shard_on(6)
            if pids and site.rows(6) >= 4:
                at.append(site.rows(6))
                process.kill(pids)
            try:
                p.wait(0.02)
            except subprocess.TimeoutExpired:
                pass
        status, out = site.finish(p)
        want(at and status, "shard 6 was killed %d times, and the exit status is %d: %s" % (len(at), status, out))
        want("goes on at point" in out, "no shard of the node that was lost went on where it was: %s" % out)
        err = cli.run("merge", "part.db", *["shard-%d.db" % i for i in range(1, SHARDS + 1)], status=1)[1]
        want([c for c in commands_of(err) if "--shard 6/8 --resume --db shard-6.db" in c] == commands_of(err)[:-1], err)
        log = open(cli.path("jobs.log")).read().splitlines()
        # the same command again, with node1 still away
        status, out = site.finish(site.start(command))
        again = [line.split("\t") for line in open(cli.path("jobs.log")).read().splitlines()[len(log):]]
        want(status == 0 and [(row[0], row[6]) for row in again] == [("6", "0")], "%d: %s\n%s" % (status, again, out))
        want("shard-6.db: goes on at point" in out, "shard 6 began anew: %s" % out)
        site.want_whole(merge)


def check_parallel_no_shared(cli):
    """without a directory that nodes share, a file does not come back, or one of a killed shard does not"""
    lacking = nodes.missing("rsync")
    if lacking:
        raise tool.Skip("no rsync here: packages rsync")
    command, merge = recipe("parallel --transferfile"), recipe("hptsim merge all.db")
    with Site(cli, nodes.Ssh) as site:
        p = site.start(command)
        process.wait_for("shard 1", 60, lambda: site.shard_on(1))
        first = site.shard_on(1)
        process.kill(first)
        process.wait_for("shard 1 once more", 60, lambda: set(site.shard_on(1)) - set(first))
        status, out = site.finish(p)
        want(status == 0, out)
        site.want_whole(merge)


def check_slurm(cli):
    """Slurm does not run a lost node's shards again, or one that was killed alone cannot be run again by the same script"""
    script, submit, merge = recipe("#!/bin/sh\n#SBATCH"), recipe("sbatch "), recipe("hptsim merge all.db")
    with open(cli.path("map.sbatch"), "w") as f:
        f.write(script)
    with Site(cli, nodes.Slurm) as site:
        p = site.start(submit)
        site.wait_midway(1)
        site.wait_midway(2)
        tasks = site.nodes.tasks("1")
        lost = next(i for i in (1, 2) if tasks[i]["NodeList"] == "node1")
        site.nodes.lose("node1")
        # a shard that is killed while its node lives on
        site.wait_midway(5)
        process.kill(site.shard_on(5))
        status, out = site.finish(p)
        want(status, "a task failed, and the exit status is 0: %s" % out)
        tasks = site.nodes.tasks("1")
        ends = {i: (t["JobState"], t["Restarts"]) for i, t in tasks.items()}
        want(ends == {i: ("FAILED" if i == 5 else "COMPLETED", "1" if i == lost else "0") for i in range(1, SHARDS + 1)}, ends)
        logs = {i: open(cli.path("shard-%d.log" % i)).read() for i in range(1, SHARDS + 1)}
        want([i for i in logs if "goes on at point" in logs[i]] == [lost], "shards that went on: %s" % logs)
        err = cli.run("merge", "part.db", *["shard-%d.db" % i for i in range(1, SHARDS + 1)], status=1)[1]
        want([c for c in commands_of(err) if "--shard 5/8 --resume --db shard-5.db" in c] == commands_of(err)[:-1], err)
        # as the text says
        status, out = site.finish(site.start(submit.replace("sbatch ", "sbatch --array=5 ")))
        want(status == 0 and "shard-5.db: goes on at point" in open(cli.path("shard-5.log")).read(), out)
        site.want_whole(merge)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(tool.run_checks(tool.checks_of(globals()), os.path.abspath(sys.argv[1])))
