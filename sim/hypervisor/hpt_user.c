/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that are not bolted: user pages. They take slots like any other, give
 * way to bolted entries, and a resize drops them. Only where they are is kept, not
 * whose they are.
 */
#include "base/random.h"
#include "sim/hpt.h"
#include "sim/hypervisor/hpt_internal.h"

/* An aligned block of pages of one user segment. */
struct user_block {
	unsigned k;
	uint64_t pteg, secondary_pteg;
};

static void occupy(struct hpt *hpt, uint64_t pteg, unsigned k, ptree slots)
{
	struct ptree_cursor *other = &hpt->user_cursors.other;

	if (slots == 0)
		return;
	hpt_write(hpt, &hpt->other, other, pteg, k,
		  ptree_or(hpt->pool, hpt_block_at(hpt, &hpt->other, other, pteg, k), slots, k));
	if (hpt->tracks_valid)
		hpt_make_valid(hpt, &hpt->user_cursors.valid, pteg, k, slots);
}

/* Returns how many found a slot, in the primary PTEG or else the secondary one. */
static uint64_t map_block(struct hpt *hpt, const struct user_block *b)
{
	struct ptree_pool *pool = hpt->pool;
	struct hpt_cursors *at = &hpt->user_cursors;
	ptree near = ptree_lowest_clear(pool, hpt_taken(hpt, at, b->pteg, b->k), b->k);
	uint64_t mapped = ptree_count(pool, near, b->k);

	occupy(hpt, b->pteg, b->k, near);
	if (mapped < UINT64_C(1) << b->k) {
		ptree missing = ptree_mirror(pool, ptree_is_zero(pool, near, b->k), b->k);
		ptree far = ptree_and(pool, missing,
			ptree_lowest_clear(pool, hpt_taken(hpt, at, b->secondary_pteg, b->k), b->k), b->k);

		occupy(hpt, b->secondary_pteg, b->k, far);
		mapped += ptree_count(pool, far, b->k);
	}
	return mapped;
}

enum hpt_status hpt_map_user(struct hpt *hpt, uint64_t context, uint64_t ea, uint64_t page_count,
			     uint64_t *mapped)
{
	unsigned shift = hpt->mmu->virtual_shift;
	enum mmu_ssize ssize = hpt->mmu->ssize;
	unsigned bits = (ssize == MMU_SEGSIZE_1T ? SID_SHIFT_1T : SID_SHIFT) - shift;

	*mapped = 0;
	hpt_collect_garbage(hpt);
	while (page_count) {
		uint64_t page = (ea >> shift) & ((UINT64_C(1) << bits) - 1);
		uint64_t vsid = mmu_vsid(context, ea, ssize);
		uint64_t hash = mmu_hash(vsid, ea, shift, ssize);
		unsigned k = hpt_block_order(hpt, bits, page, page_count);
		uint64_t low = (UINT64_C(1) << k) - 1;

		*mapped += map_block(hpt, &(struct user_block){
			.k = k, .pteg = hash & hpt_mask(hpt) & ~low,
			.secondary_pteg = ~hash & hpt_mask(hpt) & ~low,
		});
		ea += UINT64_C(1) << (k + shift);
		page_count -= UINT64_C(1) << k;
	}
	return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_OK;
}

bool hpt_evict(struct hpt *hpt, struct hpt_cursors *at, uint64_t pteg, struct hpt_calls *calls)
{
	uint8_t others = (uint8_t)hpt_block_at(hpt, &hpt->other, &at->other, pteg, 0), bit = 0;
	unsigned slot;

	if (!others) {
		calls->remove_count += HPTES_PER_GROUP;
		return false;
	}
	/* for what the kernel takes from the timebase */
	slot = random_next(&hpt->random) & (HPTES_PER_GROUP - 1);
	do {
		bit = (uint8_t)(1u << slot);
		calls->remove_count++;
		slot = (slot + 1) & (HPTES_PER_GROUP - 1);
	} while (!(others & bit));
	hpt_write(hpt, &hpt->other, &at->other, pteg, 0, others & (uint8_t)~bit);
	if (hpt->tracks_valid)
		hpt_make_absent(hpt, &at->valid, pteg, 0, bit);
	hpt->evicted_count++;
	return true;
}
