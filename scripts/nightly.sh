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
# coroutines and all: what a run does, and what reads
for command in "run tests/cli/small.yaml --no-db --policy all" "compare tests/cli/small.yaml --out build/valgrind" \
	"explain tests/cli/small.yaml" "dump-hpt tests/cli/small.yaml --runs" "validate tests/recordings/runs/order-2G/log.txt" \
	"import tests/import/nonuma.xml" "search tests/cli/small.yaml --policy v1 --find findings>9 --points 20 -j 1"; do
	# shellcheck disable=SC2086 # one word per argument
	run "valgrind ${command%% *}" valgrind -q --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect build/hptsim $command >/dev/null
done
run surroundings python3 tests/check_surroundings.py build/hptsim

if [ -n "$failed" ]; then
	echo "nightly: FAILED:$failed (seed $seed)"
	exit 1
fi
echo "nightly: fine"
