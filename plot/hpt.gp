# SPDX-License-Identifier: GPL-2.0-or-later
# Order of the HPT and memory of the guest over time: a panel for all policies that behave alike.
# Blocks: label; then seconds, order, memory in GiB, and the order of a resize that failed, or NaN.

stats data using 0 nooutput
panels = STATS_blocks
stats data every ::1 using 2 nooutput
low = STATS_min; high = STATS_max
stats data every ::1 using (has(4) ? column(4) : column(2)) nooutput
low = low < STATS_min ? low : STATS_min
high = high > STATS_max ? high : STATS_max
stats data every ::1 using 3 nooutput
top = STATS_max > 0 ? STATS_max : 1
stats data every ::1 using 1 nooutput
end = STATS_max > 0 ? STATS_max : 1
array label[panels]
rows = 0
do for [p = 0 : panels - 1] {
	stats data index p every ::0::0 using (text = strcol(1), 0) nooutput
	label[p + 1] = text
	rows = rows + lines(text, 92)
}

head = 32; each = 82; foot = 42
height = head + panels * each + 15 * rows + foot
eval open_terminal(height)
set output out
set multiplot
set grid noxtics noytics
set border 11
set lmargin at screen 0.085
set rmargin at screen 0.90
set xrange [0 : end]
set yrange [low - 0.6 : high + 0.6]
set y2range [0 : top * 1.05]
set ytics high - low > 6 ? 4 : high - low > 3 ? 2 : 1
set y2tics nice(top)
set ylabel "order" offset 1, 0
set y2label "GiB" offset 0.5, 0
eval add_legend("━", blue, "order of the HPT, left")
eval add_legend("■", sky, "memory of the guest, right")
eval add_legend("×", red, "order that failed (some, of many)")
y = head
do for [p = 0 : panels - 1] {
	y = y + 15 * lines(label[p + 1], 92)
	set label 1 wrapped(label[p + 1], 92) at screen 0.085, screen 1 - (y - 15 * lines(label[p + 1], 92) + 8.0) / height left
	set tmargin at screen 1 - (y + 4.0) / height
	y = y + each
	set bmargin at screen 1 - (y - 8.0) / height
	set xtics wider(end) format (p == panels - 1 ? "%g" : "")
	set xlabel (p == panels - 1 ? "seconds" : "") offset 0, 0.4
	plot data index p every ::1 using 1:3 axes x1y2 with filledcurves y2=0 linecolor rgb sky fillstyle transparent solid 0.35 notitle, \
		data index p every ::1 using 1:2 with lines linewidth 2.2 linecolor rgb blue notitle, \
		data index p every ::1 using 1:4 with points pointtype 2 pointsize 0.8 linewidth 0.8 linecolor rgb red notitle
	eval no_legend
}
unset multiplot
