// SPDX-License-Identifier: GPL-2.0-or-later
/* The page: one file, no scripts, nothing from elsewhere. */
#include <inttypes.h>
#include <string.h>

#include "plot/plot.h"
#include "report/html.h"
#include "base/escape.h"
#include "report/pages.h"
#include "report/plots.h"
#include "report/words.h"

/* style.css */
extern const struct plot_text report_texts[];

static const char *style(void)
{
	return report_texts->text;
}

void html_paragraph(const char *class, const char *text, FILE *out)
{
	if (!text || !*text)
		return;
	fprintf(out, *class ? "<p class=\"%s\">" : "<p>", class);
	escape_html(text, out);
	fputs("</p>\n", out);
}

bool html_item(bool any, const char *class, const char *text, FILE *out)
{
	if (!text)
		return any;
	if (!any)
		fprintf(out, "<ul class=\"%s\">\n", class);
	fputs("<li>", out);
	escape_html(text, out);
	fputs("</li>\n", out);
	return true;
}

void html_items_end(bool any, FILE *out)
{
	fputs(any ? "</ul>\n" : "", out);
}

void html_head(const char *title, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<title>HPT resizing: ", out);
	escape_html(title, out);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>Resizing the HPT: ", style());
	escape_html(title, out);
	fputs("</h1>\n</header>\n<main>\n", out);
}

/* What decides, on one screen. */
static void put_first_screen(struct report *r, FILE *out)
{
	bool any = false;

	fputs("<section id=\"verdict\" aria-label=\"Verdict\">\n", out);
	html_paragraph("bad", words_not_done(r), out);
	html_paragraph("verdict", words_verdict(r), out);
	for (size_t i = 1; i <= r->policy_count && r->policy_count > 1; i++)
		any = html_item(any, "cost", words_cost(r, i % r->policy_count), out);	/* mainline last */
	html_items_end(any, out);
	html_paragraph("left-out", words_left_out(r), out);
	html_pictures(r, out);
	html_paragraph("", words_why(r), out);
	fputs("</section>\n", out);
}

void html_fold(const char *id, const char *title, FILE *out)
{
	fprintf(out, "<details id=\"%s\">\n<summary><span role=\"heading\" aria-level=\"2\">", id);
	escape_html(title, out);
	fputs("</span></summary>\n", out);
}

void html_fold_end(FILE *out)
{
	fputs("</details>\n", out);
}

static void put_tables(struct report *r, FILE *out)
{
	html_fold("costs", "All ratios and costs", out);
	html_ratios(r, out);
	html_prices(r, out);
	html_fold_end(out);
}

static void put_finding_list(struct report *r, const struct report_scenario *sc, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		for (size_t j = 0; run && !run->trouble && j < run->finding_group_count; j++) {
			const struct report_finding *f = &run->finding_groups[j];

			fprintf(out, "%s<li><b>", any ? "" : "<h4>Findings</h4>\n<ul>\n");
			escape_html(run->policy, out);
			fputs("</b> [", out);
			escape_html(f->kind, out);
			fputs("] ", out);
			escape_html(f->text, out);
			if (f->count > 1)
				fprintf(out, " (%" PRId64 " times)", f->count);
			fputs("</li>\n", out);
			any = true;
		}
	}
	fputs(any ? "</ul>\n" : "", out);
}

/* The table itself, of the scenario for which that was drawn. */
static void put_table(struct report *r, const struct report_scenario *sc, const char *kind, const char *title, FILE *out)
{
	const char *prefix = report_printf(r, "%s-%s", sc->slug, kind), *svg = report_printf(r, "%s-%s.svg", sc->slug, kind);
	char *picture = sc->table_policy && svg ? report_read_file(r, svg) : NULL;

	if (!picture || !prefix)
		return;
	fputs("<figure>\n<figcaption>", out);
	escape_html(title, out);
	fputs(": ", out);
	escape_html(sc->table_policy, out);
	fputs("</figcaption>\n<div class=\"plot\" tabindex=\"0\" role=\"img\" aria-label=\"", out);
	escape_html(title, out);
	fputs(" in ", out);
	escape_html(sc->label, out);
	fputs("; hptsim explain has it in words\">\n", out);
	plot_clean_svg(picture, prefix, out);
	fputs("</div>\n</figure>\n", out);
}

static void put_why(struct report *r, FILE *out)
{
	html_fold("why", "Why: the first failure of each", out);
	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_scenario *sc = &r->scenarios[i];
		bool any = false;

		fputs("<h3>", out);
		escape_html(sc->label, out);
		fputs("</h3>\n", out);
		for (size_t j = 0; j < r->policy_count; j++) {
			const char *policies = words_failure_policies(r, sc, j);

			if (!policies)
				continue;
			fputs("<p><b>", out);
			escape_html(policies, out);
			fputs(".</b> ", out);
			escape_html(words_failure(r, sc->runs[j]), out);
			fputs("</p>\n", out);
			any = true;
		}
		if (!any)
			fputs("<p>No resize fails.</p>\n", out);
		put_table(r, sc, "fold", "How the table folds at the first failure", out);
		put_table(r, sc, "map", "At which memory and order the guest's wish fits", out);
		put_finding_list(r, sc, out);
	}
	html_fold_end(out);
}

/* Of more scenarios the pictures would be more than a mail or a browser takes. */
#define SCENARIOS_WITH_PLOTS	24

