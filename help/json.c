// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <string.h>

#include "help/help.h"

static json_t *examples_of(const struct cli_example *examples)
{
	json_t *list = json_array();

	for (; examples && examples->command; examples++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "command", examples->command, "what", examples->what));
	return list;
}

/* Without the brackets of one that may be left out. */
static json_t *argument_of(const struct cli_option *o)
{
	if (!o->argument)
		return json_null();
	if (!help_is_optional(o))
		return json_string(o->argument);
	return json_stringn(o->argument + 1, strlen(o->argument) - 2);
}

static json_t *options_of(const struct command *command)
{
	json_t *list = json_array();

	for (const struct cli_option *o = command->options; o->name; o++) {
		const char letter[] = { help_letter(command, o), '\0' };

		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b, s:s}", "name", o->name, "letter", letter,
						      "argument", argument_of(o), "optional", (int)help_is_optional(o),
						      "help", o->help));
	}
	return list;
}

bool help_print_json(const struct help_program *program, FILE *out)
{
	json_t *commands = json_array(), *all;
	bool ok;

	for (size_t i = 0; i < program->command_count; i++) {
		const struct command *c = program->commands[i];

		json_array_append_new(commands, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "name", c->name,
							  "arguments", c->arguments, "summary", c->summary,
							  "details", c->details, "examples", examples_of(c->examples),
							  "options", options_of(c)));
	}
	all = json_pack("{s:s, s:s, s:o, s:s, s:o}", "version", program->version, "summary", program->summary,
			"examples", examples_of(program->examples), "exit_status", program->exit_status, "commands", commands);
	ok = all && json_dumpf(all, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
	json_decref(all);
	return ok;
}
