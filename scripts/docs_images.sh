#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Draw the pictures of docs/images/ anew: one of each kind, and one for each policy.
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

# A policy's page has it below mainline, on the way up and back.
for policy in $("$hptsim" list policies --format csv | sed -n '2,$s/,.*//p'); do
	set -- per-section "$policy"
	[ "$policy" != per-section ] || set -- per-section
	"$hptsim" compare scenarios/questions/batch_level.yaml --policy "$(echo "$*" | tr ' ' ,)" --quiet --out "$out/$policy" >/dev/null
	cp "$out/$policy/batch_level-hpt.svg" "docs/images/policy-$policy.svg"
done

# Of each shipped sweep the map; how each policy does against mainline where memory and size are all that is swept.
for sweep in scenarios/sweeps/*.yaml; do
	name=$(basename "$sweep" .yaml)
	"$hptsim" sweep "$sweep" --db "$out/$name.db" >/dev/null
	"$hptsim" report "$out/$name.db" --out "$out/$name" >/dev/null
	cp "$out/$name/map.svg" "docs/images/$name-map.svg"
	case $name in memory_by_delta_*|lmb_size) cp "$out/$name/ratio-1.svg" "docs/images/$name-ratio-1.svg" ;; esac
done
