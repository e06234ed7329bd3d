// SPDX-License-Identifier: GPL-2.0-or-later
/* Points that are not drawn: the scenario, and all sequences of one or two events at its values. */
#include "search/points.h"

#include "search/sequence.h"
#include "sim/units.h"

static struct sequence begin(const struct bounds *b, struct arena *a)
{
	struct sequence s = { .a = a, .b = b };

	sequence_begin(&s, tree_copy(a, b->tree));
	return s;
}

/* A LMB, as much as there is at boot, and far more; each half of the room at most, so that two fit. */
static void choose_sizes(struct points *p)
{
	const struct guest_spec *guest = &p->b->base->guest;
	uint64_t lmb = guest->lmb_bytes, room = guest->max_memory_bytes - guest->memory_bytes;
	uint64_t most = p->b->varies[USUAL_MAX_MEMORY] && !tree_at(p->b->tree, usual_keys[USUAL_MAX_MEMORY]) ? 64 * SZ_1G : room / 2;
	const uint64_t wanted[SYSTEMATIC_SIZES] = { lmb, guest->memory_bytes, 16 * guest->memory_bytes };

	for (int i = 0; i < SYSTEMATIC_SIZES; i++) {
		p->sizes[i] = (wanted[i] < most ? wanted[i] : most) / lmb * lmb;
		if (!p->sizes[i])
			p->sizes[i] = lmb;
	}
}

static void add(struct points *p, struct systematic_point point)
{
	p->systematic[p->systematic_count++] = point;
}

/* Those that may happen, with the ways that matter. */
static size_t list_events(const struct points *p, struct systematic_event events[SYSTEMATIC_EVENTS])
{
	size_t count = 0;

	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		if (!(p->b->kinds & 1u << kind))
			continue;
		events[count++].kind = (enum event_kind)kind;
		if (kind != EVENT_PLUG && kind != EVENT_ADD && kind != EVENT_REMOVE)
			continue;
		/* without telling the guest; by index */
		events[count] = events[count - 1];
		events[count++].how = 1;
	}
	return count;
}

/* Is there anything to take away, if it takes something away? @before is what has happened; EVENT_KIND_COUNT: nothing. */
static bool can(const struct points *p, enum event_kind kind, enum event_kind before)
{
	return kind == EVENT_UNPLUG ? before == EVENT_PLUG || p->b->base->guest.dimm_count :
	       kind == EVENT_DRIVER_REMOVE ? before == EVENT_DRIVER_ADD :
	       kind == EVENT_MEMUNMAP ? before == EVENT_MEMREMAP : true;
}

/* Sequences whose events bring the same. */
static void list_size(struct points *p, const struct systematic_event *events, size_t count, uint8_t size)
{
	static const struct systematic_event none = { .kind = EVENT_KIND_COUNT };

	for (size_t i = 0; i < count; i++) {
		if (!can(p, events[i].kind, EVENT_KIND_COUNT))
			continue;
		add(p, (struct systematic_point){ .size = size, .events = { events[i], none } });
		for (size_t k = 0; k < count && p->b->events > 1; k++)
			if (can(p, events[k].kind, events[i].kind))
				add(p, (struct systematic_point){ .size = size, .events = { events[i], events[k] } });
	}
}

void points_list(struct points *p)
{
	struct systematic_event events[SYSTEMATIC_EVENTS] = { { .how = 0 } };
	size_t count = list_events(p, events);

	choose_sizes(p);
	p->systematic_count = 0;
	if (!p->b->events || p->b->sizes)
		return;
	for (size_t i = 0; i < count; i++)
		add(p, (struct systematic_point){ .behind = true, .events = { events[i], { .kind = EVENT_KIND_COUNT } } });
	for (uint8_t size = 0; size < SYSTEMATIC_SIZES; size++)
		if (!size || p->sizes[size] != p->sizes[size - 1])
			list_size(p, events, count, size);
}

struct node *points_systematic(const struct points *p, struct arena *a, size_t which)
{
	const struct systematic_point *point = &p->systematic[which];
	struct sequence s = begin(p->b, a);

	if (point->behind)
		sequence_follow(&s);
	for (int i = 0; i < 2; i++)
		if (point->events[i].kind != EVENT_KIND_COUNT && sequence_can(&s, point->events[i].kind))
			sequence_add(&s, point->events[i].kind, point->events[i].how, p->sizes[point->size]);
	return s.root;
}
