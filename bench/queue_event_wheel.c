/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event queue of hptsim's engine alone. */
#include <stdlib.h>

#include "bench/models.h"
#include "bench/peer_event.h"
#include "sim/machine/event_wheel.h"

struct queue {
	struct event_wheel wheel;
};

static void queue_init(struct queue *q)
{
	q->wheel = (struct event_wheel){ 0 };
}

static void queue_fini(struct queue *q)
{
	event_wheel_free(&q->wheel);
}

static inline void queue_push(struct queue *q, const struct peer_event *ev)
{
	if (!event_wheel_push(&q->wheel, ev->when_ns, false, ev->fn, ev->arg))
		abort();
}

static inline struct peer_event queue_pop(struct queue *q)
{
	const struct wheel_event *ev = event_wheel_pop(&q->wheel);

	return (struct peer_event){ .when_ns = ev->when_ns, .fn = ev->fn, .arg = ev->arg };
}

#include "bench/churn_body.h"

const struct model_queue queue_event_wheel = { .name = "hptsim event_wheel", .churn = run_churn };
