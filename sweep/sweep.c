// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/replay.h"
#include "sweep/worker.h"

/* Number within the shard of the first point from @next on. */
static uint64_t first_of_shard(const struct sweep_plan *plan, uint64_t next)
{
	return next <= plan->shard ? 0 : (next - plan->shard + plan->shards - 1) / plan->shards;
}

static enum sweep_status write_points(struct replay *r, struct pool_member *workers, unsigned jobs, uint64_t first)
{
	uint64_t count = sweep_plan_shard_count(r->plan);
	enum sweep_status status = SWEEP_OK;

	for (uint64_t i = first; i < count && status == SWEEP_OK; i++) {
		status = replay_point(r, sweep_plan_shard_point(r->plan, i), workers[worker_of(i, jobs)].in);
		if (status == SWEEP_OK && r->watch->point)
			r->watch->point(r->watch->ctx, i + 1, count);
	}
	return status;
}

enum sweep_status sweep_run(const struct sweep_plan *plan, const struct store_sweep *sweep, struct store *st,
			    const struct sweep_options *options, const struct sweep_watch *watch,
			    char message[SWEEP_MESSAGE_MAX])
{
	struct replay r = {
		.plan = plan, .sweep = sweep, .st = st, .options = options, .watch = watch, .message = message,
	};
	uint64_t first = first_of_shard(plan, options->next), left = sweep_plan_shard_count(plan) - first;
	unsigned jobs = left < options->jobs ? (unsigned)left : options->jobs, started;
	struct pool_member *workers = calloc(jobs + 1, sizeof(*workers));
	enum sweep_status status = SWEEP_ETROUBLE;

	if (!workers) {
		snprintf(message, SWEEP_MESSAGE_MAX, "out of memory");
		return SWEEP_ETROUBLE;
	}
	started = workers_start(plan, st, first, workers, jobs);
	if (started < jobs)
		snprintf(message, SWEEP_MESSAGE_MAX, "cannot start a process: %s", strerror(errno));
	else
		status = write_points(&r, workers, jobs, first);
	pool_stop(workers, started);
	free(workers);
	replay_free(&r);
	if (store_flush(st) != STORE_OK && status == SWEEP_OK)
		status = SWEEP_ESTORE;
	return status;
}
