/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TABLE_H
#define HPTSIM_TABLE_H
/* A table of text with aligned columns, printed when all rows are known. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct table_column {
	const char *title;
	bool right;		/* numbers */
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	char **cells;		/* row after row */
	size_t cell_count, cell_room;
	bool no_memory;		/* a cell was lost; the table cannot be printed */
};

/* The next cell, row after row; @text is copied. */
void table_add(struct table *table, const char *text);

/* Title line and rows. False: out of memory. */
bool table_print(const struct table *table, FILE *out);

void table_free(struct table *table);

#endif
