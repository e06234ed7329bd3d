// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the same table right in each format, whatever is in its cells? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/format.h"
#include "base/table.h"

static const struct table_column columns[] = {
	{ "who", TABLE_TEXT, "who" },
	{ NULL, TABLE_TEXT, "for_programs" },
	{ "for people", TABLE_TEXT, NULL },
	{ "took", TABLE_NS, "took_ns" },
	{ "count", TABLE_INT, "count" },
	{ "tries", TABLE_RANGE, "tries" },
	{ "price", TABLE_SD, "price_ns" },
};

static void add_row(struct table *table, const char *text)
{
	table_add(table, text);
	table_add(table, text);
	table_add(table, "p");
	table_add_int(table, 1500000);
	table_add_int(table, INT64_MIN);
	table_add_pair(table, 1, 3);
	table_add_pair(table, 20, 0);
}

/* To be freed. */
static char *printed(const struct table *tables, size_t count, enum table_format format)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(table_print(tables, count, format, out));
	fclose(out);
	return text;
}

static void expect(const char *cell, enum table_format format, const char *wanted)
{
	struct table table = { .name = "t", .columns = columns, .column_count = 7 };
	char *text;

	add_row(&table, cell);
	table_add(&table, "x");
	table_add(&table, "failed");
	table_add_none(&table);
	table_add(&table, "failed");	/* shown in a column of numbers */
	table_add_none(&table);
	table_add_none(&table);
	table_add_pair(&table, 5, 1);
	text = printed(&table, 1, format);
	assert_string_equal(text, wanted);
	free(text);
	table_free(&table);
}

static void test_text(void **state)
{
	expect("\u00e4", TABLE_AS_TEXT,
	       "who  for people    took                 count  tries  price\n"
	       "\u00e4    p           1.5 ms  -9223372036854775808    1-3     20\n"
	       "x    -           failed                     -      -  5 \u00b1 1\n");
}

static void test_csv(void **state)
{
	static const char *const cells[][2] = {
		{ "plain text", "plain text" },
		{ "a,b", "\"a,b\"" },
		{ "say \"no\"", "\"say \"\"no\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "\r", "\"\r\"" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		char wanted[512];

		snprintf(wanted, sizeof(wanted),
			 "who,for_programs,took_ns,count,tries_min,tries_max,price_ns,price_ns_sd\n"
			 "%s,%s,1500000,-9223372036854775808,1,3,20,0\n"
			 "x,failed,,,,,5,1\n", cells[i][1], cells[i][1]);
		expect(cells[i][0], TABLE_AS_CSV, wanted);
	}
}

static void test_md(void **state)
{
	static const char *const cells[][2] = {
		{ "a|b", "a\\|b" },
		{ "a\nb\tc", "a b c" },
		{ "<b>&amp;", "&lt;b>&amp;amp;" },
		{ "`x` *y* [z] \\ ~~", "\\`x\\` \\*y\\* \\[z\\] \\\\ \\~\\~" },
		{ "total_ns", "total_ns" },
		{ "_total_", "\\_total\\_" },
	};

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		char wanted[512];

		snprintf(wanted, sizeof(wanted),
			 "| who | for people | took | count | tries | price |\n"
			 "|---|---|---:|---:|---:|---:|\n"
			 "| %s | p | 1.5 ms | -9223372036854775808 | 1-3 | 20 |\n"
			 "| x | - | failed | - | - | 5 \u00b1 1 |\n", cells[i][1]);
		expect(cells[i][0], TABLE_AS_MD, wanted);
	}
}

static void test_json(void **state)
{
	expect("\"\\\n", TABLE_AS_JSON,
	       "{\n  \"t\": [\n    {\n"
	       "      \"who\": \"\\\"\\\\\\n\",\n      \"for_programs\": \"\\\"\\\\\\n\",\n"
	       "      \"took_ns\": 1500000,\n      \"count\": -9223372036854775808,\n"
	       "      \"tries_min\": 1,\n      \"tries_max\": 3,\n"
	       "      \"price_ns\": 20,\n      \"price_ns_sd\": 0\n    },\n    {\n"
	       "      \"who\": \"x\",\n      \"for_programs\": \"failed\",\n"
	       "      \"took_ns\": null,\n      \"count\": null,\n"
	       "      \"tries_min\": null,\n      \"tries_max\": null,\n"
	       "      \"price_ns\": 5,\n      \"price_ns_sd\": 1\n    }\n  ]\n}\n");
}

