/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HELP_H
#define HPTSIM_HELP_H
/* Help on the terminal, and all of it for programs that make man pages and completion. */
#include <stdbool.h>
#include <stdio.h>

#include "help/command.h"

/* The program itself. */
struct help_program {
	const char *version;
	const char *summary;
	const struct cli_example *examples;
	const char *exit_status;	/* details, as of a command */
	const struct command *const *commands;
	size_t command_count;
};

/* In lines of at most 80 columns. */
void help_print_program(const struct help_program *program, FILE *out);
void help_print_command(const struct command *command, FILE *out);

/* One object; help/man.py and help/completion.py read it. False: out of memory, or the stream has an error. */
bool help_print_json(const struct help_program *program, FILE *out);

/* Does the option's argument have brackets around it? */
bool help_is_optional(const struct cli_option *option);

/* The option's letter, or 0. */
char help_letter(const struct command *command, const struct cli_option *option);

#endif
