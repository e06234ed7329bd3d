/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_SHRINK_H
#define HPTSIM_SEARCH_SHRINK_H
/*
 * From a scenario that has what is looked for to the smallest one that still has it.
 *
 * Each step is one change, and is kept when what comes of it has it, too; until a whole round
 * of steps changes nothing. docs/search.md lists the steps: they are what "smallest" means.
 */
#include "search/bounds.h"
#include "search/judge.h"

struct shrinker {
	struct judge *judge;
	const struct bounds *b;
	struct arena arenas[2];		/* of the best one so far, and of the one that is tried */
	unsigned which;			/* of the best one */
	struct node *best;
	uint64_t steps;
	bool trouble;			/* out of memory */
};

/* @root: judged, and has it. @oom: where to go when memory runs out. */
void shrink_begin(struct shrinker *s, struct judge *j, const struct bounds *b, const struct node *root, jmp_buf *oom);

/* Until nothing can be made smaller. */
void shrink_all(struct shrinker *s);

void shrink_end(struct shrinker *s);

/* For the steps: a copy of the best one that may be changed, and whether it is the best one now. */
struct node *shrink_copy(struct shrinker *s);
bool shrink_keep(struct shrinker *s, struct node *changed);

/* Memory for what @changed is to have. */
static inline struct arena *shrink_arena(struct shrinker *s)
{
	return &s->arenas[!s->which];
}

/* A number that may get smaller: @set changes a copy to @value. */
struct shrink_number {
	uint64_t value, lowest;
	void (*set)(struct shrinker *s, struct node *root, const struct shrink_number *n, uint64_t value);
	const char *path;
	uint64_t unit, base;		/* of @value; what is added to it */
	const struct scenario_axis *axis;
};

/* To the lowest, by half, then by less and less, at last by 1. True: it is smaller now. */
bool shrink_number(struct shrinker *s, struct shrink_number n);

/* Steps of one event after the other; true: something is smaller now. */
bool shrink_events(struct shrinker *s);

/* DRC indices of LMBs in device memory go along when that begins elsewhere. */
void shrink_move_drcs(struct shrinker *s, struct node *root, uint64_t old_first, uint64_t new_first);

/* Names DIMMs d1, d2, ... and ranges r1, r2, ... in their order. */
void shrink_rename(struct shrinker *s);

#endif
