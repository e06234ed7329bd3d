/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_BOUNDS_H
#define HPTSIM_SEARCH_BOUNDS_H
/* Where a search looks: what of a scenario may be another, and which events may happen. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario/load.h"
#include "search/tree.h"

#define SEARCH_POINTS_USUAL	2000u
#define SEARCH_EVENTS_USUAL	4u

/* What varies without being asked to, unless somebody gives it values. */
enum usual {
	USUAL_MEMORY, USUAL_MAX_MEMORY, USUAL_LMB_SIZE, USUAL_PAGE_SIZE, USUAL_HPT_PAGE_SIZE, USUAL_COUNT
};

extern const char *const usual_keys[USUAL_COUNT];

struct bounds {
	const struct scenario *base;		/* the scenario as it is */
	struct node *tree;			/* of the same, without what no run depends on, and policies */
	const struct scenario_axis *axes;	/* values that were given */
	size_t axis_count;
	const struct scenario_axis *sizes;	/* of what events bring; NULL: any */
	bool varies[USUAL_COUNT];
	uint64_t memory_max;			/* of USUAL_MEMORY */
	unsigned events;			/* at most so many; 0: those of the scenario */
	unsigned kinds;				/* bits, and SEARCH_AT */
};

/**
 * bounds_init - from the scenario, its `search` and what was given besides
 * @options: as it was loaded with; only what profiles are found with matters
 * @search:  axes have those of --vary; what is given there counts
 *
 * False after an error.
 */
bool bounds_init(struct bounds *b, struct arena *a, const struct scenario_file *file, const char *path,
		 const struct scenario_load_options *options, const struct scenario_search *search, struct diag_list *diags);

/* Values by number; of one that is not there the default. */
uint64_t bounds_size_at(struct node *root, const char *path, uint64_t otherwise);

/* What may happen, and what may vary, as one paragraph in lines. */
void bounds_print(const struct bounds *b, const char *indent, FILE *out);

#endif
