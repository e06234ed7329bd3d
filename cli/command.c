// SPDX-License-Identifier: GPL-2.0-or-later
/* What all subcommands share: options, help and messages. */
#include "cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/screen.h"
#include "help/help.h"
#include "store/store.h"

#define OPTIONS_MAX	32

/* getopt_long() returns '?' and ':' for errors; ids start above all characters. */
#define ID_BASE		256
#define ID_HELP		'h'

void cli_error(const char *format, ...)
{
	va_list args;

	cli_idle();
	fputs("hptsim: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void cli_note(const char *format, ...)
{
	va_list args;

	if (cli_quiet())
		return;
	cli_idle();
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int cli_no_memory(void)
{
	cli_error("out of memory");
	return EXIT_TROUBLE;
}

int cli_store_trouble(const struct store *store)
{
	cli_error("%s", store_message(store));
	return EXIT_TROUBLE;
}

int cli_refuse(char *why)
{
	if (!why)
		return cli_no_memory();
	cli_error("%s", why);
	free(why);
	return EXIT_USAGE;
}

void cli_unknown(const char *what, const char *name, const char *prefix,
		 const char *const *names, size_t count)
{
	struct text_nearest near = { .word = name };

	for (size_t i = 0; i < count; i++)
		text_nearest_offer(&near, names[i]);
	cli_error("unknown %s '%s%s'", what, prefix, name);
	if (near.best)
		fprintf(stderr, "  did you mean '%s%s'?\n", prefix, near.best);
}

bool cli_parse_number(const char *text, unsigned long long *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno && !*end && *value <= INT64_MAX;
}

bool cli_parse_format(const char *value, enum table_format *format)
{
	if (table_find_format(value, format)) {
		if (*format == TABLE_AS_CSV || *format == TABLE_AS_JSON)
			screen_is_data();
		return true;
	}
	cli_error("--format is 'text', 'csv', 'json' or 'md', not '%s'", value);
	return false;
}

bool cli_no_reader(void)
{
	struct pollfd pipe = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* errno may be that of something later */
	return ferror(stdout) && poll(&pipe, 1, 0) == 1 && pipe.revents & (POLLERR | POLLHUP);
}

int cli_finish_output(int code)
{
	fflush(stdout);
	if (!ferror(stdout) || cli_no_reader())
		return code;
	cli_error("cannot write to standard output: %s", strerror(screen_error() ? screen_error() : EIO));
	return EXIT_TROUBLE;
}

int cli_finish_printed(bool ok)
{
	int code = cli_finish_output(EXIT_FINE);

	return ok || ferror(stdout) ? code : cli_no_memory();
}

/* @word is the argument that getopt_long() did not like. */
static void report_unknown(const struct option *longs, size_t count, const char *word)
{
	const char *names[OPTIONS_MAX + 1];
	size_t length, alike = 0;
	char name[64];

	word += strspn(word, "-");
	length = strcspn(word, "=");
	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	for (size_t i = 0; i < count; i++) {
		names[i] = longs[i].name;
		alike += strncmp(names[i], word, length) == 0;
	}
	if (alike > 1)
		cli_error("option '--%s' could be one of several", name);
	else
		cli_unknown("option", name, "--", names, count);
}

int cli_next_option(const struct command *command, int argc, char **argv, const char **value)
{
	struct option longs[OPTIONS_MAX + 2] = { { "help", no_argument, NULL, ID_HELP } };
	char letters[2 * OPTIONS_MAX + 3] = ":h";
	size_t count = 1, length = 2;
	int id;

	for (const struct cli_option *o = command->options; o->name; o++) {
		longs[count++] = (struct option){ o->name, !o->argument ? no_argument :
						  help_is_optional(o) ? optional_argument : required_argument,
						  NULL, ID_BASE + o->id };
		for (const struct cli_letter *l = command->letters; l && l->letter; l++) {
			if (l->id != o->id)
				continue;
			letters[length++] = l->letter;
			if (o->argument)
				letters[length++] = ':';
		}
	}
	opterr = 0;
	id = getopt_long(argc, argv, letters, longs, NULL);
	*value = optarg;
	switch (id) {
	case -1:
		return CLI_OPTIONS_END;
	case ID_HELP:
		help_print_command(command, stdout);
		return CLI_OPTIONS_HELP;
	case ':':
		cli_error("option '%s' needs a value", argv[optind - 1]);
		break;
	case '?':
		if (optopt >= ID_BASE || optopt == ID_HELP)
			cli_error("option '%s' takes no value", argv[optind - 1]);
		else if (optopt)
			cli_error("unknown option '-%c'", optopt);
		else
			report_unknown(longs, count, argv[optind - 1]);
		break;
	default:
		for (const struct cli_letter *l = command->letters; l && l->letter; l++)
			if (l->letter == id)
				return l->id;
		return id - ID_BASE;
	}
	fprintf(stderr, "  'hptsim %s --help' lists the options\n", command->name);
	return CLI_OPTIONS_BAD;
}
