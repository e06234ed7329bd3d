/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What if COMMIT could use any free slot? A shrink then fails only where a PTEG
 * of the new table would need more than eight. Nothing in Linux keeps the slot of
 * a bolted entry: htab_remove_mapping() looks it up by hash, so the guest would
 * not notice.
 */
#include <stdlib.h>

#include "sim/hpt.h"
#include "sim/hypervisor/hpt_internal.h"

/* Bits of a byte set where the other tree's byte is not 0. */
static ptree where(struct ptree_pool *pool, ptree t, unsigned height)
{
	return ptree_is_zero(pool, ptree_is_zero(pool, t, height), height);
}

struct spread {
	struct ptree_pool *pool;
	unsigned old_height, height;
	struct hpt_region regions[MMU_REGION_COUNT];	/* new slots; segments are copies */
	ptree stored;		/* the new table so far */
	bool full;		/* a PTEG needs more than it has */
	uint64_t pteg;		/* first entry in scan order without a slot */
	unsigned slot;
};

/* Entries of one slot in one part of the old table that find it taken. */
struct movers {
	uint64_t pteg;		/* first of the part */
	ptree from, to;		/* by PTEG of the part: their bit, and the bit they get */
};

/* A segment's entries, at height @bits with hash @hash at position 0. */
static ptree move_entries(struct spread *s, const struct movers *m, ptree entries, unsigned bits,
			  uint64_t hash)
{
	uint64_t pteg = hash & ((UINT64_C(1) << s->old_height) - 1);
	ptree from, to, mine;

	if (entries == 0)
		return 0;
	if (bits > s->height) {
		uint64_t half = UINT64_C(1) << (bits - 1);
		uint64_t low = (UINT64_C(1) << s->height) - 1;
		/* bits that pick a part of the old table and are known up here */
		uint64_t known = ~((half << 1) - 1) & ((UINT64_C(1) << s->old_height) - 1) & ~low;

		if ((pteg ^ m->pteg) & known)
			return entries;
		return ptree_with_block(s->pool,
			ptree_with_block(s->pool, entries, bits, 0, bits - 1,
				move_entries(s, m, ptree_low(s->pool, entries), bits - 1, hash)),
			bits, half, bits - 1,
			move_entries(s, m, ptree_high(s->pool, entries), bits - 1, hash | half));
	}
	if ((pteg ^ m->pteg) >> s->height)
		return entries;
	from = ptree_block(s->pool, m->from, s->height, pteg, bits);
	to = ptree_block(s->pool, m->to, s->height, pteg, bits);
	mine = ptree_and(s->pool, entries, from, bits);
	if (mine == 0)
		return entries;
	return ptree_or(s->pool, ptree_andnot(s->pool, entries, mine, bits),
			ptree_and(s->pool, to, where(s->pool, mine, bits), bits), bits);
}

static void move_all(struct spread *s, const struct movers *m)
{
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		struct hpt_region *region = &s->regions[r];
		uint64_t in_segment = (UINT64_C(1) << region->bits) - 1;

		for (uint64_t i = 0; i < region->count; i++) {
			struct hpt_segment *seg = &region->segments[i];

			/* still by the old slots: each entry moves at most once */
			ptree_var_set(s->pool, &seg->primary, region->bits,
				      move_entries(s, m, ptree_var_get(s->pool, &seg->primary),
						   region->bits, seg->hash & ~in_segment));
		}
	}
}

static void note_full(struct spread *s, uint64_t pteg, unsigned slot)
{
	if (s->full && (s->pteg < pteg || (s->pteg == pteg && s->slot <= slot)))
		return;
	s->full = true;
	s->pteg = pteg;
	s->slot = slot;
}

/*
 * One part of the old table. Slots ascending, as the scan has them within a
 * PTEG; PTEGs do not touch each other. An entry that moved must not be taken for
 * one of a later slot, so all moves of the part are found first.
 */
static void spread_part(struct spread *s, ptree part, uint64_t pteg)
{
	struct movers moves[HPTES_PER_GROUP];
	unsigned count = 0, h = s->height;

	for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
		ptree mine = ptree_and(s->pool, part, 1u << slot, h);
		ptree taken = ptree_and(s->pool, mine, s->stored, h);
		ptree to, lost;
		uint64_t pos;

		s->stored = ptree_or(s->pool, s->stored, mine, h);
		if (taken == 0)
			continue;
		to = ptree_and(s->pool, ptree_lowest_clear(s->pool, s->stored, h),
			       where(s->pool, taken, h), h);
		lost = ptree_andnot(s->pool, where(s->pool, taken, h), where(s->pool, to, h), h);
		if (lost) {
			ptree_first(s->pool, lost, h, &pos);
			note_full(s, pteg + pos, slot);
		}
		s->stored = ptree_or(s->pool, s->stored, to, h);
		moves[count++] = (struct movers){
			.pteg = pteg, .from = taken, .to = to,
		};
	}
	/* from the last slot down: what moves goes to bits that are dealt with */
	while (count-- > 0 && !s->full)
		move_all(s, &moves[count]);
}

static void spread_scan(struct spread *s, ptree part, unsigned height, uint64_t pteg)
{
	if (part == 0 || s->full)
		return;
	if (height == s->height) {
		spread_part(s, part, pteg);
		return;
	}
	height--;
	spread_scan(s, ptree_low(s->pool, part), height, pteg);
	spread_scan(s, ptree_high(s->pool, part), height, pteg + (UINT64_C(1) << height));
}

enum hpt_status hpt_spread(struct hpt *hpt, unsigned height, bool keep, ptree *used,
			   uint64_t *pteg, unsigned *slot)
{
	struct spread s = {
		.pool = hpt->pool, .old_height = hpt_height(hpt), .height = height,
	};
	enum hpt_status rc = HPT_OK;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		size_t size = hpt->regions[r].count * sizeof(*hpt->regions[r].segments);

		s.regions[r] = hpt->regions[r];
		s.regions[r].segments = malloc(size);
		if (!s.regions[r].segments) {
			rc = HPT_ENOMEM;
			break;
		}
		for (uint64_t i = 0; i < hpt->regions[r].count; i++) {
			struct hpt_segment *seg = &hpt->regions[r].segments[i];

			/* no drafts that two would have */
			ptree_var_get(hpt->pool, &seg->primary);
			ptree_var_get(hpt->pool, &seg->secondary);
			s.regions[r].segments[i] = *seg;
		}
	}
	if (!rc) {
		spread_scan(&s, ptree_var_get(hpt->pool, &hpt->used), s.old_height, 0);
		if (ptree_pool_failed(hpt->pool))
			rc = HPT_ENOMEM;
		else if (s.full)
			rc = HPT_ECOLLIDE;
	}
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		if (!s.regions[r].segments)
			break;
		if (!rc && keep)
			for (uint64_t i = 0; i < s.regions[r].count; i++)
				hpt->regions[r].segments[i] = s.regions[r].segments[i];
		free(s.regions[r].segments);
	}
	*used = s.stored;
	*pteg = s.pteg;
	*slot = s.slot;
	return rc;
}
