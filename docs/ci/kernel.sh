#!/bin/sh
# CI of a kernel tree: what does this branch do to a guest's page table? Run it at the top of the tree.
#
# usage: kernel.sh HPTSIM-TREE [BASE]      BASE: what it is merged into (default: origin/master)
#
# Compares the merge base with what is checked out, on hptsim's scenarios; report.md is for a comment, report.html to
# look at. The exit status is hptsim's: 0 nothing is worse, 1 something is or crashes, 2 the text cannot be run.
set -eu
hptsim=$1/build/hptsim
scenarios=$1/scenarios
base=$(git merge-base "${2:-origin/master}" HEAD)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive "$base" Makefile arch/powerpc | tar x -C "$work"

for tree in base head; do
	dir=$work
	[ $tree = base ] || dir=.
	"$hptsim" kernel "$dir" --name text -o "$work/$tree.so"
	"$hptsim" run "$scenarios"/256g_*.yaml --quiet --policy-so "$work/$tree.so" --policy text --db "$work/$tree.db" >/dev/null
done
"$hptsim" compare "$scenarios"/256g_*.yaml --kernel-tree "$work" --name base --kernel-tree . --name head --out hpt-report
"$hptsim" check "$work/base.db" "$work/head.db" --markdown hpt-report/check.md
