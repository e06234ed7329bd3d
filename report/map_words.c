// SPDX-License-Identifier: GPL-2.0-or-later
/* What a sweep says, in words. */
#include <inttypes.h>
#include <string.h>

#include "base/format.h"
#include "report/map_pages.h"
#include "report/map_sheet.h"
#include "report/words.h"

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define ORDERS(n)	format_orders((char[FORMAT_MAX]){ 0 }, n)
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static const char *of_points(struct map *m, uint64_t count)
{
	return report_printf(m->r, "%s of %s point%s", COUNT(count), COUNT(m->points), plural(m->points));
}

const char *map_title(struct map *m)
{
	return report_printf(m->r, "%s, %s point%s, %zu polic%s", m->scenario, COUNT(m->points), plural(m->points), m->policy_count,
			     m->policy_count == 1 ? "y" : "ies");
}

/* "a, b and c" */
static const char *members(struct map *m, size_t group)
{
	const char *list = NULL;
	size_t left = m->groups[group].count;

	for (size_t i = 0; i < m->policy_count && left; i++)
		if (m->policies[i].group == group)
			list = words_list(m->r, list, m->policies[i].name, --left == 0);
	return list;
}

const char *map_point_text(struct map *m, uint64_t point)
{
	const char *text = "";

	for (size_t i = 0; i < m->axis_count && text; i++)
		text = report_printf(m->r, "%s%s%s=%s", text, i ? ", " : "", m->axes[i].key, m->axes[i].texts[map_value(m, point, i)]);
	return text;
}

const char *map_names_at(struct map *m, uint64_t point, int64_t ns)
{
	const char *text = "";

	for (size_t j = 0; j < m->group_count && text; j++)
		if (ns >= 0 && map_cell(m, point, m->groups[j].policy) == ns)
			text = report_printf(m->r, "%s%s%s", text, *text ? " = " : "", m->groups[j].name);
	return text;
}

const char *map_only_at(struct map *m, uint64_t point, uint64_t other)
{
	int64_t best = map_least_above(m, point, -1), best_other = map_least_above(m, other, -1);
	const char *text = "";

	for (size_t j = 0; j < m->group_count && text; j++)
		if (map_cell(m, point, m->groups[j].policy) == best && map_cell(m, other, m->groups[j].policy) != best_other)
			text = report_printf(m->r, "%s%s%s", text, *text ? ", " : "", m->groups[j].name);
	return text && *text ? text : MISSING;
}

const char *map_trouble_text(struct map *m, const struct map_trouble *t)
{
	const char *memory = "";

	if (t->text)
		return report_printf(m->r, "did not get to its end: %s", t->text);
	if (t->memory_wanted_bytes != t->memory_end_bytes)
		memory = report_printf(m->r, ", %s of memory at the end, not %s", BYTES(t->memory_end_bytes), BYTES(t->memory_wanted_bytes));
	return report_printf(m->r, "%s request%s failed or fell short%s", COUNT(t->failed_requests), plural((uint64_t)t->failed_requests), memory);
}

/* "Fell short at 3 of 24 points: a, b." for each group that did, by @ended those that did not get to the end. */
static const char *troubles(struct map *m, bool ended)
{
	const char *text = "";

	for (size_t j = 0; j < m->group_count && text; j++) {
		const struct map_policy *p = &m->policies[m->groups[j].policy];
		uint64_t count = ended ? p->ended : p->fell_short;

		if (count)
			text = report_printf(m->r, "%s%s at %s", *text ? report_printf(m->r, "%s; ", text) : "", members(m, j), of_points(m, count));
	}
	return text && *text ? report_printf(m->r, ended ? "Not ended, and so not ranked there: %s. " : "Not ranked where they fell short of "
					     "what was asked of them: %s. ", text) : text;
}

const char *map_not_done(struct map *m)
{
	const char *text = report_printf(m->r, "%s%s", troubles(m, true), troubles(m, false));

	if (text && m->none_did)
		text = report_printf(m->r, "%sNo policy did all its work at %s. ", text, of_points(m, m->none_did));
	if (text && m->missing)
		text = report_printf(m->r, "%sNot in the file: runs of %s; 'hptsim merge' says how to make them. ", text, of_points(m, m->missing));
	if (text && m->invalid)
		text = report_printf(m->r, "%sNot a valid scenario: %s. ", text, of_points(m, m->invalid));
	return text;
}

static uint64_t wins(const struct map *m, size_t group)
{
	const struct map_policy *p = &m->policies[m->groups[group].policy];

	return p->alone + p->tied;
}

/* "a, b and c" of all policies whose groups are the fastest at @least points at least and @most at most */
static const char *winners(struct map *m, uint64_t least, uint64_t most)
{
	const char *text = NULL;
	size_t left = 0;

	for (size_t j = 0; j < m->group_count; j++)
		left += wins(m, j) >= least && wins(m, j) <= most ? m->groups[j].count : 0;
	for (size_t j = 0; j < m->group_count; j++)
		for (size_t i = 0; i < m->policy_count && wins(m, j) >= least && wins(m, j) <= most; i++)
			if (m->policies[i].group == j)
				text = words_list(m->r, text, m->policies[i].name, --left == 0);
	return text;
}

