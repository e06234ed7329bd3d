/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_PLAN_H
#define HPTSIM_SWEEP_PLAN_H
/*
 * The points of a sweep: the cross product of the values of its keys, numbered
 * from 1 with the last key changing fastest. A point's number does not depend
 * on shards, nor on how many processes there are.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/load.h"
#include "sim/policy.h"

#define SWEEP_POINTS_MAX	UINT64_C(100000000)

struct sweep_plan {
	/* set by the caller */
	const char *path;		/* of the scenario; diagnostics name it */
	const char *version;		/* of hptsim */
	const struct scenario_file *base;	/* as it is without its `sweep` */
	const char *const *sets;
	size_t set_count;
	const char *costs_dir;
	uint64_t seed;
	const struct policy **policies;	/* at each point */
	size_t policy_count;
	bool own_policies;		/* they are the scenario's: each point's own ones are run */
	bool all_rows;			/* of each LMB, attempt and finding, too */
	const char *const *loaders;	/* options, each with its value behind it, that load policies and costs */
	size_t loader_count;		/* of both */
	/* The hash of the file that a policy was loaded from; "" for one that is built in. May be NULL. */
	const char *(*digest)(const void *ctx, const struct policy *policy);
	const void *digest_ctx;
	unsigned shard, shards;		/* from 1 */

	/* set by sweep_plan_init() */
	const struct scenario_axis *axes;
	size_t axis_count;
	uint64_t points;
};

/* Counts the points; false: there are more than SWEEP_POINTS_MAX. */
bool sweep_plan_init(struct sweep_plan *plan);

/* Which value of an axis a point has, from 0. */
size_t sweep_plan_value(const struct sweep_plan *plan, uint64_t point, size_t axis);

/**
 * sweep_plan_load - the scenario of a point
 * @seed: set to the point's
 *
 * Returns as scenario_load(); @out is to be freed with scenario_free().
 */
enum scenario_status sweep_plan_load(const struct sweep_plan *plan, uint64_t point, struct diag_list *diags,
				     struct scenario_file **out, uint64_t *seed);

/*
 * Is each key one that the scenario has, and its first value one that the key takes? Each
 * key is tried alone; what is merely too large beside other values is no error here.
 */
enum scenario_status sweep_plan_check(const struct sweep_plan *plan, struct diag_list *diags);

/* As sweep_plan_load(), but with one value of one key only. */
enum scenario_status sweep_plan_load_one(const struct sweep_plan *plan, size_t axis, size_t value,
					 struct diag_list *diags, struct scenario_file **out);

/* "guest.memory=4GiB, costs=qemu-tcg" cut to @size; "" when nothing is swept. */
const char *sweep_plan_text(const struct sweep_plan *plan, uint64_t point, char *buf, size_t size);

/* Points of this shard, and the one that is number @i of them, from 0. */
uint64_t sweep_plan_shard_count(const struct sweep_plan *plan);
uint64_t sweep_plan_shard_point(const struct sweep_plan *plan, uint64_t i);

#endif
