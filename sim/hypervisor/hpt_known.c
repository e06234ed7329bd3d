/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/hpt_known.h"

#include "sim/hypervisor/hpt_table.h"

/* With more parts than that, looking at the whole table is no dearer. */
#define FOLDS_MAX	4u

const struct hpt_collision *hpt_known_collision(const struct hpt *hpt, unsigned shift)
{
	const struct hpt_collision *c = &hpt->known.collisions[shift - HPT_SHIFT_MIN];

	return c->known ? c : NULL;
}

static uint64_t pteg_of(uint64_t index)
{
	return index / HPTES_PER_GROUP;
}

void hpt_know_collision(struct hpt *hpt, unsigned shift, const struct hpt_collision *collision)
{
	struct hpt_collision *c = &hpt->known.collisions[shift - HPT_SHIFT_MIN];

	*c = *collision;
	c->known = true;
	if (pteg_of(c->index) >= hpt->known.collision_end)
		hpt->known.collision_end = pteg_of(c->index) + 1;
}

static uint64_t count_slot(const struct hpt *hpt, ptree t, unsigned height, unsigned slot)
{
	return ptree_count(hpt->pool, ptree_and(hpt->pool, t, 1u << slot, height), height);
}

uint64_t hpt_count_slot(struct hpt *hpt, unsigned slot)
{
	struct hpt_known *known = &hpt->known;

	if (!(known->slots_counted >> slot & 1)) {
		known->slot_entries[slot] = count_slot(hpt, ptree_var_get(hpt->pool, &hpt->used),
						       hpt_height(hpt), slot);
		known->slots_counted |= (uint8_t)(1u << slot);
	}
	return known->slot_entries[slot];
}

/* A block of `used` that changes; one of the two is 0. */
struct change {
	uint64_t pteg;
	unsigned k;
	ptree added, removed;
};

/*
 * Would an entry that comes collide before @c does, in a table of @height? With those that
 * are in the other parts of the table and fold onto the same PTEGs.
 */
static bool collides_before(struct hpt *hpt, const struct change *ch, unsigned height,
			    const struct hpt_collision *c)
{
	struct ptree_pool *pool = hpt->pool;
	uint64_t first = ch->pteg & ((UINT64_C(1) << height) - 1);

	for (uint64_t pteg = first; pteg < UINT64_C(1) << hpt_height(hpt); pteg += UINT64_C(1) << height) {
		uint64_t later = pteg > ch->pteg ? pteg : ch->pteg, pos;
		ptree there;
		uint8_t slots;

		if (pteg == ch->pteg)
			continue;
		if (later > pteg_of(c->index))
			return false;
		there = hpt_block_at(hpt, &hpt->used, &hpt->known.folded, pteg, ch->k);
		slots = ptree_first(pool, ptree_and(pool, there, ch->added, ch->k), ch->k, &pos);
		if (slots && hpt_scan_index(later + pos, (unsigned)__builtin_ctz(slots)) < c->index)
			return true;
	}
	return false;
}

/* Does what goes include that entry? */
static bool takes_away(const struct hpt *hpt, const struct change *ch, uint64_t pteg, unsigned slot)
{
	return (pteg ^ ch->pteg) >> ch->k == 0 && ptree_get(hpt->pool, ch->removed, ch->k, pteg) >> slot & 1;
}

/* Is it still the first, once the change is made? */
static bool stays(struct hpt *hpt, const struct change *ch, unsigned height, const struct hpt_collision *c)
{
	if (ch->pteg > pteg_of(c->index))
		return true;
	if (ch->pteg + (UINT64_C(1) << ch->k) > pteg_of(c->index) || ch->k > height ||
	    height + FOLDS_MAX < hpt_height(hpt))
		return false;
	if (ch->removed && (!c->occupant_known || takes_away(hpt, ch, c->occupant.pteg, c->occupant.slot)))
		return false;
	return !ch->added || !collides_before(hpt, ch, height, c);
}

static void look_at_collisions(struct hpt *hpt, const struct change *ch)
{
	uint64_t more = ptree_count(hpt->pool, ch->added, ch->k) - ptree_count(hpt->pool, ch->removed, ch->k);

	hpt->known.collision_end = 0;
	for (unsigned i = 0; i < HPT_ORDERS; i++) {
		struct hpt_collision *c = &hpt->known.collisions[i];

		if (!c->known)
			continue;
		c->known = stays(hpt, ch, i + HPT_SHIFT_MIN - PTEG_SHIFT, c);
		if (!c->known)
			continue;
		if (ch->pteg < pteg_of(c->index))
			c->hptes_moved += more;
		if (pteg_of(c->index) >= hpt->known.collision_end)
			hpt->known.collision_end = pteg_of(c->index) + 1;
	}
}

static void note_change(struct hpt *hpt, const struct change *ch)
{
	struct hpt_known *known = &hpt->known;

	for (unsigned left = known->slots_counted; left; left &= left - 1) {
		unsigned slot = (unsigned)__builtin_ctz(left);

		known->slot_entries[slot] += count_slot(hpt, ch->added, ch->k, slot) -
					     count_slot(hpt, ch->removed, ch->k, slot);
	}
	if (ch->pteg < known->collision_end)
		look_at_collisions(hpt, ch);
}

