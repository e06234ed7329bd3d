// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is the fastest at each point of a sweep, by how much, and where that changes. Equal times are a tie, as hptsim sweep has it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/map.h"

int64_t map_least_above(const struct map *m, uint64_t point, int64_t than)
{
	int64_t least = -1;

	for (size_t i = 0; i < m->policy_count; i++) {
		int64_t ns = map_cell(m, point, i);

		if (ns > than && ns >= 0 && (least < 0 || ns < least))
			least = ns;
	}
	return least;
}

double map_ratio(const struct map *m, uint64_t point, size_t policy)
{
	int64_t ns = map_cell(m, point, policy);
	int64_t to = m->mainline == MAP_NONE ? map_least_above(m, point, -1) : map_cell(m, point, m->mainline);

	return ns >= 0 && to > 0 ? (double)ns / (double)to : 0;
}

/* --- groups --- */

static bool alike(const struct map *m, size_t a, size_t b)
{
	for (uint64_t point = 1; point <= m->points; point++)
		if (map_cell(m, point, a) != map_cell(m, point, b))
			return false;
	return true;
}

static uint64_t wins(const struct map *m, const struct map_group *g)
{
	return m->policies[g->policy].alone + m->policies[g->policy].tied;
}

/* Who is the fastest at most points comes first, and gets the first colour. */
static void sort_groups(struct map *m)
{
	for (size_t i = 1; i < m->group_count; i++)
		for (size_t j = i; j > 0 && wins(m, &m->groups[j]) > wins(m, &m->groups[j - 1]); j--) {
			struct map_group g = m->groups[j];

			m->groups[j] = m->groups[j - 1];
			m->groups[j - 1] = g;
		}
}

static void name_group(struct map *m, struct map_group *g)
{
	for (size_t i = 0; i < m->policy_count; i++) {
		if (i == g->policy)
			g->label = m->policies[i].name;
		else if (i > g->policy && m->policies[i].group == g->policy)
			g->label = report_printf(m->r, "%s, %s", g->label, m->policies[i].name);
	}
	g->name = m->policies[g->policy].name;
	if (g->count > 1)
		g->name = report_printf(m->r, "%s +%zu", g->name, g->count - 1);
}

bool map_all_tie(const struct map *m, uint64_t point)
{
	int64_t best = map_least_above(m, point, -1);
	size_t winners = 0;

	for (size_t j = 0; j < m->group_count; j++)
		winners += best >= 0 && map_cell(m, point, m->groups[j].policy) == best;
	return winners > 1 && map_least_above(m, point, best) < 0;
}

static bool is_shown(const struct map *m, const struct map_group *g)
{
	for (uint64_t point = 1; point <= m->points; point++) {
		int64_t best = map_least_above(m, point, -1);

		if (best >= 0 && map_cell(m, point, g->policy) == best && !map_all_tie(m, point))
			return true;
	}
	return false;
}

static void make_groups(struct map *m)
{
	/* Paul Tol's light colours, made for cells with black text in them: told apart with any colour vision */
	static const unsigned colours[] = { 0x77aadd, 0xee8866, 0xeedd88, 0x44bb99, 0xffaabb, 0x99ddff, 0xbbcc33, 0xaaaa00 };

	size_t colour = 0;

	m->groups = report_alloc(m->r, m->policy_count * sizeof(*m->groups));
	for (size_t i = 0; i < m->policy_count && m->groups; i++) {
		size_t j = 0;

		while (j < m->group_count && !alike(m, i, m->groups[j].policy))
			j++;
		if (j == m->group_count)
			m->groups[m->group_count++].policy = i;
		m->groups[j].count++;
		m->policies[i].group = m->groups[j].policy;
	}
	sort_groups(m);
	for (size_t j = 0; j < m->group_count; j++) {
		struct map_group *g = &m->groups[j];

		name_group(m, g);
		g->shown = is_shown(m, g);
		g->colour = colours[colour % (sizeof(colours) / sizeof(colours[0]))];
		colour += g->shown;
		g->letter[0] = (char)('A' + j % 26);
		if (j >= 26)
			g->letter[1] = (char)('0' + j / 26 % 10);
	}
	/* from the first policy of a group to the group */
	for (size_t i = 0; i < m->policy_count && m->groups; i++)
		for (size_t j = 0; j < m->group_count; j++)
			if (m->groups[j].policy == m->policies[i].group) {
				m->policies[i].group = j;
				break;
			}
}

/* --- counts --- */

static void count_ratio(struct map *m, uint64_t point, size_t policy)
{
	struct map_policy *p = &m->policies[policy];
	double ratio = map_ratio(m, point, policy);

	if (ratio <= 0)
		return;
	p->low = !p->ratio_count || ratio < p->low ? ratio : p->low;
	p->high = !p->ratio_count || ratio > p->high ? ratio : p->high;
	p->log_sum += log(ratio);
	p->ratio_count++;
	p->worse += m->mainline != MAP_NONE && ratio > REPORT_ABOUT_SAME;
	m->spread = fmax(m->spread, fabs(log(ratio)));
}

