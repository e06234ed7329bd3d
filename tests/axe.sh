#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Look for what keeps people from reading the report: axe-core in headless Chromium,
# light and dark, at desktop and phone width. Installs what it needs; not part of CI.
#
#   tests/axe.sh HPTSIM [SHOTS]     SHOTS: a directory for pictures of the page
set -eu

[ $# -ge 1 ] || { echo "usage: $0 HPTSIM [SHOTS]" >&2; exit 2; }
hptsim=$(realpath "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -lt 2 ] || mkdir -p "$2"
shots=${2:+$(realpath "$2")}
work=${XDG_CACHE_HOME:-$HOME/.cache}/hptsim-axe
mkdir -p "$work"

command -v chromium >/dev/null || { apt-get -q update; apt-get -q -y install --no-install-recommends chromium; }
command -v npm >/dev/null || apt-get -q -y install --no-install-recommends npm
[ -d "$work/node_modules/axe-core" ] || (cd "$work" && npm init -y >/dev/null && npm install axe-core playwright-core)

page=$(mktemp -d)
trap 'rm -rf "$page"' EXIT
"$hptsim" compare "$root"/scenarios/256g_on_129g.yaml "$root"/scenarios/256g_off_385g.yaml \
	"$root"/scenarios/256g_on_2g.yaml "$root"/scenarios/256g_on_129g_16m.yaml --policy all --out "$page" >/dev/null
# and of a sweep, with what fell short, is not valid or not there
mkdir "$page/map"
"$hptsim" sweep "$root"/scenarios/questions/other_callers.yaml --policy all --vary 'guest.memory=2GiB..16GiB:x2' \
	--vary 'guest.vcpus=[1, 3000, 8, 16]' --shard 1/2 --db "$page/map/sweep.db" --quiet >/dev/null
"$hptsim" report "$page/map/sweep.db" --out "$page/map" >/dev/null

cat >"$work/check.js" <<'SCRIPT'
const { chromium } = require('playwright-core');
const [page_dir, shots] = process.argv.slice(2);
(async () => {
	let bad = 0;
	for (const colorScheme of ['light', 'dark']) for (const width of [1280, 390]) {
		const context = await chromium.launchPersistentContext(`${page_dir}/profile-${colorScheme}-${width}`, {
			executablePath: '/usr/bin/chromium', headless: true, bypassCSP: true, colorScheme, viewport: { width, height: 900 },
			args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
			       '--disable-component-update', '--disable-sync'],
		});
		const page = await context.newPage();
		await page.goto(`file://${page_dir}/report.html`);
		const size = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
		if (size[0] > width) {
			console.log(`${colorScheme} ${width}: the page is ${size[0]} wide`);
			bad++;
		}
		for (let top = 0, part = 0; shots && top < size[1]; top += 2000, part++)
			await page.screenshot({ path: `${shots}/${colorScheme}-${width}-${part}.png`, fullPage: true,
				clip: { x: 0, y: top, width, height: Math.min(2000, size[1] - top) } });
		await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
		const { violations, passes } = await page.evaluate(() => axe.run());
		for (const v of violations) {
			console.log(`${colorScheme} ${width}: ${v.id} (${v.impact}): ${v.help}; ${v.nodes.length} times, first`);
			console.log(`  ${v.nodes[0].html.slice(0, 200)}\n  ${v.nodes[0].failureSummary.replace(/\n/g, '\n  ')}`);
		}
		bad += violations.length;
		console.log(`${colorScheme} ${width}: ${passes.length} rules kept, ${violations.length} violated`);
		await context.close();
	}
	process.exit(bad ? 1 : 0);
})();
SCRIPT
(cd "$work" && node check.js "$page" "$shots")
[ -z "$shots" ] || mkdir -p "$shots/map"
(cd "$work" && node check.js "$page/map" "${shots:+$shots/map}")
