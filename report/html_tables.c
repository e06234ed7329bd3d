// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of the page. */
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/format.h"
#include "report/html.h"
#include "report/words.h"

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

void html_table(const char *caption, FILE *out)
{
	fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"", out);
	escape_html(caption, out);
	fputs("\">\n<table>\n<caption>", out);
	escape_html(caption, out);
	fputs("</caption>\n", out);
}

void html_table_end(FILE *out)
{
	fputs("</tbody>\n</table>\n</div>\n", out);
}

void html_row(const char *name, FILE *out)
{
	fputs("<tr><th scope=\"row\">", out);
	escape_html(name, out);
	fputs("</th>", out);
}

static void put_cell(const char *text, bool best, FILE *out)
{
	fprintf(out, best ? "<td class=\"best\">%s</td>" : "<td>%s</td>", text);
}

static void put_missing(const char *why, FILE *out)
{
	fputs("<td class=\"none\"><span title=\"", out);
	escape_html(why ? why : "", out);
	fputs("\">" MISSING "</span></td>", out);
}

static void put_ratio(struct report *r, const struct report_scenario *sc, size_t policy, FILE *out)
{
	const struct report_run *run = sc->runs[policy];

	if (!run || run->trouble) {
		put_missing(words_missing(r, sc, policy), out);
		return;
	}
	fprintf(out, "<td%s>%s<small>", report_is_best_ratio(r, sc, run) ? " class=\"best\"" : "",
		run->ratio > 0 ? RATIO(run->ratio) : MISSING);
	if (run->no_ratio) {
		fputs("<span title=\"", out);
		escape_html(run->no_ratio, out);
		fprintf(out, "\">%s</span></small></td>", NS(run->total_ns));
	} else {
		fprintf(out, "%s</small></td>", NS(run->total_ns));
	}
}

void html_ratios(struct report *r, FILE *out)
{
	bool mean = r->judged_count > 1;

	html_table("Time as a ratio to mainline; less is better; small: the time itself", out);
	fputs("<thead><tr><th scope=\"col\">policy</th>", out);
	if (mean)
		fputs("<th scope=\"col\">geometric mean</th>", out);
	for (size_t i = 0; i < r->scenario_count; i++) {
		fputs("<th scope=\"col\">", out);
		escape_html(r->scenarios[i].label, out);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_policy *p = &r->policies[i];

		html_row(p->name, out);
		if (mean && p->geomean > 0)
			put_cell(RATIO(p->geomean), p->fastest && r->fastest_count < r->policy_count, out);
		else if (mean)
			put_missing("not in all scenarios", out);
		for (size_t j = 0; j < r->scenario_count; j++)
			put_ratio(r, &r->scenarios[j], i, out);
		fputs("</tr>\n", out);
	}
	html_table_end(out);
}

void html_heads(const char *const *heads, FILE *out)
{
	fputs("<thead><tr>", out);
	for (; *heads; heads++)
		fprintf(out, "<th scope=\"col\">%s</th>", *heads);
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void put_oversize(int64_t orders, bool best, FILE *out)
{
	char text[FORMAT_MAX + 8];

	if (orders > 0)
		snprintf(text, sizeof(text), "%s times", format_orders((char[FORMAT_MAX]){ 0 }, orders));
	else
		snprintf(text, sizeof(text), "no");
	put_cell(text, best, out);
}

void html_prices(struct report *r, FILE *out)
{
	static const char *const heads[] = {
		"policy", "longest stall", "all stalls", "host memory, peak", "table left too large", "failed resizes",
		"failed hotplugs", "refaults", "findings", NULL
	};

	html_table("What it costs elsewhere, over all scenarios: the worst of each, stalls and counts added up", out);
	html_heads(heads, out);
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_policy *p = &r->policies[i];
#define BEST(field)	report_is_best(r, p, COST_##field)

		html_row(p->name, out);
		if (!p->any) {
			for (size_t j = 1; heads[j]; j++)
				put_missing("no sound run", out);
			fputs("</tr>\n", out);
			continue;
		}
		put_cell(NS(p->stall_max_ns), BEST(stall_max_ns), out);
		put_cell(NS(p->stall_total_ns), BEST(stall_total_ns), out);
		put_cell(BYTES(p->host_peak_bytes), BEST(host_peak_bytes), out);
		put_oversize(p->oversize_shift, BEST(oversize_shift), out);
		put_cell(COUNT(p->resize_failures), BEST(resize_failures), out);
		put_cell(COUNT(p->failed_requests), BEST(failed_requests), out);
		put_cell(COUNT(p->workload_faults), BEST(workload_faults), out);
		put_cell(COUNT(p->findings), BEST(findings), out);
		fputs("</tr>\n", out);
#undef BEST
	}
	html_table_end(out);
}

