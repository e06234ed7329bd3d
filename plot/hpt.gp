# SPDX-License-Identifier: GPL-2.0-or-later
# Order of the HPT and memory of the guest over time: a panel for all policies that behave alike.
# Blocks: label; then seconds, order, memory in GiB, and the order of a resize that failed, or NaN.

stats data using 0 nooutput
panels = STATS_blocks
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns
stats data using 2 nooutput
low = STATS_min; high = STATS_max
stats data every ::1 using (valid(4) ? column(4) : low) nooutput
low = low < STATS_min ? low : STATS_min
stats data every ::1 using (valid(4) ? column(4) : high) nooutput
high = high > STATS_max ? high : STATS_max
stats data using 3 nooutput
top = STATS_max
array end[panels]
do for [p = 0 : panels - 1] {
	stats data index p every ::1 using 1 nooutput
	end[p + 1] = STATS_max > 0 ? STATS_max : 1
}

head = 44; each = 120; foot = 28
height = head + rows * each + foot
eval open_terminal(height)
set output out
set multiplot
set grid noxtics noytics
set border 11
set yrange [low - 0.6 : high + 0.6]
set y2range [0 : top * 1.05]
tic = high - low > 6 ? 2 : 1
set ytics tic
set y2tics nice(top)
set label 1 "━ order of the HPT, left" at screen 0.01, 1 - 10.0 / height left textcolor rgb blue
set label 2 "■ memory of the guest, right" at screen 0.27, 1 - 10.0 / height left textcolor rgb sky
set label 3 "× order that an attempt failed to get (some of many)" at screen 0.56, 1 - 10.0 / height left textcolor rgb red
do for [p = 0 : panels - 1] {
	row = p % rows; left = p < rows; last = row == rows - 1 || p == panels - 1
	set lmargin at screen (left ? 0.065 : 0.565)
	set rmargin at screen (columns == 1 ? 0.935 : left ? 0.445 : 0.945)
	set tmargin at screen 1 - (head + row * each + 0.0) / height
	set bmargin at screen 1 - (head + row * each + each - 48.0) / height
	set xrange [0 : end[p + 1]]
	set xtics nice(end[p + 1])
	set key at graph 0, 1.02 left bottom Left noreverse samplen -1
	set ylabel (left ? "order" : "") offset 1.5, 0
	set y2label (left && columns == 2 ? "" : "GiB") offset -1.5, 0
	set xlabel (last ? "seconds" : "") offset 0, 0.6
	plot data index p every ::1 using 1:3 axes x1y2 with filledcurves y2=0 linecolor rgb sky fillstyle transparent solid 0.35 notitle, \
		data index p using 1:2 with lines linewidth 2.2 linecolor rgb blue title columnheader(1), \
		data index p every ::1 using 1:4 with points pointtype 2 pointsize 0.6 linewidth 1.2 linecolor rgb red notitle
	unset label 1; unset label 2; unset label 3
}
unset multiplot
