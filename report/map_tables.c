// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in tables, of the page as of Markdown and mails. */
#include <inttypes.h>
#include <math.h>

#include "base/format.h"
#include "report/map_pages.h"

#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

static void add_ratio(struct grid *g, double ratio)
{
	grid_add(g, ratio > 0 ? RATIO(ratio) : MISSING);
}

struct grid map_table_counts(struct map *m)
{
	struct grid g = { .r = m->r };

	grid_heads(&g, (const char *[]){ "policy", "short", "first", "tied", "near", "slower", "mean", "high", "worse", NULL });
	if (m->missing)
		grid_head(&g, "none");
	for (size_t j = 0; j < m->group_count; j++) {
		for (size_t i = 0; i < m->policy_count; i++) {
			const struct map_policy *p = &m->policies[i];

			if (p->group != j)
				continue;
			grid_add(&g, p->name);
			grid_add(&g, COUNT(p->fell_short + p->ended));
			grid_add(&g, COUNT(p->alone));
			grid_add(&g, COUNT(p->tied));
			grid_add(&g, COUNT(p->near));
			grid_add(&g, COUNT(p->slower));
			add_ratio(&g, p->ratio_count ? exp(p->log_sum / (double)p->ratio_count) : 0);
			add_ratio(&g, p->ratio_count ? p->high : 0);
			grid_add(&g, m->mainline == MAP_NONE ? MISSING : COUNT(p->worse));
			if (m->missing)
				grid_add(&g, COUNT(p->missing));
		}
	}
	return g;
}

static const char *times(struct map *m, double ratio)
{
	return ratio <= 0 ? MISSING : isinf(ratio) ? "short" : report_printf(m->r, "%s\xc3\x97", RATIO(ratio));
}

/* Of the point itself: what the key that changes has there, and what the others have. */
static const char *others(struct map *m, const struct map_change *c)
{
	const char *text = "";

	for (size_t i = 0; i < m->axis_count && text; i++)
		if (i != c->axis)
			text = report_printf(m->r, "%s%s%s=%s", text, *text ? ", " : "", m->axes[i].key, m->axes[i].texts[map_value(m, c->from, i)]);
	return text && *text ? text : MISSING;
}

struct grid map_table_changes(struct map *m, size_t most)
{
	struct grid g = { .r = m->r };

	grid_heads(&g, (const char *[]){ "from", "to", "at", "no longer the fastest", "take then", "newly the fastest", "took before", NULL });
	for (size_t i = 0; i < m->change_count && i < most; i++) {
		const struct map_change *c = &m->changes[i];
		const struct map_axis *axis = &m->axes[c->axis];

		grid_add(&g, report_printf(m->r, "%s=%s", axis->key, axis->texts[map_value(m, c->from, c->axis)]));
		grid_add(&g, axis->texts[map_value(m, c->to, c->axis)]);
		grid_add(&g, others(m, c));
		grid_add(&g, map_only_at(m, c->from, c->to));
		grid_add(&g, times(m, c->at_to));
		grid_add(&g, map_only_at(m, c->to, c->from));
		grid_add(&g, times(m, c->at_from));
	}
	return g;
}
