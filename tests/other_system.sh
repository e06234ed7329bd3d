#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# If this fails, scripts/debian.sh fails oddly where there is no apt-get, or does not say all that is missing.
#
# usage: other_system.sh SOURCE
set -eu

source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/hptsim" "$work/hptsim/scripts"
for tool in sh sed find sort id dirname rm; do
	ln -s "$(command -v $tool)" "$work/bin/$tool"
done
# a system that has nothing but these
sed "s|^PATH=.*|PATH=$work/bin|" "$source/scripts/debian.sh" >"$work/hptsim/scripts/debian.sh"
(cd "$source" && find . -name meson.build -not -path './build*' | while read -r f; do
	mkdir -p "$work/hptsim/$(dirname "$f")"
	cp "$f" "$work/hptsim/$f"
done)
status=0
sh "$work/hptsim/scripts/debian.sh" seed >"$work/out" 2>"$work/err" || status=$?
[ $status -eq 1 ] || { echo "exit status $status"; cat "$work/err"; exit 1; }
for word in "no apt-get here" "program cc" "program meson" "program gnuplot" "PyYAML" $(
	sed -n "s/.*dependency('\([^']*\)'.*/\1/p" "$source"/meson.build "$source"/*/meson.build | grep -v -x -e dl -e threads); do
	grep -qF -e "$word" "$work/err" || { echo "does not say: $word"; cat "$work/err"; exit 1; }
done
[ ! -e "$work/hptsim/build" ] || { echo "it went on"; exit 1; }
