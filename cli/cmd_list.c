// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim list: the names that scenarios and options take. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/policy_so.h"
#include "cli/table.h"
#include "scenario/costs.h"
#include "scenario/load.h"
#include "sim/events.h"
#include "sim/policy.h"

enum { OPT_COSTS_DIR = 1, OPT_POLICY_SO };

static const struct cli_option options[] = {
	{ "costs-dir", "DIR", "where cost profiles are looked up first", OPT_COSTS_DIR },
	{ "policy-so", "FILE", "a policy of your own to list too; may be repeated", OPT_POLICY_SO },
	{ 0 }
};

struct list_request {
	const char *costs_dir;	/* may be NULL */
	const char *name;	/* of one thing of the topic; NULL: all */
	struct policy_so_list policy_sos;
};

static int print_and_free(struct table *table)
{
	bool ok = table_print(table, stdout);

	table_free(table);
	if (!ok)
		cli_error("out of memory");
	return ok ? EXIT_FINE : EXIT_TROUBLE;
}

static void add_policy(struct table *table, const struct policy *policy)
{
	table_add(table, policy->name);
	table_add(table, policy->title);
	table_add(table, policy->source);
}

static int list_policies(const struct list_request *rq)
{
	static const struct table_column columns[] = { { "policy", false }, { "title", false }, { "source", false } };
	struct table table = { .columns = columns, .column_count = 3 };

	for (size_t i = 0; policy_table[i]; i++)
		add_policy(&table, policy_table[i]);
	for (size_t i = 0; i < rq->policy_sos.count; i++)
		add_policy(&table, policy_so_policy(rq->policy_sos.sos[i]));
	return print_and_free(&table);
}

static int list_phases(const struct list_request *rq)
{
	static const struct table_column columns[] = { { "phase", false }, { "time spent in", false } };
	struct table table = { .columns = columns, .column_count = 2 };

	for (int i = 0; i < PHASE_COUNT; i++) {
		table_add(&table, sim_phase_info[i].name);
		table_add(&table, sim_phase_info[i].doc);
	}
	return print_and_free(&table);
}

/* What a list of the model is made of. */
struct doc_row { const char *name, *doc; };

#define DOC_ROW(id, text, what) { text, what },

static const struct doc_row events[] = { EVENT_KINDS(DOC_ROW) { 0 } };
static const struct doc_row faults[] = { FAULT_KINDS(DOC_ROW) { 0 } };
static const struct doc_row findings[] = { SIM_FINDINGS(DOC_ROW) { 0 } };

static int list_docs(const struct doc_row *rows, const char *title, const char *doc_title)
{
	const struct table_column columns[] = { { title, false }, { doc_title, false } };
	struct table table = { .columns = columns, .column_count = 2 };

	for (; rows->name; rows++) {
		table_add(&table, rows->name);
		table_add(&table, rows->doc);
	}
	return print_and_free(&table);
}

static int list_events(const struct list_request *rq)
{
	return list_docs(events, "event", "what happens");
}

static int list_faults(const struct list_request *rq)
{
	return list_docs(faults, "fault", "what goes wrong");
}

static int list_findings(const struct list_request *rq)
{
	return list_docs(findings, "finding", "what is wrong");
}

static void add_profile(void *ctx, const char *name, const char *origin)
{
	table_add(ctx, name);
	table_add(ctx, origin);
}

static int list_profiles(const struct list_request *rq)
{
	static const struct table_column columns[] = { { "costs", false }, { "from", false } };
	struct table table = { .columns = columns, .column_count = 2 };

	if (costs_list(rq->costs_dir, add_profile, &table) != SCENARIO_OK)
		table.no_memory = true;
	return print_and_free(&table);
}

