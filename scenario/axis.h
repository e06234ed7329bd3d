/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_AXIS_H
#define HPTSIM_SCENARIO_AXIS_H
/*
 * One key that a sweep or a search varies, and the values it takes: a line of `sweep` or of `vary` of `search`, or a --vary.
 *
 * SPEC is `[a, b]`, `2GiB..4TiB:x2`, `1..64:+1`, or a single value.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most values of one key. */
#define AXIS_VALUES_MAX	65536u

/* The key that is no key of a scenario: what is random. */
#define AXIS_SEED	"seed"

/* What all its values are; tried in this order. */
enum axis_unit { AXIS_NUMBER, AXIS_BYTES, AXIS_NS, AXIS_TEXT };

struct axis_value {
	const char *text;	/* as written */
	const char *yaml;	/* the same with the quotes that it needs */
	int64_t number;		/* AXIS_BYTES, AXIS_NS, AXIS_NUMBER */
};

struct scenario_axis {
	const char *key;	/* joined by dots, as for --set */
	const char *spec;	/* as --vary takes it */
	const char *from;	/* "--vary", "sweep" or "search" */
	enum axis_unit unit;
	struct axis_value *values;
	size_t count;
};

struct diag_list;
struct loader;
struct node;

/* Is anything wrong with a key or its value by itself, whatever else a point has? */
bool axis_is_own_fault(const struct diag_list *diags);

/* Who varies: what a key may be differs. */
enum axis_of { AXIS_OF_SWEEP, AXIS_OF_SEARCH };

/* Reads lines of `sweep`, or of `vary` of `search`. */
void axis_read_lines(struct loader *ld, enum axis_of of, const struct node *map);

/* Reads one --vary, "KEY=SPEC"; it replaces a line of the file for the same key. */
void axis_read_vary(struct loader *ld, enum axis_of of, const char *vary);

#endif
