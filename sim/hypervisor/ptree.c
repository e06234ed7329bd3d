/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/ptree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hypervisor/ptree_internal.h"

#define FIRST_NODES	1024u
#define FIRST_CACHE	2048u
#define GC_SLACK	2048u		/* small enough to stay in a cache */

enum op { OP_OR, OP_AND, OP_ANDNOT, OP_LOWEST_CLEAR, OP_IS_ZERO, OP_MIRROR };

struct answer {
	ptree a, b, result;
	uint32_t op_height;	/* op << 8 | height, +1 so that 0 is empty */
};

static uint32_t mix(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t h = a * UINT64_C(0x9e3779b97f4a7c15) ^ b * UINT64_C(0xc2b2ae3d27d4eb4f) ^
		     c * UINT64_C(0x165667b19e3779f9);

	return (uint32_t)(h >> 32) ^ (uint32_t)(h >> 11);
}

static bool pool_grow(struct ptree_pool *pool)
{
	uint32_t cap = pool->node_cap ? pool->node_cap * 2 : FIRST_NODES;
	uint32_t cache_size = cap < FIRST_CACHE ? FIRST_CACHE : cap;
	struct node *nodes;
	uint32_t *buckets;
	struct answer *cache;

	if (cap > UINT32_MAX / 4)
		return false;
	nodes = realloc(pool->nodes, cap * sizeof(*nodes));
	if (!nodes)
		return false;
	pool->nodes = nodes;
	buckets = malloc(cap * sizeof(*buckets));
	cache = calloc(cache_size, sizeof(*cache));
	if (!buckets || !cache) {
		free(buckets);
		free(cache);
		return false;
	}
	free(pool->buckets);
	free(pool->cache);
	pool->buckets = buckets;
	pool->cache = cache;
	pool->cache_size = cache_size;
	pool->node_cap = cap;
	for (uint32_t i = 0; i < cap; i++)
		buckets[i] = PTREE_NONE;
	for (uint32_t i = 0; i < pool->node_used; i++)
		if (nodes[i].height && !nodes[i].draft)
			ptree_node_link(pool, i);
	return true;
}

struct ptree_pool *ptree_pool_new(void)
{
	struct ptree_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->free_list = PTREE_NONE;
	pool->gc_limit = GC_SLACK;
	if (!pool_grow(pool)) {
		ptree_pool_free(pool);
		return NULL;
	}
	return pool;
}

void ptree_pool_free(struct ptree_pool *pool)
{
	if (!pool)
		return;
	free(pool->nodes);
	free(pool->buckets);
	free(pool->cache);
	free(pool);
}

bool ptree_pool_failed(const struct ptree_pool *pool)
{
	return pool->failed;
}

uint32_t ptree_node_new(struct ptree_pool *pool)
{
	uint32_t i = pool->free_list;

	if (i != PTREE_NONE) {
		pool->free_list = pool->nodes[i].next;
	} else {
		if (pool->node_used == pool->node_cap && (pool->failed || !pool_grow(pool))) {
			pool->failed = true;
			return PTREE_NONE;
		}
		i = pool->node_used++;
	}
	pool->live_count++;
	return i;
}

void ptree_node_free(struct ptree_pool *pool, uint32_t i)
{
	pool->nodes[i].height = 0;
	pool->nodes[i].draft = 0;
	pool->nodes[i].next = pool->free_list;
	pool->free_list = i;
	pool->live_count--;
}

static uint32_t *bucket_of(const struct ptree_pool *pool, ptree low, ptree high, unsigned height)
{
	return &pool->buckets[mix(low, high, height) & (pool->node_cap - 1)];
}

uint32_t ptree_node_find(const struct ptree_pool *pool, ptree low, ptree high, unsigned height)
{
	uint32_t i;

	for (i = *bucket_of(pool, low, high, height); i != PTREE_NONE; i = pool->nodes[i].next) {
		const struct node *n = &pool->nodes[i];

		if (n->low == low && n->high == high && n->height == height)
			break;
	}
	return i;
}

void ptree_node_link(struct ptree_pool *pool, uint32_t i)
{
	struct node *n = &pool->nodes[i];
	uint32_t *bucket = bucket_of(pool, n->low, n->high, n->height);

	n->draft = 0;
	n->next = *bucket;
	*bucket = i;
}

