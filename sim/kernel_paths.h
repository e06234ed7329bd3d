/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_PATHS_H
#define HPTSIM_KERNEL_PATHS_H
/*
 * How a request becomes LMB operations: arch/powerpc/platforms/pseries/
 * hotplug-memory.c and dlpar.c, v5.14 and later for the details of a rollback.
 * domain/hotplug-paths.md sections 1 to 3.
 */
#include <stdint.h>

#include "sim/guest.h"

enum dlpar_action { PSERIES_HP_ELOG_ACTION_ADD, PSERIES_HP_ELOG_ACTION_REMOVE };

/* A hotplug request, however it reached the guest. */
struct dlpar_request {
	enum dlpar_action action;
	enum lmb_by by;
	uint32_t count;		/* by count and indexed-count */
	uint32_t drc_index;	/* by index and indexed-count */
};

/**
 * dlpar_memory - handle a request
 *
 * Returns 0 or a negative errno: -EINVAL for anything that could not be done
 * as a whole; by index, what the failing step returned.
 */
int dlpar_memory(struct guest *g, const struct dlpar_request *rq);

#endif
