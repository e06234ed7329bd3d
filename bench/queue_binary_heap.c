/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer: the binary heap of the textbooks, in C, with the engine's events. */
#include <stdbool.h>
#include <stdlib.h>

#include "bench/models.h"
#include "bench/peer_event.h"

#define FIRST_CAP 64u

struct queue {
	struct peer_event *events;
	size_t count, cap;
	int64_t now_ns;
	uint64_t seq;
	bool stopped;
};

static inline bool before(const struct peer_event *a, const struct peer_event *b)
{
	if (a->when_ns != b->when_ns)
		return a->when_ns < b->when_ns;
	return a->seq < b->seq;
}

static void queue_init(struct queue *q)
{
	*q = (struct queue){ .cap = FIRST_CAP, .events = malloc(FIRST_CAP * sizeof(*q->events)) };
	if (!q->events)
		abort();
}

static void queue_fini(struct queue *q)
{
	free(q->events);
}

static inline bool queue_empty(const struct queue *q)
{
	return q->count == 0;
}

static inline void queue_push(struct queue *q, const struct peer_event *ev)
{
	size_t i = q->count++;

	if (q->count > q->cap) {
		q->cap *= 2;
		q->events = realloc(q->events, q->cap * sizeof(*q->events));
		if (!q->events)
			abort();
	}
	while (i > 0 && before(ev, &q->events[(i - 1) / 2])) {
		q->events[i] = q->events[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	q->events[i] = *ev;
}

static inline struct peer_event queue_pop(struct queue *q)
{
	struct peer_event top = q->events[0], last = q->events[--q->count];
	size_t i = 0, child;

	while ((child = i * 2 + 1) < q->count) {
		if (child + 1 < q->count && before(&q->events[child + 1], &q->events[child]))
			child++;
		if (!before(&q->events[child], &last))
			break;
		q->events[i] = q->events[child];
		i = child;
	}
	q->events[i] = last;
	return top;
}

#include "bench/queue_loop.h"
#include "bench/model_body.h"
#include "bench/churn_body.h"

const struct model_queue queue_binary_heap = {
	.name = "C binary heap", .churn = run_churn, .hold = run_hold, .mm1 = run_mm1,
};
