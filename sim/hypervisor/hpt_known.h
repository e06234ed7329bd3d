/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HPT_KNOWN_H
#define HPTSIM_HPT_KNOWN_H
/*
 * What is known of a table's trees beside themselves, so that an attempt after each
 * LMB does not cost a look at the whole table each time.
 *
 * The scan of a shrink ends at its first collision. What is written behind that PTEG
 * changes nothing of it; what is written before it only if it collides itself, or
 * takes away one of the two that did.
 *
 * struct pages are touched when an LMB comes, and unmapped by the next COMMIT that
 * fails; what is VALID for so short a time is not worth a change of the tree.
 */
#include "sim/hypervisor/hpt_entry.h"
#include "sim/hypervisor/ptree_var.h"

/* What a shrink met last time, by REHASH_SAME_SLOT with all entries in their primary PTEGs. */
struct hpt_collision {
	bool known;
	uint64_t index;			/* in the scan, of the entry that found its slot taken */
	uint64_t hptes_moved;		/* bolted entries before it */
	struct hpt_entry collided, occupant;
	bool occupant_known;
};

#define HPT_ORDERS	(HPT_SHIFT_MAX - HPT_SHIFT_MIN + 1)
#define HPT_TOUCHED_MAX	8u

/* PTEGs of which certain slots are VALID. */
struct hpt_touched {
	uint64_t pteg;			/* an aligned block of 2^k of them */
	unsigned k;
	uint8_t slots;
};

struct hpt_known {
	struct hpt_collision collisions[HPT_ORDERS];	/* by the order to shrink to */
	struct ptree_cursor folded;			/* where something that came was looked for */
	uint64_t collision_end;				/* PTEG behind the last of them; 0: none is known */
	uint64_t slot_entries[HPTES_PER_GROUP];		/* bolted ones, of the slots in @slots_counted */
	uint8_t slots_counted;
	uint64_t unmapped_end;				/* no PTEG before is VALID by the tree */
	struct hpt_touched touched[HPT_TOUCHED_MAX];	/* VALID besides those of the tree */
	unsigned touched_count;
	uint64_t touched_entries;
};

/*
 * Slots of a block of `used` are taken that were not, or given back. Any change of
 * that tree is made here.
 */
void hpt_take(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree slots);
void hpt_give_back(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree slots);

/* The collision of a shrink to @shift, or NULL; hpt_know_collision() has it remembered. */
const struct hpt_collision *hpt_known_collision(const struct hpt *hpt, unsigned shift);
void hpt_know_collision(struct hpt *hpt, unsigned shift, const struct hpt_collision *collision);

/* Bolted entries in that slot, over all PTEGs. */
uint64_t hpt_count_slot(struct hpt *hpt, unsigned slot);

/* The slots of @entries are VALID, or not any more. Returns how many of them were not. */
uint64_t hpt_make_valid(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree entries);
void hpt_make_absent(struct hpt *hpt, struct ptree_cursor *at, uint64_t pteg, unsigned k, ptree entries);

/* No entry up to that one, or at all, is VALID from now on. */
void hpt_unmap_prefix(struct hpt *hpt, uint64_t pteg, unsigned slot);
void hpt_unmap_all(struct hpt *hpt);

/* The whole of `valid`. */
ptree hpt_valid(struct hpt *hpt);

/* Another table of another order: its bolted entries, and no others. */
void hpt_replace(struct hpt *hpt, unsigned shift, ptree used);

#endif
