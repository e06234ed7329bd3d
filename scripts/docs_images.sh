#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Draw the example pictures of docs/images/ anew: one of each kind.
#
#   scripts/docs_images.sh HPTSIM
set -eu

[ $# -eq 1 ] || { echo "usage: $0 HPTSIM" >&2; exit 2; }
hptsim=$(realpath "$1")
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$hptsim" compare scenarios/256g_*.yaml --policy all --out "$out" >/dev/null
for picture in fold slots map; do
	"$hptsim" explain scenarios/256g_on_129g.yaml --plot "docs/images/256g_on_129g-$picture.svg" >/dev/null
	rm "docs/images/256g_on_129g-$picture.tsv"
done
cp "$out"/256g_on_129g-time.svg "$out"/256g_off_385g-time.svg "$out"/256g_on_2g-hpt.svg \
	"$out"/256g_on_129g_16m-hpt.svg "$out"/256g_off_385g_16m-host.svg "$out"/256g_on_2g_16m-progress.svg docs/images/
