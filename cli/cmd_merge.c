// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim merge: files of a sweep's shards into one. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "cli/command.h"
#include "store/sweep.h"
#include "sweep/missing.h"

static const struct cli_option options[] = { { 0 } };

static int merge(const char *out, char **in, size_t count)
{
	struct sweep_missing missing = { .out = out, .errors = stderr };
	struct store *st;
	enum store_status status = store_merge(out, in, count, &st, sweep_missing_add, &missing);
	int code = EXIT_FINE;

	if (status != STORE_OK) {
		cli_error("%s", store_message(st));
		code = status == STORE_EFOREIGN ? EXIT_USAGE : EXIT_TROUBLE;
	} else if (sweep_missing_lost(&missing)) {
		code = cli_no_memory();
	} else if (missing.missing) {
		sweep_missing_tell(&missing);
		code = EXIT_SAYS_NO;
	} else {
		printf("%s: %" PRIu64 " points of %zu files, all there are\n", out, missing.points, count);
		code = cli_finish_output(EXIT_FINE);
	}
	store_close(st);
	sweep_missing_free(&missing);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *value;
	int id = cli_next_option(command, argc, argv, &value);

	if (id != CLI_OPTIONS_END)
		return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	if (argc - optind < 2) {
		cli_error("merge takes the new file and those that go into it");
		return EXIT_USAGE;
	}
	return merge(argv[optind], argv + optind + 1, (size_t)(argc - optind - 1));
}

static const struct cli_example examples[] = {
	{ "hptsim merge all.db 1.db 2.db", "two shards of a sweep" },
	{ 0 }
};

const struct command command_merge = {
	.name = "merge",
	.arguments = "OUT IN...",
	.summary = "Put the files of a sweep's shards together, byte for byte as one process would have written it",
	.details = "Refused are files of different schemas, models, versions or sweeps, and a point that two of them have;\n"
		   "exit status 2, and OUT is not made. Points that none has are named with the commands that make them,\n"
		   "which go on with the file of a shard that was killed; OUT has the others then, and the exit status is 1.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
