// SPDX-License-Identifier: GPL-2.0-or-later
/* Robust, non-negative least squares over the stretches, and what they cannot tell. */
#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "calibrate/fit_internal.h"

#define MACHINE_NOISE	0.1	/* of a stretch, besides the log's resolution; only its ratio to that matters */
#define HUBER		1.345	/* in standard deviations: 95 % as good as plain least squares, were there no outliers */
#define ROUNDS		30
#define ROUNDS_SEARCH	8
#define INDEPENDENT	0.03	/* part of a column that others must not explain */
#define CONSISTENT	2.0	/* standard errors */

/*
 * What is tried. Those first in this list are fitted rather than those after
 * them when the logs cannot tell them apart. All else would be a difference of
 * large numbers: it is a part of each LMB that others of the list stand for.
 */
static const size_t preference[] = {
#define OFFSET(field) offsetof(struct cost_profile, field)
	OFFSET(scan_ps_hpte), OFFSET(move_ps_hpte), OFFSET(msleep_slack_ns), OFFSET(stop_machine_ns),
	OFFSET(lmb_add_ns), OFFSET(offline_lmb_ns), OFFSET(unmap_ps_hpte), OFFSET(h_enter_ns),
	OFFSET(h_remove_ns), OFFSET(hcall_ns), OFFSET(refault_ns), OFFSET(vmemmap_page_ns),
#undef OFFSET
};

static size_t row_of_offset(size_t offset)
{
	size_t i;

	for (i = 0; cost_keys[i].offset != offset; i++)
		;
	return i;
}

#define ROW_OF(field)	row_of_offset(offsetof(struct cost_profile, field))

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
	return polls_for(p->alloc_ns + a->bytes * p->clear_ps / 1000, poll_ns);
}

/* One of the equations: what the prices' units are, polling included, and what is left to explain. */
static void expand(const struct problem *p, const struct polling *polling, const struct calib_row *row,
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
		.clear_ps = prices[p->clear], .alloc_ns = prices[p->alloc],
		.slack_ns = prices[p->slack], .hcall_ns = prices[p->hcall],
	};
}

static double row_sigma(const struct calib_row *row)
{
	return hypot(MACHINE_NOISE * row->y_ns, row->floor_ns + 1);
}

/* The weighted equations of all rows used; once per set of poll counts. */
static void fill(struct problem *p, const double *prices)
{
	struct polling polling = fit_polling(p, prices);
	size_t n = 0, i, k;

	for (i = 0; i < p->data->row_count; i++) {
		const struct calib_row *row = &p->data->rows[i];
		double *x, fixed_ns, sigma = row_sigma(row);

		if (p->use && !p->use[row->log])
			continue;
		x = p->x + n * p->price_count;
		expand(p, &polling, row, true, x, &fixed_ns);
		for (k = 0; k < p->price_count; k++)
			x[k] /= sigma;
		p->y[n] = (row->y_ns - fixed_ns) / sigma;
		p->log_of[n] = row->log;
		n++;
	}
	p->n = n;
}

/* --- which prices the equations tell at all --- */

static double dot(const struct problem *p, const double *a, const double *b)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < p->n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void column(const struct problem *p, size_t price, double *out)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		out[i] = p->x[i * p->price_count + price];
}

/* The columns already accepted that explain most of this one. */
static void blame(const struct problem *p, struct calib_price *price, const double *col)
{
	double best[2] = { 0, 0 }, norm = sqrt(dot(p, col, col));
	double *other = p->scratch + (p->price_count + 1) * p->n;
	size_t k;

	price->with[0] = price->with[1] = SIZE_MAX;
	for (k = 0; k < p->price_count; k++) {
		double angle;

		if (p->fit->prices[k].state != CALIB_STATE_FITTED || !p->free_price[k])
			continue;
		column(p, k, other);
		angle = fabs(dot(p, col, other)) / norm / sqrt(dot(p, other, other));
		if (angle > best[0]) {
			best[1] = best[0];
			price->with[1] = price->with[0];
			best[0] = angle;
			price->with[0] = k;
		} else if (angle > best[1]) {
			best[1] = angle;
			price->with[1] = k;
		}
	}
	if (best[0] > 0.999)
		price->with[1] = SIZE_MAX;	/* that one alone explains it */
}

