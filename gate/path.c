// SPDX-License-Identifier: GPL-2.0-or-later
/* A baseline names scenarios as they are from its own directory. */
#define _XOPEN_SOURCE 700	/* realpath() */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

/* Of a file; "." if it names none. */
static char *directory_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *directory = slash ? strndup(file, slash == file ? 1 : (size_t)(slash - file)) : strdup(".");

	return directory;
}

/* Where the names that two absolute paths have in common end. */
static size_t common_length(const char *a, const char *b)
{
	size_t end = 0, i;

	for (i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			end = i;
	if ((!a[i] || a[i] == '/') && (!b[i] || b[i] == '/'))
		end = i;
	return end;
}

char *gate_path_from(const char *file, const char *path)
{
	char *directory = directory_of(file);
	char *from = directory ? realpath(directory, NULL) : NULL, *to = realpath(path, NULL);
	char *result = NULL;

	if (from && to) {
		size_t common = common_length(from, to), up = 0;
		const char *rest = to + common;

		for (const char *p = from + common; *p; p++)
			up += *p == '/' && p[1];
		rest += *rest == '/';
		result = malloc(3 * up + strlen(rest) + 1);
		if (result) {
			for (size_t i = 0; i < up; i++)
				memcpy(result + 3 * i, "../", 3);
			strcpy(result + 3 * up, rest);
		}
	}
	free(directory);
	free(from);
	free(to);
	return result;
}

char *gate_path_at(const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');
	size_t length = slash && *path != '/' ? (size_t)(slash - file) + 1 : 0;
	char *result;

	/* a/b/ and ../c is a/c */
	while (length && strncmp(path, "../", 3) == 0) {
		size_t parent = length - 1;

		while (parent && file[parent - 1] != '/')
			parent--;
		if (parent == length - 1 || (length - 1 - parent <= 2 && file[parent] == '.'))
			break;
		length = parent;
		path += 3;
	}
	result = malloc(length + strlen(path) + 1);
	if (result) {
		memcpy(result, file, length);
		strcpy(result + length, path);
	}
	return result;
}
