// SPDX-License-Identifier: GPL-2.0-or-later
/* The reference of keys and rules, from the tables that the reader goes by. */
#include <string.h>

#include "scenario/costs.h"
#include "scenario/keys.h"
#include "scenario/load.h"
#include "scenario/loader.h"

struct each_key {
	void (*fn)(void *ctx, const struct scenario_key_doc *key);
	void *ctx;
};

static const char *choices(struct loader *ld, const struct key *key)
{
	const char *list = "";

	for (const struct key_choice *c = key->choices; c->name; c++)
		list = arena_printf(&ld->arena, "%s%s`%s`", list, *list ? ", " : "", c->name);
	return list;
}

static const char *range_of(struct loader *ld, const struct key *key)
{
	if (key->choices && key->min && key->max)
		return arena_printf(&ld->arena, "%s, %s to %s", choices(ld, key), key->min, key->max);
	if (key->choices)
		return choices(ld, key);
	if (key->min && key->max && strcmp(key->min, key->max) == 0)
		return key->min;
	if (key->min && key->max)
		return arena_printf(&ld->arena, "%s to %s", key->min, key->max);
	return key->type == KEY_KERNEL ? "from 4.11" : "";
}

static const char *default_of(struct loader *ld, const struct key *key)
{
	if (key->required)
		return "";
	if (key->def_doc)
		return key->def_doc;
	return key->def ? arena_printf(&ld->arena, "`%s`", key->def) : "";
}

static void visit(struct loader *ld, const struct key_table *table, const struct each_key *each)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct key *key = &table->keys[i];
		const struct scenario_key_doc doc = {
			.section = table->title, .name = key->name, .takes = key_takes(key),
			.range = range_of(ld, key), .doc = key->doc, .def = default_of(ld, key),
			.required = key->required,
		};

		each->fn(each->ctx, &doc);
	}
}

static void visit_all(struct loader *ld, void *arg)
{
	const struct key_table *const *const lists[] = {
		scenario_tables, policy_tables, event_tables, fault_tables, costs_tables,
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (const struct key_table *const *table = lists[i]; *table; table++)
			visit(ld, *table, arg);
	visit(ld, costs_table(ld, true), arg);
}

void scenario_each_key(void (*fn)(void *ctx, const struct scenario_key_doc *key), void *ctx)
{
	struct loader *ld = loader_new(NULL, NULL);
	struct each_key each = { .fn = fn, .ctx = ctx };

	if (ld)
		loader_run(ld, visit_all, &each);
	loader_free(ld);
}

struct print {
	FILE *out;
	const char *section;	/* that was printed last */
};

static void print_key(void *ctx, const struct scenario_key_doc *key)
{
	struct print *print = ctx;

	if (!print->section || strcmp(print->section, key->section) != 0) {
		fprintf(print->out, "%s### %s\n\n", print->section ? "\n" : "", key->section);
		fputs("| key | takes | range | default | meaning |\n|---|---|---|---|---|\n", print->out);
		print->section = key->section;
	}
	fprintf(print->out, "| `%s` | %s | %s | %s | %s |\n", key->name, key->takes, key->range,
		key->required ? "required" : key->def, key->doc);
}

void scenario_print_keys(FILE *out)
{
	struct print print = { .out = out };

	scenario_each_key(print_key, &print);
	fputc('\n', out);
}

void scenario_print_rules(FILE *out)
{
	fprintf(out, "| rule | what it stands for |\n|---|---|\n");
	for (size_t i = 0; i < RULE_COUNT; i++)
		fprintf(out, "| `%s` | %s |\n", diag_rule_info[i].name, diag_rule_info[i].doc);
}
