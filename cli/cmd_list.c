// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim list: the names that scenarios and options take. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "plugin/policy_so.h"
#include "base/table.h"
#include "scenario/topics.h"
#include "sim/policy.h"

enum { OPT_COSTS_DIR = 1, OPT_POLICY_SO, OPT_FORMAT };

static const struct cli_option options[] = {
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	{ "costs-dir", "DIR", "where cost profiles are looked up first", OPT_COSTS_DIR },
	{ "policy-so", "FILE", "a policy of your own to list too; may be repeated", OPT_POLICY_SO },
	{ 0 }
};

struct list_request {
	enum table_format format;
	const char *costs_dir;	/* may be NULL */
	const char *name;	/* of one thing of the topic; NULL: all */
	struct policy_so_list policy_sos;
};

#define TABLE(what, rows)	{ .name = what, .columns = rows, .column_count = sizeof(rows) / sizeof(rows[0]) }

static void add_policy(struct table *table, const struct policy *policy)
{
	table_add(table, policy->name);
	table_add(table, policy->title);
	table_add(table, policy->source);
}

static int list_policies(const struct list_request *rq, struct table *table)
{
	static const struct table_column columns[] = {
		{ "policy", TABLE_TEXT, "policy" },
		{ "title", TABLE_TEXT, "title" },
		{ "source", TABLE_TEXT, "source" },
	};

	*table = (struct table)TABLE("policies", columns);
	for (size_t i = 0; policy_table[i]; i++)
		add_policy(table, policy_table[i]);
	for (size_t i = 0; i < rq->policy_sos.count; i++)
		add_policy(table, policy_so_policy(rq->policy_sos.sos[i]));
	return EXIT_FINE;
}

static int list_costs(const struct list_request *rq, struct table *table)
{
	struct diag_list diags;
	enum scenario_status status;

	if (!rq->name) {
		topic_profiles(rq->costs_dir, table);
		return EXIT_FINE;
	}
	diag_init(&diags);
	status = topic_prices(rq->name, rq->costs_dir, &diags, table);
	diag_render(&diags, stderr);
	diag_release(&diags);
	if (status == SCENARIO_ENOMEM)
		return cli_no_memory();
	return status == SCENARIO_OK ? EXIT_FINE : status == SCENARIO_EINVALID ? EXIT_USAGE : EXIT_TROUBLE;
}

static const struct topic {
	const char *name;
	void (*fill)(struct table *table);
	/* likewise, of what options have a say in; an exit_code */
	int (*fill_for)(const struct list_request *rq, struct table *table);
	/* its text is Markdown and has more than the table, for the docs; may be NULL */
	void (*print_md)(FILE *out);
	bool brief;		/* part of `hptsim list` without a topic */
	bool takes_name;
} topics[] = {
	{ .name = "policies", .fill_for = list_policies, .brief = true },
	{ .name = "scenarios", .fill = topic_scenarios },
	{ .name = "costs", .fill_for = list_costs, .brief = true, .takes_name = true },
	{ .name = "phases", .fill = topic_phases, .brief = true },
	{ .name = "events", .fill = topic_events },
	{ .name = "faults", .fill = topic_faults },
	{ .name = "findings", .fill = topic_findings },
	{ .name = "kernels", .fill = topic_kernels },
	{ .name = "keys", .fill = topic_keys, .print_md = scenario_print_keys },
	{ .name = "rules", .fill = topic_rules, .print_md = scenario_print_rules },
};

#define TOPIC_COUNT	(sizeof(topics) / sizeof(topics[0]))

/* The tables of @wanted topics as one document. */
static int print_topics(const struct list_request *rq, const struct topic *const *wanted, size_t count)
{
	struct table tables[TOPIC_COUNT] = { 0 };
	int code = EXIT_FINE;
	size_t filled = 0;

	while (filled < count && code == EXIT_FINE) {
		if (wanted[filled]->fill)
			wanted[filled]->fill(&tables[filled]);
		else
			code = wanted[filled]->fill_for(rq, &tables[filled]);
		filled++;
	}
	if (code == EXIT_FINE && !table_print(tables, count, rq->format, stdout) && !ferror(stdout)) {
		cli_error("out of memory");
		code = EXIT_TROUBLE;
	}
	while (filled)
		table_free(&tables[--filled]);
	return code;
}

static int list_brief(const struct list_request *rq)
{
	const struct topic *wanted[TOPIC_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < TOPIC_COUNT; i++)
		if (topics[i].brief)
			wanted[count++] = &topics[i];
	return print_topics(rq, wanted, count);
}

static int list_topic(struct list_request *rq, char **words, int count)
{
	const char *names[TOPIC_COUNT];

	for (size_t i = 0; i < TOPIC_COUNT; i++) {
		const struct topic *topic = &topics[i];

		names[i] = topic->name;
		if (strcmp(topic->name, words[0]) != 0)
			continue;
		if (count > 1 + topic->takes_name) {
			cli_error("too many words after '%s'", words[0]);
			return EXIT_USAGE;
		}
		rq->name = count > 1 ? words[1] : NULL;
		if (topic->print_md && (rq->format == TABLE_AS_TEXT || rq->format == TABLE_AS_MD)) {
			topic->print_md(stdout);
			return EXIT_FINE;
		}
		return print_topics(rq, &topic, 1);
	}
	cli_unknown("topic", words[0], "", names, TOPIC_COUNT);
	return EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct list_request rq = { .costs_dir = NULL };
	const char *value;
	char *why;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_BAD || id == CLI_OPTIONS_HELP) {
			policy_so_release(&rq.policy_sos);
			return id == CLI_OPTIONS_BAD ? EXIT_USAGE : cli_finish_output(EXIT_FINE);
		}
		if (id == OPT_POLICY_SO)
			code = policy_so_add(&rq.policy_sos, value, &why) ? EXIT_FINE : cli_refuse(why);
		else if (id == OPT_FORMAT)
			code = cli_parse_format(value, &rq.format) ? EXIT_FINE : EXIT_USAGE;
		else
			rq.costs_dir = value;
	}
	if (code == EXIT_FINE)
		code = optind == argc ? list_brief(&rq) : list_topic(&rq, argv + optind, argc - optind);
	policy_so_release(&rq.policy_sos);
	return code == EXIT_FINE ? cli_finish_output(code) : code;
}

static const struct cli_example examples[] = {
	{ "hptsim list", "policies, cost profiles and phases" },
	{ "hptsim list scenarios", "what can be run by name" },
	{ "hptsim list costs mail-2021", "the prices of a profile" },
	{ 0 }
};

const struct command command_list = {
	.name = "list",
	.arguments = "[TOPIC [NAME]]",
	.summary = "List what scenarios and options can name",
	.details = "  policies     when to resize: --policy, 'policies' of a scenario\n"
		   "  scenarios    files that every command takes by these names\n"
		   "  costs        cost profiles: 'costs' of a scenario; with NAME the prices of one\n"
		   "  phases       where the time of a run goes\n"
		   "  events       what can happen: 'events' of a scenario\n"
		   "  faults       what can go wrong: 'faults' of a scenario\n"
		   "  findings     what a run can be found to do wrong\n"
		   "  kernels      what changed in which kernel: 'guest.kernel' of a scenario\n"
		   "  keys         keys of a scenario, as Markdown\n"
		   "  rules        what can be wrong with a scenario, as Markdown\n"
		   "\nWithout a word: policies, costs and phases.\n\n"
		   "csv and json have a column or key for each, with units in their names; json is an object with an\n"
		   "array for each table.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
