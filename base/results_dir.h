/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RESULTS_DIR_H
#define HPTSIM_RESULTS_DIR_H
/*
 * Where results go when nobody said where: to results/ of the current directory if it is
 * there, as in hptsim's tree; else to hptsim/ in $XDG_STATE_HOME or, without it, in
 * ~/.local/state.
 */
#include <stdbool.h>

#define RESULTS_HERE	"results"
/* For the help of an option: where @name goes. */
#define RESULTS_DOC(name)	name " in " RESULTS_HERE "/ if that is here, else in $XDG_STATE_HOME/hptsim/"

/**
 * results_path - where the file or directory @name goes
 * @elsewhere: set; not to results/ here
 *
 * Nothing is made. To be freed; NULL: out of memory.
 */
char *results_path(const char *name, bool *elsewhere);

#endif
