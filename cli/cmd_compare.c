// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim compare: scenarios under policies, and the report on them. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/results_dir.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/out_dir.h"
#include "cli/place.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "run/apart.h"
#include "run/result.h"
#include "run/tee.h"
#include "store/store.h"

#define DB_NAME	"report.db"

enum { OPT_DB = INPUT_ID_END, OPT_OUT, OPT_MAIL };

static const struct cli_option options[] = {
	{ "policy", "NAME[,NAME...]", "when to resize; 'all' for all (default: each scenario's own)", INPUT_POLICY },
	{ "out", "DIR", "where the report goes (default: " RESULTS_DOC(OUT_DIR_NAME) ")", OPT_OUT },
	{ "db", "FILE", "append results to FILE (default: DIR/" DB_NAME ", made anew)", OPT_DB },
	{ "mail", NULL, "print the report as a cover letter has it, not the verdict alone", OPT_MAIL },
	INPUT_OPTIONS,
	{ 0 }
};

struct compare {
	struct input input;
	bool mail;
	const char *directory, *db;	/* db NULL: DIR/report.db */
	char *own_db;
	struct place place;	/* of the directory */
	struct store *store;
	struct progress progress;
	int64_t *ids;			/* of the runs that ended well */
	struct report_failure *failures;	/* and of the others why not */
	size_t id_count, failure_count;
};

static int take_options(struct compare *c, const struct command *command, int argc, char **argv)
{
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id < 0)
			return id;
		if (id == OPT_DB)
			c->db = value;
		else if (id == OPT_OUT)
			c->directory = value;
		else if (id == OPT_MAIL)
			c->mail = true;
		else
			code = input_option(&c->input, id, value);
	}
	if (code == EXIT_FINE)
		code = input_options_done(&c->input);
	if (code == EXIT_FINE && c->db && !*c->db) {
		cli_error("--db needs the name of a file");
		code = EXIT_USAGE;
	}
	return code;
}

/* Open it; one of our own is made anew, unless it is of somebody else. */
static int open_store(struct compare *c)
{
	if (c->db)
		return store_open(c->db, &c->store) == STORE_OK ? EXIT_FINE : cli_store_trouble(c->store);
	c->own_db = malloc(strlen(c->directory) + strlen("/" DB_NAME) + 1);
	if (!c->own_db)
		return cli_no_memory();
	sprintf(c->own_db, "%s/" DB_NAME, c->directory);
	c->db = c->own_db;
	if (store_open(c->db, &c->store) != STORE_OK)
		return cli_store_trouble(c->store);
	store_close(c->store);
	c->store = NULL;
	unlink(c->db);
	return store_open(c->db, &c->store) == STORE_OK ? EXIT_FINE : cli_store_trouble(c->store);
}

/* A failed simulation is part of the report; anything else ends the command. */
static int run_one(struct compare *c, const struct scenario *sc, const struct policy *policy)
{
	const struct sim_options sim_options = { .seed = c->input.seed };
	struct tee tee = { .count = 0 };
	struct store_input origin;
	struct store_run run;
	struct sim_error error;
	struct sim_sink sink;

	input_describe(&c->input, sc, policy, &run, &origin);
	store_run_begin(c->store, &run, &sink);
	tee_add(&tee, sink);
	tee_add(&tee, progress_sink(&c->progress, sc->name, policy->name));
	tee_add(&tee, stop_sink());
	sink = tee_sink(&tee);
	apart_run(sc, policy, &sim_options, &sink, &error);
	progress_clear(&c->progress);
	if (store_run_finish(c->store, &c->ids[c->id_count]) != STORE_OK)
		return cli_store_trouble(c->store);
	stop_guards(c->store, c->db, "");
	stop_here();
	if (error.status == SIM_OK) {
		c->id_count++;
		return EXIT_FINE;
	}
	input_sim_failed(sc, policy, &error);
	if (error.status == SIM_ENOMEM || error.status == SIM_EINVARIANT)
		return EXIT_TROUBLE;
	c->failures[c->failure_count++] = (struct report_failure){
		.scenario = sc->name, .policy = policy->name, .why = result_status_name(error.status),
	};
	return EXIT_FINE;
}

static int run_all(struct compare *c)
{
	size_t total = 0;

	for (size_t i = 0; i < c->input.file_count; i++)
		total += input_policies(&c->input, scenario_get(c->input.files[i])).count;
	c->ids = calloc(total + 1, sizeof(*c->ids));
	c->failures = calloc(total + 1, sizeof(*c->failures));
	if (!c->ids || !c->failures)
		return cli_no_memory();
	for (size_t i = 0; i < c->input.file_count; i++) {
		const struct scenario *sc = scenario_get(c->input.files[i]);
		struct policy_list list = input_policies(&c->input, sc);

		for (size_t j = 0; j < list.count; j++) {
			int code = run_one(c, sc, list.policies[j]);

			if (code != EXIT_FINE)
				return code;
		}
	}
	return EXIT_FINE;
}

static int compare(struct compare *c)
{
	struct report_options ro = { .version = HPTSIM_VERSION };
	int code = place_choose(&c->place, c->directory, OUT_DIR_NAME);

	ro.directory = c->directory = c->place.path;
	if (code == EXIT_FINE)
		code = out_dir_make(c->directory);
	if (code == EXIT_FINE)
		code = open_store(c);
	if (code == EXIT_FINE) {
		progress_init(&c->progress);
		stop_guards(c->store, c->db, "");
		code = run_all(c);
		if (code == EXIT_FINE && store_flush(c->store) != STORE_OK)
			code = cli_store_trouble(c->store);
		stop_guards(c->store, c->db, "");
		stop_here();
		stop_guards(NULL, NULL, NULL);
	}
	store_close(c->store);
	c->store = NULL;
	if (code != EXIT_FINE)
		return code;
	ro.db = c->db;
	ro.run_ids = c->ids;
	ro.run_count = c->id_count;
	ro.failures = c->failures;
	ro.failure_count = c->failure_count;
	return cli_worse(out_dir_report(&ro, c->mail), c->failure_count ? EXIT_SAYS_NO : EXIT_FINE);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct compare c = { .directory = NULL };
	int code = take_options(&c, command, argc, argv);

	if (code < 0) {
		input_free(&c.input);
		return code == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = input_load(&c.input, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE)
		code = compare(&c);
	free(c.own_db);
	place_free(&c.place);
	free(c.ids);
	free(c.failures);
	input_free(&c.input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim compare 256g_on_2g --policy all", "the verdict, and a page" },
	{ "hptsim compare mine.yaml --mail", "as a cover letter has it" },
	{ 0 }
};

const struct command command_compare = {
	.name = "compare",
	.arguments = "SCENARIO...",
	.summary = "Simulate scenarios and report which policy does best: HTML, Markdown, mail, JSON and plots",
	.details = "Prints the verdict. Files in DIR are replaced: report.html, report.md, report.mail, report.json, the\n"
		   "plots as SVG and PNG, in data/ what they were drawn from, and the database. Without gnuplot the exit status is 3, and the report\n"
		   "has no plots. Exit status 1: a simulation ended early; the report says which.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
