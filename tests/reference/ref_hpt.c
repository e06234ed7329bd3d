/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ref_hpt.h"

#include <stdlib.h>
#include <string.h>

/* dword 0, as hypercalls have it */
#define V_VALID		UINT64_C(0x1)
#define V_SECONDARY	UINT64_C(0x2)
#define V_LARGE		UINT64_C(0x4)
#define V_BOLTED	UINT64_C(0x10)
#define V_ABSENT	UINT64_C(0x40)		/* KVM HV */
#define V_AVPN		UINT64_C(0x3fffffffffffff80)
#define V_B_SHIFT	62u
#define V_B_1T		(UINT64_C(1) << V_B_SHIFT)
#define AVPN_SHIFT	7u
#define AVPN_VA_SHIFT	23u			/* AVPN is VA >> 23 */

/* dword 1 */
#define R_RPN		UINT64_C(0x0ffffffffffff000)
#define R_LP		UINT64_C(0xff000)
#define R_LP_64K	UINT64_C(0x1000)
#define R_FLAGS		UINT64_C(0x194)		/* R, C, M, N */

/* Real address of the memory that backs vmemmap, away from what the linear map maps. */
#define VMEMMAP_RPN	(UINT64_C(1) << 58)

#define SEGMENT_1T	40u			/* log2 bytes */
#define SEGMENT_256M	28u
#define VRMA_VSID	UINT64_C(0x1ffffff)

void ref_layout_init(struct ref_layout *layout, unsigned major, unsigned minor,
		     unsigned page_shift, unsigned max_page_shift, uint64_t boot_bytes)
{
	bool huge = max_page_shift == 24;

	layout->major = major;
	layout->minor = minor;
	layout->page_shift = page_shift;
	layout->shift[REF_LINEAR] = huge ? 24 : page_shift;
	layout->shift[REF_VMEMMAP] = huge && boot_bytes >= UINT64_C(1) << 30 ? 24 : page_shift;
	layout->shift[REF_VRMA] = huge ? 24 : 16;
}

static bool before(const struct ref_layout *l, unsigned major, unsigned minor)
{
	return l->major < major || (l->major == major && l->minor < minor);
}

/* Virtual segment of an effective address of a kernel region. */
static uint64_t kernel_vsid(const struct ref_layout *l, enum ref_region region, uint64_t ea)
{
	uint64_t context, proto;

	if (before(l, 5, 2))
		context = region == REF_LINEAR ? 1 : 4;
	else if (region == REF_VMEMMAP)
		context = l->page_shift == 16 ? 7 : 4;
	else
		context = l->page_shift == 16 ? 1 + ((ea - UINT64_C(0xc000000000000000)) >> 49) : 1;
	if (l->small_segments) {
		proto = context << 21 | (ea >> SEGMENT_256M & ((1 << 21) - 1));
		return proto * 12538073 % ((UINT64_C(1) << 40) - 1);
	}
	proto = context << 9 | (ea >> SEGMENT_1T & 511);
	return proto * 12538073 % ((1 << 28) - 1);
}

static uint64_t region_base(const struct ref_layout *l, enum ref_region region)
{
	if (region == REF_VRMA)
		return 0;
	if (region == REF_LINEAR)
		return UINT64_C(0xc000000000000000);
	if (before(l, 5, 2))
		return UINT64_C(0xf000000000000000);
	if (l->page_shift == 16)
		return UINT64_C(0xc00c000000000000);
	return before(l, 5, 8) ? UINT64_C(0xc000300000000000) : UINT64_C(0xc0003f0000000000);
}

/* A page: its segment, its offset therein, its real address. */
struct page {
	uint64_t vsid, offset, real;
	unsigned shift, segment;	/* log2 bytes */
};

static struct page page_of(const struct ref_layout *l, enum ref_region region, uint64_t number)
{
	uint64_t ea = region_base(l, region) + (number << l->shift[region]);
	bool small = l->small_segments && region != REF_VRMA;
	struct page p = { .shift = l->shift[region], .segment = small ? SEGMENT_256M : SEGMENT_1T };

	p.offset = ea & ((UINT64_C(1) << p.segment) - 1);
	p.vsid = region == REF_VRMA ? VRMA_VSID : kernel_vsid(l, region, ea);
	p.real = number << p.shift;
	if (region == REF_VMEMMAP)
		p.real |= VMEMMAP_RPN;
	return p;
}

static uint64_t hash_of(const struct page *p)
{
	uint64_t hash = p->vsid ^ p->offset >> p->shift;

	if (p->segment == SEGMENT_1T)
		hash ^= p->vsid << 25;
	return hash & UINT64_C(0x7fffffffff);
}

