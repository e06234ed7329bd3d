# SPDX-License-Identifier: GPL-2.0-or-later
# A map of a sweep: cells and texts at the places that report/map_panel.c gives them, in units from the upper left.
# First line: title, height. Then a block of cells: left, right, top, bottom, how it is filled (colour, short, ended, empty),
# colour, number of the point (0: of the legend), who or what it stands for. Then a block of texts: x, y, where that is of it
# (left, centre, right, slanted), size, colour, text.

stats data index 0 every ::0::0 using (height = $2, 0) nooutput
eval open_terminal(height)
set output out
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset tics
unset grid
unset key
set xrange [0:wide]
set yrange [height:0]
red = "#A40E26"
fill(how) = strcol(5) eq how ? 0.5 * ($1 + $2) : NaN
put(where, size) = strcol(3) eq where && $4 == size ? $1 : NaN
plot data index 1 using (fill("colour")):(0.5 * ($3 + $4)):1:2:3:4:6 with boxxyerror linecolor rgb variable fillstyle solid 1 noborder, \
	data index 1 using (fill("short")):(0.5 * ($3 + $4)):1:2:3:4 with boxxyerror linecolor rgb "#FDECEC" fillstyle solid 1 noborder, \
	data index 1 using (fill("short")):(0.5 * ($3 + $4)):1:2:3:4 with boxxyerror linecolor rgb red fillstyle transparent pattern 5 border linecolor rgb red, \
	data index 1 using (fill("ended")):(0.5 * ($3 + $4)):1:2:3:4 with boxxyerror linecolor rgb "#FDECEC" fillstyle solid 1 noborder, \
	data index 1 using (fill("ended")):(0.5 * ($3 + $4)):1:2:3:4 with boxxyerror linecolor rgb red fillstyle transparent pattern 2 border linecolor rgb red, \
	data index 1 using (fill("empty")):(0.5 * ($3 + $4)):1:2:3:4 with boxxyerror linecolor rgb grey fillstyle empty border linecolor rgb grey, \
	for [size in "9 10 11"] data index 2 using (put("left", int(size))):2:6:5 with labels left font ",".size textcolor rgb variable, \
	for [size in "9 10 11"] data index 2 using (put("centre", int(size))):2:6:5 with labels center font ",".size textcolor rgb variable, \
	for [size in "9 10 11"] data index 2 using (put("right", int(size))):2:6:5 with labels right font ",".size textcolor rgb variable, \
	data index 2 using (put("slanted", 10)):2:6:5 with labels right rotate by 45 font ",10" textcolor rgb variable
