// SPDX-License-Identifier: GPL-2.0-or-later
/* The two maps of a sweep: who is the fastest, and how each does against mainline. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "report/map_sheet.h"

#define ALL_TIE		0xdddddd	/* also: neither more nor less than mainline */
#define MARK		0xa40e26	/* some policy did not do its work here */
#define NO_FIGURES	18.0		/* cells below this height have none */
#define LETTER		6.6
#define STEPS		3		/* of the scale of ratios, on either side */

const char *map_short_ratio(struct map *m, double ratio)
{
	int digits = ratio >= 99.5 ? 0 : ratio >= 9.95 ? 1 : ratio >= 0.0995 ? 2 : ratio >= 0.00995 ? 3 : 4;

	return report_printf(m->r, "%.*f", digits, ratio);
}

/* Why a point has no fastest policy. */
static enum map_state state_of(const struct map *m, uint64_t point, size_t first, size_t count)
{
	enum map_state state = MAP_MISSING;

	for (size_t i = first; i < first + count; i++) {
		int64_t ns = map_cell(m, point, i);

		if (ns >= 0)
			return MAP_DONE;
		if (ns == MAP_SHORT || (ns == MAP_ENDED && state != MAP_SHORT) || (ns == MAP_INVALID && state == MAP_MISSING))
			state = (enum map_state)ns;
	}
	return state;
}

static void put_without_time(struct sheet *s, struct sheet_box box, uint64_t point, enum map_state state)
{
	static const struct { enum sheet_fill fill; const char *text, *what; } looks[] = {
		[-MAP_MISSING] = { SHEET_EMPTY, "?", "missing" }, [-MAP_SHORT] = { SHEET_SHORT, "", "fell short" },
		[-MAP_ENDED] = { SHEET_ENDED, "", "did not end" }, [-MAP_INVALID] = { SHEET_EMPTY, MISSING, "not valid" },
	};

	sheet_cell(s, box, looks[-state].fill, MARK, point, looks[-state].what);
	sheet_text(s, (box.left + box.right) / 2, (box.top + box.bottom) / 2, SHEET_CENTRE, 10, false, looks[-state].text);
}

/* A small square in the upper right corner. */
static void put_mark(struct sheet *s, struct sheet_box box, uint64_t point)
{
	for (size_t i = 0; i < s->m->policy_count; i++) {
		int64_t ns = map_cell(s->m, point, i);

		if (ns != MAP_SHORT && ns != MAP_ENDED)
			continue;
		sheet_cell(s, (struct sheet_box){ box.right - 6, box.top + 1, box.right - 1, box.top + 6 }, SHEET_COLOUR, MARK, point,
			   "some did not do their work");
		return;
	}
}

/* "A=C"; if that does not fit "AC"; if not even that, how many. */
static const char *letters_of(struct map *m, uint64_t point, int64_t best, size_t winners, double width)
{
	for (int equals = 1; equals >= 0; equals--) {
		const char *text = "";

		for (size_t j = 0; j < m->group_count && text; j++)
			if (map_cell(m, point, m->groups[j].policy) == best)
				text = report_printf(m->r, "%s%s%s", text, *text && equals ? "=" : "", m->groups[j].letter);
		if (LETTER * (double)sheet_length(text) <= width)
			return text;
	}
	return report_printf(m->r, "%zu", winners);
}

static void put_winners(struct sheet *s, struct sheet_box box, uint64_t point, const void *ctx)
{
	struct map *m = s->m;
	int64_t best = map_least_above(m, point, -1), next = best < 0 ? -1 : map_least_above(m, point, best);
	double width = box.right - box.left, x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2, left = box.left;
	bool two_lines = next >= 0 && best > 0 && width >= 24, figures = box.bottom - box.top >= NO_FIGURES;
	size_t winners = 0, at = 0;

	if (best < 0) {
		put_without_time(s, box, point, state_of(m, point, 0, m->policy_count));
		return;
	}
	for (size_t j = 0; j < m->group_count; j++)
		winners += map_cell(m, point, m->groups[j].policy) == best;
	for (size_t j = 0; j < m->group_count; j++) {
		const struct map_group *g = &m->groups[j];
		struct sheet_box part = box;

		if (map_cell(m, point, g->policy) != best)
			continue;
		part.left = left;
		part.right = left = box.left + width * (double)++at / (double)winners;
		sheet_cell(s, part, SHEET_COLOUR, map_all_tie(m, point) ? ALL_TIE : g->colour, point, g->label);
	}
	put_mark(s, box, point);
	if (figures && width >= 9)
		sheet_text(s, x, y - (two_lines ? 6 : 0), SHEET_CENTRE, 10, true,
			   map_all_tie(m, point) ? "all" : letters_of(m, point, best, winners, width));
	if (figures && two_lines)
		sheet_text(s, x, y + 6, SHEET_CENTRE, 9, true, (double)next <= REPORT_ABOUT_SAME * (double)best ? "\xe2\x89\x88" :
			   report_printf(m->r, width >= 36 ? "%s\xc3\x97" : "%s", map_short_ratio(m, (double)next / (double)best)));
}

