/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maintainer's idea: no check in the section mapping at all; grow once
 * before the LMB loop of a request, shrink once after it
 * (domain/hotplug-paths.md 4f).
 */
#include "sim/guest.h"
#include "sim/policies/policies.h"

static void begin(struct guest *g, uint64_t final_mem_size)
{
	unsigned new_shift;

	if (!mmu_hash_ops_resize_hpt(g) || !final_mem_size)
		return;
	new_shift = htab_shift_for_mem_size(g, final_mem_size);
	if (new_shift > g->ppc64_pft_size)
		pseries_lpar_resize_hpt(g, new_shift, final_mem_size, "before the LMB loop");
}

static void end(struct guest *g)
{
	uint64_t mem_size = g->memblock_phys_mem_size;
	unsigned new_shift;

	if (!mmu_hash_ops_resize_hpt(g))
		return;
	new_shift = htab_shift_for_mem_size(g, mem_size);
	if (new_shift < g->ppc64_pft_size - 1)
		pseries_lpar_resize_hpt(g, new_shift, mem_size, "after the LMB loop");
}

const struct policy policy_outer_batch = {
	.name = "outer-batch",
	.title = "resize outside the LMB loop: grow once before, shrink once after",
	.source = "David Gibson, quoted on linuxppc-dev, 2021-06-09",
	.open = "Target before the loop: memory +/- the LMBs asked for. After it: the memory really "
		"there, also when the request failed or was rolled back. No retry on -ENOSPC.",
	.add_begin = begin,
	.add_end = end,
	.remove_begin = begin,
	.remove_end = end,
};
