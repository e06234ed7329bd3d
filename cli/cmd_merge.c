// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim merge: files of a sweep's shards into one. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "store/sweep.h"

/* Ranges of points that are named before the rest is only counted. */
#define RANGES_MAX	10

static const struct cli_option options[] = { { 0 } };

struct merge_command {
	const char *out;
	uint64_t points, missing, ranges;
	unsigned shards;
	bool *lacking;		/* shards, from 1, that have a point that is missing */
	char *command;		/* without the shard */
};

static void begin_missing(struct merge_command *mc, const struct store_merged *merged)
{
	size_t size = strlen(merged->file) + strlen(merged->arguments) + sizeof("hptsim sweep ");

	mc->points = merged->points;
	mc->missing = merged->missing;
	mc->shards = merged->shards;
	mc->lacking = calloc(mc->shards + 1u, sizeof(*mc->lacking));
	mc->command = malloc(size);
	if (mc->command)
		snprintf(mc->command, size, "hptsim sweep %s%s", merged->file, merged->arguments);
}

static void on_missing(void *ctx, const struct store_merged *merged, uint64_t first, uint64_t last)
{
	struct merge_command *mc = ctx;

	if (!first) {
		begin_missing(mc, merged);
		return;
	}
	for (uint64_t point = first; point <= last && point - first < mc->shards && mc->lacking; point++)
		mc->lacking[(point - 1) % mc->shards + 1] = true;
	if (mc->ranges == 0)
		fprintf(stderr, "%s: %" PRIu64 " of %" PRIu64 " points are missing: ", mc->out, mc->missing, mc->points);
	if (mc->ranges++ >= RANGES_MAX)
		return;
	fprintf(stderr, "%s%" PRIu64, mc->ranges > 1 ? ", " : "", first);
	if (last > first)
		fprintf(stderr, "-%" PRIu64, last);
}

/* Each command that makes what is missing; --resume leaves what a file has. */
static void tell_commands(const struct merge_command *mc)
{
	fprintf(stderr, "%s; these make them:\n", mc->ranges > RANGES_MAX ? ", ..." : "");
	for (unsigned i = 1; i <= mc->shards; i++) {
		if (!mc->lacking[i])
			continue;
		fprintf(stderr, "  %s", mc->command);
		if (mc->shards > 1)
			fprintf(stderr, " --shard %u/%u", i, mc->shards);
		fprintf(stderr, " --resume --db FILE\n");
	}
}

static int merge(struct merge_command *mc, char **in, size_t count)
{
	struct store *st;
	enum store_status status = store_merge(mc->out, in, count, &st, on_missing, mc);
	int code = EXIT_FINE;

	if (status != STORE_OK) {
		cli_error("%s", store_message(st));
		code = status == STORE_EFOREIGN ? EXIT_USAGE : EXIT_TROUBLE;
	} else if (!mc->lacking || !mc->command) {
		code = cli_no_memory();
	} else if (mc->missing) {
		tell_commands(mc);
		code = EXIT_SAYS_NO;
	} else {
		printf("%s: %" PRIu64 " points of %zu files, all there are\n", mc->out, mc->points, count);
		code = cli_finish_output(EXIT_FINE);
	}
	store_close(st);
	free(mc->lacking);
	free(mc->command);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct merge_command mc = { .ranges = 0 };
	const char *value;
	int id = cli_next_option(command, argc, argv, &value);

	if (id != CLI_OPTIONS_END)
		return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	if (argc - optind < 2) {
		cli_error("merge takes the new file and those that go into it");
		return EXIT_USAGE;
	}
	mc.out = argv[optind];
	return merge(&mc, argv + optind + 1, (size_t)(argc - optind - 1));
}

const struct command command_merge = {
	.name = "merge",
	.arguments = "OUT IN...",
	.summary = "Put the files of a sweep's shards together, byte for byte as one process would have written it",
	.details = "Refused are files of different schemas, models, versions or sweeps, and a point that two of them have;\n"
		   "exit status 2, and OUT is not made. Points that none has are named with the commands that make them;\n"
		   "OUT has the others then, the exit status is 1, and OUT can be merged with what was missing.\n",
	.options = options,
	.run = run,
};
