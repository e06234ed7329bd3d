/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bolted entries in their secondary PTEG. Linux does not set the SECONDARY flag
 * on them, so the rehash takes that PTEG for the primary one and computes a hash
 * that does not belong there. QEMU asserts. KVM HV goes on: the low bits of the
 * page come from the PTEG, complemented, and are ORed with those that the AVPN
 * has, so entries of whole regions head for the same few PTEGs.
 * docs/model/resize.md, QEMU and KVM HV (resize_hpt_rehash_hpte()).
 */
#include "sim/hpt.h"
#include "sim/hypervisor/hpt_internal.h"

#define AVPN_SHIFT	23u	/* bits of the offset below it are not in the AVPN */

struct odd_scan {
	struct hpt *hpt;
	unsigned height;	/* of the new table */
	ptree seen;		/* by new PTEG: where odd entries went so far */
	ptree normal;		/* by old PTEG: the entries in their primary one */
	ptree normal_new;	/* growing: where these go */
	bool collided;
	uint64_t index;		/* pteg * 8 + slot of the entry that found its slot taken */
};

/* Where the rehash puts an entry that it finds in @e->pteg. */
static uint64_t new_pteg(const struct odd_scan *s, const struct hpt_entry *e)
{
	const struct hpt *hpt = s->hpt;
	const struct hpt_region *region = &hpt->regions[e->region];
	uint64_t hash = region->segments[e->page >> region->bits].hash;
	uint64_t page = e->page & ((UINT64_C(1) << region->bits) - 1);
	unsigned shift = hpt->mmu->shift[e->region];

	if (shift < AVPN_SHIFT) {
		page &= ~((UINT64_C(1) << (AVPN_SHIFT - shift)) - 1);
		page |= (hash ^ e->pteg) & hpt_mask(hpt);
	}
	return (hash ^ page) & ((UINT64_C(1) << s->height) - 1);
}

static void collide_at(struct odd_scan *s, uint64_t index)
{
	if (!s->collided || index < s->index)
		s->index = index;
	s->collided = true;
}

static void look_at(void *ctx, const struct hpt_entry *e)
{
	struct odd_scan *s = ctx;
	struct ptree_pool *pool = s->hpt->pool;
	uint64_t index = hpt_scan_index(e->pteg, e->slot), to, pos = 0;
	unsigned old_height = hpt_height(s->hpt);
	bool meets_normal;
	uint8_t slots;

	if (!e->secondary || (s->collided && index > s->index))
		return;
	to = new_pteg(s, e);
	slots = ptree_get(pool, s->seen, s->height, to);
	if (slots >> e->slot & 1)
		collide_at(s, index);
	s->seen = ptree_with_block(pool, s->seen, s->height, to, 0, slots | 1u << e->slot);
	if (s->height > old_height) {
		meets_normal = ptree_get(pool, s->normal_new, s->height, to) >> e->slot & 1;
		pos = to & hpt_mask(s->hpt);
	} else {
		meets_normal = hpt_find_in(s->hpt, s->normal, old_height, s->height, to, e->slot,
					   &pos);
	}
	if (meets_normal) {
		uint64_t other = hpt_scan_index(pos, e->slot);

		/* whichever of the two the scan meets second */
		collide_at(s, index > other ? index : other);
	}
}

bool hpt_odd_collision(struct hpt *hpt, unsigned height, ptree odd, uint64_t *index)
{
	struct odd_scan s = {
		.hpt = hpt, .height = height,
		.normal = ptree_andnot(hpt->pool, ptree_var_get(hpt->pool, &hpt->used), odd,
				       hpt_height(hpt)),
	};

	if (height > hpt_height(hpt))
		s.normal_new = hpt_overlay_primary(hpt, height);
	if (hpt_for_each(hpt, look_at, &s))
		return false;
	if (s.collided)
		*index = s.index;
	return s.collided;
}
