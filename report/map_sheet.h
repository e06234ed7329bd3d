/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_MAP_SHEET_H
#define HPTSIM_REPORT_MAP_SHEET_H
/*
 * Inside of report/: a picture of cells, as the data that plot/sweep.gp draws.
 * Lengths are its units, from the upper left; all pictures are SHEET_WIDTH wide.
 */
#include <stdio.h>

#include "report/map.h"

#define SHEET_WIDTH	680.0

/* Of a text in the small size, a character's. */
#define SHEET_SMALL	6.0
#define SHEET_LARGE	6.6

/* Values of one key that are drawn; of more some are left out. */
#define SHEET_VALUES_MAX	40

struct sheet {
	struct map *m;
	FILE *cells, *texts;
	char *cells_text, *texts_text;
	size_t cells_size, texts_size;
	double y;		/* all above is taken */
	double legend_x;
};

/* False: out of memory; the sheet is then of no use, and has nothing to be freed. */
bool sheet_begin(struct sheet *s, struct map *m);

/* Writes it, and frees it. @title: for people who read the data. */
bool sheet_end(struct sheet *s, const char *title, FILE *out);

enum sheet_anchor { SHEET_LEFT, SHEET_CENTRE, SHEET_RIGHT, SHEET_SLANTED };

/* @size: 11 large, 10 small, 9 in narrow cells; @in_cell: on a cell's colour, whatever the page's is */
void sheet_text(struct sheet *s, double x, double y, enum sheet_anchor anchor, int size, bool in_cell, const char *text);

/* What a cell is filled with. */
enum sheet_fill {
	SHEET_COLOUR,
	SHEET_SHORT,		/* hatched: did not do its work */
	SHEET_ENDED,		/* hatched both ways: did not get to its end */
	SHEET_EMPTY,		/* an outline */
};

struct sheet_box { double left, top, right, bottom; };

/* @what: for people who read the data: who, or the number */
void sheet_cell(struct sheet *s, struct sheet_box box, enum sheet_fill fill, unsigned colour, uint64_t point, const char *what);

/* One more entry of a legend, in rows from s->y on; sheet_legend_end() goes below it. */
void sheet_legend(struct sheet *s, enum sheet_fill fill, unsigned colour, const char *in_cell, const char *text);
void sheet_legend_end(struct sheet *s);

/* How many characters there are; the first so many of them, and the last. */
size_t sheet_length(const char *text);
const char *sheet_cut(struct map *m, const char *text, size_t most);
const char *sheet_cut_front(struct map *m, const char *text, size_t most);

/* --- map_panel.c: cells at their places along the axes --- */

struct panels {
	struct sheet *s;
	size_t nx, ny;			/* values that are drawn */
	size_t x_places[SHEET_VALUES_MAX], y_places[SHEET_VALUES_MAX];
	double x_edges[SHEET_VALUES_MAX + 1], y_edges[SHEET_VALUES_MAX + 1];	/* from 0 to 1; of y from below */
	double label_width, cell_width, cell_height, tick_height, width, height;
	bool slanted;
	size_t lines;			/* of a panel's title; 0: it has none */
	size_t per_row, drawn;
};

/* @count: panels on the sheet; @lines: of their titles, at most, and then in parts with ", " between them */
void panels_begin(struct panels *p, struct sheet *s, size_t count, size_t lines);

/* One more, of one combination of the other keys' values. */
void panels_put(struct panels *p, const char *title, uint64_t combo,
		void (*cell)(struct sheet *s, struct sheet_box box, uint64_t point, const void *ctx), const void *ctx);

/* Below all of them. */
void panels_end(struct panels *p);

/* Which places of an axis are drawn, SHEET_VALUES_MAX at most, and where the cells' edges are. */
size_t panels_places(const struct map_axis *axis, size_t places[SHEET_VALUES_MAX], double edges[SHEET_VALUES_MAX + 1]);

/* A key with its scale, if that is not plain. */
const char *panels_key(struct map *m, size_t axis);

/* --- map_draw.c --- */

/* Combinations of the other keys that are drawn in the map, and with ratios. */
#define MAP_PANELS_MAX	12
#define MAP_RATIOS_MAX	4

bool map_draw_winners(struct map *m, FILE *out);

/* How the policies do against mainline, at one combination of the other keys' values. */
bool map_draw_ratios(struct map *m, uint64_t combo, FILE *out);

/* map_lines.c: times along the one key that is swept, for plot/sweep_line.gp */
bool map_draw_lines(struct map *m, FILE *out);

/* "0.0312", "0.31", "1.07", "12.3", "142": what fits a cell */
const char *map_short_ratio(struct map *m, double ratio);

#endif