static void put_run(struct report *r, const struct report_run *run, FILE *out)
{
	char order[3 * FORMAT_MAX];

	put_cell(NS(run->total_ns), false, out);
	if (run->ratio > 0)
		put_cell(RATIO(run->ratio), false, out);
	else
		put_missing(run->no_ratio, out);
	put_cell(COUNT(run->resize_attempts), false, out);
	put_cell(COUNT(run->resize_failures), false, out);
	put_cell(NS(run->prepare_ns), false, out);
	put_cell(NS(run->commit_ns), false, out);
	put_cell(NS(run->stall_max_ns), false, out);
	put_cell(BYTES(run->host_peak_bytes), false, out);
	if (run->wish_shift_end)
		snprintf(order, sizeof(order), "%" PRId64 " (%" PRId64 ")", run->hpt_shift_end, run->wish_shift_end);
	else
		snprintf(order, sizeof(order), "%" PRId64, run->hpt_shift_end);
	put_cell(order, false, out);
	put_cell(COUNT(run->missing_lmbs), false, out);
	put_cell(COUNT(run->findings), false, out);
}

void html_runs(struct report *r, const struct report_scenario *sc, FILE *out)
{
	static const char *const heads[] = {
		"policy", "total", "ratio", "attempts", "failures", "in prepare", "in commit", "longest stall",
		"host peak", "order (wish)", "LMBs missed", "findings", NULL
	};

	html_table(report_printf(r, "All runs of %s", sc->label), out);
	html_heads(heads, out);
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		html_row(r->policies[i].name, out);
		if (run && !run->trouble) {
			put_run(r, run, out);
		} else {
			put_missing(words_missing(r, sc, i), out);
			fprintf(out, "<td colspan=\"%zu\" class=\"why\">", sizeof(heads) / sizeof(heads[0]) - 3);
			escape_html(words_missing(r, sc, i), out);
			fputs("</td>", out);
		}
		fputs("</tr>\n", out);
	}
	html_table_end(out);
}

void html_published(struct report *r, const struct report_scenario *sc, FILE *out)
{
	static const char *const heads[] = { "policy", "of", "published", "simulated", "source", NULL };

	if (!sc->published_count)
		return;
	html_table(report_printf(r, "Published figures for %s", sc->label), out);
	html_heads(heads, out);
	for (size_t i = 0; i < sc->published_count; i++) {
		const struct report_published *p = &sc->published[i];

		html_row(p->policy, out);
		fputs("<td class=\"text\">", out);
		escape_html(words_published_what(r, sc, p), out);
		fputs("</td>", out);
		put_cell(NS(p->ns), false, out);
		if (p->simulated_ns < 0)
			put_missing("not run", out);
		else
			put_cell(NS(p->simulated_ns), false, out);
		fputs("<td class=\"text\">", out);
		escape_html(p->source, out);
		fputs("</td></tr>\n", out);
	}
	html_table_end(out);
}

void html_policies(struct report *r, FILE *out)
{
	static const char *const heads[] = { "policy", "when it resizes", "taken from", NULL };

	html_table("The policies", out);
	html_heads(heads, out);
	for (size_t i = 0; i < r->policy_count; i++) {
		html_row(r->policies[i].name, out);
		fputs("<td class=\"text\">", out);
		escape_html(r->policies[i].title, out);
		fputs("</td><td class=\"text\">", out);
		escape_html(r->policies[i].source, out);
		fputs("</td></tr>\n", out);
	}
	html_table_end(out);
}
