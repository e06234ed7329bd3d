/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CENSUS_H
#define HPTSIM_CENSUS_H
/*
 * What a rehash would meet if it did not stop at the first collision.
 *
 * The hypervisor scans PTEGs ascending, slots ascending, and every entry keeps
 * its slot; the first entry that comes to a slot has it. The census counts the
 * entries that find their slot taken, by whose they are and whose has the slot.
 * It works on whole trees, so it costs what a resize costs, not what there are
 * entries. It only looks: the table, and what later resizes find, stay the same.
 */
#include "sim/hpt.h"

struct hpt_census {
	/* [whose entry comes too late][whose entry has the slot] */
	uint64_t met[MMU_REGION_COUNT][MMU_REGION_COUNT];
	uint64_t total;
	uint64_t in_slot[MMU_REGION_COUNT][HPTES_PER_GROUP];	/* entries there are */
	uint64_t ptegs;				/* of the new table */
};

/**
 * hpt_census - count the entries that would find their slot taken
 * @shift: of the new table; from the present one on up, none do
 *
 * By REHASH_SAME_SLOT. Returns HPT_OK, HPT_ERANGE, HPT_ENOMEM, or HPT_EABORT:
 * entries in their secondary PTEG end the scan in another way (HPT_EABORT of
 * hpt_resize()), only in_slot and ptegs are filled.
 */
enum hpt_status hpt_census(struct hpt *hpt, unsigned shift, struct hpt_census *census);

/**
 * hpt_census_smallest - smallest order in which every entry keeps its slot
 * @shift: set on HPT_OK; at most the present one
 *
 * Returns HPT_OK, HPT_ENOMEM, HPT_EABORT as above.
 */
enum hpt_status hpt_census_smallest(struct hpt *hpt, unsigned *shift);

/* Entries of some PTEGs, one behind another. */
struct hpt_bin {
	uint64_t entries[MMU_REGION_COUNT][HPTES_PER_GROUP];
	uint64_t late[MMU_REGION_COUNT][HPTES_PER_GROUP];	/* of these, that find their slot taken */
};

/**
 * hpt_census_bins - the same by place
 * @shift:     of the new table
 * @bin_order: log2 of the PTEGs of a bin; at most that of the smaller table
 * @fn:        called for each bin with an entry, ascending; @pteg is its first one,
 *             in the larger of the two tables
 *
 * A smaller table: where the entries are now. A larger one, or one of the same
 * order: where they come to be; none is late. Returns as hpt_census().
 */
enum hpt_status hpt_census_bins(struct hpt *hpt, unsigned shift, unsigned bin_order,
				void (*fn)(void *ctx, uint64_t pteg, const struct hpt_bin *bin), void *ctx);

#endif
