// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/wrap.h"

#include <stdbool.h>
#include <string.h>

static bool is_first_byte(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t width_of(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += is_first_byte(text[i]);
	return count;
}

static size_t indent_of(const char *line, size_t length)
{
	const char *end = length && *line == '[' ? memchr(line, ']', length) : NULL;

	if (length > 2 && strncmp(line, "- ", 2) == 0)
		return 2;
	return end && end[1] == ' ' ? (size_t)(end - line) + 2 : 0;
}

struct line {
	size_t column, columns, indent;
	FILE *out;
};

static void next_line(struct line *l)
{
	fprintf(l->out, "\n%*s", (int)l->indent, "");
	l->column = l->indent;
}

static void put_word(struct line *l, const char *word, size_t length, bool first)
{
	size_t width = width_of(word, length);

	if (!first && l->column + 1 + width > l->columns) {
		next_line(l);
	} else if (!first) {
		fputc(' ', l->out);
		l->column++;
	}
	for (size_t i = 0; i < length; i++) {
		if (is_first_byte(word[i]) && l->column++ == l->columns) {
			next_line(l);
			l->column++;
		}
		fputc(word[i], l->out);
	}
}

static void wrap_line(const char *text, size_t length, size_t columns, FILE *out)
{
	struct line l = { .columns = columns, .indent = indent_of(text, length), .out = out };
	bool first = true;

	if (l.indent >= columns)
		l.indent = 0;
	for (size_t i = 0; i < length; ) {
		size_t word = 0;

		while (i + word < length && text[i + word] != ' ' && text[i + word] != '\t')
			word++;
		if (word)
			put_word(&l, text + i, word, first);
		first = first && !word;
		i += word ? word : 1;
	}
	fputc('\n', out);
}

void wrap_text(const char *text, size_t columns, FILE *out)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		wrap_line(text, length, columns ? columns : 1, out);
		text += length + (text[length] != '\0');
	}
}

/* Bytes up to where the line may end: in front of a blank, or behind a comma. */
static size_t piece_of(const char *text, bool *quoted)
{
	size_t length = 0;

	while (text[length] && text[length] != '\n') {
		char c = text[length++];

		*quoted = *quoted != (c == '\'');
		if (!*quoted && (c == ',' || text[length] == ' '))
			break;
	}
	return length;
}

/* A piece that is too long is broken anywhere; quotes end before that and begin again. */
static size_t put_piece(const char *text, size_t length, bool quoted, size_t column, size_t columns, FILE *out)
{
	for (size_t i = 0; i < length; i++) {
		if (is_first_byte(text[i]) && column + 2 >= columns && i + 1 < length) {
			fputs(quoted ? "'\\\n'" : "\\\n", out);
			column = quoted;
		}
		quoted = quoted != (text[i] == '\'');
		fputc(text[i], out);
		column += is_first_byte(text[i]);
	}
	return column;
}

void wrap_command(const char *text, size_t columns, FILE *out)
{
	size_t column = 0;
	bool quoted = false;

	while (*text) {
		bool blank = *text == ' ', was_quoted = quoted;
		size_t length = piece_of(text, &quoted);

		/* one column is for the backslash */
		if (column && column + width_of(text, length) + 2 > columns) {
			fputs(blank ? " \\\n   " : "\\\n", out);
			column = blank ? 3 : 0;
		}
		column = put_piece(text, length, was_quoted, column, columns, out);
		text += length;
		if (*text == '\n') {
			fputc('\n', out);
			column = 0;
			text++;
		}
	}
	if (column)
		fputc('\n', out);
}
