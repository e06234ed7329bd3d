/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rehash: what H_RESIZE_HPT_COMMIT does to the entries (docs/model/resize.md). */
#include <string.h>

#include "sim/hpt.h"
#include "sim/hypervisor/hpt_internal.h"

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
static bool find_occupant(const struct hpt *hpt, unsigned height, struct hpt_entry *occupant,
			  uint64_t pteg, unsigned slot)
{
	uint64_t pos = 0;

	return hpt_find_in(hpt, ptree_var_peek(&hpt->used), hpt_height(hpt), height, pteg, slot, &pos) &&
	       pos < pteg && hpt_lookup(hpt, pos, slot, occupant);
}

/* COMMIT made everything up to the entry at @pteg, @slot ABSENT (KVM HV). */
static void unmap_prefix(struct hpt *hpt, uint64_t pteg, unsigned slot,
			 struct hpt_rehash *result)
{
	uint64_t before = hpt_valid_count(hpt);

	if (!hpt->tracks_valid)
		return;
	/* the entry that collided was unmapped before its hash was looked at */
	hpt_unmap_prefix(hpt, pteg, slot);
	result->hptes_unmapped = before - hpt_valid_count(hpt);
}

/* Entries before that one in scan order. */
static uint64_t bolted_before(struct hpt *hpt, uint64_t pteg, unsigned slot)
{
	unsigned height = hpt_height(hpt);
	ptree used = ptree_var_get(hpt->pool, &hpt->used);
	uint8_t slots = ptree_get(hpt->pool, used, height, pteg);

	return ptree_count_below(hpt->pool, used, height, pteg) +
	       (unsigned)__builtin_popcount(slots & ((1u << slot) - 1));
}

/* What the scan finds. */
struct outcome {
	enum hpt_status status;
	uint64_t index;		/* of the entry that stopped it */
	ptree stored;		/* HPT_OK: the new table */
};

/*
 * Some entries sit in their secondary PTEG (@odd). QEMU's assertion ends the
 * scan at the first of them, if it gets that far. KVM HV moves them: a collision
 * ends a shrink as any other, and hits a BUG_ON() of the host in a grow. When they
 * all happen to find a slot, the guest never finds them again; the model stops
 * there too.
 */
static void odd_outcome(struct hpt *hpt, unsigned height, ptree odd, struct outcome *o)
{
	uint64_t index, pteg;
	uint8_t slots = ptree_first(hpt->pool, odd, hpt_height(hpt), &pteg);
	bool kvm = hpt->tracks_valid;

	index = hpt_scan_index(pteg, (unsigned)__builtin_ctz(slots));
	if (kvm && hpt_odd_collision(hpt, height, odd, &index) && height < hpt_height(hpt)) {
		if (o->status != HPT_ECOLLIDE || index < o->index)
			o->index = index;
		o->status = HPT_ECOLLIDE;
	} else if (o->status == HPT_OK || (!kvm && index < o->index)) {
		o->status = HPT_EABORT;
		o->index = index;
	}
}

static struct outcome scan(struct hpt *hpt, unsigned height, enum rehash_rule rule, ptree odd)
{
	unsigned old_height = hpt_height(hpt);
	struct fold f = { .pool = hpt->pool, .height = height };
	struct outcome o = { .status = HPT_OK };
	ptree used = ptree_var_get(hpt->pool, &hpt->used);

	if (height > old_height) {
		o.stored = hpt_overlay(hpt, height);
	} else if (height == old_height) {
		o.stored = used;
	} else if (rule == REHASH_ANY_SLOT) {
		o.status = hpt_spread(hpt, height, !odd, &o.stored, &f.pteg, &f.slot);
	} else {
		/* KVM HV moves the odd ones elsewhere */
		ptree part = hpt->tracks_valid ?
			     ptree_andnot(hpt->pool, used, odd, old_height) : used;

		o.status = fold_scan(&f, part, old_height, 0) ? HPT_OK : HPT_ECOLLIDE;
		o.stored = f.stored;
	}
	if (o.status == HPT_ECOLLIDE)
		o.index = hpt_scan_index(f.pteg, f.slot);
	if (odd)
		odd_outcome(hpt, height, odd, &o);
	if (ptree_pool_failed(hpt->pool))
		o.status = HPT_ENOMEM;
	return o;
}

