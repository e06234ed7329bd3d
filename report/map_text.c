// SPDX-License-Identifier: GPL-2.0-or-later
/* A sweep's report as Markdown and as a mail: at most 72 columns but for commands. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/format.h"
#include "base/wrap.h"
#include "report/map_pages.h"
#include "report/pages.h"

#define COLUMNS		72
#define CHANGES_MAX	5
#define WORST_MAX	5

#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

/* The same paragraphs and lists, in either form. */
struct letter {
	struct map *m;
	FILE *out;
	bool markdown;
};

static const char *escaped(struct letter *l, const char *text)
{
	return l->markdown ? report_markdown_text(l->m->r, text) : text;
}

/* @prefix: "- " or "" */
static void put(struct letter *l, const char *prefix, const char *text)
{
	if (!text || !*text)
		return;
	if (l->markdown)
		escape_markdown_wrapped(prefix, escaped(l, text), l->out);
	else
		wrap_text(report_printf(l->m->r, "%s%s", prefix, text), COLUMNS, l->out);
	if (!*prefix)
		fputc('\n', l->out);
}

static void put_grid(struct letter *l, struct grid g)
{
	if (!l->markdown) {
		grid_print_boxed(&g, COLUMNS, l->out);
		fputc('\n', l->out);
		return;
	}
	for (size_t i = 0; i < g.count; i++)
		g.cells[i] = escaped(l, g.cells[i]);
	grid_print_markdown(&g, l->out);
}

static void put_command(struct letter *l, const char *command)
{
	if (l->markdown)
		report_markdown_command(command, l->out);
	else if (command)
		wrap_command(command, COLUMNS, l->out);
	fputc('\n', l->out);
}

/* "; v1 is no longer the fastest, and takes 1.31 times as long" */
static const char *loss(struct map *m, const char *who, const char *what, double ratio)
{
	if (ratio <= 0)
		return "";
	if (isinf(ratio))
		return report_printf(m->r, "; %s: %s, not doing their work", what, who);
	return report_printf(m->r, "; %s: %s, up to %s times the fastest", what, who, RATIO(ratio));
}

static void put_changes(struct letter *l)
{
	struct map *m = l->m;

	if (!m->change_count)
		return;
	put(l, "", "Where the winner changes, the largest differences:");
	for (size_t i = 0; i < m->change_count && i < CHANGES_MAX; i++) {
		const struct map_change *c = &m->changes[i];
		const struct map_axis *axis = &m->axes[c->axis];

		put(l, "- ", report_printf(m->r, "from %s to %s=%s%s%s", map_point_text(m, c->from), axis->key,
					   axis->texts[map_value(m, c->to, c->axis)],
					   loss(m, map_only_at(m, c->from, c->to), "no longer the fastest", c->at_to),
					   loss(m, map_only_at(m, c->to, c->from), "before not the fastest", c->at_from)));
	}
	fputc('\n', l->out);
}

static const struct map_group *worst_but(const struct map *m, const bool *told)
{
	const struct map_group *worst = NULL;

	for (size_t j = 0; j < m->group_count; j++) {
		const struct map_group *g = &m->groups[j];

		if (!told[j] && g->worst_count && (!worst || g->worst[0].ratio > worst->worst[0].ratio))
			worst = g;
	}
	return worst;
}

/* Of those that fare worst somewhere, where that is. */
static void put_worst(struct letter *l)
{
	struct map *m = l->m;
	bool *told = report_alloc(m->r, m->group_count * sizeof(*told));
	const struct map_group *g;
	const char *commands = "";

	for (size_t i = 0; told && i < WORST_MAX && (g = worst_but(m, told)) != NULL; i++) {
		const struct map_worst *w = &g->worst[0];

		if (!i)
			put(l, "", "The worst point of each, to the fastest there:");
		told[g - m->groups] = true;
		put(l, "- ", report_printf(m->r, "%s: %s times as long as %s at %s", g->name, RATIO(w->ratio),
					   map_names_at(m, w->point, map_least_above(m, w->point, -1)), map_point_text(m, w->point)));
		commands = report_printf(m->r, "%s%s%s", commands, *commands ? "\n" : "", map_command(m, w->point, g->policy));
	}
	if (!*commands)
		return;
	fputc('\n', l->out);
	put_command(l, commands);
}

static void put_costs(struct letter *l)
{
	bool any = false;

	for (size_t i = 0; i < l->m->policy_count; i++) {
		const char *cost = map_cost(l->m, i);

		put(l, "- ", cost);
		any = any || cost;
	}
	fputs(any ? "\n" : "", l->out);
}

static void put_all(struct letter *l)
{
	struct map *m = l->m;

	put(l, "", map_not_done(m));
	put(l, "", map_verdict(m));
	put_costs(l);
	put(l, "", map_widest(m));
	put(l, "", "At how many points each is the fastest, and its time as a multiple of mainline's, per-section:");
	put_grid(l, map_table_counts(m));
	put(l, "", MAP_COUNTS_KEY);
	put(l, "", map_alike(m));
	put_changes(l);
	put_worst(l);
	put(l, "", report_printf(m->r, "Made by hptsim %s; the sweep again:", m->version));
	put_command(l, map_sweep_command(m));
}

bool map_markdown(struct map *m, bool drawn, FILE *out)
{
	struct letter l = { m, out, true };

	fprintf(out, "# Resizing the HPT: %s\n\n", escaped(&l, map_title(m)));
	put_all(&l);
	put(&l, "", map_not_drawn(m));
	put(&l, "", drawn ? "Beside this file: report.html with maps and all points, report.json for programs." :
	    "Beside this file: report.html with all points, report.json for programs. The plots are missing: gnuplot failed.");
	return !m->r->no_memory;
}

bool map_mail(struct map *m, FILE *out)
{
	struct letter l = { m, out, false };

	put(&l, "", report_printf(m->r, "Resizing the HPT: %s.", map_title(m)));
	put_all(&l);
	return !m->r->no_memory;
}