/* Gram-Schmidt: a column is accepted if those accepted before leave enough of it. */
static void try_price(struct problem *p, size_t k, size_t *accepted)
{
	double *basis = p->scratch, *col = p->scratch + p->price_count * p->n;
	struct calib_price *price = &p->fit->prices[k];
	double norm, rest;
	size_t i, j;

	p->free_price[k] = false;
	column(p, k, col);
	norm = sqrt(dot(p, col, col));
	if (norm <= 0) {
		price->state = CALIB_STATE_NO_DATA;
		return;
	}
	for (j = 0; j < *accepted; j++) {
		double along = dot(p, col, basis + j * p->n);

		for (i = 0; i < p->n; i++)
			col[i] -= along * basis[j * p->n + i];
	}
	rest = sqrt(dot(p, col, col));
	if (rest < INDEPENDENT * norm) {
		column(p, k, col);
		price->state = CALIB_STATE_COLLINEAR;
		blame(p, price, col);
		return;
	}
	price->state = CALIB_STATE_FITTED;
	p->free_price[k] = true;
	for (i = 0; i < p->n; i++)
		basis[*accepted * p->n + i] = col[i] / rest;
	++*accepted;
}

static void identify(struct problem *p)
{
	bool tried[CALIB_PRICES_MAX] = { false };
	size_t accepted = 0, i;

	for (i = 0; i < p->price_count; i++) {
		p->free_price[i] = false;
		p->fit->prices[i].state = CALIB_STATE_NO_DATA;
	}
	for (i = 0; i < sizeof(preference) / sizeof(preference[0]); i++) {
		size_t k = row_of_offset(preference[i]);

		tried[k] = true;
		try_price(p, k, &accepted);
	}
	for (i = 0; i < p->price_count; i++) {
		if (tried[i])
			continue;
		column(p, i, p->scratch + p->price_count * p->n);
		if (dot(p, p->scratch + p->price_count * p->n, p->scratch + p->price_count * p->n) > 0)
			p->fit->prices[i].state = CALIB_STATE_LEFT;
	}
}

/* --- the fit itself --- */

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

/* With the price of clearing as it is. */
static bool solve_linear(struct problem *p, double *prices)
{
	bool ok;

	fill(p, prices);
	identify(p);
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
		expand(p, &polling, row, false, units, &predicted);
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
	fill(p, prices);
	return solve_free(p, prices, ROUNDS_SEARCH, false);
}

static bool problem_init(struct problem *p, const struct calib_data *data, const bool *use,
			 const struct cost_profile *base, struct calib_fit *fit)
{
	size_t rows = data->row_count + 1;

	*p = (struct problem){
		.data = data, .use = use, .base = base, .fit = fit, .price_count = cost_key_count,
		.clear = ROW_OF(prepare_clear_ps_byte), .alloc = ROW_OF(prepare_alloc_ns),
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
		p->scratch[n] = fabs(p->r[n]) * row_sigma(row) / (row->y_ns + 1);
		n++;
	}
	qsort(p->scratch, n, sizeof(double), compare_double);
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
	ok = ok && solve_linear(&p, prices) && fit_clear(&p, prices) && solve_linear(&p, prices);
	if (ok) {
		fit_clear_state(&p, prices);
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
		.data = data, .clear = ROW_OF(prepare_clear_ps_byte), .alloc = ROW_OF(prepare_alloc_ns),
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
	expand(&p, &polling, row, false, units, &fixed_ns);
	*all_ns = fixed_ns;
	*resize_ns = fixed_ns - row->fixed_ns;
	for (k = 0; k < cost_key_count; k++)
		*all_ns += units[k] * prices[k];
	for (k = 0; k < sizeof(resizes) / sizeof(resizes[0]); k++)
		*resize_ns += units[resizes[k]] * prices[resizes[k]];
}
