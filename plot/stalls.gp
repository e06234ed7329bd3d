# SPDX-License-Identifier: GPL-2.0-or-later
# Stalls of the whole guest, one per commit: left when and how long, right how many are at least so long.
# Blocks: label; then seconds, milliseconds; and sorted: milliseconds, how many are at least that long;
# in the last line of a block only the end of the run, in seconds.

stats data using 0 nooutput
panels = STATS_blocks
stats data using 2 nooutput
top = STATS_max
stats data using 4 nooutput
most = STATS_max
# more impulses than this lie upon each other
thin(n) = 1 + n / 400
array end[panels]
array step[panels]
do for [p = 0 : panels - 1] {
	stats data index p every ::1 using 1 nooutput
	end[p + 1] = STATS_max > 0 ? STATS_max : 1
	step[p + 1] = thin(STATS_records)
}

head = 22; each = 114; foot = 28
height = head + panels * each + foot
eval open_terminal(height)
set output out
set multiplot
set ytics nomirror
do for [p = 0 : panels - 1] {
	last = p == panels - 1
	set tmargin at screen 1 - (head + p * each + 0.0) / height
	set bmargin at screen 1 - (head + p * each + each - 48.0) / height
	set lmargin at screen 0.085
	set rmargin at screen 0.56
	set key at graph 0, 1.02 left bottom Left noreverse samplen -1
	unset logscale y
	set xrange [0 : end[p + 1] * 1.01]
	set xtics wider(end[p + 1])
	set yrange [0 : top * 1.1]
	set ytics nice(top)
	set ylabel "ms" offset 1.5, 0
	set xlabel (last ? "when, seconds" : "") offset 0, 0.6
	plot data index p every step[p + 1] using 1:2 with impulses linewidth 1.4 linecolor rgb red title columnheader(1)
	set lmargin at screen 0.68
	set rmargin at screen 0.985
	unset key
	set logscale y
	set xrange [0 : top * 1.1]
	set xtics nice(top)
	set yrange [0.7 : (most > 7 ? most * 1.5 : 12)]
	set ytics 10
	set ylabel "how many" offset 0.5, 0
	set xlabel (last ? "at least so long, ms" : "")
	plot data index p every step[p + 1]::1 using 3:4 with fsteps linewidth 2 linecolor rgb red, \
		data index p every ::1::1 using 3:4 with points pointtype 7 pointsize 0.4 linecolor rgb red
}
unset multiplot
