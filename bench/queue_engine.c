/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hptsim's engine: engine_at() callbacks, nothing listens to events. */
#include <stdbool.h>
#include <stdlib.h>

#include "bench/models.h"
#include "sim/machine/engine.h"

struct queue {
	struct engine *engine;
};

static void queue_init(struct queue *q)
{
	q->engine = engine_new();
	if (!q->engine)
		abort();
}

static void queue_fini(struct queue *q)
{
	engine_free(q->engine);
}

static inline int64_t queue_now(const struct queue *q)
{
	return engine_now(q->engine);
}

static inline void queue_schedule(struct queue *q, int64_t when_ns, void (*fn)(void *arg),
				  void *arg)
{
	engine_at(q->engine, when_ns, TASK_HOST, fn, arg);
}

static void queue_run(struct queue *q)
{
	engine_run(q->engine);
}

static inline void queue_stop(struct queue *q)
{
	engine_stop(q->engine);
}

#include "bench/model_body.h"

const struct model_queue queue_engine = {
	.name = "hptsim engine", .hold = run_hold, .mm1 = run_mm1,
};
