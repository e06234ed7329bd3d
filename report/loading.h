/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_LOADING_H
#define HPTSIM_REPORT_LOADING_H
/* Shared by the files that read the database. */
#include "report/model.h"
#include "store/read.h"

/* One more element at the end of an array and its count; false: no memory. */
#define REPORT_PUSH(r, array, count) \
	(((array) = report_push(r, array, count, sizeof(*(array)))) != NULL && ++(count))

/* Inputs that only runs have which are not shown: the first of them by what was set, of the others the number. */
enum store_status report_load_left_out(struct report *r, struct store *st, const struct report_run *runs, size_t count,
				       const bool *shown);

#endif
