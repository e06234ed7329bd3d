/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_FAULT_H
#define HPTSIM_FAULT_H
/* Things that go wrong because the scenario says so. */
#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"

struct fault_state {
	const struct fault_spec *faults;
	size_t count;
	uint32_t *seen;		/* per fault: how often its place was passed */
};

/* Returns false when out of memory. */
bool fault_init(struct fault_state *fs, const struct scenario *sc);
void fault_fini(struct fault_state *fs);

/**
 * fault_fires - a place where @kind may go wrong is passed
 * @drc_index: the LMB; 0 where none is concerned
 */
bool fault_fires(struct fault_state *fs, enum fault_kind kind, uint32_t drc_index);

#endif
