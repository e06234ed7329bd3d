// SPDX-License-Identifier: GPL-2.0-or-later
/* The report as Markdown, for a mail or the summary of a CI job: lines of at most 72 columns where names allow. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/format.h"
#include "report/pages.h"
#include "report/plots.h"
#include "report/words.h"

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

#define COLUMNS_MAX	10
#define CHUNK		4	/* scenarios side by side */

/* A table of short cells; the first column is text, the others numbers. */
struct grid {
	struct report *r;
	const char **cells;
	size_t columns, count;
};

static void add(struct grid *g, const char *text)
{
	const char **cells = report_push(g->r, g->cells, g->count, sizeof(*g->cells));

	if (!cells)
		return;
	g->cells = cells;
	cells[g->count++] = report_printf(g->r, "%s", text);
}

static const char *escaped(struct report *r, const char *text)
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
		escape_markdown_wrapped(prefix, escaped(r, text), out);
		fputc('\n', out);
	}
}

static size_t width(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void print(struct grid *g, FILE *out)
{
	size_t widths[COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < g->count && !g->r->no_memory; i++)
		if (widths[i % g->columns] < width(g->cells[i]))
			widths[i % g->columns] = width(g->cells[i]);
	for (size_t i = 0; i < g->count && !g->r->no_memory; i++) {
		size_t column = i % g->columns;
		int padding = (int)(widths[column] - width(g->cells[i]));

		if (column)
			fprintf(out, "|%*s%s", padding, "", g->cells[i]);
		else
			fprintf(out, "|%s%*s", g->cells[i], padding, "");
		if (column + 1 < g->columns)
			continue;
		fputs("|\n", out);
		for (size_t j = 0; i + 1 == g->columns && j < g->columns; j++) {
			fputc('|', out);
			for (size_t k = 0; k + (j > 0) < (widths[j] > 1 ? widths[j] : 2); k++)
				fputc('-', out);
			fputs(j ? ":" : "", out);
			fputs(j + 1 == g->columns ? "|\n" : "", out);
		}
	}
	fputc('\n', out);
}

static void heads(struct grid *g, const char *const *names)
{
	for (; *names; names++) {
		add(g, *names);
		g->columns++;
	}
}

static void put_ratios(struct report *r, FILE *out)
{
	bool mean = r->judged_count > 1;

	for (size_t from = 0; from < r->scenario_count; from += CHUNK) {
		size_t to = from + CHUNK < r->scenario_count ? from + CHUNK : r->scenario_count;
		struct grid g = { .r = r };

		heads(&g, (const char *[]){ "policy", mean ? "mean" : NULL, NULL });
		for (size_t i = from; i < to; i++, g.columns++)
			add(&g, report_printf(r, "(%zu)", i + 1));
		for (size_t i = 0; i < r->policy_count; i++) {
			const struct report_policy *p = &r->policies[i];

			add(&g, escaped(r, p->name));
			if (mean)
				add(&g, p->geomean > 0 ? RATIO(p->geomean) : MISSING);
			for (size_t j = from; j < to; j++) {
				const struct report_run *run = r->scenarios[j].runs[i];

				add(&g, run && run->ratio > 0 ? RATIO(run->ratio) : MISSING);
			}
		}
		print(&g, out);
	}
	for (size_t i = 0; i < r->scenario_count; i++)
		escape_markdown_wrapped("- ", report_printf(r, "(%zu) %s", i + 1, escaped(r, r->scenarios[i].name)), out);
	fputc('\n', out);
}

static void put_prices(struct report *r, FILE *out)
{
	struct grid g = { .r = r };

	heads(&g, (const char *[]){ "policy", "stall", "host", "x wish", "resizes", "plugs", "faults", "findings",
				    NULL });
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_policy *p = &r->policies[i];

		add(&g, escaped(r, p->name));
		if (!p->any) {
			for (size_t j = 1; j < g.columns; j++)
				add(&g, MISSING);
			continue;
		}
		add(&g, NS(p->stall_max_ns));
		add(&g, BYTES(p->host_peak_bytes));
		add(&g, p->oversize_shift > 0 ? report_printf(r, "%s", COUNT(INT64_C(1) << (p->oversize_shift & 62))) : "1");
		add(&g, COUNT(p->resize_failures));
		add(&g, COUNT(p->failed_requests));
		add(&g, COUNT(p->workload_faults));
		add(&g, COUNT(p->findings));
	}
	print(&g, out);
	put(r, "", "stall: the longest; host: most memory that page tables held; x wish: how large a table is left behind, "
	    "against the guest's wish; resizes, plugs: those that failed or fell short; faults: refaults of processes.", out);
}

static void put_why(struct report *r, FILE *out)
{
	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_scenario *sc = &r->scenarios[i];
		bool any = false;

		fprintf(out, "### %s\n\n", escaped(r, sc->name));
		for (size_t j = 0; j < r->policy_count; j++) {
			const char *policies = words_failure_policies(r, sc, j);

			if (!policies)
				continue;
			put(r, "- ", report_printf(r, "%s: %s", policies, words_failure(r, sc->runs[j])), out);
			any = true;
		}
		if (!any)
			fputs("No resize fails.\n\n", out);
	}
}

