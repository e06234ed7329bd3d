// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/reps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/table.h"

static const struct { const char *name; unsigned percent; } quantiles[REPS_QUANTILE_COUNT] = {
	[REPS_P5] = { "p5", 5 },
	[REPS_P50] = { "p50", 50 },
	[REPS_P95] = { "p95", 95 },
};

static int compare_int64(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void take_quantiles(int64_t *values, size_t count, int64_t out[REPS_QUANTILE_COUNT])
{
	qsort(values, count, sizeof(*values), compare_int64);
	for (int i = 0; i < REPS_QUANTILE_COUNT; i++)
		out[i] = values[(count * quantiles[i].percent + 99) / 100 - 1];
}

static struct reps_range range_of(const int64_t *values, size_t count)
{
	struct reps_range range = { values[0], values[0] };

	for (size_t i = 1; i < count; i++) {
		if (values[i] < range.min)
			range.min = values[i];
		if (values[i] > range.max)
			range.max = values[i];
	}
	return range;
}

/* The number of that name of each repetition that has one. */
static size_t collect(const struct result *results, size_t count, const char *name, int64_t *values)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		if (results[i].error.status == SIM_OK && result_number(&results[i], name, &values[found]))
			found++;
	return found;
}

bool reps_summarize(const struct result *results, size_t count, struct reps_summary *out)
{
	int64_t *values = calloc(count ? count : 1, sizeof(*values));

	*out = (struct reps_summary){ .ok_count = 0 };
	if (!values)
		return false;
	out->ok_count = collect(results, count, "total_ns", values);
	if (out->ok_count) {
#define REPS_TAKE_TIMING(name) take_quantiles(values, collect(results, count, #name, values), out->name);
#define REPS_TAKE_COUNT(name) out->name = range_of(values, collect(results, count, #name, values));
		REPS_TIMINGS(REPS_TAKE_TIMING)
		REPS_COUNTS(REPS_TAKE_COUNT)
	}
	free(values);
	return true;
}

/* Takes over @value, which may be NULL for want of memory. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

static json_t *quantiles_json(const int64_t ns[REPS_QUANTILE_COUNT])
{
	return json_pack("{s:I, s:I, s:I}", quantiles[0].name, (json_int_t)ns[0], quantiles[1].name,
			 (json_int_t)ns[1], quantiles[2].name, (json_int_t)ns[2]);
}

static json_t *range_json(const struct reps_range *range)
{
	return json_pack("{s:I, s:I}", "min", (json_int_t)range->min, "max", (json_int_t)range->max);
}

static bool set_summary(json_t *object, const struct reps_summary *s)
{
	bool ok = true;

#define REPS_SET_TIMING(name) ok = ok && set(object, #name, quantiles_json(s->name));
#define REPS_SET_COUNT(name) ok = ok && set(object, #name, range_json(&s->name));
	REPS_TIMINGS(REPS_SET_TIMING)
	REPS_COUNTS(REPS_SET_COUNT)
	return ok;
}

json_t *reps_json(const struct result *results, size_t count)
{
	json_t *object = json_object();
	struct reps_summary s;

	if (reps_summarize(results, count, &s) &&
	    set(object, "scenario", json_string(results->scenario->name)) &&
	    set(object, "policy", json_string(results->policy->name)) &&
	    set(object, "seed", json_integer((json_int_t)results->seed)) &&
	    set(object, "costs", json_string(results->scenario->costs_name)) &&
	    set(object, "reps", json_integer((json_int_t)count)) &&
	    set(object, "ok", json_integer((json_int_t)s.ok_count)) &&
	    (!s.ok_count || set_summary(object, &s)))
		return object;
	json_decref(object);
	return NULL;
}

static void add_range(struct table *table, const struct reps_range *range)
{
	table_add_pair(table, range->min, range->max);
}

/* The worst of the repetitions. */
static void add_work(struct table *table, const struct reps_summary *s, size_t request_count)
{
	char text[RESULT_MEMORY_MAX];

	snprintf(text, sizeof(text), "%" PRId64 " of %zu", s->failed_requests.max, request_count);
	table_add(table, s->failed_requests.max ? text : "0");
	table_add(table, result_memory((uint64_t)s->memory_end_bytes.min, (uint64_t)s->memory_wanted_bytes.max, text));
}