const char *map_verdict(struct map *m)
{
	const char *text, *never;

	if (!m->compared)
		return report_printf(m->r, "No verdict: at no point did a policy do all its work.");
	if (m->group_count == 1)
		return report_printf(m->r, "All policies take the same time at every point.");
	text = winners(m, m->compared, m->compared);
	if (text)
		text = report_printf(m->r, "Fastest at all %s points%s, alone or tied: %s.", COUNT(m->compared),
				     m->compared < m->points ? " that can be compared" : "", text);
	else
		text = "No policy is the fastest everywhere.";
	for (size_t j = 0, more = 0; j < m->group_count && wins(m, j); j++)
		if (wins(m, j) < m->compared)
			text = report_printf(m->r, "%s%s %s at %s%s", text, more++ ? ";" : " Alone or tied:", members(m, j), COUNT(wins(m, j)),
					     j + 1 == m->group_count || !wins(m, j + 1) ? report_printf(m->r, " of %s.", COUNT(m->compared)) : "");
	never = winners(m, 0, 0);
	return text && never ? report_printf(m->r, "%s Nowhere the fastest: %s.", text, never) : text;
}

static bool tells_cost(const struct map *m, size_t policy)
{
	return m->policies[policy].alone || m->policies[policy].tied || policy == m->mainline;
}

static const char *cost_text(struct map *m, const struct map_policy *p)
{
	const char *table = p->table_above ? report_printf(m->r, "leaves a table of up to %s times the smallest at the same point",
							   ORDERS(p->table_above)) : "nowhere leaves a larger table than others";

	return report_printf(m->r, "longest stall %s, host memory up to %s, %s failed resizes; %s", NS(p->stall_max_ns),
			     BYTES(p->host_peak_bytes), COUNT(p->resize_failures), table);
}

const char *map_cost(struct map *m, size_t policy)
{
	const char *text = tells_cost(m, policy) ? cost_text(m, &m->policies[policy]) : NULL, *list = NULL;

	for (size_t i = 0; i < m->policy_count && text; i++) {
		const char *other = tells_cost(m, i) ? cost_text(m, &m->policies[i]) : NULL;

		if (!other || strcmp(other, text) != 0)
			continue;
		if (i < policy)
			return NULL;
		list = words_list(m->r, list, m->policies[i].name, false);
	}
	return list && text ? report_printf(m->r, "%s: %s.", list, text) : NULL;
}

const char *map_widest(struct map *m)
{
	uint64_t at = 0;
	double most = 1;

	for (uint64_t point = 1; point <= m->points; point++) {
		int64_t best = map_least_above(m, point, -1), next = best > 0 ? map_least_above(m, point, best) : -1;

		if (next > 0 && (double)next / (double)best > most) {
			most = (double)next / (double)best;
			at = point;
		}
	}
	if (!at)
		return "";
	return report_printf(m->r, "Widest apart at %s: %s takes %s, the next, %s, %s times as long. %s", map_point_text(m, at), map_names_at(m, at, map_least_above(m, at, -1)),
			     NS(map_least_above(m, at, -1)), map_names_at(m, at, map_least_above(m, at, map_least_above(m, at, -1))), RATIO(most),
			     !m->all_changes ? "The fastest are the same everywhere." :
			     report_printf(m->r, "Who is the fastest changes between %s of neighbouring points, by more than 1%% between %s.",
					   m->all_changes == 1 ? "one pair" : report_printf(m->r, "%s pairs", COUNT(m->all_changes)),
					   COUNT(m->all_changes - m->small_changes)));
}

const char *map_not_drawn(struct map *m)
{
	const char *text = "";

	if (m->combos > MAP_PANELS_MAX)
		text = report_printf(m->r, "%d of %s combinations of the other keys are in the map. ", MAP_PANELS_MAX, COUNT(m->combos));
	if (text && m->combos > MAP_RATIOS_MAX && m->y != MAP_NONE)
		text = report_printf(m->r, "%s%d of %s have a picture of ratios. ", text, MAP_RATIOS_MAX, COUNT(m->combos));
	for (size_t i = 0; i < m->axis_count && text; i++)
		if ((i == m->x || i == m->y) && m->axes[i].count > SHEET_VALUES_MAX)
			text = report_printf(m->r, "%s%d of %s values of %s are drawn. ", text, SHEET_VALUES_MAX, COUNT(m->axes[i].count),
					     m->axes[i].key);
	return text && *text ? report_printf(m->r, "Not all is drawn: %s--x KEY and --y KEY choose the axes; counts and tables are of all points, "
					     "and the view 'point' has them.", text) : text;
}

const char *map_alike(struct map *m)
{
	const char *text = "";

	for (size_t j = 0; j < m->group_count && text; j++)
		if (m->groups[j].count > 1)
			text = report_printf(m->r, "%s%s%s: %s", text, *text ? "; " : "", m->groups[j].name, m->groups[j].label);
	return text && *text ? report_printf(m->r, "The same at every point, and so one in tables and pictures: %s.", text) : text;
}
