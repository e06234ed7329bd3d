/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TABLE_H
#define HPTSIM_TABLE_H
/*
 * A table, printed when all rows are known: for people with aligned columns or
 * as Markdown, with units in the cells; for programs as CSV or JSON, with raw
 * integers and units in the names of columns.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum table_format { TABLE_AS_TEXT, TABLE_AS_CSV, TABLE_AS_JSON, TABLE_AS_MD };

#define TABLE_FORMATS	"text|csv|json|md"	/* for the help */

/* False: there is none of that name. */
bool table_find_format(const char *name, enum table_format *format);

enum table_type {
	TABLE_TEXT,
	TABLE_INT,
	TABLE_NS,
	/* two numbers in one cell for people, two columns for programs */
	TABLE_RANGE,		/* KEY_min, KEY_max */
	TABLE_SD,		/* KEY, KEY_sd: a standard deviation, 0: none */
};

struct table_column {
	const char *title;	/* for people; NULL: not shown to them */
	enum table_type type;
	const char *key;	/* for programs; NULL: not for them */
};

struct table_cell {
	char *text;		/* NULL: a number, or empty */
	int64_t number, second;	/* second: of TABLE_RANGE and TABLE_SD */
	bool empty;
};

struct table {
	const char *name;	/* the array's in JSON */
	const struct table_column *columns;
	size_t column_count;
	struct table_cell *cells;	/* row after row */
	size_t cell_count, cell_room;
	/*
	 * Keys or titles of columns that a terminal may be too narrow for, the
	 * first to go first; ends with NULL. What failed is never among them.
	 */
	const char *const *may_hide;
	bool no_memory;		/* a cell was lost; the table cannot be printed */
};

/* An empty one with the columns of an array. */
#define TABLE_OF(table_name, table_columns) \
	(struct table){ .name = table_name, .columns = table_columns, \
			.column_count = sizeof(table_columns) / sizeof((table_columns)[0]) }

/*
 * The next cell, row after row. @text is copied; in a column of numbers it
 * stands for one that there is not, and programs get an empty cell.
 */
void table_add(struct table *table, const char *text);
void table_add_int(struct table *table, int64_t number);
void table_add_pair(struct table *table, int64_t number, int64_t second);
void table_add_none(struct table *table);	/* "-", empty, null */

/*
 * One document of several tables. As text they fit terminal_width(): titles are
 * broken, then long texts, then columns of may_hide left out, and that is said.
 * False: out of memory, or the stream has an error.
 */
bool table_print(const struct table *tables, size_t count, enum table_format format, FILE *out);

void table_free(struct table *table);

#endif
