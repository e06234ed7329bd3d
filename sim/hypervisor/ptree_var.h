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
 */
#include "sim/hypervisor/ptree.h"

/* All zero is a tree of zeros. Not to be copied while both copies are written. */
struct ptree_var {
	ptree draft;		/* of ptree_var.c, and ptree_mark() */
};

/* Replace the aligned block of 2^@k positions that holds @pos. */
void ptree_var_write(struct ptree_pool *pool, struct ptree_var *var, unsigned height,
		     uint64_t pos, unsigned k, ptree block);

/* All of it, or that block: common trees, good for any operation. */
ptree ptree_var_get(struct ptree_pool *pool, struct ptree_var *var);
ptree ptree_var_block(struct ptree_pool *pool, struct ptree_var *var, unsigned height,
		      uint64_t pos, unsigned k);

static inline void ptree_var_set(struct ptree_var *var, ptree t)
{
	var->draft = t;
}

/*
 * To look at as it is, until the next write: for ptree_get(), ptree_count(),
 * ptree_count_below(), ptree_first(), ptree_low() and ptree_high() only.
 */
static inline ptree ptree_var_peek(const struct ptree_var *var)
{
	return var->draft;
}

#endif
