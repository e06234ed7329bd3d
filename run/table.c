// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/table.h"

#include "run/result.h"

static void add_row(struct table *table, const struct result *r)
{
	table_add(table, r->scenario->name);
	table_add(table, r->policy->name);
	table_add(table, result_status_name(r->error.status));
	if (r->error.status != SIM_OK) {
		table_add(table, result_status_name(r->error.status));	/* instead of the total */
		for (int i = 0; i < 7; i++)
			table_add_none(table);
		return;
	}
	table_add_int(table, r->end.total_ns);
	table_add_int(table, r->end.resize_attempts);
	table_add_int(table, r->end.resize_failures);
	table_add_int(table, r->end.prepare_ns);
	table_add_int(table, r->end.commit_ns);
	table_add_int(table, r->end.stall_max_ns);
	table_add_int(table, r->end.hpt_shift_end);
	table_add_int(table, (int64_t)r->findings.count);
}

bool result_print_table(const struct result *results, size_t count, bool with_scenario,
			enum table_format format, FILE *out)
{
	bool with_findings = false, ok;

	for (size_t i = 0; i < count; i++)
		with_findings = with_findings || results[i].findings.count;

	/* keys as the database has them */
	const struct table_column columns[] = {
		{ with_scenario ? "scenario" : NULL, TABLE_TEXT, "scenario" },
		{ "policy", TABLE_TEXT, "policy" },
		{ NULL, TABLE_TEXT, "status" },
		{ "total", TABLE_NS, "total_ns" },
		{ "attempts", TABLE_INT, "resize_attempts" },
		{ "failures", TABLE_INT, "resize_failures" },
		{ "in prepare", TABLE_NS, "prepare_ns" },
		{ "in commit", TABLE_NS, "commit_ns" },
		{ "longest stall", TABLE_NS, "stall_max_ns" },
		{ "final order", TABLE_INT, "hpt_shift_end" },
		{ with_findings ? "findings" : NULL, TABLE_INT, "findings" },
	};
	struct table table = {
		.name = "runs", .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]),
	};

	for (size_t i = 0; i < count; i++)
		add_row(&table, &results[i]);
	ok = table_print(&table, 1, format, out);
	table_free(&table);
	return ok;
}
