/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EXPLAIN_LIMITS_H
#define HPTSIM_EXPLAIN_LIMITS_H
/* How much memory a table of each order is good for. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "sim/scenario.h"

struct explain_limit {
	unsigned shift;			/* of the table, log2 bytes */
	uint64_t first_bytes;		/* most memory for which the hypervisor makes it at first; resizing disabled: maxmem */
	uint64_t wish_bytes;		/* most memory for which the guest wishes no larger one */
	uint64_t room_bytes;		/* no more memory can have its bolted entries in it */
};

/**
 * explain_limit - what a table of order @shift is good for
 * @shift: 18..46
 *
 * For the guest's page sizes; in whole LMBs, at most 64 TiB. First choice:
 * spapr_hpt_shift_for_ramsize(); wish: htab_shift_for_mem_size(); room: eight
 * slots a PTEG for the linear map and vmemmap, in primary PTEGs alone.
 */
struct explain_limit explain_limit(const struct scenario *sc, unsigned shift);

/*
 * A row for each order from the scenario's first table up to the largest that the host can
 * allocate, or that the guest would wish for its maximum. False: out of memory, or the stream has an error.
 */
bool explain_print_limits(const struct scenario *sc, enum table_format format, FILE *out);

#endif
