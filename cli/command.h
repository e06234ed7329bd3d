/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_COMMAND_H
#define HPTSIM_COMMAND_H
/*
 * The subcommands. Each is one file cmd_*.c and one row of the table in
 * main.c; its help, its man page, completion, its option parser and the suggestions for
 * mistyped options all come from what help/command.h has of it.
 *
 * Data goes to stdout, messages go to stderr.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "help/command.h"

enum exit_code {
	EXIT_FINE = 0,
	EXIT_SAYS_NO = 1,	/* the check says no: `expect` not met */
	EXIT_USAGE = 2,		/* command line or scenario */
	EXIT_TROUBLE = 3,	/* I/O, database, memory */
};

struct store;

extern const struct command command_check, command_compare, command_report, command_validate, command_import;
extern const struct command command_run, command_runs, command_calibrate, command_dump_hpt, command_explain;
extern const struct command command_kernel, command_list, command_merge, command_schema, command_search, command_sweep;

/* Returned by cli_next_option() besides ids of options. */
#define CLI_OPTIONS_END	0	/* the rest of argv, from optind, are arguments */
#define CLI_OPTIONS_BAD	(-1)	/* told on stderr: return EXIT_USAGE */
#define CLI_OPTIONS_HELP	(-2)	/* printed: return EXIT_FINE */

/**
 * cli_next_option - getopt_long() over a command's table
 * @value: the option's argument, or NULL
 *
 * getopt_long() moves the arguments behind the options as it goes.
 */
int cli_next_option(const struct command *command, int argc, char **argv, const char **value);

/* Parse a decimal number from 0 to INT64_MAX; false if it is anything else. */
bool cli_parse_number(const char *text, unsigned long long *value);

/* What --format takes: TABLE_FORMATS. False: told on stderr. */
bool cli_parse_format(const char *value, enum table_format *format);

/* "hptsim: ..." and a newline on stderr. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Likewise without the name in front, for what is no error; not with --quiet. */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cli_set_quiet(void);
bool cli_quiet(void);

/* Tells that memory ran out; EXIT_TROUBLE. */
int cli_no_memory(void);

/* Tells what the database said last; EXIT_TROUBLE. */
int cli_store_trouble(const struct store *store);

/* Tells what a function gave as @why, and frees it: EXIT_USAGE. NULL: as cli_no_memory(). */
int cli_refuse(char *why);

/* The one of two exit codes that says more is wrong. */
static inline int cli_worse(int a, int b)
{
	return a > b ? a : b;
}

/*
 * "unknown WHAT 'NAME'" and, if one of @names is close, which; @prefix, "--" or
 * "", is shown before either.
 */
void cli_unknown(const char *what, const char *name, const char *prefix,
		 const char *const *names, size_t count);

/*
 * Flush stdout; tells about an error and returns EXIT_TROUBLE, else @code. That
 * nobody reads it any more, as head(1) does not, is no error.
 */
int cli_finish_output(int code);

/* Did stdout fail because nobody reads it any more? */
bool cli_no_reader(void);

/*
 * After @ok of a function that prints to stdout: out of memory, or as
 * cli_finish_output(EXIT_FINE).
 */
int cli_finish_printed(bool ok);

/*
 * On a terminal, a line on stderr that @what goes on, once a second from the
 * first second on; until cli_idle(), which is due before anything is written.
 */
void cli_busy(const char *what);
void cli_idle(void);

#endif
