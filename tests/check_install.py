#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what `meson install` installs, away from the source tree and moved to another prefix.

usage: check_install.py MESON BUILD

Prints TAP.
"""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tool import SANITIZER_NOTE, Failure, checks_of, run_checks, want

MESON, BUILD = sys.argv[1:3]
PLUGIN = """#include <hptsim/policy.h>

static int resize_hpt_for_hotplug(unsigned long new_mem_size)
{
	return 0;
}

HPTSIM_POLICY(
	.name = "never",
	.title = "no resize at all",
	.create_section_mapping = resize_hpt_for_hotplug,
	.remove_section_mapping = resize_hpt_for_hotplug,
);
"""


class Installed:
    """hptsim installed below a DESTDIR, moved from there, and run in an empty directory"""

    root = None         # where the prefix is now; one installation for all checks

    def __init__(self, _, directory):
        self.directory = os.path.join(directory, "empty")
        self.home = os.path.join(directory, "home")
        os.mkdir(self.directory)
        os.mkdir(self.home)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def environment(self, **more):
        env = {"PATH": os.path.join(self.root, "bin") + ":/usr/bin:/bin", "HOME": self.home, "COLUMNS": "200",
               "PKG_CONFIG_PATH": ":".join(os.path.join(folder, "pkgconfig") for folder in (self.share(), self.lib())),
               "UBSAN_OPTIONS": os.environ.get("UBSAN_OPTIONS", "")}
        env.update(more)
        return env

    def share(self, *names):
        return os.path.join(self.root, "share", *names)

    def lib(self):
        for directory, _, names in os.walk(self.root):
            if "hptsim.pc" in names:
                return os.path.dirname(directory)
        raise Failure("no hptsim.pc")

    def shell(self, *args, status=0, env=None, **kwargs):
        done = subprocess.run(args, cwd=self.directory, env=env or self.environment(), stdin=subprocess.DEVNULL, check=False,
                              capture_output=True, text=True, timeout=120, **kwargs)
        want(done.returncode == status, "%s: exit status %d, want %d: %s" % (" ".join(args), done.returncode, status,
                                                                           done.stderr.strip()))
        return done.stdout, SANITIZER_NOTE.sub("", done.stderr)

    def run(self, *args, **kwargs):
        return self.shell("hptsim", *args, **kwargs)


def check_by_name(tool):
    """the first command that a user tries after installing does not find its scenario"""
    out, err = tool.run("run", "256g_on_129g", "--no-db")
    want("per-section  710.0 s" in out, out)
    _, err = tool.run("run", "256g_on_129g")
    want("results are kept in %s/.local/state/hptsim/hptsim.db" % tool.home in err, err)
    want(os.listdir(tool.directory) == [], "files: %s" % os.listdir(tool.directory))
    same = tool.run("run", tool.share("hptsim", "scenarios", "256g_on_129g.yaml"), "--no-db")
    want(same[0] == out, "the file itself gives another result")
    tool.run("run", "256g_on_129g.yaml", "--no-db")
    tool.run("run", "recordings/dlpar-3G+5G", "--no-db")


def check_other_commands(tool):
    """a name is good for 'run' only"""
    tool.run("explain", "256g_on_129g")
    tool.run("dump-hpt", "recordings/order-2G", "--runs")
    out, _ = tool.run("sweep", "256g_on_2g", "--vary", "guest.memory=[2GiB, 4GiB]",
                      "--db", "sweep.db")
    want("2 points" in out, out)
    tool.run("compare", "256g_on_2g", "--out", "report")
    want(os.path.exists(tool.path("report", "report.html")), "no report")
    tool.run("check", "256g_on_2g", "--update", "--baseline", "base.json")
    tool.run("check", "--baseline", "base.json")


def check_nearest_first(tool):
    """an installed scenario hides the user's own, or a folder of that name hides both"""
    os.mkdir(tool.path("scenarios"))
    text = "guest: {memory: 4GiB}\nevents: [{plug: {id: d1, size: 4GiB}}]\n"
    with open(tool.path("scenarios", "256g_on_129g.yaml"), "w", encoding="utf-8") as f:
        f.write("name: mine\n" + text)
    out, _ = tool.run("run", "256g_on_129g", "--no-db", "--format", "csv")
    want(next(csv.DictReader(io.StringIO(out)))["scenario"] == "mine", "not the one below the current directory: %s" % out)
    with open(tool.path("256g_on_129g"), "w", encoding="utf-8") as f:
        f.write("name: here\n" + text)
    out, _ = tool.run("run", "256g_on_129g", "--no-db", "--format", "csv")
    want(next(csv.DictReader(io.StringIO(out)))["scenario"] == "here", "not the file itself: %s" % out)


