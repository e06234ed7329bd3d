/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CALIBRATE_SOURCE_H
#define HPTSIM_CALIBRATE_SOURCE_H
/* A log that prices are fitted to, and what was done when it was written. */
#include <sha256.h>
#include <stdio.h>

#include "calibrate/calibrate.h"
#include "scenario/load.h"
#include "validate/validate.h"

/* All zero is empty. */
struct calib_source {
	const char *path;			/* the caller's */
	char *text;
	size_t size;
	char digest[SHA256_DIGEST_STRING_LENGTH];
	const char *scenario_path;		/* the caller's; NULL: derived */
	struct scenario_file *scenario;		/* of that path */
	struct validate v;			/* the log, and what is derived from it */
};

/**
 * calib_source_read - read a log, and load or derive its scenario
 * @path:          of the log; "-" is standard input
 * @scenario_path: what was done; NULL: to be derived, as validate does
 * @costs_dir:     as in scenario_load()
 * @policy:        what the guest's kernel does
 * @errors:        told what is wrong with a scenario
 * @message:       what is wrong with the log, without its name; "" when @errors was told
 *
 * Returns CALIB_OK, CALIB_ENOMEM, CALIB_EIO, or CALIB_ELOG: it cannot be used.
 */
enum calib_status calib_source_read(struct calib_source *s, const char *path, const char *scenario_path,
				    const char *costs_dir, const struct policy *policy, FILE *errors,
				    char message[CALIB_MESSAGE_MAX]);

/* As calib_add_log(), of a source that was read. */
enum calib_status calib_source_observe(struct calib_source *s, const struct policy *policy, struct calib_data *data,
				       char message[CALIB_MESSAGE_MAX]);

const struct scenario *calib_source_scenario(const struct calib_source *s);

void calib_source_free(struct calib_source *s);

#endif
