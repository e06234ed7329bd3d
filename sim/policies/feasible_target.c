/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ours, nobody's proposal: as outer-batch, but the shrink goes to the smallest
 * order at which the bolted entries, in the slots they have, fit without two of
 * them wanting one slot (docs/model/hotplug.md (i)). The guest knows the slots:
 * H_ENTER returns them, and H_READ finds the VRMA entries that a KVM host made.
 */
#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static void begin(struct guest *g, const struct lmb_batch *batch)
{
	guest_cpus_read_lock(g);
	up_to(g, batch->final_bytes, "before the LMB loop");
	guest_cpus_read_unlock(g);
}

static void end(struct guest *g, const struct lmb_batch *batch)
{
	uint64_t mem_size = g->memblock_phys_mem_size;
	unsigned new_shift;

	if (!mmu_hash_ops_resize_hpt(g))
		return;
	/* what fits must still fit when the table is ready: hold off other hotplug */
	guest_cpus_read_lock(g);
	guest_get_online_mems(g);
	for (new_shift = htab_shift_for_mem_size(g, mem_size);
	     new_shift + g->policy->hysteresis < g->ppc64_pft_size; new_shift++) {
		if (!hpt_fits(g->hpt, new_shift))
			continue;
		pseries_lpar_resize_hpt(g, new_shift, mem_size, "after the LMB loop");
		break;
	}
	guest_put_online_mems(g);
	guest_cpus_read_unlock(g);
}

const struct policy policy_feasible_target = {
	.name = "feasible-target",
	.title = "outer-batch, shrinking to the smallest order that can hold the bolted entries",
	.source = "hptsim",
	.open = "A proposal of ours. Holds cpus_read_lock() for a resize and get_online_mems() for a shrink. "
		"A request for memory that the hypervisor does not have may still ask for a grow that it refuses.",
	.hysteresis = 1,
	.add_begin = begin,
	.add_end = end,
	.remove_begin = begin,
	.remove_end = end,
};
