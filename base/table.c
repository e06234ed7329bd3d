// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/table_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"

bool table_find_format(const char *name, enum table_format *format)
{
	static const char *const names[] = {
		[TABLE_AS_TEXT] = "text", [TABLE_AS_CSV] = "csv", [TABLE_AS_JSON] = "json", [TABLE_AS_MD] = "md",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0) {
			*format = (enum table_format)i;
			return true;
		}
	}
	return false;
}

static enum table_type next_type(const struct table *table)
{
	return table->columns[table->cell_count % table->column_count].type;
}

static void add_cell(struct table *table, struct table_cell cell)
{
	if (table->cell_count == table->cell_room) {
		size_t room = table->cell_room ? 2 * table->cell_room : 64;
		struct table_cell *cells = realloc(table->cells, room * sizeof(*cells));

		if (!cells) {
			free(cell.text);
			table->no_memory = true;
			return;
		}
		table->cells = cells;
		table->cell_room = room;
	}
	table->cells[table->cell_count++] = cell;
}

void table_add(struct table *table, const char *text)
{
	struct table_cell cell = { .text = strdup(text) };

	if (!cell.text)
		table->no_memory = true;
	add_cell(table, cell);
}

void table_add_int(struct table *table, int64_t number)
{
	assert(next_type(table) == TABLE_INT || next_type(table) == TABLE_NS);
	add_cell(table, (struct table_cell){ .number = number });
}

void table_add_pair(struct table *table, int64_t number, int64_t second)
{
	assert(next_type(table) == TABLE_RANGE || next_type(table) == TABLE_SD);
	add_cell(table, (struct table_cell){ .number = number, .second = second });
}

void table_add_none(struct table *table)
{
	add_cell(table, (struct table_cell){ .empty = true });
}

const char *table_shown(const struct table_column *column, const struct table_cell *cell,
			char text[TABLE_SHOWN_MAX])
{
	if (cell->empty)
		return "-";
	if (cell->text)
		return cell->text;
	if (column->type == TABLE_NS)
		return format_ns(text, cell->number);
	if (column->type == TABLE_RANGE && cell->second != cell->number)
		snprintf(text, TABLE_SHOWN_MAX, "%" PRId64 "-%" PRId64, cell->number, cell->second);
	else if (column->type == TABLE_SD && cell->second)
		snprintf(text, TABLE_SHOWN_MAX, "%" PRId64 " \u00b1 %" PRId64, cell->number, cell->second);
	else
		snprintf(text, TABLE_SHOWN_MAX, "%" PRId64, cell->number);
	return text;
}

size_t table_row_count(const struct table *table)
{
	return table->cell_count / table->column_count;
}

const struct table_cell *table_cell_at(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	table->cells = NULL;
	table->cell_count = table->cell_room = 0;
}
