// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/data_dir.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define PATH_BYTES	4096

/* Meson's options; absolute where they are not below the prefix. */
static const char bin_dir[] = HPTSIM_BINDIR, data_dir[] = HPTSIM_DATADIR, prefix[] = HPTSIM_PREFIX;

/* @path if there is such a directory, else it is freed: NULL. */
static char *if_there(char *path)
{
	struct stat st;

	if (path && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return path;
	free(path);
	return NULL;
}

/* The program's directory without bin_dir at its end, which is where data_dir begins; NULL: it is not installed. */
static char *installed_root(void)
{
	char path[PATH_BYTES];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t end, suffix = strlen(bin_dir);
	char *slash;

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	slash = strrchr(path, '/');
	end = slash ? (size_t)(slash - path) : 0;
	if (end < suffix || strncmp(path + end - suffix, bin_dir, suffix) != 0)
		return NULL;
	end -= suffix;
	if (*bin_dir != '/' && (!end || path[end - 1] != '/'))
		return NULL;
	return strndup(path, end);
}

char *data_dir_find(void)
{
	char *root = installed_root(), *found = NULL;

	/* one of the two below the prefix and the other not: where from is not known */
	if (root && (*bin_dir == '/') == (*data_dir == '/'))
		found = if_there(text_format("%s%s/hptsim", root, data_dir));
	free(root);
	if (found)
		return found;
	return if_there(*data_dir == '/' ? text_format("%s/hptsim", data_dir) :
					   text_format("%s/%s/hptsim", prefix, data_dir));
}
