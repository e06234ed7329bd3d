/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PTREE_H
#define HPTSIM_PTREE_H
/*
 * A byte for each of 2^height positions, at a cost that follows structure.
 *
 * A ptree is a binary tree over the positions, highest bit first, whose equal
 * parts are stored once: a block that holds one value everywhere is that value
 * (a ptree below 256 is such a block, at any height), and two blocks with the
 * same content are the same node. Trees never change; an operation makes a new
 * tree that shares what did not change, and remembers its answer, so asking
 * again after a small change costs the changed path only.
 *
 * The table uses it twice: by PTEG, where a byte says which of the eight slots
 * are taken, and by hash value of a segment's pages, where a byte says in which
 * slot the page's entry sits.
 *
 * Trees live in a pool. When memory runs out the pool is marked `failed`, every
 * operation then returns 0, and the caller reports it once at the end.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t ptree;

#define PTREE_HEIGHT_MAX 48u

struct ptree_pool;

/* Returns NULL when out of memory. */
struct ptree_pool *ptree_pool_new(void);
void ptree_pool_free(struct ptree_pool *pool);

/* Out of memory happened; sticky. */
bool ptree_pool_failed(const struct ptree_pool *pool);

/**
 * ptree_pool_wants_gc - more garbage than content since the last collection
 */
bool ptree_pool_wants_gc(const struct ptree_pool *pool);

/**
 * ptree_pool_gc - forget all trees but those reachable from the roots
 * @mark_roots: calls ptree_mark() for each tree to keep
 */
void ptree_pool_gc(struct ptree_pool *pool,
		   void (*mark_roots)(void *ctx, struct ptree_pool *pool), void *ctx);
void ptree_mark(struct ptree_pool *pool, ptree t);

/* Position by position, over trees of the same height. */
ptree ptree_or(struct ptree_pool *pool, ptree a, ptree b, unsigned height);
ptree ptree_and(struct ptree_pool *pool, ptree a, ptree b, unsigned height);
ptree ptree_andnot(struct ptree_pool *pool, ptree a, ptree b, unsigned height);

/* Each byte becomes its lowest clear bit, alone; 0xff becomes 0. */
ptree ptree_lowest_clear(struct ptree_pool *pool, ptree a, unsigned height);
/* Each 0 becomes 0xff, everything else 0. */
ptree ptree_is_zero(struct ptree_pool *pool, ptree a, unsigned height);
/* Position p moves to ~p. */
ptree ptree_mirror(struct ptree_pool *pool, ptree a, unsigned height);

/* The two halves of a tree of @height > 0. */
ptree ptree_low(const struct ptree_pool *pool, ptree a);
ptree ptree_high(const struct ptree_pool *pool, ptree a);

/* The byte at @pos. */
uint8_t ptree_get(const struct ptree_pool *pool, ptree a, unsigned height, uint64_t pos);

/* The aligned block of 2^@k positions that holds @pos, as a tree of height @k. */
ptree ptree_block(const struct ptree_pool *pool, ptree a, unsigned height,
		  uint64_t pos, unsigned k);
/* The same tree with that block replaced by @block. */
ptree ptree_with_block(struct ptree_pool *pool, ptree a, unsigned height,
		       uint64_t pos, unsigned k, ptree block);

/* The same tree with every position below @pos set to 0. */
ptree ptree_clear_below(struct ptree_pool *pool, ptree a, unsigned height, uint64_t pos);

/* Bits set in all bytes; in those at positions below @pos. */
uint64_t ptree_count(const struct ptree_pool *pool, ptree a, unsigned height);
uint64_t ptree_count_below(const struct ptree_pool *pool, ptree a, unsigned height,
			   uint64_t pos);

/**
 * ptree_first - first position whose byte is not 0
 *
 * Returns the byte and sets @pos; 0 when there is none.
 */
uint8_t ptree_first(const struct ptree_pool *pool, ptree a, unsigned height, uint64_t *pos);

#endif
