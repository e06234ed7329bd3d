// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "help/help.h"

#define COLUMNS		80
#define OPTION_COLUMN	26	/* where what an option does begins */
#define COMMAND_COLUMN	14
#define EXAMPLE_INDENT	2

/* Words that are put one after the other. */
struct flow {
	FILE *out;
	size_t column, indent;	/* indent: of the lines behind the first */
	bool begun;		/* there is a word in this line */
};

static size_t width_of(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

static void put_words(struct flow *f, const char *text, size_t length)
{
	for (size_t i = 0, word; i < length; i += word + 1) {
		size_t width;

		word = 0;
		while (i + word < length && text[i + word] != ' ' && text[i + word] != '\n')
			word++;
		if (!word)
			continue;
		width = width_of(text + i, word);
		if (f->begun && f->column + 1 + width > COLUMNS) {
			fprintf(f->out, "\n%*s", (int)f->indent, "");
			f->column = f->indent;
		} else if (f->begun) {
			fputc(' ', f->out);
			f->column++;
		}
		fwrite(text + i, 1, word, f->out);
		f->column += width;
		f->begun = true;
	}
}

static void end_line(struct flow *f)
{
	if (f->begun)
		fputc('\n', f->out);
	*f = (struct flow){ .out = f->out };
}

/* @left in its column, what is behind it from @column on, in the next line if there is no room. */
static void put_row(const char *left, size_t length, size_t column, const char *right, FILE *out)
{
	struct flow f = { .out = out, .column = column, .indent = column };
	size_t width = width_of(left, length);

	fwrite(left, 1, length, out);
	if (width + 1 > column)
		fprintf(out, "\n%*s", (int)column, "");
	else
		fprintf(out, "%*s", (int)(column - width), "");
	put_words(&f, right, strcspn(right, "\n"));
	fputc('\n', out);
}

/* "  WORD  TEXT" */
static void put_item(const char *line, size_t length, FILE *out)
{
	size_t head = 2, text;

	while (head + 1 < length && !(line[head] == ' ' && line[head + 1] == ' '))
		head++;
	for (text = head; text < length && line[text] == ' '; text++)
		;
	if (head + 1 >= length)
		fprintf(out, "%.*s\n", (int)length, line);
	else
		put_row(line, head, text, line + text, out);
}

static void put_details(const char *text, FILE *out)
{
	struct flow f = { .out = out };

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (!length || strncmp(text, "  ", 2) == 0)
			end_line(&f);
		if (!length)
			fputc('\n', out);
		else if (strncmp(text, "  ", 2) == 0)
			put_item(text, length, out);
		else
			put_words(&f, text, length);
		text += length + (text[length] == '\n');
	}
	end_line(&f);
}

/* What each does behind it as a comment, above it if one of them is too long for that. */
static void put_examples(const struct cli_example *examples, FILE *out)
{
	size_t widest = 0, longest = 0;

	if (!examples)
		return;
	for (const struct cli_example *e = examples; e->command; e++) {
		size_t command = width_of(e->command, strlen(e->command)), what = width_of(e->what, strlen(e->what));

		widest = command > widest ? command : widest;
		longest = what > longest ? what : longest;
	}
	fputs("Examples:\n", out);
	for (const struct cli_example *e = examples; e->command; e++) {
		if (EXAMPLE_INDENT + widest + strlen("  # ") + longest <= COLUMNS)
			fprintf(out, "%*s%-*s  # %s\n", EXAMPLE_INDENT, "", (int)widest, e->command, e->what);
		else
			fprintf(out, "%*s# %s\n%*s%s\n", EXAMPLE_INDENT, "", e->what, EXAMPLE_INDENT, "", e->command);
	}
	fputc('\n', out);
}

bool help_is_optional(const struct cli_option *option)
{
	return option->argument && *option->argument == '[';
}

char help_letter(const struct command *command, const struct cli_option *option)
{
	for (const struct cli_letter *l = command->letters; l && l->letter; l++)
		if (l->id == option->id)
			return l->letter;
	return 0;
}

static void put_option(const struct command *command, const struct cli_option *o, FILE *out)
{
	char left[128], letter = help_letter(command, o);

	if (help_is_optional(o))
		snprintf(left, sizeof(left), "      --%s[=%s", o->name, o->argument + 1);
	else
		snprintf(left, sizeof(left), "      --%s%s%s", o->name, o->argument ? "=" : "", o->argument ? o->argument : "");
	if (letter) {
		left[2] = '-';
		left[3] = letter;
		left[4] = ',';
	}
	put_row(left, strlen(left), OPTION_COLUMN, o->help, out);
}

static void put_summary(const char *summary, FILE *out)
{
	struct flow f = { .out = out };

	put_words(&f, summary, strlen(summary));
	fputs(".\n\n", out);
}

void help_print_command(const struct command *command, FILE *out)
{
	struct flow f = { .out = out, .indent = strlen("usage: hptsim ") };

	put_words(&f, "usage: hptsim", strlen("usage: hptsim"));
	put_words(&f, command->name, strlen(command->name));
	if (command->options->name)
		put_words(&f, "[OPTION...]", strlen("[OPTION...]"));
	put_words(&f, command->arguments, strlen(command->arguments));
	fputs("\n\n", out);
	put_summary(command->summary, out);
	put_examples(command->examples, out);
	put_details(command->details, out);
	fputs(*command->details ? "\nOptions:\n" : "Options:\n", out);
	for (const struct cli_option *o = command->options; o->name; o++)
		put_option(command, o, out);
	put_row("  -h, --help", strlen("  -h, --help"), OPTION_COLUMN, "print this text", out);
}

void help_print_program(const struct help_program *program, FILE *out)
{
	fputs("usage: hptsim COMMAND [OPTION...] [ARGUMENT...]\n\n", out);
	put_summary(program->summary, out);
	put_examples(program->examples, out);
	fputs("Commands:\n", out);
	for (size_t i = 0; i < program->command_count; i++) {
		char left[64];

		snprintf(left, sizeof(left), "  %s", program->commands[i]->name);
		put_row(left, strlen(left), COMMAND_COLUMN, program->commands[i]->summary, out);
	}
	fputs("\nOptions:\n", out);
	put_row("  -h, --help", strlen("  -h, --help"), COMMAND_COLUMN, "print this text; after a command: its own, as 'hptsim help COMMAND'",
		out);
	put_row("  --version", strlen("  --version"), COMMAND_COLUMN, "print the version", out);
	fputs("\nExit status:\n", out);
	put_details(program->exit_status, out);
}
