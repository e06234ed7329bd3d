# SPDX-License-Identifier: GPL-2.0-or-later
# Time per request, split by phase: a bar for each policy, a panel for each request.
# Columns: policy; seconds in each of 8 groups of phases; a published figure, or NaN.

bands = 8
array band_name[8] = ["LMBs", "bolting", "on/offline", "prepare", "commit", "refault", "lock", "rest"]
array band_colour[8] = [grey, brown, green, sky, red, pink, orange, "#B0B0B0"]
stats data using 0 nooutput
panels = STATS_blocks
stats data index 0 using 0 nooutput
rows = STATS_records - 1

# a phase that took no time anywhere is not in the legend
array used[8]
do for [b = 1 : bands] {
	stats data every ::1 using (has(b + 1) ? column(b + 1) : 0) nooutput
	used[b] = STATS_max > 0
}
stats data every ::1 using (has(10) ? 1 : 0) nooutput
published = STATS_max > 0
total(n) = n < 2 ? 0 : sum [k = 2 : n] (has(k) ? column(k) : 0)
all = bands + 1
# one scale, so that what takes longer is longer
stats data every ::1 using (has(10) && column(10) > total(all) ? column(10) : total(all)) nooutput
top = STATS_max > 0 ? STATS_max : 1
# three figures or more of each
shown(x) = x >= 10 || x == 0 ? sprintf("%.1f", x) : x >= 1 ? sprintf("%.2f", x) : sprintf("%.3g", x)

head = 42
panel(n) = 20 + 16 * rows
foot = 46
height = head + panels * (panel(1) + foot)
eval open_terminal(height)
set output out

set multiplot
set lmargin at screen 0.19
set rmargin at screen 0.90
set yrange [rows + 0.5 : 0.5]
set ytics scale 0
set xtics scale 0.5
set grid noytics xtics
set border 1
set xrange [0 : top * 1.02]
set xtics wider(top)
set xlabel "seconds" offset 0, 0.5
unset key
do for [b = 1 : bands] { if (used[b]) { eval add_legend("■", band_colour[b], band_name[b]) } }
if (published) { eval add_legend("◆", "black", "published") }
do for [p = 0 : panels - 1] {
	set tmargin at screen 1 - (head + p * (panel(1) + foot) + 20.0) / height
	set bmargin at screen 1 - (head + p * (panel(1) + foot) + panel(1) + 0.0) / height
	plot for [b = 1 : bands] data index p every ::1 \
		using (has(2) ? total(b + 1) : NaN):($0 + 1):(total(b)):(total(b + 1)):($0 + 0.64):($0 + 1.36):ytic(1) \
		with boxxyerror linecolor rgb band_colour[b], \
		data index p every ::1 using (has(2) ? total(all) : 0):($0 + 1):(has(2) ? shown(total(all)) : "–") \
		with labels left offset 1.2, 0, \
		data index p every ::1 using 10:($0 + 1) with points pointtype 13 pointsize 0.7 linewidth 1 linecolor rgb "black", \
		data index p every ::0::0 using (0):(0.5):(strcol(1)) with labels left offset 0, 0.6
	eval no_legend
}
unset multiplot
