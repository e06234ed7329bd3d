// SPDX-License-Identifier: GPL-2.0-or-later
/* A sweep's page: one file, no scripts, nothing from elsewhere. */
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/format.h"
#include "report/html.h"
#include "report/map_pages.h"
#include "report/pages.h"

#define POINTS_MAX	400	/* of more, the first ones are in the page */

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

static void put_cell(const char *class, const char *text, FILE *out)
{
	fprintf(out, *class ? "<td class=\"%s\">" : "<td>", class);
	escape_html(text ? text : "", out);
	fputs("</td>", out);
}

/* Columns from the second on that are words go to the left. */
static void put_grid(const struct grid *g, const char *caption, bool words, FILE *out)
{
	html_table(caption, out);
	fputs("<thead><tr>", out);
	for (size_t i = 0; i < g->columns; i++)
		fprintf(out, "<th scope=\"col\">%s</th>", g->cells[i]);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = g->columns; i < g->count; i++) {
		size_t column = i % g->columns;

		if (!column)
			html_row(g->cells[i], out);
		else
			put_cell(words ? "text" : strcmp(g->cells[i], MISSING) == 0 ? "none" :
				 column == 1 && strcmp(g->cells[i], "0") != 0 ? "bad" : "", g->cells[i], out);
		fputs(column + 1 == g->columns ? "</tr>\n" : "", out);
	}
	html_table_end(out);
}

static void put_missing_plots(FILE *out)
{
	fputs("<p>The plots are missing: gnuplot failed.</p>\n", out);
}

static void put_costs(struct map *m, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < m->policy_count; i++)
		any = html_item(any, "cost", map_cost(m, i), out);
	html_items_end(any, out);
}

static void put_first_screen(struct map *m, bool drawn, FILE *out)
{
	struct grid counts = map_table_counts(m);

	fputs("<section id=\"verdict\" aria-label=\"Verdict\">\n", out);
	html_paragraph("bad", map_not_done(m), out);
	html_paragraph("verdict", map_verdict(m), out);
	put_costs(m, out);
	html_paragraph("", map_widest(m), out);
	html_paragraph("left-out", map_not_drawn(m), out);
	fputs("<div class=\"map\">\n<div>\n", out);
	if (!m->r->no_memory)
		put_grid(&counts, m->mainline == MAP_NONE ? "At how many points each is the fastest, and its time as a multiple of the fastest" :
			 "At how many points each is the fastest, and its time as a multiple of mainline\xe2\x80\x99s", false, out);
	html_paragraph("soft", MAP_COUNTS_KEY, out);
	html_paragraph("soft", map_alike(m), out);
	fputs("</div>\n<div>\n", out);
	if (drawn)
		html_plot(m->r, "map", "Which policy is the fastest", m->scenario, out);
	else
		put_missing_plots(out);
	fputs("</div>\n</div>\n</section>\n", out);
}

static void put_pictures(struct map *m, bool drawn, FILE *out)
{
	size_t count;
	const struct map_picture *list = map_pictures(m, &count);

	html_fold("against", m->y == MAP_NONE ? "What each takes" : "How each does against mainline", out);
	for (size_t i = 1; i < count && list && drawn; i++)
		html_plot(m->r, list[i].name, list[i].title, m->scenario, out);
	if (!drawn)
		put_missing_plots(out);
	html_fold_end(out);
}

static void put_changes(struct map *m, FILE *out)
{
	struct grid g = map_table_changes(m, MAP_CHANGES_MAX);

	html_fold("changes", "Where the winner changes, and by how much", out);
	if (!m->all_changes)
		html_paragraph("", "Nowhere: the same policies are the fastest at any two neighbouring points.", out);
	else
		html_paragraph("", report_printf(m->r, "Pairs of points that differ in one key by one step, and at one of which a policy is the fastest that "
						 "is not at the other: %" PRIu64 ", of which %" PRIu64 " by 1%% at most. The largest differences come "
						 "first. The figures are what those take that are the fastest at the other point only, the most of them, "
						 "as a multiple of the fastest\xe2\x80\x99s.", m->all_changes, m->small_changes), out);
	if (m->all_changes && !m->r->no_memory)
		put_grid(&g, "The largest changes of the winner", true, out);
	html_fold_end(out);
}

/* @what: "7.34 times as long as the fastest, ..." */
static void put_run(struct map *m, const struct map_group *g, uint64_t point, const char *what, bool bad, FILE *out)
{
	html_paragraph(bad ? "bad" : "", report_printf(m->r, "%s: %s", map_point_text(m, point), what), out);
	fputs("<pre>", out);
	escape_html(map_command(m, point, g->policy), out);
	fputs("</pre>\n", out);
}

static void put_worst_of(struct map *m, const struct map_group *g, FILE *out)
{
	const struct map_policy *p = &m->policies[g->policy];

	if (!p->trouble_count && !g->worst_count)
		return;
	fputs("<h3>", out);
	escape_html(g->label, out);
	fputs("</h3>\n", out);
	for (size_t i = 0; i < p->trouble_count; i++)
		put_run(m, g, p->troubles[i].point, map_trouble_text(m, &p->troubles[i]), true, out);
	for (size_t i = 0; i < g->worst_count; i++) {
		uint64_t point = g->worst[i].point;
		int64_t best = map_least_above(m, point, -1);

		put_run(m, g, point, report_printf(m->r, "%s times as long as the fastest; %s, and %s: %s", RATIO(g->worst[i].ratio),
						   NS(map_cell(m, point, g->policy)), map_names_at(m, point, best), NS(best)), false, out);
	}
}

