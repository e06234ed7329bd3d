// SPDX-License-Identifier: GPL-2.0-or-later
/* The comparison as tables, in the manner of benchstat. */
#include <math.h>
#include <stdlib.h>

#include "base/table.h"
#include "gate/gate.h"

static const struct table_column change_columns[] = {
	{ "metric", TABLE_TEXT, "metric" },
	{ "scenario", TABLE_TEXT, "scenario" },
	{ "policy", TABLE_TEXT, "policy" },
	{ "base", TABLE_TEXT, NULL },
	{ "new", TABLE_TEXT, NULL },
	{ "delta", TABLE_TEXT, NULL },
	{ NULL, TABLE_INT, "base" },
	{ NULL, TABLE_INT, "new" },
	{ "", TABLE_TEXT, "verdict" },
};

static const struct table_column note_columns[] = {
	{ "", TABLE_TEXT, "verdict" },
	{ "scenario", TABLE_TEXT, "scenario" },
	{ "policy", TABLE_TEXT, "policy" },
	{ "what", TABLE_TEXT, "what" },
};

static const struct table_column total_columns[] = {
	{ "metric", TABLE_TEXT, "metric" },
	{ "compared", TABLE_INT, "compared" },
	{ "~", TABLE_INT, "equal" },
	{ "better", TABLE_INT, "better" },
	{ "tolerated", TABLE_INT, "tolerated" },
	{ "worse", TABLE_INT, "worse" },
	{ "geomean", TABLE_TEXT, NULL },
	{ NULL, TABLE_TEXT, "geomean_ratio" },
};

static const struct table_column why_columns[] = {
	{ NULL, TABLE_TEXT, "scenario" },
	{ NULL, TABLE_TEXT, "policy" },
	{ "to see why", TABLE_TEXT, "command" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void add_changes(struct table *table, const struct gate_diff *diff, bool all)
{
	char text[GATE_VALUE_MAX];

	for (size_t i = 0; i < diff->row_count; i++) {
		const struct gate_row *row = &diff->rows[i];

		if (row->verdict == GATE_EQUAL && !all)
			continue;
		table_add(table, gate_metric_info[row->metric].name);
		table_add(table, row->scenario);
		table_add(table, row->policy);
		table_add(table, gate_show(text, row->metric, row->base));
		table_add(table, gate_show(text, row->metric, row->now));
		table_add(table, gate_show_delta(text, row));
		table_add_int(table, row->base);
		table_add_int(table, row->now);
		table_add(table, gate_verdict_info[row->verdict].name);
	}
}

static void add_notes(struct table *table, const struct gate_diff *diff)
{
	for (size_t i = 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];

		table_add(table, gate_verdict_info[note->verdict].name);
		table_add(table, note->scenario ? note->scenario : "all");
		table_add(table, note->policy ? note->policy : "all");
		table_add(table, note->text);
	}
}

static void add_totals(struct table *table, const struct gate_diff *diff)
{
	char text[GATE_VALUE_MAX];

	for (int m = 0; m < GATE_METRIC_COUNT; m++) {
		const struct gate_total *t = &diff->totals[m];
		double ratio = t->ratio_count ? exp(t->log_sum / (double)t->ratio_count) : 1;
		size_t compared = 0;

		for (int v = 0; v < GATE_VERDICT_COUNT; v++)
			compared += t->count[v];
		table_add(table, gate_metric_info[m].name);
		table_add_int(table, (int64_t)compared);
		table_add_int(table, (int64_t)t->count[GATE_EQUAL]);
		table_add_int(table, (int64_t)t->count[GATE_BETTER]);
		table_add_int(table, (int64_t)t->count[GATE_TOLERATED]);
		table_add_int(table, (int64_t)t->count[GATE_WORSE]);
		if (!t->ratio_count)
			snprintf(text, sizeof(text), "-");
		else if (t->count[GATE_EQUAL] == compared)
			snprintf(text, sizeof(text), "~");
		else
			gate_show_percent(text, ratio);
		table_add(table, text);
		snprintf(text, sizeof(text), "%.6f", ratio);
		table_add(table, text);
	}
}

static void add_commands(struct table *table, const struct gate_diff *diff, const struct gate_set *now)
{
	for (size_t i = 0; i < now->run_count; i++) {
		const struct gate_run *run = &now->runs[i];
		char *command = gate_is_red(diff, run) ? gate_explain_command(now, run->scenario, run->policy) : NULL;

		if (!command)
			continue;
		table_add(table, run->scenario);
		table_add(table, run->policy);
		table_add(table, command);
		free(command);
	}
}

bool gate_print_tables(const struct gate_diff *diff, const struct gate_set *now, bool all, enum table_format format, FILE *out)
{
	struct table tables[] = {
		TABLE_OF("changes", change_columns), TABLE_OF("notes", note_columns),
		TABLE_OF("metrics", total_columns), TABLE_OF("explain", why_columns),
	};
	bool whole = format == TABLE_AS_JSON || format == TABLE_AS_CSV, ok;
	struct table shown[COUNT(tables)];
	size_t count = 0;

	add_changes(&tables[0], diff, all);
	add_notes(&tables[1], diff);
	add_totals(&tables[2], diff);
	add_commands(&tables[3], diff, now);
	/* people need not see that a table is empty */
	for (size_t i = 0; i < COUNT(tables); i++)
		if (whole || tables[i].cell_count)
			shown[count++] = tables[i];
	ok = table_print(shown, count, format, out);
	for (size_t i = 0; i < COUNT(tables); i++)
		table_free(&tables[i]);
	return ok;
}
