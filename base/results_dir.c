// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/results_dir.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"

char *results_path(const char *name, bool *elsewhere)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct stat st;

	*elsewhere = false;
	if (stat(RESULTS_HERE, &st) == 0 && S_ISDIR(st.st_mode))
		return text_format(RESULTS_HERE "/%s", name);
	*elsewhere = true;
	/* the standard of that name wants a relative one to be ignored */
	if (state && *state == '/')
		return text_format("%s/hptsim/%s", state, name);
	if (home && *home == '/')
		return text_format("%s/.local/state/hptsim/%s", home, name);
	*elsewhere = false;
	return text_format(RESULTS_HERE "/%s", name);
}
