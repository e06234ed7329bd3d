// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells at their places along two axes, with labels; several such panels on a sheet. */
#include <math.h>
#include <string.h>

#include "report/map_sheet.h"

#define CELL_WIDTH_MAX	80.0
#define CELL_WIDTH_MIN	30.0	/* with several panels in a row */
#define GAP		14.0
#define LABEL_MAX	18	/* characters of a value's label */
#define ROWS_TALL	24	/* of more rows cells are flat and have no figures */
#define CELL_HEIGHT	28.0	/* two lines */
#define CELL_FLAT	14.0
#define TITLE_LINE	15.0

size_t panels_places(const struct map_axis *axis, size_t places[SHEET_VALUES_MAX], double edges[SHEET_VALUES_MAX + 1])
{
	size_t count = axis->count < SHEET_VALUES_MAX ? axis->count : SHEET_VALUES_MAX;
	double first, span;

	for (size_t i = 0; i < count; i++)
		places[i] = count > 1 ? i * (axis->count - 1) / (count - 1) : 0;
	for (size_t i = 0; i <= count; i++)
		edges[i] = (double)i / (double)count;
	if (axis->scale != MAP_LOG || count < 3)
		return count;
	/* an edge is half way between two values; the outer cells reach as far outwards as inwards */
#define AT(i)	log((double)axis->numbers[axis->sorted[places[i]]])
	for (size_t i = 1; i < count; i++)
		edges[i] = (AT(i - 1) + AT(i)) / 2;
	edges[0] = 2 * AT(0) - edges[1];
	edges[count] = 2 * AT(count - 1) - edges[count - 1];
#undef AT
	first = edges[0];
	span = edges[count] - first;
	for (size_t i = 0; i <= count; i++)
		edges[i] = (edges[i] - first) / span;
	return count;
}

const char *panels_key(struct map *m, size_t axis)
{
	const struct map_axis *a = &m->axes[axis];
	const char *scale = a->scale == MAP_LOG ? " (log)" : a->is_number && a->scale == MAP_EVEN && a->count > 2 ? " (not to scale)" : "";

	return report_printf(m->r, "%s%s", a->key, scale);
}

static size_t longest(const struct map_axis *axis, const size_t *places, size_t count)
{
	size_t most = 1;

	for (size_t i = 0; i < count; i++) {
		size_t length = sheet_length(axis->texts[axis->sorted[places[i]]]);

		most = length > most ? length : most;
	}
	return most < LABEL_MAX ? most : LABEL_MAX;
}

/* Of a row on average, so that the lowest one has room. */
static double row_height(const struct panels *p)
{
	double least = 1;

	if (p->ny > ROWS_TALL)
		return CELL_FLAT;
	for (size_t i = 0; i < p->ny; i++)
		least = fmin(least, p->y_edges[i + 1] - p->y_edges[i]);
	return CELL_HEIGHT / (least * (double)p->ny);
}

/* That has room beside the others in a row. */
static double cell_width(const struct panels *p)
{
	return (SHEET_WIDTH - 8 - (double)p->per_row * (p->label_width + GAP)) / (double)(p->per_row * p->nx);
}

void panels_begin(struct panels *p, struct sheet *s, size_t count, size_t lines)
{
	struct map *m = s->m;
	const struct map_axis *x = &m->axes[m->x], *y = m->y == MAP_NONE ? NULL : &m->axes[m->y];
	double labels;

	*p = (struct panels){ .s = s, .lines = lines, .per_row = count < 4 ? count : 4, .label_width = 8, .ny = 1 };
	p->nx = panels_places(x, p->x_places, p->x_edges);
	p->y_edges[1] = 1;
	if (y) {
		p->ny = panels_places(y, p->y_places, p->y_edges);
		p->label_width = SHEET_SMALL * (double)longest(y, p->y_places, p->ny) + 12;
	}
	while (p->per_row > 1 && cell_width(p) < CELL_WIDTH_MIN)
		p->per_row--;
	/* rows of as many each */
	p->per_row = (count + (count + p->per_row - 1) / p->per_row - 1) / ((count + p->per_row - 1) / p->per_row);
	p->cell_width = fmin(cell_width(p), CELL_WIDTH_MAX);
	p->cell_height = row_height(p);
	labels = SHEET_SMALL * (double)longest(x, p->x_places, p->nx);
	p->slanted = labels > p->cell_width - 5;
	p->tick_height = p->slanted ? 0.72 * labels + 10 : 16;
	p->width = p->label_width + p->cell_width * (double)p->nx;
	p->height = (p->lines ? TITLE_LINE * (double)p->lines + 3 : 0) + (y ? 16 : 0) + p->cell_height * (double)p->ny + p->tick_height + 18 + GAP;
}

