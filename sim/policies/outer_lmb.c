/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule of outer-batch around each LMB, in dlpar_add_lmb() and
 * dlpar_remove_lmb() (docs/model/hotplug.md (g)).
 */
#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static void begin(struct guest *g, uint64_t final_bytes)
{
	up_to(g, final_bytes, "before the LMB");
}

static void end(struct guest *g)
{
	down_to(g, g->memblock_phys_mem_size, "after the LMB");
}

const struct policy policy_outer_lmb = {
	.name = "outer-lmb",
	.title = "the rule of outer-batch around each LMB",
	.source = "David Gibson's rule at the other level that the mail of 2021-06-09 asks about",
	.open = "Also around LMBs that dlpar_remove_lmb() turns down, as the count loop meets them.",
	.hysteresis = 1,
	.lmb_begin = begin,
	.lmb_end = end,
};
