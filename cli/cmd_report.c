// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim report: what is stored, side by side. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/results_dir.h"
#include "cli/command.h"
#include "cli/out_dir.h"
#include "cli/place.h"
#include "store/store.h"

enum { OPT_DB = 1, OPT_RUN, OPT_OUT, OPT_MAIL, OPT_X, OPT_Y };

static const struct cli_option options[] = {
	{ "db", "FILE", "results to report (default: " RESULTS_DOC(STORE_DEFAULT_NAME) ")", OPT_DB },
	{ "run", "ID[,ID...]", "these runs (default: of each scenario, what was made from the same as its latest)",
	  OPT_RUN },
	{ "out", "DIR", "where the report goes (default: " RESULTS_DOC(OUT_DIR_NAME) ")", OPT_OUT },
	{ "x", "KEY", "of a sweep: draw this key's values from left to right (default: the first with several)", OPT_X },
	{ "y", "KEY", "and this one's upwards; of the other keys there is a picture for each combination", OPT_Y },
	{ "mail", NULL, "print it as a cover letter has it; without --out, write no files", OPT_MAIL },
	{ 0 }
};

static const struct cli_letter letters[] = { { 'o', OPT_OUT }, { 0 } };

/* ID[,ID...] at the end of an array; an exit_code. */
static int add_ids(const char *value, int64_t **ids, size_t *count)
{
	char *copy = strdup(value), *rest = copy, *word;
	int64_t *larger = realloc(*ids, (*count + strlen(value) + 1) * sizeof(**ids));
	int code = EXIT_FINE;

	if (larger)
		*ids = larger;
	if (!copy || !larger) {
		cli_error("out of memory");
		code = EXIT_TROUBLE;
	}
	while (code == EXIT_FINE && rest) {
		unsigned long long id;

		word = rest;
		rest = strchr(rest, ',');
		if (rest)
			*rest++ = '\0';
		if (!cli_parse_number(word, &id)) {
			cli_error("--run takes numbers of runs, as table 'run' has them, not '%s'", word);
			code = EXIT_USAGE;
		} else {
			larger[(*count)++] = (int64_t)id;
		}
	}
	free(copy);
	return code;
}

/* The database, in place of --db; an exit_code. */
static int take_file(int count, char **arguments, const char **db)
{
	const char *dot = count ? strrchr(arguments[0], '.') : NULL;

	if (dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0)) {
		cli_error("'%s' is no database: report takes one; 'compare' takes scenarios", arguments[0]);
		return EXIT_USAGE;
	}
	if (count > 1 || (count && *db)) {
		cli_error("'%s' is too much: report takes one database", arguments[count > 1]);
		return EXIT_USAGE;
	}
	if (count)
		*db = arguments[0];
	return EXIT_FINE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct report_options ro = { .version = HPTSIM_VERSION };
	struct place db = { 0 }, directory = { 0 };
	int64_t *ids = NULL;
	const char *value;
	bool mail = false;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id < 0) {
			free(ids);
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		}
		if (id == OPT_DB)
			ro.db = value;
		else if (id == OPT_OUT)
			ro.directory = value;
		else if (id == OPT_MAIL)
			mail = true;
		else if (id == OPT_X)
			ro.x = value;
		else if (id == OPT_Y)
			ro.y = value;
		else
			code = add_ids(value, &ids, &ro.run_count);
	}
	if (code == EXIT_FINE)
		code = take_file(argc - optind, argv + optind, &ro.db);
	ro.run_ids = ids;
	if (code == EXIT_FINE)
		code = place_choose(&db, ro.db, STORE_DEFAULT_NAME);
	if (code == EXIT_FINE)
		code = place_want(&db);
	if (code == EXIT_FINE && (ro.directory || !mail))
		code = place_choose(&directory, ro.directory, OUT_DIR_NAME);
	ro.db = db.path;
	ro.directory = directory.path;
	if (code == EXIT_FINE && ro.directory)
		code = out_dir_make(ro.directory);
	if (code == EXIT_FINE)
		code = out_dir_report(&ro, mail);
	place_free(&db);
	place_free(&directory);
	free(ids);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim report", "the latest run of each scenario and policy" },
	{ "hptsim report --run 1,2 --mail", "two runs, as a cover letter has it" },
	{ "hptsim report results/sweep.db -o map", "a map: who is the fastest where" },
	{ 0 }
};

const struct command command_report = {
	.name = "report",
	.arguments = "[FILE]",
	.summary = "Compare stored runs, or map a sweep: a report as HTML, Markdown, mail and JSON, with plots",
	.details = "FILE: the database, as --db takes it. Of one that holds a sweep the report says which policy is the fastest\n"
		   "at which point, by how much, where that changes, and which points are the worst of each policy, with\n"
		   "the commands that run them again.\n"
		   "Prints the verdict. Files in DIR are replaced: report.html, report.md, report.mail, report.json, the\n"
		   "plots as SVG and PNG, and in data/ what they were drawn from. Without --run, runs with drawn prices\n"
		   "(run --reps) and those of other inputs than the latest are left out, and that is said. Without\n"
		   "gnuplot the exit status is 3, and the report has no plots.\n",
	.examples = examples,
	.options = options,
	.letters = letters,
	.run = run,
};
