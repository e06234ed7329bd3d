# SPDX-License-Identifier: GPL-2.0-or-later
# Where the table can be resized: what the guest wishes for at each memory and present order, and how many entries would
# find their slot taken.
# First line: title, the scenario's memory at boot in GiB, its order then, hysteresis of the policy. Then, by memory: memory in GiB,
# present order, order wished for, what follows (0 too small to boot, 1 grows, 2 has it, 3 near enough, 4 fits, 5 collides),
# entries that would find their slot taken, entries there are, what follows in words.

stats data every ::0::0 using (title = strcol(1), own = $2, own_order = $3, hysteresis = $4, 0) nooutput
xs = ""
place(v) = words((" " . xs . " ")[1 : strstrt(" " . xs . " ", " " . v . " ")]) + 1
stats data every ::1 using (xs = strstrt(" " . xs . " ", " " . strcol(1) . " ") ? xs : xs eq "" ? strcol(1) : xs . " " . strcol(1), $2) nooutput
low = STATS_min; high = STATS_max
stats data every ::1 using ($4 == 5 ? $5 : 0) nooutput
collides = STATS_max > 0
most = STATS_max > 10 ? STATS_max : 10
stats data every ::1 using ($4 == 5 ? $5 : most) nooutput
least = STATS_min < most / 10 ? 10 ** floor(log10(STATS_min)) : most / 10
columns = words(xs)
own_name = ""
do for [i = 1 : columns] { if (abs(real(word(xs, i)) - own) < 1e-6 * own) { own_name = word(xs, i) } }
own_late = -1
stats data every ::1 using (strcol(1) eq own_name && $2 == own_order && $4 == 5 ? (own_late = $5, 0) : 0) nooutput

height = 440
eval begin_part
set label 1 title . ": does a resize to the order wished for work?" at screen 8 / wide, screen at(12) left
legend_top = 32
eval add_legend("■", "#CFE6F5", "grows")
eval add_legend("■", "#E3E3E3", "has what it wishes for")
eval add_legend("■", "#BDBDBD", hysteresis > 0 ? "near enough, not asked for" : "not asked for")
eval add_legend("■", blue, "fits")
eval add_legend("×", "black", "too small to boot")
if (collides) {
	set label 2 "■" at screen 8 / wide, screen at(54) left textcolor rgb red
	set label 3 "collides; how many entries, on the right" at screen 23 / wide, screen at(54) left
}
if (own_late >= 0) { set label 4 sprintf("□ this scenario at boot: %s entries", thousands(own_late)) at screen 0.5, screen at(54) left } \
else { set label 4 "□ this scenario at boot" at screen 0.5, screen at(54) left }
set tmargin at screen at(68)
set bmargin at screen at(390)
set lmargin at screen 0.1
set rmargin at screen 0.86
set palette defined (0 "#FBD9B5", 0.5 "#E8743B", 1 "#7F2704")
set logscale cb
set cbrange [least : most]
if (collides) { set colorbox user origin screen 0.88, screen at(390) size screen 0.025, screen at(68) - at(390) }
set format cb "%.0s%c"
set cblabel "entries that find their slot taken" offset 0.5, 0
set xrange [0.5 : columns + 0.5]
set yrange [low - 0.5 : high + 0.5]
set border 0
set xtics () scale 0
do for [i = 1 : columns] { set xtics add (word(xs, i) i) }
set xtics rotate by -45
set ytics 1 scale 0
set ylabel "present order (log2 of bytes)" offset -0.5, 0
set xlabel "memory, GiB" offset 0, 0.2
if (own_name ne "") { set object 1 rectangle from place(own_name) - 0.5, own_order - 0.5 to place(own_name) + 0.5, own_order + 0.5 front fillstyle empty border linecolor rgb "#010101" linewidth 2 }
x(v) = place(v)
cell(state) = $4 == state ? x(strcol(1)) : NaN
plot data every ::1 using (cell(1)):2:(x(strcol(1)) - 0.48):(x(strcol(1)) + 0.48):($2 - 0.48):($2 + 0.48) with boxxyerror linecolor rgb "#CFE6F5" fillstyle solid 1 notitle, \
	data every ::1 using (cell(2)):2:(x(strcol(1)) - 0.48):(x(strcol(1)) + 0.48):($2 - 0.48):($2 + 0.48) with boxxyerror linecolor rgb "#E3E3E3" fillstyle solid 1 notitle, \
	data every ::1 using (cell(3)):2:(x(strcol(1)) - 0.48):(x(strcol(1)) + 0.48):($2 - 0.48):($2 + 0.48) with boxxyerror linecolor rgb "#BDBDBD" fillstyle solid 1 notitle, \
	data every ::1 using (cell(4)):2:(x(strcol(1)) - 0.48):(x(strcol(1)) + 0.48):($2 - 0.48):($2 + 0.48) with boxxyerror linecolor rgb blue fillstyle solid 1 notitle, \
	data every ::1 using (cell(5)):2:(x(strcol(1)) - 0.48):(x(strcol(1)) + 0.48):($2 - 0.48):($2 + 0.48):($5 > 0 ? $5 : 1) with boxxyerror fillcolor palette fillstyle solid 1 notitle, \
	data every ::1 using (cell(4)):2 with points pointtype 7 pointsize 0.5 linecolor rgb "white" notitle, \
	data every ::1 using (cell(0)):2 with points pointtype 2 pointsize 0.8 linewidth 0.7 linecolor rgb "black" notitle
eval end_part
