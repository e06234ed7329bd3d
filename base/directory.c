// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	return errno == EEXIST ? 0 : -1;
}

int directory_make(const char *path, char **where)
{
	char *copy = strdup(path);
	int rc = 0;

	*where = NULL;
	if (!copy)
		return -1;
	for (char *slash = strchr(copy + 1, '/'); slash && !rc; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = make(copy);
		if (!rc)
			*slash = '/';
	}
	if (!rc)
		rc = make(copy);
	if (rc) {
		*where = copy;
		return rc;
	}
	free(copy);
	return 0;
}
