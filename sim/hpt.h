/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HPT_H
#define HPTSIM_HPT_H
/*
 * The hashed page table of one guest: every bolted HPTE in its PTEG and slot.
 *
 * A resize keeps each entry's slot, so the slot belongs to the page, not to the
 * table. The table therefore keeps, per 1 TiB segment, the slot of each page
 * ordered by hash value, and next to it which slots of each PTEG are taken at
 * the present order. Both are ptrees: an aligned run of pages in one slot costs
 * one node however long it is. A shrink lays the parts of the second tree that
 * fold together over each other; the first position where two of them have the
 * same bit is where the hypervisor's scan stops.
 *
 * Sources: docs/model/table.md, docs/model/resize.md.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/hypervisor/hpt_entry.h"
#include "sim/hypervisor/mmu.h"
#include "sim/scenario.h"

struct hpt_config {
	unsigned shift;			/* HPT_SHIFT_MIN..HPT_SHIFT_MAX */
	uint64_t max_bytes;		/* guest memory that may ever be mapped */
	bool secondary_fallback;	/* htab_bolt_mapping() tries the secondary PTEG */
	bool tracks_valid;		/* KVM HV: entries are VALID or ABSENT */
	uint64_t seed;			/* for the choice of eviction victims */
};

/**
 * hpt_new - an empty table
 * @mmu: kept by reference
 *
 * Returns HPT_OK, HPT_ERANGE, HPT_ENOMEM.
 */
enum hpt_status hpt_new(struct hpt **out, const struct mmu *mmu, const struct hpt_config *config);
void hpt_free(struct hpt *hpt);

unsigned hpt_shift(const struct hpt *hpt);
uint64_t hpt_region_count(const struct hpt *hpt, enum mmu_region region);

/**
 * hpt_check - do the parts of the table agree with each other?
 *
 * Returns NULL, or what is wrong; for tests.
 */
const char *hpt_check(struct hpt *hpt);

uint64_t hpt_bolted_count(const struct hpt *hpt);
uint64_t hpt_valid_count(const struct hpt *hpt);

/**
 * hpt_bolt - htab_bolt_mapping(): map pages in ascending order
 * @first: page number within the region; below config.max_bytes, and not mapped yet
 * @calls: added to; may be NULL
 *
 * Each page takes the lowest free slot of its primary PTEG; when that is full, the
 * slot of a random entry that is not bolted; when all are, the same in its
 * secondary PTEG, without the SECONDARY flag. Returns HPT_OK, HPT_ENOMEM
 * or HPT_EFULL: then the pages before the one that did not fit stay mapped, as
 * in the kernel, and the caller unmaps the range.
 */
enum hpt_status hpt_bolt(struct hpt *hpt, enum mmu_region region, uint64_t first,
			 uint64_t page_count, struct hpt_calls *calls);

/**
 * hpt_bolt_exact - H_ENTER with H_EXACT, for kvmppc_map_vrma()
 * @first: as in hpt_bolt(); vrma: below 1 TiB
 *
 * Pages whose slot is taken are skipped. Returns HPT_OK, HPT_ENOMEM.
 */
enum hpt_status hpt_bolt_exact(struct hpt *hpt, enum mmu_region region, uint64_t first,
			       uint64_t page_count, unsigned slot);

/**
 * hpt_unbolt - htab_remove_mapping(): look up and remove pages
 *
 * Pages that are not mapped cost their look-up and are skipped. Returns HPT_OK,
 * HPT_ENOMEM.
 */
enum hpt_status hpt_unbolt(struct hpt *hpt, enum mmu_region region, uint64_t first,
			   uint64_t page_count, struct hpt_calls *calls);

/**
 * hpt_touch - the guest accesses pages: ABSENT entries become VALID (KVM HV)
 * @fault_count: how many did
 */
enum hpt_status hpt_touch(struct hpt *hpt, enum mmu_region region, uint64_t first,
			  uint64_t page_count, uint64_t *fault_count);

