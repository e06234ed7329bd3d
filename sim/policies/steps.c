/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/policies/steps.h"

#include <errno.h>

int up_to(struct guest *g, uint64_t mem_bytes, const char *why)
{
	unsigned new_shift;

	if (!mmu_hash_ops_resize_hpt(g) || !mem_bytes)
		return 0;
	new_shift = htab_shift_for_mem_size(g, mem_bytes);
	if (new_shift <= g->ppc64_pft_size)
		return 0;
	return pseries_lpar_resize_hpt(g, new_shift, mem_bytes, why);
}

int down_to(struct guest *g, uint64_t mem_bytes, const char *why)
{
	unsigned new_shift;
	int rc;

	if (!mmu_hash_ops_resize_hpt(g))
		return 0;
	new_shift = htab_shift_for_mem_size(g, mem_bytes);
	do {
		if (new_shift + g->policy->hysteresis >= g->ppc64_pft_size)
			return 0;
		rc = pseries_lpar_resize_hpt(g, new_shift, mem_bytes, why);
		new_shift++;
	} while (rc == -ENOSPC && g->policy->retry == RETRY_DOUBLING);
	return rc;
}

int resize_hpt_one_way(struct guest *g, uint64_t new_mem_size, bool shrinking)
{
	return shrinking ? down_to(g, new_mem_size, "resize_hpt_for_hotplug") :
			   up_to(g, new_mem_size, "resize_hpt_for_hotplug");
}

void hash_batch_expand_prepare(struct guest *g, uint64_t new_mem_size)
{
	unsigned starting_order = g->ppc64_pft_size;

	while (up_to(g, new_mem_size, "hash_batch_expand_prepare") == -ENOSPC) {
		new_mem_size *= 2;
		if (htab_shift_for_mem_size(g, new_mem_size) >= starting_order)
			break;
	}
}
