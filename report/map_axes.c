// SPDX-License-Identifier: GPL-2.0-or-later
/* Which key of a sweep is drawn along which axis, in which order and scale. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/map.h"

/* The seed is nothing that a guest has: it is an axis when there is no other. */
#define SEED	"seed"

struct numbered {
	int64_t number;
	size_t value;
};

static int by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->value < y->value ? -1 : x->value > y->value;
}

/* Each number the one before times the same, or plus the same; or whatever, over a wide range. */
static enum map_scale scale_of(const struct map_axis *axis)
{
	bool sums = true;
	const int64_t *n = axis->numbers;
	/* what is much nearer to its neighbour than others would have no room, or make the others too large */
	double first, last, gaps = axis->count > 1 ? (double)(axis->count - 1) : 1, least = axis->count > 8 ? 0.75 : 0.55;

	if (!axis->is_number || axis->count < 2)
		return MAP_EVEN;
	first = (double)n[axis->sorted[0]];
	last = (double)n[axis->sorted[axis->count - 1]];
	for (size_t i = 1; i < axis->count; i++)
		sums = sums && fabs((double)n[axis->sorted[i]] - (double)n[axis->sorted[i - 1]] - (last - first) / gaps) < 0.5;
	if (sums && axis->count > 2)
		return MAP_LINEAR;
	for (size_t i = 1; i < axis->count; i++) {
		double step = (double)n[axis->sorted[i]] / (double)n[axis->sorted[i - 1]];

		if (first <= 0 || step <= 1 || log(step) < least * log(last / first) / gaps)
			return MAP_EVEN;
	}
	return MAP_LOG;
}

static bool sort_axis(struct map *m, struct map_axis *axis)
{
	struct numbered *list = calloc(axis->count, sizeof(*list));

	axis->sorted = report_alloc(m->r, axis->count * sizeof(*axis->sorted));
	axis->place = report_alloc(m->r, axis->count * sizeof(*axis->place));
	if (!list || !axis->sorted || !axis->place) {
		m->r->no_memory = true;
		free(list);
		return false;
	}
	for (size_t i = 0; i < axis->count; i++)
		list[i] = (struct numbered){ axis->is_number ? axis->numbers[i] : 0, i };
	qsort(list, axis->count, sizeof(*list), by_number);
	for (size_t i = 0; i < axis->count; i++) {
		axis->sorted[i] = list[i].value;
		axis->place[list[i].value] = i;
	}
	free(list);
	axis->scale = scale_of(axis);
	return true;
}

/* The first key with several values, if any, that is not @but. */
static size_t candidate(const struct map *m, size_t but)
{
	for (int seeds = 0; seeds < 2; seeds++)
		for (size_t i = 0; i < m->axis_count; i++)
			if (i != but && m->axes[i].count > 1 && (strcmp(m->axes[i].key, SEED) == 0) == seeds)
				return i;
	return MAP_NONE;
}

static bool find_key(struct map *m, const char *option, const char *key, size_t *axis)
{
	const char *all = "";

	*axis = MAP_NONE;
	for (size_t i = 0; i < m->axis_count && key; i++)
		if (strcmp(m->axes[i].key, key) == 0)
			*axis = i;
	if (!key || *axis != MAP_NONE)
		return true;
	for (size_t i = 0; i < m->axis_count; i++)
		all = report_printf(m->r, "%s%s%s", all, i ? ", " : "", m->axes[i].key);
	snprintf(m->r->error, sizeof(m->r->error), "%s: the sweep has no key '%.100s'; it has %s", option, key, all);
	return false;
}

bool map_choose_axes(struct map *m)
{
	const struct report_options *o = m->r->options;

	for (size_t i = 0; i < m->axis_count; i++)
		if (!sort_axis(m, &m->axes[i]))
			return false;
	if (!find_key(m, "--x", o->x, &m->x) || !find_key(m, "--y", o->y, &m->y))
		return false;
	if (m->x != MAP_NONE && m->x == m->y) {
		snprintf(m->r->error, sizeof(m->r->error), "--x and --y are the same key, '%.100s'", o->x);
		return false;
	}
	if (m->x == MAP_NONE)
		m->x = candidate(m, m->y);
	if (m->x == MAP_NONE)
		m->x = m->y == 0 && m->axis_count > 1 ? 1 : 0;
	if (m->x == m->y)
		m->y = MAP_NONE;
	else if (m->y == MAP_NONE)
		m->y = candidate(m, m->x);
	m->combos = m->points / m->axes[m->x].count / (m->y == MAP_NONE ? 1 : m->axes[m->y].count);
	return true;
}

static bool is_drawn(const struct map *m, size_t axis)
{
	return axis == m->x || axis == m->y;
}

uint64_t map_combo_point(const struct map *m, uint64_t combo)
{
	uint64_t point = 1;

	for (size_t i = m->axis_count; i > 0; i--) {
		const struct map_axis *axis = &m->axes[i - 1];

		if (is_drawn(m, i - 1))
			continue;
		point += axis->sorted[combo % axis->count] * axis->stride;
		combo /= axis->count;
	}
	return point;
}

const char *map_combo_text(struct map *m, uint64_t combo, bool constants)
{
	uint64_t point = map_combo_point(m, combo);
	const char *text = "";

	for (size_t i = 0; i < m->axis_count && text; i++)
		if (!is_drawn(m, i) && (m->axes[i].count == 1) == constants)
			text = report_printf(m->r, "%s%s%s=%s", text, *text ? ", " : "", m->axes[i].key,
					     m->axes[i].texts[map_value(m, point, i)]);
	return text;
}
