/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PTREE_INTERNAL_H
#define HPTSIM_PTREE_INTERNAL_H
/* What ptree.c and ptree_var.c share. */
#include "sim/hypervisor/ptree.h"

#define UNIFORM		256u		/* below: one value everywhere */
#define PTREE_NONE	UINT32_MAX

struct node {
	ptree low, high;
	uint32_t next;		/* in its hash bucket, or in the free list */
	uint8_t height;		/* 0: free */
	uint8_t marked;
	uint8_t draft;		/* of one struct ptree_var, and in no bucket */
	uint64_t count;		/* bits set below; of a draft its number instead: no two have the same */
};

struct answer;

struct ptree_pool {
	struct node *nodes;	/* node i is ptree UNIFORM + i */
	uint32_t node_used, node_cap;
	uint32_t live_count, gc_limit;
	uint32_t free_list;
	uint64_t draft_count;	/* that there were */
	uint32_t *buckets;	/* as many as node_cap */
	struct answer *cache;
	uint32_t cache_size;
	bool failed;
};

static inline struct node *node_of(const struct ptree_pool *pool, ptree t)
{
	return &pool->nodes[t - UNIFORM];
}

static inline bool is_draft(const struct ptree_pool *pool, ptree t)
{
	return t >= UNIFORM && node_of(pool, t)->draft;
}

static inline bool bit_set(uint64_t pos, unsigned height)
{
	return pos >> (height - 1) & 1;
}

/* Bits set in a byte; without -mpopcnt the builtin is a call, and each new node needs it. */
static inline unsigned byte_count(ptree t)
{
	t = t - (t >> 1 & 0x55);
	t = (t & 0x33) + (t >> 2 & 0x33);
	return (t + (t >> 4)) & 0x0f;
}

/* Of a common tree. */
static inline uint64_t count_of(const struct ptree_pool *pool, ptree t, unsigned height)
{
	if (t < UNIFORM)
		return (uint64_t)byte_count(t) << height;
	return node_of(pool, t)->count;
}

/* A node in no bucket, its content undefined; PTREE_NONE when out of memory. May move the nodes. */
uint32_t ptree_node_new(struct ptree_pool *pool);
void ptree_node_free(struct ptree_pool *pool, uint32_t i);
/* The common node with these halves, or PTREE_NONE. */
uint32_t ptree_node_find(const struct ptree_pool *pool, ptree low, ptree high, unsigned height);
/* From now on it is found, and never changes. */
void ptree_node_link(struct ptree_pool *pool, uint32_t i);

#endif
