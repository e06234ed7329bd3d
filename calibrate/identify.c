// SPDX-License-Identifier: GPL-2.0-or-later
/* Which prices the equations tell at all. */
#include <math.h>
#include <stddef.h>

#include "calibrate/fit_internal.h"

#define INDEPENDENT	0.03	/* part of a column that others must not explain */

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

void fit_identify(struct problem *p)
{
	bool tried[CALIB_PRICES_MAX] = { false };
	size_t accepted = 0, i;

	for (i = 0; i < p->price_count; i++) {
		p->free_price[i] = false;
		p->fit->prices[i].state = CALIB_STATE_NO_DATA;
	}
	for (i = 0; i < sizeof(preference) / sizeof(preference[0]); i++) {
		size_t k = fit_row_of_offset(preference[i]);

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
