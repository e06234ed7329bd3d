/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TRACE_H
#define HPTSIM_TRACE_H
/*
 * Runs as a file in Chrome's trace event format, for ui.perfetto.dev and
 * chrome://tracing; docs/trace.md says what is in it. Written while the run
 * goes on: memory does not grow with its length.
 */
#include "sim/events.h"

struct trace;

/**
 * trace_open - create or empty a file
 * @version: of hptsim, for the file; NULL: none
 *
 * Returns NULL with errno set.
 */
struct trace *trace_open(const char *path, const char *version);

/**
 * trace_run_begin - a process for the run that begins now
 * @rep: which repetition, from 1; 0: there is but one
 *
 * Returns a sink that is valid until trace_run_finish().
 */
struct sim_sink trace_run_begin(struct trace *t, const struct scenario *sc, const char *policy,
				unsigned rep);

/* No more events will come; ends what is not over, as in a run that was cut off. */
void trace_run_finish(struct trace *t);

/* Returns 0 or the errno of the first thing that went wrong. @t may be NULL. */
int trace_close(struct trace *t);

#endif
