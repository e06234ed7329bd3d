// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two pictures of the first screen: time as a ratio to mainline, and what
 * it costs, of all policies in all scenarios. They are tables whose cells have a
 * bar, so that they can be read aloud, copied, and read on a telephone.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "base/units.h"
#include "base/escape.h"
#include "report/html.h"
#include "report/words.h"

#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)
#define PER_ROW		6	/* scenarios side by side; a telephone has room for no more */
#define SCENARIOS_MAX	12	/* of more the first screen has mean, lowest and highest */

enum panel { PANEL_RATIO, PANEL_STALL, PANEL_HOST, PANEL_ORDER, PANEL_COUNT };

struct picture {
	struct report *r;
	double low, high;		/* of the ratios */
	int64_t total_ns, stall_ns, host_bytes, orders;	/* the most of each */
	FILE *out;
};

static double limited(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

/* Begin a cell: the exact number for programs, and from where to where its bar goes. */
static void begin_cell(const char *class, const char *value, double from, double to, FILE *out)
{
	fprintf(out, "<td%s%s%s data-value=\"%s\" style=\"--a:%.1f%%;--w:%.1f%%\">", *class ? " class=\"" : "", class,
		*class ? "\"" : "", value, 100 * from, 100 * (to - from));
}

static double ratio_place(const struct picture *p, double ratio)
{
	return limited(log(ratio / p->low) / log(p->high / p->low), 0, 1);
}

/* Three decimals are all that there is room for, unless they are zeros. */
static const char *short_ratio(double ratio)
{
	static char text[FORMAT_MAX];

	if (ratio < 0.01 || ratio >= 0.9995)
		return format_ratio(text, ratio);
	snprintf(text, sizeof(text), "%.3f", ratio);
	return text;
}

/* From mainline's place to the left for less time, to the right for more. */
static void put_ratio(const struct picture *p, double ratio, bool best)
{
	double one = ratio_place(p, 1), at = ratio_place(p, ratio);
	char value[FORMAT_MAX];

	snprintf(value, sizeof(value), "%.9g", ratio);
	begin_cell(best ? "best" : ratio > 1 ? "slow" : "", value, at < one ? at : one, at < one ? one : at, p->out);
	fprintf(p->out, "%s</td>", short_ratio(ratio));
}

/* Of a row without a number: a word, and why as its title. */
static void put_word(const char *word, const char *why, bool bad, FILE *out)
{
	fprintf(out, "<td class=\"%s\"><span title=\"", bad ? "bad" : "none");
	escape_html(why ? why : "", out);
	fprintf(out, "\">%s</span></td>", word);
}

static const char *three_digits(double value)
{
	static char text[FORMAT_MAX];

	if (value <= 0)
		return "0";
	format_ratio(text, value);
	/* 5.00 GiB are 5 */
	while (strchr(text, '.') && (text[strlen(text) - 1] == '0' || text[strlen(text) - 1] == '.')) {
		bool point = text[strlen(text) - 1] == '.';

		text[strlen(text) - 1] = '\0';
		if (point)
			break;
	}
	return text;
}

static bool in_seconds(const struct picture *p)
{
	return p->stall_ns >= 10 * (int64_t)NSEC_PER_SEC;
}

static bool in_mebibytes(const struct picture *p)
{
	return p->host_bytes < INT64_C(1) << 30;
}

/* @moot: of a run that did not do its work, so that less is no merit */
static void put_amount(const struct picture *p, int64_t value, double unit, int64_t most, bool moot)
{
	char text[FORMAT_MAX];

	snprintf(text, sizeof(text), "%" PRId64, value);
	begin_cell(moot ? "moot" : "", text, 0, most ? (double)value / (double)most : 0, p->out);
	fprintf(p->out, "%s</td>", three_digits((double)value / unit));
}

static double order_part(const struct picture *p, int64_t above)
{
	return p->orders && above > 0 ? (double)above / (double)p->orders : 0;
}

static void put_order(const struct picture *p, int64_t shift, int64_t wish, bool moot)
{
	int64_t above = wish ? shift - wish : 0;
	char text[FORMAT_MAX];

	snprintf(text, sizeof(text), "%" PRId64, shift);
	begin_cell(moot ? "moot" : "", text, 0, order_part(p, above), p->out);
	fputs(text, p->out);
	if (above)
		fprintf(p->out, " <b>%s%" PRId64 "</b>", above > 0 ? "+" : "\xe2\x88\x92", above > 0 ? above : -above);
	fputs("</td>", p->out);
}

/* Without mainline there is nothing to divide by. */
static void put_time(const struct picture *p, int64_t ns)
{
	char text[FORMAT_MAX];

	snprintf(text, sizeof(text), "%" PRId64, ns);
	begin_cell("", text, 0, p->total_ns ? (double)ns / (double)p->total_ns : 0, p->out);
	fprintf(p->out, "%s</td>", format_ns((char[FORMAT_MAX]){ 0 }, ns));
}

static void put_cell(const struct picture *p, enum panel panel, const struct report_scenario *sc, size_t policy)
{
	const struct report_run *run = sc->runs[policy];
	bool moot = run && run->shortfall;

	if (!run || run->trouble) {
		put_word(run || sc->missing[policy] ? "failed" : MISSING, words_missing(p->r, sc, policy),
			 run || sc->missing[policy], p->out);
		return;
	}
	switch (panel) {
	case PANEL_RATIO:
		if (run->shortfall)
			put_word("short", run->shortfall, true, p->out);
		else if (!p->r->judged_count)
			put_time(p, run->total_ns);
		else if (run->ratio > 0)
			put_ratio(p, run->ratio, report_is_best_ratio(p->r, sc, run));
		else
			put_word(MISSING, run->no_ratio, false, p->out);
		break;
	case PANEL_STALL:
		put_amount(p, run->stall_max_ns, in_seconds(p) ? 1e9 : 1e6, p->stall_ns, moot);
		break;
	case PANEL_HOST:
		put_amount(p, run->host_peak_bytes, in_mebibytes(p) ? 1 << 20 : 1 << 30, p->host_bytes, moot);
		break;
	default:
		put_order(p, run->hpt_shift_end, run->wish_shift_end, moot);
	}
}

static void put_mean(const struct picture *p, const struct report_policy *policy)
{
	if (policy->short_count)
		put_word("short", "it did not do its work in every scenario", true, p->out);
	else if (policy->geomean > 0)
		put_ratio(p, policy->geomean, policy->fastest && p->r->fastest_count < p->r->policy_count);
	else
		put_word(MISSING, "not in all scenarios", false, p->out);
}

static const char *title_of(const struct picture *p, enum panel panel)
{
	switch (panel) {
	case PANEL_RATIO:
		return p->r->judged_count ? "Time \xc3\xb7 mainline\xe2\x80\x99s" : "Time";
	case PANEL_STALL:
		return in_seconds(p) ? "Longest stall, s" : "Longest stall, ms";
	case PANEL_HOST:
		return in_mebibytes(p) ? "Host memory, peak, MiB" : "Host memory, peak, GiB";
	default:
		return "Order left behind, \xc2\xb1 wish";
	}
}

static void put_panel(const struct picture *p, enum panel panel, size_t from, size_t to)
{
	struct report *r = p->r;
	bool mean = panel == PANEL_RATIO && !from && r->judged_count > 1;

	fprintf(p->out, "<div class=\"panel\" style=\"--k:%zu\">\n<table>\n<caption>%s</caption>\n<thead><tr><th scope=\"col\"><span>policy</span></th>",
		to - from + mean, title_of(p, panel));
	fputs(mean ? "<th scope=\"col\">mean</th>" : "", p->out);
	for (size_t i = from; i < to; i++) {
		fputs("<th scope=\"col\"><abbr title=\"", p->out);
		escape_html(r->scenarios[i].label, p->out);
		fprintf(p->out, "\">%zu</abbr></th>", i + 1);
	}
	fputs("</tr></thead>\n<tbody>\n", p->out);
	for (size_t row = 0; row < r->policy_count; row++) {
		size_t i = r->order[row];

		fputs("<tr><th scope=\"row\"><span>", p->out);
		escape_html(r->policies[i].name, p->out);
		fputs("</span></th>", p->out);
		if (mean)
			put_mean(p, &r->policies[i]);
		for (size_t j = from; j < to; j++)
			put_cell(p, panel, &r->scenarios[j], i);
		fputs("</tr>\n", p->out);
	}
	fputs("</tbody>\n</table>\n</div>\n", p->out);
}

/* Of one policy over many scenarios. */
static void put_overview_row(const struct picture *p, enum panel panel, size_t policy)
{
	const struct report_policy *all = &p->r->policies[policy];
	double low = 0, high = 0;
	char orders[FORMAT_MAX];

	if (!all->any) {
		for (int i = panel == PANEL_RATIO ? 0 : 2; i < 3; i++)
			put_word(MISSING, "no sound run", false, p->out);
		return;
	}
	switch (panel) {
	case PANEL_RATIO:
		for (size_t i = 0; i < p->r->scenario_count; i++) {
			double ratio = p->r->scenarios[i].runs[policy] ? p->r->scenarios[i].runs[policy]->ratio : 0;

			if (ratio > 0) {
				low = low <= 0 || ratio < low ? ratio : low;
				high = ratio > high ? ratio : high;
			}
		}
		put_mean(p, all);
		for (int i = 0; i < 2; i++) {
			if (low > 0)
				put_ratio(p, i ? high : low, false);
			else
				put_word(MISSING, "no ratio", false, p->out);
		}
		break;
	case PANEL_STALL:
		put_amount(p, all->stall_max_ns, in_seconds(p) ? 1e9 : 1e6, p->stall_ns, all->short_count);
		break;
	case PANEL_HOST:
		put_amount(p, all->host_peak_bytes, in_mebibytes(p) ? 1 << 20 : 1 << 30, p->host_bytes, all->short_count);
		break;
	default:
		snprintf(orders, sizeof(orders), "%" PRId64, all->oversize_shift);
		begin_cell(all->short_count ? "moot" : "", orders, 0, order_part(p, all->oversize_shift), p->out);
		fprintf(p->out, "%s%s</td>", all->oversize_shift > 0 ? "+" : "", orders);
	}
}

static void put_overview(const struct picture *p)
{
	struct report *r = p->r;

	fputs("<div class=\"panels\">\n", p->out);
	for (int panel = 0; panel < PANEL_COUNT; panel++) {
		fprintf(p->out, "<div class=\"panel\" style=\"--k:%d\">\n<table>\n<caption>%s</caption>\n<thead><tr><th scope=\"col\"><span>policy</span></th>%s"
			"</tr></thead>\n<tbody>\n", panel == PANEL_RATIO ? 3 : 1, title_of(p, (enum panel)panel),
			panel == PANEL_RATIO ? "<th scope=\"col\">mean</th><th scope=\"col\">lowest</th><th scope=\"col\">highest</th>" :
			"<th scope=\"col\">worst</th>");
		for (size_t row = 0; row < r->policy_count; row++) {
			fputs("<tr><th scope=\"row\"><span>", p->out);
			escape_html(r->policies[r->order[row]].name, p->out);
			fputs("</span></th>", p->out);
			put_overview_row(p, (enum panel)panel, r->order[row]);
			fputs("</tr>\n", p->out);
		}
		fputs("</tbody>\n</table>\n</div>\n", p->out);
	}
	fputs("</div>\n", p->out);
}

static void measure(struct picture *p)
{
	p->low = 0.5;
	p->high = 1;
	for (size_t i = 0; i < p->r->scenario_count; i++) {
		for (size_t j = 0; j < p->r->policy_count; j++) {
			const struct report_run *run = p->r->scenarios[i].runs[j];
			int64_t orders = run && run->wish_shift_end ? run->hpt_shift_end - run->wish_shift_end : 0;

			if (!run || run->trouble)
				continue;
			if (run->ratio > 0) {
				p->low = run->ratio < p->low ? run->ratio : p->low;
				p->high = run->ratio > p->high ? run->ratio : p->high;
			}
			p->total_ns = run->total_ns > p->total_ns ? run->total_ns : p->total_ns;
			p->stall_ns = run->stall_max_ns > p->stall_ns ? run->stall_max_ns : p->stall_ns;
			p->host_bytes = run->host_peak_bytes > p->host_bytes ? run->host_peak_bytes : p->host_bytes;
			p->orders = orders > p->orders ? orders : p->orders;
		}
	}
}

static void put_rows(const struct picture *p)
{
	size_t count = p->r->scenario_count, rows = (count + PER_ROW - 1) / PER_ROW, each = rows ? (count + rows - 1) / rows : 0;

	for (size_t from = 0; from < count; from += each) {
		fputs("<div class=\"panels\">\n", p->out);
		for (int panel = 0; panel < PANEL_COUNT; panel++)
			put_panel(p, (enum panel)panel, from, from + each < count ? from + each : count);
		fputs("</div>\n", p->out);
	}
	fputs("<ol class=\"key\">\n", p->out);
	for (size_t i = 0; i < count; i++) {
		fprintf(p->out, "<li><a href=\"#s-%s\">", p->r->scenarios[i].slug);
		escape_html(p->r->scenarios[i].label, p->out);
		fputs("</a></li>\n", p->out);
	}
	fputs("</ol>\n", p->out);
}

void html_pictures(struct report *r, FILE *out)
{
	struct picture p = { .r = r, .out = out };
	bool many = r->scenario_count > SCENARIOS_MAX;

	if (!r->order)
		return;
	measure(&p);
	if (many) {
		put_overview(&p);
		fprintf(out, "<details>\n<summary>Each of the %zu scenarios</summary>\n", r->scenario_count);
	}
	put_rows(&p);
	fputs(many ? "</details>\n" : "", out);
	fputs("<p class=\"soft\">", out);
	if (r->judged_count)
		fprintf(out, "Bars of the time go from mainline, 1, to the left for less, to the right for more, by the logarithm; "
			"a whole bar is %s. ", RATIO(p.low));
	fputs("Other bars begin at 0; those of the order show by how much it is above what the guest wishes for. Bold: the "
	      "fastest, with all within 1% of it. Short: the run did not do its work; what it "
	      "costs is pale.</p>\n", out);
}
