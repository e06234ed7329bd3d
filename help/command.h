/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HELP_COMMAND_H
#define HPTSIM_HELP_COMMAND_H
/*
 * What a subcommand says of itself. --help, the man pages, completion and the parser of
 * options all come from it.
 */
#include <stddef.h>

/* A long option; a table of them ends with a NULL name. --help is in all of them. */
struct cli_option {
	const char *name;
	const char *argument;	/* its name in the help; NULL: takes none; "[NAME]": may be left out */
	const char *help;
	int id;			/* what cli_next_option() returns, above 0 */
};

/* -o for an option; a table of them ends with a letter of 0. */
struct cli_letter {
	char letter;
	int id;
};

/* A table of them ends with a NULL command. */
struct cli_example {
	const char *command;	/* as it is typed, at most 76 characters */
	const char *what;	/* what it does, a few words */
};

struct command {
	const char *name;
	const char *arguments;	/* besides options, for the help */
	const char *summary;	/* one line */
	/*
	 * Further text; "" for none. Paragraphs end with an empty line, else lines are wrapped
	 * anew. A line "  WORD  TEXT" is an item of a list.
	 */
	const char *details;
	const struct cli_example *examples;
	const struct cli_option *options;
	const struct cli_letter *letters;	/* may be NULL */
	/* @argv[0] is the subcommand; returns an exit_code */
	int (*run)(const struct command *command, int argc, char **argv);
};

#endif
