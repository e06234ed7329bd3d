// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/winners.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/table.h"

struct winners {
	const struct sweep_plan *plan;
	struct winner_counts *counts;	/* of each policy */
	struct table *points;		/* NULL: too many */

	/* runs of the point that is being read */
	uint64_t point;
	struct store_sweep_run *runs;	/* of each policy; total_ns below 0: there is none */
};

/* The least time of those that did all and took longer than @than; negative: there is none. */
static int64_t least_above(const struct winners *w, int64_t than)
{
	int64_t least = -1;

	for (size_t i = 0; i < w->plan->policy_count; i++) {
		const struct store_sweep_run *run = &w->runs[i];

		if (run->total_ns > than && !run->fell_short && (least < 0 || run->total_ns < least))
			least = run->total_ns;
	}
	return least;
}

/* "a, b": of those that fell short. */
static void add_short(struct winners *w)
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < w->plan->policy_count && length < sizeof(text); i++)
		if (w->runs[i].total_ns >= 0 && w->runs[i].fell_short)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", length ? ", " : "",
						   w->plan->policies[i]->name);
	if (length)
		table_add(w->points, text);
	else
		table_add_none(w->points);
}

/* "a", or "a = b" for a tie; of those that did all in that time. */
static void add_names(struct winners *w, int64_t total_ns)
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < w->plan->policy_count && length < sizeof(text); i++) {
		if (w->runs[i].total_ns != total_ns || w->runs[i].fell_short)
			continue;
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", length ? " = " : "",
					   w->plan->policies[i]->name);
	}
	table_add(w->points, text);
}

static void add_row(struct winners *w, int64_t best)
{
	char text[FORMAT_MAX + 2], ratio[FORMAT_MAX];
	int64_t next = best < 0 ? -1 : least_above(w, best);

	table_add_int(w->points, (int64_t)w->point);
	for (size_t i = 0; i < w->plan->axis_count; i++)
		table_add(w->points, w->plan->axes[i].values[sweep_plan_value(w->plan, w->point, i)].text);
	add_short(w);
	if (best < 0) {
		table_add(w->points, "none did all");
		for (int i = 0; i < 3; i++)
			table_add_none(w->points);
		return;
	}
	add_names(w, best);
	table_add_int(w->points, best);
	if (next < 0) {
		table_add_none(w->points);
		table_add_none(w->points);
		return;
	}
	add_names(w, next);
	snprintf(text, sizeof(text), "%s x", best ? format_ratio(ratio, (double)next / (double)best) : "-");
	table_add(w->points, best ? text : "-");
}

static void end_point(struct winners *w)
{
	int64_t best = least_above(w, -1);
	size_t best_count = 0;

	if (!w->point)
		return;
	for (size_t i = 0; i < w->plan->policy_count; i++)
		best_count += w->runs[i].total_ns == best && !w->runs[i].fell_short && best >= 0;
	for (size_t i = 0; i < w->plan->policy_count; i++) {
		struct winner_counts *c = &w->counts[i];

		if (w->runs[i].total_ns < 0)
			continue;
		if (w->runs[i].fell_short)
			c->fell_short++;
		else if (w->runs[i].total_ns > best)
			c->slower++;
		else if (best_count > 1)
			c->tied++;
		else
			c->alone++;
	}
	if (w->points)
		add_row(w, best);
}

static void begin_point(struct winners *w, uint64_t point)
{
	w->point = point;
	for (size_t i = 0; i < w->plan->policy_count; i++)
		w->runs[i] = (struct store_sweep_run){ .total_ns = -1 };
}

static bool take_run(void *ctx, const struct store_sweep_run *run)
{
	struct winners *w = ctx;

	if (run->point != w->point) {
		end_point(w);
		begin_point(w, run->point);
	}
	w->runs[run->policy] = *run;
	return true;
}

static bool print_counts(const struct winners *w, FILE *out)
{
	static const struct table_column columns[] = {
		{ "policy", TABLE_TEXT, "policy" }, { "fell short at", TABLE_INT, "fell_short" },
		{ "fastest at", TABLE_INT, "fastest" }, { "tied for fastest at", TABLE_INT, "tied" },
		{ "slower at", TABLE_INT, "slower" },
	};
	struct table table = TABLE_OF("policies", columns);
	bool ok;

	for (size_t i = 0; i < w->plan->policy_count; i++) {
		const struct winner_counts *c = &w->counts[i];

		table_add(&table, w->plan->policies[i]->name);
		table_add_int(&table, (int64_t)c->fell_short);
		table_add_int(&table, (int64_t)c->alone);
		table_add_int(&table, (int64_t)c->tied);
		table_add_int(&table, (int64_t)c->slower);
	}
	ok = table_print(&table, 1, TABLE_AS_TEXT, out);
	table_free(&table);
	return ok;
}

/* Columns of the table of points: its number, the keys, who won. */
static struct table_column *point_columns(const struct sweep_plan *plan)
{
	static const struct table_column tail[] = {
		{ "fell short", TABLE_TEXT, "fell_short" }, { "fastest", TABLE_TEXT, "fastest" }, { "total", TABLE_NS, "total_ns" }, { "next", TABLE_TEXT, "next" },
		{ "takes", TABLE_TEXT, "ratio" },
	};
	struct table_column *columns = calloc(plan->axis_count + 6, sizeof(*columns));

	if (!columns)
		return NULL;
	columns[0] = (struct table_column){ "point", TABLE_INT, "point" };
	for (size_t i = 0; i < plan->axis_count; i++)
		columns[i + 1] = (struct table_column){ plan->axes[i].key, TABLE_TEXT, plan->axes[i].key };
	memcpy(columns + plan->axis_count + 1, tail, sizeof(tail));
	return columns;
}

enum store_status winners_print(const struct sweep_plan *plan, struct store *st, FILE *out)
{
	struct table_column *columns = point_columns(plan);
	struct table table = { .name = "points", .columns = columns, .column_count = plan->axis_count + 6 };
	struct winners w = {
		.plan = plan, .counts = calloc(plan->policy_count + 1, sizeof(*w.counts)),
		.runs = calloc(plan->policy_count + 1, sizeof(*w.runs)),
		.points = sweep_plan_shard_count(plan) <= WINNERS_POINTS_MAX ? &table : NULL,
	};
	enum store_status status = STORE_ENOMEM;

	if (columns && w.counts && w.runs) {
		status = store_sweep_each(st, take_run, &w);
		end_point(&w);
		if (status == STORE_OK && w.points && table.cell_count && !table_print(&table, 1, TABLE_AS_TEXT, out))
			status = ferror(out) ? STORE_OK : STORE_ENOMEM;
		if (status == STORE_OK && w.points && table.cell_count)
			fputc('\n', out);
		if (status == STORE_OK && !print_counts(&w, out))
			status = ferror(out) ? STORE_OK : STORE_ENOMEM;
	}
	table_free(&table);
	free(columns);
	free(w.counts);
	free(w.runs);
	return status;
}