static void put_title(struct sheet *s, const char *title)
{
	struct map *m = s->m;
	const char *constants = map_combo_text(m, 0, true);
	const char *line = report_printf(m->r, "%s: %s%s%s", m->scenario, title, constants && *constants ? "; " : "", constants);

	sheet_text(s, 8, 12, SHEET_LEFT, 11, false, sheet_cut(m, line, (size_t)((SHEET_WIDTH - 16) / SHEET_LARGE)));
	s->y = 26;
}

static bool any_state(const struct map *m, enum map_state state)
{
	for (uint64_t i = 0; i < m->points * m->policy_count; i++)
		if (m->cells[i] == (int64_t)state)
			return true;
	return false;
}

/* What the cells without a time are. @whole: a cell stands for all policies */
static void put_states(struct sheet *s, bool whole)
{
	struct map *m = s->m;
	bool fell_short = any_state(m, MAP_SHORT), ended = any_state(m, MAP_ENDED);

	if (whole && (fell_short || ended))
		sheet_legend(s, SHEET_COLOUR, MARK, "", "in the corner: some policy did not do its work");
	if (fell_short && (!whole || m->none_did))
		sheet_legend(s, SHEET_SHORT, MARK, "", whole ? "no policy did its work" : "fell short of its work");
	if (ended && (!whole || m->none_did))
		sheet_legend(s, SHEET_ENDED, MARK, "", whole ? "no run got to its end" : "did not get to its end");
	if (any_state(m, MAP_MISSING))
		sheet_legend(s, SHEET_EMPTY, 0, "", "? not in the file");
	if (m->invalid)
		sheet_legend(s, SHEET_EMPTY, 0, "", MISSING " not a valid scenario");
	sheet_legend_end(s);
}

/* That have several values and are drawn along no axis. */
static size_t keys_between(const struct map *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->axis_count; i++)
		count += i != m->x && i != m->y && m->axes[i].count > 1;
	return count < 4 ? count : 4;
}

static bool any_all_tie(const struct map *m)
{
	for (uint64_t point = 1; point <= m->points; point++)
		if (map_all_tie(m, point))
			return true;
	return false;
}

bool map_draw_winners(struct map *m, FILE *out)
{
	uint64_t count = m->combos < MAP_PANELS_MAX ? m->combos : MAP_PANELS_MAX;
	struct panels p;
	struct sheet s;

	if (!sheet_begin(&s, m))
		return false;
	put_title(&s, "which policy is the fastest");
	for (size_t j = 0; j < m->group_count; j++)
		if (m->groups[j].shown)
			sheet_legend(&s, SHEET_COLOUR, m->groups[j].colour, m->groups[j].letter, m->groups[j].label);
	if (any_all_tie(m))
		sheet_legend(&s, SHEET_COLOUR, ALL_TIE, "all", "all that did their work");
	sheet_legend_end(&s);
	put_states(&s, true);
	sheet_text(&s, 8, s.y + 4, SHEET_LEFT, 10, false, "A=B, AB: a tie; a figure alone: of so many. Below: what the next one takes, as a multiple; \xe2\x89\x88: 1% more at most.");
	s.y += 20;
	panels_begin(&p, &s, (size_t)count, count > 1 ? keys_between(m) : 0);
	for (uint64_t combo = 0; combo < count; combo++)
		panels_put(&p, map_combo_text(m, combo, false), combo, put_winners, NULL);
	panels_end(&p);
	return sheet_end(&s, "which policy is the fastest", out);
}

