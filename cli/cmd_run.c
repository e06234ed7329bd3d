// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim run: scenarios under policies, to the database and as one table. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/format.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/result.h"
#include "cli/result_json.h"
#include "cli/table.h"
#include "cli/tee.h"
#include "store/store.h"

enum { OPT_DB = INPUT_ID_END, OPT_NO_DB, OPT_FORMAT, OPT_STRICT, OPT_CHECK_INVARIANTS };

/* Most findings of a run that are told one by one. */
#define FINDINGS_SHOWN	20

static const struct cli_option options[] = {
	{ "policy", "NAME[,NAME...]", "when to resize; 'all' for all (default: the scenario's own)", INPUT_POLICY },
	{ "db", "FILE", "append results to FILE (default: " STORE_DEFAULT_PATH ")", OPT_DB },
	{ "no-db", NULL, "keep no results", OPT_NO_DB },
	{ "format", "text|json", "what to print (default: text)", OPT_FORMAT },
	{ "strict", NULL, "exit status 1 when a run has a finding", OPT_STRICT },
	{ "check-invariants", NULL, "check the model's own rules after every step; slow", OPT_CHECK_INVARIANTS },
	INPUT_OPTIONS,
	{ 0 }
};

struct run_command {
	struct input input;
	const char *db;			/* NULL: none */
	bool json, strict, check_invariants;

	struct store *store;		/* NULL: none */
	struct progress progress;
	struct result *results;
	size_t result_count;
};

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int take_options(struct run_command *rc, const struct command *command, int argc, char **argv)
{
	const char *value;
	int id, code = EXIT_FINE;
	bool db = false, no_db = false;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		switch (id) {
		case CLI_OPTIONS_HELP:
		case CLI_OPTIONS_BAD:
			return id;
		case OPT_DB:
			rc->db = value;
			db = true;
			if (!*value) {
				cli_error("--db needs the name of a file");
				code = EXIT_USAGE;
			}
			break;
		case OPT_NO_DB:
			no_db = true;
			break;
		case OPT_FORMAT:
			rc->json = strcmp(value, "json") == 0;
			if (!rc->json && strcmp(value, "text") != 0) {
				cli_error("--format is 'text' or 'json', not '%s'", value);
				code = EXIT_USAGE;
			}
			break;
		case OPT_STRICT:
			rc->strict = true;
			break;
		case OPT_CHECK_INVARIANTS:
			rc->check_invariants = true;
			break;
		default:
			code = input_option(&rc->input, id, value);
		}
	}
	if (code == EXIT_FINE && db && no_db) {
		cli_error("--db and --no-db exclude each other");
		code = EXIT_USAGE;
	}
	if (no_db)
		rc->db = NULL;
	return code;
}

static int store_trouble(const struct run_command *rc)
{
	cli_error("%s", store_message(rc->store));
	return EXIT_TROUBLE;
}

/* One scenario under one policy. The database's failure is EXIT_TROUBLE, and only that. */
static int run_one(struct run_command *rc, const struct scenario *sc, const struct policy *policy,
		   struct result *result)
{
	const struct sim_options sim_options = {
		.seed = rc->input.seed, .check_invariants = rc->check_invariants,
	};
	struct tee tee = { .count = 0 };
	struct sim_sink sink;

	*result = (struct result){
		.scenario = sc,
		.policy = policy,
		.seed = rc->input.seed,
		.keep_requests = rc->json,
	};
	tee_add(&tee, result_sink(result));
	tee_add(&tee, progress_sink(&rc->progress, sc->name, policy->name));
	if (rc->store) {
		struct store_run run = {
			.scenario = sc->name,
			.description = sc->description,
			.policy = policy->name,
			.costs = sc->costs_name,
			.hptsim_version = HPTSIM_VERSION,
			.seed = rc->input.seed,
		};

		store_run_begin(rc->store, &run, &sink);
		tee_add(&tee, sink);
	}
	sink = tee_sink(&tee);
	sim_run(sc, policy, &sim_options, &sink, &result->error);
	progress_clear(&rc->progress);

	if (result->no_memory) {
		result->error = (struct sim_error){ .status = SIM_ENOMEM };
		snprintf(result->error.message, sizeof(result->error.message), "out of memory");
	}
	if (rc->store && store_run_finish(rc->store, NULL) != STORE_OK)
		return store_trouble(rc);
	return EXIT_FINE;
}

static void tell_findings(const struct result *r)
{
	const struct findings *f = &r->findings;

	for (size_t i = 0; i < f->group_count && i < FINDINGS_SHOWN; i++) {
		const struct finding_group *group = &f->groups[i];

		fprintf(stderr, "%s: %s: finding [%s] %s", r->scenario->name, r->policy->name,
			sim_finding_name(group->kind), group->text);
		if (group->count > 1)
			fprintf(stderr, " (%" PRIu64 " times)", group->count);
		fputc('\n', stderr);
	}
	if (f->group_count > FINDINGS_SHOWN)
		fprintf(stderr, "%s: %s: and %zu more\n", r->scenario->name, r->policy->name,
			f->group_count - FINDINGS_SHOWN);
}

