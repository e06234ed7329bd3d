/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CLI_CALIBRATE_H
#define HPTSIM_CLI_CALIBRATE_H
/* What `hptsim calibrate` prints. */
#include "calibrate/calibrate.h"
#include "base/table.h"

struct calibrate_report {
	const struct calib_data *data;
	const struct calib_fit *fit;
	const struct cost_profile *base;
	bool holdout;				/* the rest is valid */
	size_t folds;				/* 0: one log at a time */
	const struct calib_compared *left;	/* per log */
	const struct calib_errors *per_log, *per_stretch;
};

/* For people also in words. False: out of memory, or the stream has an error. */
bool calibrate_print(const struct calibrate_report *r, enum table_format format, FILE *out);

#endif