static void count_run(struct map *m, uint64_t point, size_t policy, int64_t best, size_t best_count)
{
	struct map_policy *p = &m->policies[policy];
	int64_t ns = map_cell(m, point, policy);

	if (ns == MAP_SHORT)
		p->fell_short++;
	else if (ns == MAP_ENDED)
		p->ended++;
	else if (ns == MAP_MISSING)
		p->missing++;
	else if (ns == best && best_count > 1)
		p->tied++;
	else if (ns == best)
		p->alone++;
	else if (ns >= 0)
		p->slower++;
	if (ns > best && (double)ns <= REPORT_ABOUT_SAME * (double)best)
		p->near++;
	count_ratio(m, point, policy);
}

static void count_table(struct map *m, uint64_t point)
{
	const uint8_t *shifts = m->shifts + (point - 1) * m->policy_count;
	uint8_t least = UINT8_MAX;

	for (size_t i = 0; i < m->policy_count; i++)
		if (map_cell(m, point, i) >= 0 && shifts[i] < least)
			least = shifts[i];
	for (size_t i = 0; i < m->policy_count; i++)
		if (map_cell(m, point, i) >= 0 && shifts[i] - least > m->policies[i].table_above)
			m->policies[i].table_above = shifts[i] - least;
}

static void count_point(struct map *m, uint64_t point)
{
	int64_t best = map_least_above(m, point, -1);
	size_t best_count = 0, missing = 0, runs = 0;
	bool invalid = false;

	for (size_t i = 0; i < m->policy_count; i++) {
		int64_t ns = map_cell(m, point, i);

		best_count += ns >= 0 && ns == best;
		missing += ns == MAP_MISSING;
		invalid = invalid || ns == MAP_INVALID;
		runs += ns >= 0 || ns == MAP_SHORT || ns == MAP_ENDED;
	}
	m->invalid += invalid;
	m->missing += missing > 0;
	m->compared += best >= 0;
	m->none_did += best < 0 && runs;
	for (size_t i = 0; i < m->policy_count; i++)
		count_run(m, point, i, best, best_count);
	count_table(m, point);
}

/* --- the worst points of each --- */

static void keep_worst(struct map_group *g, uint64_t point, double ratio)
{
	size_t i;

	if (g->worst_count == MAP_WORST_MAX && g->worst[MAP_WORST_MAX - 1].ratio >= ratio)
		return;
	if (g->worst_count < MAP_WORST_MAX)
		g->worst_count++;
	for (i = g->worst_count - 1; i > 0 && g->worst[i - 1].ratio < ratio; i--)
		g->worst[i] = g->worst[i - 1];
	g->worst[i] = (struct map_worst){ point, ratio };
}

static void find_worst(struct map *m, struct map_group *g)
{
	for (uint64_t point = 1; point <= m->points; point++) {
		int64_t ns = map_cell(m, point, g->policy), best = map_least_above(m, point, -1);

		if (ns > best && best > 0)
			keep_worst(g, point, (double)ns / (double)best);
	}
}

/* --- where it changes --- */

/* What those take at @point that are the fastest at @other but not there, the most of them; 0: there are none. */
static double loss(const struct map *m, uint64_t point, uint64_t other)
{
	int64_t best = map_least_above(m, point, -1), best_other = map_least_above(m, other, -1);
	double most = 0;

	for (size_t i = 0; i < m->policy_count; i++) {
		int64_t ns = map_cell(m, point, i);

		if (map_cell(m, other, i) != best_other || ns == best || ns == MAP_MISSING)
			continue;
		most = fmax(most, ns < 0 || !best ? INFINITY : (double)ns / (double)best);
	}
	return most;
}

static double size_of(const struct map_change *c)
{
	return fmax(c->at_from, c->at_to);
}

static void keep_change(struct map *m, struct map_change c)
{
	size_t i;

	m->all_changes++;
	m->small_changes += size_of(&c) <= REPORT_ABOUT_SAME;
	if (m->change_count == MAP_CHANGES_MAX && size_of(&m->changes[MAP_CHANGES_MAX - 1]) >= size_of(&c))
		return;
	if (m->change_count < MAP_CHANGES_MAX)
		m->change_count++;
	for (i = m->change_count - 1; i > 0 && size_of(&m->changes[i - 1]) < size_of(&c); i--)
		m->changes[i] = m->changes[i - 1];
	m->changes[i] = c;
}

static void find_changes(struct map *m, uint64_t point)
{
	if (map_least_above(m, point, -1) < 0)
		return;
	for (size_t i = 0; i < m->axis_count; i++) {
		const struct map_axis *axis = &m->axes[i];
		size_t value = map_value(m, point, i), place = axis->place[value] + 1;
		uint64_t next;
		struct map_change c;

		if (place == axis->count)
			continue;
		next = point - value * axis->stride + axis->sorted[place] * axis->stride;
		if (map_least_above(m, next, -1) < 0)
			continue;
		c = (struct map_change){ point, next, i, loss(m, point, next), loss(m, next, point) };
		if (c.at_from > 0 || c.at_to > 0)
			keep_change(m, c);
	}
}

void map_judge(struct map *m)
{
	m->mainline = MAP_NONE;
	for (size_t i = 0; i < m->policy_count; i++)
		if (strcmp(m->policies[i].name, MAINLINE) == 0)
			m->mainline = i;
	for (uint64_t point = 1; point <= m->points; point++)
		count_point(m, point);
	make_groups(m);
	for (size_t j = 0; j < m->group_count; j++)
		find_worst(m, &m->groups[j]);
	for (uint64_t point = 1; point <= m->points; point++)
		find_changes(m, point);
}
