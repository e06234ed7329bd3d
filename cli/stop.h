/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STOP_H
#define HPTSIM_STOP_H
/*
 * SIGINT, SIGTERM and SIGHUP: say what is kept, leave nothing half-written and no
 * process behind, and die of the signal, so that a shell sees it.
 *
 * At once; but while a database is open for writing, at the next event or point, so
 * that it is closed in order. If that takes long, it is left to SQLite, which
 * takes back what is not complete when the file is opened next.
 */
#include <stdbool.h>

#include "sim/events.h"
#include "store/store.h"

/* To be called once; a signal that is ignored already stays so, as nohup(1) wants it. */
void stop_install(void);

/* What is told when a signal comes from now on. */
__attribute__((format(printf, 1, 2)))
void stop_says(const char *format, ...);

/*
 * @st is open for writing, or has one run more; NULL: no longer. How many runs are in
 * @path is told then, and @more, which may be "".
 */
void stop_guards(struct store *st, const char *path, const char *more);

/* A run or a point is over, or it is a good moment otherwise: does not come back when a signal came. */
void stop_here(void);

/* Calls stop_here() as a run goes on. */
struct sim_sink stop_sink(void);

#endif
