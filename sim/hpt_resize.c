/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rehash: what H_RESIZE_HPT_COMMIT does to the entries (domain/resize-hcalls.md). */
#include <string.h>

#include "sim/hpt_internal.h"

/* Shrinking: the parts of the old table that fold together, in scan order. */
struct fold {
	struct ptree_pool *pool;
	unsigned height;	/* of the new table */
	ptree stored;		/* the new table so far */
	uint64_t pteg;		/* of the collision, in the old table */
	unsigned slot;
};

/* Returns false at the first collision. */
static bool fold_scan(struct fold *f, ptree part, unsigned height, uint64_t pteg)
{
	if (part == 0)
		return true;
	if (height == f->height) {
		ptree both = ptree_and(f->pool, f->stored, part, height);

		if (both) {
			uint64_t pos;
			uint8_t slots = ptree_first(f->pool, both, height, &pos);

			f->pteg = pteg + pos;
			f->slot = (unsigned)__builtin_ctz(slots);
			return false;
		}
		f->stored = ptree_or(f->pool, f->stored, part, height);
		return true;
	}
	height--;
	return fold_scan(f, ptree_low(f->pool, part), height, pteg) &&
	       fold_scan(f, ptree_high(f->pool, part), height, pteg + (UINT64_C(1) << height));
}

/* The occupant of the slot is in an earlier PTEG that folds on the same one. */
static void find_occupant(const struct hpt *hpt, unsigned height, struct hpt_entry *occupant,
			  uint64_t pteg, unsigned slot)
{
	uint64_t pos = 0;

	if (hpt_find_in(hpt, hpt->used, hpt_height(hpt), height, pteg, slot, &pos))
		hpt_lookup(hpt, pos, slot, occupant);
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

static ptree regrown(struct hpt *hpt, unsigned height)
{
	ptree used = 0;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		const struct hpt_region *region = &hpt->regions[r];

		for (uint64_t s = 0; s < region->count; s++) {
			const struct hpt_segment *seg = &region->segments[s];

			used = overlay(hpt->pool, used, height, seg->primary, region->bits,
				       seg->hash);
		}
	}
	return used;
}

/*
 * First entry in scan order that sits in its secondary PTEG: it lacks the
 * SECONDARY flag, so the rehash takes that PTEG for its primary one and computes
 * a hash that does not belong there.
 */
static bool first_secondary(const struct hpt *hpt, uint64_t *pteg, unsigned *slot)
{
	unsigned height = hpt_height(hpt);
	ptree all = 0;
	uint8_t slots;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		const struct hpt_region *region = &hpt->regions[r];

		for (uint64_t s = 0; s < region->count; s++) {
			const struct hpt_segment *seg = &region->segments[s];

			if (seg->secondary)
				all = overlay(hpt->pool, all, height,
					      ptree_mirror(hpt->pool, seg->secondary, region->bits),
					      region->bits, ~seg->hash);
		}
	}
	if (!all)
		return false;
	slots = ptree_first(hpt->pool, all, height, pteg);
	*slot = (unsigned)__builtin_ctz(slots);
	return true;
}

/* COMMIT made everything up to the entry at @pteg, @slot ABSENT (KVM HV). */
static void unmap_prefix(struct hpt *hpt, uint64_t pteg, unsigned slot,
			 struct hpt_rehash *result)
{
	unsigned height = hpt_height(hpt);
	uint64_t before;
	uint8_t last;

	if (!hpt->tracks_valid)
		return;
	before = ptree_count(hpt->pool, hpt->valid, height);
	hpt->valid = ptree_clear_below(hpt->pool, hpt->valid, height, pteg);
	last = ptree_get(hpt->pool, hpt->valid, height, pteg);
	/* the entry that collided was unmapped before its hash was looked at */
	last &= (uint8_t)~((2u << slot) - 1);
	hpt->valid = ptree_with_block(hpt->pool, hpt->valid, height, pteg, 0, last);
	result->hptes_unmapped = before - ptree_count(hpt->pool, hpt->valid, height);
}

/* Entries before that one in scan order. */
static uint64_t bolted_before(const struct hpt *hpt, uint64_t pteg, unsigned slot)
{
	unsigned height = hpt_height(hpt);
	uint8_t slots = ptree_get(hpt->pool, hpt->used, height, pteg);

	return ptree_count_below(hpt->pool, hpt->used, height, pteg) +
	       (unsigned)__builtin_popcount(slots & ((1u << slot) - 1));
}

static uint64_t scan_index(uint64_t pteg, unsigned slot)
{
	return pteg * HPTES_PER_GROUP + slot;
}

enum hpt_status hpt_resize(struct hpt *hpt, unsigned shift, struct hpt_rehash *result)
{
	unsigned old_height = hpt_height(hpt), height = shift - PTEG_SHIFT;
	struct fold f = { .pool = hpt->pool };
	uint64_t odd_pteg;
	unsigned odd_slot;
	bool collided = false, odd;

	memset(result, 0, sizeof(*result));
	if (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX)
		return HPT_ERANGE;
	hpt_collect_garbage(hpt);
	odd = first_secondary(hpt, &odd_pteg, &odd_slot);
	if (height < old_height) {
		f.height = height;
		collided = !fold_scan(&f, hpt->used, old_height, 0);
	} else if (height > old_height) {
		f.stored = regrown(hpt, height);
	} else {
		f.stored = hpt->used;
	}
	if (ptree_pool_failed(hpt->pool))
		return HPT_ENOMEM;
	if (odd && (!collided || scan_index(odd_pteg, odd_slot) < scan_index(f.pteg, f.slot))) {
		result->slots_scanned = scan_index(odd_pteg, odd_slot);
		result->hptes_moved = bolted_before(hpt, odd_pteg, odd_slot);
		hpt_lookup(hpt, odd_pteg, odd_slot, &result->collided);
		return HPT_EABORT;
	}
	if (collided) {
		result->slots_scanned = scan_index(f.pteg, f.slot);
		result->hptes_moved = bolted_before(hpt, f.pteg, f.slot);
		hpt_lookup(hpt, f.pteg, f.slot, &result->collided);
		find_occupant(hpt, height, &result->occupant, f.pteg, f.slot);
		unmap_prefix(hpt, f.pteg, f.slot, result);
		return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_ECOLLIDE;
	}
	result->slots_scanned = UINT64_C(1) << (hpt->shift - HPTE_SHIFT);
	result->hptes_moved = hpt_bolted_count(hpt);
	if (hpt->tracks_valid)
		result->hptes_unmapped = hpt_valid_count(hpt);
	hpt->used = f.stored;
	hpt->valid = 0;
	hpt->shift = shift;
	return HPT_OK;
}
