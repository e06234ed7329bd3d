// SPDX-License-Identifier: GPL-2.0-or-later
/* How far a fit is off logs, those that it has not seen included. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/calibrate.h"

const char *calib_state_text(enum calib_state state)
{
	static const char *const texts[] = {
#define STATE_TEXT(id, text) text,
		CALIB_STATES(STATE_TEXT)
#undef STATE_TEXT
	};

	return texts[state];
}

/* Guest time in resizes of one stretch; the two rows of a "complete" line are one. Returns rows taken. */
static size_t compare_stretch(const struct calib_data *data, const struct calib_fit *fit, size_t index,
			      double *recorded_ns, double *predicted_ns)
{
	const struct calib_row *row = &data->rows[index];
	double all_ns, resize_ns;

	calib_predict(data, fit, row, &all_ns, &resize_ns);
	*recorded_ns = row->y_ns - (all_ns - resize_ns);
	*predicted_ns = resize_ns;
	if (row->kind != CALIB_PREPARE)
		return 1;
	calib_predict(data, fit, row + 1, &all_ns, &resize_ns);
	*recorded_ns += row[1].y_ns;
	*predicted_ns += all_ns;
	return 2;
}

/* In a stretch that is mostly something else, the rest's error would be taken for the resize's. */
static bool is_resize(const struct calib_data *data, const struct calib_fit *fit, size_t index)
{
	double all_ns, resize_ns;

	if (!data->rows[index].attempt_count)
		return false;
	calib_predict(data, fit, &data->rows[index], &all_ns, &resize_ns);
	return resize_ns * 2 >= all_ns;
}

struct calib_compared calib_compare(const struct calib_data *data, const struct calib_fit *fit, size_t log)
{
	struct calib_compared out = { .stretches = 0 };
	size_t i = data->logs[log].first_row, end = i + data->logs[log].row_count;

	while (i < end) {
		bool resizes = is_resize(data, fit, i);
		double recorded_ns, predicted_ns;

		i += compare_stretch(data, fit, i, &recorded_ns, &predicted_ns);
		if (!resizes)
			continue;
		out.recorded_ns += recorded_ns;
		out.predicted_ns += predicted_ns;
		out.stretches++;
	}
	return out;
}

static int compare_double(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double calib_percentile(const struct calib_errors *errors, unsigned percent)
{
	return errors->count ? errors->values[(errors->count * percent + 99) / 100 - 1] : 0;
}

static void add_error(struct calib_errors *errors, double recorded_ns, double predicted_ns)
{
	if (recorded_ns > 0)
		errors->values[errors->count++] = fabs(predicted_ns / recorded_ns - 1);
}

static void hold_against(const struct calib_data *data, const struct calib_fit *fit, size_t log,
			 struct calib_compared *left, struct calib_errors *per_log, struct calib_errors *per_stretch)
{
	size_t i = data->logs[log].first_row, end = i + data->logs[log].row_count;

	while (i < end) {
		bool resizes = is_resize(data, fit, i);
		double recorded_ns, predicted_ns;

		i += compare_stretch(data, fit, i, &recorded_ns, &predicted_ns);
		if (resizes)
			add_error(per_stretch, recorded_ns, predicted_ns);
	}
	*left = calib_compare(data, fit, log);
	if (left->stretches)
		add_error(per_log, left->recorded_ns, left->predicted_ns);
}

enum calib_status calib_holdout(const struct calib_data *data, const struct cost_profile *base, size_t folds,
				struct calib_compared *left, struct calib_errors *per_log,
				struct calib_errors *per_stretch)
{
	bool *use = calloc(data->log_count + 1, sizeof(*use));
	enum calib_status status = CALIB_OK;
	struct calib_fit fit;
	size_t fold, i;

	*per_log = (struct calib_errors){ calloc(data->log_count + 1, sizeof(double)), 0 };
	*per_stretch = (struct calib_errors){ calloc(data->row_count + 1, sizeof(double)), 0 };
	if (!use || !per_log->values || !per_stretch->values)
		status = CALIB_ENOMEM;
	if (!folds || folds > data->log_count)
		folds = data->log_count;
	for (fold = 0; status == CALIB_OK && fold < folds; fold++) {
		for (i = 0; i < data->log_count; i++)
			use[i] = i % folds != fold;
		status = calib_solve(data, use, base, &fit);
		for (i = fold; status == CALIB_OK && i < data->log_count; i += folds)
			hold_against(data, &fit, i, &left[i], per_log, per_stretch);
	}
	if (status == CALIB_OK) {
		qsort(per_log->values, per_log->count, sizeof(double), compare_double);
		qsort(per_stretch->values, per_stretch->count, sizeof(double), compare_double);
	}
	free(use);
	return status;
}