static int list_prices(const struct list_request *rq)
{
	static const struct table_column columns[] = { { "price", false }, { "is", true }, { "what it pays for", false } };
	struct table table = { .columns = columns, .column_count = 3 };
	struct cost_profile profile;
	struct diag_list diags;
	enum scenario_status status;

	diag_init(&diags);
	status = costs_load(rq->name, rq->costs_dir, &diags, &profile);
	diag_render(&diags, stderr);
	diag_release(&diags);
	if (status == SCENARIO_ENOMEM)
		cli_error("out of memory");
	if (status != SCENARIO_OK)
		return status == SCENARIO_EINVALID ? EXIT_USAGE : EXIT_TROUBLE;

	for (size_t i = 0; i < cost_key_count; i++) {
		char price[32];
		int64_t value;

		memcpy(&value, (const char *)&profile + cost_keys[i].offset, sizeof(value));
		snprintf(price, sizeof(price), "%" PRId64, value);
		table_add(&table, cost_keys[i].name);
		table_add(&table, price);
		table_add(&table, cost_keys[i].doc);
	}
	return print_and_free(&table);
}

static int list_costs(const struct list_request *rq)
{
	return rq->name ? list_prices(rq) : list_profiles(rq);
}

static int list_keys(const struct list_request *rq)
{
	scenario_print_keys(stdout);
	return EXIT_FINE;
}

static int list_rules(const struct list_request *rq)
{
	scenario_print_rules(stdout);
	return EXIT_FINE;
}

static const struct topic {
	const char *name;
	int (*print)(const struct list_request *rq);
	bool brief;		/* part of `hptsim list` without a topic */
	bool takes_name;
} topics[] = {
	{ "policies", list_policies, true,  false },
	{ "costs",    list_costs,    true,  true },
	{ "phases",   list_phases,   true,  false },
	{ "events",   list_events,   false, false },
	{ "faults",   list_faults,   false, false },
	{ "findings", list_findings, false, false },
	{ "keys",     list_keys,     false, false },
	{ "rules",    list_rules,    false, false },
};

#define TOPIC_COUNT	(sizeof(topics) / sizeof(topics[0]))

static int list_brief(const struct list_request *rq)
{
	bool first = true;

	for (size_t i = 0; i < TOPIC_COUNT; i++) {
		int code;

		if (!topics[i].brief)
			continue;
		if (!first)
			putchar('\n');
		first = false;
		code = topics[i].print(rq);
		if (code != EXIT_FINE)
			return code;
	}
	return EXIT_FINE;
}

static int list_topic(struct list_request *rq, char **words, int count)
{
	const char *names[TOPIC_COUNT];

	for (size_t i = 0; i < TOPIC_COUNT; i++) {
		names[i] = topics[i].name;
		if (strcmp(topics[i].name, words[0]) != 0)
			continue;
		if (count > 1 + topics[i].takes_name) {
			cli_error("too many words after '%s'", words[0]);
			return EXIT_USAGE;
		}
		rq->name = count > 1 ? words[1] : NULL;
		return topics[i].print(rq);
	}
	cli_unknown("topic", words[0], "", names, TOPIC_COUNT);
	return EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct list_request rq = { .costs_dir = NULL };
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_BAD || id == CLI_OPTIONS_HELP) {
			policy_so_release(&rq.policy_sos);
			return id == CLI_OPTIONS_BAD ? EXIT_USAGE : cli_finish_output(EXIT_FINE);
		}
		if (id == OPT_POLICY_SO)
			code = policy_so_add(&rq.policy_sos, value);
		else
			rq.costs_dir = value;
	}
	if (code == EXIT_FINE)
		code = optind == argc ? list_brief(&rq) : list_topic(&rq, argv + optind, argc - optind);
	policy_so_release(&rq.policy_sos);
	return code == EXIT_FINE ? cli_finish_output(code) : code;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[policies|costs [NAME]|phases|events|faults|findings|keys|rules]",
	.summary = "List what scenarios and options can name",
	.details = "  policies     when to resize: --policy, 'policies' of a scenario\n"
		   "  costs        cost profiles: 'costs' of a scenario; with NAME the prices of one\n"
		   "  phases       where the time of a run goes\n"
		   "  events       what can happen: 'events' of a scenario\n"
		   "  faults       what can go wrong: 'faults' of a scenario\n"
		   "  findings     what a run can be found to do wrong\n"
		   "  keys         keys of a scenario, as Markdown\n"
		   "  rules        what can be wrong with a scenario, as Markdown\n"
		   "Without a word: policies, costs and phases.\n",
	.options = options,
	.run = run,
};