void hpt_take(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree slots)
{
	note_change(hpt, &(struct change){ .pteg = pteg, .k = k, .added = slots });
	hpt_write(hpt, &hpt->used, at, pteg, k,
		  ptree_or(hpt->pool, hpt_block_at(hpt, &hpt->used, at, pteg, k), slots, k));
}

void hpt_give_back(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree slots)
{
	note_change(hpt, &(struct change){ .pteg = pteg, .k = k, .removed = slots });
	hpt_write(hpt, &hpt->used, at, pteg, k,
		  ptree_andnot(hpt->pool, hpt_block_at(hpt, &hpt->used, at, pteg, k), slots, k));
}

/* The blocks that were touched lately, into the tree. */
static void write_touched(struct hpt *hpt)
{
	struct hpt_known *known = &hpt->known;
	unsigned count = known->touched_count;

	known->touched_count = 0;
	known->touched_entries = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct hpt_touched *t = &known->touched[i];
		struct ptree_cursor *at = &hpt->cursors[MMU_VMEMMAP].valid;

		hpt_write(hpt, &hpt->valid, at, t->pteg, t->k,
			  ptree_or(hpt->pool, hpt_block_at(hpt, &hpt->valid, at, t->pteg, t->k), t->slots, t->k));
		if (t->pteg < known->unmapped_end)
			known->unmapped_end = t->pteg;
	}
}

/* Whoever looks at a block of the tree, or changes it. */
static void write_overlapping(struct hpt *hpt, uint64_t pteg, unsigned k)
{
	for (unsigned i = 0; i < hpt->known.touched_count; i++) {
		const struct hpt_touched *t = &hpt->known.touched[i];

		if ((t->pteg ^ pteg) >> (t->k > k ? t->k : k) == 0) {
			write_touched(hpt);
			return;
		}
	}
}

uint64_t hpt_make_valid(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree entries)
{
	struct hpt_known *known = &hpt->known;
	struct ptree_pool *pool = hpt->pool;
	ptree old, now;
	uint64_t more;

	write_overlapping(hpt, pteg, k);
	old = hpt_block_at(hpt, &hpt->valid, at, pteg, k);
	now = ptree_or(pool, old, entries, k);
	if (now == old)
		return 0;
	more = ptree_count(pool, now, k) - ptree_count(pool, old, k);
	if (old == 0 && now < 256) {
		if (known->touched_count == HPT_TOUCHED_MAX)
			write_touched(hpt);
		known->touched[known->touched_count++] = (struct hpt_touched){
			.pteg = pteg, .k = k, .slots = (uint8_t)now,
		};
		known->touched_entries += more;
		return more;
	}
	hpt_write(hpt, &hpt->valid, at, pteg, k, now);
	if (pteg < known->unmapped_end)
		known->unmapped_end = pteg;
	return more;
}

void hpt_make_absent(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree entries)
{
	ptree old;

	write_overlapping(hpt, pteg, k);
	old = hpt_block_at(hpt, &hpt->valid, at, pteg, k);
	if (old)
		hpt_write(hpt, &hpt->valid, at, pteg, k, ptree_andnot(hpt->pool, old, entries, k));
}

/* Those that are before @pteg are not VALID any more. */
static void drop_touched(struct hpt *hpt, uint64_t pteg)
{
	struct hpt_known *known = &hpt->known;
	unsigned kept = 0;

	write_overlapping(hpt, pteg, 0);
	for (unsigned i = 0; i < known->touched_count; i++) {
		const struct hpt_touched *t = &known->touched[i];

		if (t->pteg < pteg)
			known->touched_entries -= ptree_count(hpt->pool, t->slots, t->k);
		else
			known->touched[kept++] = *t;
	}
	known->touched_count = kept;
}

void hpt_unmap_prefix(struct hpt *hpt, uint64_t pteg, unsigned slot)
{
	struct ptree_cursor *at = &hpt->cursors[MMU_LINEAR].valid;
	ptree last, rest;

	drop_touched(hpt, pteg);
	if (hpt->known.unmapped_end > pteg)
		return;
	ptree_var_clear_below(hpt->pool, &hpt->valid, hpt_height(hpt), pteg);
	last = hpt_block_at(hpt, &hpt->valid, at, pteg, 0);
	rest = last & ~((2u << slot) - 1);
	if (rest != last)
		hpt_write(hpt, &hpt->valid, at, pteg, 0, rest);
	hpt->known.unmapped_end = rest ? pteg : pteg + 1;
}

void hpt_unmap_all(struct hpt *hpt)
{
	ptree_var_set(hpt->pool, &hpt->valid, hpt_height(hpt), 0);
	hpt->known.unmapped_end = UINT64_MAX;
	hpt->known.touched_count = 0;
	hpt->known.touched_entries = 0;
}

ptree hpt_valid(struct hpt *hpt)
{
	write_touched(hpt);
	return ptree_var_get(hpt->pool, &hpt->valid);
}

void hpt_replace(struct hpt *hpt, unsigned shift, ptree used)
{
	hpt->shift = shift;
	ptree_var_set(hpt->pool, &hpt->used, hpt_height(hpt), used);
	ptree_var_set(hpt->pool, &hpt->other, hpt_height(hpt), 0);
	hpt_unmap_all(hpt);
	for (unsigned i = 0; i < HPT_ORDERS; i++)
		hpt->known.collisions[i].known = false;
	hpt->known.collision_end = 0;
	hpt->known.slots_counted = 0;
}