/* What the guest looks for: B and AVPN. */
static uint64_t avpn_of(const struct page *p)
{
	uint64_t avpn = p->vsid << (p->segment - AVPN_VA_SHIFT) | p->offset >> AVPN_VA_SHIFT;

	if (p->shift > AVPN_VA_SHIFT)
		avpn &= ~((UINT64_C(1) << (p->shift - AVPN_VA_SHIFT)) - 1);
	return (p->segment == SEGMENT_1T ? V_B_1T : 0) | avpn << AVPN_SHIFT;
}

static struct ref_hpte hpte_of(const struct page *p)
{
	struct ref_hpte e = { .v = avpn_of(p) | V_BOLTED | V_VALID, .r = p->real | R_FLAGS };

	if (p->shift != 12)
		e.v |= V_LARGE;
	if (p->shift == 16)
		e.r |= R_LP_64K;
	return e;
}

/* Base page from the two dwords; 0: none that exists here. */
static unsigned base_shift(const struct ref_hpte *e)
{
	if (!(e->v & V_LARGE))
		return 12;
	if ((e->r & R_LP) == 0)
		return 24;
	return (e->r & UINT64_C(0xf000)) == R_LP_64K ? 16 : 0;
}

bool ref_init(struct ref_hpt *t, const struct ref_layout *layout, unsigned shift, bool kvm,
	      bool fallback)
{
	*t = (struct ref_hpt){ .layout = *layout, .kvm = kvm, .fallback = fallback, .shift = shift };
	t->entries = calloc(UINT64_C(1) << (shift - 4), sizeof(*t->entries));
	return t->entries != NULL;
}

void ref_fini(struct ref_hpt *t)
{
	free(t->entries);
	t->entries = NULL;
}

uint64_t ref_pteg_count(const struct ref_hpt *t)
{
	return UINT64_C(1) << (t->shift - 7);
}

uint64_t ref_primary_pteg(const struct ref_hpt *t, enum ref_region region, uint64_t page)
{
	struct page p = page_of(&t->layout, region, page);

	return hash_of(&p) & (ref_pteg_count(t) - 1);
}

static struct ref_hpte *slot_at(const struct ref_hpt *t, uint64_t pteg, unsigned slot)
{
	return &t->entries[pteg * REF_SLOTS + slot];
}

static bool is_taken(const struct ref_hpte *e)
{
	return e->v & (V_VALID | V_ABSENT);
}

static void put(struct ref_hpt *t, struct ref_hpte *slot, struct ref_hpte e)
{
	/* KVM HV: no host page is mapped there before the guest touches it */
	if (t->kvm)
		e.v = (e.v & ~V_VALID) | V_ABSENT;
	else
		t->valid_count++;
	*slot = e;
	t->bolted_count++;
}

/* H_ENTER: slot, or -1 for H_PTEG_FULL. */
static int h_enter(struct ref_hpt *t, uint64_t pteg, struct ref_hpte e)
{
	for (unsigned s = 0; s < REF_SLOTS; s++) {
		if (is_taken(slot_at(t, pteg, s)))
			continue;
		put(t, slot_at(t, pteg, s), e);
		return (int)s;
	}
	return -1;
}

/* pSeries_lpar_hpte_insert(), then a search for a victim if it is full. */
static int insert(struct ref_hpt *t, uint64_t pteg, struct ref_hpte e, struct ref_calls *calls)
{
	int slot;

	calls->enter_count++;
	slot = h_enter(t, pteg, e);
	if (slot >= 0)
		return slot;
	/* pSeries_lpar_hpte_remove(): H_REMOVE of each slot, refused when it is bolted */
	for (unsigned s = 0; s < REF_SLOTS; s++)
		calls->remove_count++;
	return -1;
}

enum ref_status ref_bolt(struct ref_hpt *t, enum ref_region region, uint64_t first,
			 uint64_t count, struct ref_calls *calls)
{
	uint64_t mask = ref_pteg_count(t) - 1;

	for (uint64_t i = first; i < first + count; i++) {
		struct page p = page_of(&t->layout, region, i);
		struct ref_hpte e = hpte_of(&p);
		uint64_t hash = hash_of(&p);
		int slot = insert(t, hash & mask, e, calls);

		if (slot < 0 && t->fallback)
			slot = insert(t, ~hash & mask, e, calls);
		if (slot < 0)
			return REF_FULL;
	}
	return REF_OK;
}

void ref_bolt_exact(struct ref_hpt *t, enum ref_region region, uint64_t first, uint64_t count,
		    unsigned slot)
{
	for (uint64_t i = first; i < first + count; i++) {
		struct page p = page_of(&t->layout, region, i);
		struct ref_hpte *e = slot_at(t, hash_of(&p) & (ref_pteg_count(t) - 1), slot);

		if (!is_taken(e))
			put(t, e, hpte_of(&p));
	}
}

