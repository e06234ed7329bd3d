# SPDX-License-Identifier: GPL-2.0-or-later
# Time until so many LMBs had changed hands: a curve for all policies that behave alike.
# Blocks: label; then LMBs, seconds.

stats data using 0 nooutput
curves = STATS_blocks
array label[curves]
array points[curves]
rows = 0
do for [i = 1 : curves] {
	stats data index i - 1 every ::0::0 using (text = strcol(1), 0) nooutput
	label[i] = text
	rows = rows + lines(text, 92)
	stats data index i - 1 every ::1 using 1 nooutput
	points[i] = STATS_records
}
height = 306 + 15 * rows
eval open_terminal(height)
set output out

set tmargin at screen 1 - 10.0 / height
set bmargin at screen 1 - 250.0 / height
set lmargin at screen 0.09
set rmargin at screen 0.975
set xlabel "LMBs added or removed so far" offset 0, 0.3
set ylabel "seconds" offset 1, 0
stats data every ::1 using 1 nooutput
set xrange [0 : STATS_max]
set xtics wider(STATS_max)
stats data every ::1 using 2 nooutput
top = STATS_max > 0 ? STATS_max : 1
set yrange [0 : top * 1.03]
# Where curves lie upon each other the first ones show as a rim of the later, and each has signs of its own:
# eight on its way, no two curves in the same place
array signs[8] = [7, 5, 9, 13, 6, 4, 8, 12]
sign_of(i) = signs[(i - 1) % 8 + 1]
each(i) = points[i] < 8 ? 1 : points[i] / 8
first(i) = points[i] < 8 ? 1 : 1 + int(each(i) * (i - 0.5) / curves)
y = 300.0
do for [i = 1 : curves] {
	set arrow i from screen 0.09, screen 1 - y / height to screen 0.125, screen 1 - y / height nohead linewidth 2 linecolor rgb colour_of(i)
	set label 100 + i "" at screen 0.1075, screen 1 - y / height point pointtype sign_of(i) pointsize 0.7 linecolor rgb colour_of(i)
	set label i wrapped(label[i], 92) at screen 0.135, screen 1 - y / height left
	y = y + 15.0 * lines(label[i], 92)
}
plot for [i = 1 : curves] data index i - 1 every ::1 using 1:2 \
	with lines linewidth 1.6 + (curves - i) * 0.6 linecolor rgb colour_of(i) notitle, \
	for [i = 1 : curves] data index i - 1 every each(i)::first(i) using 1:2 \
	with points pointtype sign_of(i) pointsize 0.7 linewidth 1.5 linecolor rgb colour_of(i) notitle
