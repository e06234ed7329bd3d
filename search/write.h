/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_WRITE_H
#define HPTSIM_SEARCH_WRITE_H
/* A counterexample as a scenario: how it was found, and what its runs are expected to end with. */
#include "search/judge.h"
#include "search/search.h"

struct counterexample {
	const struct search_options *options;
	const struct judge *judge;	/* its runs are those of @root */
	const struct node *root;
	const char *find;
	uint64_t point, points_max, steps;
};

/* Writes it. What a policy that hptsim does not have is expected to end with is a comment. */
void counterexample_print(const struct counterexample *ce, FILE *out);

/* "hpt_shift_end 24, per-section: hpt_shift_end 22" */
void counterexample_facts(const struct counterexample *ce, FILE *out);

#endif
