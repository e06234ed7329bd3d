// SPDX-License-Identifier: GPL-2.0-or-later
/* Robust, non-negative least squares over the equations. */
#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "calibrate/fit_internal.h"

#define HUBER		1.345	/* in standard deviations: 95 % as good as plain least squares, were there no outliers */
#define ROUNDS		30
#define ROUNDS_SEARCH	8
#define CONSISTENT	2.0	/* standard errors */

static size_t free_list(const struct problem *p, size_t list[CALIB_PRICES_MAX])
{
	size_t count = 0, k;

	for (k = 0; k < p->price_count; k++)
		if (p->free_price[k])
			list[count++] = k;
	return count;
}

static void residuals(struct problem *p, const double *prices)
{
	size_t i, k;

	for (i = 0; i < p->n; i++) {
		double r = p->y[i];

		for (k = 0; k < p->price_count; k++)
			r -= p->x[i * p->price_count + k] * prices[k];
		p->r[i] = r;
	}
}

static int compare_double(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Median of |residual|, as the standard deviation it would be of normal ones; not below a thousandth of the noise. */
static double residual_scale(struct problem *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		p->scratch[i] = fabs(p->r[i]);
	qsort(p->scratch, p->n, sizeof(double), compare_double);
	return fmax(1.4826 * gsl_stats_median_from_sorted_data(p->scratch, 1, p->n), 1e-3);
}

/* Huber's weights, and each log's part: many stretches of one machine on one day are not that many machines. */
static void reweight(struct problem *p)
{
	double scale = residual_scale(p);
	size_t i;

	for (i = 0; i < p->n; i++) {
		double r = fabs(p->r[i]) / scale;

		p->w[i] = (r <= HUBER ? 1 : HUBER / r) / sqrt((double)p->data->logs[p->log_of[i]].row_count);
	}
}

/* X'WX and X'Wy of the prices in @list, scaled so that the diagonal is 1. */
static void normal_equations(const struct problem *p, const size_t *list, size_t m, const double *prices,
			     gsl_matrix *a, gsl_vector *b, double *scale)
{
	size_t i, j, k;

	gsl_matrix_set_zero(a);
	gsl_vector_set_zero(b);
	for (i = 0; i < p->n; i++) {
		const double *x = p->x + i * p->price_count;
		double y = p->y[i];

		for (k = 0; k < p->price_count; k++)
			if (!p->free_price[k])
				y -= x[k] * prices[k];
		for (j = 0; j < m; j++) {
			double wx = p->w[i] * x[list[j]];

			if (wx == 0)
				continue;
			*gsl_vector_ptr(b, j) += wx * y;
			for (k = 0; k <= j; k++)
				*gsl_matrix_ptr(a, j, k) += wx * x[list[k]];
		}
	}
	for (j = 0; j < m; j++)
		scale[j] = 1 / sqrt(gsl_matrix_get(a, j, j) > 0 ? gsl_matrix_get(a, j, j) : 1);
	for (j = 0; j < m; j++) {
		*gsl_vector_ptr(b, j) *= scale[j];
		for (k = 0; k <= j; k++) {
			*gsl_matrix_ptr(a, j, k) *= scale[j] * scale[k];
			gsl_matrix_set(a, k, j, gsl_matrix_get(a, j, k));
		}
	}
}

/*
 * What is between the two: sum over rows, or over logs, of the squared pull on
 * the prices. @by_log says which; the stretches of one log are not independent.
 */
static void meat(const struct problem *p, const size_t *list, size_t m, const double *scale, bool by_log,
		 gsl_matrix *out, gsl_vector *pull)
{
	size_t i, j, groups = 0;

	gsl_matrix_set_zero(out);
	gsl_vector_set_zero(pull);
	for (i = 0; i < p->n; i++) {
		for (j = 0; j < m; j++)
			*gsl_vector_ptr(pull, j) += p->w[i] * p->r[i] * p->x[i * p->price_count + list[j]] * scale[j];
		if (by_log && i + 1 < p->n && p->log_of[i + 1] == p->log_of[i])
			continue;
		gsl_blas_dger(1, pull, pull, out);
		gsl_vector_set_zero(pull);
		groups++;
	}
	if (groups > 1)
		gsl_matrix_scale(out, (double)groups / (double)(groups - 1));
}

/* Standard errors that do not believe in equal noise: the larger of those by row and by log. */
static void standard_errors(struct problem *p, const size_t *list, size_t m, const double *scale, gsl_matrix *a,
			    gsl_matrix *work, gsl_matrix *work2, gsl_vector *pull)
{
	int by_log;
	size_t j;

	gsl_linalg_cholesky_invert(a);
	for (j = 0; j < m; j++)
		p->fit->prices[list[j]].error = 0;
	for (by_log = 0; by_log < 2; by_log++) {
		meat(p, list, m, scale, by_log, work, pull);
		gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, a, work, 0, work2);
		gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, work2, a, 0, work);
		for (j = 0; j < m; j++) {
			double error = scale[j] * sqrt(fmax(gsl_matrix_get(work, j, j), 0));

			p->fit->prices[list[j]].error = fmax(p->fit->prices[list[j]].error, error);
		}
	}
}

