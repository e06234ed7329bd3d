// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim schema: what editors complete and check scenarios by. */
#include <getopt.h>
#include <stdio.h>

#include "cli/command.h"
#include "scenario/schema.h"

static const struct cli_option options[] = { { 0 } };

static int run(const struct command *command, int argc, char **argv)
{
	const char *value;
	int id = cli_next_option(command, argc, argv, &value);

	if (id != CLI_OPTIONS_END)
		return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	if (optind < argc) {
		cli_error("'%s' is too much: schema takes nothing", argv[optind]);
		return EXIT_USAGE;
	}
	return cli_finish_printed(scenario_print_schema(stdout));
}

static const struct cli_example examples[] = {
	{ "hptsim schema > scenario.schema.json", "for an editor" },
	{ 0 }
};

const struct command command_schema = {
	.name = "schema",
	.arguments = "",
	.summary = "Print the JSON Schema of scenarios, for editors",
	.details = "An editor with a YAML language server completes keys by it and marks mistakes. A scenario that is right\n"
		   "always fits it; rules that span several keys are 'hptsim run' only.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
