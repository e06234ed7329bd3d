/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mainline since v4.11: every section mapping that is created or removed checks
 * the size of the table, in both directions (docs/model/hotplug.md (a)).
 */
#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static int resize_hpt_for_hotplug(struct guest *g, uint64_t new_mem_size)
{
	int rc;

	/* a table of up to twice the wanted size stays: at most one of the two acts */
	rc = up_to(g, new_mem_size, "resize_hpt_for_hotplug");
	if (rc)
		return rc;
	return down_to(g, new_mem_size, "resize_hpt_for_hotplug");
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
	.hysteresis = 1,
	.create_section_mapping = section_mapping,
	.remove_section_mapping = section_mapping,
};
