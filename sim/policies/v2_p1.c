/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * v2 patch 1/3 alone: adding memory only ever grows the table, removing it only
 * ever shrinks it; still one check per LMB (domain/hotplug-paths.md 4c).
 */
#include "sim/guest.h"
#include "sim/policies/policies.h"

static int resize_hpt_for_hotplug(struct guest *g, uint64_t new_mem_size, bool shrinking)
{
	unsigned target_hpt_shift;

	if (!mmu_hash_ops_resize_hpt(g))
		return 0;

	target_hpt_shift = htab_shift_for_mem_size(g, new_mem_size);

	if (shrinking) {
		/* keep a table that is at most twice as large as wanted */
		if (target_hpt_shift >= g->ppc64_pft_size - 1)
			return 0;
	} else if (target_hpt_shift <= g->ppc64_pft_size) {
		return 0;
	}
	return pseries_lpar_resize_hpt(g, target_hpt_shift, new_mem_size,
				       "resize_hpt_for_hotplug");
}

static void create_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_for_hotplug(g, mem_bytes, false);
}

static void remove_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_for_hotplug(g, mem_bytes, true);
}

const struct policy policy_v2_p1 = {
	.name = "v2-p1",
	.title = "v2 1/3 alone: add only grows, remove only shrinks, per LMB",
	.source = "Leonardo Bras, linuxppc-dev, v2 1/3, 2021-04-30",
	.open = "",
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
};
