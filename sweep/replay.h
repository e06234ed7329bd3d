/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_REPLAY_H
#define HPTSIM_SWEEP_REPLAY_H
/* A point as a worker tells it, into the file. */
#include "sweep/sweep.h"
#include "sweep/wire.h"

struct replay {
	const struct sweep_plan *plan;
	const struct store_sweep *sweep;
	struct store *st;
	const struct sweep_options *options;
	const struct sweep_watch *watch;
	char *message;		/* SWEEP_MESSAGE_MAX */

	/* the run that is being told */
	struct sim_sink sink;
	struct sim_run_end end;
	char *run_data;		/* of its WIRE_RUN: texts that the store keeps pointers to */
	const char *policy;
	size_t policy_seq;
	struct wire_record record;
};

/* Reads and writes one point; all of it, unless an error is returned. */
enum sweep_status replay_point(struct replay *r, uint64_t point, FILE *in);

void replay_free(struct replay *r);

#endif