/* The entry that stopped the scan; @same_slot: it met another, and all are in their primary PTEGs. */
static struct hpt_collision describe(struct hpt *hpt, unsigned height, uint64_t index, bool same_slot)
{
	uint64_t pteg = index / HPTES_PER_GROUP;
	unsigned slot = index % HPTES_PER_GROUP;
	struct hpt_collision c = { .index = index, .hptes_moved = bolted_before(hpt, pteg, slot) };

	hpt_lookup(hpt, pteg, slot, &c.collided);
	c.occupant_known = same_slot && find_occupant(hpt, height, &c.occupant, pteg, slot);
	return c;
}

static void tell(struct hpt *hpt, const struct hpt_collision *c, struct hpt_rehash *result)
{
	result->slots_scanned = c->index;
	result->hptes_moved = c->hptes_moved;
	result->collided = c->collided;
	result->occupant_known = c->occupant_known;
	result->occupant = c->occupant;
	/* all of them have to find a PTEG of their own in the new table */
	if (c->occupant_known)
		result->slot_entries = hpt_count_slot(hpt, c->index % HPTES_PER_GROUP);
}

/* As it was last time, if nothing came between; @collision: what it met on HPT_ECOLLIDE. */
static struct outcome scan_again(struct hpt *hpt, unsigned shift, enum rehash_rule rule, ptree odd,
				 struct hpt_collision *collision)
{
	bool same_slot = rule == REHASH_SAME_SLOT && !odd;
	const struct hpt_collision *known = same_slot ? hpt_known_collision(hpt, shift) : NULL;
	struct outcome o;

	if (known) {
		*collision = *known;
		return (struct outcome){ .status = HPT_ECOLLIDE, .index = known->index };
	}
	o = scan(hpt, shift - PTEG_SHIFT, rule, odd);
	if (o.status != HPT_ECOLLIDE && o.status != HPT_EABORT)
		return o;
	*collision = describe(hpt, shift - PTEG_SHIFT, o.index, same_slot);
	if (same_slot)
		hpt_know_collision(hpt, shift, collision);
	return o;
}

bool hpt_fits(struct hpt *hpt, unsigned shift)
{
	struct hpt_collision ignored;

	if (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX)
		return false;
	hpt_collect_garbage(hpt);
	return scan_again(hpt, shift, REHASH_SAME_SLOT, hpt_overlay_secondary(hpt, hpt_height(hpt)), &ignored).status == HPT_OK;
}

enum hpt_status hpt_resize(struct hpt *hpt, unsigned shift, enum rehash_rule rule,
			   struct hpt_rehash *result)
{
	struct hpt_collision collision;
	struct outcome o;

	memset(result, 0, sizeof(*result));
	if (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX)
		return HPT_ERANGE;
	hpt_collect_garbage(hpt);
	o = scan_again(hpt, shift, rule, hpt_overlay_secondary(hpt, hpt_height(hpt)), &collision);
	switch (o.status) {
	case HPT_OK:
		break;
	case HPT_ECOLLIDE:
	case HPT_EABORT:
		tell(hpt, &collision, result);
		if (o.status == HPT_EABORT)
			return o.status;
		unmap_prefix(hpt, o.index / HPTES_PER_GROUP, o.index % HPTES_PER_GROUP, result);
		return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_ECOLLIDE;
	default:
		return o.status;
	}
	result->slots_scanned = UINT64_C(1) << (hpt->shift - HPTE_SHIFT);
	result->hptes_moved = hpt_bolted_count(hpt);
	if (hpt->tracks_valid)
		result->hptes_unmapped = hpt_valid_count(hpt);
	result->hptes_dropped = hpt_user_count(hpt);
	hpt_replace(hpt, shift, o.stored);
	return HPT_OK;
}