/* __pSeries_lpar_hpte_find(): H_READ of four entries at a time. */
static struct ref_hpte *find_in(const struct ref_hpt *t, uint64_t pteg, uint64_t want,
				struct ref_calls *calls)
{
	for (unsigned s = 0; s < REF_SLOTS; s++) {
		struct ref_hpte *e = slot_at(t, pteg, s);

		if (s % 4 == 0)
			calls->read_count++;
		/* H_READ shows ABSENT as VALID */
		if (is_taken(e) && (e->v & (V_AVPN | V_B_1T)) == want)
			return e;
	}
	return NULL;
}

static struct ref_hpte *find(const struct ref_hpt *t, enum ref_region region, uint64_t page,
			     struct ref_calls *calls)
{
	struct page p = page_of(&t->layout, region, page);
	uint64_t mask = ref_pteg_count(t) - 1, hash = hash_of(&p), want = avpn_of(&p);
	struct ref_hpte *e = find_in(t, hash & mask, want, calls);

	if (!e && t->fallback)
		e = find_in(t, ~hash & mask, want, calls);
	return e;
}

void ref_unbolt(struct ref_hpt *t, enum ref_region region, uint64_t first, uint64_t count,
		struct ref_calls *calls)
{
	for (uint64_t i = first; i < first + count; i++) {
		struct ref_hpte *e = find(t, region, i, calls);

		if (!e)
			continue;
		calls->remove_count++;
		t->bolted_count--;
		if (e->v & V_VALID)
			t->valid_count--;
		memset(e, 0, sizeof(*e));
	}
}

uint64_t ref_touch(struct ref_hpt *t, enum ref_region region, uint64_t first, uint64_t count)
{
	struct ref_calls unused = { 0 };
	uint64_t faults = 0;

	for (uint64_t i = first; i < first + count; i++) {
		struct ref_hpte *e = find(t, region, i, &unused);

		if (!e || !(e->v & V_ABSENT))
			continue;
		e->v = (e->v & ~V_ABSENT) | V_VALID;
		t->valid_count++;
		faults++;
	}
	return faults;
}

bool ref_decode(const struct ref_hpt *t, uint64_t pteg, unsigned slot, struct ref_place *place)
{
	const struct ref_hpte *e = slot_at(t, pteg, slot);
	uint64_t real = e->r & R_RPN & ~R_LP;

	if (!is_taken(e))
		return false;
	if (base_shift(e) == 12)
		real = e->r & R_RPN;
	else if (base_shift(e) == 16)
		real = e->r & R_RPN & ~UINT64_C(0xffff);
	place->pteg = pteg;
	place->slot = slot;
	if (e->v & V_B_1T && (e->v & V_AVPN) >> AVPN_SHIFT >> (SEGMENT_1T - AVPN_VA_SHIFT) == VRMA_VSID)
		place->region = REF_VRMA;
	else
		place->region = real & VMEMMAP_RPN ? REF_VMEMMAP : REF_LINEAR;
	place->page = (real & ~VMEMMAP_RPN) >> base_shift(e);
	place->secondary = ref_primary_pteg(t, place->region, place->page) != pteg;
	return true;
}

bool ref_first_secondary(const struct ref_hpt *t, struct ref_place *place)
{
	for (uint64_t p = 0; p < ref_pteg_count(t); p++)
		for (unsigned s = 0; s < REF_SLOTS; s++)
			if (ref_decode(t, p, s, place) && place->secondary)
				return true;
	return false;
}

uint64_t ref_count_bolted(const struct ref_hpt *t, uint64_t index)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < index; i++)
		count += is_taken(&t->entries[i]) && (t->entries[i].v & V_BOLTED);
	return count;
}

uint64_t ref_count_slot(const struct ref_hpt *t, unsigned slot)
{
	uint64_t count = 0;

	for (uint64_t pteg = 0; pteg < ref_pteg_count(t); pteg++) {
		const struct ref_hpte *e = slot_at(t, pteg, slot);

		count += is_taken(e) && (e->v & V_BOLTED);
	}
	return count;
}

uint64_t ref_count_valid(const struct ref_hpt *t, uint64_t index)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < index; i++)
		count += t->entries[i].v & V_VALID;
	return count;
}

