/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_GRID_H
#define HPTSIM_GRID_H
/* Inside of report/: a table of short cells. The first column is text, the others are numbers. */
#include <stdio.h>

#include "report/model.h"

#define GRID_COLUMNS_MAX	16

struct grid {
	struct report *r;
	const char **cells;	/* row after row, heads first */
	size_t columns, count;
};

/* The heads, NULL behind the last one. */
void grid_heads(struct grid *g, const char *const *names);

/* One more head. */
void grid_head(struct grid *g, const char *name);

void grid_add(struct grid *g, const char *text);

/* A row of dashes, whose first cell is there already. */
void grid_add_missing(struct grid *g);

/* As a table of Markdown; cells are escaped for it. */
void grid_print_markdown(const struct grid *g, FILE *out);

/* Boxed, as in mails: without blanks, and then with the first column cut and ending in "~", if @width demands it; MISSING is a plain dash. */
void grid_print_boxed(const struct grid *g, size_t width, FILE *out);

#endif
