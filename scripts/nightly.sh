#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The long form of tests that the suite has a small part of; build/ is to be built. An hour or so on two cores.
#
#   scripts/nightly.sh [SEED]    which moments of kill -9, by default another one each day
#
# The last line is "nightly: fine" or "nightly: FAILED" with the names; exit status 0 or 1.
set -u

cd "$(dirname "$0")/.."
seed=${1:-$(date +%j)}
failed=

run() {
	name=$1
	shift
	echo "# $name: $*"
	"$@" || failed="$failed $name"
}

# 200 moments in each of run, compare, sweep and merge
run stop python3 tests/check_stop.py build/hptsim --kills 200 --seed "$seed"
run hostile python3 tests/check_hostile.py build/hptsim --all
run random python3 tests/random/run.py build/hptsim --count 10000 --seed "${seed}00000"
run metamorphic python3 tests/check_metamorphic.py build/hptsim --count 1000
run mutants tests/mutants/run.py
run coverage scripts/coverage.sh
run surroundings python3 tests/check_surroundings.py build/hptsim

if [ -n "$failed" ]; then
	echo "nightly: FAILED:$failed (seed $seed)"
	exit 1
fi
echo "nightly: fine"
