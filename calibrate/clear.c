// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The price of clearing a table.
 *
 * PREPARE is polled every 100 ms, so a log shows how often, not how long
 * clearing took: any price between two bounds gives the same polls. The bounds
 * are those prices at which a table of one of the sizes in the logs gets ready
 * just at a poll; the ranges between them are tried one by one.
 */
#include <math.h>
#include <stdlib.h>

#include "calibrate/fit_internal.h"

#define CLEAR_MAX_PS	10000.0	/* 100 MB/s */
#define SAME		1.0001	/* misfits that are as good as equal */

struct bounds {
	double *ps;
	size_t count, room;
};

static bool add_bound(struct bounds *b, double ps)
{
	if (b->count == b->room) {
		size_t room = b->room ? 2 * b->room : 64;
		double *more = realloc(b->ps, room * sizeof(*more));

		if (!more)
			return false;
		b->ps = more;
		b->room = room;
	}
	b->ps[b->count++] = ps;
	return true;
}

static int compare_double(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of one size of table; the same size is looked at once. */
static bool add_bounds_of(struct bounds *b, const struct calib_attempt *a, const struct polling *polling)
{
	double poll_ns = a->delay_ns + polling->slack_ns + polling->hcall_ns;

	for (unsigned polls = 1; polls <= POLLS_MAX; polls++) {
		double ps = (polls * poll_ns - polling->alloc_ns) * 1000 / a->bytes;

		if (ps > CLEAR_MAX_PS)
			break;
		if (ps > 0 && !add_bound(b, ps))
			return false;
	}
	return true;
}

static bool find_bounds(const struct problem *p, const double *prices, struct bounds *b)
{
	struct polling polling = fit_polling(p, prices);
	double seen[64];
	size_t seen_count = 0, i, j;

	if (!add_bound(b, 0))
		return false;
	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_row *row = &p->data->rows[i];

		if (p->use && !p->use[row->log])
			continue;
		for (j = row->first_attempt; j < row->first_attempt + row->attempt_count; j++) {
			const struct calib_attempt *a = &p->data->attempts[j];
			size_t k;

			for (k = 0; k < seen_count && seen[k] != a->bytes; k++)
				;
			if (a->known || k < seen_count || seen_count == sizeof(seen) / sizeof(seen[0]))
				continue;
			seen[seen_count++] = a->bytes;
			if (!add_bounds_of(b, a, &polling))
				return false;
		}
	}
	qsort(b->ps, b->count, sizeof(*b->ps), compare_double);
	return true;
}

static double middle(const struct bounds *b, size_t i)
{
	return i + 1 < b->count ? (b->ps[i] + b->ps[i + 1]) / 2 : b->ps[i] * 1.5 + 1;
}

static bool better(const struct misfit *a, const struct misfit *b)
{
	return a->wrong_polls != b->wrong_polls ? a->wrong_polls < b->wrong_polls : a->off < b->off;
}

static bool as_good(const struct misfit *a, const struct misfit *best)
{
	return a->wrong_polls == best->wrong_polls && a->off <= best->off * SAME;
}

/* Ranges around the best one that do as well belong to it. */
static void take_range(struct problem *p, const struct bounds *b, const struct misfit *misfits, size_t best,
		       double *prices)
{
	size_t low = best, high = best;
	double base = (double)cost_get(p->base, p->clear);

	while (low > 0 && as_good(&misfits[low - 1], &misfits[best]))
		low--;
	while (high + 1 < b->count && as_good(&misfits[high + 1], &misfits[best]))
		high++;
	p->fit->clear_low = b->ps[low];
	p->fit->clear_high = high + 1 < b->count ? b->ps[high + 1] : INFINITY;
	if (isinf(p->fit->clear_high) || (p->fit->clear_low <= 0 && base < p->fit->clear_high))
		prices[p->clear] = base;	/* no range to be in the middle of */
	else
		prices[p->clear] = (p->fit->clear_low + p->fit->clear_high) / 2;
}

bool fit_clear(struct problem *p, double *prices)
{
	struct bounds b = { .ps = NULL };
	struct misfit *misfits = NULL;
	double trial[CALIB_PRICES_MAX];
	size_t best = 0, i, k;
	bool ok = find_bounds(p, prices, &b);

	p->fit->clear_high = INFINITY;
	if (ok && b.count > 1)
		misfits = calloc(b.count, sizeof(*misfits));
	ok = ok && (b.count == 1 || misfits);
	for (i = 0; ok && b.count > 1 && i < b.count; i++) {
		for (k = 0; k < p->price_count; k++)
			trial[k] = prices[k];
		ok = fit_at_clear(p, trial, middle(&b, i));
		if (ok)
			fit_misfit(p, trial, &misfits[i]);
		if (better(&misfits[i], &misfits[best]))
			best = i;
	}
	if (ok && b.count > 1)
		take_range(p, &b, misfits, best, prices);
	free(misfits);
	free(b.ps);
	return ok;
}

void fit_clear_state(struct problem *p, const double *prices)
{
	struct calib_price *price = &p->fit->prices[p->clear];
	double low = p->fit->clear_low, high = p->fit->clear_high;

	price->error = 0;
	if (isinf(high) && low <= 0) {
		price->state = CALIB_STATE_NO_DATA;
	} else if (isinf(high) || (low <= 0 && prices[p->clear] == (double)cost_get(p->base, p->clear))) {
		price->state = CALIB_STATE_NOISE;
	} else {
		price->state = CALIB_STATE_FITTED;
		price->error = (high - low) / sqrt(12);	/* any in the range is as good */
	}
}
