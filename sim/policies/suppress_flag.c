/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maintainer's second idea: the checks in the section mapping stay for those
 * who reach it by other ways, and a flag silences them during a request that
 * resizes by itself, before and after (docs/model/hotplug.md (h)).
 */
#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static void section_mapping(struct guest *g, uint64_t mem_bytes)
{
	if (g->policy_state.suppress_hpt_resize)
		return;
	policy_per_section.create_section_mapping(g, mem_bytes);
}

static void begin(struct guest *g, const struct lmb_batch *batch)
{
	g->policy_state.suppress_hpt_resize = true;
	up_to(g, batch->final_bytes, "before the LMB loop");
}

static void end(struct guest *g, const struct lmb_batch *batch)
{
	down_to(g, g->memblock_phys_mem_size, "after the LMB loop");
	g->policy_state.suppress_hpt_resize = false;
}

const struct policy policy_suppress_flag = {
	.name = "suppress-flag",
	.title = "mainline's checks, silenced during requests that grow before and shrink after",
	.source = "David Gibson, linuxppc-dev, 2021-06-09 16:08 +1000",
	.open = "The flag is cleared after the last step. Targets as for outer-batch. No retry on -ENOSPC.",
	.hysteresis = 1,
	.create_section_mapping = section_mapping,
	.remove_section_mapping = section_mapping,
	.add_begin = begin,
	.add_end = end,
	.remove_begin = begin,
	.remove_end = end,
};
