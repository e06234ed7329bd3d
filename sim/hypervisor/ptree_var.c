/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/ptree_var.h"

#include "sim/hypervisor/ptree_internal.h"

/* The half of a draft that @pos is in. */
static ptree *half_at(const struct ptree_pool *pool, ptree a, unsigned height, uint64_t pos)
{
	return bit_set(pos, height) ? &node_of(pool, a)->high : &node_of(pool, a)->low;
}

/* A draft like @a, of @height; 0 when out of memory. */
static ptree draft_of(struct ptree_pool *pool, ptree a, unsigned height)
{
	uint32_t i = ptree_node_new(pool);

	if (i == PTREE_NONE)
		return 0;
	pool->nodes[i] = (struct node){
		.low = ptree_low(pool, a), .high = ptree_high(pool, a), .height = (uint8_t)height,
		.draft = 1, .count = count_of(pool, a, height),
	};
	return UNIFORM + i;
}

void ptree_var_write(struct ptree_pool *pool, struct ptree_var *var, unsigned height,
		     uint64_t pos, unsigned k, ptree block)
{
	ptree path[PTREE_HEIGHT_MAX + 1];	/* drafts, by height */
	uint64_t more;
	unsigned h;

	path[height] = var->draft;
	for (h = height; h > k; h--) {
		if (!is_draft(pool, path[h])) {
			path[h] = draft_of(pool, path[h], h);
			if (!path[h]) {
				var->draft = 0;
				return;
			}
		}
		path[h - 1] = *half_at(pool, path[h], h, pos);
	}
	more = count_of(pool, block, k) - count_of(pool, path[k], k);	/* may wrap */
	path[k] = block;
	while (++h <= height) {
		struct node *n = node_of(pool, path[h]);

		*half_at(pool, path[h], h, pos) = path[h - 1];
		n->count += more;
		/* halves that hold the same value are one block */
		if (n->low == n->high && n->low < UNIFORM) {
			ptree_node_free(pool, path[h] - UNIFORM);
			path[h] = n->low;
		}
	}
	var->draft = path[height];
}

static ptree make_common(struct ptree_pool *pool, ptree a)
{
	struct node *n;
	uint32_t same;

	if (!is_draft(pool, a))
		return a;
	n = node_of(pool, a);
	n->low = make_common(pool, n->low);
	n->high = make_common(pool, n->high);
	same = ptree_node_find(pool, n->low, n->high, n->height);
	if (same == PTREE_NONE) {
		ptree_node_link(pool, a - UNIFORM);
		return a;
	}
	ptree_node_free(pool, a - UNIFORM);
	return UNIFORM + same;
}

ptree ptree_var_get(struct ptree_pool *pool, struct ptree_var *var)
{
	return var->draft = make_common(pool, var->draft);
}

ptree ptree_var_block(struct ptree_pool *pool, struct ptree_var *var, unsigned height,
		      uint64_t pos, unsigned k)
{
	ptree *at = &var->draft;

	/* what is above a draft is one, too, so it may be written to */
	for (; height > k && is_draft(pool, *at); height--)
		at = half_at(pool, *at, height, pos);
	if (height > k)
		return ptree_block(pool, *at, height, pos, k);
	return *at = make_common(pool, *at);
}
