# SPDX-License-Identifier: GPL-2.0-or-later
#
# What all plots share. By hand, from the directory of a report:
#
#   gnuplot -e "data='data/256g_on_129g-time.tsv'; out='time.svg'" .../plot/common.gp .../plot/time.gp
#
# data  a file that `hptsim compare` or `hptsim report` wrote to data/; its first lines say what is in it
# out   the picture; its name says which kind, .svg or .png
#
# A curve's block starts with a line whose first field is its label. A plot with
# `title columnheader(1)` reads past that line by itself, others need `every ::1`.

set encoding utf8
set datafile separator "\t"
set datafile commentschars ""
is_png = strlen(out) > 4 && out[strlen(out) - 3 : ] eq ".png"

# Okabe and Ito: told apart with any colour vision, and seen on white as on black
blue = "#0072B2"; orange = "#E69F00"; green = "#009E73"; red = "#D55E00"
sky = "#56B4E9"; pink = "#CC79A7"; grey = "#808080"; brown = "#9A6A3A"
array palette_of[8] = [blue, red, green, orange, pink, sky, brown, grey]
colour_of(i) = palette_of[(i - 1) % 8 + 1]

# open_terminal(h): a picture @h units high; all are 680 wide
open_terminal(h) = is_png ? \
	sprintf("set terminal pngcairo noenhanced font 'DejaVu Sans,11' fontscale 1.45 size 1360,%d linewidth 2 background '#ffffff'", 2 * h) : \
	sprintf("set terminal svg noenhanced font 'sans-serif,11' size 680,%d dynamic linewidth 1", h)

# nice(x): a step of tics that gives about three of them up to @x
decade(x) = 10.0 ** floor(log10(x))
nice(x) = x <= 0 ? 1 : x / decade(x) >= 6 ? 2 * decade(x) : x / decade(x) >= 3 ? decade(x) : decade(x) / 2
# wider(x): the same for about six
wider(x) = x <= 0 ? 1 : x / decade(x) >= 5 ? decade(x) : x / decade(x) >= 2 ? decade(x) / 2 : decade(x) / 5

# has(k): column @k has a number. A script that asks column() for NaN alone gets no statistics from gnuplot 6.
has(k) = strcol(k) ne "NaN"

# thousands(n): "2,097,152"
thousands(n) = n < 1000 ? sprintf("%d", n) : thousands(floor(n / 1000.0)) . sprintf(",%03d", n - 1000 * floor(n / 1000.0))

# A label of many names, as many to a line as fit: wrapped(s, n) breaks behind commas, lines(s, n) says how often.
cut(s, n) = n < 2 ? strlen(s) : s[n - 1 : n] eq ", " ? n : cut(s, n - 1)
fits(s, n) = strlen(s) <= n ? strlen(s) : cut(s, n)
rest(s, n) = fits(s, n) >= strlen(s) ? "" : s[fits(s, n) + 1 : strlen(s)]
wrapped(s, n) = rest(s, n) eq "" ? s : s[1 : fits(s, n)] . "\n" . wrapped(rest(s, n), n)
lines(s, n) = rest(s, n) eq "" ? 1 : 1 + lines(rest(s, n), n)

# A picture of its own, or a part of a sheet that has several: begin_part after `height` is known, end_part at the end.
# at(y): the screen's coordinate @y units below the part's upper edge.
part_top = 0.0
at(y) = 1 - (part_top + y) / (exists("whole") ? whole : height)
open_sheet = "eval open_terminal(whole); set output out; set multiplot; is_sheet = 1"
begin_part = "if (!exists('is_sheet')) { whole = height; eval open_terminal(whole); set output out; set multiplot }; " . \
	"unset label; unset arrow; unset object; unset key; unset logscale; unset colorbox; set border 3 linewidth 0.5 linecolor rgb grey; set tics nomirror out scale 0.5 textcolor rgb 'black'; set grid noxtics noytics; " . \
	"set xtics auto format '%g'; set ytics auto format '%g'; unset xlabel; unset ylabel; legend_x = 8; legend_row = 0; legend_last = 100"
end_part = "if (!exists('is_sheet')) { unset multiplot }"

# eval add_legend(sign, colour, text): one more entry of a legend above all, from left to right, in rows of @wide units;
# `height` is the picture's, legend_top where it begins. eval no_legend: not again for the next panel of the picture.
legend_x = 8; legend_row = 0; legend_top = 12; legend_last = 100; wide = 680.0
add_legend(sign, colour, text) = sprintf("entry = 30 + 7 * %d; " . \
	"legend_row = legend_row + (legend_x + entry > wide); legend_x = legend_x + entry > wide ? 8 : legend_x; " . \
	"set label legend_last + 1 '%s' at screen legend_x / wide, screen at(legend_top + 16.0 * legend_row) left textcolor rgb '%s'; " . \
	"set label legend_last + 2 \"%s\" at screen (legend_x + 15) / wide, screen at(legend_top + 16.0 * legend_row) left textcolor rgb 'black'; " . \
	"legend_last = legend_last + 2; legend_x = legend_x + entry", strlen(text), sign, colour, text)
no_legend = "do for [n = 101 : legend_last] { unset label n }; legend_last = 100"

set border 3 linewidth 0.5 linecolor rgb grey
set tics nomirror out scale 0.5 textcolor rgb "black"
set grid ytics linecolor rgb grey linewidth 0.3 dashtype (2, 4)
set style fill solid 0.9 noborder
set key noenhanced
