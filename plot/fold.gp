# SPDX-License-Identifier: GPL-2.0-or-later
# The fold: the larger of the present and the asked table in strips as long as the smaller one, and below what becomes
# of them laid over each other. Of a table that shrinks, which entries find their slot taken.
# First block: title, present order, asked order, PTEGs of a bin, of a part, parts, parts to a strip; then, if two entries
# collided, for each: what, its PTEG, PTEG in the asked table, slot, region, page.
# Then a block for each strip, and one for all together: name; first PTEG, PTEGs, entries of linear, vmemmap and vrma that
# keep their slot, entries that find it taken. A row is a run of bins that are alike; the last one is the end.

array region[3] = ["linear", "vmemmap", "vrma"]
array region_colour[3] = [blue, pink, "#A8A8A8"]
stats data using 0 nooutput
strips = STATS_blocks - 2
stats data index 0 every ::0::0 using (title = strcol(1), from = $2, to = $3, bin = $4, ptegs = $5, parts = $6, per = $7, 0) nooutput
# of the two entries; the stop of the scan is the second
pair = 0
old_1 = 0; old_2 = 0
if (strips > 0) {
	stats data index 0 using (strcol(1) eq "has the slot" ? (pair = pair + 1, old_1 = $2, new = $3, slot = $4, name_1 = strcol(5), page_1 = $6, 0) : \
		strcol(1) eq "finds it taken" ? (pair = pair + 1, old_2 = $2, new = $3, slot = $4, name_2 = strcol(5), page_2 = $6, 0) : 0) nooutput
}
per_pteg(k) = $2 > 0 ? column(k) / $2 : 0
stacked(n) = $2 > 0 ? (n > 0 ? $3 : 0) / $2 + (n > 1 ? $4 : 0) / $2 + (n > 2 ? $5 : 0) / $2 + (n > 3 ? $6 : 0) / $2 : 0
most = 1; most_all = 1
array late[strips + 1]
do for [s = 1 : strips + 1] {
	stats data index s every ::1 using (stacked(4)) nooutput
	if (s <= strips) { most = STATS_max > most ? STATS_max : most } else { most_all = STATS_max > 1 ? STATS_max : 1 }
	stats data index s every ::1 using 6 nooutput
	late[s] = int(STATS_sum)
}
shrinks = to < from
long = shrinks ? from : to
short = shrinks ? to : from

height = 490
eval begin_part
set label 1 title at screen 8 / wide, screen at(12) left
legend_top = 32
do for [r = 1 : 3] { eval add_legend("■", region_colour[r], region[r]) }
if (shrinks) { eval add_legend("■", red, "finds its slot taken"); eval add_legend("▼", red, "such entries are here") }
set label 2 sprintf("The %s table, order %d, in parts of %s PTEGs, as long as the %s one:", \
	shrinks ? "present" : "asked", long, thousands(ptegs), shrinks ? "asked" : "present") at screen 8 / wide, screen at(56) left
set lmargin at screen 0.14
set rmargin at screen 0.97
set xrange [0 : ptegs]
unset ytics
set xtics wider(ptegs) format ""
each = 250.0 / strips
gap = each < 14 ? 2 : 8
# one scale: an entry per PTEG is as high in a strip as in all
unit = (each - gap) / most < 66 / most_all ? (each - gap) / most : 66 / most_all
do for [s = 1 : strips + 1] {
	all = s > strips
	h = unit * (all ? most_all : most)
	y = all ? 410.0 - h : 66.0 + s * each - h
	set yrange [0 : h / unit]
	set tmargin at screen at(y)
	set bmargin at screen at(y + h)
	stats_name = all ? "" : per > 1 ? sprintf("%d to %d", (s - 1) * per + 1, s * per) : sprintf("part %d", s)
	set label 3 (all ? "all" : stats_name) at screen 0.13, screen at(y + h / 2) right
	if (pair == 2) {
		if (!all && int(old_1 / (ptegs * per)) == s - 1) { set label 4 "" at new, h / unit * 0.5 point pointtype 7 pointsize 0.8 linecolor rgb "black" front }
		if (!all && int(old_2 / (ptegs * per)) == s - 1) { set label 5 "" at new, h / unit * 0.5 point pointtype 2 pointsize 1.2 linewidth 1.5 linecolor rgb "black" front }
	}
	set border all ? 3 : 1
	if (all) {
		set label 6 sprintf("The %s table, order %d: all parts laid over each other", shrinks ? "asked" : "present", short) \
			at screen 8 / wide, screen at(330) left
		set xtics wider(ptegs) format "%.1s%c"
		set xlabel sprintf("PTEG of the %s table; height: entries per PTEG, up to %.3g; a bin is %s PTEG%s", \
			shrinks ? "asked" : "present", most_all, thousands(bin), bin == 1 ? "" : "s") offset 0, 0.6
	}
	plot data index s every ::1 using 1:(stacked(4)) with fillsteps fillstyle solid 1 linecolor rgb red notitle, \
		data index s every ::1 using 1:(stacked(3)) with fillsteps fillstyle solid 1 linecolor rgb region_colour[3] notitle, \
		data index s every ::1 using 1:(stacked(2)) with fillsteps fillstyle solid 1 linecolor rgb region_colour[2] notitle, \
		data index s every ::1 using 1:(stacked(1)) with fillsteps fillstyle solid 1 linecolor rgb region_colour[1] notitle, \
		data index s every ::1 using ($6 > 0 ? $1 + $2 / 2 : NaN):(h / unit * 0.9) with points pointtype 11 pointsize 0.4 linecolor rgb red notitle
	unset label; eval no_legend
}
set label 8 (pair == 2 ? sprintf("First collision, in slot %d of PTEG %s: %s page %s ● has it, %s page %s × finds it taken.", slot, thousands(new), \
	name_1, thousands(page_1), name_2, thousands(page_2)) : shrinks && late[strips + 1] == 0 ? "Every entry keeps its slot." : \
	shrinks ? "" : "A table that grows has a slot for every entry.") at screen 8 / wide, screen at(464) left
set label 9 (shrinks && late[strips + 1] > 0 ? sprintf("%s entries would find their slot taken if the scan went on.", thousands(late[strips + 1])) : "") \
	at screen 8 / wide, screen at(480) left
set border 0
unset xtics; unset xlabel
set tmargin at screen at(452); set bmargin at screen at(489)
set yrange [0 : 1]
plot NaN notitle
eval end_part