static void put_ticks(struct panels *p, double left, double bottom)
{
	struct sheet *s = p->s;
	struct map *m = s->m;
	const struct map_axis *x = &m->axes[m->x], *y = m->y == MAP_NONE ? NULL : &m->axes[m->y];
	double width = p->cell_width * (double)p->nx, height = p->cell_height * (double)p->ny;
	const char *key = panels_key(m, m->x);

	/* a slanted label needs as much room sideways as a line is high */
	for (size_t i = 0; i < p->nx; i += p->slanted && p->cell_width < 11 ? 2 : 1)
		sheet_text(s, left + width * (p->x_edges[i] + p->x_edges[i + 1]) / 2 + (p->slanted ? 3 : 0), bottom + (p->slanted ? 7 : 9),
			   p->slanted ? SHEET_SLANTED : SHEET_CENTRE, 10, false, sheet_cut(m, x->texts[x->sorted[p->x_places[i]]], LABEL_MAX));
	for (size_t i = 0; i < p->ny && y; i++)
		sheet_text(s, left - 6, bottom - height * (p->y_edges[i] + p->y_edges[i + 1]) / 2, SHEET_RIGHT, 10, false,
			   sheet_cut(m, y->texts[y->sorted[p->y_places[i]]], LABEL_MAX));
	if (key && SHEET_SMALL * (double)sheet_length(key) <= width)
		sheet_text(s, left + width / 2, bottom + p->tick_height + 8, SHEET_CENTRE, 10, false, key);
	else
		sheet_text(s, left - p->label_width + 8, bottom + p->tick_height + 8, SHEET_LEFT, 10, false,
			   sheet_cut_front(m, key, (size_t)((p->width + GAP) / SHEET_SMALL)));
}

/* In one line if that has room, else each of its parts in one: what tells panels apart is at the end of a part. */
static void put_title(struct panels *p, const char *title, double x, double y, size_t room)
{
	struct sheet *s = p->s;

	if (!title || sheet_length(title) <= room || p->lines == 1) {
		sheet_text(s, x, y + 9, SHEET_LEFT, 11, false, sheet_cut(s->m, title, room));
		return;
	}
	for (size_t line = 0; line < p->lines && *title; line++) {
		const char *comma = strstr(title, ", ");
		size_t length = comma && line + 1 < p->lines ? (size_t)(comma - title) : strlen(title);

		sheet_text(s, x, y + 9 + TITLE_LINE * (double)line, SHEET_LEFT, 11, false,
			   sheet_cut_front(s->m, report_printf(s->m->r, "%.*s", (int)length, title), room));
		title += length + (title[length] ? 2 : 0);
	}
}

void panels_put(struct panels *p, const char *title, uint64_t combo,
		void (*cell)(struct sheet *s, struct sheet_box box, uint64_t point, const void *ctx), const void *ctx)
{
	struct sheet *s = p->s;
	struct map *m = s->m;
	const struct map_axis *x = &m->axes[m->x], *y = m->y == MAP_NONE ? NULL : &m->axes[m->y];
	uint64_t origin = map_combo_point(m, combo);
	double edge = 4 + (double)(p->drawn % p->per_row) * (p->width + GAP), left = edge + p->label_width;
	double top = s->y + (double)(p->drawn / p->per_row) * p->height, bottom;
	size_t room = (size_t)((p->per_row == 1 ? SHEET_WIDTH - 16 : p->width) / SHEET_LARGE);

	if (p->lines)
		put_title(p, title, edge + 4, top, room);
	top += p->lines ? TITLE_LINE * (double)p->lines + 3 : 0;
	if (y)
		sheet_text(s, edge + 4, top + 8, SHEET_LEFT, 10, false, sheet_cut_front(m, panels_key(m, m->y), room));
	top += y ? 16 : 0;
	bottom = top + p->cell_height * (double)p->ny;
	for (size_t i = 0; i < p->nx; i++) {
		for (size_t j = 0; j < p->ny; j++) {
			uint64_t point = origin + x->sorted[p->x_places[i]] * x->stride + (y ? y->sorted[p->y_places[j]] * y->stride : 0);
			double height = bottom - top, width = p->cell_width * (double)p->nx;

			cell(s, (struct sheet_box){ left + width * p->x_edges[i] + 0.5, bottom - height * p->y_edges[j + 1] + 0.5,
						    left + width * p->x_edges[i + 1] - 0.5, bottom - height * p->y_edges[j] - 0.5 }, point, ctx);
		}
	}
	put_ticks(p, left, bottom);
	p->drawn++;
}

void panels_end(struct panels *p)
{
	p->s->y += (double)((p->drawn + p->per_row - 1) / p->per_row) * p->height;
}
