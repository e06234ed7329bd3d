// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/grid.h"

#include <string.h>

void grid_head(struct grid *g, const char *name)
{
	grid_add(g, name);
	g->columns++;
}

void grid_heads(struct grid *g, const char *const *names)
{
	for (; *names; names++)
		grid_head(g, *names);
}

void grid_add(struct grid *g, const char *text)
{
	const char **cells = report_push(g->r, g->cells, g->count, sizeof(*g->cells));

	if (!cells)
		return;
	g->cells = cells;
	cells[g->count++] = report_printf(g->r, "%s", text ? text : "");
}

void grid_add_missing(struct grid *g)
{
	for (size_t i = 1; i < g->columns; i++)
		grid_add(g, MISSING);
}

static bool is_first_byte(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t width_of(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += is_first_byte(*text);
	return count;
}

static void measure(const struct grid *g, size_t widths[GRID_COLUMNS_MAX])
{
	memset(widths, 0, GRID_COLUMNS_MAX * sizeof(*widths));
	for (size_t i = 0; i < g->count; i++)
		if (widths[i % g->columns] < width_of(g->cells[i]))
			widths[i % g->columns] = width_of(g->cells[i]);
}

/* In a field of @width: the first column at its left, others at its right. Line ends become blanks. */
static void put_cell(const char *text, size_t width, bool left, FILE *out)
{
	size_t length = width_of(text), count = 0;

	for (size_t i = length; i < width && !left; i++)
		fputc(' ', out);
	for (const char *s = text; *s; s++) {
		count += is_first_byte(*s);
		if (count > width)
			break;
		if (count == width && length > width) {
			fputc('~', out);
			break;
		}
		fputc(*s == '\n' || *s == '\t' ? ' ' : *s, out);
	}
	for (size_t i = length; i < width && left; i++)
		fputc(' ', out);
}

void grid_print_markdown(const struct grid *g, FILE *out)
{
	size_t widths[GRID_COLUMNS_MAX];

	if (g->r->no_memory)
		return;
	measure(g, widths);
	for (size_t i = 0; i < g->count; i++) {
		size_t column = i % g->columns;

		fputc('|', out);
		put_cell(g->cells[i], widths[column], !column, out);
		if (column + 1 < g->columns)
			continue;
		fputs("|\n", out);
		for (size_t j = 0; i + 1 == g->columns && j < g->columns; j++) {
			fputc('|', out);
			for (size_t k = 0; k + (j > 0) < (widths[j] > 1 ? widths[j] : 2); k++)
				fputc('-', out);
			fputs(j ? ":" : "", out);
			fputs(j + 1 == g->columns ? "|\n" : "", out);
		}
	}
	fputc('\n', out);
}

static void put_line(const struct grid *g, const size_t *widths, size_t padding, FILE *out)
{
	for (size_t i = 0; i < g->columns; i++) {
		fputc('+', out);
		for (size_t k = 0; k < widths[i] + 2 * padding; k++)
			fputc('-', out);
	}
	fputs("+\n", out);
}

static size_t all_of(const struct grid *g, const size_t *widths, size_t padding)
{
	size_t all = 1;

	for (size_t i = 0; i < g->columns; i++)
		all += widths[i] + 2 * padding + 1;
	return all;
}

void grid_print_boxed(const struct grid *g, size_t width, FILE *out)
{
	size_t widths[GRID_COLUMNS_MAX], padding, all;

	if (g->r->no_memory)
		return;
	measure(g, widths);
	padding = all_of(g, widths, 1) <= width;
	all = all_of(g, widths, padding);
	if (all > width && widths[0] > all - width + 1)
		widths[0] -= all - width;
	put_line(g, widths, padding, out);
	for (size_t i = 0; i < g->count; i++) {
		fprintf(out, "|%*s", (int)padding, "");
		put_cell(strcmp(g->cells[i], MISSING) == 0 ? "-" : g->cells[i], widths[i % g->columns], i % g->columns == 0, out);
		fprintf(out, "%*s", (int)padding, "");
		if ((i + 1) % g->columns)
			continue;
		fputs("|\n", out);
		if (i + 1 == g->columns)
			put_line(g, widths, padding, out);
	}
	put_line(g, widths, padding, out);
}
