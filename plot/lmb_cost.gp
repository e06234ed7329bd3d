# SPDX-License-Identifier: GPL-2.0-or-later
# What an LMB costs the simulator, by size of the guest.
# gnuplot -e "data='build/bench/lmb_cost.dat'; output='docs/images/lmb_cost.svg'" plot/lmb_cost.gp
# data: from bench_lmb: LMBs, then median, minimum, maximum for each policy
if (!exists("data")) data = "build/bench/lmb_cost.dat"
if (!exists("output")) output = "docs/images/lmb_cost.svg"
if (output[strlen(output) - 2:] eq "png") set terminal pngcairo size 800,440 font "sans,12"; else set terminal svg size 800,440 font "sans,12" dynamic background "white"
set output output
set title "Cost of an LMB that comes and goes, 64K pages"
set xlabel "LMBs of the guest (256 MiB each)"
set ylabel "CPU time per LMB and operation [µs]"
set logscale x 2
set xrange [800:330000]
set yrange [0:*]
set xtics ("1,000" 1000, "2,000" 2000, "4,000" 4000, "8,192" 8192, "16,384" 16384, "32,768" 32768, "65,536" 65536, "131,072" 131072, "262,144" 262144) font ",10"
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set key outside top center horizontal Left reverse
plot data using ($1 * 0.985):2:3:4 with yerrorlines lw 2 pt 7 ps 0.6 lc rgb "#0060ad" title "per-section (median, min to max)", \
     data using ($1 * 1.015):5:6:7 with yerrorlines lw 2 pt 5 ps 0.6 lc rgb "#dd8000" title "outer-batch"
