/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_H
#define HPTSIM_SWEEP_H
/*
 * One scenario at many points: simulated by several processes, written in the
 * order of points by this one, so that the file does not depend on how many.
 */
#include "sim/sim.h"
#include "store/sweep.h"
#include "sweep/plan.h"

/* Told as points are written, in their order. Each may be NULL. */
struct sweep_watch {
	void *ctx;
	void (*point)(void *ctx, uint64_t done, uint64_t count);	/* @done of @count of this shard */
	void (*run)(void *ctx, uint64_t point, size_t policy, const struct sim_run_end *end);
	void (*failed)(void *ctx, uint64_t point, const char *policy, const struct sim_error *error);
	void (*invalid)(void *ctx, uint64_t point, const char *text);
};

enum sweep_status {
	SWEEP_OK = 0,
	SWEEP_EINVALID,		/* a point is not valid, and strict */
	SWEEP_ESTORE,		/* store_message() says why */
	SWEEP_ETROUBLE,		/* a worker is gone or found no memory; the message says at which point */
};

struct sweep_options {
	unsigned jobs;		/* processes that simulate, at least 1 */
	bool strict;		/* stop at the first point that is not valid */
	uint64_t next;		/* first point that is not in the file yet */
};

#define SWEEP_MESSAGE_MAX	512

/**
 * sweep_run - simulate and write all points of the shard from @options->next on
 * @st:      of store_sweep_open()
 * @message: set when the status is SWEEP_ETROUBLE
 *
 * What was written before an error stays.
 */
enum sweep_status sweep_run(const struct sweep_plan *plan, const struct store_sweep *sweep, struct store *st,
			    const struct sweep_options *options, const struct sweep_watch *watch,
			    char message[SWEEP_MESSAGE_MAX]);

/*
 * What the file says of the sweep. False: no memory, or a cost profile that cannot be
 * read. To be freed with sweep_describe_free() whatever is returned.
 */
bool sweep_describe(const struct sweep_plan *plan, bool policies_given, struct store_sweep *out);
void sweep_describe_free(struct store_sweep *sweep);

#endif
