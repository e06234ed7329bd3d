// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/table.h"

#include <inttypes.h>
#include <string.h>

#include "base/format.h"
#include "run/result.h"

/* What people do without first on a narrow terminal. */
static const char *const may_hide[] = {
	"prepare_ns", "commit_ns", "resize_attempts", "findings", "hpt_shift_end", "stall_max_ns", NULL
};

static void add_failed(struct table *table, const struct result *r)
{
	char text[64];

	snprintf(text, sizeof(text), "%u of %zu", r->end.failed_requests, r->scenario->event_count);
	table_add(table, r->end.failed_requests ? text : "0");
}

/* Columns behind these six are numbers of the run, found by their keys. */
static void add_row(struct table *table, const struct result *r)
{
	size_t column = 6;
	char memory[RESULT_MEMORY_MAX];
	int64_t number;

	table_add(table, r->scenario->name);
	table_add(table, r->policy->name);
	table_add(table, result_status_name(r->error.status));
	if (r->error.status != SIM_OK) {
		table_add(table, result_status_name(r->error.status));	/* instead of the total */
		for (column = 4; column < table->column_count; column++)
			table_add_none(table);
		return;
	}
	table_add_int(table, r->end.total_ns);
	add_failed(table, r);
	table_add(table, result_memory(r->end.memory_end_bytes, r->end.memory_wanted_bytes, memory));
	for (; column < table->column_count; column++) {
		if (result_number(r, table->columns[column].key, &number))
			table_add_int(table, number);
		else
			table_add_none(table);
	}
}

const char *result_memory(uint64_t got, uint64_t wanted, char text[RESULT_MEMORY_MAX])
{
	char a[FORMAT_MAX], b[FORMAT_MAX];
	const char *unit_a, *unit_b;

	format_bytes(a, got);
	format_bytes(b, wanted);
	unit_a = strchr(a, ' ');
	unit_b = strchr(b, ' ');
	if (got == wanted)
		snprintf(text, RESULT_MEMORY_MAX, "%s", a);
	else if (strcmp(unit_a, unit_b) == 0)
		snprintf(text, RESULT_MEMORY_MAX, "%.*s of %s", (int)(unit_a - a), a, b);
	else
		snprintf(text, RESULT_MEMORY_MAX, "%s of %s", a, b);
	return text;
}

bool result_print_table(const struct result *results, size_t count, bool with_scenario,
			enum table_format format, FILE *out)
{
	bool with_findings = false, with_failed = false, ok;

	for (size_t i = 0; i < count; i++) {
		with_findings = with_findings || results[i].findings.count;
		with_failed = with_failed || result_fell_short(&results[i]);
	}

	/* keys as the database has them */
	const struct table_column columns[] = {
		{ with_scenario ? "scenario" : NULL, TABLE_TEXT, "scenario" },
		{ "policy", TABLE_TEXT, "policy" },
		{ NULL, TABLE_TEXT, "status" },
		{ "total", TABLE_NS, "total_ns" },
		{ with_failed ? "requests failed" : NULL, TABLE_TEXT, NULL },
		{ with_failed ? "memory" : NULL, TABLE_TEXT, NULL },
		{ "attempts", TABLE_INT, "resize_attempts" },
		{ "failures", TABLE_INT, "resize_failures" },
		{ "in prepare", TABLE_NS, "prepare_ns" },
		{ "in commit", TABLE_NS, "commit_ns" },
		{ "longest stall", TABLE_NS, "stall_max_ns" },
		{ "final order", TABLE_INT, "hpt_shift_end" },
		{ with_findings ? "findings" : NULL, TABLE_INT, "findings" },
		{ NULL, TABLE_INT, "failed_requests" },
		{ NULL, TABLE_INT, "memory_wanted_bytes" },
		{ NULL, TABLE_INT, "memory_end_bytes" },
	};
	struct table table = {
		.name = "runs", .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]),
		.may_hide = may_hide,
	};

	for (size_t i = 0; i < count; i++)
		add_row(&table, &results[i]);
	ok = table_print(&table, 1, format, out);
	table_free(&table);
	return ok;
}
