// SPDX-License-Identifier: GPL-2.0-or-later
/* Annotations: GitHub shows these lines at the place in the file that they name. */
#include <string.h>

#include "gate/gate.h"

/* Workflow commands end with the line; properties end earlier. */
static void escape(const char *text, bool property, FILE *out)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

/* The line that begins with @key, after blanks, from line @first on; 0: there is none. */
static unsigned find_line(const char *text, const char *key, unsigned first, bool indented)
{
	unsigned line = 1;
	size_t length = strlen(key);

	for (; *text; line++) {
		const char *word = text + strspn(text, indented ? " " : "");

		if (line >= first && strncmp(word, key, length) == 0 && word[length] == ':')
			return line;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return 0;
}

/* Where a reader wants to be: at the policy's expectations, else where policies are chosen, else at the name. */
static unsigned place_of(const char *text, const char *policy, enum gate_verdict verdict)
{
	unsigned expect, line;

	if (!text)
		return 1;
	expect = find_line(text, "expect", 1, false);
	line = verdict == GATE_UNMET && expect && policy ? find_line(text, policy, expect, true) : 0;
	if (!line && verdict == GATE_UNMET)
		line = expect;
	if (!line)
		line = find_line(text, "policies", 1, false);
	if (!line)
		line = find_line(text, "name", 1, false);
	return line ? line : 1;
}

/* Up to the message. */
static void begin(const char *path, unsigned line, const char *scenario, const char *policy, FILE *out)
{
	fputs("::error ", out);
	if (path) {
		fputs("file=", out);
		escape(path, true, out);
		fprintf(out, ",line=%u,", line);
	}
	fputs("title=hptsim", out);
	for (unsigned i = 0; i < 2; i++) {
		const char *name = i ? policy : scenario;

		if (!name)
			continue;
		fputs(i ? " under " : " ", out);
		escape(name, true, out);
	}
	fputs("::", out);
}

static const char *path_of(const struct gate_set *now, const char *scenario)
{
	const struct gate_scenario *s = scenario ? gate_find_scenario(now, scenario) : NULL;

	return s ? s->path : NULL;
}

void gate_print_github(const struct gate_diff *diff, const struct gate_set *now,
		       const char *(*text_of)(void *ctx, const char *scenario), void *ctx, FILE *out)
{
	char base[GATE_VALUE_MAX], value[GATE_VALUE_MAX], delta[GATE_VALUE_MAX];

	for (size_t i = 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];
		const char *text = note->scenario ? text_of(ctx, note->scenario) : NULL;

		if (!gate_verdict_info[note->verdict].red)
			continue;
		begin(path_of(now, note->scenario), place_of(text, note->policy, note->verdict), note->scenario,
		      note->policy, out);
		fprintf(out, "%s: ", gate_verdict_info[note->verdict].name);
		escape(note->text, false, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < diff->row_count; i++) {
		const struct gate_row *row = &diff->rows[i];

		if (!gate_verdict_info[row->verdict].red)
			continue;
		begin(path_of(now, row->scenario), place_of(text_of(ctx, row->scenario), row->policy, row->verdict),
		      row->scenario, row->policy, out);
		fprintf(out, "%s: ", gate_metric_info[row->metric].name);
		escape(gate_show(value, row->metric, row->now), false, out);
		fputs(", in the base ", out);
		escape(gate_show(base, row->metric, row->base), false, out);
		fputs(" (", out);
		escape(gate_show_delta(delta, row), false, out);
		fputs(")\n", out);
	}
}
