/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/ptree_var.h"

#include "sim/hypervisor/ptree_internal.h"

/*
 * What is above a draft is one, too, and stays where it is as long as the draft
 * does: it goes with all that is below it.
 */

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
		.draft = 1, .count = ++pool->draft_count,
	};
	return UNIFORM + i;
}

/* The drafts in it are no more. */
static void discard(struct ptree_pool *pool, ptree a)
{
	if (!is_draft(pool, a))
		return;
	discard(pool, node_of(pool, a)->low);
	discard(pool, node_of(pool, a)->high);
	ptree_node_free(pool, a - UNIFORM);
}

static void note(const struct ptree_pool *pool, struct ptree_cursor *c, unsigned height, ptree draft)
{
	c->path[height] = draft;
	c->number[height] = node_of(pool, draft)->count;
	c->low = height;
}

static bool is_there(const struct ptree_pool *pool, const struct ptree_cursor *c, unsigned height)
{
	const struct node *n = node_of(pool, c->path[height]);

	return n->draft && n->count == c->number[height];
}

/*
 * The height, @k at least, from which on up the cursor is on the way to @pos, as is
 * noted; above the tree when it has to start at the root.
 */
static unsigned resume(const struct ptree_pool *pool, const struct ptree_var *var, struct ptree_cursor *c,
		       unsigned height, uint64_t pos, unsigned k)
{
	uint64_t apart = pos ^ c->pos;
	unsigned h = apart ? 64u - (unsigned)__builtin_clzll(apart) : 0;

	if (c->var != var || c->height != height) {
		c->var = var;
		c->height = height;
		c->low = h = height + 1;
	}
	c->pos = pos;
	if (h < c->low)
		h = c->low;
	if (h < k)
		h = k;
	while (h <= height && !is_there(pool, c, h))
		h++;
	c->low = h;
	return h;
}

/* Down to height @k + 1, in drafts all the way; false when out of memory. */
static bool go_in_drafts(struct ptree_pool *pool, struct ptree_var *var, struct ptree_cursor *c,
			 unsigned height, uint64_t pos, unsigned k)
{
	unsigned h = resume(pool, var, c, height, pos, k + 1);

	while (h > k + 1) {
		ptree *at = h > height ? &var->draft : half_at(pool, c->path[h], h, pos);

		h--;
		if (!is_draft(pool, *at)) {
			ptree draft = draft_of(pool, *at, h);

			if (!draft)
				return false;
			/* the nodes may have moved */
			at = h == height ? &var->draft : half_at(pool, c->path[h + 1], h + 1, pos);
			*at = draft;
		}
		note(pool, c, h, *at);
	}
	return true;
}

void ptree_var_write(struct ptree_pool *pool, struct ptree_var *var, struct ptree_cursor *cursor,
		     unsigned height, uint64_t pos, unsigned k, ptree block)
{
	ptree *at;

	if (k == height) {
		ptree_var_set(pool, var, height, block);
		return;
	}
	if (!go_in_drafts(pool, var, cursor, height, pos, k))
		return;
	at = half_at(pool, cursor->path[k + 1], k + 1, pos);
	var->count += count_of(pool, block, k) - ptree_count(pool, *at, k);
	discard(pool, *at);
	*at = block;
	/* halves that hold the same value are one block */
	while (k < height) {
		const struct node *n = node_of(pool, cursor->path[++k]);

		if (n->low != n->high || n->low >= UNIFORM)
			break;
		at = k == height ? &var->draft : half_at(pool, cursor->path[k + 1], k + 1, pos);
		*at = n->low;
		ptree_node_free(pool, cursor->path[k] - UNIFORM);
	}
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
		n->count = count_of(pool, n->low, n->height - 1u) + count_of(pool, n->high, n->height - 1u);
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

ptree ptree_var_block(struct ptree_pool *pool, struct ptree_var *var, struct ptree_cursor *cursor,
		      unsigned height, uint64_t pos, unsigned k)
{
	unsigned h;
	ptree *at;

	if (!is_draft(pool, var->draft))
		return ptree_block(pool, var->draft, height, pos, k);
	h = resume(pool, var, cursor, height, pos, k + 1);
	at = h > height ? &var->draft : half_at(pool, cursor->path[h], h, pos);

	while (--h > k) {
		if (!is_draft(pool, *at))
			return ptree_block(pool, *at, h, pos, k);
		note(pool, cursor, h, *at);
		at = half_at(pool, *at, h, pos);
	}
	return *at = make_common(pool, *at);
}

void ptree_var_set(struct ptree_pool *pool, struct ptree_var *var, unsigned height, ptree t)
{
	uint64_t count = count_of(pool, t, height);

	discard(pool, var->draft);
	var->draft = t;
	var->count = count;
}

/* The tree without what is below @pos, in drafts; @lost: bits set there, added to. */
static ptree clear_below(struct ptree_pool *pool, ptree a, unsigned height, uint64_t pos, uint64_t *lost)
{
	struct node *n;
	ptree rest;

	if (pos == 0 || a == 0)
		return a;
	if (pos >> height) {
		*lost += ptree_count(pool, a, height);
		discard(pool, a);
		return 0;
	}
	if (!is_draft(pool, a)) {
		a = draft_of(pool, a, height);
		if (!a)
			return 0;
	}
	height--;
	if (pos >> height) {
		n = node_of(pool, a);
		*lost += ptree_count(pool, n->low, height);
		discard(pool, n->low);
		n->low = 0;
		rest = clear_below(pool, n->high, height, pos - (UINT64_C(1) << height), lost);
		n = node_of(pool, a);
		n->high = rest;
	} else {
		rest = clear_below(pool, node_of(pool, a)->low, height, pos, lost);
		n = node_of(pool, a);
		n->low = rest;
	}
	if (n->low != n->high || n->low >= UNIFORM)
		return a;
	rest = n->low;
	ptree_node_free(pool, a - UNIFORM);
	return rest;
}

void ptree_var_clear_below(struct ptree_pool *pool, struct ptree_var *var, unsigned height, uint64_t pos)
{
	uint64_t lost = 0;

	var->draft = clear_below(pool, var->draft, height, pos, &lost);
	var->count -= lost;
}
