#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Build, run or test hptsim on Debian 12, from a clean clone and a bare system.
#
#   scripts/debian.sh build  release build in build/
#   scripts/debian.sh seed   the same, then the headline scenario
#   scripts/debian.sh test   build/ and, with sanitizers, build-asan/; meson test in both;
#                            the last line is "N passed, N failed"
#
# Installs what is missing (apt-get, with sudo when not root) and nothing else outside the tree.
set -eu

PACKAGES="build-essential meson ninja-build pkg-config libyaml-dev libsqlite3-dev libjansson-dev libmd-dev libarchive-dev libgsl-dev libxml2-dev
libcmocka-dev gnuplot-nox python3 python3-yaml sqlite3 tidy git"

# Debian's meson and ninja are wanted, with Debian's python3, whatever else is in PATH.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
unset PYTHONHOME PYTHONPATH
export PATH

usage() {
	echo "usage: $0 build|seed|test" >&2
	exit 2
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Packages of $PACKAGES that are not installed, one per line.
missing_packages() {
	for package in $PACKAGES; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
		[ "$status" = installed ] || echo "$package"
	done
}

install_packages() {
	missing=$(missing_packages)
	[ -n "$missing" ] || return 0
	echo "installing missing packages"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null
	# shellcheck disable=SC2086 # one word per package
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $missing </dev/null
}

# build DIR MESON-OPTION...: configure once, then again only the options, and compile
build() {
	dir=$1
	shift
	if [ -f "$dir/meson-private/coredata.dat" ]; then
		meson setup --reconfigure "$dir" "$@"
	else
		meson setup "$dir" "$@"
	fi
	ninja -C "$dir"
}

# The results of one build directory as "PASSED FAILED", from meson's own log.
count_results() {
	/usr/bin/python3 - "$1/meson-logs/testlog.json" <<'EOF'
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

seed() {
	build/hptsim run scenarios/256g_on_129g.yaml
}

run_tests() {
	build build -Dbuildtype=release
	build build-asan -Dbuildtype=debugoptimized -Db_lto=false -Db_sanitize=address,undefined -Db_lundef=false

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
	failed=$((failed + trouble))
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}

[ $# -eq 1 ] || usage
cd "$(dirname "$0")/.."
case $1 in
build | seed)
	install_packages
	build build -Dbuildtype=release
	[ "$1" = build ] || seed
	;;
test)
	install_packages
	run_tests
	;;
*)
	usage
	;;
esac
