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

static struct layers layers_of(struct hpt *hpt)
{
	struct layers l;

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		l.of[r] = hpt_overlay_region(hpt, r);
	return l;
}

static bool has_secondary(const struct hpt *hpt)
{
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		for (uint64_t s = 0; s < hpt->regions[r].count; s++)
			if (ptree_var_peek(&hpt->regions[r].segments[s].secondary))
				return true;
	return false;
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
	all = layers_of(hpt);
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++)
			census->in_slot[r][slot] = ptree_count(hpt->pool,
				ptree_and(hpt->pool, all.of[r], 1u << slot, hpt_height(hpt)),
				hpt_height(hpt));
	if (has_secondary(hpt))
		return HPT_EABORT;
	fold(hpt, &all, shift, false, census);
	return ptree_pool_failed(hpt->pool) ? HPT_ENOMEM : HPT_OK;
}

enum hpt_status hpt_census_smallest(struct hpt *hpt, unsigned *shift)
{
	struct layers all = layers_of(hpt);
	unsigned smallest = hpt->shift;

	if (has_secondary(hpt))
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
