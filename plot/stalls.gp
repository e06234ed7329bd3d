# SPDX-License-Identifier: GPL-2.0-or-later
# Stalls of the whole guest, one per commit: left when and how long, right how many are at least so long.
# Blocks: label; then NaN, NaN, and by length: milliseconds, how many are at least that long; then by time: seconds,
# milliseconds, NaN, NaN; in the last line the end of the run in seconds. Of many stalls some, and of each part of
# the run the longest.

stats data using 0 nooutput
panels = STATS_blocks
stats data every ::1 using (has(2) ? column(2) : 0) nooutput
top = STATS_max > 0 ? STATS_max : 1
stats data every ::1 using (has(4) ? column(4) : 1) nooutput
most = STATS_max
stats data every ::1 using (has(1) ? column(1) : 0) nooutput
end = STATS_max > 0 ? STATS_max : 1
array label[panels]
array until[panels]
rows = 0
do for [p = 0 : panels - 1] {
	stats data index p every ::0::0 using (text = strcol(1), 0) nooutput
	label[p + 1] = text
	rows = rows + lines(text, 92)
	stats data index p every ::1 using (has(1) ? column(1) : 0) nooutput
	until[p + 1] = STATS_max
}

head = 8; each = 82; foot = 42
height = head + panels * each + 15 * rows + foot
eval open_terminal(height)
set output out
set multiplot
y = head
do for [p = 0 : panels - 1] {
	last = p == panels - 1
	y = y + 15 * lines(label[p + 1], 92)
	set label 1 wrapped(label[p + 1], 92) at screen 0.085, screen 1 - (y - 15 * lines(label[p + 1], 92) + 8.0) / height left
	set tmargin at screen 1 - (y + 4.0) / height
	y = y + each
	set bmargin at screen 1 - (y - 8.0) / height
	set lmargin at screen 0.085
	set rmargin at screen 0.60
	unset logscale y
	set xrange [0 : end * 1.01]
	set xtics wider(end) format (last ? "%g" : "")
	set yrange [0 : top * 1.1]
	set ytics nice(top)
	set ylabel "ms" offset 1.5, 0
	set xlabel (last ? "when, seconds" : "") offset 0, 0.4
	# a line for each moment, and one at the bottom as long as the run
	set arrow 1 from 0, 0 to until[p + 1], 0 nohead linewidth 2 linecolor rgb grey
	plot data index p every ::1 using 1:2 with impulses linewidth 1.4 linecolor rgb red notitle
	unset label 1; unset arrow 1
	set lmargin at screen 0.71
	set rmargin at screen 0.98
	set logscale y
	set xrange [0 : top * 1.1]
	set xtics nice(top) format (last ? "%g" : "")
	set yrange [0.7 : (most > 7 ? most * 1.5 : 12)]
	set ytics 10
	set ylabel "stalls" offset 0.5, 0
	set xlabel (last ? "at least so long, ms" : "") offset 0, 0.4
	plot data index p every ::1 using 3:4 with fsteps linewidth 2 linecolor rgb red notitle, \
		data index p every ::1::1 using 3:4 with points pointtype 7 pointsize 0.4 linecolor rgb red notitle
}
unset multiplot
