/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_MAP_PAGES_H
#define HPTSIM_REPORT_MAP_PAGES_H
/* Inside of report/: what is said about a sweep, and written for people and programs. */
#include <stdio.h>

#include "report/grid.h"
#include "report/map.h"

/* A picture of the sweep. */
struct map_picture {
	const char *name;	/* of its files: "map", "ratio-1", "lines" */
	const char *script;	/* "sweep.gp" */
	const char *title;
	uint64_t combo;
};

/* map_pictures.c: those that are drawn; @count is set */
const struct map_picture *map_pictures(struct map *m, size_t *count);

/* Draw them in the report's directory. REPORT_OK, REPORT_EPLOT or REPORT_ETROUBLE, with r->error. */
enum report_status map_write_pictures(struct map *m);

/* --- map_words.c; NULL: out of memory --- */

/* "memory_by_delta: 24 points, 11 policies" */
const char *map_title(struct map *m);

/* Runs that did not do their work, points that are not there or not valid; "" if all are and did. */
const char *map_not_done(struct map *m);

/* Who is the fastest at how many points. */
const char *map_verdict(struct map *m);

/* What those that are the fastest somewhere cost elsewhere, and mainline: of those that cost the same the first says it; else NULL. */
const char *map_cost(struct map *m, size_t policy);

/* By how much it matters: where most is won; "" if nothing is. */
const char *map_widest(struct map *m);

/* What is not in the pictures, and how to get it there; "" if all is. */
const char *map_not_drawn(struct map *m);

/* "guest.memory=4GiB, events.0.plug.size=1GiB" */
const char *map_point_text(struct map *m, uint64_t point);

/* "a", "a = b" of those that take so long there, by groups */
const char *map_names_at(struct map *m, uint64_t point, int64_t ns);

/* Likewise of those that are the fastest at @point and not at @other; an en dash: none. */
const char *map_only_at(struct map *m, uint64_t point, uint64_t other);

/* "fell short: 2 failed requests, 8 GiB of 16 GiB" */
const char *map_trouble_text(struct map *m, const struct map_trouble *t);

/* map_howto.c: the command that runs a point under a policy, and the one that makes the sweep. */
const char *map_command(struct map *m, uint64_t point, size_t policy);
const char *map_sweep_command(struct map *m);

/* --- map_tables.c: for Markdown and mails --- */

struct grid map_table_counts(struct map *m);
struct grid map_table_changes(struct map *m, size_t most);

/* Policies that are one in all else, and their letters; "" if all differ. */
const char *map_alike(struct map *m);

#define MAP_COUNTS_KEY \
	"first: points at which it is the fastest alone; tied: together with others, equal times; near: slower, by 1 % at most; short: did " \
	"less than it was asked for, or did not get to its end; mean, high: of the ratios to mainline, the mean being geometric; worse: points " \
	"at which it takes more than mainline, by more than 1 %."

/* --- what is written; false: out of memory. @drawn: there are pictures --- */
bool map_html(struct map *m, bool drawn, FILE *out);
bool map_markdown(struct map *m, bool drawn, FILE *out);
bool map_mail(struct map *m, FILE *out);
bool map_json(struct map *m, FILE *out);

#endif
