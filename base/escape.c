// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/escape.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS	72

void escape_html(const char *text, FILE *out)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether what stands in front of @text begins a word. */
static bool begins_word(const char *start, const char *text)
{
	return text == start || text[-1] == ' ' || text[-1] == '\n' || text[-1] == '\t';
}

static bool is_number(const char *start, const char *text)
{
	const char *digit = text;

	while (digit > start && digit[-1] >= '0' && digit[-1] <= '9')
		digit--;
	return digit < text && begins_word(start, digit);
}

static bool has_meaning(const char *start, const char *text)
{
	if (strchr("\\`*[]<>|~&$", *text))
		return true;
	/* inside of a word it is an underscore */
	if (*text == '_')
		return text == start || !is_word(text[-1]) || !is_word(text[1]);
	/* what makes a list or a heading in front of a line, wherever the line will end */
	if (strchr("-+=#", *text))
		return begins_word(start, text);
	if (*text == '.' || *text == ')')
		return is_number(start, text) && (!text[1] || text[1] == ' ' || text[1] == '\n');
	return false;
}

void escape_markdown(const char *text, FILE *out)
{
	const char *start = text;

	for (; *text; text++) {
		if (*text == '\n' || *text == '\t') {
			fputc(' ', out);
			continue;
		}
		if (has_meaning(start, text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

void escape_markdown_block(const char *text, FILE *out)
{
	size_t fence = 3, run = 0;

	for (const char *s = text; *s; s++) {
		run = *s == '`' ? run + 1 : 0;
		if (fence <= run)
			fence = run + 1;
	}
	for (size_t i = 0; i < fence; i++)
		fputc('`', out);
	fprintf(out, "\n%s%s", text, *text && text[strlen(text) - 1] == '\n' ? "" : "\n");
	for (size_t i = 0; i < fence; i++)
		fputc('`', out);
	fputc('\n', out);
}

/* Characters, not bytes. */
static size_t width(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

void escape_markdown_wrapped(const char *prefix, const char *text, FILE *out)
{
	size_t column = strlen(prefix), indent = column;
	bool first = true;

	fputs(prefix, out);
	while (*text) {
		size_t length = strcspn(text, " \n");
		size_t word = width(text, length);

		if (!length) {
			text++;
			continue;
		}
		if (!first && column + 1 + word > COLUMNS) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, length, out);
		column += word;
		text += length;
		first = false;
	}
	fputc('\n', out);
}

void escape_shell(const char *word, size_t length, FILE *out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./=:,+-@%";

	if (length && strspn(word, plain) >= length) {
		fprintf(out, "%.*s", (int)length, word);
		return;
	}
	fputc('\'', out);
	for (size_t i = 0; i < length; i++) {
		if (word[i] == '\'')
			fputs("'\\''", out);
		else
			fputc(word[i], out);
	}
	fputc('\'', out);
}
