# SPDX-License-Identifier: GPL-2.0-or-later
# A sweep of one key: what each policy takes along it, and as a multiple of mainline's.
# First line: title, key, whether mainline was run, number of curves; then where each value is, from 0 to 1, and the value.
# A block for each curve: label; then place, seconds, ratio, what became of the run (0 done, 1 fell short, 2 did not end,
# 3 there is none), number of the point. NaN: there is none.

stats data index 0 every ::0::0 using (title = strcol(1), key = strcol(2), has_ratio = int($3), curves = int($4), 0) nooutput
array names[curves]
do for [i = 1 : curves] { stats data index i every ::0::0 using (names[i] = strcol(1), 0) nooutput }
troubles = 0
do for [i = 1 : curves] { stats data index i every ::1 using (troubles = troubles + ($4 > 0), 0) nooutput }
longest = 0
stats data index 0 every ::1 using (longest = strlen(strcol(2)) > longest ? strlen(strcol(2)) : longest, $1) nooutput
values = STATS_records
slanted = longest * 6.0 > 580.0 / values
ticks = slanted ? 14 + 4.4 * longest : 16

rows = 1
used = 8
do for [i = 1 : curves] {
	entry = 30 + 7 * strlen(names[i])
	if (used + entry > wide) { rows = rows + 1; used = 8 }
	used = used + entry
}
legend_height = 30 + 16 * rows
panel = 190
strip = troubles > 0 ? 30 + 14 * curves : 0
height = legend_height + panel * (has_ratio ? 2 : 1) + strip + ticks + 30

eval begin_part
set label 1 title at screen 8 / wide, screen at(12) left
legend_top = 32
point_of(i) = int(word("7 5 9 11 13 6 4 8", (i - 1) % 8 + 1))
sign_of(i) = word("● ■ ▲ ▼ ◆ ○ □ △", (i - 1) % 8 + 1)
do for [i = 1 : curves] { eval add_legend(sign_of(i), colour_of(i), names[i]) }
set lmargin at screen 70.0 / wide
set rmargin at screen 1 - 14.0 / wide
set xrange [0:1]
set xtics () scale 0
top = legend_height

# the labels of the values are below the last panel
set format x ""
do for [part = 1 : (has_ratio ? 2 : 1)] {
	set tmargin at screen at(top + 16)
	set bmargin at screen at(top + panel - 8)
	# what there is and a little more; tics at 1, 2 and 5 unless it spans many decades
	low = 1e300; high = 0
	unset logscale y
	set yrange [*:*]
	do for [i = 1 : curves] { stats data index i every ::1 using (has(part + 1) ? column(part + 1) : NaN) nooutput; if (exists("STATS_records") && STATS_records > 0) { low = STATS_min < low ? STATS_min : low; high = STATS_max > high ? STATS_max : high } }
	set logscale y
	set format y "%g"
	set ytics ()
	if (high > 0) {
		set yrange [low / 1.25 : high * 1.25]
		do for [e = floor(log10(low / 1.25)) : ceil(log10(high * 1.25))] {
			set ytics add (sprintf("%g", 10.0 ** e) 10.0 ** e)
			if (high / low < 200) { set ytics add (sprintf("%g", 2 * 10.0 ** e) 2 * 10.0 ** e, sprintf("%g", 5 * 10.0 ** e) 5 * 10.0 ** e) }
		}
	} else { set yrange [1 : 10] }
	set grid ytics linecolor rgb grey linewidth 0.3 dashtype (2, 4)
	if (part == 1) { set label 2 "seconds" at graph 0, graph 1.06 left } else { set label 2 "as a multiple of mainline's" at graph 0, graph 1.06 left }
	plot for [i = 1 : curves] data index i every ::1 using 1:(column(part + 1)) with linespoints linecolor rgb colour_of(i) linewidth 1.5 \
		pointtype point_of(i) pointsize 0.6 notitle
	eval no_legend
	unset label 1
	top = top + panel
}
if (troubles > 0) {
	unset logscale y
	set tmargin at screen at(top + 18)
	set bmargin at screen at(top + strip - 4)
	set yrange [curves + 0.5 : 0.5]
	set ytics ()
	do for [i = 1 : curves] { set ytics add (names[i][1 : 1] i) }
	unset grid
	set label 2 "▲ fell short of its work   × did not get to its end   ○ no run" at graph 0, screen at(top + 8) left
	plot for [i = 1 : curves] data index i every ::1 using 1:($4 == 1 ? i : NaN) with points pointtype 9 pointsize 0.9 linecolor rgb red notitle, \
		for [i = 1 : curves] data index i every ::1 using 1:($4 == 3 ? i : NaN) with points pointtype 6 pointsize 0.7 linecolor rgb grey notitle, \
		for [i = 1 : curves] data index i every ::1 using 1:($4 == 2 ? i : NaN) with points pointtype 2 pointsize 0.9 linecolor rgb red notitle
	top = top + strip
}
# and their labels
unset border
unset ytics
unset grid
unset logscale y
unset label 2
set yrange [0:1]
set tmargin at screen at(top)
set bmargin at screen at(top + ticks)
set label 3 key at screen 0.5, screen at(top + ticks + 12) center
if (slanted) {
	plot data index 0 every ::1 using ($1 + 0.006):(1.0 - 7.0 / ticks):2 with labels right rotate by 45 font ",10" notitle
} else {
	plot data index 0 every ::1 using 1:(1.0 - 8.0 / ticks):2 with labels center font ",10" notitle
}
eval end_part
