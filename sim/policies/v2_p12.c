/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * v2 patches 1/3 and 2/3: as v2-p1, and requests for several LMBs grow the table
 * for all of them before the first one (docs/model/hotplug.md (d)).
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

static void add_begin(struct guest *g, const struct lmb_batch *batch)
{
	/* not by index: that is one LMB, which grows by itself */
	if (batch->by != LMB_BY_INDEX)
		hash_batch_expand_prepare(g, batch->final_bytes);
}

const struct policy policy_v2_p12 = {
	.name = "v2-p12",
	.title = "v2 1/3 and 2/3: v2-p1, and one grow before a batch",
	.source = "Leonardo Bras, linuxppc-dev, v2 1/3 and 2/3, 2021-04-30",
	.open = "",
	.hysteresis = 1,
	.create_section_mapping = create_section_mapping,
	.remove_section_mapping = remove_section_mapping,
	.add_begin = add_begin,
};
