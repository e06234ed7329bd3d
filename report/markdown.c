// SPDX-License-Identifier: GPL-2.0-or-later
/* The report as Markdown, for a mail or the summary of a CI job: less than 100 lines of at most 72 columns. */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/wrap.h"
#include "report/pages.h"
#include "report/tables.h"
#include "report/words.h"

#define COLUMNS		72
#define COMMANDS_MAX	3

const char *report_markdown_text(struct report *r, const char *text)
{
	char *buffer = NULL;
	const char *copy = NULL;
	size_t size;
	FILE *out = open_memstream(&buffer, &size);

	if (out) {
		escape_markdown(text ? text : "", out);
		if (fclose(out) == 0)
			copy = report_printf(r, "%s", buffer);
		free(buffer);
	}
	if (!copy)
		r->no_memory = true;
	return copy ? copy : "";
}

static void put(struct report *r, const char *prefix, const char *text, FILE *out)
{
	if (text && *text) {
		escape_markdown_wrapped(prefix, report_markdown_text(r, text), out);
		fputc('\n', out);
	}
}

static void put_table(struct grid g, FILE *out)
{
	for (size_t i = 0; i < g.count; i++)
		g.cells[i] = report_markdown_text(g.r, g.cells[i]);
	grid_print_markdown(&g, out);
}

static void put_costs(struct report *r, FILE *out)
{
	bool any = false;

	for (size_t i = 1; i <= r->policy_count && r->policy_count > 1; i++) {
		const char *cost = words_cost(r, i % r->policy_count);	/* mainline last */

		if (!cost)
			continue;
		escape_markdown_wrapped("- ", report_markdown_text(r, cost), out);
		any = true;
	}
	fputs(any ? "\n" : "", out);
}

void report_markdown_command(const char *command, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *wrapped = command ? open_memstream(&text, &size) : NULL;

	if (!wrapped)
		return;
	wrap_command(command, COLUMNS, wrapped);
	if (fclose(wrapped) == 0)
		escape_markdown_block(text, out);
	free(text);
}

bool report_markdown(struct report *r, bool drawn, FILE *out)
{
	fprintf(out, "# Resizing the HPT: %s\n\n", report_markdown_text(r, words_title(r)));
	put(r, "", words_not_done(r), out);
	put(r, "", words_verdict(r), out);
	put_costs(r, out);
	put(r, "", words_why(r), out);
	put(r, "", words_left_out(r), out);
	fputs("Time as a ratio to mainline, per-section; less is better:\n\n", out);
	put_table(table_ratios(r), out);
	put(r, "", tables_key(r), out);
	fputs("What it costs, the worst over all scenarios, counts added up:\n\n", out);
	put_table(table_costs(r), out);
	put(r, "", tables_costs_key(r), out);
	put(r, "", TABLES_EXACT, out);
	put(r, "", report_provenance(r), out);
	report_markdown_command(words_command(r, COMMANDS_MAX), out);
	fputc('\n', out);
	put(r, "", drawn ? "Beside this file: report.html with runs, failures, inputs and plots; report.json for programs." :
	    "Beside this file: report.html with runs, failures and inputs, report.json for programs. The plots are missing: "
	    "gnuplot failed.", out);
	return !r->no_memory;
}
