/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HPT_INTERNAL_H
#define HPTSIM_HPT_INTERNAL_H
/* What hpt.c, hpt_resize.c and hpt_walk.c share. */
#include "sim/hpt.h"
#include "sim/ptree.h"

struct hpt_segment {
	uint64_t hash;		/* of its first page; page i has this xor i */
	/*
	 * By the low `bits` of the page's hash: 1 << slot of its entry, 0 when it
	 * has none; in its primary or in its secondary PTEG.
	 */
	ptree primary, secondary;
};

struct hpt_region {
	struct hpt_segment *segments;
	uint64_t count;
	unsigned bits;		/* log2 of the pages of a segment */
};

struct hpt {
	const struct mmu *mmu;
	struct ptree_pool *pool;
	struct hpt_region regions[MMU_REGION_COUNT];
	ptree used;		/* by PTEG: slots with a bolted entry */
	ptree valid;		/* by PTEG: those that are VALID, not ABSENT (KVM HV) */
	unsigned shift;
	bool secondary_fallback;
	bool tracks_valid;
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

void hpt_collect_garbage(struct hpt *hpt);

/**
 * hpt_find_in - first position in a tree that has slot @slot taken and whose
 * low @height bits are those of @pteg
 * @bits: height of @entries; above @height, several positions wrap onto one
 * @pos:  added to
 */
bool hpt_find_in(const struct hpt *hpt, ptree entries, unsigned bits, unsigned height,
		 uint64_t pteg, unsigned slot, uint64_t *pos);

#endif
