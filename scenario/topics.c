// SPDX-License-Identifier: GPL-2.0-or-later
/* The names that scenarios and results have, from the tables that they are read and told by. */
#include "scenario/topics.h"

#include <stdio.h>

#include "scenario/costs.h"
#include "scenario/find.h"
#include "sim/events.h"
#include "sim/kernel_changes.h"

#define VERSION_TEXT_MAX	24

#define TABLE(what, rows)	{ .name = what, .columns = rows, .column_count = sizeof(rows) / sizeof(rows[0]) }

void topic_phases(struct table *table)
{
	static const struct table_column columns[] = {
		{ "phase", TABLE_TEXT, "phase" },
		{ "time spent in", TABLE_TEXT, "time_spent_in" },
	};

	*table = (struct table)TABLE("phases", columns);
	for (int i = 0; i < PHASE_COUNT; i++) {
		table_add(table, sim_phase_info[i].name);
		table_add(table, sim_phase_info[i].doc);
	}
}

/* What a list of the model is made of. */
struct doc_row { const char *name, *doc; };

#define DOC_ROW(id, text, what) { text, what },

static const struct doc_row events[] = { EVENT_KINDS(DOC_ROW) { 0 } };
static const struct doc_row faults[] = { FAULT_KINDS(DOC_ROW) { 0 } };
static const struct doc_row findings[] = { SIM_FINDINGS(DOC_ROW) { 0 } };

static void add_docs(struct table *table, const struct doc_row *rows)
{
	for (; rows->name; rows++) {
		table_add(table, rows->name);
		table_add(table, rows->doc);
	}
}

void topic_events(struct table *table)
{
	static const struct table_column columns[] = {
		{ "event", TABLE_TEXT, "event" },
		{ "what happens", TABLE_TEXT, "what_happens" },
	};

	*table = (struct table)TABLE("events", columns);
	add_docs(table, events);
}

void topic_faults(struct table *table)
{
	static const struct table_column columns[] = {
		{ "fault", TABLE_TEXT, "fault" },
		{ "what goes wrong", TABLE_TEXT, "what_goes_wrong" },
	};

	*table = (struct table)TABLE("faults", columns);
	add_docs(table, faults);
}

void topic_findings(struct table *table)
{
	static const struct table_column columns[] = {
		{ "finding", TABLE_TEXT, "finding" },
		{ "what is wrong", TABLE_TEXT, "what_is_wrong" },
	};

	*table = (struct table)TABLE("findings", columns);
	add_docs(table, findings);
}

void topic_kernels(struct table *table)
{
	static const struct table_column columns[] = {
		{ "from", TABLE_TEXT, "from" },
		{ "what is so", TABLE_TEXT, "what_is_so" },
		{ "touches", TABLE_TEXT, "touches" },
		{ "source", TABLE_TEXT, "source" },
		{ "recording", TABLE_TEXT, "recording" },
	};
	char version[VERSION_TEXT_MAX];

	*table = (struct table)TABLE("kernels", columns);
	for (int i = 0; i < KERNEL_CHANGE_COUNT; i++) {
		const struct kernel_change_info *change = &kernel_change_info[i];

		snprintf(version, sizeof(version), "%u.%u", change->since / KERNEL_VERSION(1, 0),
			 change->since % KERNEL_VERSION(1, 0));
		table_add(table, version);
		table_add(table, change->what);
		table_add(table, change->touches);
		table_add(table, change->source);
		table_add(table, change->recording);
	}
}

static void add_profile(void *ctx, const char *name, const char *origin)
{
	table_add(ctx, name);
	table_add(ctx, origin);
}

void topic_profiles(const char *costs_dir, struct table *table)
{
	static const struct table_column columns[] = {
		{ "costs", TABLE_TEXT, "costs" },
		{ "from", TABLE_TEXT, "from" },
	};

	*table = (struct table)TABLE("costs", columns);
	if (costs_list(costs_dir, add_profile, table) != SCENARIO_OK)
		table->no_memory = true;
}

enum scenario_status topic_prices(const char *name, const char *costs_dir, struct diag_list *diags, struct table *table)
{
	static const struct table_column columns[] = {
		{ "price", TABLE_TEXT, "price" },
		{ "is", TABLE_SD, "value" },	/* the price's name has its unit */
		{ "what it pays for", TABLE_TEXT, "what_it_pays_for" },
	};
	struct cost_profile profile, sd;
	enum scenario_status status = costs_load(name, costs_dir, diags, &profile, &sd);

	*table = (struct table)TABLE("prices", columns);
	for (size_t i = 0; i < cost_key_count && status == SCENARIO_OK; i++) {
		table_add(table, cost_keys[i].name);
		table_add_pair(table, cost_get(&profile, i), cost_get(&sd, i));
		table_add(table, cost_keys[i].doc);
	}
	return status;
}

static void add_key(void *ctx, const struct scenario_key_doc *key)
{
	table_add(ctx, key->section);
	table_add(ctx, key->name);
	table_add(ctx, key->takes);
	table_add(ctx, key->range);
	table_add(ctx, key->required ? "true" : "false");
	table_add(ctx, key->def);
	table_add(ctx, key->doc);
}

void topic_keys(struct table *table)
{
	static const struct table_column columns[] = {
		{ "section", TABLE_TEXT, "section" },
		{ "key", TABLE_TEXT, "key" },
		{ "takes", TABLE_TEXT, "takes" },
		{ "range", TABLE_TEXT, "range" },
		{ "required", TABLE_TEXT, "required" },
		{ "default", TABLE_TEXT, "default" },
		{ "meaning", TABLE_TEXT, "meaning" },
	};

	*table = (struct table)TABLE("keys", columns);
	scenario_each_key(add_key, table);
}

void topic_rules(struct table *table)
{
	static const struct table_column columns[] = {
		{ "rule", TABLE_TEXT, "rule" },
		{ "what it stands for", TABLE_TEXT, "what_it_stands_for" },
	};

	*table = (struct table)TABLE("rules", columns);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		table_add(table, diag_rule_info[i].name);
		table_add(table, diag_rule_info[i].doc);
	}
}

/* What it says of itself; "" if it cannot be read. */
static void add_description(struct table *table, const char *path)
{
	struct scenario_file *file = NULL;
	struct diag_list diags;

	diag_init(&diags);
	scenario_load(path, NULL, &diags, &file);
	table_add(table, file ? scenario_get(file)->description : "");
	scenario_free(file);
	diag_release(&diags);
}

void topic_scenarios(struct table *table)
{
	static const struct table_column columns[] = {
		{ "scenario", TABLE_TEXT, "scenario" },
		{ "description", TABLE_TEXT, "description" },
		{ NULL, TABLE_TEXT, "path" },
	};
	struct scenario_names names;

	*table = (struct table)TABLE("scenarios", columns);
	table->no_memory = !scenario_names_read(&names);
	for (size_t i = 0; i < names.count; i++) {
		table_add(table, names.names[i].name);
		add_description(table, names.names[i].path);
		table_add(table, names.names[i].path);
	}
	scenario_names_free(&names);
}
