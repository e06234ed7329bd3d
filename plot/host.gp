# SPDX-License-Identifier: GPL-2.0-or-later
# Host memory that page tables hold, against what the guest wishes for: a panel for all policies that behave alike.
# Blocks: label; then seconds, held by the current and a pending table, size that the guest wishes for, both GiB.

stats data using 0 nooutput
panels = STATS_blocks
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns
stats data using 2 nooutput
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
set yrange [0 : top * 1.1]
set ytics nice(top)
set label 1 "■ held by the current and a pending table (some of many peaks)" at screen 0.01, 1 - 10.0 / height left textcolor rgb orange
set label 2 "━ table that the guest wishes for" at screen 0.64, 1 - 10.0 / height left textcolor rgb blue
do for [p = 0 : panels - 1] {
	row = p % rows; left = p < rows; last = row == rows - 1 || p == panels - 1
	set lmargin at screen (left ? 0.075 : 0.575)
	set rmargin at screen (columns == 1 ? 0.97 : left ? 0.48 : 0.98)
	set tmargin at screen 1 - (head + row * each + 0.0) / height
	set bmargin at screen 1 - (head + row * each + each - 48.0) / height
	set xrange [0 : end[p + 1]]
	set xtics nice(end[p + 1])
	set key at graph 0, 1.02 left bottom Left noreverse samplen -1
	set ylabel (left ? "GiB" : "") offset 1, 0
	set xlabel (last ? "seconds" : "") offset 0, 0.6
	plot data index p using 1:2 with filledcurves y1=0 linecolor rgb orange fillstyle transparent solid 0.75 title columnheader(1), \
		data index p every ::1 using 1:3 with lines linewidth 2 linecolor rgb blue notitle
	unset label 1; unset label 2
}
unset multiplot
