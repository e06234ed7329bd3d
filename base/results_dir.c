// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/results_dir.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* As the system has it, where a service has no HOME. */
static const char *home_directory(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home && *home == '/')
		return home;
	user = getpwuid(getuid());
	return user ? user->pw_dir : "/nonexistent";
}

char *results_path(const char *name, bool *elsewhere)
{
	const char *state = getenv("XDG_STATE_HOME");
	struct stat st;

	*elsewhere = false;
	if (stat(RESULTS_HERE, &st) == 0 && S_ISDIR(st.st_mode))
		return text_format(RESULTS_HERE "/%s", name);
	*elsewhere = true;
	/* the standard of that name wants a relative one to be ignored */
	if (state && *state == '/')
		return text_format("%s/hptsim/%s", state, name);
	return text_format("%s/.local/state/hptsim/%s", home_directory(), name);
}