static void add_row(struct table *table, const struct reps_summary *s, size_t request_count, int q)
{
	table_add_int(table, s->total_ns[q]);
	add_work(table, s, request_count);
	add_range(table, &s->resize_attempts);
	add_range(table, &s->resize_failures);
	table_add_int(table, s->prepare_ns[q]);
	table_add_int(table, s->commit_ns[q]);
	table_add_int(table, s->stall_max_ns[q]);
	add_range(table, &s->hpt_shift_end);
	add_range(table, &s->failed_requests);
	add_range(table, &s->memory_wanted_bytes);
	add_range(table, &s->memory_end_bytes);
}

static bool add_rows(struct table *table, const struct result *results, size_t count)
{
	struct reps_summary s;

	if (!reps_summarize(results, count, &s))
		return false;
	for (int q = 0; q < REPS_QUANTILE_COUNT; q++) {
		const char *status = result_status_name(s.ok_count ? SIM_OK : results->error.status);
		const char *quantile = count > 1 ? quantiles[q].name : "all";

		table_add(table, results->scenario->name);
		table_add(table, results->policy->name);
		table_add(table, s.ok_count ? quantile : status);
		table_add(table, quantile);
		table_add(table, status);
		if (s.ok_count)
			add_row(table, &s, results->scenario->event_count, q);
		else
			for (int i = 0; i < 12; i++)
				table_add_none(table);
		if (!s.ok_count || count == 1)
			break;
	}
	return true;
}

bool reps_print_table(const struct result *results, size_t count, bool with_scenario,
		      enum table_format format, FILE *out)
{
	static const char *const may_hide[] = {
		"prepare_ns", "commit_ns", "resize_attempts", "hpt_shift_end", "stall_max_ns", NULL
	};
	bool failed = false;

	for (size_t i = 0; i < count; i++)
		failed = failed || result_fell_short(&results[i]);

	const struct table_column columns[] = {
		{ with_scenario ? "scenario" : NULL, TABLE_TEXT, "scenario" },
		{ "policy", TABLE_TEXT, "policy" },
		{ "of all", TABLE_TEXT, NULL },
		{ NULL, TABLE_TEXT, "quantile" },
		{ NULL, TABLE_TEXT, "status" },
		{ "total", TABLE_NS, "total_ns" },
		{ failed ? "requests failed" : NULL, TABLE_TEXT, NULL },
		{ failed ? "memory" : NULL, TABLE_TEXT, NULL },
		{ "attempts", TABLE_RANGE, "resize_attempts" },
		{ "failures", TABLE_RANGE, "resize_failures" },
		{ "in prepare", TABLE_NS, "prepare_ns" },
		{ "in commit", TABLE_NS, "commit_ns" },
		{ "longest stall", TABLE_NS, "stall_max_ns" },
		{ "final order", TABLE_RANGE, "hpt_shift_end" },
		{ NULL, TABLE_RANGE, "failed_requests" },
		{ NULL, TABLE_RANGE, "memory_wanted_bytes" },
		{ NULL, TABLE_RANGE, "memory_end_bytes" },
	};
	struct table table = {
		.name = "summaries", .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]),
		.may_hide = may_hide,
	};
	bool ok = true;

	for (size_t i = 0, same; i < count && ok; i += same) {
		same = result_repetitions(results + i, count - i);
		ok = add_rows(&table, results + i, same);
	}
	ok = ok && table_print(&table, 1, format, out);
	table_free(&table);
	return ok;
}