static void put_worst(struct map *m, FILE *out)
{
	html_fold("worst", "The worst points of each policy, and the commands that run them", out);
	fprintf(out, "<p>Runs that did not do their work come first, then those that take longest beside the fastest; %d of each at most. The "
		"commands want the scenario as a file:</p>\n<pre>", MAP_WORST_MAX);
	escape_html(report_printf(m->r, "sqlite3 sweep.db 'select scenario_text from sweep' > %s", m->file), out);
	fputs("</pre>\n", out);
	for (size_t j = 0; j < m->group_count; j++)
		put_worst_of(m, &m->groups[j], out);
	html_fold_end(out);
}

/* "a, b": of those that did not do their work at a point. */
static const char *short_at(struct map *m, uint64_t point)
{
	const char *text = "";

	for (size_t j = 0; j < m->group_count && text; j++) {
		int64_t ns = map_cell(m, point, m->groups[j].policy);

		if (ns == MAP_SHORT || ns == MAP_ENDED)
			text = report_printf(m->r, "%s%s%s", text, *text ? ", " : "", m->groups[j].name);
	}
	return text;
}

static void put_point(struct map *m, uint64_t point, FILE *out)
{
	int64_t best = map_least_above(m, point, -1), next = best < 0 ? -1 : map_least_above(m, point, best);
	const char *fell_short = short_at(m, point);

	html_row(report_printf(m->r, "%" PRIu64, point), out);
	for (size_t i = 0; i < m->axis_count; i++)
		put_cell("", m->axes[i].texts[map_value(m, point, i)], out);
	put_cell(fell_short && *fell_short ? "bad" : "none", fell_short && *fell_short ? fell_short : MISSING, out);
	if (best < 0) {
		int64_t first = map_cell(m, point, 0);

		put_cell("none", first == MAP_INVALID ? "not valid" : first == MAP_MISSING ? "not in the file" : "none did all", out);
		for (int i = 0; i < 3; i++)
			put_cell("none", MISSING, out);
	} else {
		put_cell("text", map_names_at(m, point, best), out);
		put_cell("", NS(best), out);
		put_cell(next < 0 ? "none" : "text", next < 0 ? MISSING : map_names_at(m, point, next), out);
		put_cell(next < 0 || !best ? "none" : "", next < 0 || !best ? MISSING :
			 report_printf(m->r, "%s\xc3\x97", RATIO((double)next / (double)best)), out);
	}
	fputs("</tr>\n", out);
}

static void put_points(struct map *m, FILE *out)
{
	uint64_t count = m->points < POINTS_MAX ? m->points : POINTS_MAX;

	html_fold("points", "All points", out);
	if (count < m->points)
		html_paragraph("", report_printf(m->r, "The first %" PRIu64 " of %" PRIu64 "; the view 'point' of the database has all.", count, m->points), out);
	html_table("Who is the fastest at each point", out);
	fputs("<thead><tr><th scope=\"col\">point</th>", out);
	for (size_t i = 0; i < m->axis_count; i++) {
		fputs("<th scope=\"col\">", out);
		escape_html(m->axes[i].key, out);
		fputs("</th>", out);
	}
	fputs("<th scope=\"col\">did not do its work</th><th scope=\"col\">fastest</th><th scope=\"col\">total</th><th scope=\"col\">next</th>"
	      "<th scope=\"col\">takes</th></tr></thead>\n<tbody>\n", out);
	for (uint64_t point = 1; point <= count; point++)
		put_point(m, point, out);
	html_table_end(out);
	html_fold_end(out);
}

static void put_how(struct map *m, FILE *out)
{
	static const char *const heads[] = { "policy", "taken from", NULL };

	html_fold("how", "How it was computed", out);
	fprintf(out, "<p>By hptsim ");
	escape_html(m->version, out);
	fprintf(out, ", version %" PRId64 " of the model. Attempts, failures and orders are computed exactly; times are counts at the prices of a "
		"cost profile. A run that fell short of what was asked of it is never the fastest, and equal times are a tie, here as in what "
		"hptsim sweep prints. A ratio is the total of a run divided by that of <b>" MAINLINE "</b>, which is mainline, at the same "
		"point. The sweep again, with the text below as a file:</p>\n<pre>", m->model);
	escape_html(map_sweep_command(m), out);
	fputs("</pre>\n", out);
	html_table("The policies", out);
	html_heads(heads, out);
	for (size_t i = 0; i < m->policy_count; i++) {
		html_row(m->policies[i].name, out);
		put_cell("text", m->policies[i].source, out);
		fputs("</tr>\n", out);
	}
	html_table_end(out);
	fputs("<h3>The scenario</h3>\n<pre>", out);
	escape_html(m->scenario_text, out);
	fputs("</pre>\n", out);
	for (size_t i = 0; i < m->costs_count; i++) {
		fputs("<h3>Cost profile ", out);
		escape_html(m->costs_names[i], out);
		fputs("</h3>\n<pre>", out);
		escape_html(m->costs_texts[i], out);
		fputs("</pre>\n", out);
	}
	html_fold_end(out);
}

bool map_html(struct map *m, bool drawn, FILE *out)
{
	html_head(map_title(m), out);
	put_first_screen(m, drawn, out);
	put_pictures(m, drawn, out);
	put_changes(m, out);
	put_worst(m, out);
	put_points(m, out);
	put_how(m, out);
	fputs("</main>\n</body>\n</html>\n", out);
	return !m->r->no_memory;
}
