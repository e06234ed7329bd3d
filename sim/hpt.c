/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hpt.h"

#include <stdlib.h>

#include "sim/hypervisor/hpt_internal.h"
#include "sim/units.h"

/* The last slots are in the second H_READ of four. */
#define SECOND_HALF_SLOTS	0xf0u

static uint64_t segment_count(const struct hpt_config *config, const struct mmu *mmu,
			      enum mmu_region region)
{
	uint64_t bytes = config->max_bytes;

	if (region == MMU_VRMA)
		return 1;
	if (region == MMU_VMEMMAP)
		bytes = (bytes / mmu_vmemmap_page_covers(mmu) + 1) << mmu->shift[region];
	return ((bytes - 1) >> mmu_segment_shift(mmu, region)) + 1;
}

enum hpt_status hpt_new(struct hpt **out, const struct mmu *mmu, const struct hpt_config *config)
{
	struct hpt *hpt;

	*out = NULL;
	if (config->shift < HPT_SHIFT_MIN || config->shift > HPT_SHIFT_MAX)
		return HPT_ERANGE;
	hpt = calloc(1, sizeof(*hpt));
	if (!hpt)
		return HPT_ENOMEM;
	hpt->mmu = mmu;
	hpt->shift = config->shift;
	hpt->secondary_fallback = config->secondary_fallback;
	hpt->tracks_valid = config->tracks_valid;
	hpt->random = config->seed;
	hpt->known.unmapped_end = UINT64_MAX;
	hpt->pool = ptree_pool_new();
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		uint64_t n = segment_count(config, mmu, r);

		hpt->regions[r].segments = calloc(n, sizeof(*hpt->regions[r].segments));
		if (!hpt->regions[r].segments)
			break;
		hpt->regions[r].count = n;
		hpt->regions[r].bits = mmu_segment_bits(mmu, r);
		for (uint64_t s = 0; s < n; s++)
			hpt->regions[r].segments[s].hash = mmu_segment_hash(mmu, r, s);
	}
	if (!hpt->pool || !hpt->regions[MMU_REGION_COUNT - 1].segments) {
		hpt_free(hpt);
		return HPT_ENOMEM;
	}
	*out = hpt;
	return HPT_OK;
}

void hpt_free(struct hpt *hpt)
{
	if (!hpt)
		return;
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		free(hpt->regions[r].segments);
	ptree_pool_free(hpt->pool);
	free(hpt);
}

static uint64_t recount(const struct hpt *hpt, const struct hpt_region *region)
{
	uint64_t count = 0;

	for (uint64_t s = 0; s < region->count; s++)
		count += ptree_count(hpt->pool, ptree_var_peek(&region->segments[s].primary), region->bits) +
			 ptree_count(hpt->pool, ptree_var_peek(&region->segments[s].secondary), region->bits);
	return count;
}

const char *hpt_check(struct hpt *hpt)
{
	unsigned height = hpt_height(hpt);
	struct ptree_pool *pool = hpt->pool;
	ptree used, other;
	uint64_t count = 0;

	hpt_collect_garbage(hpt);
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		if (recount(hpt, &hpt->regions[r]) != hpt_region_count(hpt, r))
			return "a region's entries are not as many as were counted";
		count += hpt_region_count(hpt, r);
	}
	used = ptree_var_get(pool, &hpt->used);
	other = ptree_var_get(pool, &hpt->other);
	if (count != ptree_count(pool, used, height) || count != hpt_bolted_count(hpt))
		return "pages with a slot and slots with a bolted entry differ in number";
	/* equal content is the same tree */
	if (hpt_overlay(hpt, height) != used)
		return "the pages' slots and the PTEGs' slots differ";
	if (ptree_and(pool, used, other, height))
		return "a slot has two entries";
	if (ptree_andnot(pool, hpt_valid(hpt), ptree_or(pool, used, other, height), height))
		return "a slot without an entry is VALID";
	return NULL;
}

static enum hpt_status pool_status(const struct hpt *hpt)
{
	return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_OK;
}

/*
 * An aligned block of 2^k pages of one segment: where its entries are by hash,
 * and which PTEGs they hash to. At most half the table, so that its primary and
 * its secondary PTEGs never overlap and the order of its pages does not matter.
 */
struct block {
	struct hpt_region *region;
	struct hpt_segment *segment;
	struct hpt_cursors *at;
	unsigned k;
	unsigned bits;			/* height of the segment's trees */
	uint64_t hash_pos;		/* in the segment's trees */
	uint64_t pteg, secondary_pteg;	/* first of its aligned runs of PTEGs */
};

static struct block block_of(struct hpt *hpt, enum mmu_region region, uint64_t page, unsigned k)
{
	struct hpt_region *r = &hpt->regions[region];
	struct hpt_segment *segment = &r->segments[page >> r->bits];
	uint64_t in_segment = page & ((UINT64_C(1) << r->bits) - 1);
	uint64_t hash = segment->hash ^ in_segment;
	uint64_t low = (UINT64_C(1) << k) - 1;

