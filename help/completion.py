#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make completion for bash, zsh and fish from what hptsim says of itself.

usage: completion.py HPTSIM BASH ZSH FISH

Commands and options are written into the files; names of policies, scenarios and so on are asked for when
they are wanted, so that those of the current directory are among them.
"""
import json
import re
import subprocess
import sys

# options by their names, and arguments by theirs: of which kind is what they take
BY_OPTION = {"policy": "policies", "base": "costs"}
BY_ARGUMENT = {"SCENARIO": "scenarios", "DIR": "directories", "TREE": "directories", "KEY": "keys"}
FILES = {"FILE", "LOG", "QEMULOG", "DOMAIN", "BASE", "NEW", "OUT", "IN"}


def kind_of_option(option):
    """("words", [...]), (kind, None), or None when anything goes"""
    if not option["argument"]:
        return None
    if option["name"] in BY_OPTION:
        return (BY_OPTION[option["name"]], None)
    return kind_of(option["argument"])


def kind_of(argument):
    if re.fullmatch(r"[a-z]+(\|[a-z]+)+", argument):
        return ("words", argument.split("|"))
    word = re.match(r"[A-Z]*", argument)[0]
    if word in BY_ARGUMENT:
        return (BY_ARGUMENT[word], None)
    return ("files", None) if word in FILES else None


def kind_of_arguments(command, names):
    if command["name"] == "list":
        return ("words", re.findall(r"^  (\w+)  ", command["details"], re.M))
    if command["name"] == "help":
        return ("words", names)
    words = re.findall(r"[A-Z]+", command["arguments"])
    return next((k for k in map(kind_of, words) if k), None)


def keys_of(schema, prefix=""):
    """keys for --set, as far as mappings go"""
    for name, inner in schema.get("properties", {}).items():
        if name in ("expect", "sweep", "reference"):
            continue
        if "properties" in inner:
            yield from keys_of(inner, prefix + name + ".")
        else:
            yield prefix + name


def filled(template, **parts):
    for name, text in parts.items():
        template = template.replace("@%s@" % name.upper(), text)
    return template


def quoted(text):
    return "'%s'" % text.replace("'", "'\\''")


def ask(binary, *args):
    return subprocess.run([binary, *args], check=True, capture_output=True, text=True, encoding="utf-8").stdout


# --- bash ---

BASH = r"""# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for hptsim; made by the build from its tables of options.

_hptsim_names() {
	hptsim list "$1" --format csv 2>/dev/null | sed -e 1d -e 's/,.*//'
}

# _hptsim_of KIND CURRENT [WORD...]: what may stand there
_hptsim_of() {
	local kind=$1 cur=$2 before=
	shift 2
	case $kind in
	words) mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur") ;;
	policies)
		# the last name of a list
		case $cur in *,*) before=${cur%,*},; cur=${cur##*,} ;; esac
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "all $(_hptsim_names policies)" -- "$cur")
		;;
	costs) mapfile -t COMPREPLY < <(compgen -W "$(_hptsim_names costs)" -- "$cur") ;;
	scenarios)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -X '!*.@(yaml|yml)' -- "$cur"; compgen -d -- "$cur"
			compgen -W "$(_hptsim_names scenarios)" -- "$cur")
		;;
	keys)
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -S = -W "$_hptsim_keys" -- "$cur")
		;;
	directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}

_hptsim() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} _hptsim_keys extglob
	COMPREPLY=()
	_hptsim_keys=@KEYS@
	# readline breaks words at =
	if [ "$cur" = = ]; then
		cur=
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	if [ "$COMP_CWORD" -eq 1 ]; then
		_hptsim_of words "$cur" @COMMANDS@ --help --version
		return
	fi
	extglob=$(shopt -p extglob)
	shopt -s extglob
	case $command in
@CASES@
	esac
	eval "$extglob"
}

complete -F _hptsim hptsim
"""


def bash_of(kind):
    return "_hptsim_of %s \"$cur\"%s" % (kind[0], "".join(" " + word for word in kind[1] or [])) if kind else ":"


def bash(commands, keys):
    cases = ""
    names = [c["name"] for c in commands]
    for command in commands:
        options = ["--" + o["name"] for o in command["options"]] + ["--help"]
        cases += "\t%s)\n\t\tcase $prev in\n" % command["name"]
        for o in command["options"]:
            # what may be left out stands behind = only
            if o["argument"] and not o["optional"]:
                cases += "\t\t%s--%s) %s; eval \"$extglob\"; return ;;\n" % (
                    "-%s | " % o["letter"] if o["letter"] else "", o["name"], bash_of(kind_of_option(o)))
        cases += "\t\tesac\n\t\tcase $cur in\n\t\t-*) _hptsim_of words \"$cur\" %s ;;\n" % " ".join(options)
        cases += "\t\t*) %s ;;\n\t\tesac\n\t\t;;\n" % bash_of(kind_of_arguments(command, names))
    return filled(BASH, keys=quoted(" ".join(keys)), commands=" ".join(names), cases=cases.rstrip("\n"))


# --- zsh ---

ZSH = r"""#compdef hptsim
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion for hptsim; made by the build from its tables of options.

_hptsim_names() {
	local -a names
	names=(${(f)"$(hptsim list $1 --format csv 2>/dev/null | sed -e 1d -e 's/,.*//')"})
	print -rl -- $names
}

_hptsim_policies() {
	local -a names
	names=(all ${(f)"$(_hptsim_names policies)"})
	_sequence compadd - -a names
}

