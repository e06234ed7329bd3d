// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/stop.h"

static const struct command *const commands[] = {
	&command_run,
	&command_sweep, &command_merge,
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
};

#define COMMAND_COUNT	(sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
	fputs("usage: hptsim COMMAND [OPTION...] [ARGUMENT...]\n\n"
	      "Simulate how a Linux pseries guest on KVM or QEMU resizes its hashed page table (HPT).\n\n", out);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n  -h, --help   print this text; after a command: its own\n"
	      "      --version\n\n"
	      "Exit status: 0 fine; 1 an expectation is not met; 2 usage or scenario error; 3 run-time trouble.\n", out);
}

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

int main(int argc, char **argv)
{
	enum { ID_VERSION = 256 };
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, ID_VERSION },
		{ 0 }
	};
	const struct command *command;

	/* a closed pipe is an error of write(); cli_finish_output() knows what to make of it */
	signal(SIGPIPE, SIG_IGN);
	stop_install();

	opterr = 0;
	switch (getopt_long(argc, argv, "+h", longs, NULL)) {
	case -1:
		break;
	case 'h':
		print_help(stdout);
		return cli_finish_output(EXIT_FINE);
	case ID_VERSION:
		puts("hptsim " HPTSIM_VERSION);
		return cli_finish_output(EXIT_FINE);
	default:
		cli_error("unknown option '%s'", argv[optind > 1 ? optind - 1 : 1]);
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (optind == argc) {
		print_help(stderr);
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
