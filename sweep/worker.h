/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_WORKER_H
#define HPTSIM_SWEEP_WORKER_H
/* Processes that simulate points and tell about them through a pipe each. */
#include "base/pool.h"
#include "store/sweep.h"
#include "sweep/plan.h"

/*
 * Which of @count workers has number @i of the shard. Each block of @count points is dealt
 * out in an order of its own, or one worker would get all large guests of a key with two sizes.
 */
unsigned worker_of(uint64_t i, unsigned count);

/**
 * workers_start - pool_start() of all of them
 * @st:    open in this process; no worker uses it
 * @first: number within the shard, from 0, of the first point
 */
unsigned workers_start(const struct sweep_plan *plan, struct store *st, uint64_t first, struct pool_member *workers,
		       unsigned count);

#endif