static void put_runs(struct report *r, const struct report_scenario *sc, FILE *out)
{
	struct grid g = { .r = r };

	heads(&g, (const char *[]){ "policy", "total", "ratio", "tries", "failed", "stall", "order", "short", NULL });
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		add(&g, escaped(r, r->policies[i].name));
		if (!run || run->trouble) {
			for (size_t j = 1; j < g.columns; j++)
				add(&g, MISSING);
			continue;
		}
		add(&g, NS(run->total_ns));
		add(&g, run->ratio > 0 ? RATIO(run->ratio) : MISSING);
		add(&g, COUNT(run->resize_attempts));
		add(&g, COUNT(run->resize_failures));
		add(&g, NS(run->stall_max_ns));
		add(&g, report_printf(r, "%" PRId64, run->hpt_shift_end));
		add(&g, COUNT(run->missing_lmbs));
	}
	print(&g, out);
	put(r, "", "stall: the longest; order: of the table left behind; short: LMBs that were asked for and did not come or go.",
	    out);
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		if (!run || run->trouble)
			put(r, "- ", report_printf(r, "%s: %s", r->policies[i].name, words_missing(r, sc, i)), out);
		else if (run->no_ratio && r->judged_count)
			put(r, "- ", report_printf(r, "%s: no ratio, %s", run->policy, run->no_ratio), out);
	}
}

static void put_scenario(struct report *r, const struct report_scenario *sc, bool drawn, FILE *out)
{
	fprintf(out, "## %s\n\n", escaped(r, sc->name));
	put(r, "", sc->description, out);
	put_runs(r, sc, out);
	for (size_t i = 0; i < sc->published_count; i++) {
		const struct report_published *p = &sc->published[i];

		put(r, "- ", report_printf(r, "Published for %s, %s: %s; simulated: %s. %s", p->policy,
					   words_published_what(r, sc, p), NS(p->ns),
					   p->simulated_ns < 0 ? MISSING : NS(p->simulated_ns), p->source), out);
	}
	for (int plot = 0; plot < PLOT_COUNT && drawn; plot++)
		if (report_has_plot(r, sc, (enum report_plot)plot))
			fprintf(out, "%s\n<%s-%s.svg>\n\n", report_plot_info[plot].title, sc->slug, report_plot_info[plot].name);
}

static const char *first_line(struct report *r, const char *text)
{
	size_t length = strcspn(text, "\n");
	char *line = report_alloc(r, length + 1);

	return line ? memcpy(line, text, length) : NULL;
}

static void put_how(struct report *r, FILE *out)
{
	fputs("## How it was computed\n\n", out);
	put(r, "", report_printf(r, "By hptsim %s. Attempts, failures and orders are computed exactly; times are exact counts at "
				 "the prices of a cost profile. A ratio is the total of a run divided by that of " MAINLINE
				 ", which is mainline; there is none for a run that failed, was cut off or did other work.",
				 r->options->version), out);
	escape_markdown_block(words_command(r), out);
	fputc('\n', out);
	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_scenario *sc = &r->scenarios[i];
		bool again = false;

		fprintf(out, "### %s\n\n", escaped(r, report_printf(r, "%s, the scenario", sc->name)));
		if (!sc->input) {
			fputs("The database does not have its text.\n\n", out);
			continue;
		}
		if (*sc->input->sets) {
			fputs("Changed on the command line:\n\n", out);
			escape_markdown_block(sc->input->sets, out);
			fputc('\n', out);
		}
		fprintf(out, "SHA-256\n%s\n\n", escaped(r, sc->input->scenario_sha256));
		escape_markdown_block(sc->input->scenario_text, out);
		fputc('\n', out);
		for (size_t j = 0; j < i; j++)
			again = again || (r->scenarios[j].input && strcmp(r->scenarios[j].input->costs_sha256,
									  sc->input->costs_sha256) == 0);
		if (again)
			continue;
		fprintf(out, "### %s\n\nSHA-256\n%s\n\n", escaped(r, report_printf(r, "%s, the cost profile", sc->costs)),
			escaped(r, sc->input->costs_sha256));
		for (const char *line = sc->input->costs_about; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != 0))
			put(r, "- ", first_line(r, line), out);
	}
}

bool report_markdown(struct report *r, bool drawn, FILE *out)
{
	fprintf(out, "# Resizing the HPT: %s\n\n", escaped(r, words_title(r)));
	put(r, "", words_verdict(r), out);
	put(r, "", words_also(r), out);
	fputs("Time as a ratio to mainline (per-section); less is better:\n\n", out);
	put_ratios(r, out);
	fputs("## What it costs elsewhere\n\n", out);
	put(r, "", words_price(r), out);
	put_prices(r, out);
	fputs("## Why: the first failure of each\n\n", out);
	put_why(r, out);
	for (size_t i = 0; i < r->scenario_count; i++)
		put_scenario(r, &r->scenarios[i], drawn, out);
	put_how(r, out);
	return !r->no_memory;
}
