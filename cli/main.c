// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/screen.h"
#include "cli/stop.h"
#include "help/help.h"

/* Its run() looks at the others: it stands with them. */
static const struct command command_help;

static const struct command *const commands[] = {
	&command_run,
	&command_sweep, &command_merge, &command_search,
	&command_check, &command_compare,
	&command_report, &command_runs,
	&command_explain,
	&command_dump_hpt,
	&command_validate,
	&command_import,
	&command_calibrate,
	&command_kernel,
	&command_list,
	&command_schema,
	&command_help,
};

#define COMMAND_COUNT	(sizeof(commands) / sizeof(commands[0]))

static const struct cli_example examples[] = {
	{ "hptsim run 256g_on_129g", "the mail's case: a table" },
	{ "hptsim compare 256g_on_2g --policy all", "every policy: a verdict, and a page" },
	{ "hptsim explain 256g_on_129g", "why a resize failed" },
	{ "hptsim validate guest.log", "does it agree with your machine?" },
	{ "hptsim list scenarios", "what can be run by name" },
	{ 0 }
};

static const struct help_program program = {
	.version = HPTSIM_VERSION,
	.summary = "Simulate how a Linux pseries guest on KVM or QEMU resizes its hashed page table (HPT)",
	.examples = examples,
	.exit_status = "  0  all is well\n"
		       "  1  a check says no: a regression, an expectation that is not met, a log that differs\n"
		       "  2  a mistake in the call or in a scenario\n"
		       "  3  run-time trouble: files, database, gnuplot\n",
	.commands = commands,
	.command_count = COMMAND_COUNT,
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[COMMAND_COUNT];

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		names[i] = commands[i]->name;
	cli_unknown("command", name, "", names, COMMAND_COUNT);
	fputs("  'hptsim --help' lists the commands\n", stderr);
	return EXIT_USAGE;
}

enum { OPT_FORMAT = 1 };

static const struct cli_option help_options[] = {
	{ "format", "text|json", "what to print; json has all of every command (default: text)", OPT_FORMAT },
	{ 0 }
};

static int run_help(const struct command *command, int argc, char **argv)
{
	const char *value, *format = "text";
	const struct command *about;
	int id;

	while ((id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id < 0)
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		format = value;
	}
	if (strcmp(format, "json") == 0 && optind == argc)
		return cli_finish_printed(help_print_json(&program, stdout));
	if (strcmp(format, "text") != 0 || argc - optind > 1) {
		cli_error("help takes one command, and --format 'text', or 'json' without a command");
		return EXIT_USAGE;
	}
	if (optind == argc) {
		help_print_program(&program, stdout);
		return cli_finish_output(EXIT_FINE);
	}
	about = find_command(argv[optind]);
	if (!about)
		return unknown_command(argv[optind]);
	help_print_command(about, stdout);
	return cli_finish_output(EXIT_FINE);
}

static const struct cli_example help_examples[] = {
	{ "hptsim help", "what commands there are" },
	{ "hptsim help run", "what one does, as 'hptsim run --help' does" },
	{ 0 }
};

static const struct command command_help = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "Explain a command, or say which there are",
	.details = "The manual has more: man hptsim, man hptsim-run and so on for each command, man hptsim-scenario for what\n"
		   "a scenario is made of, man hptsim-policy for policies of your own.\n",
	.examples = help_examples,
	.options = help_options,
	.run = run_help,
};

int main(int argc, char **argv)
{
	enum { ID_VERSION = 256 };
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, ID_VERSION },
		{ 0 }
	};
	const struct command *command;

	screen_install();
	/* a closed pipe is an error of write(); cli_finish_output() knows what to make of it */
	signal(SIGPIPE, SIG_IGN);
	stop_install();

	opterr = 0;
	switch (getopt_long(argc, argv, "+h", longs, NULL)) {
	case -1:
		break;
	case 'h':
		help_print_program(&program, stdout);
		return cli_finish_output(EXIT_FINE);
	case ID_VERSION:
		puts("hptsim " HPTSIM_VERSION);
		return cli_finish_output(EXIT_FINE);
	default:
		cli_error("unknown option '%s'", argv[optind > 1 ? optind - 1 : 1]);
		help_print_program(&program, stderr);
		return EXIT_USAGE;
	}
	if (optind == argc) {
		help_print_program(&program, stderr);
		return EXIT_USAGE;
	}
	command = find_command(argv[optind]);
	if (!command)
		return unknown_command(argv[optind]);

	argc -= optind;
	argv += optind;
	optind = 0;	/* glibc: start anew, with another argv */
	return command->run(command, argc, argv);
}
