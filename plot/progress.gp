# SPDX-License-Identifier: GPL-2.0-or-later
# Time until so many LMBs had changed hands: a curve for all policies that behave alike.
# Blocks: label; then LMBs, seconds.

stats data using 0 nooutput
curves = STATS_blocks
head = 8
height = 290 + 15 * curves
eval open_terminal(height)
set output out

set tmargin at screen 1 - 10.0 / height
set bmargin at screen 1 - 250.0 / height
set lmargin at screen 0.09
set rmargin at screen 0.985
set xlabel "LMBs added or removed so far" offset 0, 0.3
set ylabel "seconds" offset 1, 0
stats data using 1 nooutput
set xrange [0 : STATS_max]
set xtics wider(STATS_max)
stats data using 2 nooutput
set yrange [0 : STATS_max * 1.03]
set key at screen 0.09, (15.0 * curves + 4) / height left top Left reverse maxcols 1 samplen 2.5
# where curves lie upon each other, the first ones show as a rim of the later
plot for [i = 1 : curves] data index i - 1 using 1:2 \
	with lines linewidth 1.6 + (curves - i) * 0.7 linecolor rgb colour_of(i) title columnheader(1)