	return (struct block){
		.region = r, .segment = segment, .at = &hpt->cursors[region], .k = k, .bits = r->bits,
		.hash_pos = hash & ((UINT64_C(1) << r->bits) - 1) & ~low,
		.pteg = hash & hpt_mask(hpt) & ~low,
		.secondary_pteg = ~hash & hpt_mask(hpt) & ~low,
	};
}

/* Where a block's entries are, by hash: in its primary or in its secondary PTEGs. */
static ptree in_primary(const struct hpt *hpt, const struct block *b)
{
	return ptree_var_block(hpt->pool, &b->segment->primary, &b->at->primary, b->bits, b->hash_pos, b->k);
}

static ptree in_secondary(const struct hpt *hpt, const struct block *b)
{
	return ptree_var_block(hpt->pool, &b->segment->secondary, &b->at->secondary, b->bits, b->hash_pos, b->k);
}

static void write_primary(const struct hpt *hpt, const struct block *b, ptree slots)
{
	struct ptree_var *primary = &b->segment->primary;

	b->region->entries -= ptree_var_count(primary);
	ptree_var_write(hpt->pool, primary, &b->at->primary, b->bits, b->hash_pos, b->k, slots);
	b->region->entries += ptree_var_count(primary);
}

static void write_secondary(struct hpt *hpt, const struct block *b, ptree slots)
{
	struct ptree_var *secondary = &b->segment->secondary;
	uint64_t before = ptree_var_count(secondary), more;

	ptree_var_write(hpt->pool, secondary, &b->at->secondary, b->bits, b->hash_pos, b->k, slots);
	more = ptree_var_count(secondary) - before;	/* may wrap */
	b->region->entries += more;
	hpt->secondary_count += more;
}

static void store_primary(struct hpt *hpt, const struct block *b, ptree slots)
{
	write_primary(hpt, b, ptree_or(hpt->pool, in_primary(hpt, b), slots, b->k));
	hpt_take(hpt, &b->at->used, b->pteg, b->k, slots);
}

static void store_secondary(struct hpt *hpt, const struct block *b, ptree slots)
{
	write_secondary(hpt, b, ptree_or(hpt->pool, in_secondary(hpt, b), slots, b->k));
	hpt_take(hpt, &b->at->used, b->secondary_pteg, b->k, ptree_mirror(hpt->pool, slots, b->k));
}

/*
 * One page whose primary PTEG is full: H_ENTER, a random victim, H_ENTER again,
 * then the same in the secondary PTEG. A PTEG with bolted entries only costs one
 * H_REMOVE try for each slot.
 */
static enum hpt_status bolt_full(struct hpt *hpt, const struct block *b, struct hpt_calls *calls)
{
	uint64_t ptegs[2] = { b->pteg, b->secondary_pteg };

	for (unsigned i = 0; i < (hpt->secondary_fallback ? 2u : 1u); i++) {
		ptree slot = ptree_lowest_clear(hpt->pool, hpt_taken(hpt, b->at, ptegs[i], 0), 0);

		calls->enter_count++;
		if (!slot && hpt_evict(hpt, b->at, ptegs[i], calls)) {
			slot = ptree_lowest_clear(hpt->pool, hpt_taken(hpt, b->at, ptegs[i], 0), 0);
			calls->enter_count++;
		}
		if (!slot)
			continue;
		if (i == 0)
			store_primary(hpt, b, slot);
		else
			store_secondary(hpt, b, slot);
		calls->secondary_count += i;
		return pool_status(hpt);
	}
	return HPT_EFULL;
}

/*
 * Pages of a block whose primary PTEG is full, in their secondary PTEG: 0 for
 * those that need no slot or find none that is free.
 */
static ptree secondary_slots(struct hpt *hpt, const struct block *b, ptree missing)
{
	struct ptree_pool *pool = hpt->pool;
	ptree free_slots = ptree_lowest_clear(pool, hpt_taken(hpt, b->at, b->secondary_pteg, b->k), b->k);

	return ptree_and(pool, ptree_mirror(pool, free_slots, b->k), missing, b->k);
}

static enum hpt_status bolt_block(struct hpt *hpt, enum mmu_region region, uint64_t page,
				  unsigned k, struct hpt_calls *calls)
{
	struct ptree_pool *pool = hpt->pool;
	struct block b = block_of(hpt, region, page, k);
	uint64_t pages = UINT64_C(1) << k, placed, late = 0;
	ptree slots, other = 0, missing;
	bool victims;

	slots = ptree_lowest_clear(pool, hpt_taken(hpt, b.at, b.pteg, k), k);
	placed = ptree_count(pool, slots, k);
	missing = ptree_is_zero(pool, slots, k);
	victims = ptree_and(pool, missing, hpt_block_at(hpt, &hpt->other, &b.at->other, b.pteg, k), k);
	if (placed < pages && hpt->secondary_fallback && !victims) {
		other = secondary_slots(hpt, &b, missing);
		late = ptree_count(pool, other, k);
	}
	if (placed + late < pages && k > 0) {
		/* some page needs a victim or fits nowhere: go to it in page order */
		enum hpt_status rc = bolt_block(hpt, region, page, k - 1, calls);

		if (rc)
			return rc;
		return bolt_block(hpt, region, page + pages / 2, k - 1, calls);
	}
	if (placed + late < pages)
		return bolt_full(hpt, &b, calls);
	calls->enter_count += placed + late * 2;
	calls->remove_count += late * HPTES_PER_GROUP;
	calls->secondary_count += late;
	store_primary(hpt, &b, slots);
	if (late)
		store_secondary(hpt, &b, other);
	return pool_status(hpt);
}

