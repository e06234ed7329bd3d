#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Look for inputs that break a reader.
#
#   tests/fuzz/run.sh BUILD SECONDS [NAME...]
#
# BUILD is a directory of CC=clang meson setup -Dfuzzers=true. Each target gets SECONDS, two at a time; the names are
# those of tests/fuzz/fuzz_NAME.c, all without any. What was learnt stays in BUILD/fuzz/NAME for the next time. An input
# that breaks something is left in BUILD/fuzz, and is to be copied to tests/fuzz/corpus/NAME, where the tests replay it.
# The last line is "N fuzzed, N broken"; exit status 1 when one is broken.
set -eu

usage() {
	echo "usage: $0 BUILD SECONDS [NAME...]" >&2
	exit 2
}

[ $# -ge 2 ] || usage
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
seconds=$2
shift 2
[ $# -gt 0 ] || set -- $(cd "$top/tests/fuzz" && for file in fuzz_*.c; do name=${file#fuzz_}; echo "${name%.c}"; done)

# Where a target finds what is valid.
seeds() {
	case $1 in
	baseline) echo "$build/fuzz/made/baseline" ;;
	costs) echo "$top/scenarios/costs" ;;
	database) echo "$build/fuzz/made/database" ;;
	import) echo "$top/tests/import" ;;
	scenario) echo "$top/tests/good $top/tests/bad $top/scenarios" ;;
	esac
}

# Words that a reader knows, for libFuzzer to put together.
words() {
	case $1 in
	scenario | costs | sweep) "$build/hptsim" list keys | sed -n 's/^| `\([a-z0-9_]*\)`.*/"\1:"/p' | sort -u ;;
	baseline) grep -o '"[a-z_0-9]\{1,\}"' "$top/results/baseline.json" | sort -u | head -60 ;;
	import) printf '"%s"\n' -m -M -device -object memory-backend-ram pc-dimm maxmem= slots= size= '<domain>' '<memory unit=' '<maxMemory' '</memory>' ;;
	esac
}

fuzz() {
	mkdir -p "$build/fuzz/$1"
	words "$1" >"$build/fuzz/$1.dict"
	dictionary=
	[ ! -s "$build/fuzz/$1.dict" ] || dictionary=-dict=$build/fuzz/$1.dict
	code=0
	# shellcheck disable=SC2046 # one word per directory
	"$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
		${dictionary:+"$dictionary"} -artifact_prefix="$build/fuzz/$1-" \
		"$build/fuzz/$1" "$top/tests/fuzz/corpus/$1" $(seeds "$1") >"$build/fuzz/$1.log" 2>&1 || code=$?
	echo "$code" >"$build/fuzz/$1.code"
}

report() {
	tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz/$1.log")
	count=$((count + 1))
	if [ "$(cat "$build/fuzz/$1.code")" = 0 ] && [ "${tried:-0}" -gt 0 ]; then
		echo "ok $1: $tried inputs"
	else
		tail -n 40 "$build/fuzz/$1.log"
		echo "BROKEN $1: see $build/fuzz/$1.log"
		broken=$((broken + 1))
	fi
}

if [ "${FUZZ_ONE:-}" ]; then
	fuzz "$1"
	exit 0
fi
count=0
broken=0
rm -rf "$build/fuzz/made" "$build"/fuzz/*.code
mkdir -p "$build/fuzz/made/database" "$build/fuzz/made/baseline"
"$build/hptsim" run "$top/tests/good/anchors.yaml" --quiet --db "$build/fuzz/made/database/run.db" >/dev/null
"$build/hptsim" check --update --baseline "$build/fuzz/made/baseline/baseline.json" "$top/tests/good/anchors.yaml" >/dev/null
printf '%s\n' "$@" | FUZZ_ONE=1 xargs -P 2 -I NAME "$0" "$build" "$seconds" NAME
for name in "$@"; do
	report "$name"
done
echo "$count fuzzed, $broken broken"
[ "$broken" -eq 0 ]
