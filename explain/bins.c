// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/bins.h"

#include <string.h>

static unsigned height(unsigned shift)
{
	return shift - PTEG_SHIFT;
}

static unsigned log2_of(size_t n)
{
	return 63u - (unsigned)__builtin_clzll(n);
}

static void set_up(struct explain_slots *s, unsigned shift)
{
	unsigned most = log2_of(EXPLAIN_BINS_MAX);

	s->shift = shift;
	s->bin_order = height(shift) > most ? height(shift) - most : 0;
	s->count = (size_t)1 << (height(shift) - s->bin_order);
}

static void add_to(struct explain_slots *s, uint64_t pteg, const struct hpt_bin *bin, bool only_kept)
{
	struct hpt_bin *sum = &s->bins[pteg >> s->bin_order];

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
			sum->entries[r][slot] += bin->entries[r][slot] - (only_kept ? bin->late[r][slot] : 0);
			sum->late[r][slot] += bin->late[r][slot];
		}
	}
}

static void take_bin(void *ctx, uint64_t pteg, const struct hpt_bin *bin)
{
	struct explain_bins *b = ctx;
	unsigned smaller = height(b->from_shift < b->to_shift ? b->from_shift : b->to_shift);
	uint64_t in_part = pteg & ((UINT64_C(1) << smaller) - 1);
	struct explain_fold_bin *f = &b->strips[(pteg >> smaller) / b->parts_per_strip][in_part >> b->bin_order];

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
			f->kept[r] += bin->entries[r][slot] - bin->late[r][slot];
			f->late += bin->late[r][slot];
		}
	}
	if (b->to_shift < b->from_shift) {
		add_to(&b->before, pteg, bin, false);
		add_to(&b->after, in_part, bin, true);
	} else {
		add_to(&b->after, pteg, bin, true);
	}
}

static void take_before(void *ctx, uint64_t pteg, const struct hpt_bin *bin)
{
	struct explain_bins *b = ctx;

	add_to(&b->before, pteg, bin, false);
}

enum hpt_status explain_bins_take(struct explain_bins *b, struct hpt *hpt, unsigned from_shift, unsigned to_shift)
{
	unsigned smaller = from_shift < to_shift ? from_shift : to_shift;
	unsigned larger = from_shift < to_shift ? to_shift : from_shift;
	enum hpt_status rc = HPT_OK;

	memset(b, 0, sizeof(*b));
	b->from_shift = from_shift;
	b->to_shift = to_shift;
	set_up(&b->before, from_shift);
	set_up(&b->after, to_shift);
	b->part_count = UINT64_C(1) << (larger - smaller);
	b->parts_per_strip = (b->part_count + EXPLAIN_STRIPS_MAX - 1) / EXPLAIN_STRIPS_MAX;
	b->strip_count = (size_t)(b->part_count / b->parts_per_strip);
	b->bin_order = smaller == to_shift ? b->after.bin_order : b->before.bin_order;
	b->bin_count = smaller == to_shift ? b->after.count : b->before.count;
	if (to_shift >= from_shift)
		rc = hpt_census_bins(hpt, from_shift, b->before.bin_order, take_before, b);
	if (rc == HPT_OK)
		rc = hpt_census_bins(hpt, to_shift, b->bin_order, take_bin, b);
	b->there = rc == HPT_OK;
	return rc;
}
