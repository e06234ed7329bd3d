/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/machine/event_wheel.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 64u

void event_wheel_free(struct event_wheel *w)
{
	free(w->events);
	*w = (struct event_wheel){ 0 };
}

static bool grow(struct event_wheel *w)
{
	uint32_t cap = w->cap ? w->cap * 2 : FIRST_CAP;
	struct wheel_event *events;

	if (cap < w->cap)
		return false;
	events = realloc(w->events, cap * sizeof(*events));
	if (!events)
		return false;
	for (uint32_t i = w->cap; i < cap; i++)
		events[i].next = i + 1;
	w->events = events;
	w->free_list = w->cap;
	w->cap = cap;
	return true;
}

/*
 * Puts event @i into its slot, behind the others or before them. Events of one
 * time keep their order: one that is spread or pushed later goes behind.
 */
static inline void link_event(struct event_wheel *w, uint32_t i, int64_t when_ns, bool before)
{
	uint64_t differs = (uint64_t)(when_ns ^ w->ref_ns) | 1;
	unsigned level = (63u - (unsigned)__builtin_clzll(differs)) / WHEEL_BITS;
	unsigned s = (uint64_t)when_ns >> (level * WHEEL_BITS) & (WHEEL_SLOTS - 1);
	struct wheel_slot *slot = &w->slots[level][s];
	uint64_t bit = UINT64_C(1) << s;

	if (!(w->used[level] & bit)) {
		w->used[level] |= bit;
		w->levels |= 1u << level;
		*slot = (struct wheel_slot){ .first = i, .last = i, .min_ns = when_ns };
		return;
	}
	if (when_ns < slot->min_ns)
		slot->min_ns = when_ns;
	if (before) {
		w->events[i].next = slot->first;
		slot->first = i;
	} else {
		w->events[slot->last].next = i;
		slot->last = i;
	}
}

static inline bool push_wheel(struct event_wheel *w, const struct wheel_event *ev, bool before)
{
	uint32_t i;

	if (w->free_list == w->cap && !grow(w))
		return false;
	i = w->free_list;
	w->free_list = w->events[i].next;
	w->events[i] = *ev;
	link_event(w, i, ev->when_ns, before);
	return true;
}

bool event_wheel_push_far(struct event_wheel *w, int64_t when_ns, bool guest,
			  void (*fn)(void *arg), void *arg)
{
	if (!w->near_count || when_ns >= w->near[0].when_ns) {
		struct wheel_event ev = {
			.when_ns = when_ns, .fn = fn, .arg = arg, .guest = guest,
		};

		return push_wheel(w, &ev, false);
	}
	/* The latest one makes room; those of its time in the wheel were pushed after it. */
	if (!push_wheel(w, &w->near[0], true))
		return false;
	memmove(&w->near[0], &w->near[1], --w->near_count * sizeof(w->near[0]));
	return event_wheel_push(w, when_ns, guest, fn, arg);
}

/* To lower levels, which are empty. */
uint32_t event_wheel_spread(struct event_wheel *w, unsigned level, unsigned s)
{
	struct wheel_slot slot = w->slots[level][s];
	uint32_t i = slot.first, taken = slot.last;
	bool found = false;

	w->used[level] &= w->used[level] - 1;
	if (!w->used[level])
		w->levels &= w->levels - 1;
	w->ref_ns = slot.min_ns;
	for (;;) {
		uint32_t next = w->events[i].next;

		if (!found && w->events[i].when_ns == slot.min_ns) {
			found = true;
			taken = i;
		} else {
			link_event(w, i, w->events[i].when_ns, false);
		}
		if (i == slot.last)
			return taken;
		i = next;
	}
}
