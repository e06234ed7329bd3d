/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maintainer's idea: no check in the section mapping at all; grow once
 * before the LMB loop of a request, shrink once after it
 * (docs/model/hotplug.md (f)).
 */
#include "sim/policies/policies.h"
#include "sim/policies/steps.h"

static void begin(struct guest *g, const struct lmb_batch *batch)
{
	up_to(g, batch->final_bytes, "before the LMB loop");
}

static void end(struct guest *g, const struct lmb_batch *batch)
{
	down_to(g, g->memblock_phys_mem_size, "after the LMB loop");
}

#define OPEN_TARGETS \
	"Target before the loop: memory +/- the LMBs asked for. After it: the memory really " \
	"there, also when the request failed or was rolled back. A removal of more than there is " \
	"makes no resize before its loop; a patch's subtraction might wrap."

const struct policy policy_outer_batch = {
	.name = "outer-batch",
	.title = "resize outside the LMB loop: grow once before, shrink once after",
	.source = "David Gibson, quoted on linuxppc-dev, 2021-06-09",
	.open = OPEN_TARGETS " No retry on -ENOSPC.",
	.hysteresis = 1,
	.add_begin = begin,
	.add_end = end,
	.remove_begin = begin,
	.remove_end = end,
};

const struct policy policy_outer_batch_retry = {
	.name = "outer-batch-retry",
	.title = "outer-batch, and larger orders while the shrink collides",
	.source = "David Gibson, 2021-06-09, with the retry that he agreed to on 2021-04-19",
	.open = OPEN_TARGETS " Retry one order up on -ENOSPC while below current - 1.",
	.hysteresis = 1,
	.retry = RETRY_DOUBLING,
	.add_begin = begin,
	.add_end = end,
	.remove_begin = begin,
	.remove_end = end,
};
