#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check help, man pages and completion.

usage: check_help.py HPTSIM PAGES

PAGES is where the build puts man pages and completion. Bash, zsh and fish are typed at where they are
installed. Prints TAP.
"""
import glob
import json
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import time

from tool import Cli, checks_of, run_checks, want

PAGES = os.path.abspath(sys.argv[2])
COLUMNS = 80
# examples that want what a test cannot have, by how they begin
NOT_RUN = ("hptsim kernel", "virsh", "dmesg")


def commands(cli):
    return json.loads(cli.run("help", "--format", "json")[0])["commands"]


def check_width(cli):
    """a line of a help does not fit a terminal"""
    texts = {name: cli.run("help", *name)[0] for name in [(), *((c["name"],) for c in commands(cli))]}
    want(len(texts) > 15, "%d helps" % len(texts))
    for name, text in texts.items():
        for line in text.splitlines():
            want(len(line) <= COLUMNS, "help %s: %d columns: %s" % (" ".join(name), len(line), line))
            want(line == line.rstrip(), "help %s: blanks at the end: %r" % (" ".join(name), line))


def check_same(cli):
    """help, --help and -h differ"""
    want(cli.run("help") == cli.run("--help") == cli.run("-h"), "the program's")
    for command in commands(cli):
        name = command["name"]
        text = cli.run("help", name)
        want(text == cli.run(name, "--help") == cli.run(name, "-h"), name)
        for option in command["options"]:
            want("--" + option["name"] in text[0], "%s: no --%s" % (name, option["name"]))
    want("did you mean 'run'" in cli.run("help", "rum", status=2)[1], "a slip")


def check_examples_first(cli):
    """a help begins with what few read, not with an example"""
    for command in commands(cli):
        text = cli.run("help", command["name"])[0]
        want(command["examples"], "%s has none" % command["name"])
        at = text.index("Examples:\n")
        want(at < text.index("Options:\n") and text[:at].count("\n") <= 6, "%s: %d lines above" % (command["name"], text[:at].count("\n")))
        for example in command["examples"]:
            want(example["command"] in text, "%s: %s" % (command["name"], example["command"]))


def check_examples_run(cli):
    """an example that is shown does not work"""
    shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenarios"), cli.path("scenarios"))
    os.makedirs(cli.path("results"))
    os.makedirs(cli.path("bin"))
    os.symlink(os.path.abspath(cli.binary), cli.path("bin/hptsim"))
    # what a user would have
    cli.run("run", "recordings/dlpar-3G+5G", "--no-db", "--dmesg=guest.log")
    shutil.copy(cli.path("scenarios/256g_on_2g.yaml"), cli.path("mine.yaml"))
    for db in ("before.db", "after.db", "mine.db"):
        cli.run("run", "256g_on_2g", "--db", db)
    cli.run("check", "256g_on_2g", "--update")
    for shard in ("1/2", "2/2"):
        cli.run("sweep", "256g_on_2g", "--vary", "seed=1..4:+1", "--shard", shard, "--db", "%s.db" % shard[0], "--quiet")
    env = {**os.environ, "PATH": cli.path("bin") + ":" + os.environ["PATH"]}
    ran = 0
    program = json.loads(cli.run("help", "--format", "json")[0])
    for example in [e for c in [program, *program["commands"]] for e in c["examples"]]:
        text = example["command"]
        if text.startswith(NOT_RUN) or "v2.so" in text:
            continue
        # the shard's file and a log in a loop are there already
        text = text.replace("--db 1.db", "--db again.db").replace("*.log", "guest.log guest.log")
        done = subprocess.run(["sh", "-c", text], cwd=cli.directory, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False)
        # a check may say no
        want(done.returncode in (0, 1), "%s: exit status %d: %s" % (text, done.returncode, done.stderr))
        ran += 1
    want(ran > 20, "only %d" % ran)


def check_man_complete(cli):
    """a command or an option has no place in the manual"""
    have = {os.path.basename(path) for path in glob.glob(os.path.join(PAGES, "*.[135]"))}
    wanted = {"hptsim-%s.1" % c["name"] for c in commands(cli)} | {"hptsim.1", "hptsim-scenario.5", "hptsim-policy.3"}
    want(have == wanted, "pages: %s" % sorted(have ^ wanted))
    if not shutil.which("mandoc"):
        return
    for command in commands(cli):
        text = rendered("hptsim-%s.1" % command["name"])
        for option in command["options"]:
            want(re.search(r"^ +(-\w, )?--%s\b" % option["name"], text, re.M), "%s: no --%s" % (command["name"], option["name"]))
        for example in command["examples"]:
            want(example["command"] in text, "%s: %s" % (command["name"], example["command"]))
    page = rendered("hptsim-scenario.5")
    for row in json.loads(cli.run("list", "keys", "--format", "json")[0])["keys"]:
        want(re.search(r"^ +%s\b" % re.escape(row["key"]), page, re.M), "hptsim-scenario(5): no %s" % row["key"])


def check_man_of_documents(cli):
    """a man page that is made of a document lacks a heading, a key or a command of it"""
    if not shutil.which("mandoc"):
        return
    docs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../docs")
    for page, document in (("hptsim-scenario.5", "scenario-format.md"), ("hptsim-policy.3", "external-policies.md")):
        text = rendered(page)
        with open(os.path.join(docs, document), encoding="utf-8") as f:
            lines = f.read().splitlines()
        checked = 0
        for line in lines:
            heading = re.match(r"(##+) (.*)$", line)
            if heading and "Errors" not in heading[2]:
                title = heading[2].replace("`", "")
                title = title.upper() if heading[1] == "##" else title
                want(re.search(r"^ *%s$" % re.escape(title), text, re.M), "%s: no heading %r" % (page, title))
                checked += 1
            if line.startswith("    ") and not line.startswith("     "):
                want(line.strip() in text, "%s: no %r" % (page, line))
        want(checked > 5, "%s: %d headings" % (page, checked))


def rendered(page):
    text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=300", os.path.join(PAGES, page)], check=True, capture_output=True).stdout.decode()
    return re.sub(".\b", "", text)     # bold is typed twice


def check_man_lint(cli):
    """a man page is not what man(1) can show"""
    if not shutil.which("mandoc"):
        return
    # where the pages find one another
    for page in glob.glob(os.path.join(PAGES, "*.[135]")):
        section = cli.path("man" + page[-1])
        os.makedirs(section, exist_ok=True)
        shutil.copy(page, section)
    for page in sorted(glob.glob(cli.path("man*/*"))):
        done = subprocess.run(["mandoc", "-Tlint", page], capture_output=True, text=True, check=False,
                              env={**os.environ, "MANPATH": cli.directory})
        lines = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
        want(not lines, "\n".join(lines))
        for name, number in re.findall(r"^\.Xr (\S+) (\d)", open(page, encoding="utf-8").read(), re.M):
            want(os.path.exists(cli.path("man%s/%s.%s" % (number, name, number))), "%s: no %s(%s)" % (page, name, number))


# what is typed, and what has to be there after a tab
TYPED = [
    ("hptsim ru", "hptsim run"),
    ("hptsim dump", "hptsim dump-hpt "),
    ("hptsim help val", "hptsim help validate "),
    ("hptsim list scen", "hptsim list scenarios "),
    ("hptsim run 256g_on_129g_", "hptsim run 256g_on_129g_16m "),
    ("hptsim run questions/over", "hptsim run questions/overlap "),
    ("hptsim run --no", "hptsim run --no-db "),
    ("hptsim run --policy sup", "hptsim run --policy suppress-flag"),
    ("hptsim run --policy v1,sup", "hptsim run --policy v1,suppress-flag"),
    ("hptsim run --format j", "hptsim run --format json "),
    ("hptsim run --set guest.page_s", "hptsim run --set guest.page_size="),
    ("hptsim calibrate --base mail", "hptsim calibrate --base mail-2021 "),
    ("hptsim check --annotate gi", "hptsim check --annotate github "),
]
# where = is of one word with the option, as bash and fish have it
TYPED_EQUALS = [("hptsim run --format=j", "hptsim run --format=json "), ("hptsim run --policy=v1,sup", "hptsim run --policy=v1,suppress-flag")]


class Shell:
    """a shell at a terminal; control-T has it say what stands in the line"""

    def __init__(self, cli, argv, setup, env):
        self.said = b""
        pid, self.fd = pty.fork()
        if pid == 0:
            os.chdir(cli.directory)
            os.execvpe(argv[0], argv, {**os.environ, "TERM": "dumb", "PS1": "$ ", "COLUMNS": "300", "LC_ALL": "C.UTF-8", **env})
        self.pid = pid
        for line in setup:
            self.send(line + "\n")
        self.send("echo rea''dy\n")
        self.until(rb"ready\r?\n")

    def send(self, text):
        os.write(self.fd, text.encode())

    def until(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.said):
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise ValueError("the shell says nothing of %s: %r" % (pattern, self.said[-500:]))
            self.said += os.read(self.fd, 65536)
        found = re.search(pattern, self.said)
        self.said = b""
        return found

    def completed(self, text):
        self.send("\x15" + text + "\t\x14")
        return self.until(rb"<<<([^\n]*?)>>>").group(1).decode()

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def typed_at(cli, shell, cases):
    try:
        for text, wanted in cases:
            got = shell.completed(text)
            # zsh puts the comma of a list behind a name, until one types on
            want(got.rstrip(" ,") == wanted.rstrip(), "%r becomes %r, not %r" % (text, got, wanted))
    finally:
        shell.close()


def place(cli):
    """scenarios that can be named, and hptsim in PATH"""
    shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenarios"), cli.path("scenarios"))
    os.makedirs(cli.path("bin"))
    os.symlink(os.path.abspath(cli.binary), cli.path("bin/hptsim"))
    return {"PATH": cli.path("bin") + ":" + os.environ["PATH"], "HOME": cli.directory}


def check_bash(cli):
    """a tab in bash does not complete"""
    env = place(cli)
    setup = ["bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; bind -x '\"\\C-t\": printf \"<<<%s>>>\\n\" \"$READLINE_LINE\"'",
             ". %s" % shlex.quote(os.path.join(PAGES, "hptsim"))]
    typed_at(cli, Shell(cli, ["bash", "--norc", "--noprofile", "-i"], setup, env), TYPED + TYPED_EQUALS)


def check_zsh(cli):
    """a tab in zsh does not complete"""
    if not shutil.which("zsh"):
        return
    env = place(cli)
    setup = ["fpath=(%s $fpath); autoload -U compinit; compinit -u -d %s" % (shlex.quote(PAGES), shlex.quote(cli.path("dump"))),
             "say() { printf '<<<%s>>>\\n' \"$BUFFER\" }; zle -N say; bindkey '^T' say; unsetopt beep; PS1='$ '"]
    typed_at(cli, Shell(cli, ["zsh", "-f", "-i"], setup, env), TYPED + TYPED_EQUALS)


def check_fish(cli):
    """a tab in fish does not complete"""
    if not shutil.which("fish"):
        return
    env = {**os.environ, **place(cli)}
    for text, wanted in TYPED + TYPED_EQUALS:
        out = subprocess.run(["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", os.path.join(PAGES, "hptsim.fish"), text],
                             cwd=cli.directory, env=env, capture_output=True, text=True, check=True).stdout
        offered = [line.split("\t")[0] for line in out.splitlines()]
        want(wanted.split()[-1] in offered, "%r offers %s, not %r" % (text, offered[:5], wanted.split()[-1]))


def check_every_option(cli):
    """an option is missing in a completion"""
    bash, zsh, fish = (open(os.path.join(PAGES, name), encoding="utf-8").read() for name in ("hptsim", "_hptsim", "hptsim.fish"))
    for command in commands(cli):
        name = command["name"]
        part = re.search(r"^\t%s\)\n(.*?)\n\t\t;;" % name, bash, re.M | re.S).group(1)
        zpart = re.search(r"^\t%s\)\n(.*?)\n\t\t;;" % name, zsh, re.M | re.S).group(1)
        for option in command["options"]:
            want(" --%s" % option["name"] in part, "bash: %s --%s" % (name, option["name"]))
            want("--%s" % option["name"] in zpart, "zsh: %s --%s" % (name, option["name"]))
            want("from %s' -l %s " % (name, option["name"]) in fish, "fish: %s --%s" % (name, option["name"]))


if __name__ == "__main__":
    sys.exit(run_checks(checks_of(globals()), os.path.abspath(sys.argv[1]), Cli))