/* The tree of @height with these halves; finds the one there is, if any. */
static ptree join(struct ptree_pool *pool, ptree low, ptree high, unsigned height)
{
	uint32_t i;

	if (low == high && low < UNIFORM)
		return low;
	i = ptree_node_find(pool, low, high, height);
	if (i == PTREE_NONE) {
		i = ptree_node_new(pool);
		if (i == PTREE_NONE)
			return 0;
		pool->nodes[i] = (struct node){
			.low = low, .high = high, .height = (uint8_t)height,
			.count = count_of(pool, low, height - 1) + count_of(pool, high, height - 1),
		};
		ptree_node_link(pool, i);
	}
	return UNIFORM + i;
}

ptree ptree_low(const struct ptree_pool *pool, ptree a)
{
	return a < UNIFORM ? a : node_of(pool, a)->low;
}

ptree ptree_high(const struct ptree_pool *pool, ptree a)
{
	return a < UNIFORM ? a : node_of(pool, a)->high;
}

static struct answer *cache_slot(struct ptree_pool *pool, enum op op, ptree a, ptree b,
				 unsigned height)
{
	return &pool->cache[mix(a, b, (uint64_t)op << 8 | height) & (pool->cache_size - 1)];
}

static bool cache_find(struct ptree_pool *pool, enum op op, ptree a, ptree b,
		       unsigned height, ptree *result)
{
	const struct answer *e = cache_slot(pool, op, a, b, height);

	if (e->op_height != ((uint32_t)op << 8 | height) + 1 || e->a != a || e->b != b)
		return false;
	*result = e->result;
	return true;
}

static void cache_store(struct ptree_pool *pool, enum op op, ptree a, ptree b,
			unsigned height, ptree result)
{
	if (pool->failed)
		return;
	*cache_slot(pool, op, a, b, height) = (struct answer){
		.a = a, .b = b, .result = result,
		.op_height = ((uint32_t)op << 8 | height) + 1,
	};
}

/* True when the answer is known without going down. */
static bool binary_leaf(enum op op, ptree a, ptree b, ptree *result)
{
	bool both = a < UNIFORM && b < UNIFORM;

	switch (op) {
	case OP_OR:
		if (both)
			*result = a | b;
		else if (a == 0 || b == 0xff || a == b)
			*result = b;
		else if (b == 0 || a == 0xff)
			*result = a;
		else
			return false;
		return true;
	case OP_AND:
		if (both)
			*result = a & b;
		else if (a == 0 || b == 0)
			*result = 0;
		else if (a == 0xff || a == b)
			*result = b;
		else if (b == 0xff)
			*result = a;
		else
			return false;
		return true;
	default: /* OP_ANDNOT */
		if (both)
			*result = a & ~b;
		else if (a == 0 || b == 0xff || a == b)
			*result = 0;
		else if (b == 0)
			*result = a;
		else
			return false;
		return true;
	}
}

static ptree binary(struct ptree_pool *pool, enum op op, ptree a, ptree b, unsigned height)
{
	ptree result, low, high;

	if (binary_leaf(op, a, b, &result))
		return result;
	if (op != OP_ANDNOT && a > b) {
		ptree t = a;

		a = b;
		b = t;
	}
	if (cache_find(pool, op, a, b, height, &result))
		return result;
	assert(!is_draft(pool, a) && !is_draft(pool, b));
	low = binary(pool, op, ptree_low(pool, a), ptree_low(pool, b), height - 1);
	high = binary(pool, op, ptree_high(pool, a), ptree_high(pool, b), height - 1);
	result = join(pool, low, high, height);
	cache_store(pool, op, a, b, height, result);
	return result;
}

ptree ptree_or(struct ptree_pool *pool, ptree a, ptree b, unsigned height)
{
	return binary(pool, OP_OR, a, b, height);
}

ptree ptree_and(struct ptree_pool *pool, ptree a, ptree b, unsigned height)
{
	return binary(pool, OP_AND, a, b, height);
}

ptree ptree_andnot(struct ptree_pool *pool, ptree a, ptree b, unsigned height)
{
	return binary(pool, OP_ANDNOT, a, b, height);
}

