// SPDX-License-Identifier: GPL-2.0-or-later
/* The stretches as weighted equations: how often each price is paid, polls included. */
#include <math.h>
#include <string.h>

#include "calibrate/fit_internal.h"

#define MACHINE_NOISE	0.1	/* of a stretch, besides the log's resolution; only its ratio to that matters */

size_t fit_row_of_offset(size_t offset)
{
	size_t i;

	for (i = 0; cost_keys[i].offset != offset; i++)
		;
	return i;
}

static unsigned polls_for(double work_ns, double poll_ns)
{
	double polls = ceil(work_ns / poll_ns);

	return polls < 1 ? 1 : polls > POLLS_MAX ? POLLS_MAX : (unsigned)polls;
}

unsigned fit_polls(const struct calib_attempt *a, const struct polling *p, bool recorded)
{
	double poll_ns = a->delay_ns + p->slack_ns + p->hcall_ns;

	if (a->known)
		return a->polls;
	if (recorded && a->recorded_ns > 0)
		return a->recorded_ns < poll_ns ? 1 : (unsigned)lround(a->recorded_ns / poll_ns);
	return polls_for(p->alloc_ns + (a->bytes * p->clear_ps + a->fresh_bytes * p->fresh_ps) / 1000, poll_ns);
}

/* One of the equations: what the prices' units are, polling included, and what is left to explain. */
void fit_expand(const struct problem *p, const struct polling *polling, const struct calib_row *row,
		   bool recorded, double units[CALIB_PRICES_MAX], double *fixed_ns)
{
	size_t i;

	memcpy(units, row->units, sizeof(row->units));
	*fixed_ns = row->fixed_ns;
	for (i = 0; i < row->attempt_count; i++) {
		const struct calib_attempt *a = &p->data->attempts[row->first_attempt + i];
		unsigned polls = fit_polls(a, polling, recorded);

		units[p->hcall] += polls + 1;
		units[p->slack] += polls;
		*fixed_ns += polls * a->delay_ns;
	}
}

struct polling fit_polling(const struct problem *p, const double *prices)
{
	return (struct polling){
		.clear_ps = prices[p->clear], .fresh_ps = prices[p->fresh], .alloc_ns = prices[p->alloc],
		.slack_ns = prices[p->slack], .hcall_ns = prices[p->hcall],
	};
}

double fit_row_sigma(const struct calib_row *row)
{
	return hypot(MACHINE_NOISE * row->y_ns, row->floor_ns + 1);
}

/* The weighted equations of all rows used; once per set of poll counts. */
void fit_fill(struct problem *p, const double *prices)
{
	struct polling polling = fit_polling(p, prices);
	size_t n = 0, i, k;

	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_row *row = &p->data->rows[i];
		double *x, fixed_ns, sigma = fit_row_sigma(row);

		if (p->use && !p->use[row->log])
			continue;
		x = p->x + n * p->price_count;
		fit_expand(p, &polling, row, true, x, &fixed_ns);
		for (k = 0; k < p->price_count; k++)
			x[k] /= sigma;
		p->y[n] = (row->y_ns - fixed_ns) / sigma;
		p->log_of[n] = row->log;
		n++;
	}
	p->n = n;
}
