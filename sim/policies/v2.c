/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole of v2, twice (docs/model/hotplug.md (e)): as posted, where the
 * shrink after a batch tries to take the mutex that its caller holds and so never
 * happens; and as it was meant, with the mutex given back first.
 */
#include <errno.h>

#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static int resize_hpt_for_hotplug(struct guest *g, uint64_t new_mem_size, bool shrinking)
{
	struct engine_mutex *lock = &g->policy_state.hpt_resize_down_lock;
	int rc;

	if (!shrinking)
		return resize_hpt_one_way(g, new_mem_size, false);

	if (!mmu_hash_ops_resize_hpt(g) ||
	    htab_shift_for_mem_size(g, new_mem_size) + g->policy->hysteresis >= g->ppc64_pft_size)
		return 0;
	/* held: a batch removal is under way and will shrink once at its end */
	if (!engine_mutex_trylock(g->engine, lock))
		return 0;
	rc = resize_hpt_one_way(g, new_mem_size, true);
	engine_mutex_unlock(g->engine, lock);
	return rc;
}

static void create_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_for_hotplug(g, mem_bytes, false);
}

static void remove_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_for_hotplug(g, mem_bytes, true);
}

static void shrink_loop(struct guest *g)
{
	unsigned starting_order = g->ppc64_pft_size;
	uint64_t new_mem_size = g->memblock_phys_mem_size;

	while (resize_hpt_for_hotplug(g, new_mem_size, true) == -ENOSPC) {
		new_mem_size *= 2;
		if (htab_shift_for_mem_size(g, new_mem_size) >= starting_order)
			break;
	}
}

static void hash_batch_shrink_begin(struct guest *g)
{
	guest_mutex_lock(g, &g->policy_state.hpt_resize_down_lock);
}

static void shrink_end_posted(struct guest *g)
{
	shrink_loop(g);
	engine_mutex_unlock(g->engine, &g->policy_state.hpt_resize_down_lock);
}

static void shrink_end_intended(struct guest *g)
{
	engine_mutex_unlock(g->engine, &g->policy_state.hpt_resize_down_lock);
	shrink_loop(g);
}

/* Requests by index handle one LMB and were left out of the batching. */
static void add_begin(struct guest *g, const struct lmb_batch *batch)
{
	if (batch->by != LMB_BY_INDEX)
		hash_batch_expand_prepare(g, batch->final_bytes);
}

static void remove_begin(struct guest *g, const struct lmb_batch *batch)
{
	if (batch->by != LMB_BY_INDEX)
		hash_batch_shrink_begin(g);
}

static void remove_end_posted(struct guest *g, const struct lmb_batch *batch)
{
	if (batch->by != LMB_BY_INDEX)
		shrink_end_posted(g);
}

static void remove_end_intended(struct guest *g, const struct lmb_batch *batch)
{
	if (batch->by != LMB_BY_INDEX)
		shrink_end_intended(g);
}

const struct policy policy_v2_posted = {
	.name = "v2-posted",
	.title = "v2 series as posted: its batched shrink never happens",
	.source = "Leonardo Bras, linuxppc-dev, v2, 2021-04-30",
	.open = "Kept as posted: the final shrink fails to take the mutex that its caller holds.",
	.hysteresis = 1,
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
	.add_begin = add_begin,
	.remove_begin = remove_begin,
	.remove_end = remove_end_posted,
	.rollback_begin = hash_batch_shrink_begin,
	.rollback_end = shrink_end_posted,
};

const struct policy policy_v2_intended = {
	.name = "v2-intended",
	.title = "v2 series as meant: one shrink after a batch, larger while it collides",
	.source = "Leonardo Bras, linuxppc-dev, v2, 2021-04-30, with the mutex given back first",
	.open = "The order of the last two steps is ours.",
	.hysteresis = 1,
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
	.add_begin = add_begin,
	.remove_begin = remove_begin,
	.remove_end = remove_end_intended,
	.rollback_begin = hash_batch_shrink_begin,
	.rollback_end = shrink_end_intended,
};
