// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The price of memory that no table had before.
 *
 * The first large table of a boot takes more polls than later ones of its size:
 * the host has to find its pages, and faults when they are touched for the first
 * time. As with clearing, a log shows polls, so a range of prices does as well.
 */
#include <math.h>
#include <stdlib.h>

#include "calibrate/fit_internal.h"

#define FRESH_MAX_PS	20000.0
#define CLEAR_MAX_PS	10000.0
#define BOUNDS_MAX	512

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Is it a line that shows polls, of a table that was made? */
static const struct calib_attempt *shown(const struct problem *p, size_t i)
{
	const struct calib_row *row = &p->data->rows[i];
	const struct calib_attempt *a = &p->data->attempts[row->first_attempt];

	return (p->use && !p->use[row->log]) || row->kind != CALIB_PREPARE || !row->attempt_count || a->known ? NULL : a;
}

/* Prices of @bytes at which a table gets ready just at a poll, with @rest_ns for all else; how many by then. */
static size_t add_bounds(const struct calib_attempt *a, const struct polling *polling, double bytes, double rest_ns,
			 double most_ps, double bounds[BOUNDS_MAX], size_t count)
{
	double poll_ns = a->delay_ns + polling->slack_ns + polling->hcall_ns;

	for (unsigned polls = 1; polls <= POLLS_MAX && count < BOUNDS_MAX; polls++) {
		double ps = (polls * poll_ns - polling->alloc_ns - rest_ns) * 1000 / bytes;

		if (ps > most_ps)
			break;
		if (ps > 0)
			bounds[count++] = ps;
	}
	return count;
}

/* Of clearing, with the memory free. */
static size_t clear_bounds(const struct problem *p, const double *prices, double bounds[BOUNDS_MAX])
{
	struct polling polling = fit_polling(p, prices);
	size_t count = 1, i;

	bounds[0] = 0;
	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_attempt *a = shown(p, i);

		/* later tables tell it: nothing of them is fresh */
		if (a && a->bytes > 0 && a->fresh_bytes <= 0)
			count = add_bounds(a, &polling, a->bytes, 0, CLEAR_MAX_PS, bounds, count);
	}
	qsort(bounds, count, sizeof(*bounds), compare);
	return count;
}

/* Of the memory, with clearing as @prices have it. */
static size_t fresh_bounds(const struct problem *p, const double *prices, double bounds[BOUNDS_MAX])
{
	struct polling polling = fit_polling(p, prices);
	size_t count = 1, i;

	bounds[0] = 0;
	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_attempt *a = shown(p, i);

		if (a && a->fresh_bytes > 0)
			count = add_bounds(a, &polling, a->fresh_bytes, a->bytes * polling.clear_ps / 1000, FRESH_MAX_PS, bounds,
					   count);
	}
	p->fit->fresh_seen = p->fit->fresh_seen || count > 1;
	qsort(bounds, count, sizeof(*bounds), compare);
	return count;
}

/* How many polls off the lines are in all. */
static double off_by(const struct problem *p, const double *prices)
{
	struct polling polling = fit_polling(p, prices);
	double off = 0;
	size_t i;

	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_attempt *a = shown(p, i);

		if (a)
			off += fabs((double)fit_polls(a, &polling, true) - (double)fit_polls(a, &polling, false));
	}
	return off;
}

/* The best price of the memory with clearing as it is, if it is better than @best, which it becomes. */
static bool try_fresh(struct problem *p, double *prices, double bounds[BOUNDS_MAX], double *best)
{
	size_t count = fresh_bounds(p, prices, bounds), i;
	bool found = false;

	for (i = 0; i + 1 < count; i++) {
		double off;

		if (bounds[i] == bounds[i + 1])
			continue;
		prices[p->fresh] = (bounds[i] + bounds[i + 1]) / 2;
		off = off_by(p, prices);
		if (off < *best) {
			*best = off;
			p->fit->fresh_low = bounds[i];
			p->fit->fresh_high = bounds[i + 1];
			found = true;
		} else if (found && off <= *best && p->fit->fresh_high >= bounds[i]) {
			p->fit->fresh_high = bounds[i + 1];	/* the range goes on */
		}
	}
	return found;
}

/* Clearing was fitted without: first tables may have made it dearer than later ones show. */
static void search(struct problem *p, double *prices, double *clears, double *bounds)
{
	double base = (double)cost_get(p->base, p->fresh), clear = prices[p->clear], best;
	size_t count = clear_bounds(p, prices, clears), i;

	prices[p->fresh] = base;
	best = off_by(p, prices);
	try_fresh(p, prices, bounds, &best);
	for (i = 0; i + 1 < count; i++) {
		if (clears[i] == clears[i + 1])
			continue;
		prices[p->clear] = (clears[i] + clears[i + 1]) / 2;
		if (!try_fresh(p, prices, bounds, &best))
			continue;
		clear = prices[p->clear];
		p->fit->clear_low = clears[i];
		p->fit->clear_high = clears[i + 1];
	}
	prices[p->clear] = clear;
	prices[p->fresh] = p->fit->fresh_high > 0 ? (p->fit->fresh_low + p->fit->fresh_high) / 2 : base;
}

bool fit_fresh(struct problem *p, double *prices)
{
	double *bounds = calloc(BOUNDS_MAX, sizeof(*bounds)), *clears = calloc(BOUNDS_MAX, sizeof(*clears));
	bool ok = bounds && clears;

	p->fit->fresh_low = p->fit->fresh_high = 0;
	if (ok)
		search(p, prices, clears, bounds);
	free(bounds);
	free(clears);
	return ok;
}

void fit_fresh_state(struct problem *p)
{
	struct calib_price *price = &p->fit->prices[p->fresh];

	price->error = 0;
	if (p->fit->fresh_high > 0) {
		price->state = CALIB_STATE_FITTED;
		price->error = (p->fit->fresh_high - p->fit->fresh_low) / sqrt(12);
	} else {
		price->state = p->fit->fresh_seen ? CALIB_STATE_NOISE : CALIB_STATE_NO_DATA;
	}
}
