// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables in each of their formats; as text: table_text.c. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "base/table_internal.h"

#define KEY_MAX	64

/* --- Markdown, as GitHub reads it --- */

static void md_text(FILE *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		/* emphasis begins and ends at words; inside one _ is a letter */
		bool inside = *p == '_' && p > text && isalnum((unsigned char)p[-1]) && isalnum((unsigned char)p[1]);

		if (*p == '<')
			fputs("&lt;", out);
		else if (*p == '&')
			fputs("&amp;", out);
		else if ((unsigned char)*p < ' ')
			fputc(' ', out);
		else if (strchr("\\|`*[]_~", *p) && !inside)
			fprintf(out, "\\%c", *p);
		else
			fputc(*p, out);
	}
	fputs(" |", out);
}

static void print_md(const struct table *table, FILE *out)
{
	char text[TABLE_SHOWN_MAX];

	fputc('|', out);
	for (size_t i = 0; i < table->column_count; i++) {
		if (!table->columns[i].title)
			continue;
		fputc(' ', out);
		md_text(out, table->columns[i].title);
	}
	fputs("\n|", out);
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].title)
			fputs(table->columns[i].type == TABLE_TEXT ? "---|" : "---:|", out);
	fputc('\n', out);
	for (size_t row = 0; row < table_row_count(table); row++) {
		fputc('|', out);
		for (size_t i = 0; i < table->column_count; i++) {
			if (!table->columns[i].title)
				continue;
			fputc(' ', out);
			md_text(out, table_shown(&table->columns[i], table_cell_at(table, row, i), text));
		}
		fputc('\n', out);
	}
}

/* --- for programs --- */

static size_t key_count(const struct table_column *column)
{
	if (!column->key)
		return 0;
	return column->type == TABLE_RANGE || column->type == TABLE_SD ? 2 : 1;
}

static const char *key_name(const struct table_column *column, size_t which, char name[KEY_MAX])
{
	const char *suffix = "";

	if (column->type == TABLE_RANGE)
		suffix = which ? "_max" : "_min";
	else if (column->type == TABLE_SD && which)
		suffix = "_sd";
	snprintf(name, KEY_MAX, "%s%s", column->key, suffix);
	return name;
}

/* Is there nothing to tell a program? */
static bool is_null(const struct table_column *column, const struct table_cell *cell)
{
	return cell->empty || (cell->text && column->type != TABLE_TEXT);
}

/* RFC 4180, but for the ends of lines, which are those of all else here. */
static void csv_text(FILE *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void print_csv(const struct table *table, FILE *out)
{
	const char *comma = "";
	char name[KEY_MAX];

	for (size_t i = 0; i < table->column_count; i++) {
		for (size_t k = 0; k < key_count(&table->columns[i]); k++, comma = ",") {
			fputs(comma, out);
			csv_text(out, key_name(&table->columns[i], k, name));
		}
	}
	fputc('\n', out);
	for (size_t row = 0; row < table_row_count(table); row++) {
		comma = "";
		for (size_t i = 0; i < table->column_count; i++) {
			const struct table_cell *cell = table_cell_at(table, row, i);

			for (size_t k = 0; k < key_count(&table->columns[i]); k++, comma = ",") {
				fputs(comma, out);
				if (is_null(&table->columns[i], cell))
					continue;
				if (cell->text)
					csv_text(out, cell->text);
				else
					fprintf(out, "%" PRId64, k ? cell->second : cell->number);
			}
		}
		fputc('\n', out);
	}
}

static json_t *cell_json(const struct table_column *column, const struct table_cell *cell, size_t which)
{
	if (is_null(column, cell))
		return json_null();
	if (cell->text)
		return json_string(cell->text);
	return json_integer(which ? cell->second : cell->number);
}

static json_t *row_json(const struct table *table, size_t row)
{
	json_t *object = json_object();
	char name[KEY_MAX];

	for (size_t i = 0; i < table->column_count; i++) {
		const struct table_column *column = &table->columns[i];

		for (size_t k = 0; k < key_count(column); k++) {
			if (json_object_set_new(object, key_name(column, k, name),
						cell_json(column, table_cell_at(table, row, i), k)) != 0) {
				json_decref(object);
				return NULL;
			}
		}
	}
	return object;
}

static json_t *table_json(const struct table *table)
{
	json_t *array = json_array();

	for (size_t row = 0; row < table_row_count(table); row++) {
		if (json_array_append_new(array, row_json(table, row)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static bool print_json(const struct table *tables, size_t count, FILE *out)
{
	json_t *root = json_object();
	bool ok = true;

	for (size_t i = 0; i < count && ok; i++)
		ok = json_object_set_new(root, tables[i].name, table_json(&tables[i])) == 0;
	ok = ok && json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0;
	json_decref(root);
	if (ok)
		fputc('\n', out);
	return ok;
}

bool table_print(const struct table *tables, size_t count, enum table_format format, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		if (tables[i].no_memory)
			return false;
	if (format == TABLE_AS_JSON)
		return print_json(tables, count, out);
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputc('\n', out);
		if (format == TABLE_AS_CSV)
			print_csv(&tables[i], out);
		else if (format == TABLE_AS_MD)
			print_md(&tables[i], out);
		else if (!table_print_text(&tables[i], out))
			return false;
	}
	return true;
}