/* Where the pictures are that are not in the page. */
static void name_plots(struct report *r, const struct report_scenario *sc, FILE *out)
{
	const char *list = NULL;

	for (int plot = 0; plot < PLOT_COUNT; plot++)
		if (report_has_plot(r, sc, (enum report_plot)plot))
			list = words_list(r, list, report_printf(r, "%s-%s.svg", sc->slug, report_plot_info[plot].name), false);
	if (list)
		html_paragraph("", report_printf(r, "The plots of %zu scenarios are files beside this one: %s.", r->scenario_count,
						list), out);
}

void html_plot(struct report *r, const char *stem, const char *title, const char *of, FILE *out)
{
	const char *svg = report_printf(r, "%s.svg", stem ? stem : "");
	char *picture = svg ? report_read_file(r, svg) : NULL;

	if (!picture || !stem)
		return;
	fputs("<figure>\n<figcaption>", out);
	escape_html(title, out);
	fputs("</figcaption>\n<div class=\"plot\" tabindex=\"0\" role=\"img\" aria-label=\"", out);
	escape_html(title, out);
	fputs(" in ", out);
	escape_html(of, out);
	fputs("; the numbers are in the tables\">\n", out);
	plot_clean_svg(picture, stem, out);
	fputs("</div>\n</figure>\n", out);
}

static void put_plot(struct report *r, const struct report_scenario *sc, enum report_plot plot, FILE *out)
{
	html_plot(r, report_printf(r, "%s-%s", sc->slug, report_plot_info[plot].name), report_plot_info[plot].title, sc->label, out);
}

static void put_scenario(struct report *r, const struct report_scenario *sc, bool drawn, FILE *out)
{
	html_fold(report_printf(r, "s-%s", sc->slug), sc->label, out);
	html_paragraph("", sc->description, out);
	html_runs(r, sc, out);
	html_published(r, sc, out);
	if (drawn)
		html_paragraph("", words_groups(r, sc), out);
	if (drawn && r->scenario_count > SCENARIOS_WITH_PLOTS)
		name_plots(r, sc, out);
	for (int plot = 0; plot < PLOT_COUNT && drawn && r->scenario_count <= SCENARIOS_WITH_PLOTS; plot++)
		if (report_has_plot(r, sc, (enum report_plot)plot))
			put_plot(r, sc, (enum report_plot)plot, out);
	if (!drawn)
		fputs("<p>The plots are missing: gnuplot failed.</p>\n", out);
	html_fold_end(out);
}

static void put_block(const char *title, const char *hash, const char *text, FILE *out)
{
	fputs("<h4>", out);
	escape_html(title, out);
	fputs("</h4>\n<p class=\"hash\">SHA-256 ", out);
	escape_html(hash, out);
	fputs("</p>\n<pre>", out);
	escape_html(text, out);
	fputs("</pre>\n", out);
}

/* Paragraphs of "key: text". */
static void put_about(const char *about, FILE *out)
{
	while (*about) {
		size_t line = strcspn(about, "\n"), key = strcspn(about, ":");
		char buffer[2] = { 0 };

		fputs("<p>", out);
		fputs(key < line ? "<b>" : "", out);
		for (size_t i = 0; i < line; i++) {
			buffer[0] = about[i];
			escape_html(buffer, out);
			if (i == key)
				fputs("</b>", out);
		}
		fputs("</p>\n", out);
		about += line + (about[line] != '\0');
	}
}

static bool first_with_costs(const struct report *r, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (r->scenarios[i].input && strcmp(r->scenarios[i].input->costs_sha256,
						    r->scenarios[index].input->costs_sha256) == 0)
			return false;
	return true;
}

static void put_how(struct report *r, FILE *out)
{
	html_fold("how", "How it was computed", out);
	fprintf(out, "<p>By hptsim %s. Attempts, failures, orders and what was scanned and moved are computed exactly; times are "
		"these counts at the prices of a cost profile. The same again, with the texts below as files:</p>\n<pre>",
		r->options->version);
	escape_html(words_command(r, SIZE_MAX), out);
	fputs("</pre>\n<p>A ratio is the total of a run, from the end of boot to the end of its last event, divided by that of "
	      "<b>" MAINLINE "</b>, which is mainline. There is none for a run that failed, was cut off, or did other work than "
	      "mainline; a policy has a mean only if it has a ratio in every scenario. The wish is the order that the guest "
	      "would choose for its memory.</p>\n", out);
	html_policies(r, out);
	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_scenario *sc = &r->scenarios[i];

		fputs("<h3>", out);
		escape_html(sc->label, out);
		fputs("</h3>\n", out);
		if (!sc->input) {
			fputs("<p>The database does not have the text of this scenario and its prices.</p>\n", out);
			continue;
		}
		if (*sc->input->sets) {
			fputs("<p>Changed on the command line:</p>\n<pre>", out);
			escape_html(sc->input->sets, out);
			fputs("</pre>\n", out);
		}
		put_block("The scenario", sc->input->scenario_sha256, sc->input->scenario_text, out);
		if (!first_with_costs(r, i)) {
			html_paragraph("", report_printf(r, "Cost profile %s, as above.", sc->costs), out);
			continue;
		}
		fputs("<h4>Where the prices come from</h4>\n", out);
		put_about(sc->input->costs_about, out);
		put_block(report_printf(r, "Cost profile %s", sc->costs), sc->input->costs_sha256, sc->input->costs_text, out);
	}
	html_fold_end(out);
}

bool report_html(struct report *r, bool drawn, FILE *out)
{
	html_head(words_title(r), out);
	put_first_screen(r, out);
	put_tables(r, out);
	put_why(r, out);
	for (size_t i = 0; i < r->scenario_count; i++)
		put_scenario(r, &r->scenarios[i], drawn, out);
	put_how(r, out);
	fputs("</main>\n</body>\n</html>\n", out);
	return !r->no_memory;
}
