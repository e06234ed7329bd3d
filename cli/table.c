// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/table.h"

#include <stdlib.h>
#include <string.h>

void table_add(struct table *table, const char *text)
{
	char *copy;

	if (table->cell_count == table->cell_room) {
		size_t room = table->cell_room ? 2 * table->cell_room : 64;
		char **cells = realloc(table->cells, room * sizeof(*cells));

		if (!cells) {
			table->no_memory = true;
			return;
		}
		table->cells = cells;
		table->cell_room = room;
	}
	copy = strdup(text);
	if (!copy)
		table->no_memory = true;
	else
		table->cells[table->cell_count++] = copy;
}

/* Characters, not bytes: names may be UTF-8. */
static size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void print_cell(FILE *out, const char *text, size_t width, bool right, bool last)
{
	int padding = (int)(width - text_width(text));

	if (right)
		fprintf(out, "%*s%s", padding, "", text);
	else if (last)
		fputs(text, out);
	else
		fprintf(out, "%s%*s", text, padding, "");
	fputs(last ? "\n" : "  ", out);
}

bool table_print(const struct table *table, FILE *out)
{
	size_t *widths = calloc(table->column_count, sizeof(*widths));

	if (!widths || table->no_memory) {
		free(widths);
		return false;
	}
	for (size_t i = 0; i < table->column_count; i++)
		widths[i] = text_width(table->columns[i].title);
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t width = text_width(table->cells[i]);

		if (widths[i % table->column_count] < width)
			widths[i % table->column_count] = width;
	}
	for (size_t i = 0; i < table->column_count; i++)
		print_cell(out, table->columns[i].title, widths[i], table->columns[i].right,
			   i + 1 == table->column_count);
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t column = i % table->column_count;

		print_cell(out, table->cells[i], widths[column], table->columns[column].right,
			   column + 1 == table->column_count);
	}
	free(widths);
	return true;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->cell_count = table->cell_room = 0;
}
