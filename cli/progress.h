/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PROGRESS_H
#define HPTSIM_PROGRESS_H
/*
 * One line on stderr that says how far a long run is. It is rewritten in place
 * ten times a second at most, so that short runs show nothing; only a terminal
 * gets it. The wall clock decides when to write and nothing else.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/events.h"

struct progress {
	bool on;			/* stderr is a terminal */
	bool shown;
	int64_t begin_ns, next_ns;	/* wall clock */
	uint64_t done_first;		/* points that were over when the first was told of, with it */
	const char *scenario, *policy;
	uint64_t lmbs_done, lmbs_requested;	/* of this request */
	bool adding;			/* what this request's first LMB did */
	unsigned attempts;
};

void progress_init(struct progress *p);

/* A sink for the run that begins now. */
struct sim_sink progress_sink(struct progress *p, const char *scenario, const char *policy);

/* Of many runs, @done of @count are over: their rate and the time that the rest will take. */
void progress_points(struct progress *p, uint64_t done, uint64_t count);

/* Wipe the line; to be called before anything else is written to stderr. */
void progress_clear(struct progress *p);

#endif
