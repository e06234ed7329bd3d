// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * outer-batch as a plug-in: no check in the section mapping; grow once before
 * the LMB loop of a request, shrink once after it. Resizes exactly as hptsim's
 * own does.
 */
#include <hptsim/policy.h>

static void hpt_grow_for(unsigned long new_mem_size)
{
	unsigned shift;

	if (!mmu_hash_ops.resize_hpt)
		return;
	shift = htab_shift_for_mem_size(new_mem_size);
	if (shift > ppc64_pft_size)
		mmu_hash_ops.resize_hpt(shift);
}

static void hpt_shrink(void)
{
	unsigned shift;

	if (!mmu_hash_ops.resize_hpt)
		return;
	shift = htab_shift_for_mem_size(memblock_phys_mem_size());
	if (shift < ppc64_pft_size - 1)
		mmu_hash_ops.resize_hpt(shift);
}

static void add_begin(u32 lmbs_to_add)
{
	hpt_grow_for(memblock_phys_mem_size() + lmbs_to_add * drmem_lmb_size());
}

/* for a guest whose table was too small all along */
static void remove_begin(u32 lmbs_to_remove)
{
	u64 bytes = lmbs_to_remove * drmem_lmb_size();

	if (bytes < memblock_phys_mem_size())
		hpt_grow_for(memblock_phys_mem_size() - bytes);
}

HPTSIM_POLICY(
	.name = "outer-batch-so",
	.title = "outer-batch, as a plug-in",
	.source = "David Gibson, quoted on linuxppc-dev, 2021-06-09",
	.dlpar_memory_add_by_count_begin = add_begin,
	.dlpar_memory_add_by_count_end = hpt_shrink,
	.dlpar_memory_add_by_index_begin = add_begin,
	.dlpar_memory_add_by_index_end = hpt_shrink,
	.dlpar_memory_add_by_ic_begin = add_begin,
	.dlpar_memory_add_by_ic_end = hpt_shrink,
	.dlpar_memory_remove_by_count_begin = remove_begin,
	.dlpar_memory_remove_by_count_end = hpt_shrink,
	.dlpar_memory_remove_by_index_begin = remove_begin,
	.dlpar_memory_remove_by_index_end = hpt_shrink,
	.dlpar_memory_remove_by_ic_begin = remove_begin,
	.dlpar_memory_remove_by_ic_end = hpt_shrink,
);
