#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build, run or test hptsim on Debian 12 or 13, from a clean clone and a bare system.
#
#   scripts/debian.sh build  release build of hptsim in build/
#   scripts/debian.sh seed   the same, then the headline scenario
#   scripts/debian.sh test   build/ and, with sanitizers, build-asan/; meson test in both;
#                            the last line is "N passed, N failed". Then each reader is fuzzed for 20 s (build-fuzz/)
#   scripts/debian.sh cluster   sweeps on two nodes, by GNU parallel over ssh and under Slurm, with nodes and shards killed;
#                            five minutes. On a machine of its own: Debian may start the ssh and Slurm that it installs
#
# Installs what is missing (apt-get, with sudo when not root) and nothing else outside the tree. Where there is
# no apt-get it says what is missing, or goes on when nothing is.
set -eu

TARGETS=
PACKAGES="build-essential meson ninja-build pkg-config libyaml-dev libsqlite3-dev libjansson-dev libmd-dev libarchive-dev libgsl-dev libxml2-dev
libcmocka-dev universal-ctags gnuplot-nox python3 python3-yaml python3-jsonschema sqlite3 tidy git"

# For tests: the release's own kernel, of which they unpack a few files into the build directory; what reads man
# pages; and the shells that completion is for.
TEST_PACKAGES="linux-source xz-utils mandoc zsh fish cppcheck jq"

# They have libFuzzer and the sanitizers; without them readers are not fuzzed.
FUZZ_PACKAGES="clang libclang-rt-dev"
FUZZ_SECONDS=${FUZZ_SECONDS:-20}	# each

# What starts the shards of a sweep elsewhere. The nodes are processes of this machine, with keys and ports of their own.
CLUSTER_PACKAGES="parallel openssh-server openssh-client rsync slurmctld slurmd slurm-client munge"

# Debian's meson and ninja are wanted, with Debian's python3, whatever else is in PATH.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
unset PYTHONHOME PYTHONPATH
export PATH

usage() {
	echo "usage: $0 build|seed|test|cluster" >&2
	exit 2
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Those of the packages that are not installed, one per line.
missing_packages() {
	for package in "$@"; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
		[ "$status" = installed ] || echo "$package"
	done
}

# What is missing on a system without Debian's packages, one per line: programs by their names, libraries by those
# that the meson.build files ask pkg-config for; dl and threads are the compiler's.
missing_elsewhere() {
	for program in cc meson ninja pkg-config python3 gnuplot sqlite3 tidy git; do
		command -v "$program" >/dev/null || echo "the program $program"
	done
	python3 -c 'import yaml' 2>/dev/null || echo "the Python module yaml (PyYAML)"
	python3 -c 'import jsonschema' 2>/dev/null || echo "the Python module jsonschema"
	for library in $(find . -name meson.build -not -path './build*' -exec sed -n "s/.*[ (=]dependency('\([^']*\)'.*/\1/p" {} + | sort -u); do
		case $library in
		dl | threads) ;;
		*) pkg-config --exists "$library" 2>/dev/null || echo "the library $library, with its headers (the name is pkg-config's)" ;;
		esac
	done
}

check_elsewhere() {
	missing=$(missing_elsewhere)
	[ -n "$missing" ] || return 0
	{
		echo "$0: no apt-get here: this is no Debian, so nothing was installed. Missing:"
		echo "$missing" | sed 's/^/  /'
		echo "With these, $0 goes on; so does 'meson setup build && ninja -C build'."
		echo "Tested are a compiler for C17 and POSIX 2008 (GCC 12 and 14), Meson from 1.0, SQLite from 3.40, gnuplot 5.4 and 6.0."
	} >&2
	exit 1
}

install_packages() {
	if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
		check_elsewhere
		return 0
	fi
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	echo "installing missing packages"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null
	# shellcheck disable=SC2086 # one word per package
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $missing </dev/null
}

