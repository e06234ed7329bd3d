// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gnuplot's SVG made fit for a page: nothing that depends on its version, ids
 * that no other picture has, and the colour of the text around it for what
 * gnuplot draws in black.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "plot/plot.h"

/* A picture on its own has no text around it. */
static const char own_style[] =
	"<style>svg{color:#24292f}@media(prefers-color-scheme:dark){svg{color:#d5dae1}}</style>\n";

static const char *skip_past(const char *s, const char *end)
{
	const char *found = strstr(s, end);

	return found ? found + strlen(end) : s + strlen(s);
}

static bool starts(const char *s, const char *word)
{
	return strncmp(s, word, strlen(word)) == 0;
}

/* Where to go on if the tag at @s and what it holds are left out; NULL: they are not. */
static const char *skip_tag(const char *s, bool is_inline)
{
	if (starts(s, "<!--"))
		return skip_past(s, "-->");
	if (starts(s, "<title>"))
		return skip_past(s, "</title>");
	if (starts(s, "<desc>"))
		return skip_past(s, "</desc>");
	if (starts(s, "<filter"))
		return skip_past(s, "</filter>");
	if (is_inline && starts(s, "<style>"))
		return skip_past(s, "</style>");
	if (is_inline && (starts(s, "<?") || starts(s, "<!")))
		return skip_past(s, ">");
	return NULL;
}

/* SVG's defaults, said again and again. */
static size_t needless(const char *s)
{
	static const char *const words[] = {
		"stroke-linecap=\"butt\" ", "stroke-linejoin=\"miter\"", "stroke-width=\"1.00\" ",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (starts(s, words[i]))
			return strlen(words[i]);
	return 0;
}

/* An attribute's value, from its quote to the next; returns what follows. */
static const char *put_value(const char *s, bool is_id, const char *prefix, FILE *out)
{
	const char *end = strchr(s + 1, *s);
	size_t length = end ? (size_t)(end - s - 1) : strlen(s + 1);
	const char *value = s + 1;

	fputc(*s, out);
	if ((length == 10 && starts(value, "rgb(0,0,0)")) || (length == 5 && starts(value, "black")) || (length == 18 && starts(value, "rgb(  0,   0,   0)"))) {
		fputs("currentColor", out);
	} else if (prefix && is_id) {
		fprintf(out, "%s-%.*s", prefix, (int)length, value);
	} else if (prefix && *value == '#' && starts(value, "#g")) {
		fprintf(out, "#%s-%.*s", prefix, (int)length - 1, value + 1);
	} else if (prefix && starts(value, "url(#")) {
		fprintf(out, "url(#%s-%.*s", prefix, (int)length - 5, value + 5);
	} else {
		fwrite(value, 1, length, out);
	}
	fputc(*s, out);
	return value + length + (end != NULL);
}

static const char *put_tag(const char *s, const char *prefix, FILE *out)
{
	bool is_svg = starts(s, "<svg"), is_id = false;

	while (*s && *s != '>') {
		size_t skip = needless(s);

		s += skip;
		if (skip)
			continue;
		if (*s == '"' || *s == '\'') {
			s = put_value(s, is_id, prefix, out);
			continue;
		}
		if (*s == '=')
			is_id = starts(s - 3, " id");
		fputc(*s == '\n' ? ' ' : *s, out);
		s++;
	}
	if (is_svg && prefix)
		fputs("aria-hidden=\"true\"", out);
	if (*s)
		fputc(*s++, out);
	if (is_svg && !prefix)
		fprintf(out, "\n%s", own_style);
	return s;
}

void plot_clean_svg(const char *raw, const char *prefix, FILE *out)
{
	for (const char *s = raw; *s;) {
		const char *after = *s == '<' ? skip_tag(s, prefix != NULL) : NULL;

		if (after) {
			s = after;
		} else if (*s == '<') {
			s = put_tag(s, prefix, out);
		} else {
			/* indentation and empty lines are half of it */
			if (*s != '\t' && !(*s == '\n' && s[1] == '\n'))
				fputc(*s, out);
			s++;
		}
	}
}

static char *read_all(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	long size;

	if (!in)
		return NULL;
	errno = 0;
	if (fseek(in, 0, SEEK_END) == 0 && (size = ftell(in)) >= 0 && fseek(in, 0, SEEK_SET) == 0)
		text = calloc(1, (size_t)size + 1);
	if (text && fread(text, 1, (size_t)size, in) != (size_t)size) {
		free(text);
		text = NULL;
	}
	fclose(in);
	if (!text && !errno)
		errno = EIO;
	return text;
}

bool plot_clean_svg_file(const char *path)
{
	char *raw = read_all(path);
	struct output o;
	FILE *out = raw ? output_open(&o, path) : NULL;
	bool ok = out;

	if (out) {
		plot_clean_svg(raw, NULL, out);
		ok = output_close(&o, true);
	}
	free(raw);
	return ok;
}
