/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/census.h"

#include <string.h>

#include "sim/hypervisor/hpt_internal.h"

/* A part of the old table, or the new one so far: slots by whose entry they hold. */
struct layers {
	ptree of[MMU_REGION_COUNT];
};

struct fold {
	struct ptree_pool *pool;
	unsigned height;	/* of the new table */
	struct layers stored;
	bool stop;		/* one collision is enough */
	struct hpt_census *census;
};

static struct layers half_of(const struct ptree_pool *pool, const struct layers *l, bool high)
{
	struct layers half;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		half.of[r] = high ? ptree_high(pool, l->of[r]) : ptree_low(pool, l->of[r]);
	return half;
}

static bool is_empty(const struct layers *l)
{
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		if (l->of[r])
			return false;
	return true;
}

/* A part as large as the new table: PTEGs of one part do not touch each other. */
static void lay_over(struct fold *f, const struct layers *part)
{
	ptree taken = 0;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		taken = ptree_or(f->pool, taken, f->stored.of[r], f->height);
	for (unsigned late = 0; late < MMU_REGION_COUNT; late++) {
		for (unsigned early = 0; early < MMU_REGION_COUNT; early++) {
			ptree both = ptree_and(f->pool, part->of[late], f->stored.of[early],
					       f->height);
			uint64_t count = ptree_count(f->pool, both, f->height);

			f->census->met[late][early] += count;
			f->census->total += count;
		}
	}
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		f->stored.of[r] = ptree_or(f->pool, f->stored.of[r],
			ptree_andnot(f->pool, part->of[r], taken, f->height), f->height);
}

static void fold_parts(struct fold *f, const struct layers *part, unsigned height)
{
	struct layers half;

	if (is_empty(part) || (f->stop && f->census->total))
		return;
	if (height == f->height) {
		lay_over(f, part);
		return;
	}
	half = half_of(f->pool, part, false);
	fold_parts(f, &half, height - 1);
	half = half_of(f->pool, part, true);
	fold_parts(f, &half, height - 1);
}

static struct layers layers_of(struct hpt *hpt, unsigned height)
{
	struct layers l;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		l.of[r] = hpt_overlay_region(hpt, r, height);
	return l;
}

static void fold(const struct hpt *hpt, const struct layers *all, unsigned shift, bool stop,
		 struct hpt_census *census)
{
	struct fold f = {
		.pool = hpt->pool, .height = shift - PTEG_SHIFT, .stop = stop, .census = census,
	};

	if (shift < hpt->shift)
		fold_parts(&f, all, hpt_height(hpt));
}

enum hpt_status hpt_census(struct hpt *hpt, unsigned shift, struct hpt_census *census)
{
	struct layers all;

	memset(census, 0, sizeof(*census));
	if (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX)
		return HPT_ERANGE;
	census->ptegs = UINT64_C(1) << (shift - PTEG_SHIFT);
	all = layers_of(hpt, hpt_height(hpt));
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++)
			census->in_slot[r][slot] = ptree_count(hpt->pool,
				ptree_and(hpt->pool, all.of[r], 1u << slot, hpt_height(hpt)),
				hpt_height(hpt));
	if (hpt->secondary_count)
		return HPT_EABORT;
	fold(hpt, &all, shift, false, census);
	return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_OK;
}

enum hpt_status hpt_census_smallest(struct hpt *hpt, unsigned *shift)
{
	struct layers all = layers_of(hpt, hpt_height(hpt));
	unsigned smallest = hpt->shift;

	if (hpt->secondary_count)
		return HPT_EABORT;
	/* what fits an order fits all above it */
	while (smallest > HPT_SHIFT_MIN) {
		struct hpt_census census = { .total = 0 };

		fold(hpt, &all, smallest - 1, true, &census);
		if (census.total)
			break;
		smallest--;
	}
	*shift = smallest;
	return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_OK;
}

struct binning {
	struct ptree_pool *pool;
	unsigned height;	/* of the new table */
	unsigned bin_order;
	struct layers stored;
	void (*fn)(void *ctx, uint64_t pteg, const struct hpt_bin *bin);
	void *ctx;
};

static void count_slots(const struct binning *b, const struct layers *l, uint64_t counts[][HPTES_PER_GROUP])
{
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		for (unsigned slot = 0; slot < HPTES_PER_GROUP && l->of[r]; slot++)
			counts[r][slot] = ptree_count(b->pool, ptree_and(b->pool, l->of[r], 1u << slot, b->bin_order),
						      b->bin_order);
}

/* 2^@height PTEGs from @pteg on: those there are, and those of them that come too late. */
static void put_bins(const struct binning *b, const struct layers *all, const struct layers *late, uint64_t pteg,
		     unsigned height)
{
	struct layers half, late_half;
	struct hpt_bin bin = { 0 };

	if (is_empty(all))
		return;
	if (height == b->bin_order) {
		count_slots(b, all, bin.entries);
		count_slots(b, late, bin.late);
		b->fn(b->ctx, pteg, &bin);
		return;
	}
	for (unsigned high = 0; high < 2; high++) {
		half = half_of(b->pool, all, high);
		late_half = half_of(b->pool, late, high);
		put_bins(b, &half, &late_half, pteg + ((uint64_t)high << (height - 1)), height - 1);
	}
}

/* As fold_parts() and lay_over(). */
static void bin_parts(struct binning *b, const struct layers *part, uint64_t pteg, unsigned height)
{
	struct layers late;
	ptree taken = 0;

	if (is_empty(part))
		return;
	if (height > b->height) {
		for (unsigned high = 0; high < 2; high++) {
			struct layers half = half_of(b->pool, part, high);

			bin_parts(b, &half, pteg + ((uint64_t)high << (height - 1)), height - 1);
		}
		return;
	}
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		taken = ptree_or(b->pool, taken, b->stored.of[r], height);
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		late.of[r] = ptree_and(b->pool, part->of[r], taken, height);
		b->stored.of[r] = ptree_or(b->pool, b->stored.of[r],
					   ptree_andnot(b->pool, part->of[r], taken, height), height);
	}
	put_bins(b, part, &late, pteg, height);
}

enum hpt_status hpt_census_bins(struct hpt *hpt, unsigned shift, unsigned bin_order,
				void (*fn)(void *ctx, uint64_t pteg, const struct hpt_bin *bin), void *ctx)
{
	struct binning b = { .pool = hpt->pool, .bin_order = bin_order, .fn = fn, .ctx = ctx };
	unsigned larger = shift < hpt->shift ? hpt->shift : shift;
	unsigned smaller = shift < hpt->shift ? shift : hpt->shift;
	struct layers all;

	if (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX || bin_order > smaller - PTEG_SHIFT)
		return HPT_ERANGE;
	if (hpt->secondary_count)
		return HPT_EABORT;
	b.height = shift - PTEG_SHIFT;
	all = layers_of(hpt, larger - PTEG_SHIFT);
	bin_parts(&b, &all, 0, larger - PTEG_SHIFT);
	return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_OK;
}
