# SPDX-License-Identifier: GPL-2.0-or-later
# Host memory that page tables hold, against what the guest wishes for: a panel for all policies that behave alike.
# Blocks: label; then seconds, held by the current and a pending table, held by one of the size that the guest
# wishes for, both GiB, with KVM's reverse map where there is one.

stats data using 0 nooutput
panels = STATS_blocks
stats data every ::1 using (has(2) ? column(2) : 0) nooutput
top = STATS_max > 0 ? STATS_max : 1
stats data every ::1 using (has(3) ? column(3) : 0) nooutput
top = STATS_max > top ? STATS_max : top
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
set lmargin at screen 0.085
set rmargin at screen 0.975
set xrange [0 : end]
set yrange [0 : top * 1.1]
set ytics nice(top)
set ylabel "GiB" offset 1, 0
eval add_legend("■", orange, "held by the current and a pending table (some peaks, of many)")
eval add_legend("━", blue, "by the table wished for")
y = head
do for [p = 0 : panels - 1] {
	y = y + 15 * lines(label[p + 1], 92)
	set label 1 wrapped(label[p + 1], 92) at screen 0.085, screen 1 - (y - 15 * lines(label[p + 1], 92) + 8.0) / height left
	set tmargin at screen 1 - (y + 4.0) / height
	y = y + each
	set bmargin at screen 1 - (y - 8.0) / height
	set xtics wider(end) format (p == panels - 1 ? "%g" : "")
	set xlabel (p == panels - 1 ? "seconds" : "") offset 0, 0.4
	plot data index p every ::1 using 1:2 with filledcurves y1=0 linecolor rgb orange fillstyle transparent solid 0.75 notitle, \
		data index p every ::1 using 1:3 with lines linewidth 2 linecolor rgb blue notitle
	eval no_legend
}
unset multiplot
