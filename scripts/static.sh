#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Static analysis besides the compiler's warnings: cppcheck, with what it is wrong about in scripts/cppcheck.suppressions,
# and clang-tidy, with what is looked for in .clang-tidy.
#
#   scripts/static.sh cppcheck             half a minute
#   scripts/static.sh clang-tidy [BUILD]   minutes; BUILD (default: build) is a build directory of meson's
#
# Exit status 1 when something is found, 2 when the program is not there.
set -eu

cd "$(dirname "$0")/.."
command -v "${1:-}" >/dev/null || {
	echo "usage: $0 cppcheck|clang-tidy [BUILD]; the program has to be installed" >&2
	exit 2
}
# The kernel's shim is compiled beside kernel text, never by itself.
sources() {
	find . -name '*.c' -not -path './build*' -not -path './obj-*' | sed 's,^\./,,' | sort | grep -Ev '^(kernel/shim|tests/kernel|examples|bench)/'
}
case $1 in
cppcheck)
	# shellcheck disable=SC2046 # one word per file
	cppcheck -I. -q --enable=warning,portability,performance --inline-suppr --error-exitcode=1 \
		--suppressions-list=scripts/cppcheck.suppressions $(sources)
	;;
clang-tidy)
	sources | grep -v ^tests/ | xargs -n 8 clang-tidy -p "${2:-build}" --quiet
	;;
esac
