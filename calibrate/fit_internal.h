/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CALIBRATE_FIT_INTERNAL_H
#define HPTSIM_CALIBRATE_FIT_INTERNAL_H
/* From below: equations.c, identify.c, solve.c, clear.c; fit.c uses them all. */
#include <stddef.h>

#include "calibrate/calibrate.h"

#define POLLS_MAX	100u	/* the guest gives up after that */

/* Weighted equations and what is being made of them. */
struct problem {
	const struct calib_data *data;
	const bool *use;
	const struct cost_profile *base;
	struct calib_fit *fit;
	size_t price_count;
	size_t clear, fresh, alloc, slack, hcall; /* rows of cost_keys[] */
	bool free_price[CALIB_PRICES_MAX];
	size_t n;				/* rows used */
	double *x, *y, *w, *r;			/* n * price_count, n, n, n */
	size_t *log_of;
	double *scratch;			/* n * (price_count + 2) */
};

/* What PREPARE's polls depend on. */
struct polling {
	double clear_ps, fresh_ps, alloc_ns, slack_ns, hcall_ns;
};

/* The row of cost_keys[] with that price. */
#define ROW_OF(field)	fit_row_of_offset(offsetof(struct cost_profile, field))
size_t fit_row_of_offset(size_t offset);

struct polling fit_polling(const struct problem *p, const double *prices);

/* "Long busy" answers; @recorded: as a line tells, where one does. */
unsigned fit_polls(const struct calib_attempt *a, const struct polling *p, bool recorded);

/* One of the equations: what the prices' units are, polling included, and what is left to explain. */
void fit_expand(const struct problem *p, const struct polling *polling, const struct calib_row *row,
		bool recorded, double units[CALIB_PRICES_MAX], double *fixed_ns);

double fit_row_sigma(const struct calib_row *row);

/* The weighted equations of all rows used; once per set of poll counts. */
void fit_fill(struct problem *p, const double *prices);

/* Which prices are free: CALIB_STATE_FITTED, and why the others are not. */
void fit_identify(struct problem *p);

/* With the price of clearing as it is. False: out of memory. */
bool fit_linear(struct problem *p, double *prices);

/* A line that shows the polls of its attempt counts before all that does not. */
struct misfit {
	unsigned wrong_polls;
	double off;
};

void fit_misfit(const struct problem *p, const double *prices, struct misfit *out);

/* A quick fit with that price of clearing; @prices is changed. False: out of memory. */
bool fit_at_clear(struct problem *p, double *prices, double clear_ps);

/* Put the best price of clearing into @prices, and its range into the fit. False: out of memory. */
bool fit_clear(struct problem *p, double *prices);

/*
 * Put the price of memory that no table had before into @prices: the one with which
 * more lines show the polls that there would be, if there is any. False: out of memory.
 */
bool fit_fresh(struct problem *p, double *prices);
void fit_fresh_state(struct problem *p);

/* How the price of clearing came about. */
void fit_clear_state(struct problem *p, const double *prices);

#endif
