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
set datafile missing "NaN"
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
nice(x) = x <= 0 ? 1 : x / decade(x) >= 6 ? 2 * decade(x) : x / decade(x) >= 3 ? decade(x) : \
	x / decade(x) >= 1.5 ? decade(x) / 2 : decade(x) / 5
# wider(x): the same for about six
wider(x) = x <= 0 ? 1 : x / decade(x) >= 5 ? decade(x) : x / decade(x) >= 2 ? decade(x) / 2 : decade(x) / 5

set border 3 linewidth 0.5 linecolor rgb grey
set tics nomirror out scale 0.5 textcolor rgb "black"
set grid ytics linecolor rgb grey linewidth 0.3 dashtype (2, 4)
set style fill solid 0.9 noborder
set key noenhanced
