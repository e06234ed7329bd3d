// SPDX-License-Identifier: GPL-2.0-or-later
/* Which runs a database has. */
#include "report/runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run/table.h"
#include "store/read.h"

struct run {
	int64_t input_id;
	char *sets;		/* what --set changed, with blanks between; NULL: not known yet */
	struct store_run_row row;
	char *scenario, *policy, *costs, *status;
};

struct runs {
	struct run *runs;
	size_t count;
	char *sets;		/* of the input that is read for */
	bool no_memory;
};

static bool on_run(void *ctx, const struct store_run_row *row)
{
	struct runs *rs = ctx;
	struct run *larger = rs->runs, *run;

	/* room is doubled when the count is a power of two */
	if (!(rs->count & (rs->count - 1)))
		larger = realloc(rs->runs, (rs->count ? 2 * rs->count : 1) * sizeof(*larger));
	if (!larger) {
		rs->no_memory = true;
		return false;
	}
	rs->runs = larger;
	run = &larger[rs->count++];
	*run = (struct run){
		.input_id = row->input_id_, .row = *row, .scenario = strdup(row->scenario_), .policy = strdup(row->policy_),
		.costs = strdup(row->costs_), .status = strdup(row->status_),
	};
	rs->no_memory = !run->scenario || !run->policy || !run->costs || !run->status;
	return !rs->no_memory;
}

static bool on_input(void *ctx, const struct store_input_row *row)
{
	struct runs *rs = ctx;

	rs->sets = strdup(row->sets_);
	if (!rs->sets) {
		rs->no_memory = true;
		return false;
	}
	for (char *c = rs->sets; *c; c++)
		if (*c == '\n')
			*c = c[1] ? ' ' : '\0';
	return false;
}

/* What --set changed; runs of one input stand together, mostly. */
static enum store_status find_sets(struct runs *rs, struct store *st, size_t i)
{
	struct run *run = &rs->runs[i];
	enum store_status status = STORE_OK;

	for (size_t j = i; j-- > 0 && i - j < 64; ) {
		if (rs->runs[j].input_id != run->input_id)
			continue;
		run->sets = strdup(rs->runs[j].sets);
		rs->no_memory = !run->sets;
		return STORE_OK;
	}
	rs->sets = NULL;
	if (run->input_id)
		status = store_read_input(st, run->input_id, on_input, rs);
	run->sets = rs->sets ? rs->sets : strdup("");
	rs->no_memory = rs->no_memory || !run->sets;
	return status;
}

static void add_failed(struct table *table, const struct run *run)
{
	const struct store_run_row *row = &run->row;
	char text[RESULT_MEMORY_MAX];

	table_add_int(table, row->failed_requests_);
	/* schemas before 6 did not keep what was wanted */
	table_add(table, result_memory((uint64_t)row->memory_end_bytes_,
				       (uint64_t)(row->memory_wanted_bytes_ ? row->memory_wanted_bytes_ :
									      row->memory_end_bytes_), text));
	if (row->memory_wanted_bytes_)
		table_add_int(table, row->memory_wanted_bytes_);
	else
		table_add_none(table);
	table_add_int(table, row->memory_end_bytes_);
}

static void add_row(struct table *table, const struct run *run)
{
	const struct store_run_row *row = &run->row;

	table_add_int(table, row->id_);
	table_add(table, run->scenario);
	table_add(table, run->policy);
	table_add(table, run->sets);
	table_add_int(table, row->seed_);
	table_add_int(table, row->rep_);
	table_add(table, run->costs);
	table_add(table, run->status);
	table_add_int(table, row->total_ns_);
	add_failed(table, run);
	table_add_int(table, row->resize_attempts_);
	table_add_int(table, row->resize_failures_);
	table_add_int(table, row->stall_max_ns_);
	table_add_int(table, row->hpt_shift_end_);
	table_add_int(table, row->findings_);
}

static bool print(const struct runs *rs, enum table_format format, FILE *out)
{
	static const char *const may_hide[] = {
		"costs", "resize_attempts", "findings", "hpt_shift_end", "stall_max_ns", "seed", "rep", "memory", "set", NULL
	};
	bool set = false, seed = false, rep = false, status = false, failed = false, ok;

	for (size_t i = 0; i < rs->count; i++) {
		set = set || *rs->runs[i].sets;
		seed = seed || rs->runs[i].row.seed_;
		rep = rep || rs->runs[i].row.rep_;
		status = status || strcmp(rs->runs[i].status, "ok") != 0;
		failed = failed || rs->runs[i].row.failed_requests_;
	}

	/* people see what differs; keys as the database has them */
	const struct table_column columns[] = {
		{ "id", TABLE_INT, "id" },
		{ "scenario", TABLE_TEXT, "scenario" },
		{ "policy", TABLE_TEXT, "policy" },
		{ set ? "set" : NULL, TABLE_TEXT, "set" },
		{ seed ? "seed" : NULL, TABLE_INT, "seed" },
		{ rep ? "rep" : NULL, TABLE_INT, "rep" },
		{ "costs", TABLE_TEXT, "costs" },
		{ status ? "status" : NULL, TABLE_TEXT, "status" },
		{ "total", TABLE_NS, "total_ns" },
		{ failed ? "requests failed" : NULL, TABLE_INT, "failed_requests" },
		{ failed ? "memory" : NULL, TABLE_TEXT, NULL },
		{ NULL, TABLE_INT, "memory_wanted_bytes" },
		{ NULL, TABLE_INT, "memory_end_bytes" },
		{ "attempts", TABLE_INT, "resize_attempts" },
		{ "failures", TABLE_INT, "resize_failures" },
		{ "longest stall", TABLE_NS, "stall_max_ns" },
		{ "final order", TABLE_INT, "hpt_shift_end" },
		{ "findings", TABLE_INT, "findings" },
	};
	struct table table = {
		.name = "runs", .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]),
		.may_hide = may_hide,
	};

	for (size_t i = 0; i < rs->count; i++)
		add_row(&table, &rs->runs[i]);
	ok = table_print(&table, 1, format, out);
	table_free(&table);
	return ok;
}

static void runs_free(struct runs *rs)
{
	for (size_t i = 0; i < rs->count; i++) {
		free(rs->runs[i].sets);
		free(rs->runs[i].scenario);
		free(rs->runs[i].policy);
		free(rs->runs[i].costs);
		free(rs->runs[i].status);
	}
	free(rs->runs);
}

int report_list_runs(const char *path, enum table_format format, FILE *out, char message[REPORT_MESSAGE_MAX])
{
	struct runs rs = { .count = 0 };
	struct store *st;
	enum store_status status = store_open_read(path, &st);
	int rc = 0;

	if (status == STORE_OK)
		status = store_read_runs(st, 0, on_run, &rs);
	for (size_t i = 0; i < rs.count && status == STORE_OK && !rs.no_memory; i++)
		status = find_sets(&rs, st, i);
	if (rs.no_memory) {
		rc = -ENOMEM;
	} else if (status != STORE_OK) {
		snprintf(message, REPORT_MESSAGE_MAX, "%s", store_message(st));
		rc = -EIO;
	}
	store_close(st);
	if (!rc && !print(&rs, format, out))
		rc = -EPIPE;
	runs_free(&rs);
	return rc;
}