# build DIR MESON-OPTION...: configure once, then again only the options, and compile: $TARGETS, or all without
build() {
	dir=$1
	shift
	if [ -f "$dir/meson-private/coredata.dat" ]; then
		meson setup --reconfigure "$dir" "$@"
	else
		meson setup "$dir" "$@"
	fi
	# shellcheck disable=SC2086 # one word per target
	ninja -C "$dir" $TARGETS
}

# The results of one build directory as "PASSED FAILED", from meson's own log.
count_results() {
	python3 - "$1/meson-logs/testlog.json" <<'EOF'
import json, sys

passed = failed = 0
try:
    with open(sys.argv[1]) as log:
        for line in log:
            result = json.loads(line)["result"]
            if result in ("OK", "EXPECTEDFAIL"):
                passed += 1
            elif result != "SKIP":
                failed += 1
except OSError:
    pass
print(passed, failed)
EOF
}

# Adds to $passed and $failed: one for each reader.
fuzz() {
	if ! printf '#include <sanitizer/common_interface_defs.h>\nint LLVMFuzzerTestOneInput(void) { return 0; }\n' |
		clang -x c - -fsanitize=fuzzer,address,undefined -o /dev/null 2>/dev/null; then
		echo "no clang with libFuzzer and sanitizers: readers are not fuzzed"
		return 0
	fi
	CC=clang TARGETS=fuzzers build build-fuzz -Dfuzzers=true -Dbuildtype=debugoptimized -Db_lto=false -Db_lundef=false
	tests/fuzz/run.sh build-fuzz "$FUZZ_SECONDS" | tee build-fuzz/fuzz.log
	set -- $(sed -n '$s/^\([0-9]*\) fuzzed, \([0-9]*\) broken$/\1 \2/p' build-fuzz/fuzz.log) 1 1
	passed=$((passed + $1 - $2))
	failed=$((failed + $2))
}

seed() {
	build/hptsim run scenarios/256g_on_129g.yaml
}

run_tests() {
	build build -Dbuildtype=release -Dwerror=true
	build build-asan -Dbuildtype=debugoptimized -Dwerror=true -Db_lto=false -Db_sanitize=address,undefined -Db_lundef=false

	UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
	export UBSAN_OPTIONS
	passed=0
	failed=0
	trouble=0
	for dir in build build-asan; do
		rm -f "$dir/meson-logs/testlog.json"
		bad=0
		meson test -C "$dir" --print-errorlogs --timeout-multiplier 4 </dev/null || bad=1
		# shellcheck disable=SC2046 # two numbers
		set -- $(count_results "$dir")
		# meson can fail without a test failing, and no test at all is no success
		if [ $(($1 + $2)) -eq 0 ] || { [ $bad -eq 1 ] && [ "$2" -eq 0 ]; }; then
			echo "$dir: meson test did not get through" >&2
			trouble=1
		fi
		passed=$((passed + $1))
		failed=$((failed + $2))
	done
	fuzz
	failed=$((failed + trouble))
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}

[ $# -eq 1 ] || usage
cd "$(dirname "$0")/.."
case $1 in
build | seed)
	# shellcheck disable=SC2086 # one word per package
	install_packages $PACKAGES
	TARGETS=hptsim	# what a user runs: neither tests nor benchmarks
	build build -Dbuildtype=release
	[ "$1" = build ] || seed
	;;
test)
	# shellcheck disable=SC2086 # one word per package
	install_packages $PACKAGES $TEST_PACKAGES
	# shellcheck disable=SC2086
	install_packages $FUZZ_PACKAGES || echo "cannot be installed: $FUZZ_PACKAGES"
	run_tests
	;;
cluster)
	# shellcheck disable=SC2086 # one word per package
	install_packages $PACKAGES $CLUSTER_PACKAGES
	TARGETS=hptsim
	build build -Dbuildtype=release
	python3 tests/cluster/check_cluster.py build/hptsim
	;;
*)
	usage
	;;
esac
