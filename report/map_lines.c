// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a sweep of one key: what each policy takes along it, as the data that plot/sweep_line.gp draws. */
#include <inttypes.h>
#include <math.h>

#include "report/curves.h"
#include "report/map_sheet.h"

#define EDGE		0.05	/* left free at either end */
#define LABEL_MAX	85	/* more have no room in a row of the legend */

static void put_point(const struct map *m, size_t policy, double x, uint64_t point, FILE *out)
{
	int64_t ns = map_cell(m, point, policy);
	double ratio = map_ratio(m, point, policy);

	fprintf(out, "%.6f\t", x);
	if (ns > 0)
		fprintf(out, "%.9g\t", report_seconds(ns));
	else
		fputs("NaN\t", out);
	if (ratio > 0)
		fprintf(out, "%.9g", ratio);
	else
		fputs("NaN", out);
	fprintf(out, "\t%d\t%" PRIu64 "\n", ns == MAP_SHORT ? 1 : ns == MAP_ENDED ? 2 : ns < 0 ? 3 : 0, point);
}

/* Where the value at a place is: by the logarithm or, as steps are alike or mean nothing, one after the other. */
static double at(const struct map_axis *axis, const size_t *places, size_t count, size_t i)
{
	double part = count > 1 ? (double)i / (double)(count - 1) : 0.5;

#define LOG(i)	log((double)axis->numbers[axis->sorted[places[i]]])
	if (axis->scale == MAP_LOG)
		part = (LOG(i) - LOG(0)) / (LOG(count - 1) - LOG(0));
#undef LOG
	return EDGE + (1 - 2 * EDGE) * part;
}

bool map_draw_lines(struct map *m, FILE *out)
{
	const struct map_axis *axis = &m->axes[m->x];
	size_t places[SHEET_VALUES_MAX], count;
	double edges[SHEET_VALUES_MAX + 1];
	const char *constants = map_combo_text(m, 0, true);

	count = panels_places(axis, places, edges);
	report_put_text(out, report_printf(m->r, "%s: time under each policy%s%s", m->scenario, constants && *constants ? "; " : "", constants));
	fputc('\t', out);
	report_put_text(out, panels_key(m, m->x));
	fprintf(out, "\t%d\t%zu\n", m->mainline != MAP_NONE, m->group_count);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%.6f\t", at(axis, places, count, i));
		report_put_text(out, sheet_cut(m, axis->texts[axis->sorted[places[i]]], 18));
		fputc('\n', out);
	}
	for (size_t j = 0; j < m->group_count; j++) {
		fputs("\n\n", out);
		report_put_text(out, report_printf(m->r, "%s  %s", m->groups[j].letter, sheet_length(m->groups[j].label) <= LABEL_MAX ?
						   m->groups[j].label : m->groups[j].name));
		fputc('\n', out);
		for (size_t i = 0; i < count; i++)
			put_point(m, m->groups[j].policy, at(axis, places, count, i),
				  map_combo_point(m, 0) + axis->sorted[places[i]] * axis->stride, out);
	}
	return !m->r->no_memory;
}
