// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/worker.h"

#include <stdlib.h>
#include <string.h>

#include "run/apart.h"
#include "run/pack.h"
#include "sim/sim.h"
#include "sweep/wire.h"

unsigned worker_of(uint64_t i, unsigned count)
{
	uint64_t block = i / count * UINT64_C(0x9e3779b97f4a7c15);

	return (unsigned)((i + (block >> 40)) % count);
}

static void on_run_start(void *ctx, const struct sim_run_start *ev)
{
	wire_put(ctx, WIRE_RUN_START, ev, sizeof(*ev), NULL);
}

static void on_lmb(void *ctx, const struct sim_lmb *ev)
{
	wire_put(ctx, WIRE_LMB, ev, sizeof(*ev), NULL);
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct pack_bytes packed = { .size = 0 };

	/* its texts may be of a process below this one */
	pack_event(&packed, PACK_resize, ev, NULL);
	if (packed.no_memory)
		((struct pack_bytes *)ctx)->no_memory = true;
	else
		wire_put(ctx, WIRE_RESIZE, packed.data, packed.size, NULL);
	free(packed.data);
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	wire_put(ctx, WIRE_REQUEST_END, ev, sizeof(*ev), NULL);
}

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	wire_put(ctx, WIRE_FINDING, ev, sizeof(*ev), ev->text);
}

static void on_run_end(void *ctx, const struct sim_run_end *ev)
{
	wire_put(ctx, WIRE_RUN_END, ev, sizeof(*ev), NULL);
}

static void run(const struct sweep_plan *plan, const struct scenario *sc, const struct policy *policy, uint64_t seed,
		struct pack_bytes *b)
{
	const struct sim_options options = { .seed = seed };
	const char *const texts[WIRE_RUN_TEXTS] = {
		sc->name, sc->description ? sc->description : "", policy->name, sc->costs_name,
		policy->title ? policy->title : "", policy->source ? policy->source : "",
	};
	struct sim_sink sink = {
		.ctx = b, .run_start = on_run_start, .request_end = on_request_end, .run_end = on_run_end,
	};
	struct sim_error error;

	if (plan->all_rows) {
		sink.lmb = on_lmb;
		sink.resize = on_resize;
		sink.finding = on_finding;
	}
	wire_put_run(b, seed, texts);
	apart_run(sc, policy, &options, &sink, &error);
	wire_put(b, WIRE_RUN_OVER, &error, sizeof(error), NULL);
}

/* The first error in one sentence. Where it was depends on how the file was named, so that is left out. */
static void put_invalid(struct pack_bytes *b, const struct diag_list *diags)
{
	char text[512] = "not valid";

	if (diags->count)
		snprintf(text, sizeof(text), "%s [%s]", diags->items[0].message, diag_rule_info[diags->items[0].rule].name);
	wire_put(b, WIRE_INVALID, NULL, 0, text);
}

static void simulate(const struct sweep_plan *plan, uint64_t point, struct pack_bytes *b)
{
	struct scenario_file *file;
	struct diag_list diags;
	uint64_t seed;
	enum scenario_status status;

	diag_init(&diags);
	status = sweep_plan_load(plan, point, &diags, &file, &seed);
	if (status == SCENARIO_OK) {
		const struct scenario *sc = scenario_get(file);
		const struct policy *const *policies = plan->own_policies ? sc->policies : plan->policies;

		for (size_t i = 0; i < plan->policy_count; i++)
			run(plan, sc, policies[i], seed, b);
	} else if (status == SCENARIO_EINVALID) {
		put_invalid(b, &diags);
	} else {
		wire_put(b, WIRE_TROUBLE, NULL, 0, diags.count ? diags.items[0].message : "out of memory");
	}
	wire_put(b, WIRE_POINT_END, NULL, 0, NULL);
	scenario_free(file);
	diag_release(&diags);
}

/* What a worker is started with. */
struct task {
	const struct sweep_plan *plan;
	struct store *st;
	uint64_t first;
	unsigned count;		/* of workers */
};

static void work(void *ctx, unsigned self, int fd)
{
	const struct task *task = ctx;
	uint64_t end = sweep_plan_shard_count(task->plan);
	struct pack_bytes b = { .size = 0 };

	store_sweep_forked(task->st);
	for (uint64_t i = task->first; i < end && !b.no_memory; i++) {
		if (worker_of(i, task->count) != self)
			continue;
		simulate(task->plan, sweep_plan_shard_point(task->plan, i), &b);
		/* half a point is none: the reader finds the pipe closed */
		if (b.no_memory || !wire_flush(&b, fd))
			break;
	}
	free(b.data);
}

unsigned workers_start(const struct sweep_plan *plan, struct store *st, uint64_t first, struct pool_member *workers,
		       unsigned count)
{
	struct task task = { .plan = plan, .st = st, .first = first, .count = count };

	return pool_start(workers, count, work, &task);
}
