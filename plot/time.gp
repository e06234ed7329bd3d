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
do for [b = 1 : bands] { stats data using (valid(b + 1) ? column(b + 1) : 0) nooutput; used[b] = STATS_max > 0 }
stats data using (valid(10) ? 1 : 0) nooutput
published = STATS_max > 0
total(n) = n < 2 ? 0 : sum [k = 2 : n] (valid(k) ? column(k) : 0)
all = bands + 1
array top[panels]
do for [p = 0 : panels - 1] {
	stats data index p using (valid(10) && column(10) > (valid(2) ? total(all) : 0) ? column(10) : valid(2) ? total(all) : 0) nooutput
	top[p + 1] = STATS_max > 0 ? STATS_max : 1
}

head = 34
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
do for [p = 0 : panels - 1] {
	set tmargin at screen 1 - (head + p * (panel(1) + foot) + 20.0) / height
	set bmargin at screen 1 - (head + p * (panel(1) + foot) + panel(1) + 0.0) / height
	set xrange [0 : top[p + 1] * 1.02]
	set xtics wider(top[p + 1])
	set xlabel (p == panels - 1 ? "seconds" : "") offset 0, 0.5
	if (p == 0) {
		set key at screen 0.99, 1 - 4.0 / height right top horizontal maxcols 9 samplen 1 width -2.5 reverse Left
	} else {
		unset key
	}
	plot for [b = 1 : bands] data index p every ::1 \
		using (used[b] && valid(2) ? total(b + 1) : NaN):($0 + 1):(total(b)):(total(b + 1)):($0 + 0.64):($0 + 1.36):ytic(1) \
		with boxxyerror linecolor rgb band_colour[b] title (used[b] ? band_name[b] : ""), \
		data index p every ::1 using (valid(2) ? total(all) : NaN):($0 + 1):(sprintf("%.1f", total(all))) \
		with labels left offset 1.2, 0 notitle, \
		data index p every ::1 using (valid(2) ? NaN : 0):($0 + 1):("–") with labels left offset 1.2, 0 notitle, \
		data index p every ::1 using 10:($0 + 1) with points pointtype 12 pointsize 0.7 linewidth 1.5 linecolor rgb "black" \
		title (p == 0 && published ? "published" : ""), \
		data index p every ::0::0 using (0):(0.5):(strcol(1)) with labels left offset 0, 0.6 notitle
}
unset multiplot
