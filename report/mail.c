// SPDX-License-Identifier: GPL-2.0-or-later
/* The report as a cover letter has it: a boxed table for each question, footnotes, at most 72 columns. */
#include <stdlib.h>
#include <string.h>

#include "base/wrap.h"
#include "report/pages.h"
#include "report/tables.h"
#include "report/words.h"

#define COLUMNS		72
#define HASH_DIGITS	12	/* as many as git abbreviates to */
#define COMMANDS_MAX	3
#define HASHES_MAX	12

static void put(const char *text, FILE *out)
{
	if (!text || !*text)
		return;
	wrap_text(text, COLUMNS, out);
	fputc('\n', out);
}

static void put_ratios(struct report *r, FILE *out)
{
	struct grid g = table_ratios(r);

	put("Which is fastest? Time as a ratio to mainline, per-section; less is better [2]:", out);
	grid_print_boxed(&g, COLUMNS, out);
	put(tables_key(r), out);
	if (r->scenario_count == 1)
		fputc('\n', out);
}

static void put_costs(struct report *r, FILE *out)
{
	struct grid g = table_costs(r);

	put("What does it cost? The worst over all scenarios, counts added up:", out);
	grid_print_boxed(&g, COLUMNS, out);
	put(tables_costs_key(r), out);
}

static void put_failures(struct report *r, FILE *out)
{
	struct grid g = table_failures(r);

	put("Why do resizes fail? The first failures in a scenario:", out);
	if (g.count > g.columns) {
		grid_print_boxed(&g, COLUMNS, out);
		put("(+n): n others fail alike; entries: bolted ones in the slot that collided; PTEGs: of the table asked for.", out);
	}
	put(words_why(r), out);
}

static const char *hashes(struct report *r)
{
	const char *text = "";

	for (size_t i = 0; i < r->scenario_count && text && i < HASHES_MAX; i++) {
		const struct report_scenario *sc = &r->scenarios[i];
		bool again = false;

		if (!sc->input)
			continue;
		text = report_printf(r, "%s, %s %.*s", text, sc->label, HASH_DIGITS, sc->input->scenario_sha256);
		for (size_t j = 0; j < i; j++)
			again = again || (r->scenarios[j].input && strcmp(r->scenarios[j].input->costs_sha256,
									  sc->input->costs_sha256) == 0);
		if (text && !again)
			text = report_printf(r, "%s, costs %s %.*s", text, sc->costs, HASH_DIGITS, sc->input->costs_sha256);
	}
	if (text && r->scenario_count > HASHES_MAX)
		text = report_printf(r, "%s, and %zu more in report.json", text, r->scenario_count - HASHES_MAX);
	return text;
}

const char *report_provenance(struct report *r)
{
	const char *text = hashes(r);

	return text ? report_printf(r, "hptsim %s; SHA-256 of the inputs begins with: %s.", r->options->version,
				    *text ? text + 2 : "not kept in the database") : NULL;
}

static void put_footnote(struct report *r, int number, const char *text, FILE *out)
{
	const char *note = text ? report_printf(r, "[%d] %s", number, text) : NULL;

	if (note)
		wrap_text(note, COLUMNS, out);
}

/* Every line of a command goes on in the next. */
static void put_command(const char *command, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *wrapped = command ? open_memstream(&text, &size) : NULL;

	if (!wrapped)
		return;
	fputs("[1] ", wrapped);
	for (const char *line = command; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0'))
		fprintf(wrapped, "%s%.*s\n", line == command ? "" : "    ", (int)strcspn(line, "\n"), line);
	fclose(wrapped);
	if (text)
		wrap_command(text, COLUMNS, out);
	free(text);
}

bool report_mail(struct report *r, FILE *out)
{
	put(report_printf(r, "Resizing the HPT: %s [1].", words_title(r)), out);
	put(words_summary(r), out);
	put(words_left_out(r), out);
	put_ratios(r, out);
	put_costs(r, out);
	put_failures(r, out);
	put_command(words_command(r, COMMANDS_MAX), out);
	put_footnote(r, 2, TABLES_EXACT, out);
	put_footnote(r, 3, report_provenance(r), out);
	return !r->no_memory;
}
