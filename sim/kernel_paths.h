/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_PATHS_H
#define HPTSIM_KERNEL_PATHS_H
/*
 * How a request becomes LMB operations: arch/powerpc/platforms/pseries/
 * hotplug-memory.c and dlpar.c, v5.14 and later for the details of a rollback.
 * docs/model/hotplug.md.
 */
#include <stdint.h>

#include "sim/guest/guest.h"

/* A hotplug request, however it reached the guest. */
struct dlpar_request {
	enum sim_dlpar_action action;
	enum lmb_by by;
	uint32_t count;		/* by count and indexed-count */
	uint32_t drc_index;	/* by index and indexed-count */
};

/**
 * dlpar_memory_each_index - what drmgr does on NUMA guests: requests by index
 * @count: LMBs that have to go or come; @drc_index: 0, or where to start
 *
 * Tries LMBs ascending until @count requests succeeded. Returns 0 or -EINVAL
 * when the LMBs ran out.
 */
int dlpar_memory_each_index(struct guest *g, enum sim_dlpar_action action, uint32_t count,
			    uint32_t drc_index);

/**
 * pseries_remove_memblock - OF detach of a memory node: one LMB in pieces of
 * MIN_MEMORY_BLOCK_SIZE, each with its own section mapping
 *
 * The device tree node is the LMB's; it counts as no longer assigned then. As in
 * the kernel, memblock forgets the LMB behind it as well, if that is memory.
 * Returns 0 or -EINVAL when the LMB is not the guest's.
 */
int pseries_remove_memblock(struct guest *g, uint32_t drc_index);

/**
 * add_memory_blocks - @size bytes at @base, one call of __add_memory() for each
 * @block bytes: the probe file, add_memory_driver_managed()
 *
 * Stops at the first block that fails and returns its error; @done is how many
 * bytes came.
 */
int add_memory_blocks(struct guest *g, uint64_t base, uint64_t size, uint64_t block,
		      uint64_t *done);
void remove_memory_blocks(struct guest *g, uint64_t base, uint64_t size, uint64_t block);

/* dlpar_memory() has its lock: tell, and count the LMBs of a range that are as wanted already. */
void dlpar_begin(struct guest *g, const struct dlpar_request *rq);

/**
 * dlpar_memory - handle a request
 *
 * Returns 0 or a negative errno: -EINVAL for anything that could not be done
 * as a whole; by index, what the failing step returned.
 */
int dlpar_memory(struct guest *g, const struct dlpar_request *rq);

#endif