def check_no_name(tool):
    """a path that leads nowhere is taken for a scenario that is somewhere else"""
    os.mkdir(tool.path("scenarios"))
    os.mkdir(tool.path("scenarios", "sub"))
    for name in ("x.yaml", "scenarios/y.yaml"):
        with open(tool.path(name), "w", encoding="utf-8") as f:
            f.write("guest: {memory: 4GiB}\nevents: [{wait: 1s}]\n")
    tool.run("run", "y", "--no-db")
    for path in ("../x", "sub/../y", "./y", "/y", "sub//y", "", "y/", "a\x1b[1m"):
        tool.run("run", path, "--no-db", status=3)


def check_no_such_name(tool):
    """a slip in a name is not recognised"""
    for slip, meant in (("256g_on_192g", "256g_on_129g"), ("recordings/order-3G", "recordings/order-2G"),
                        ("overlap", "questions/overlap")):
        _, err = tool.run("run", slip, status=3)
        want("did you mean '%s'?" % meant in err, err)
    _, err = tool.run("run", "frobnicate", status=3)
    want("hptsim list scenarios" in err, err)


def check_list(tool):
    """what can be named is not listed, or a name in the list is none"""
    out, _ = tool.run("list", "scenarios", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    want(len(rows) > 25 and not [r for r in rows if "costs" in r["scenario"]], "%d rows" % len(rows))
    want(all(r["path"].startswith(os.path.realpath(tool.root)) for r in rows), "paths: %s" % rows[0]["path"])
    want([r["scenario"] for r in rows] == sorted(r["scenario"] for r in rows), "not sorted")
    for row in rows:
        want(row["description"], "%s says nothing of itself" % row["scenario"])
    tool.run("run", *(r["scenario"] for r in rows[:3]), "--no-db")


def check_list_harmless(tool):
    """file names of others do a terminal harm, or a list of many takes for ever"""
    os.mkdir(tool.path("scenarios"))
    for name in ("a\x1b[31mb.yaml", "new\nline.yaml", "good.yaml"):
        with open(tool.path("scenarios", name), "w", encoding="utf-8"):
            pass
    for number in range(1000):
        with open(tool.path("scenarios", "many%d.yaml" % number), "w", encoding="utf-8"):
            pass
    os.symlink("..", tool.path("scenarios", "loop"))
    out, err = tool.run("list", "scenarios", "--format", "csv")
    want("\x1b" not in out + err and "new\nline" not in out and "loop" not in out and "\ngood," in out and "\nmany999," in out, out[:500])
    _, err = tool.run("run", "gooood", status=3)
    want("did you mean" in err and "\x1b" not in err, err)


def check_costs(tool):
    """a profile beside installed scenarios cannot be used, or is not installed"""
    folder = tool.share("hptsim", "scenarios", "costs")
    want(sorted(os.listdir(folder)) == ["mail-2021.yaml", "qemu-tcg.yaml"], os.listdir(folder))
    out, _ = tool.run("list", "costs")
    want("mail-2021" in out and "qemu-tcg" in out, out)


def check_plugin(tool):
    """a policy of one's own cannot be built against what is installed, or not be run"""
    with open(tool.path("never.c"), "w", encoding="utf-8") as f:
        f.write(PLUGIN)
    flags = tool.shell("pkg-config", "--define-prefix", "--cflags", "hptsim")[0].split()
    want(any(flag.startswith("-I" + tool.root) for flag in flags), "cflags: %s" % flags)
    tool.shell("cc", *flags, "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", "never.so", "never.c")
    out, _ = tool.run("run", "256g_on_2g", "--policy-so", "never.so", "--policy", "never", "--no-db", "--format", "csv")
    row = next(csv.DictReader(io.StringIO(out)))
    want((row["policy"], row["resize_attempts"]) == ("never", "0"), out)
    version = tool.shell("pkg-config", "--modversion", "hptsim")[0].strip()
    want(tool.run("--version")[0] == "hptsim %s\n" % version, "pkg-config says %s" % version)


def check_examples(tool):
    """an example that is installed does not build there"""
    examples = tool.share("doc", "hptsim", "examples", "policy-so")
    flags = tool.shell("pkg-config", "--define-prefix", "--cflags", "hptsim")[0].split()
    sources = [name for name in os.listdir(examples) if name.endswith(".c")]
    want(len(sources) == 4, sources)
    for name in sources:
        tool.shell("cc", *flags, "-shared", "-fPIC", "-o", name + ".so", os.path.join(examples, name))
        tool.run("run", "256g_on_2g", "--policy-so", name + ".so", "--no-db")


def check_schema(tool):
    """an editor is told of other keys than the installed hptsim has"""
    with open(tool.share("hptsim", "scenario.schema.json"), encoding="utf-8") as f:
        want(f.read() == tool.run("schema")[0], "another schema")


def check_manual(tool):
    """a command that is installed has no man page, or a shell cannot complete it"""
    commands = json.loads(tool.run("help", "--format", "json")[0])["commands"]
    for page in ["man1/hptsim.1", "man3/hptsim-policy.3", "man5/hptsim-scenario.5"] + ["man1/hptsim-%s.1" % c["name"] for c in commands]:
        want(os.path.exists(tool.share("man", page)), page)
    for name in ("bash-completion/completions/hptsim", "zsh/site-functions/_hptsim", "fish/vendor_completions.d/hptsim.fish"):
        want(os.path.exists(tool.share(name)), name)


def check_plots_by_hand(tool):
    """what a picture was drawn from cannot be drawn again with what is installed"""
    tool.run("compare", "256g_on_2g", "--out", "report")
    scripts = tool.share("hptsim", "plot")
    tool.shell("gnuplot", "-e", "data='report/data/256g_on_2g-time.tsv'; out='time.svg'",
               os.path.join(scripts, "common.gp"), os.path.join(scripts, "time.gp"))
    with open(tool.path("time.svg"), encoding="utf-8") as f:
        want("</svg>" in f.read(), "no picture")


def check_docs(tool):
    """a link in a document that is installed leads nowhere"""
    docs = tool.share("doc", "hptsim")
    links = 0
    for directory, _, names in os.walk(docs):
        for name in names:
            if not name.endswith(".md"):
                continue
            with open(os.path.join(directory, name), encoding="utf-8") as f:
                for target in re.findall(r"\]\(([^):#]+)[^)]*\)", f.read()):
                    # what is for those who change hptsim is in its tree only
                    if re.search(r"(^|/)(tests|results|COPYING)|\.c$|^https?$", target):
                        continue
                    links += 1
                    want(os.path.exists(os.path.join(directory, target)), "%s: %s" % (name, target))
    want(links > 40, "%d links: this check does not find them" % links)


def main():
    with tempfile.TemporaryDirectory() as directory:
        stage = os.path.join(directory, "stage")
        subprocess.run([MESON, "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", stage], check=True,
                       stdout=subprocess.DEVNULL)
        binary = next(os.path.join(d, "hptsim") for d, _, names in os.walk(stage)
                      if os.path.basename(d) == "bin" and "hptsim" in names)
        Installed.root = os.path.join(os.path.realpath(directory), "another-prefix")
        shutil.move(os.path.dirname(os.path.dirname(binary)), Installed.root)
        return run_checks(checks_of(globals()), None, Installed)


if __name__ == "__main__":
    sys.exit(main())
