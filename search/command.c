// SPDX-License-Identifier: GPL-2.0-or-later
#include "search/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

static void put(const char *option, const char *word, FILE *out)
{
	fprintf(out, " --%s ", option);
	escape_shell(word, strlen(word), out);
}

char *search_command_text(const struct search_command *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("hptsim search ", out);
	escape_shell(c->path, strlen(c->path), out);
	put("policy", c->policy, out);
	if (c->find)
		put("find", c->find, out);
	for (size_t i = 0; i + 1 < c->word_count; i += 2)
		put(c->words[i], c->words[i + 1], out);
	if (c->seed)
		fprintf(out, " --seed %" PRIu64, c->seed);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
