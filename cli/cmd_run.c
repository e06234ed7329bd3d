// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim run: scenarios under policies, to the database and as one table. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "log/dmesg.h"
#include "cli/input.h"
#include "cli/place.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "run/apart.h"
#include "run/reps.h"
#include "run/result.h"
#include "run/json.h"
#include "run/notes.h"
#include "run/table.h"
#include "base/results_dir.h"
#include "base/output.h"
#include "base/table.h"
#include "run/tee.h"
#include "report/trace.h"
#include "store/store.h"

enum { OPT_DB = INPUT_ID_END, OPT_NO_DB, OPT_FORMAT, OPT_DMESG, OPT_REPS, OPT_TRACE, OPT_STRICT, OPT_CHECK_INVARIANTS };

static const struct cli_option options[] = {
	{ "policy", "NAME[,NAME...]", "when to resize; 'all' for all (default: the scenario's own)", INPUT_POLICY },
	{ "db", "FILE", "append results to FILE (default: " RESULTS_DOC(STORE_DEFAULT_NAME) ")", OPT_DB },
	{ "no-db", NULL, "keep no results", OPT_NO_DB },
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	{ "reps", "N", "repeat N times, each with prices drawn as their standard deviations say (default: 1, not drawn)",
	  OPT_REPS },
	{ "dmesg", "[FILE]", "write the guest's kernel log to FILE; without FILE, print it instead of the table", OPT_DMESG },
	{ "trace", "FILE", "write all that happens to FILE, for ui.perfetto.dev or chrome://tracing", OPT_TRACE },
	{ "strict", NULL, "exit status 1 when a request failed or did less than asked, or a run has a finding", OPT_STRICT },
	{ "check-invariants", NULL, "check the model's own rules after every step; slow", OPT_CHECK_INVARIANTS },
	INPUT_OPTIONS,
	{ 0 }
};

struct run_command {
	struct input input;
	const char *db;			/* as given */
	bool no_db;
	struct place place;
	enum table_format format;
	bool strict, check_invariants;
	unsigned reps;
	bool dmesg;
	const char *dmesg_file;		/* NULL: standard output */

	FILE *dmesg_out;
	struct output dmesg_output;
	struct store *store;		/* NULL: none */
	const char *trace_path;		/* NULL: none */
	struct trace *trace;
	bool store_failed;
	struct progress progress;
	struct result *results;
	size_t result_count;
};

static int take_reps(struct run_command *rc, const char *value)
{
	unsigned long long number;

	if (!cli_parse_number(value, &number) || number < 1 || number > REPS_MAX) {
		cli_error("--reps takes a number from 1 to %u, not '%s'", REPS_MAX, value);
		return EXIT_USAGE;
	}
	rc->reps = (unsigned)number;
	return EXIT_FINE;
}