/* The hash that the hypervisor computes from an entry and the PTEG it found it in. */
static enum ref_status rehash_hpte(const struct ref_hpt *t, const struct ref_hpte *e,
				   uint64_t pteg, uint64_t *hash)
{
	uint64_t old_mask = ref_pteg_count(t) - 1, avpn, vsid, offset;
	unsigned shift = base_shift(e), segment;

	if (e->v >> V_B_SHIFT > 1 || !shift)
		return REF_HARDWARE;
	segment = e->v >> V_B_SHIFT == 1 ? SEGMENT_1T : SEGMENT_256M;
	if (e->v & V_SECONDARY)
		pteg = ~pteg;
	avpn = (e->v & V_AVPN) >> AVPN_SHIFT;
	if (shift > AVPN_VA_SHIFT)
		avpn &= ~((UINT64_C(1) << (shift - AVPN_VA_SHIFT)) - 1);
	/* only 40 - 23 or 28 - 23 bits of the offset are in the AVPN */
	offset = (avpn & ((UINT64_C(1) << (segment - AVPN_VA_SHIFT)) - 1)) << AVPN_VA_SHIFT;
	vsid = avpn >> (segment - AVPN_VA_SHIFT);
	if (segment == SEGMENT_1T)
		vsid ^= vsid << 25;
	/* the PTEG has more of them */
	if (shift < AVPN_VA_SHIFT)
		offset |= ((vsid ^ pteg) & old_mask) << shift;
	*hash = vsid ^ offset >> shift;
	/* KVM HV asserts nothing: the entry goes wherever that is */
	if (!t->kvm && (*hash & old_mask) != pteg)
		return REF_ABORT;
	return REF_OK;
}

/* Whose entry, from the old table, is in the new one's slot? */
static void find_occupant(const struct ref_hpt *t, const struct ref_hpte *in_new, uint64_t end,
			  struct ref_place *place)
{
	for (uint64_t i = 0; i < end; i++) {
		const struct ref_hpte *e = &t->entries[i];

		if (is_taken(e) && e->r == in_new->r &&
		    ((e->v ^ in_new->v) & ~(V_VALID | V_ABSENT)) == 0)
			ref_decode(t, i / REF_SLOTS, i % REF_SLOTS, place);
	}
}

/* NULL: the slot, or with @any_slot each slot of the PTEG, is taken. */
static struct ref_hpte *place_for(struct ref_hpte *pteg, unsigned slot, bool any_slot)
{
	if (!is_taken(&pteg[slot]))
		return &pteg[slot];
	for (unsigned s = 0; s < REF_SLOTS && any_slot; s++)
		if (!is_taken(&pteg[s]))
			return &pteg[s];
	return NULL;
}

static enum ref_status rehash(struct ref_hpt *t, struct ref_hpte *new_entries, unsigned shift,
			      bool any_slot, struct ref_rehash *result)
{
	uint64_t new_mask = (UINT64_C(1) << (shift - 7)) - 1, hash;
	uint64_t count = UINT64_C(1) << (t->shift - 4);

	for (uint64_t i = 0; i < count; i++) {
		struct ref_hpte *e = &t->entries[i], *pteg, *to;
		enum ref_status rc;

		result->scanned = i;
		if (!is_taken(e))
			continue;
		if (t->kvm && (e->v & V_VALID)) {
			/* unmapped before anything else is looked at */
			e->v = (e->v & ~V_VALID) | V_ABSENT;
			t->valid_count--;
			result->unmapped++;
		}
		if (!(e->v & V_BOLTED))
			continue;
		rc = rehash_hpte(t, e, i / REF_SLOTS, &hash);
		if (rc) {
			ref_decode(t, i / REF_SLOTS, i % REF_SLOTS, &result->collided);
			return rc;
		}
		pteg = &new_entries[(hash & new_mask) * REF_SLOTS];
		to = place_for(pteg, i % REF_SLOTS, any_slot);
		if (!to) {
			ref_decode(t, i / REF_SLOTS, i % REF_SLOTS, &result->collided);
			if (!any_slot)
				find_occupant(t, &pteg[i % REF_SLOTS], i, &result->occupant);
			return REF_COLLIDE;
		}
		*to = *e;
		result->moved++;
	}
	result->scanned = count;
	return REF_OK;
}

enum ref_status ref_resize(struct ref_hpt *t, unsigned shift, bool any_slot,
			   struct ref_rehash *result)
{
	struct ref_hpte *new_entries = calloc(UINT64_C(1) << (shift - 4), sizeof(*new_entries));
	enum ref_status rc;

	memset(result, 0, sizeof(*result));
	if (!new_entries)
		return REF_NO_MEMORY;
	rc = rehash(t, new_entries, shift, any_slot, result);
	if (rc) {
		free(new_entries);
		return rc;
	}
	free(t->entries);
	t->entries = new_entries;
	t->shift = shift;
	return REF_OK;
}
