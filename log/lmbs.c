/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/lmbs.h"

#include <stdlib.h>

#include "log/internal.h"

static const struct lmb_state untouched = { .dimm = LMBS_NO_DIMM };

void lmbs_init(struct lmbs *l, uint64_t first, uint64_t end)
{
	*l = (struct lmbs){ .first = first, .end = end, .low_assigned = first, .low_free = first };
}

void lmbs_free(struct lmbs *l)
{
	free(l->states);
	free(l->dimms);
	*l = (struct lmbs){ 0 };
}

const struct lmb_state *lmbs_get(const struct lmbs *l, uint64_t lmb)
{
	return lmb < l->count ? &l->states[lmb] : &untouched;
}

/* To write; NULL when it is no LMB that can come or go, or out of memory. */
static struct lmb_state *state_of(struct lmbs *l, uint64_t lmb)
{
	struct lmb_state *states;
	uint64_t room = l->count ? l->count : 64;

	if (lmb < l->first || lmb >= l->end)
		return NULL;
	if (lmb < l->count)
		return &l->states[lmb];
	while (room <= lmb)
		room *= 2;
	states = realloc(l->states, room * sizeof(*states));
	if (!states) {
		l->no_memory = true;
		return NULL;
	}
	for (uint64_t i = l->count; i < room; i++)
		states[i] = untouched;
	l->states = states;
	l->count = room;
	return &l->states[lmb];
}

bool lmbs_is_there(const struct lmbs *l, uint64_t lmb)
{
	return lmbs_get(l, lmb)->dimm != LMBS_NO_DIMM;
}

static bool is_free(const struct lmb_state *s)
{
	return s->dimm != LMBS_NO_DIMM && !s->assigned && !s->configured && !s->unplug;
}

bool lmbs_can_acquire(const struct lmbs *l, uint64_t lmb)
{
	return is_free(lmbs_get(l, lmb));
}

/* Keeps the counts when a state changes. */
static void change(struct lmbs *l, struct lmb_state *s, struct lmb_state to)
{
	uint64_t lmb = (uint64_t)(s - l->states);

	l->free += (uint64_t)is_free(&to) - (uint64_t)is_free(s);
	l->assigned += (uint64_t)to.assigned - (uint64_t)s->assigned;
	if (is_free(&to) && lmb < l->low_free)
		l->low_free = lmb;
	if (to.assigned && lmb < l->low_assigned)
		l->low_assigned = lmb;
	*s = to;
}

uint64_t lmbs_next_assigned(struct lmbs *l, uint64_t from)
{
	uint64_t i = from > l->low_assigned ? from : l->low_assigned;

	while (i < l->count && !l->states[i].assigned)
		i++;
	if (from <= l->low_assigned)
		l->low_assigned = i;
	return i < l->count ? i : l->end;
}

uint64_t lmbs_next_free(struct lmbs *l, uint64_t from)
{
	uint64_t i = from > l->low_free ? from : l->low_free;

	while (i < l->count && !is_free(&l->states[i]))
		i++;
	if (from <= l->low_free)
		l->low_free = i;
	return i < l->count ? i : l->end;
}

uint32_t lmbs_dimm_over(const struct lmbs *l, uint64_t first, uint64_t count)
{
	for (size_t i = 0; i < l->dimm_count; i++) {
		const struct lmbs_dimm *d = &l->dimms[i];

		if (d->plugged && d->first < first + count && first < d->first + d->count)
			return (uint32_t)i;
	}
	return LMBS_NO_DIMM;
}

uint32_t lmbs_dimm_of(const struct lmbs *l, uint64_t first, uint64_t count)
{
	uint32_t i = count ? lmbs_dimm_over(l, first, count) : LMBS_NO_DIMM;

	return i != LMBS_NO_DIMM && l->dimms[i].first == first && l->dimms[i].count == count ? i : LMBS_NO_DIMM;
}

uint64_t lmbs_gap(const struct lmbs *l, uint64_t count)
{
	uint64_t start = l->first;
	uint32_t over;

	while ((over = lmbs_dimm_over(l, start, count)) != LMBS_NO_DIMM)
		start = l->dimms[over].first + l->dimms[over].count;
	return start;
}

