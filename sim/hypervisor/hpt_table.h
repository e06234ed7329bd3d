/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HPT_TABLE_H
#define HPTSIM_HPT_TABLE_H
/*
 * The layer below hpt.h: where the entries are kept, and what mapping (hpt.c), user
 * pages (hpt_user.c), walks (hpt_walk.c) and the rehash (hpt_resize.c, hpt_odd.c,
 * hpt_anyslot.c) do with that in common. It uses none of them.
 */
#include "sim/hypervisor/hpt_entry.h"
#include "sim/hypervisor/hpt_known.h"
#include "sim/hypervisor/ptree_var.h"

struct hpt_segment {
	uint64_t hash;		/* of its first page; page i has this xor i */
	/*
	 * By the low `bits` of the page's hash: 1 << slot of its entry, 0 when it
	 * has none; in its primary or in its secondary PTEG.
	 */
	struct ptree_var primary, secondary;
};

/* Where somebody who maps page after page was last. */
struct hpt_cursors {
	struct ptree_cursor primary, secondary;		/* of whichever segment it is */
	struct ptree_cursor used, other, valid;
};

struct hpt_region {
	struct hpt_segment *segments;
	uint64_t count;
	unsigned bits;		/* log2 of the pages of a segment */
	uint64_t entries;	/* of all segments */
};

struct hpt {
	const struct mmu *mmu;
	struct ptree_pool *pool;
	struct hpt_region regions[MMU_REGION_COUNT];
	struct ptree_var used;	/* by PTEG: slots with a bolted entry; changed by hpt_known.h only */
	struct ptree_var other;	/* by PTEG: slots with one that is not bolted */
	struct ptree_var valid;	/* by PTEG: those that are VALID, not ABSENT (KVM HV), but for known.touched */
	struct hpt_cursors cursors[MMU_REGION_COUNT], user_cursors;
	struct hpt_known known;
	unsigned shift;
	bool secondary_fallback;
	bool tracks_valid;
	uint64_t random;	/* state of the generator */
	uint64_t evicted_count;
	uint64_t secondary_count;	/* bolted entries in their secondary PTEG */
};

/* log2 of the number of PTEGs */
static inline unsigned hpt_height(const struct hpt *hpt)
{
	return hpt->shift - PTEG_SHIFT;
}

static inline uint64_t hpt_mask(const struct hpt *hpt)
{
	return (UINT64_C(1) << hpt_height(hpt)) - 1;
}

/* To be called where no ptree is held but those of the table itself. */
void hpt_collect_garbage(struct hpt *hpt);

/* The aligned block of 2^@k PTEGs that holds @pteg, and its replacement; of `used` and `valid` see hpt_known.h. */
static inline ptree hpt_block_at(const struct hpt *hpt, struct ptree_var *var, struct ptree_cursor *at,
				 uint64_t pteg, unsigned k)
{
	return ptree_var_block(hpt->pool, var, at, hpt_height(hpt), pteg, k);
}

static inline void hpt_write(const struct hpt *hpt, struct ptree_var *var, struct ptree_cursor *at,
			     uint64_t pteg, unsigned k, ptree block)
{
	ptree_var_write(hpt->pool, var, at, hpt_height(hpt), pteg, k, block);
}

/* Slots of a block that hold any entry. */
static inline ptree hpt_taken(struct hpt *hpt, struct hpt_cursors *at, uint64_t pteg, unsigned k)
{
	return ptree_or(hpt->pool, hpt_block_at(hpt, &hpt->used, &at->used, pteg, k),
			hpt_block_at(hpt, &hpt->other, &at->other, pteg, k), k);
}

/*
 * log2 of the largest aligned block that starts at @page, has at most @count
 * pages, and is within a segment of 2^@bits and half the table: then its primary
 * and its secondary PTEGs never overlap.
 */
static inline unsigned hpt_block_order(const struct hpt *hpt, unsigned bits, uint64_t page,
				       uint64_t count)
{
	unsigned k = 63u - (unsigned)__builtin_clzll(count);
	unsigned half = hpt_height(hpt) - 1;

	if (page && (unsigned)__builtin_ctzll(page) < k)
		k = (unsigned)__builtin_ctzll(page);
	if (k > bits)
		k = bits;
	return k < half ? k : half;
}

/* The slots that the segments' entries take in a table of @height; those in their primary PTEG; in their secondary one. */
ptree hpt_overlay(struct hpt *hpt, unsigned height);
ptree hpt_overlay_primary(struct hpt *hpt, unsigned height);
ptree hpt_overlay_secondary(struct hpt *hpt, unsigned height);

/* By PTEG of a table of @height: slots with an entry of that region. */
ptree hpt_overlay_region(struct hpt *hpt, enum mmu_region region, unsigned height);

/* Place of an entry in the hypervisor's scan. */
static inline uint64_t hpt_scan_index(uint64_t pteg, unsigned slot)
{
	return pteg * HPTES_PER_GROUP + slot;
}

#endif
