# SPDX-License-Identifier: GPL-2.0-or-later
# A heat map. First line: what x, y and the value are; then x, y, value, where NaN is left blank.
# x and y are taken as words without blanks, in the order in which they first occur.

xs = ""; ys = ""
has(list, v) = strstrt(" " . list . " ", " " . v . " ")
place(list, v) = words((" " . list . " ")[1 : has(list, v)]) + 1
put(list, v) = has(list, v) ? list : list eq "" ? v : list . " " . v
stats data every ::1 using (xs = put(xs, strcol(1)), ys = put(ys, strcol(2)), $3) nooutput
stats data every ::0::0 using (x_name = strcol(1), y_name = strcol(2), v_name = strcol(3), 0) nooutput

height = 90 + 30 * words(ys)
eval open_terminal(height)
set output out
# light enough for black figures on all of it
set palette defined (0 "#FFF7D6", 0.5 "#F2B35E", 1 "#D98A4A")
if (exists("log_values")) { set logscale cb }
set xrange [0.5 : words(xs) + 0.5]
set yrange [0.5 : words(ys) + 0.5]
set border 0
set tics scale 0
unset grid
unset key
set xlabel x_name noenhanced
set ylabel y_name noenhanced
set cblabel v_name noenhanced
set xtics ()
set ytics ()
do for [i = 1 : words(xs)] { set xtics add (word(xs, i) i) }
do for [i = 1 : words(ys)] { set ytics add (word(ys, i) i) }
x_of(v) = place(xs, v)
y_of(v) = place(ys, v)
plot data every ::1 using (x_of(strcol(1))):(y_of(strcol(2))):(x_of(strcol(1)) - 0.49):(x_of(strcol(1)) + 0.49):\
	(y_of(strcol(2)) - 0.49):(y_of(strcol(2)) + 0.49):3 with boxxyerror fillcolor palette fillstyle solid 1, \
	data every ::1 using (valid(3) ? x_of(strcol(1)) : NaN):(y_of(strcol(2))):(sprintf("%.4g", $3)) \
	with labels textcolor rgb "#010101"