/* From blue for less time over nearly white to orange for more, by the logarithm, as far on either side. */
static unsigned ratio_colour(const struct map *m, double ratio)
{
	static const int ends[2][3] = { { 0x4a, 0x9b, 0xd0 }, { 0xe0, 0x82, 0x14 } }, middle[3] = { 0xf4, 0xf4, 0xf4 };
	double at = log(ratio) / fmax(m->spread, log(1.1));
	const int *end = ends[at > 0];
	unsigned colour = 0;

	at = fmin(fabs(at), 1);
	for (int i = 0; i < 3; i++)
		colour = colour << 8 | (unsigned)lround(middle[i] + at * (end[i] - middle[i]));
	return colour;
}

static void put_ratio(struct sheet *s, struct sheet_box box, uint64_t point, const void *ctx)
{
	struct map *m = s->m;
	const struct map_group *g = ctx;
	double ratio = map_ratio(m, point, g->policy), width = box.right - box.left;
	const char *text;

	if (map_cell(m, point, g->policy) < 0) {
		put_without_time(s, box, point, state_of(m, point, g->policy, 1));
		return;
	}
	if (ratio <= 0) {
		sheet_cell(s, box, SHEET_EMPTY, 0, point, "no ratio");
		sheet_text(s, (box.left + box.right) / 2, (box.top + box.bottom) / 2, SHEET_CENTRE, 10, false, "/");
		return;
	}
	sheet_cell(s, box, SHEET_COLOUR, ratio_colour(m, ratio), point, report_printf(m->r, "%.9g", ratio));
	text = ratio > 1 || ratio < 1 ? map_short_ratio(m, ratio) : "1";
	if (box.bottom - box.top >= 12 && 5.4 * (double)sheet_length(text) <= width + 1)
		sheet_text(s, (box.left + box.right) / 2, (box.top + box.bottom) / 2, SHEET_CENTRE, width >= 34 ? 10 : 9, true, text);
}

static void put_scale(struct sheet *s)
{
	struct map *m = s->m;

	for (int i = -STEPS; i <= STEPS; i++) {
		double ratio = exp(fmax(m->spread, log(1.1)) * i / STEPS);

		sheet_legend(s, SHEET_COLOUR, ratio_colour(m, ratio), "", report_printf(m->r, i ? "%s\xc3\x97" : "1\xc3\x97", map_short_ratio(m, ratio)));
	}
	sheet_legend_end(s);
}

static bool no_ratio_anywhere(const struct map *m)
{
	for (uint64_t point = 1; point <= m->points; point++)
		for (size_t i = 0; i < m->policy_count; i++)
			if (map_cell(m, point, i) >= 0 && map_ratio(m, point, i) <= 0)
				return true;
	return false;
}

/* Mainline itself, whose ratios are 1 everywhere. */
static bool is_plain_mainline(const struct map *m, const struct map_group *g)
{
	if (g->policy != m->mainline || g->count > 1 || m->group_count == 1)
		return false;
	return !m->policies[g->policy].fell_short && !m->policies[g->policy].ended && !m->policies[g->policy].missing;
}

/* All of the group, if there is room. */
static const char *title_of(const struct panels *p, const struct map_group *g)
{
	const char *all = report_printf(p->s->m->r, "%s  %s", g->letter, g->label);

	return SHEET_LARGE * (double)sheet_length(all) <= p->width ? all : report_printf(p->s->m->r, "%s  %s", g->letter, g->name);
}

bool map_draw_ratios(struct map *m, uint64_t combo, FILE *out)
{
	const char *title = m->mainline == MAP_NONE ? "time as a multiple of the fastest" : "time as a multiple of mainline's, " MAINLINE;
	const char *at = map_combo_text(m, combo, false);
	struct panels p;
	struct sheet s;

	if (!sheet_begin(&s, m))
		return false;
	put_title(&s, title);
	if (at && *at) {
		sheet_text(&s, 8, s.y + 4, SHEET_LEFT, 11, false, sheet_cut(m, at, (size_t)((SHEET_WIDTH - 16) / SHEET_LARGE)));
		s.y += 20;
	}
	put_scale(&s);
	if (no_ratio_anywhere(m))
		sheet_legend(&s, SHEET_EMPTY, 0, "", "/ mainline did not do its work");
	put_states(&s, false);
	panels_begin(&p, &s, m->group_count > 1 ? m->group_count : 2, 1);
	for (size_t j = 0; j < m->group_count; j++)
		if (!is_plain_mainline(m, &m->groups[j]))
			panels_put(&p, title_of(&p, &m->groups[j]), combo, put_ratio, &m->groups[j]);
	panels_end(&p);
	return sheet_end(&s, title, out);
}
