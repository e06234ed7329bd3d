/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_SEARCH_H
#define HPTSIM_SCENARIO_SEARCH_H
/* `search` of a scenario: what `hptsim search` looks for, and where. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/axis.h"
#include "scenario/diag.h"
#include "sim/scenario.h"

/* The key of `vary` that is no key of a scenario: sizes of the memory that events bring. */
#define AXIS_SIZES	"sizes"

/* Most events of a sequence that can be asked for. */
#define SEARCH_EVENTS_MAX	16u

/* Of scenario_search.kinds: a bit for each enum event_kind, and this one for `at`. */
#define SEARCH_AT	(1u << EVENT_KIND_COUNT)

struct scenario_search {
	const char *find;		/* NULL: not given */
	struct srcpos find_pos;		/* of its first character */
	unsigned events;		/* 0: those of the scenario; above SEARCH_EVENTS_MAX: not given */
	unsigned kinds;			/* 0: not given */
	uint64_t points;		/* 0: not given */
	const struct scenario_axis *axes;	/* of `vary`, and of --vary if options.search */
	size_t axis_count;
};

/* The kind of event of that name, or SEARCH_AT; 0: there is none. */
unsigned search_kind(const char *name);

/* "plug, unplug, ..., at": in the order of enum event_kind. */
const char *search_kind_list(void);

struct loader;

/* Inside of the reader: the keys of `search`. */
extern const struct key_table search_keys;

#endif
