/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_TABLE_INTERNAL_H
#define HPTSIM_TABLE_INTERNAL_H
/* What table.c has for those that print: table_print.c and table_text.c. */
#include "base/format.h"
#include "base/table.h"

#define TABLE_SHOWN_MAX	(2 * FORMAT_MAX)

size_t table_row_count(const struct table *table);
const struct table_cell *table_cell_at(const struct table *table, size_t row, size_t column);

/* What people read in a cell; @text is room for it. */
const char *table_shown(const struct table_column *column, const struct table_cell *cell, char text[TABLE_SHOWN_MAX]);

/* Aligned columns that fit the terminal. False: out of memory. */
bool table_print_text(const struct table *table, FILE *out);

#endif
