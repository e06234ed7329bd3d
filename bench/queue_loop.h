/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest event loop over queue_push() and queue_pop(), for queues that
 * come without one; no include guard, as model_body.h. It has no tasks, no locks
 * and no stopped machine, and all of it may be inlined.
 */
static inline int64_t queue_now(const struct queue *q)
{
	return q->now_ns;
}

static inline void queue_schedule(struct queue *q, int64_t when_ns, void (*fn)(void *arg),
				  void *arg)
{
	struct peer_event ev = { when_ns, q->seq++, fn, arg };

	queue_push(q, &ev);
}

static void queue_run(struct queue *q)
{
	while (!queue_empty(q) && !q->stopped) {
		struct peer_event ev = queue_pop(q);

		q->now_ns = ev.when_ns;
		ev.fn(ev.arg);
	}
}

static inline void queue_stop(struct queue *q)
{
	q->stopped = true;
}
