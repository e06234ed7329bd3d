/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HPT_INTERNAL_H
#define HPTSIM_HPT_INTERNAL_H
/* What the files above hpt_table.h have for each other. */
#include "sim/hypervisor/hpt_table.h"

/**
 * hpt_evict - pSeries_lpar_hpte_remove(): drop an entry of a full PTEG
 * @at: of whoever needs the slot
 *
 * Tries the slots from a random one on. Returns false when all are bolted.
 */
bool hpt_evict(struct hpt *hpt, struct hpt_cursors *at, uint64_t pteg, struct hpt_calls *calls);

/**
 * hpt_odd_collision - KVM HV: do entries in their secondary PTEG collide?
 * @height: of the new table
 * @odd:    by PTEG: these entries
 * @index:  scan index of the first entry that finds its slot taken by or for one
 */
bool hpt_odd_collision(struct hpt *hpt, unsigned height, ptree odd, uint64_t *index);

/**
 * hpt_spread - shrink by REHASH_ANY_SLOT
 * @keep: give the pages their new slots; else only see
 * @used: the new table's slots
 * @pteg, @slot: on HPT_ECOLLIDE the entry that found its new PTEG full
 *
 * Changes the pages' slots on HPT_OK only. Takes entries in their secondary PTEG
 * for movable ones, so the caller must not keep the result when there are any. Returns HPT_OK, HPT_ECOLLIDE,
 * HPT_ENOMEM.
 */
enum hpt_status hpt_spread(struct hpt *hpt, unsigned height, bool keep, ptree *used,
			   uint64_t *pteg, unsigned *slot);

/**
 * hpt_find_in - first position in a tree that has slot @slot taken and whose
 * low @height bits are those of @pteg
 * @bits: height of @entries; above @height, several positions wrap onto one
 * @pos:  added to
 */
bool hpt_find_in(const struct hpt *hpt, ptree entries, unsigned bits, unsigned height,
		 uint64_t pteg, unsigned slot, uint64_t *pos);

#endif