static void fill(struct lmbs *l, uint32_t dimm, uint64_t first, uint64_t count, bool boot)
{
	for (uint64_t i = first; i < first + count; i++) {
		struct lmb_state *s = state_of(l, i), to;

		if (!s)
			return;
		to = *s;
		to.dimm = dimm;
		to.assigned = to.configured = boot;
		to.unplug = false;
		change(l, s, to);
	}
	l->plugged += count;
}

uint32_t lmbs_plug(struct lmbs *l, uint64_t first, uint64_t count, bool boot)
{
	uint32_t dimm = (uint32_t)l->dimm_count;

	if (!klog_grow(&l->dimms, l->dimm_count, sizeof(*l->dimms))) {
		l->no_memory = true;
		return 0;
	}
	l->dimms[l->dimm_count++] = (struct lmbs_dimm){ .first = first, .count = count, .plugged = count > 0 };
	fill(l, dimm, first, count, boot);
	return dimm;
}

void lmbs_grow(struct lmbs *l, uint32_t dimm, uint64_t more)
{
	struct lmbs_dimm *d = &l->dimms[dimm];

	fill(l, dimm, d->first + d->count, more, false);
	d->count += more;
	d->plugged = true;
}

/* The DIMM goes with its last LMB. */
static void give_back(struct lmbs *l, struct lmb_state *s)
{
	struct lmbs_dimm *d = &l->dimms[s->dimm];
	struct lmb_state to = *s;

	to.dimm = LMBS_NO_DIMM;
	to.unplug = to.configured = false;
	change(l, s, to);
	if (d->left && !--d->left) {
		d->plugged = false;
		l->plugged -= d->count;
	}
}

void lmbs_unplug_request(struct lmbs *l, uint32_t dimm)
{
	struct lmbs_dimm *d = &l->dimms[dimm];
	uint64_t end = d->first + d->count;

	if (d->left)
		return;		/* one is under way */
	for (uint64_t i = d->first; i < end; i++)
		d->left += lmbs_get(l, i)->dimm == dimm;
	for (uint64_t i = d->first; i < end; i++) {
		struct lmb_state *s = state_of(l, i), to;

		if (!s || s->dimm != dimm)
			continue;
		to = *s;
		to.unplug = true;
		change(l, s, to);
		if (!s->configured)
			give_back(l, s);
	}
}

void lmbs_acquire(struct lmbs *l, uint64_t lmb)
{
	struct lmb_state *s = state_of(l, lmb), to;

	if (!s)
		return;
	to = *s;
	to.configured = true;
	change(l, s, to);
}

void lmbs_assign(struct lmbs *l, uint64_t lmb, bool assigned)
{
	struct lmb_state *s = state_of(l, lmb), to;

	if (!s)
		return;
	to = *s;
	to.assigned = assigned;
	change(l, s, to);
}

void lmbs_release(struct lmbs *l, uint64_t lmb)
{
	struct lmb_state *s = state_of(l, lmb), to;

	if (s && l->partition) {
		to = *s;
		to.configured = false;
		change(l, s, to);
		return;
	}
	if (s && s->dimm != LMBS_NO_DIMM && s->configured && s->unplug)
		give_back(l, s);
}

void lmbs_unisolate(struct lmbs *l, uint64_t lmb)
{
	const struct lmb_state *at = lmbs_get(l, lmb);
	struct lmbs_dimm *d;
	uint32_t dimm = at->dimm;

	if (dimm == LMBS_NO_DIMM || !at->configured || !at->unplug)
		return;
	d = &l->dimms[dimm];
	d->left = 0;
	for (uint64_t i = d->first; i < d->first + d->count; i++) {
		struct lmb_state *s = state_of(l, i), to;

		if (!s || s->dimm != dimm)
			continue;
		to = *s;
		to.unplug = false;
		change(l, s, to);
	}
}

uint32_t lmbs_pass(struct lmbs *l, uint64_t lmb, enum lmb_place place)
{
	struct lmb_state *s = state_of(l, lmb);

	return s ? ++s->passed[place] : 0;
}

uint32_t *lmbs_fault(struct lmbs *l, uint64_t lmb, enum lmb_place place)
{
	struct lmb_state *s = state_of(l, lmb);

	return s ? &s->fault[place] : NULL;
}
