// SPDX-License-Identifier: GPL-2.0-or-later
#include "calibrate/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "base/text.h"

#define SUFFIX	".yaml"

/* The file's name without directories and suffix; NULL if it does not end in the suffix. */
static char *stem_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t size = strlen(base), suffix = strlen(SUFFIX);

	if (size <= suffix || strcmp(base + size - suffix, SUFFIX) != 0)
		return NULL;
	return strndup(base, size - suffix);
}

bool calib_settle_names(const char **name, const char **out, char **made, char **why)
{
	*made = *why = NULL;
	if (*out) {
		*made = stem_of(*out);
		if (!*made || !text_is_name(*made)) {
			*why = text_format("--out takes the name of a " SUFFIX " file, not '%s'", *out);
			return false;
		}
		if (*name && strcmp(*name, *made) != 0) {
			*why = text_format("the profile '%s' would not be found in '%s'", *name, *out);
			return false;
		}
		*name = *made;
	} else if (*name) {
		*made = text_format("%s" SUFFIX, *name);
		if (!*made)
			return false;
		*out = *made;
	}
	return true;
}

enum calib_status calib_write_result(const struct calib_result *r, const char *name, const char *base, const char *out)
{
	const char **digests = calloc(r->source_count, sizeof(*digests));
	char validation[256];
	struct calib_about about = { .name = name, .base = base, .digests = digests };
	enum calib_status status = CALIB_OK;
	struct output o;
	FILE *file;

	if (!digests)
		return CALIB_ENOMEM;
	for (size_t i = 0; i < r->source_count; i++)
		digests[i] = r->sources[i].digest;
	if (r->holdout) {
		snprintf(validation, sizeof(validation), "Of logs left out in turn (%zu groups), guest time in resizes was off by "
			 "%.1f %% (median of %zu logs, worst %.1f %%).", r->folds ? r->folds : r->source_count,
			 100 * calib_percentile(r->per_log, 50), r->per_log->count, 100 * calib_percentile(r->per_log, 100));
		about.validation = validation;
	}
	file = output_open(&o, out);
	if (file)
		calib_write_profile(r->data, r->fit, &about, file);
	if (!file || !output_close(&o, true))
		status = CALIB_EIO;
	free(digests);
	return status;
}