static int take_options(struct run_command *rc, const struct command *command, int argc, char **argv)
{
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		switch (id) {
		case CLI_OPTIONS_HELP:
		case CLI_OPTIONS_BAD:
			return id;
		case OPT_DB:
			rc->db = value;
			if (!*value) {
				cli_error("--db needs the name of a file");
				code = EXIT_USAGE;
			}
			break;
		case OPT_NO_DB:
			rc->no_db = true;
			break;
		case OPT_FORMAT:
			code = cli_parse_format(value, &rc->format) ? EXIT_FINE : EXIT_USAGE;
			break;
		case OPT_DMESG:
			rc->dmesg = true;
			rc->dmesg_file = value;
			if (value && !*value) {
				cli_error("--dmesg= needs the name of a file");
				code = EXIT_USAGE;
			}
			break;
		case OPT_REPS:
			code = take_reps(rc, value);
			break;
		case OPT_TRACE:
			rc->trace_path = value;
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
	if (code == EXIT_FINE)
		code = input_options_done(&rc->input);
	if (code == EXIT_FINE && rc->db && rc->no_db) {
		cli_error("--db and --no-db exclude each other");
		code = EXIT_USAGE;
	}
	return code;
}

/* Without the place that nobody asked for the table can still be printed. */
static void go_on_without(struct run_command *rc, const char *why)
{
	cli_note("results are not kept: %s; --db FILE keeps them elsewhere, --no-db says that they are not wanted", why);
	store_close(rc->store);
	rc->store = NULL;
	rc->place.elsewhere = false;
}

static int open_store(struct run_command *rc)
{
	enum store_status status;
	char *why;
	int code;

	if (rc->no_db)
		return EXIT_FINE;
	code = place_choose(&rc->place, rc->db, STORE_DEFAULT_NAME);
	if (code != EXIT_FINE)
		return code;
	why = place_make(&rc->place);
	if (why) {
		go_on_without(rc, why);
		free(why);
		return EXIT_FINE;
	}
	status = store_open(rc->place.path, &rc->store);
	if (status == STORE_OK)
		return EXIT_FINE;
	if (rc->db || status != STORE_EOPEN)
		return cli_store_trouble(rc->store);
	go_on_without(rc, store_message(rc->store));
	return EXIT_FINE;
}

/*
 * One scenario under one policy, @rep of several or 0. The database's failure
 * is EXIT_TROUBLE, and only that.
 */
static int run_one(struct run_command *rc, const struct scenario *sc, const struct policy *policy,
		   unsigned rep, struct result *result)
{
	struct scenario drawn = *sc;
	const struct sim_options sim_options = {
		.seed = rc->input.seed, .check_invariants = rc->check_invariants,
	};
	struct tee tee = { .count = 0 };
	struct store_input origin;
	struct dmesg dmesg;
	struct sim_sink sink;

	*result = (struct result){
		.scenario = sc,
		.policy = policy,
		.seed = rc->input.seed,
		.rep = rep,
		.keep_requests = rc->format == TABLE_AS_JSON,
	};
	tee_add(&tee, result_sink(result));
	tee_add(&tee, progress_sink(&rc->progress, sc->name, policy->name));
	tee_add(&tee, stop_sink());
	if (rc->dmesg)
		tee_add(&tee, dmesg_sink(&dmesg, rc->dmesg_out));
	if (rc->store) {
		struct store_run run;

		input_describe(&rc->input, sc, policy, &run, &origin);
		run.rep = rep;
		store_run_begin(rc->store, &run, &sink);
		tee_add(&tee, sink);
	}
	if (rc->trace)
		tee_add(&tee, trace_run_begin(rc->trace, sc, policy->name, rep));
	sink = tee_sink(&tee);
	if (rep)
		cost_draw(&sc->costs, &sc->cost_sd, rc->input.seed, rep, &drawn.costs);
	apart_run(&drawn, policy, &sim_options, &sink, &result->error);
	progress_clear(&rc->progress);
	if (rc->trace)
		trace_run_finish(rc->trace);

	if (result->no_memory) {
		result->error = (struct sim_error){ .status = SIM_ENOMEM };
		snprintf(result->error.message, sizeof(result->error.message), "out of memory");
	}
	if (rc->store && store_run_finish(rc->store, NULL) != STORE_OK)
		return cli_store_trouble(rc->store);
	if (rc->store)
		stop_guards(rc->store, rc->place.path, "");
	stop_here();
	return EXIT_FINE;
}

/* Without a price that can be drawn all repetitions are the same: one is enough. */
static unsigned reps_of(const struct run_command *rc, const struct scenario *sc)
{
	for (size_t i = 0; i < cost_key_count; i++)
		if (cost_get(&sc->cost_sd, i))
			return rc->reps;
	return 1;
}

static void tell_once(const struct run_command *rc, const struct scenario *sc)
{
	if (reps_of(rc, sc) < rc->reps)
		cli_note("%s: no price of '%s' has a standard deviation: all %u repetitions are the same, run once",
			 sc->name, sc->costs_name, rc->reps);
}

/* All repetitions of one scenario under one policy. */
static int run_reps(struct run_command *rc, const struct scenario *sc, const struct policy *policy)
{
	int code = EXIT_FINE;

	unsigned reps = reps_of(rc, sc);

	for (unsigned rep = 1; rep <= reps; rep++) {
		struct result *result = &rc->results[rc->result_count];

		if (run_one(rc, sc, policy, reps > 1 ? rep : 0, result) != EXIT_FINE) {
			result_free(result);
			rc->store_failed = true;
			return EXIT_TROUBLE;
		}
		rc->result_count++;
		if (rc->strict && (result->findings.count || result_fell_short(result)))
			code = cli_worse(code, EXIT_SAYS_NO);
		if (result->error.status != SIM_OK)
			code = cli_worse(code, input_sim_failed(sc, policy, &result->error));
	}
	return code;
}

static int run_all(struct run_command *rc)
{
	int code = EXIT_FINE;
	size_t total = 0;

	for (size_t i = 0; i < rc->input.file_count; i++)
		total += input_policies(&rc->input, scenario_get(rc->input.files[i])).count * rc->reps;
	rc->results = calloc(total, sizeof(*rc->results));
	if (!rc->results) {
		cli_error("out of memory");
		return EXIT_TROUBLE;
	}
	for (size_t i = 0; i < rc->input.file_count; i++) {
		const struct scenario *sc = scenario_get(rc->input.files[i]);
		struct policy_list list = input_policies(&rc->input, sc);

		tell_once(rc, sc);
		for (size_t j = 0; j < list.count; j++) {
			code = cli_worse(code, run_reps(rc, sc, list.policies[j]));
			if (rc->store_failed)
				return code;	/* further runs would be lost too */
		}
	}
	return code;
}

/* The log is one guest's: of one run. */
static int open_dmesg(struct run_command *rc)
{
	size_t runs = 0;

	for (size_t i = 0; i < rc->input.file_count; i++)
		runs += input_policies(&rc->input, scenario_get(rc->input.files[i])).count * rc->reps;
	if (runs != 1) {
		cli_error("--dmesg is the log of one run, not of %zu: give one scenario and one --policy", runs);
		return EXIT_USAGE;
	}
	if (!rc->dmesg_file && rc->format != TABLE_AS_TEXT) {
		cli_error("--dmesg without a file prints the log instead of the table: no --format with it");
		return EXIT_USAGE;
	}
	rc->dmesg_out = rc->dmesg_file ? output_open(&rc->dmesg_output, rc->dmesg_file) : stdout;
	if (rc->dmesg_out)
		return EXIT_FINE;
	cli_error("cannot open '%s': %s", rc->dmesg_file, output_error(errno));
	return EXIT_TROUBLE;
}

static int close_dmesg(struct run_command *rc, int code)
{
	if (output_close(&rc->dmesg_output, true))
		return code;
	cli_error("%s: cannot be written: %s", rc->dmesg_file, output_error(errno));
	return EXIT_TROUBLE;
}

static int report(const struct run_command *rc)
{
	int code;
	bool ok;

	if (!rc->result_count)
		return EXIT_FINE;	/* whoever failed has said so */
	if (rc->dmesg && !rc->dmesg_file)
		ok = true;	/* the log is what was asked for */
	else if (rc->format == TABLE_AS_JSON)
		ok = result_print_json(rc->results, rc->result_count, rc->reps > 1, stdout);
	else if (rc->reps > 1)
		ok = reps_print_table(rc->results, rc->result_count, rc->input.file_count > 1, rc->format,
				      stdout);
	else
		ok = result_print_table(rc->results, rc->result_count, rc->input.file_count > 1, rc->format, stdout);
	code = cli_finish_printed(ok);
	if (!cli_quiet())
		result_tell(rc->results, rc->result_count, stderr);
	/* a scenario expects numbers of the prices that the profile has */
	for (size_t i = 0; i < rc->result_count && rc->reps == 1; i++)
		if (!result_tell_unmet(&rc->results[i], stderr))
			code = cli_worse(code, EXIT_SAYS_NO);
	return code;
}

static int open_trace(struct run_command *rc)
{
	rc->trace = trace_open(rc->trace_path, HPTSIM_VERSION);
	if (rc->trace)
		return EXIT_FINE;
	cli_error("%s: cannot be written: %s", rc->trace_path, output_error(errno));
	return EXIT_TROUBLE;
}

static int close_trace(struct run_command *rc, int code)
{
	int error = trace_close(rc->trace);

	if (!error)
		return code;
	cli_error("%s: cannot be written: %s", rc->trace_path, output_error(error));
	return EXIT_TROUBLE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct run_command rc = { .reps = 1 };
	int code = take_options(&rc, command, argc, argv);

	if (code < 0) {
		input_free(&rc.input);
		return code == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = input_load(&rc.input, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE && rc.dmesg)
		code = open_dmesg(&rc);
	if (code == EXIT_FINE)
		code = open_store(&rc);
	if (code == EXIT_FINE && rc.trace_path)
		code = open_trace(&rc);
	if (code == EXIT_FINE) {
		if (rc.reps == 1)
			input_tell_void(&rc.input);
		progress_init(&rc.progress);
		if (rc.store)
			stop_guards(rc.store, rc.place.path, "");
		code = run_all(&rc);
		/* a run that is lost is not shown either */
		if (rc.store && store_flush(rc.store) != STORE_OK)
			code = rc.store_failed ? EXIT_TROUBLE : cli_store_trouble(rc.store);
		else
			code = cli_worse(code, report(&rc));
		if (rc.store && !rc.store_failed)
			place_tell(&rc.place);
		stop_here();
		stop_guards(NULL, NULL, NULL);
	}
	code = close_dmesg(&rc, code);
	code = close_trace(&rc, code);
	for (size_t i = 0; i < rc.result_count; i++)
		result_free(&rc.results[i]);
	free(rc.results);
	store_close(rc.store);
	place_free(&rc.place);
	input_free(&rc.input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim run 256g_on_129g", "the mail's case, under three policies" },
	{ "hptsim run mine.yaml --policy all", "every policy" },
	{ "hptsim run 256g_on_129g --set guest.memory=64GiB", "another guest" },
	{ "hptsim run 256g_on_129g --policy v1 --dmesg", "the guest's kernel log" },
	{ 0 }
};

const struct command command_run = {
	.name = "run",
	.arguments = "SCENARIO...",
	.summary = "Simulate scenarios, keep the results and print a table of them",
	.details = "All scenarios are checked before the first is run. Exit status 1: a number differs from the\n"
		   "scenario's 'expect', the hypervisor aborted, or with --strict a request did not do all that it was\n"
		   "asked for, or a run has a finding: something that a reviewer wants to know of ('hptsim list findings').\n"
		   "What failed is told on stderr; the table then has the requests that failed, and memory got of wanted.\n"
		   "\nWith --reps the table has the 5th, 50th and 95th percentile of each time and the range of each number;\n"
		   "the database has every repetition, told apart by its column 'rep'; 'expect' is not checked.\n"
		   "\nWith --dmesg the simulated guest's kernel log is written in the real format, for one scenario and one policy:\n"
		   "what searches a real log finds the same lines. Booting takes 1.5 s of the log's clock.\n"
		   "\nWith --trace the file has a process for each run; docs/trace.md says what its lanes are.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
