/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_POINTS_H
#define HPTSIM_SEARCH_POINTS_H
/*
 * Points of a search by number, from 1: the scenario as it is, then short sequences of
 * events in turn, then random ones. A point is made from its number, the seed and the
 * bounds, whoever makes it and in whatever order.
 */
#include "search/bounds.h"

/* A kind of event, and how: requests by count and by index are not alike. */
struct systematic_event {
	enum event_kind kind;		/* EVENT_KIND_COUNT: none */
	uint64_t how;			/* sequence_add() */
};

struct systematic_point {
	bool behind;			/* the events of the scenario */
	uint8_t size;			/* which of the sizes */
	struct systematic_event events[2];
};

#define SYSTEMATIC_SIZES	3
#define SYSTEMATIC_EVENTS	(EVENT_KIND_COUNT + 3)
#define SYSTEMATIC_MAX		(SYSTEMATIC_EVENTS * (SYSTEMATIC_EVENTS + 1) * SYSTEMATIC_SIZES + SYSTEMATIC_EVENTS)

struct points {
	const struct bounds *b;
	uint64_t seed;
	uint64_t sizes[SYSTEMATIC_SIZES];
	struct systematic_point systematic[SYSTEMATIC_MAX];
	size_t systematic_count;
};

void points_init(struct points *p, const struct bounds *b, uint64_t seed);

/* The scenario of that point; it may not be valid. */
struct node *points_make(const struct points *p, struct arena *a, uint64_t point);

/* Those that were listed, and one that was drawn. */
struct node *points_systematic(const struct points *p, struct arena *a, size_t which);
struct node *points_random(const struct points *p, struct arena *a, uint64_t point);
void points_list(struct points *p);

#endif
