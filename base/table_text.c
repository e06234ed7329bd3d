// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table as aligned columns that fit the terminal. Where they do not, titles
 * are broken between words, then long texts, and last whole columns are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/table_internal.h"
#include "base/terminal.h"

#define GAP		2	/* blanks between columns */
#define TEXT_WIDTH_MIN	24	/* no text is broken into narrower columns */
#define TITLE_LINES_MAX	8

struct column {
	bool shown, right;
	size_t natural;		/* widest cell, without the title */
	size_t width;
};

struct layout {
	const struct table *table;
	size_t limit;		/* of a line */
	struct column *columns;
	bool break_titles;
};

/* Characters, not bytes: names may be UTF-8. */
static size_t width_of(const char *text, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

static size_t longest_word(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t length = strcspn(text, " "), width = width_of(text, length);

		if (longest < width)
			longest = width;
		text += length + (text[length] == ' ');
	}
	return longest;
}

/* Bytes of @text that fit a line of @width: up to a blank, or a whole word. */
static size_t line_length(const char *text, size_t width)
{
	size_t length = strcspn(text, " ");

	while (text[length] == ' ') {
		size_t more = length + 1 + strcspn(text + length + 1, " ");

		if (width_of(text, more) > width)
			break;
		length = more;
	}
	return length;
}

static const char *title_of(const struct layout *l, size_t i)
{
	return l->table->columns[i].title;
}

static size_t total_width(const struct layout *l)
{
	size_t total = 0;

	for (size_t i = 0; i < l->table->column_count; i++)
		if (l->columns[i].shown)
			total += l->columns[i].width + GAP;
	return total ? total - GAP : 0;
}

static void set_widths(struct layout *l)
{
	for (size_t i = 0; i < l->table->column_count; i++) {
		struct column *c = &l->columns[i];
		size_t title;

		if (!c->shown)
			continue;
		title = l->break_titles ? longest_word(title_of(l, i)) : width_of(title_of(l, i), strlen(title_of(l, i)));
		c->width = title > c->natural ? title : c->natural;
	}
}

/* Bytes of @text for its next line in a column. */
static size_t next_line(const char *text, const struct column *c)
{
	size_t length = strlen(text);

	return width_of(text, length) <= c->width ? length : line_length(text, c->width);
}

static size_t line_count(const char *text, const struct column *c)
{
	size_t count = 0;

	do {
		text += next_line(text, c);
		text += *text == ' ';
		count++;
	} while (*text);
	return count;
}

/* Titles that need not be broken, as there is room for them: those of most lines first. */
static void mend_titles(struct layout *l)
{
	for (size_t lines = TITLE_LINES_MAX; lines > 1; lines--) {
		for (size_t i = 0; i < l->table->column_count; i++) {
			struct column *c = &l->columns[i];
			size_t whole = c->shown ? width_of(title_of(l, i), strlen(title_of(l, i))) : 0;

			if (whole > c->width && line_count(title_of(l, i), c) >= lines &&
			    total_width(l) + (whole - c->width) <= l->limit)
				c->width = whole;
		}
	}
}

/* The longest word of a column: it cannot be narrower. */
static size_t narrowest(const struct layout *l, size_t i)
{
	size_t least = TEXT_WIDTH_MIN;
	char text[TABLE_SHOWN_MAX];

	for (size_t row = 0; row < table_row_count(l->table); row++) {
		size_t word = longest_word(table_shown(&l->table->columns[i], table_cell_at(l->table, row, i), text));

		if (least < word)
			least = word;
	}
	return least;
}

/* Break the widest texts until all fits, or none can be broken further. */
static void break_texts(struct layout *l)
{
	size_t total = total_width(l);

	for (size_t round = 0; round < l->table->column_count && total > l->limit; round++, total = total_width(l)) {
		struct column *widest = NULL;
		size_t least = 0;

		for (size_t i = 0; i < l->table->column_count; i++) {
			struct column *c = &l->columns[i];

			if (!c->shown || c->right || (widest && c->width <= widest->width))
				continue;
			if (c->width <= TEXT_WIDTH_MIN || c->width <= narrowest(l, i))
				continue;
			widest = c;
			least = narrowest(l, i);
		}
		if (!widest)
			return;
		widest->width = widest->width > least + (total - l->limit) ? widest->width - (total - l->limit) : least;
	}
}

static bool fits(struct layout *l)
{
	l->break_titles = false;
	set_widths(l);
	if (total_width(l) <= l->limit)
		return true;
	l->break_titles = true;
	set_widths(l);
	break_texts(l);
	mend_titles(l);
	return total_width(l) <= l->limit;
}

