# SPDX-License-Identifier: GPL-2.0-or-later
# Which slots of which PTEGs are taken, and by whose entries: left in the present table, right in the asked one.
# A block for each slot of the present table, then of the asked one. Name, names of columns, slot, order, PTEGs of a bin;
# then first PTEG, PTEGs, entries of linear, vmemmap and vrma, entries that find their slot taken: of the present table
# those besides the others; of the asked one those that are not in it. A row is a run of bins that are alike.

array region[3] = ["linear", "vmemmap", "vrma"]
array region_colour[3] = [blue, pink, "#A8A8A8"]
array name[2]; array order[2]; array bin[2]; array ptegs[2]
do for [t = 1 : 2] {
	stats data index 8 * (t - 1) every ::0::0 using (text = strcol(1), o = $8, b = $9, 0) nooutput
	name[t] = text; order[t] = o; bin[t] = b
	ptegs[t] = 2.0 ** (o - 7)
}
share(n) = $2 > 0 ? (n > 0 ? $3 : 0) / $2 + (n > 1 ? $4 : 0) / $2 + (n > 2 ? $5 : 0) / $2 + (n > 3 ? $6 : 0) / $2 : 0

height = 480
eval begin_part
legend_top = 12
do for [r = 1 : 3] { eval add_legend("■", region_colour[r], region[r]) }
eval add_legend("■", red, "finds its slot taken")
eval add_legend("▼", red, "such entries are here")
do for [t = 1 : 2] {
	set label t sprintf("%s: order %d", name[t], order[t]) at screen (t == 1 ? 0.09 : 0.56), screen at(36) left
}
set label 3 sprintf("Height: share of PTEGs whose slot is taken, 0 to 1, in bins of %s PTEGs left and %s right.", thousands(bin[1]), thousands(bin[2])) \
	at screen 8 / wide, screen at(472) left
set yrange [0 : 1.15]
set border 3
set ytics ("0" 0, "1" 1) scale 0.3
do for [t = 1 : 2] {
	set lmargin at screen (t == 1 ? 0.09 : 0.56)
	set rmargin at screen (t == 1 ? 0.5 : 0.97)
	set xrange [0 : ptegs[t]]
	do for [slot = 0 : 7] {
		set tmargin at screen at(46 + slot * 48)
		set bmargin at screen at(46 + slot * 48 + 40)
		set xtics nice(ptegs[t]) format (slot == 7 ? "%.1s%c" : "")
		set xlabel (slot == 7 ? "PTEG" : "") offset 0, 0.4
		if (t == 1) { set label 4 sprintf("slot %d", slot) at screen 0.06, screen at(46 + slot * 48 + 20) right } else { unset label 4 }
		i = 8 * (t - 1) + slot
		plot data index i every ::1 using 1:(t == 1 ? share(4) : share(3)) with fillsteps fillstyle solid 1 linecolor rgb red notitle, \
			data index i every ::1 using 1:(share(3)) with fillsteps fillstyle solid 1 linecolor rgb region_colour[3] notitle, \
			data index i every ::1 using 1:(share(2)) with fillsteps fillstyle solid 1 linecolor rgb region_colour[2] notitle, \
			data index i every ::1 using 1:(share(1)) with fillsteps fillstyle solid 1 linecolor rgb region_colour[1] notitle, \
			data index i every ::1 using ($6 > 0 ? $1 + $2 / 2 : NaN):(1.08) with points pointtype 11 pointsize 0.4 linecolor rgb red notitle
		unset label; eval no_legend
	}
}
eval end_part
