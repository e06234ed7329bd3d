/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DUMP_H
#define HPTSIM_DUMP_H
#include <stdio.h>

#include "sim/sim.h"

struct dump_options {
	enum sim_when when;
	bool runs;		/* consecutive pages in the same slot as one row */
	FILE *out;
	void (*writing)(void);	/* called before anything is written; may be NULL */
};

/**
 * dump_csv - run as sim_dump() does and write the bolted entries as CSV
 * @write_error: errno of the first write that failed, or 0
 */
enum sim_status dump_csv(const struct scenario *sc, const struct policy *policy, const struct sim_options *options,
			 const struct dump_options *dump, int *write_error, struct sim_error *error);

#endif
