/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EVENT_WHEEL_H
#define HPTSIM_EVENT_WHEEL_H
/*
 * Pending events, earliest first, in a total order: time, then the order in
 * which they were pushed.
 *
 * A hierarchical timing wheel, as timers of kernels are kept, but exact to the
 * nanosecond. Level l has a slot for each value of the l-th group of six bits of a
 * time. An event waits at the highest level where its time differs from `ref_ns`,
 * the time of the last pop, so all of a level comes before all of the next one, and
 * bit masks name the first slot with something in it. When that has one
 * event, it is the earliest. Else the slot's events are spread over lower levels, which
 * are empty then. Events of one time are always in one slot and never overtake
 * each other. Nothing is compared or sorted, and what an event costs hardly
 * depends on how many are pending.
 *
 * Few events, the common case here, need no wheel: as long as it is empty, up to
 * NEAR_MAX are kept sorted in a small array: 1.6 times as fast with ten. Events
 * of the wheel are in one array, too: no allocation per event.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEEL_BITS	6u
#define WHEEL_SLOTS	(1u << WHEEL_BITS)
#define WHEEL_LEVELS	11u		/* for times of 63 bits */
#define NEAR_MAX	16u

struct wheel_event {
	int64_t when_ns;
	void (*fn)(void *arg);
	void *arg;
	uint32_t next;			/* in its slot, or in the free list */
	bool guest;			/* for whoever pushed it */
};

/* Events in the order in which they were pushed; meaningful when its bit is set. */
struct wheel_slot {
	uint32_t first, last;
	int64_t min_ns;
};

struct event_wheel {
	/* not later than any in the wheel; the earliest is the last */
	struct wheel_event near[NEAR_MAX];
	unsigned near_count;

	int64_t ref_ns;			/* time of the last pop from the wheel */
	uint32_t levels;		/* bit l: used[l] is not 0 */
	uint64_t used[WHEEL_LEVELS];	/* bit s: something is in slots[l][s] */
	struct wheel_event *events;
	uint32_t free_list, cap;	/* free_list == cap: all are in use */
	struct wheel_slot slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

/* All zero is an empty wheel. */
void event_wheel_free(struct event_wheel *w);

static inline bool event_wheel_empty(const struct event_wheel *w)
{
	return !w->near_count && !w->levels;
}

/*
 * A second event beside the one there is. Which of two comes first is anybody's
 * guess, so there is no branch; and no copy of a whole event, which would wait for
 * the stores of its parts.
 */
static inline void event_wheel_push_second(struct event_wheel *w, int64_t when_ns, bool guest,
					   void (*fn)(void *arg), void *arg)
{
	struct wheel_event *later = &w->near[0], *first = &w->near[1];
	const uint64_t words[3] = { (uint64_t)when_ns, (uintptr_t)fn, (uintptr_t)arg };
	const uint64_t old[3] = { (uint64_t)later->when_ns, (uintptr_t)later->fn, (uintptr_t)later->arg };
	const bool old_guest = later->guest;
	/* all ones: the new one is first */
	const uint64_t swap = -(uint64_t)(later->when_ns > when_ns);
	const uint64_t differ[3] = { (words[0] ^ old[0]) & swap, (words[1] ^ old[1]) & swap, (words[2] ^ old[2]) & swap };

	first->when_ns = (int64_t)(old[0] ^ differ[0]);
	first->fn = (void (*)(void *))(uintptr_t)(old[1] ^ differ[1]);
	first->arg = (void *)(uintptr_t)(old[2] ^ differ[2]);
	first->guest = old_guest ^ ((old_guest ^ guest) & swap);
	later->when_ns = (int64_t)(words[0] ^ differ[0]);
	later->fn = (void (*)(void *))(uintptr_t)(words[1] ^ differ[1]);
	later->arg = (void *)(uintptr_t)(words[2] ^ differ[2]);
	later->guest = guest ^ ((old_guest ^ guest) & swap);
	w->near_count = 2;
}

/*
 * The two halves of event_wheel_push(): what is quick, and what is left when that
 * returned false.
 */
static inline bool event_wheel_push_near(struct event_wheel *w, int64_t when_ns, bool guest,
					 void (*fn)(void *arg), void *arg)
{
	unsigned i = w->near_count;

	if (i == NEAR_MAX || (w->levels && (!i || when_ns >= w->near[0].when_ns)))
		return false;
	if (i == 1) {
		event_wheel_push_second(w, when_ns, guest, fn, arg);
		return true;
	}
	for (; i && w->near[i - 1].when_ns <= when_ns; i--)
		w->near[i] = w->near[i - 1];
	w->near[i] = (struct wheel_event){ .when_ns = when_ns, .fn = fn, .arg = arg, .guest = guest };
	w->near_count++;
	return true;
}

bool event_wheel_push_far(struct event_wheel *w, int64_t when_ns, bool guest,
			  void (*fn)(void *arg), void *arg);

/**
 * event_wheel_push - add an event
 * @when_ns: not before the last one that was popped
 *
 * Returns false when out of memory.
 */
static inline bool event_wheel_push(struct event_wheel *w, int64_t when_ns, bool guest,
				    void (*fn)(void *arg), void *arg)
{
	return event_wheel_push_near(w, when_ns, guest, fn, arg) ||
	       event_wheel_push_far(w, when_ns, guest, fn, arg);
}

/* The time of the earliest event; there must be one. */
static inline int64_t event_wheel_first_ns(const struct event_wheel *w)
{
	unsigned level;

	if (w->near_count)
		return w->near[w->near_count - 1].when_ns;
	level = (unsigned)__builtin_ctz(w->levels);
	return w->slots[level][__builtin_ctzll(w->used[level])].min_ns;
}

/* For event_wheel_pop(): takes the earliest out of a slot and spreads the others. */
uint32_t event_wheel_spread(struct event_wheel *w, unsigned level, unsigned slot);

/* Takes the earliest event; there must be one. Valid until the next push. */
static inline const struct wheel_event *event_wheel_pop(struct event_wheel *w)
{
	unsigned level, s;
	struct wheel_slot *slot;
	struct wheel_event *ev;
	uint32_t i;

	if (w->near_count)
		return &w->near[--w->near_count];
	level = (unsigned)__builtin_ctz(w->levels);
	s = (unsigned)__builtin_ctzll(w->used[level]);
	slot = &w->slots[level][s];
	i = slot->first;
	if (i == slot->last) {
		w->used[level] &= w->used[level] - 1;
		if (!w->used[level])
			w->levels &= w->levels - 1;
		w->ref_ns = slot->min_ns;
	} else if (level == 0) {
		slot->first = w->events[i].next;
		w->ref_ns = slot->min_ns;
	} else {
		i = event_wheel_spread(w, level, s);
	}
	ev = &w->events[i];
	ev->next = w->free_list;
	w->free_list = i;
	return ev;
}

#endif
