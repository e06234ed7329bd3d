/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_GUARD_H
#define HPTSIM_KERNEL_GUARD_H
/*
 * While a kernel's text runs: a fault in it, or never coming back, leads out of
 * it again instead of ending the process. One text at a time in a process.
 */
#include <setjmp.h>
#include <stddef.h>

#define GUARD_PLACES_MAX	24

/* What happened, and who called whom: the innermost first, addresses in code. */
struct guard_trap {
	int signal;			/* SIGVTALRM: it does not come back */
	int is_null;			/* a pointer near 0 was followed */
	const void *places[GUARD_PLACES_MAX];
	size_t place_count;
};

/* Signal handlers and the clock for endless loops: from here to guard_stop(). */
void guard_start(void);
void guard_stop(void);

/* The text runs from here on, and a trap leads to @landing, with 1. Counts as a sign of life. */
void guard_in(sigjmp_buf *landing);
/* hptsim runs again. */
void guard_out(void);

/* Of the last trap. */
const struct guard_trap *guard_trap(void);

#endif
