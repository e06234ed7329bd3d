/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PTREE_VAR_H
#define HPTSIM_PTREE_VAR_H
/*
 * A ptree that is written in place.
 *
 * ptree_with_block() makes every node from the changed block to the root anew,
 * finds out whether there is one like it, and leaves the old ones as garbage. A
 * table that gets one LMB after the other is written far more often than it is
 * compared, so here those nodes are drafts: they belong to one variable, change
 * in place, and become common nodes when the tree is asked for.
 *
 * Whoever writes one block after the other has a cursor: the drafts on the way to
 * the last one. The next block is found from where the two ways part, which
 * for neighbours is a step or two, whatever the tree's height.
 */
#include "sim/hypervisor/ptree.h"

/* All zero is a tree of zeros. Not to be copied while both copies are written. */
struct ptree_var {
	ptree draft;		/* of ptree_var.c, and ptree_mark() */
	uint64_t count;		/* bits set */
};

/* All zero is nowhere. Of use for any variable of one pool; a change behind its back does no harm. */
struct ptree_cursor {
	const struct ptree_var *var;
	uint64_t pos;
	unsigned height, low;				/* of what is below */
	ptree path[PTREE_HEIGHT_MAX + 1];		/* by height, from @low to @height: drafts */
	uint64_t number[PTREE_HEIGHT_MAX + 1];		/* theirs: one that is another's now is told by it */
};

/* Replace the aligned block of 2^@k positions that holds @pos. */
void ptree_var_write(struct ptree_pool *pool, struct ptree_var *var, struct ptree_cursor *cursor,
		     unsigned height, uint64_t pos, unsigned k, ptree block);

/* All of it, or that block: common trees, good for any operation. */
ptree ptree_var_get(struct ptree_pool *pool, struct ptree_var *var);
ptree ptree_var_block(struct ptree_pool *pool, struct ptree_var *var, struct ptree_cursor *cursor,
		      unsigned height, uint64_t pos, unsigned k);

/* Another tree, which is of @height. */
void ptree_var_set(struct ptree_pool *pool, struct ptree_var *var, unsigned height, ptree t);

/* Every position below @pos becomes 0. */
void ptree_var_clear_below(struct ptree_pool *pool, struct ptree_var *var, unsigned height, uint64_t pos);

/* Bits set in all bytes. */
static inline uint64_t ptree_var_count(const struct ptree_var *var)
{
	return var->count;
}

/*
 * To look at as it is, until the next write: for ptree_get(), ptree_count(),
 * ptree_count_below(), ptree_first(), ptree_low() and ptree_high() only. What was
 * written since the tree was last asked for, the counts have to go through.
 */
static inline ptree ptree_var_peek(const struct ptree_var *var)
{
	return var->draft;
}

#endif
