/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tsv.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One per test program, set by its main(). */
static const char *data_directory = ".";

void tsv_set_directory(const char *directory)
{
	data_directory = directory;
}

void tsv_fail(const struct tsv *t, const char *format, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fail_msg("%s:%u: %s", t->name, t->line, text);
	abort();	/* fail_msg() does not come back */
}

void tsv_open(struct tsv *t, const char *name, size_t columns)
{
	char path[512];

	*t = (struct tsv){ .name = name, .columns = columns };
	snprintf(path, sizeof(path), "%s/%s", data_directory, name);
	t->file = fopen(path, "r");
	if (!t->file)
		tsv_fail(t, "%s: %s", path, strerror(errno));
}

static void split(struct tsv *t)
{
	char *p = t->text;
	size_t n = 0;

	for (;;) {
		char *end = strchr(p, '\t');

		if (n == t->columns || n == TSV_COLUMNS_MAX)
			tsv_fail(t, "more than %zu columns", t->columns);
		t->field[n++] = p;
		if (!end)
			break;
		*end = '\0';
		p = end + 1;
	}
	if (n != t->columns)
		tsv_fail(t, "%zu columns, want %zu", n, t->columns);
}

bool tsv_next(struct tsv *t)
{
	while (fgets(t->text, sizeof(t->text), t->file)) {
		size_t length = strlen(t->text);

		t->line++;
		if (length == 0 || t->text[length - 1] != '\n')
			tsv_fail(t, "line too long, or without an end");
		t->text[length - 1] = '\0';
		if (length == 1 || t->text[0] == '#')
			continue;
		split(t);
		t->rows++;
		return true;
	}
	fclose(t->file);
	if (!t->rows)
		tsv_fail(t, "no rows");
	return false;
}

bool tsv_is(const struct tsv *t, size_t column, const char *text)
{
	return !strcmp(t->field[column], text);
}

static uint64_t number(const struct tsv *t, const char *text, int base, char **end)
{
	uint64_t value;

	errno = 0;
	value = strtoull(text, end, base);
	if (errno || *end == text || *text == '-' || *text == '+')
		tsv_fail(t, "not a number: '%s'", text);
	return value;
}

static uint64_t plain_number(const struct tsv *t, const char *text, int base)
{
	char *end;
	uint64_t value = number(t, text, base, &end);

	if (*end)
		tsv_fail(t, "not a number: '%s'", text);
	return value;
}

uint64_t tsv_number_of(const struct tsv *t, const char *text)
{
	return plain_number(t, text, 10);
}

uint64_t tsv_bytes_of(const struct tsv *t, const char *text)
{
	static const char *const suffixes[] = { "KiB", "MiB", "GiB", "TiB" };
	char *end;
	uint64_t value = number(t, text, 10, &end);

	if (value == 0 && !*end)
		return 0;
	for (unsigned i = 0; i < 4; i++)
		if (!strcmp(end, suffixes[i]))
			return value << (10 * (i + 1));
	tsv_fail(t, "not a size: '%s'", text);
}

uint64_t tsv_number(const struct tsv *t, size_t column)
{
	return tsv_number_of(t, t->field[column]);
}

uint64_t tsv_hex(const struct tsv *t, size_t column)
{
	return plain_number(t, t->field[column], 16);
}

uint64_t tsv_bytes(const struct tsv *t, size_t column)
{
	return tsv_bytes_of(t, t->field[column]);
}

void tsv_expect(const struct tsv *t, const char *what, uint64_t got, uint64_t want)
{
	if (got != want)
		tsv_fail(t, "%s: got %" PRIu64 ", want %" PRIu64, what, got, want);
}

void tsv_expect_hex(const struct tsv *t, const char *what, uint64_t got, uint64_t want)
{
	if (got != want)
		tsv_fail(t, "%s: got %" PRIx64 ", want %" PRIx64, what, got, want);
}
