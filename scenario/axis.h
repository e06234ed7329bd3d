/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_AXIS_H
#define HPTSIM_SCENARIO_AXIS_H
/*
 * One key that a sweep varies, and the values it takes in turn: a line of `sweep`, or a --vary.
 *
 * SPEC is `[a, b]`, `2GiB..4TiB:x2`, `1..64:+1`, or a single value.
 */
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
	const char *from;	/* "--vary" or "sweep" */
	enum axis_unit unit;
	struct axis_value *values;
	size_t count;
};

struct loader;

/* Reads one --vary, "KEY=SPEC"; it replaces a line of `sweep` for the same key. */
void axis_read_vary(struct loader *ld, const char *vary);

#endif