enum hpt_status hpt_bolt(struct hpt *hpt, enum mmu_region region, uint64_t first,
			 uint64_t page_count, struct hpt_calls *calls)
{
	struct hpt_calls ignored = { 0 };

	hpt_collect_garbage(hpt);
	while (page_count) {
		unsigned k = hpt_block_order(hpt, hpt->regions[region].bits, first, page_count);
		enum hpt_status rc = bolt_block(hpt, region, first, k, calls ? calls : &ignored);

		if (rc)
			return rc;
		first += UINT64_C(1) << k;
		page_count -= UINT64_C(1) << k;
	}
	return HPT_OK;
}

enum hpt_status hpt_bolt_exact(struct hpt *hpt, enum mmu_region region, uint64_t first,
			       uint64_t page_count, unsigned slot)
{
	while (page_count) {
		unsigned k = hpt_block_order(hpt, hpt->regions[region].bits, first, page_count);
		struct block b = block_of(hpt, region, first, k);
		ptree taken = hpt_block_at(hpt, &hpt->used, &b.at->used, b.pteg, k);

		store_primary(hpt, &b, ptree_andnot(hpt->pool, 1u << slot, taken, k));
		first += UINT64_C(1) << k;
		page_count -= UINT64_C(1) << k;
	}
	return pool_status(hpt);
}

static void forget(struct hpt *hpt, struct hpt_cursors *at, uint64_t pteg, unsigned k, ptree entries)
{
	hpt_give_back(hpt, &at->used, pteg, k, entries);
	if (hpt->tracks_valid)
		hpt_make_absent(hpt, &at->valid, pteg, k, entries);
}

static void unbolt_block(struct hpt *hpt, enum mmu_region region, uint64_t page, unsigned k,
			 struct hpt_calls *calls)
{
	struct ptree_pool *pool = hpt->pool;
	struct block b = block_of(hpt, region, page, k);
	ptree primary = in_primary(hpt, &b), secondary = in_secondary(hpt, &b);
	uint64_t near = ptree_count(pool, primary, k), far = ptree_count(pool, secondary, k);
	uint64_t late = ptree_count(pool, ptree_and(pool, primary, SECOND_HALF_SLOTS, k), k) +
			ptree_count(pool, ptree_and(pool, secondary, SECOND_HALF_SLOTS, k), k);
	uint64_t missing = (UINT64_C(1) << k) - near - far;

	/* all of the primary PTEG is read before the secondary one */
	calls->read_count += near + far * 3 + late +
			     missing * (hpt->secondary_fallback ? 4 : 2);
	calls->remove_count += near + far;
	if (near) {
		write_primary(hpt, &b, 0);
		forget(hpt, b.at, b.pteg, k, primary);
	}
	if (far) {
		write_secondary(hpt, &b, 0);
		forget(hpt, b.at, b.secondary_pteg, k, ptree_mirror(pool, secondary, k));
	}
}

enum hpt_status hpt_unbolt(struct hpt *hpt, enum mmu_region region, uint64_t first,
			   uint64_t page_count, struct hpt_calls *calls)
{
	struct hpt_calls ignored = { 0 };

	hpt_collect_garbage(hpt);
	while (page_count) {
		unsigned k = hpt_block_order(hpt, hpt->regions[region].bits, first, page_count);

		unbolt_block(hpt, region, first, k, calls ? calls : &ignored);
		first += UINT64_C(1) << k;
		page_count -= UINT64_C(1) << k;
	}
	return pool_status(hpt);
}

void hpt_migrated(struct hpt *hpt)
{
	hpt_unmap_all(hpt);
}

enum hpt_status hpt_touch(struct hpt *hpt, enum mmu_region region, uint64_t first,
			  uint64_t page_count, uint64_t *fault_count)
{
	*fault_count = 0;
	if (!hpt->tracks_valid)
		return HPT_OK;
	hpt_collect_garbage(hpt);
	while (page_count) {
		unsigned k = hpt_block_order(hpt, hpt->regions[region].bits, first, page_count);
		struct block b = block_of(hpt, region, first, k);
		ptree primary = in_primary(hpt, &b), secondary = in_secondary(hpt, &b);

		*fault_count += hpt_make_valid(hpt, &b.at->valid, b.pteg, k, primary);
		if (secondary)
			*fault_count += hpt_make_valid(hpt, &b.at->valid, b.secondary_pteg, k,
						       ptree_mirror(hpt->pool, secondary, k));
		first += UINT64_C(1) << k;
		page_count -= UINT64_C(1) << k;
	}
	return pool_status(hpt);
}
