/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DIFF_COMPARE_H
#define HPTSIM_DIFF_COMPARE_H
/* sim/hpt.h next to the reference, and all the ways to compare them. */
#include "ref_hpt.h"
#include "sim/hpt.h"
#include "sim/units.h"

struct diff {
	struct mmu mmu;
	struct hpt *hpt;
	struct ref_hpt ref;
	bool failed;
	char message[256];	/* of the first difference */
};

enum ref_region diff_region(enum mmu_region region);

__attribute__((format(printf, 2, 3)))
void diff_fail(struct diff *d, const char *format, ...);

void diff_number(struct diff *d, const char *what, const char *which, uint64_t sim, uint64_t ref);
void diff_place(struct diff *d, const char *what, const struct hpt_entry *sim,
		const struct ref_place *ref);

/* Order and counts. */
void diff_counts(struct diff *d);
/* A few slots, chosen by @rng. */
void diff_slots(struct diff *d, uint64_t *rng, unsigned count);
/* hpt_for_each() against each slot in order. */
void diff_table(struct diff *d);
/* hpt_for_each_run() against each slot that it names. */
void diff_runs(struct diff *d);
/* hpt_lookup() of each slot. */
void diff_every_slot(struct diff *d);

#endif
