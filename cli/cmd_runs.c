// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim runs: which runs a database has. */
#include <errno.h>
#include <getopt.h>

#include "base/results_dir.h"
#include "cli/command.h"
#include "cli/place.h"
#include "report/runs.h"
#include "store/store.h"

enum { OPT_DB = 1, OPT_FORMAT };

static const struct cli_option options[] = {
	{ "db", "FILE", "results to list (default: " RESULTS_DOC(STORE_DEFAULT_NAME) ")", OPT_DB },
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	{ 0 }
};

static int list_runs(const char *path, enum table_format format)
{
	char message[REPORT_MESSAGE_MAX];
	int rc = report_list_runs(path, format, stdout, message);

	if (rc == -ENOMEM)
		return cli_no_memory();
	if (rc == -EIO) {
		cli_error("%s", message);
		return EXIT_TROUBLE;
	}
	return cli_finish_printed(rc == 0);
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *db = NULL, *value;
	struct place place;
	enum table_format format = TABLE_AS_TEXT;
	int id, code;

	while ((id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id < 0)
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		if (id == OPT_DB)
			db = value;
		else if (!cli_parse_format(value, &format))
			return EXIT_USAGE;
	}
	if (optind < argc) {
		cli_error("'%s' is too much: runs takes options only, --db FILE for the database", argv[optind]);
		return EXIT_USAGE;
	}
	code = place_choose(&place, db, STORE_DEFAULT_NAME);
	if (code == EXIT_FINE)
		code = place_want(&place);
	if (code == EXIT_FINE)
		code = list_runs(place.path, format);
	place_free(&place);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim runs", "what there is to report" },
	{ "hptsim runs --db mine.db --format csv", "for a program" },
	{ 0 }
};

const struct command command_runs = {
	.name = "runs",
	.arguments = "",
	.summary = "List the runs of a database",
	.details = "Their ids are what 'hptsim report --run' takes. 'set' is what --set changed in the scenario; 'rep' the number\n"
		   "of a repetition with drawn prices (run --reps).\n",
	.examples = examples,
	.options = options,
	.run = run,
};
