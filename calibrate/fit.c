// SPDX-License-Identifier: GPL-2.0-or-later
/* Prices from stretches, and what a stretch would take with them. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "calibrate/calibrate.h"
#include "calibrate/fit_internal.h"

static bool problem_init(struct problem *p, const struct calib_data *data, const bool *use,
			 const struct cost_profile *base, struct calib_fit *fit)
{
	size_t rows = data->row_count + 1;

	*p = (struct problem){
		.data = data, .use = use, .base = base, .fit = fit, .price_count = cost_key_count,
		.clear = ROW_OF(prepare_clear_ps_byte), .fresh = ROW_OF(prepare_fresh_ps_byte), .alloc = ROW_OF(prepare_alloc_ns),
		.slack = ROW_OF(msleep_slack_ns), .hcall = ROW_OF(hcall_ns),
		.x = calloc(rows * CALIB_PRICES_MAX, sizeof(double)), .y = calloc(rows, sizeof(double)),
		.w = calloc(rows, sizeof(double)), .r = calloc(rows, sizeof(double)),
		.log_of = calloc(rows, sizeof(size_t)),
		.scratch = calloc(rows * (cost_key_count + 2), sizeof(double)),
	};
	return p->x && p->y && p->w && p->r && p->log_of && p->scratch;
}

static void problem_free(struct problem *p)
{
	free(p->x);
	free(p->y);
	free(p->w);
	free(p->r);
	free(p->log_of);
	free(p->scratch);
}

static double typical_error(const struct problem *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_row *row = &p->data->rows[i];

		if (p->use && !p->use[row->log])
			continue;
		p->scratch[n] = fabs(p->r[n]) * fit_row_sigma(row) / (row->y_ns + 1);
		n++;
	}
	gsl_sort(p->scratch, 1, n);
	return n ? gsl_stats_median_from_sorted_data(p->scratch, 1, n) : 0;
}

enum calib_status calib_solve(const struct calib_data *data, const bool *use,
			      const struct cost_profile *base, struct calib_fit *fit)
{
	double prices[CALIB_PRICES_MAX] = { 0 };
	gsl_error_handler_t *handler = gsl_set_error_handler_off();
	struct problem p;
	bool ok;
	size_t k;

	*fit = (struct calib_fit){ .row_count = 0 };
	ok = problem_init(&p, data, use, base, fit);
	for (k = 0; k < cost_key_count; k++)
		prices[k] = (double)cost_get(base, k);
	ok = ok && fit_linear(&p, prices) && fit_clear(&p, prices) && fit_linear(&p, prices) &&
	     fit_fresh(&p, prices);
	if (ok) {
		fit_clear_state(&p, prices);
		fit_fresh_state(&p);
		fit->row_count = p.n;
		fit->scale = typical_error(&p);
	}
	for (k = 0; k < cost_key_count; k++)
		fit->prices[k].value = prices[k];
	problem_free(&p);
	gsl_set_error_handler(handler);
	return ok ? CALIB_OK : CALIB_ENOMEM;
}

void calib_predict(const struct calib_data *data, const struct calib_fit *fit,
		   const struct calib_row *row, double *all_ns, double *resize_ns)
{
	const struct problem p = {
		.data = data, .clear = ROW_OF(prepare_clear_ps_byte), .fresh = ROW_OF(prepare_fresh_ps_byte), .alloc = ROW_OF(prepare_alloc_ns),
		.slack = ROW_OF(msleep_slack_ns), .hcall = ROW_OF(hcall_ns),
	};
	const size_t resizes[] = {
		p.slack, p.hcall, ROW_OF(stop_machine_ns), ROW_OF(stop_machine_cpu_ns), ROW_OF(scan_ps_hpte),
		ROW_OF(move_ps_hpte), ROW_OF(unmap_ps_hpte),
	};
	double prices[CALIB_PRICES_MAX] = { 0 }, units[CALIB_PRICES_MAX], fixed_ns;
	struct polling polling;
	size_t k;

	for (k = 0; k < cost_key_count; k++)
		prices[k] = fit->prices[k].value;
	polling = fit_polling(&p, prices);
	fit_expand(&p, &polling, row, false, units, &fixed_ns);
	*all_ns = fixed_ns;
	*resize_ns = fixed_ns - row->fixed_ns;
	for (k = 0; k < cost_key_count; k++)
		*all_ns += units[k] * prices[k];
	for (k = 0; k < sizeof(resizes) / sizeof(resizes[0]); k++)
		*resize_ns += units[resizes[k]] * prices[resizes[k]];
}
