/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * v2 patch 1/3 alone: adding memory only ever grows the table, removing it only
 * ever shrinks it; still one check per LMB (docs/model/hotplug.md (c)).
 */
#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static void create_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_one_way(g, mem_bytes, false);
}

static void remove_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	resize_hpt_one_way(g, mem_bytes, true);
}

const struct policy policy_v2_p1 = {
	.name = "v2-p1",
	.title = "v2 1/3 alone: add only grows, remove only shrinks, per LMB",
	.source = "Leonardo Bras, linuxppc-dev, v2 1/3, 2021-04-30",
	.open = "",
	.hysteresis = 1,
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
};
