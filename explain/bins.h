/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EXPLAIN_BINS_H
#define HPTSIM_EXPLAIN_BINS_H
/*
 * What is where in the table that COMMIT looks at, and where it goes: counts of
 * entries in bins of PTEGs, small enough to be drawn. Nothing is left out:
 * the bins of a table add up to its entries.
 */
#include <stdbool.h>
#include <stddef.h>

#include "sim/hypervisor/census.h"

#define EXPLAIN_BINS_MAX	256u
#define EXPLAIN_STRIPS_MAX	16u

/* A bin of a strip. */
struct explain_fold_bin {
	uint64_t kept[MMU_REGION_COUNT];	/* entries that keep their slot */
	uint64_t late;				/* that find it taken */
};

/* A table in at most EXPLAIN_BINS_MAX bins. */
struct explain_slots {
	unsigned shift;
	unsigned bin_order;		/* log2 of the PTEGs of a bin */
	size_t count;
	struct hpt_bin bins[EXPLAIN_BINS_MAX];
};

struct explain_bins {
	bool there;			/* filled */
	unsigned from_shift, to_shift;
	/*
	 * The larger table cut in parts as long as the smaller one; when there are
	 * more than EXPLAIN_STRIPS_MAX, some in a row make one strip.
	 */
	uint64_t part_count, parts_per_strip;
	size_t strip_count;
	unsigned bin_order;		/* log2 of the PTEGs of a bin of a strip */
	size_t bin_count;
	struct explain_fold_bin strips[EXPLAIN_STRIPS_MAX][EXPLAIN_BINS_MAX];
	/*
	 * The present table, with what will be late marked; and the asked one, with
	 * those that keep their slot as entries and, besides, those that come too
	 * late for it.
	 */
	struct explain_slots before, after;
};

/* As hpt_census(); unless HPT_OK, @b is not there. */
enum hpt_status explain_bins_take(struct explain_bins *b, struct hpt *hpt, unsigned from_shift, unsigned to_shift);

#endif