static ptree unary_leaf(enum op op, ptree a)
{
	switch (op) {
	case OP_LOWEST_CLEAR:
		return ~a & (a + 1) & 0xff;
	case OP_IS_ZERO:
		return a ? 0 : 0xff;
	default: /* OP_MIRROR */
		return a;
	}
}

static ptree unary(struct ptree_pool *pool, enum op op, ptree a, unsigned height)
{
	ptree result, low, high;

	if (a < UNIFORM)
		return unary_leaf(op, a);
	if (cache_find(pool, op, a, 0, height, &result))
		return result;
	assert(!is_draft(pool, a));
	low = unary(pool, op, ptree_low(pool, a), height - 1);
	high = unary(pool, op, ptree_high(pool, a), height - 1);
	result = op == OP_MIRROR ? join(pool, high, low, height) : join(pool, low, high, height);
	cache_store(pool, op, a, 0, height, result);
	return result;
}

ptree ptree_lowest_clear(struct ptree_pool *pool, ptree a, unsigned height)
{
	return unary(pool, OP_LOWEST_CLEAR, a, height);
}

ptree ptree_is_zero(struct ptree_pool *pool, ptree a, unsigned height)
{
	return unary(pool, OP_IS_ZERO, a, height);
}

ptree ptree_mirror(struct ptree_pool *pool, ptree a, unsigned height)
{
	return unary(pool, OP_MIRROR, a, height);
}

ptree ptree_block(const struct ptree_pool *pool, ptree a, unsigned height,
		  uint64_t pos, unsigned k)
{
	for (; height > k && a >= UNIFORM; height--)
		a = bit_set(pos, height) ? node_of(pool, a)->high : node_of(pool, a)->low;
	return a;
}

uint8_t ptree_get(const struct ptree_pool *pool, ptree a, unsigned height, uint64_t pos)
{
	return (uint8_t)ptree_block(pool, a, height, pos, 0);
}

ptree ptree_with_block(struct ptree_pool *pool, ptree a, unsigned height,
		       uint64_t pos, unsigned k, ptree block)
{
	ptree low, high;

	if (height == k)
		return block;
	low = ptree_low(pool, a);
	high = ptree_high(pool, a);
	if (bit_set(pos, height))
		high = ptree_with_block(pool, high, height - 1, pos, k, block);
	else
		low = ptree_with_block(pool, low, height - 1, pos, k, block);
	return join(pool, low, high, height);
}

ptree ptree_clear_below(struct ptree_pool *pool, ptree a, unsigned height, uint64_t pos)
{
	if (pos == 0 || a == 0)
		return a;
	if (pos >> height)
		return 0;
	if (bit_set(pos, height))
		return join(pool, 0,
			    ptree_clear_below(pool, ptree_high(pool, a), height - 1,
					      pos - (UINT64_C(1) << (height - 1))), height);
	return join(pool, ptree_clear_below(pool, ptree_low(pool, a), height - 1, pos),
		    ptree_high(pool, a), height);
}

bool ptree_pool_wants_gc(const struct ptree_pool *pool)
{
	return pool->live_count > pool->gc_limit;
}

void ptree_mark(struct ptree_pool *pool, ptree t)
{
	while (t >= UNIFORM) {
		struct node *n = node_of(pool, t);

		if (n->marked)
			return;
		n->marked = 1;
		ptree_mark(pool, n->low);
		t = n->high;
	}
}

void ptree_pool_gc(struct ptree_pool *pool,
		   void (*mark_roots)(void *ctx, struct ptree_pool *pool), void *ctx)
{
	mark_roots(ctx, pool);
	memset(pool->cache, 0, pool->cache_size * sizeof(*pool->cache));
	for (uint32_t i = 0; i < pool->node_cap; i++)
		pool->buckets[i] = PTREE_NONE;
	pool->free_list = PTREE_NONE;
	pool->live_count = 0;
	/* downwards, so that the free list hands out low nodes first */
	for (uint32_t i = pool->node_used; i-- > 0; ) {
		struct node *n = &pool->nodes[i];

		if (!n->marked) {
			n->height = 0;
			n->draft = 0;
			n->next = pool->free_list;
			pool->free_list = i;
			continue;
		}
		n->marked = 0;
		pool->live_count++;
		if (!n->draft)
			ptree_node_link(pool, i);
	}
	pool->gc_limit = pool->live_count * 2 + GC_SLACK;
}
