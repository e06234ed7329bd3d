/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CALIBRATE_RESULT_H
#define HPTSIM_CALIBRATE_RESULT_H
/* The new profile's name and file, and what is said in it of where it is from. */
#include <stdbool.h>

#include "calibrate/source.h"

/**
 * calib_settle_names - a profile is found by its file's name: both have to be the same
 * @name, @out: as given, each may be NULL; what is missing is set if the other is there
 * @made: memory for what was set, to be freed, whatever is returned
 * @why:  what is wrong with them, in new memory, the caller's; NULL: out of memory
 *
 * False, and @why is set, when they do not go together.
 */
bool calib_settle_names(const char **name, const char **out, char **made, char **why);

struct calib_result {
	const struct calib_data *data;
	const struct calib_fit *fit;
	const struct calib_source *sources;
	size_t source_count;
	bool holdout;			/* per_log is known, of so many groups; 0: a log in each */
	size_t folds;
	const struct calib_errors *per_log;
};

/* To the file @out. Returns CALIB_OK, CALIB_ENOMEM, or CALIB_EIO with errno. */
enum calib_status calib_write_result(const struct calib_result *r, const char *name, const char *base, const char *out);

#endif
