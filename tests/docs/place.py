# SPDX-License-Identifier: GPL-2.0-or-later
"""The place where a reader types commands: a copy of the source tree with build/hptsim in it, for one document."""
import atexit
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCE = os.path.dirname(TESTS)
sys.path[:0] = [os.path.join(TESTS, "kernel")]
import patches  # noqa: E402
import trees  # noqa: E402


# More than this, and it is nothing that a reader waits for. On a busy machine with sanitizers.
TIME_LIMIT_S = 120


class NoTree(Exception):
    pass


def left_out(directory, names):
    if directory == SOURCE:
        return [n for n in names if n == ".git" or n.startswith("build")]
    if directory == os.path.join(SOURCE, "results"):
        return [n for n in names if n != "baseline.json"]
    if directory == TESTS:
        return [n for n in names if os.path.isdir(os.path.join(TESTS, n))]
    return [n for n in names if n == "__pycache__"]


@functools.cache
def template():
    """One copy of the tree; the places are links to its files, for they are many and small."""
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    top = os.path.join(directory, "hptsim")
    shutil.copytree(SOURCE, top, ignore=left_out, symlinks=True)
    for name in os.listdir(TESTS):	# cases of other tests, which nothing writes to
        if os.path.isdir(os.path.join(TESTS, name)):
            os.symlink(os.path.join(TESTS, name), os.path.join(top, "tests", name))
    return top


class Place:
    def __init__(self, directory, binary, cache):
        self.cache, self.top, self.tree = cache, os.path.join(directory, "hptsim"), None
        shutil.copytree(template(), self.top, symlinks=True, copy_function=os.link)
        for name in ("build", "bin", "home"):
            os.makedirs(os.path.join(self.top, name), exist_ok=True)
        os.symlink(binary, os.path.join(self.top, "build", "hptsim"))
        self.env = dict(os.environ, HOME=os.path.join(self.top, "home"), COLUMNS="80", LC_ALL="C.UTF-8",
                        XDG_CACHE_HOME=os.path.join(cache, "built"),
                        PATH="%s:%s:%s" % (os.path.join(self.top, "bin"), os.path.join(self.top, "build"), os.environ["PATH"]))
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
            self.env.pop(name, None)

    def path(self, name):
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text):
        path = self.path(name)
        if os.path.lexists(path):
            os.remove(path)	# it may be a link to the template's
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def give(self, kind, name, origin):
        """Something that the reader of this document has: given.tsv says what kinds there are."""
        if kind == "file":
            shutil.copy(os.path.join(SOURCE, origin), self.path(name))
        elif kind == "program":
            with open(self.path("bin/" + name), "w") as f:
                f.write("#!/bin/sh\ncat '%s'\n" % os.path.join(SOURCE, origin))
            os.chmod(self.path("bin/" + name), 0o755)
        elif kind == "did":
            status, _, err = self.run(origin)
            if status:
                raise ValueError("given.tsv: %s: exit status %s: %s" % (origin, status, err))
        elif kind == "tree":
            self.tree = self.find_tree()
            os.symlink(self.tree, self.path(name))
        elif kind == "patch":
            with open(self.path(name), "w") as f:
                f.write(getattr(patches, origin)(self.find_tree()))
        else:
            raise ValueError("given.tsv: no kind '%s'" % kind)

    def find_tree(self):
        found = trees.find(self.cache)
        if not found:
            raise NoTree(trees.WHY_NONE)
        return found[0]

    def run(self, command, directory="."):
        """(exit status, standard output, standard error)"""
        process = subprocess.Popen(["bash", "-o", "pipefail", "-c", command], cwd=os.path.join(self.top, directory), env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   encoding="utf-8", errors="replace", start_new_session=True)
        try:
            out, err = process.communicate(timeout=TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, "", "still not done after %d s" % TIME_LIMIT_S
        return process.returncode, out, err
