/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mainline since v4.11: every section mapping that is created or removed checks
 * the size of the table, in both directions (domain/hotplug-paths.md 4a).
 */
#include "sim/guest.h"
#include "sim/policies/policies.h"

static int resize_hpt_for_hotplug(struct guest *g, uint64_t new_mem_size)
{
	unsigned target_hpt_shift;

	if (!mmu_hash_ops_resize_hpt(g))
		return 0;

	target_hpt_shift = htab_shift_for_mem_size(g, new_mem_size);

	/*
	 * To avoid lots of HPT resizes if memory size is fluctuating across a
	 * boundary, we deliberately have some hysteresis here: a table that is
	 * at most twice as large as wanted stays.
	 */
	if (target_hpt_shift > g->ppc64_pft_size || target_hpt_shift < g->ppc64_pft_size - 1)
		return pseries_lpar_resize_hpt(g, target_hpt_shift, new_mem_size,
					       "resize_hpt_for_hotplug");
	return 0;
}

static void section_mapping(struct guest *g, uint64_t mem_bytes)
{
	/* -ENOSPC is logged on removal, ignored on adding; neither fails the LMB */
	resize_hpt_for_hotplug(g, mem_bytes);
}

const struct policy policy_per_section = {
	.name = "per-section",
	.title = "mainline: check at every section mapping, both directions",
	.source = "resize_hpt_for_hotplug(), hash_utils.c, v4.11 to v6.x",
	.open = "",
	.create_section_mapping = section_mapping,
	.remove_section_mapping = section_mapping,
};
