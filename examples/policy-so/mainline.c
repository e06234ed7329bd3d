// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What mainline has, to start from: resize_hpt_for_hotplug() of hash_utils.c,
 * called by hash__create_section_mapping() and hash__remove_section_mapping().
 */
#include <hptsim/policy.h>

static int resize_hpt_for_hotplug(unsigned long new_mem_size)
{
	unsigned target_hpt_shift;

	if (!mmu_hash_ops.resize_hpt)
		return 0;

	target_hpt_shift = htab_shift_for_mem_size(new_mem_size);

	/*
	 * Grow as soon as the target is above the current order; shrink only when
	 * it is two or more below, or a size that goes up and down across a boundary
	 * would resize again and again.
	 */
	if (target_hpt_shift > ppc64_pft_size || target_hpt_shift < ppc64_pft_size - 1)
		return mmu_hash_ops.resize_hpt(target_hpt_shift);

	return 0;
}

HPTSIM_POLICY(
	.name = "mainline-so",
	.title = "mainline, as a plug-in",
	.source = "resize_hpt_for_hotplug(), hash_utils.c, v6.x",
	.create_section_mapping = resize_hpt_for_hotplug,
	.remove_section_mapping = resize_hpt_for_hotplug,
);
