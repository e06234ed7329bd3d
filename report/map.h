/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_MAP_H
#define HPTSIM_REPORT_MAP_H
/*
 * Inside of report/: the map of a sweep, which policy is the fastest at which point.
 *
 * Points are numbered from 1 as in the database, policies and values from 0. All
 * texts are clean, as in model.h. Memory is the report's.
 */
#include "report/model.h"

#define MAP_NONE	SIZE_MAX

/* What a point has under a policy instead of a time. */
enum map_state {
	MAP_DONE = 0,
	MAP_MISSING = -1,	/* no run in the file */
	MAP_SHORT = -2,		/* a request failed or did less than it was asked for: its time says nothing */
	MAP_ENDED = -3,		/* the run did not get to its end */
	MAP_INVALID = -4,	/* the point's scenario is not valid: under no policy is there a run */
};

enum map_scale { MAP_EVEN, MAP_LINEAR, MAP_LOG };

struct map_axis {
	const char *key;
	const char **texts;	/* values as written */
	int64_t *numbers;
	bool is_number;		/* all of them are */
	size_t count;
	uint64_t stride;	/* from a value's points to the next one's */
	/* by place: numbers go up, others are as given */
	size_t *sorted;		/* the value at a place */
	size_t *place;		/* and back */
	enum map_scale scale;
};

/* A run that did not do its work, told about. */
struct map_trouble {
	uint64_t point;
	int64_t failed_requests, memory_wanted_bytes, memory_end_bytes;
	const char *text;	/* why it did not get to its end; NULL: it did */
};

#define MAP_TROUBLES_MAX	3

struct map_policy {
	const char *name, *source;
	size_t group;
	/* points at which it is so; slower includes near, by 1 % at most */
	uint64_t alone, tied, slower, near, fell_short, ended, missing;
	double log_sum, low, high;	/* of ratios to mainline; ratio_count 0: there are none */
	uint64_t ratio_count, worse;	/* worse: than mainline, by more than 1 % */
	/* the worst over all points at which it did its work, failures added up */
	int64_t stall_max_ns, host_peak_bytes, resize_failures;
	int64_t table_above;		/* orders by which the table left behind is above the smallest at the same point */
	struct map_trouble troubles[MAP_TROUBLES_MAX];	/* the first ones */
	size_t trouble_count;
};

/* A point at which a policy takes many times as long as the fastest. */
struct map_worst {
	uint64_t point;
	double ratio;
};

#define MAP_WORST_MAX	3

/* Policies with the same time, or the same lack of one, at every point. */
struct map_group {
	size_t policy;		/* the first of them */
	size_t count;
	const char *label;	/* "a", "a, b" */
	const char *name;	/* "a", "a and 2 alike" */
	char letter[4];
	unsigned colour;	/* 0xrrggbb */
	bool shown;		/* the fastest at some point, and not tied with all others that did their work there */
	struct map_worst worst[MAP_WORST_MAX];
	size_t worst_count;
};

/* Two points that differ in one key by one step, and some policy is the fastest at one of them only. */
struct map_change {
	uint64_t from, to;
	size_t axis;
	/* most that one takes at the one point that is the fastest at the other, to the fastest there; 0: there is none;
	 * INFINITY: it did not do its work */
	double at_from, at_to;
};

#define MAP_CHANGES_MAX	20

struct map {
	struct report *r;
	const char *scenario, *scenario_text, *file, *arguments, *sets, *version;
	int64_t seed, model;
	const char **costs_names, **costs_texts;
	size_t costs_count;
	struct map_axis *axes;
	size_t axis_count;
	struct map_policy *policies;
	size_t policy_count;
	uint64_t points;
	int64_t *cells;		/* by point and policy: ns, or enum map_state */
	uint8_t *shifts;	/* likewise: order of the table left behind */

	/* judged */
	size_t mainline;	/* MAP_NONE: it was not run */
	struct map_group *groups;	/* who is the fastest at most points first */
	size_t group_count;
	uint64_t compared;	/* points with a fastest policy */
	uint64_t none_did;	/* points at which no run did all its work, but there are runs */
	uint64_t invalid, missing;	/* points without any run, and points where some policy has none */
	double spread;		/* farthest that a ratio to mainline, or to the fastest without it, is from 1, as a logarithm */
	struct map_change changes[MAP_CHANGES_MAX];	/* largest difference first */
	size_t change_count;
	uint64_t all_changes, small_changes;	/* of them, by 1 % at most */

	/* map_axes.c */
	size_t x, y;		/* drawn as columns and as rows; y MAP_NONE: one row */
	uint64_t combos;	/* of values of the other keys: a picture for each */
};

/* map.c: writes and says all of it, of a sweep that was loaded; returns as report_write() */
enum report_status map_report(struct map *m, struct report_said *said);

/* map_load.c: REPORT_OK with m->points 0: the file holds no sweep */
enum report_status map_load(struct map *m);

/* map_judge.c: fills what is called judged */
void map_judge(struct map *m);

/* map_axes.c: what is drawn along which axis, as the options say. False: r->error says why not. */
bool map_choose_axes(struct map *m);

static inline int64_t map_cell(const struct map *m, uint64_t point, size_t policy)
{
	return m->cells[(point - 1) * m->policy_count + policy];
}

/* Which value of a key a point has. */
static inline size_t map_value(const struct map *m, uint64_t point, size_t axis)
{
	return (size_t)((point - 1) / m->axes[axis].stride % m->axes[axis].count);
}

/* map_judge.c */

/* The least time of those that did all and took longer than @than; negative: there is none. -1 asks for the fastest. */
int64_t map_least_above(const struct map *m, uint64_t point, int64_t than);

/* Several groups of policies did their work there, and all of them are as fast. */
bool map_all_tie(const struct map *m, uint64_t point);

/* A policy's time to mainline's, or to the fastest's if mainline was not run; 0: there is no such ratio. */
double map_ratio(const struct map *m, uint64_t point, size_t policy);

/* map_axes.c: the first point of a combination of the other keys' values, from 0; all drawn ones follow by strides. */
uint64_t map_combo_point(const struct map *m, uint64_t combo);

/* "guest.page_size=4KiB, costs=qemu-tcg" of the keys that are not drawn along an axis; "" if there are none. */
const char *map_combo_text(struct map *m, uint64_t combo, bool constants);

#endif