static int run_all(struct run_command *rc)
{
	int code = EXIT_FINE;
	size_t total = 0;

	for (size_t i = 0; i < rc->input.file_count; i++)
		total += input_policies(&rc->input, scenario_get(rc->input.files[i])).count;
	rc->results = calloc(total, sizeof(*rc->results));
	if (!rc->results) {
		cli_error("out of memory");
		return EXIT_TROUBLE;
	}
	for (size_t i = 0; i < rc->input.file_count; i++) {
		const struct scenario *sc = scenario_get(rc->input.files[i]);
		struct policy_list list = input_policies(&rc->input, sc);

		for (size_t j = 0; j < list.count; j++) {
			struct result *result = &rc->results[rc->result_count];

			if (run_one(rc, sc, list.policies[j], result) != EXIT_FINE) {
				result_free(result);
				return EXIT_TROUBLE;	/* further runs would be lost too */
			}
			rc->result_count++;
			tell_findings(result);
			if (rc->strict && result->findings.count)
				code = worse(code, EXIT_SAYS_NO);
			if (result->error.status != SIM_OK)
				code = worse(code, input_sim_failed(sc, list.policies[j], &result->error));
		}
	}
	return code;
}

static void add_row(struct table *table, const struct result *r, bool with_scenario, bool with_findings)
{
	char text[FORMAT_MAX];

	if (with_scenario)
		table_add(table, r->scenario->name);
	table_add(table, r->policy->name);
	if (r->error.status != SIM_OK) {
		table_add(table, result_status_name(r->error.status));
		for (int i = 0; i < 6 + with_findings; i++)
			table_add(table, "-");
		return;
	}
	table_add(table, format_ns(text, r->end.total_ns));
	snprintf(text, sizeof(text), "%u", r->end.resize_attempts);
	table_add(table, text);
	snprintf(text, sizeof(text), "%u", r->end.resize_failures);
	table_add(table, text);
	table_add(table, format_ns(text, r->end.prepare_ns));
	table_add(table, format_ns(text, r->end.commit_ns));
	table_add(table, format_ns(text, r->end.stall_max_ns));
	snprintf(text, sizeof(text), "%u", r->end.hpt_shift_end);
	table_add(table, text);
	if (!with_findings)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, r->findings.count);
	table_add(table, text);
}

static bool print_table(const struct run_command *rc)
{
	static const struct table_column columns[] = {
		{ "scenario", false },	/* left out if there is only one */
		{ "policy", false },
		{ "total", true },
		{ "attempts", true },
		{ "failures", true },
		{ "in prepare", true },
		{ "in commit", true },
		{ "longest stall", true },
		{ "final order", true },
		{ "findings", true },	/* left out if there are none */
	};
	bool with_scenario = rc->input.file_count > 1, with_findings = false, ok;
	struct table table = { .columns = with_scenario ? columns : columns + 1 };

	for (size_t i = 0; i < rc->result_count; i++)
		with_findings = with_findings || rc->results[i].findings.count;
	table.column_count = sizeof(columns) / sizeof(columns[0]) - !with_scenario - !with_findings;
	for (size_t i = 0; i < rc->result_count; i++)
		add_row(&table, &rc->results[i], with_scenario, with_findings);
	ok = table_print(&table, stdout);
	table_free(&table);
	return ok;
}

static int check_expectations(const struct result *r)
{
	int code = EXIT_FINE;

	for (size_t i = 0; i < r->scenario->expect_count; i++) {
		const struct expect_spec *expect = &r->scenario->expects[i];
		int64_t value;

		if (strcmp(expect->policy, r->policy->name) != 0 || !result_number(r, expect->what, &value))
			continue;
		if (value != expect->value) {
			fprintf(stderr, "%s: %s: expected %s %" PRId64 ", got %" PRId64 "\n", r->scenario->name,
				r->policy->name, expect->what, expect->value, value);
			code = EXIT_SAYS_NO;
		}
	}
	return code;
}

static int report(const struct run_command *rc)
{
	int code;
	bool ok;

	if (!rc->result_count)
		return EXIT_FINE;	/* whoever failed has said so */
	ok = rc->json ? result_print_json(rc->results, rc->result_count, stdout) : print_table(rc);
	code = cli_finish_output(EXIT_FINE);
	if (!ok && code == EXIT_FINE) {
		cli_error("out of memory");
		code = EXIT_TROUBLE;
	}
	for (size_t i = 0; i < rc->result_count; i++)
		if (rc->results[i].error.status == SIM_OK)
			code = worse(code, check_expectations(&rc->results[i]));
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct run_command rc = { .db = STORE_DEFAULT_PATH };
	int code = take_options(&rc, command, argc, argv);

	if (code < 0) {
		input_free(&rc.input);
		return code == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = input_load(&rc.input, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE && rc.db && store_open(rc.db, &rc.store) != STORE_OK)
		code = store_trouble(&rc);
	if (code == EXIT_FINE) {
		progress_init(&rc.progress);
		code = run_all(&rc);
		code = worse(code, report(&rc));
	}
	for (size_t i = 0; i < rc.result_count; i++)
		result_free(&rc.results[i]);
	free(rc.results);
	store_close(rc.store);
	input_free(&rc.input);
	return code;
}

const struct command command_run = {
	.name = "run",
	.arguments = "SCENARIO...",
	.summary = "Simulate scenarios, keep the results and print a table of them",
	.details = "All scenarios are checked before the first is run. Exit status 1: a number differs from the\n"
		   "scenario's 'expect', the hypervisor aborted, or with --strict a run has a finding: something\n"
		   "that a reviewer wants to know of ('hptsim list findings').\n",
	.options = options,
	.run = run,
};
