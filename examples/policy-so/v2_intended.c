// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * v2-intended as a plug-in: the v2 series of 2021-04-30 as it was meant. Adding
 * memory only grows the table, removing it only shrinks it; a batch grows for
 * all of it before it starts, and holds the shrinks back with a mutex until its
 * end. Resizes exactly as hptsim's own does.
 */
#include <hptsim/policy.h>

static DEFINE_MUTEX(hpt_resize_down_lock);

static int resize_hpt_for_hotplug(unsigned long new_mem_size, bool shrinking)
{
	unsigned target_hpt_shift;
	int rc;

	if (!mmu_hash_ops.resize_hpt)
		return 0;

	target_hpt_shift = htab_shift_for_mem_size(new_mem_size);

	if (!shrinking) {
		if (target_hpt_shift > ppc64_pft_size)
			return mmu_hash_ops.resize_hpt(target_hpt_shift);
		return 0;
	}

	if (target_hpt_shift >= ppc64_pft_size - 1)
		return 0;
	/* held: a batch removal is under way and will shrink once at its end */
	if (!mutex_trylock(&hpt_resize_down_lock))
		return 0;
	rc = mmu_hash_ops.resize_hpt(target_hpt_shift);
	mutex_unlock(&hpt_resize_down_lock);
	return rc;
}

static int create_section_mapping(unsigned long new_mem_size)
{
	return resize_hpt_for_hotplug(new_mem_size, false);
}

static int remove_section_mapping(unsigned long new_mem_size)
{
	return resize_hpt_for_hotplug(new_mem_size, true);
}

static void hash_batch_expand_prepare(unsigned long newsize)
{
	const u64 starting_order = ppc64_pft_size;

	while (resize_hpt_for_hotplug(newsize, false) == -ENOSPC) {
		newsize *= 2;
		pr_warn("Hash collision while resizing HPT\n");

		/* Do not try to resize to the starting order, or bigger value */
		if (htab_shift_for_mem_size(newsize) >= starting_order)
			break;
	}
}

static void hash_batch_shrink_begin(void)
{
	mutex_lock(&hpt_resize_down_lock);
}

static void hash_batch_shrink_end(void)
{
	const u64 starting_order = ppc64_pft_size;
	unsigned long newsize;

	/* the series unlocks at the end, and so never gets to shrink */
	mutex_unlock(&hpt_resize_down_lock);

	newsize = memblock_phys_mem_size();
	while (resize_hpt_for_hotplug(newsize, true) == -ENOSPC) {
		newsize *= 2;
		pr_warn("Hash collision while resizing HPT\n");

		/* Do not try to resize to the starting order, or bigger value */
		if (htab_shift_for_mem_size(newsize) >= starting_order)
			break;
	}
}

static void add_begin(u32 lmbs_to_add)
{
	if (!radix_enabled())
		hash_batch_expand_prepare(memblock_phys_mem_size() + lmbs_to_add * drmem_lmb_size());
}

static void remove_begin(u32 lmbs_to_remove)
{
	if (!radix_enabled())
		hash_batch_shrink_begin();
}

/* Requests by index handle one LMB and were left out of the batching. */
HPTSIM_POLICY(
	.name = "v2-intended-so",
	.title = "v2 as meant, as a plug-in",
	.source = "Leonardo Bras, linuxppc-dev, v2, 2021-04-30, with the mutex given back first",
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
	.dlpar_memory_add_by_count_begin = add_begin,
	.dlpar_memory_add_by_ic_begin = add_begin,
	.dlpar_memory_remove_by_count_begin = remove_begin,
	.dlpar_memory_remove_by_count_end = hash_batch_shrink_end,
	.dlpar_memory_remove_by_ic_begin = remove_begin,
	.dlpar_memory_remove_by_ic_end = hash_batch_shrink_end,
	.dlpar_memory_add_rollback_begin = hash_batch_shrink_begin,
	.dlpar_memory_add_rollback_end = hash_batch_shrink_end,
);