/* Iteratively reweighted; prices that are not free stay. False: out of memory. */
static bool solve_free(struct problem *p, double *prices, int rounds, bool errors)
{
	size_t list[CALIB_PRICES_MAX], m = free_list(p, list), j;
	double scale[CALIB_PRICES_MAX];
	gsl_matrix *a, *work, *work2;
	gsl_vector *b;
	bool ok;

	residuals(p, prices);
	reweight(p);
	if (!m || !p->n)
		return true;
	a = gsl_matrix_alloc(m, m);
	work = gsl_matrix_alloc(m, m);
	work2 = gsl_matrix_alloc(m, m);
	b = gsl_vector_alloc(m);
	ok = a && work && work2 && b;
	for (int round = 0; ok && round < rounds; round++) {
		normal_equations(p, list, m, prices, a, b, scale);
		if (gsl_linalg_cholesky_decomp1(a))
			break;		/* cannot be: columns were found independent */
		gsl_linalg_cholesky_svx(a, b);
		for (j = 0; j < m; j++)
			prices[list[j]] = gsl_vector_get(b, j) * scale[j];
		residuals(p, prices);
		if (round + 1 < rounds)
			reweight(p);
		else if (errors)
			standard_errors(p, list, m, scale, a, work, work2, b);
	}
	gsl_matrix_free(a);
	gsl_matrix_free(work);
	gsl_matrix_free(work2);
	gsl_vector_free(b);
	return ok;
}

static bool set_aside(struct problem *p, double *prices, size_t k, enum calib_state state, double value)
{
	p->fit->prices[k].state = state;
	p->fit->prices[k].error = 0;
	p->free_price[k] = false;
	prices[k] = value;
	return true;
}

/* Puts the worst negative price to 0; false: there is none. */
static bool drop_negative(struct problem *p, double *prices)
{
	size_t worst = p->price_count, k;

	for (k = 0; k < p->price_count; k++) {
		const struct calib_price *price = &p->fit->prices[k];

		if (p->free_price[k] && prices[k] < 0 &&
		    (worst == p->price_count ||
		     prices[k] / (price->error + DBL_MIN) < prices[worst] / (p->fit->prices[worst].error + DBL_MIN)))
			worst = k;
	}
	return worst < p->price_count && set_aside(p, prices, worst, CALIB_STATE_ZERO, 0);
}

/* Puts the price that is least sure back to the base profile, if that is as good; false: there is none. */
static bool drop_noise(struct problem *p, double *prices)
{
	size_t worst = p->price_count, k;

	for (k = 0; k < p->price_count; k++) {
		const struct calib_price *price = &p->fit->prices[k];
		double base = (double)cost_get(p->base, k);

		if (p->free_price[k] && price->error > prices[k] &&
		    fabs(prices[k] - base) <= CONSISTENT * price->error &&
		    (worst == p->price_count || price->error / prices[k] > p->fit->prices[worst].error / prices[worst]))
			worst = k;
	}
	return worst < p->price_count &&
	       set_aside(p, prices, worst, CALIB_STATE_NOISE, (double)cost_get(p->base, worst));
}

bool fit_linear(struct problem *p, double *prices)
{
	bool ok;

	fit_fill(p, prices);
	fit_identify(p);
	do {
		ok = solve_free(p, prices, ROUNDS, true);
	} while (ok && (drop_negative(p, prices) || drop_noise(p, prices)));
	return ok;
}

/* --- the price of clearing: a matter of how many polls --- */

/* How far off the stretches are with the polls that there would be, each at most by its length. */
void fit_misfit(const struct problem *p, const double *prices, struct misfit *out)
{
	struct polling polling = fit_polling(p, prices);
	double units[CALIB_PRICES_MAX];
	size_t i, k;

	*out = (struct misfit){ 0 };
	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_row *row = &p->data->rows[i];
		const struct calib_attempt *a = &p->data->attempts[row->first_attempt];
		double predicted;

		if ((p->use && !p->use[row->log]) || !row->attempt_count)
			continue;
		fit_expand(p, &polling, row, false, units, &predicted);
		for (k = 0; k < p->price_count; k++)
			predicted += units[k] * prices[k];
		if (row->kind == CALIB_PREPARE)
			out->wrong_polls += fit_polls(a, &polling, true) != fit_polls(a, &polling, false);
		else
			out->off += fmin(fabs(predicted - row->y_ns) / (row->y_ns + row->floor_ns), 1) /
				    sqrt((double)p->data->logs[row->log].row_count);
	}
}

bool fit_at_clear(struct problem *p, double *prices, double clear_ps)
{
	prices[p->clear] = clear_ps;
	fit_fill(p, prices);
	return solve_free(p, prices, ROUNDS_SEARCH, false);
}
