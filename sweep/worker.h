/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_WORKER_H
#define HPTSIM_SWEEP_WORKER_H
/* Processes that simulate points and tell about them through a pipe each. */
#include <stdio.h>
#include <sys/types.h>

#include "store/sweep.h"
#include "sweep/plan.h"

struct worker {
	pid_t pid;
	FILE *in;
};

/*
 * Which of @count workers has number @i of the shard. Each block of @count points is dealt
 * out in an order of its own, or one worker would get all large guests of a key with two sizes.
 */
unsigned worker_of(uint64_t i, unsigned count);

/**
 * workers_start - fork all of them
 * @st:    open in this process; no worker uses it
 * @first: number within the shard, from 0, of the first point
 *
 * Returns how many were started: fewer than @count after an error, with errno set.
 */
unsigned workers_start(const struct sweep_plan *plan, struct store *st, uint64_t first, struct worker *workers, unsigned count);

/* Ends those that still work, and waits for all. */
void workers_stop(struct worker *workers, unsigned count);

#endif
