/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first series: one grow before an add, shrinks held back during a removal
 * and done once after it, with ever larger sizes while they collide
 * (docs/model/hotplug.md (b)).
 */
#include <errno.h>

#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static int resize_hpt_for_hotplug(struct guest *g, uint64_t new_mem_size, bool shrinking)
{
	if (shrinking && g->policy_state.hpt_resize_disable)
		return 0;
	return resize_hpt_one_way(g, new_mem_size, shrinking);
}

static void create_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_for_hotplug(g, mem_bytes, false);
}

static void remove_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_for_hotplug(g, mem_bytes, true);
}

static void hash_memory_batch_expand_prepare(struct guest *g, uint64_t newsize)
{
	while (resize_hpt_for_hotplug(g, newsize, false) == -ENOSPC)
		newsize *= 2;
}

static void hash_memory_batch_shrink_begin(struct guest *g)
{
	g->policy_state.hpt_resize_disable++;
}

static void hash_memory_batch_shrink_end(struct guest *g)
{
	uint64_t newsize = g->memblock_phys_mem_size;

	g->policy_state.hpt_resize_disable--;
	/* ends at the hysteresis at the latest: that size returns 0 */
	while (resize_hpt_for_hotplug(g, newsize, true) == -ENOSPC)
		newsize *= 2;
}

static void add_begin(struct guest *g, const struct lmb_batch *batch)
{
	uint64_t newsize = batch->final_bytes;

	/* as posted: all LMBs of the guest, where one was meant */
	if (batch->by == LMB_BY_INDEX)
		newsize = g->memblock_phys_mem_size +
			  g->drmem_info.n_lmbs * g->drmem_info.lmb_size;
	hash_memory_batch_expand_prepare(g, newsize);
}

static void remove_begin(struct guest *g, const struct lmb_batch *batch)
{
	hash_memory_batch_shrink_begin(g);
}

static void remove_end(struct guest *g, const struct lmb_batch *batch)
{
	hash_memory_batch_shrink_end(g);
}

const struct policy policy_v1 = {
	.name = "v1",
	.title = "v1 series: grow before a batch, shrink after it, larger while it collides",
	.source = "Leonardo Bras, linuxppc-dev, v1, 2021-03-12",
	.open = "Kept as posted: add by index grows for all LMBs that the guest could ever have.",
	.hysteresis = 1,
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
	.add_begin = add_begin,
	.remove_begin = remove_begin,
	.remove_end = remove_end,
	.rollback_begin = hash_memory_batch_shrink_begin,
	.rollback_end = hash_memory_batch_shrink_end,
};