/* The table was sent to another host: KVM HV has all its entries ABSENT there. */
void hpt_migrated(struct hpt *hpt);

/**
 * hpt_map_user - entries that are not bolted, for user pages
 * @context, @ea: of the first page, base pages of the kernel
 * @mapped: pages that found a slot, primary or secondary PTEG
 */
enum hpt_status hpt_map_user(struct hpt *hpt, uint64_t context, uint64_t ea, uint64_t page_count,
			     uint64_t *mapped);

/* Entries now that are not bolted; so far evicted to make room for bolted ones. */
uint64_t hpt_user_count(const struct hpt *hpt);
uint64_t hpt_evicted_count(const struct hpt *hpt);

/**
 * hpt_first_secondary - the first page of a range whose entry is in its secondary PTEG
 * @page: page number, filled when there is one
 */
bool hpt_first_secondary(const struct hpt *hpt, enum mmu_region region, uint64_t first,
			 uint64_t page_count, uint64_t *page);

struct hpt_rehash {
	uint64_t slots_scanned;		/* HPTEs before the one that stopped it; all on success */
	uint64_t hptes_moved;		/* bolted entries stored in the new table */
	uint64_t hptes_unmapped;	/* VALID entries made ABSENT (KVM HV) */
	uint64_t hptes_dropped;		/* entries that are not bolted; HPT_OK only */
	struct hpt_entry collided;	/* HPT_ECOLLIDE: found its slot taken, HPT_EABORT: asserted */
	bool occupant_known;		/* not by REHASH_ANY_SLOT, nor with entries in secondary PTEGs */
	struct hpt_entry occupant;	/* HPT_ECOLLIDE: scanned earlier, has the slot */
	uint64_t slot_entries;		/* with an occupant: bolted entries in that slot, over all PTEGs */
};

/**
 * hpt_resize - rehash into a table of another order, as COMMIT does
 * @shift: HPT_SHIFT_MIN..HPT_SHIFT_MAX; the present one is a plain copy
 * @rule:  REHASH_SAME_SLOT as the hypervisors do. REHASH_ANY_SLOT, a what-if: an
 *         entry whose slot is taken goes to the lowest free one of its new
 *         PTEG; HPT_ECOLLIDE only when there is none
 *
 * PTEGs ascending, slots ascending, every bolted entry keeps its slot. Returns
 * HPT_OK: the table has the new order. HPT_ECOLLIDE: it is unchanged but, on
 * KVM HV, for the scanned prefix, which is ABSENT now. HPT_EABORT, HPT_ERANGE,
 * HPT_ENOMEM: unchanged.
 */
enum hpt_status hpt_resize(struct hpt *hpt, unsigned shift, enum rehash_rule rule,
			   struct hpt_rehash *result);

/**
 * hpt_fits - would every bolted entry keep its slot in a table of that order?
 *
 * What hpt_resize() by REHASH_SAME_SLOT would find, without doing it.
 */
bool hpt_fits(struct hpt *hpt, unsigned shift);

/**
 * hpt_lookup - whose entry is in that slot
 *
 * Returns false when the slot holds no bolted entry.
 */
bool hpt_lookup(const struct hpt *hpt, uint64_t pteg, unsigned slot, struct hpt_entry *entry);

/* Every bolted entry, by PTEG then slot. Returns HPT_OK or HPT_ENOMEM. */
enum hpt_status hpt_for_each(const struct hpt *hpt,
			     void (*fn)(void *ctx, const struct hpt_entry *entry), void *ctx);

/* Consecutive pages of one region in the same slot. */
struct hpt_run {
	enum mmu_region region;
	unsigned slot;
	bool secondary;
	uint64_t first, page_count;
};

/* Maximal runs, by region then page. */
void hpt_for_each_run(const struct hpt *hpt,
		      void (*fn)(void *ctx, const struct hpt_run *run), void *ctx);

#endif