/* If this fails, people have to count digits, or a unit changes in the middle of nowhere. */
static void test_times(void **state)
{
	static const struct { int64_t ns; const char *wanted; } cases[] = {
		{ 0, "0 s" }, { 999, "999 ns" }, { 1000, "1.0 us" }, { 999960000, "1.0 s" }, { -1500000, "-1.5 ms" },
		{ INT64_C(710000000000), "710.0 s" }, { INT64_C(3599940000000), "3599.9 s" },
		{ INT64_C(3599960000000), "1.0 h" }, { INT64_C(172790000000000), "2.0 days" },
		{ INT64_C(169000000000000), "46.9 h" }, { INT64_C(279483200000000), "3.2 days" },
		{ INT64_MAX, "106752.0 days" }, { INT64_MIN, "-106752.0 days" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[FORMAT_MAX];

		assert_string_equal(format_ns(text, cases[i].ns), cases[i].wanted);
	}
}

static const struct table_column wide_columns[] = {
	{ "policy", TABLE_TEXT, "policy" },
	{ "requests failed", TABLE_INT, "failed" },
	{ "in commit", TABLE_NS, "commit_ns" },
	{ "what there is to say of it", TABLE_TEXT, "what" },
};

static char *printed_wide(const char *width, const char *what)
{
	static const char *const may_hide[] = { "commit_ns", NULL };
	struct table table = { .name = "t", .columns = wide_columns, .column_count = 4, .may_hide = may_hide };
	char *text;

	table_add(&table, "outer-batch");
	table_add_int(&table, 1234567);
	table_add_int(&table, 1500000);
	table_add(&table, what);
	setenv("COLUMNS", width, 1);
	text = printed(&table, 1, TABLE_AS_TEXT);
	unsetenv("COLUMNS");
	table_free(&table);
	return text;
}

/* If this fails, a table is broken by the terminal, or what failed is not shown. */
static void test_narrow(void **state)
{
	static const struct { const char *width, *what, *wanted; } cases[] = {
		{ "200", "a b",
		  "policy       requests failed  in commit  what there is to say of it\n"
		  "outer-batch          1234567     1.5 ms  a b\n" },
		{ "58", "a b",
		  "             requests      in\n"
		  "policy         failed  commit  what there is to say of it\n"
		  "outer-batch   1234567  1.5 ms  a b\n" },
		{ "60", "a text that is long enough to be broken into lines",
		  "             requests      in\n"
		  "policy         failed  commit  what there is to say of it\n"
		  "outer-batch   1234567  1.5 ms  a text that is long enough to\n"
		  "                               be broken into lines\n" },
		{ "50", "a text that is long enough to be broken into lines",
		  "             requests\n"
		  "policy         failed  what there is to say of it\n"
		  "outer-batch   1234567  a text that is long enough\n"
		  "                       to be broken into lines\n"
		  "(no room for: in commit;\n COLUMNS=200 or --format csv shows all)\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = printed_wide(cases[i].width, cases[i].what);

		assert_string_equal(text, cases[i].wanted);
		free(text);
	}
}

static void test_several(void **state)
{
	static const struct table_column one[] = { { "a", TABLE_TEXT, "a" } };
	const struct table tables[] = {
		{ .name = "t", .columns = one, .column_count = 1 },
		{ .name = "u", .columns = one, .column_count = 1 },
	};
	static const char *const wanted[] = {
		[TABLE_AS_TEXT] = "a\n\na\n",
		[TABLE_AS_CSV] = "a\n\na\n",
		[TABLE_AS_JSON] = "{\n  \"t\": [],\n  \"u\": []\n}\n",
		[TABLE_AS_MD] = "| a |\n|---|\n\n| a |\n|---|\n",
	};

	for (int format = TABLE_AS_TEXT; format <= TABLE_AS_MD; format++) {
		char *text = printed(tables, 2, (enum table_format)format);

		assert_string_equal(text, wanted[format]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_md),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