static bool is_called(const struct table_column *column, const char *name)
{
	return column->title && (strcmp(column->title, name) == 0 || (column->key && strcmp(column->key, name) == 0));
}

static void hide(struct layout *l, const char *name)
{
	for (size_t i = 0; i < l->table->column_count; i++)
		if (is_called(&l->table->columns[i], name))
			l->columns[i].shown = false;
}

static void lay_out(struct layout *l)
{
	const struct table *table = l->table;
	const char *const *next = table->may_hide;
	char text[TABLE_SHOWN_MAX];

	for (size_t i = 0; i < table->column_count; i++) {
		struct column *c = &l->columns[i];

		c->shown = table->columns[i].title;
		c->right = table->columns[i].type != TABLE_TEXT;
		for (size_t row = 0; row < table_row_count(table) && c->shown; row++) {
			const char *cell = table_shown(&table->columns[i], table_cell_at(table, row, i), text);
			size_t width = width_of(cell, strlen(cell));

			if (c->natural < width)
				c->natural = width;
		}
	}
	while (!fits(l) && next && *next)
		hide(l, *next++);
}

/* @blanks: due before it, from the cells to its left; what is left for the next one is returned. */
static size_t print_cell(const char *text, size_t length, const struct column *c, size_t blanks, FILE *out)
{
	size_t padding = c->width - width_of(text, length);

	if (!length)
		return blanks + c->width + GAP;
	fprintf(out, "%*s%.*s", (int)(blanks + (c->right ? padding : 0)), "", (int)length, text);
	return (c->right ? 0 : padding) + GAP;
}

/* One row of cells, as many lines as the longest of them needs; @titles stand on the last one. */
static void print_row(const struct layout *l, const char **cells, bool titles, FILE *out)
{
	size_t lines = 1;

	for (size_t i = 0; i < l->table->column_count; i++) {
		size_t count = l->columns[i].shown ? line_count(cells[i], &l->columns[i]) : 0;

		if (lines < count)
			lines = count;
	}
	for (; lines; lines--) {
		size_t blanks = 0;

		for (size_t i = 0; i < l->table->column_count; i++) {
			const struct column *c = &l->columns[i];
			size_t length;

			if (!c->shown)
				continue;
			length = titles && line_count(cells[i], c) < lines ? 0 : next_line(cells[i], c);
			blanks = print_cell(cells[i], length, c, blanks, out);
			cells[i] += length;
			cells[i] += length && *cells[i] == ' ';
		}
		fputc('\n', out);
	}
}

/* A piece of a line; on a new one if it has no room on this. */
static size_t say(const struct layout *l, const char *before, const char *text, size_t used, FILE *out)
{
	size_t length = strlen(before) + width_of(text, strlen(text));

	if (used && used + length + 1 > l->limit) {
		fprintf(out, "%.*s\n %s", (int)strcspn(before, " "), before, text);
		return 1 + width_of(text, strlen(text));
	}
	fprintf(out, "%s%s", before, text);
	return used + length;
}

static void say_hidden(const struct layout *l, FILE *out)
{
	const char *before = "(no room for: ";
	size_t used = 0;

	for (size_t i = 0; i < l->table->column_count; i++) {
		if (!title_of(l, i) || l->columns[i].shown)
			continue;
		used = say(l, before, title_of(l, i), used, out);
		before = ", ";
	}
	if (!used)
		return;
	say(l, "; ", "COLUMNS=200 or --format csv shows all)", used, out);
	fputc('\n', out);
}

static void print(struct layout *l, const char **cells, char (*texts)[TABLE_SHOWN_MAX], FILE *out)
{
	const struct table *table = l->table;

	lay_out(l);
	for (size_t i = 0; i < table->column_count; i++)
		cells[i] = title_of(l, i);
	print_row(l, cells, true, out);
	for (size_t row = 0; row < table_row_count(table); row++) {
		for (size_t i = 0; i < table->column_count; i++)
			cells[i] = table_shown(&table->columns[i], table_cell_at(table, row, i), texts[i]);
		print_row(l, cells, false, out);
	}
	say_hidden(l, out);
}

bool table_print_text(const struct table *table, FILE *out)
{
	struct layout l = {
		.table = table, .limit = terminal_width(out),
		.columns = calloc(table->column_count, sizeof(*l.columns)),
	};
	const char **cells = calloc(table->column_count, sizeof(*cells));
	char (*texts)[TABLE_SHOWN_MAX] = calloc(table->column_count, sizeof(*texts));
	bool ok = l.columns && cells && texts;

	if (ok)
		print(&l, cells, texts, out);
	free(l.columns);
	free(cells);
	free(texts);
	return ok;
}
