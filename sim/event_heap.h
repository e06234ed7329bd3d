/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EVENT_HEAP_H
#define HPTSIM_EVENT_HEAP_H
/*
 * Pending events, earliest first: a 4-ary heap in one array, no allocation per
 * event. The order is total: time, then the order of scheduling.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_event {
	int64_t when_ns;
	uint64_t seq;		/* bit 0: guest domain; above: order of scheduling */
	void (*fn)(void *arg);
	void *arg;
};

struct event_heap {
	struct heap_event *events;
	size_t count, cap;
};

static inline bool heap_event_before(const struct heap_event *a, const struct heap_event *b)
{
	if (a->when_ns != b->when_ns)
		return a->when_ns < b->when_ns;
	return a->seq < b->seq;		/* same instant: first scheduled runs first */
}

/* Returns false when out of memory. */
bool event_heap_push(struct event_heap *h, const struct heap_event *ev);

/* The earliest event; the heap must not be empty. */
struct heap_event event_heap_pop(struct event_heap *h);

void event_heap_free(struct event_heap *h);

#endif
