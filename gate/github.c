// SPDX-License-Identifier: GPL-2.0-or-later
/* Annotations: GitHub shows these lines at the place in the file that they name. */
#include <stdlib.h>
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

/* One more line of a message. */
static void line_of(const char *label, const char *text, bool *first, FILE *out)
{
	if (!*first)
		fputs("%0A", out);
	*first = false;
	fputs(label, out);
	fputs(": ", out);
	escape(text, false, out);
}

static void print_note(const struct gate_note *note, const struct gate_set *now, const char *text, FILE *out)
{
	bool first = true;

	begin(path_of(now, note->scenario), place_of(text, note->policy, note->verdict), note->scenario, note->policy, out);
	line_of(gate_verdict_info[note->verdict].name, note->text, &first, out);
	fputc('\n', out);
}

static bool is_of(const char *scenario, const char *policy, const struct gate_run *run)
{
	return scenario && policy && strcmp(scenario, run->scenario) == 0 && strcmp(policy, run->policy) == 0;
}

/* All that is wrong with a run: a reviewer reads it in one place. */
static void print_run(const struct gate_diff *diff, const struct gate_set *now, const struct gate_run *run,
		      const char *text, FILE *out)
{
	char base[GATE_VALUE_MAX], value[GATE_VALUE_MAX], delta[GATE_VALUE_MAX], line[4 * GATE_VALUE_MAX];
	char *command = gate_explain_command(now, run->scenario, run->policy);
	enum gate_verdict verdict = GATE_WORSE;
	bool first = true;

	for (size_t i = 0; i < diff->note_count; i++)
		if (diff->notes[i].verdict == GATE_UNMET && is_of(diff->notes[i].scenario, diff->notes[i].policy, run))
			verdict = GATE_UNMET;
	begin(path_of(now, run->scenario), place_of(text, run->policy, verdict), run->scenario, run->policy, out);
	for (size_t i = 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];

		if (gate_verdict_info[note->verdict].red && is_of(note->scenario, note->policy, run))
			line_of(gate_verdict_info[note->verdict].name, note->text, &first, out);
	}
	for (size_t i = 0; i < diff->row_count; i++) {
		const struct gate_row *row = &diff->rows[i];

		if (!gate_verdict_info[row->verdict].red || !is_of(row->scenario, row->policy, run))
			continue;
		snprintf(line, sizeof(line), "%s, in the base %s (%s)", gate_show(value, row->metric, row->now),
			 gate_show(base, row->metric, row->base), gate_show_delta(delta, row));
		line_of(gate_metric_info[row->metric].name, line, &first, out);
	}
	if (command)
		line_of("to see why", command, &first, out);
	fputc('\n', out);
	free(command);
}

void gate_print_github(const struct gate_diff *diff, const struct gate_set *now,
		       const char *(*text_of)(void *ctx, const char *scenario), void *ctx, FILE *out)
{
	for (size_t i = 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];
		bool of_run = note->scenario && note->policy && gate_find_run(now, note->scenario, note->policy);

		if (gate_verdict_info[note->verdict].red && !of_run)
			print_note(note, now, note->scenario ? text_of(ctx, note->scenario) : NULL, out);
	}
	for (size_t i = 0; i < now->run_count; i++)
		if (gate_is_red(diff, &now->runs[i]))
			print_run(diff, now, &now->runs[i], text_of(ctx, now->runs[i].scenario), out);
}
