/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/event_heap.h"

#include <stdlib.h>

#define ARITY		4u
#define FIRST_CAP	64u

bool event_heap_push(struct event_heap *h, const struct heap_event *ev)
{
	size_t i = h->count;

	if (h->count == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : FIRST_CAP;
		struct heap_event *events = realloc(h->events, cap * sizeof(*events));

		if (!events)
			return false;
		h->events = events;
		h->cap = cap;
	}
	h->count++;
	while (i > 0) {
		size_t parent = (i - 1) / ARITY;

		if (!heap_event_before(ev, &h->events[parent]))
			break;
		h->events[i] = h->events[parent];
		i = parent;
	}
	h->events[i] = *ev;
	return true;
}

struct heap_event event_heap_pop(struct event_heap *h)
{
	struct heap_event top = h->events[0];
	struct heap_event last = h->events[--h->count];
	size_t i = 0;

	for (;;) {
		size_t child = i * ARITY + 1, best = child, end;

		if (child >= h->count)
			break;
		end = child + ARITY < h->count ? child + ARITY : h->count;
		for (size_t c = child + 1; c < end; c++)
			if (heap_event_before(&h->events[c], &h->events[best]))
				best = c;
		if (!heap_event_before(&h->events[best], &last))
			break;
		h->events[i] = h->events[best];
		i = best;
	}
	h->events[i] = last;
	return top;
}

void event_heap_free(struct event_heap *h)
{
	free(h->events);
	*h = (struct event_heap){ 0 };
}