_hptsim_costs() {
	local -a names
	names=(${(f)"$(_hptsim_names costs)"})
	compadd -a names
}

_hptsim_scenarios() {
	local -a names
	names=(${(f)"$(_hptsim_names scenarios)"})
	_alternative 'names:scenario:compadd -a names' 'files:file:_files -g "*.(yaml|yml)"'
}

_hptsim_keys() {
	compadd -q -S = @KEYS@
}

_hptsim() {
	local -a commands
	local curcontext=$curcontext
	commands=(
@COMMANDS@
	)
	if (( CURRENT == 2 )); then
		_describe -t commands 'hptsim command' commands
		_arguments '(- *)'{-h,--help}'[print the help]' '(- *)--version[print the version]'
		return
	fi
	local command=$words[2]
	shift words
	(( CURRENT-- ))
	case $command in
@CASES@
	esac
}

_hptsim "$@"
"""


def zsh_text(text):
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:").replace("'", "'\\''")


def zsh_of(kind):
    if not kind:
        return " "
    plain = {"files": "_files", "directories": "_files -/"}
    if kind[0] == "words":
        return "(%s)" % " ".join(kind[1])
    return plain.get(kind[0], "_hptsim_" + kind[0])


def zsh(commands, keys):
    names = [c["name"] for c in commands]
    cases = ""
    for command in commands:
        cases += "\t%s)\n\t\t_arguments \\\n" % command["name"]
        for o in command["options"]:
            action = ""
            if o["argument"]:
                action = "%s%s:%s" % (":" if not o["optional"] else "::", zsh_text(o["argument"]), zsh_of(kind_of_option(o)))
            equals = "" if not o["argument"] else "=-" if o["optional"] else "="
            cases += "\t\t\t'*--%s%s[%s]%s' \\\n" % (o["name"], equals, zsh_text(o["help"]), action)
            if o["letter"]:
                cases += "\t\t\t'*-%s+[%s]%s' \\\n" % (o["letter"], zsh_text(o["help"]), action)
        kind = kind_of_arguments(command, names)
        cases += "\t\t\t'(- *)'{-h,--help}'[print the help]'%s\n\t\t;;\n" % (
            " \\\n\t\t\t'*:%s:%s'" % (zsh_text(command["arguments"]), zsh_of(kind)) if command["arguments"] else "")
    return filled(ZSH, keys=" ".join(keys), cases=cases.rstrip("\n"),
                  commands="\n".join("\t\t'%s:%s'" % (c["name"], zsh_text(c["summary"])) for c in commands))


# --- fish ---

FISH = r"""# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for hptsim; made by the build from its tables of options.

function __hptsim_names
	hptsim list $argv[1] --format csv 2>/dev/null | sed -e 1d -e 's/,.*//'
end

# every name behind the commas that are there
function __hptsim_policies
	set -l before (string match -r '^.*,' -- (string replace -r '^--policy=' '' -- (commandline -ct)))
	for name in all (__hptsim_names policies)
		echo "$before$name"
	end
end

complete -c hptsim -f
complete -c hptsim -n __fish_use_subcommand -s h -l help -d 'print the help'
complete -c hptsim -n __fish_use_subcommand -l version -d 'print the version'
"""


def fish_of(kind, keys):
    if not kind:
        return "-x"
    what = {"files": "-r -F", "directories": "-x -a '(__fish_complete_directories)'", "policies": "-x -a '(__hptsim_policies)'",
            "costs": "-x -a '(__hptsim_names costs)'", "keys": "-x -a '%s'" % " ".join(key + "=" for key in keys),
            "scenarios": "-x -a '(__hptsim_names scenarios; __fish_complete_suffix .yaml)'"}
    return "-x -a '%s'" % " ".join(kind[1]) if kind[0] == "words" else what[kind[0]]


def fish(commands, keys):
    out = FISH
    names = [c["name"] for c in commands]
    for command in commands:
        seen = "-n '__fish_seen_subcommand_from %s'" % command["name"]
        out += "complete -c hptsim -n __fish_use_subcommand -a %s -d %s\n" % (command["name"], fish_text(command["summary"]))
        out += "complete -c hptsim %s -s h -l help -d 'print the help'\n" % seen
        for o in command["options"]:
            takes = fish_of(kind_of_option(o), keys) if o["argument"] and not o["optional"] else ""
            out += "complete -c hptsim %s -l %s%s -d %s %s\n" % (seen, o["name"], " -s " + o["letter"] if o["letter"] else "",
                                                               fish_text(o["help"]), takes)
        kind = kind_of_arguments(command, names)
        if kind:
            # no more words behind a list's topic
            once = seen if kind[0] != "words" else "-n '__fish_seen_subcommand_from %s; and test (count (commandline -opc)) -eq 2'" % (
                command["name"])
            out += "complete -c hptsim %s %s\n" % (once, fish_of(kind, keys).replace("-x ", "").replace("-r -F", "-F"))
    return out


def fish_text(text):
    return "'%s'" % text.replace("\\", "\\\\").replace("'", "\\'")


def main():
    binary, *targets = sys.argv[1:]
    commands = json.loads(ask(binary, "help", "--format", "json"))["commands"]
    keys = list(keys_of(json.loads(ask(binary, "schema"))))
    for target, make in zip(targets, (bash, zsh, fish)):
        with open(target, "w", encoding="utf-8") as f:
            f.write(make(commands, keys))


if __name__ == "__main__":
    main()
