// SPDX-License-Identifier: GPL-2.0-or-later
#include "calibrate/calibrate.h"

#include <math.h>
#include <stdio.h>

static void add_state(struct table *table, const struct calib_price *price)
{
	char text[256];
	int used = snprintf(text, sizeof(text), "%s", calib_state_text(price->state));

	for (int i = 0; i < 2 && price->state == CALIB_STATE_COLLINEAR && price->with[i] != SIZE_MAX; i++)
		used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%s", i ? " and " : " ",
				 cost_keys[price->with[i]].name);
	table_add(table, text);
}

static struct table prices_table(const struct calibrate_report *r)
{
	static const struct table_column columns[] = {
		{ "price", TABLE_TEXT, "price" }, { "is", TABLE_SD, "value" }, { "was", TABLE_INT, "base" },
		{ "how", TABLE_TEXT, "how" },
	};
	struct table table = TABLE_OF("prices", columns);

	for (size_t k = 0; k < cost_key_count; k++) {
		const struct calib_price *price = &r->fit->prices[k];

		table_add(&table, cost_keys[k].name);
		table_add_pair(&table, llround(price->value), llround(price->error));
		table_add_int(&table, cost_get(r->base, k));
		add_state(&table, price);
	}
	return table;
}

static void add_ratio(struct table *table, const struct calib_compared *compared)
{
	char text[64] = "-";

	if (compared->recorded_ns > 0)
		snprintf(text, sizeof(text), "%.3f", compared->predicted_ns / compared->recorded_ns);
	table_add(table, text);
}

static struct table logs_table(const struct calibrate_report *r)
{
	static const struct table_column columns[] = {
		{ "log", TABLE_TEXT, "log" }, { "attempts", TABLE_INT, "attempts" },
		{ "stretches", TABLE_INT, "stretches" }, { "recorded", TABLE_NS, "recorded_ns" },
		{ "predicted", TABLE_NS, "predicted_ns" }, { "ratio", TABLE_TEXT, "ratio" },
		{ "left out", TABLE_TEXT, "left_out" },
	};
	struct table table = TABLE_OF("logs", columns);

	table.column_count -= !r->holdout;
	for (size_t i = 0; i < r->data->log_count; i++) {
		const struct calib_log *log = &r->data->logs[i];
		struct calib_compared compared = calib_compare(r->data, r->fit, i);

		table_add(&table, log->name);
		table_add_int(&table, (int64_t)log->attempt_count);
		table_add_int(&table, (int64_t)log->row_count);
		table_add_int(&table, llround(compared.recorded_ns));
		table_add_int(&table, llround(compared.predicted_ns));
		add_ratio(&table, &compared);
		if (r->holdout)
			add_ratio(&table, &r->left[i]);
	}
	return table;
}

/* --- for people, with words between --- */

static const unsigned percents[] = { 50, 75, 90, 100 };

#define PERCENTS	(sizeof(percents) / sizeof(percents[0]))

static void print_errors(const char *what, const struct calib_errors *e, FILE *out)
{
	fprintf(out, "  %-8s %5zu   median %.1f %%   p75 %.1f %%   p90 %.1f %%   worst %.1f %%\n", what, e->count,
		100 * calib_percentile(e, percents[0]), 100 * calib_percentile(e, percents[1]),
		100 * calib_percentile(e, percents[2]), 100 * calib_percentile(e, percents[3]));
}

/* Does it matter what the price of clearing is, within bounds? */
static bool has_bounds(const struct calib_fit *f)
{
	return !isinf(f->clear_high) || f->clear_low > 0;
}

static void print_clearing(const struct calib_fit *f, FILE *out)
{
	if (!has_bounds(f))
		return;
	fprintf(out, "\nAny prepare_clear_ps_byte ");
	if (f->clear_low <= 0)
		fprintf(out, "up to %.0f", f->clear_high);
	else if (isinf(f->clear_high))
		fprintf(out, "from %.0f on", f->clear_low);
	else
		fprintf(out, "from %.0f to %.0f", f->clear_low, f->clear_high);
	fprintf(out, " gives the same polls of PREPARE in these logs.\n");
}

static bool print_text(const struct calibrate_report *r, const struct table *prices, const struct table *logs, FILE *out)
{
	bool ok = table_print(prices, 1, TABLE_AS_TEXT, out);

	print_clearing(r->fit, out);
	fprintf(out, "\nGuest time in resizes, %zu stretches; typically %.1f %% off:\n\n", r->fit->row_count,
		100 * r->fit->scale);
	ok = table_print(logs, 1, TABLE_AS_TEXT, out) && ok;
	if (!r->holdout)
		return ok;
	fprintf(out, "\nLeft out of the fit in turn (%s), |predicted / recorded - 1| of guest time in resizes:\n",
		r->folds ? "groups" : "one log at a time");
	print_errors("logs", r->per_log, out);
	print_errors("attempts", r->per_stretch, out);
	return ok;
}

/* --- the same as tables alone --- */

static void add_errors(struct table *table, const char *what, const struct calib_errors *e)
{
	table_add(table, what);
	table_add_int(table, (int64_t)e->count);
	for (size_t i = 0; i < PERCENTS; i++) {
		char text[32];

		snprintf(text, sizeof(text), "%.1f", 100 * calib_percentile(e, percents[i]));
		table_add(table, text);
	}
}

static struct table errors_table(const struct calibrate_report *r)
{
	static const struct table_column columns[] = {
		{ "left out in turn", TABLE_TEXT, "what" }, { "count", TABLE_INT, "count" },
		{ "median %", TABLE_TEXT, "median_percent" }, { "p75 %", TABLE_TEXT, "p75_percent" },
		{ "p90 %", TABLE_TEXT, "p90_percent" }, { "worst %", TABLE_TEXT, "worst_percent" },
	};
	struct table table = TABLE_OF("errors", columns);

	if (r->holdout) {
		add_errors(&table, "logs", r->per_log);
		add_errors(&table, "attempts", r->per_stretch);
	}
	return table;
}

static struct table bounds_table(const struct calibrate_report *r)
{
	static const struct table_column columns[] = {
		{ "same polls of PREPARE with", TABLE_TEXT, "price" }, { "from", TABLE_INT, "from" },
		{ "to", TABLE_INT, "to" },
	};
	struct table table = TABLE_OF("bounds", columns);

	if (!has_bounds(r->fit))
		return table;
	table_add(&table, "prepare_clear_ps_byte");
	table_add_int(&table, r->fit->clear_low > 0 ? llround(r->fit->clear_low) : 0);
	if (isinf(r->fit->clear_high))
		table_add_none(&table);
	else
		table_add_int(&table, llround(r->fit->clear_high));
	return table;
}

bool calibrate_print(const struct calibrate_report *r, enum table_format format, FILE *out)
{
	struct table tables[4] = { prices_table(r), logs_table(r), bounds_table(r), errors_table(r) };
	size_t count = sizeof(tables) / sizeof(tables[0]), shown = count;
	bool ok;

	/* one with no row says nothing to people, and to programs that it is there */
	while (format == TABLE_AS_MD && !tables[shown - 1].cell_count)
		shown--;
	if (format == TABLE_AS_TEXT)
		ok = print_text(r, &tables[0], &tables[1], out);
	else
		ok = table_print(tables, shown, format, out);
	for (size_t i = 0; i < count; i++)
		table_free(&tables[i]);
	return ok;
}
