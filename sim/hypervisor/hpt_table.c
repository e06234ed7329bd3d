/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts, garbage, and all entries laid into one tree. */
#include "sim/hpt.h"
#include "sim/hypervisor/hpt_table.h"

unsigned hpt_shift(const struct hpt *hpt)
{
	return hpt->shift;
}

uint64_t hpt_region_count(const struct hpt *hpt, enum mmu_region region)
{
	return hpt->regions[region].entries;
}

uint64_t hpt_bolted_count(const struct hpt *hpt)
{
	return ptree_var_count(&hpt->used);
}

uint64_t hpt_valid_count(const struct hpt *hpt)
{
	if (!hpt->tracks_valid)
		return hpt_bolted_count(hpt);
	return ptree_var_count(&hpt->valid) + hpt->known.touched_entries;
}

uint64_t hpt_user_count(const struct hpt *hpt)
{
	return ptree_var_count(&hpt->other);
}

uint64_t hpt_evicted_count(const struct hpt *hpt)
{
	return hpt->evicted_count;
}

static void mark_roots(void *ctx, struct ptree_pool *pool)
{
	const struct hpt *hpt = ctx;

	ptree_mark(pool, ptree_var_peek(&hpt->used));
	ptree_mark(pool, ptree_var_peek(&hpt->other));
	ptree_mark(pool, ptree_var_peek(&hpt->valid));
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		for (uint64_t s = 0; s < hpt->regions[r].count; s++) {
			ptree_mark(pool, ptree_var_peek(&hpt->regions[r].segments[s].primary));
			ptree_mark(pool, ptree_var_peek(&hpt->regions[r].segments[s].secondary));
		}
	}
}

void hpt_collect_garbage(struct hpt *hpt)
{
	if (ptree_pool_wants_gc(hpt->pool))
		ptree_pool_gc(hpt->pool, mark_roots, hpt);
}

/* Lay a segment's entries over @used, which has @height. */
static ptree overlay(struct ptree_pool *pool, ptree used, unsigned height, ptree entries,
		     unsigned bits, uint64_t hash)
{
	if (entries == 0)
		return used;
	if (bits <= height) {
		uint64_t pteg = hash & ((UINT64_C(1) << height) - 1) & ~((UINT64_C(1) << bits) - 1);
		ptree old = ptree_block(pool, used, height, pteg, bits);

		return ptree_with_block(pool, used, height, pteg, bits,
					ptree_or(pool, old, entries, bits));
	}
	used = overlay(pool, used, height, ptree_low(pool, entries), bits - 1, hash);
	return overlay(pool, used, height, ptree_high(pool, entries), bits - 1, hash);
}

static ptree overlay_region(struct hpt *hpt, ptree used, enum mmu_region r, unsigned height,
			    bool primary, bool secondary)
{
	const struct hpt_region *region = &hpt->regions[r];
	struct ptree_pool *pool = hpt->pool;

	for (uint64_t s = 0; s < region->count; s++) {
		struct hpt_segment *seg = &region->segments[s];

		if (primary)
			used = overlay(pool, used, height, ptree_var_get(pool, &seg->primary),
				       region->bits, seg->hash);
		if (secondary && ptree_var_peek(&seg->secondary))
			used = overlay(pool, used, height,
				       ptree_mirror(pool, ptree_var_get(pool, &seg->secondary),
						    region->bits),
				       region->bits, ~seg->hash);
	}
	return used;
}

static ptree overlay_all(struct hpt *hpt, unsigned height, bool primary, bool secondary)
{
	ptree used = 0;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		used = overlay_region(hpt, used, r, height, primary, secondary);
	return used;
}

ptree hpt_overlay_region(struct hpt *hpt, enum mmu_region region, unsigned height)
{
	return overlay_region(hpt, 0, region, height, true, true);
}

ptree hpt_overlay(struct hpt *hpt, unsigned height)
{
	return overlay_all(hpt, height, true, true);
}

ptree hpt_overlay_primary(struct hpt *hpt, unsigned height)
{
	return overlay_all(hpt, height, true, false);
}

ptree hpt_overlay_secondary(struct hpt *hpt, unsigned height)
{
	return hpt->secondary_count ? overlay_all(hpt, height, false, true) : 0;
}
