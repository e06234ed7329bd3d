// SPDX-License-Identifier: GPL-2.0-or-later
#include "scenario/find.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data_dir.h"
#include "base/text.h"

#define HERE	"scenarios"
#define COSTS	"costs"		/* beside scenarios, and none itself */
#define SUFFIX	".yaml"
#define FOLDERS_MAX	4	/* how deep they are looked into */

static bool has_suffix(const char *text)
{
	size_t size = strlen(text), suffix = strlen(SUFFIX);

	return size > suffix && strcmp(text + size - suffix, SUFFIX) == 0;
}

/* Takes both texts; whether there is memory. One that is there hides a later one. */
static bool add(struct scenario_names *list, char *name, char *path)
{
	bool ok = name && path, known = false;
	size_t room = list->room ? 2 * list->room : 64;

	for (size_t i = 0; i < list->count && ok; i++)
		known = known || strcmp(list->names[i], name) == 0;
	if (ok && !known && list->count == list->room) {
		char **names = realloc(list->names, room * sizeof(*names));
		char **paths = names ? realloc(list->paths, room * sizeof(*paths)) : NULL;

		list->names = names ? names : list->names;
		list->paths = paths ? paths : list->paths;
		list->room = paths ? room : list->room;
		ok = paths != NULL;
	}
	if (!ok || known) {
		free(name);
		free(path);
		return ok;
	}
	list->names[list->count] = name;
	list->paths[list->count++] = path;
	return true;
}

/* What is below @directory, each with @prefix in front. A directory that cannot be read has none. */
static bool scan(struct scenario_names *list, const char *directory, const char *prefix, unsigned depth)
{
	DIR *dir = opendir(directory);
	const struct dirent *file;
	bool ok = true;

	while (dir && ok && (file = readdir(dir)) != NULL) {
		char *path;

		if (*file->d_name == '.' || strcmp(file->d_name, COSTS) == 0)
			continue;
		path = text_format("%s/%s", directory, file->d_name);
		if (has_suffix(file->d_name)) {
			int stem = (int)(strlen(file->d_name) - strlen(SUFFIX));

			ok = add(list, text_format("%s%.*s", prefix, stem, file->d_name), path);
			continue;
		}
		if (path && depth) {
			char *inner = text_format("%s%s/", prefix, file->d_name);

			ok = inner && scan(list, path, inner, depth - 1);
			free(inner);
		}
		ok = ok && path;
		free(path);
	}
	if (dir)
		closedir(dir);
	return ok;
}

/* Names and paths stay together: few enough for this. */
static void sort(struct scenario_names *list)
{
	for (size_t i = 1; i < list->count; i++) {
		char *name = list->names[i], *path = list->paths[i];
		size_t j = i;

		for (; j && strcmp(list->names[j - 1], name) > 0; j--) {
			list->names[j] = list->names[j - 1];
			list->paths[j] = list->paths[j - 1];
		}
		list->names[j] = name;
		list->paths[j] = path;
	}
}

bool scenario_names_read(struct scenario_names *list)
{
	char *data = data_dir_find(), *installed = data ? text_format("%s/" HERE, data) : NULL;
	bool ok;

	*list = (struct scenario_names){ .count = 0 };
	ok = scan(list, HERE, "", FOLDERS_MAX) && (!installed || scan(list, installed, "", FOLDERS_MAX)) &&
	     (installed || !data);
	free(installed);
	free(data);
	sort(list);
	return ok;
}

void scenario_names_free(struct scenario_names *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->names[i]);
		free(list->paths[i]);
	}
	free(list->names);
	free(list->paths);
	*list = (struct scenario_names){ .count = 0 };
}

/* @path if it can be found, else it is freed: NULL. */
static char *if_there(char *path)
{
	if (path && access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *scenario_find(const char *name)
{
	const char *suffix = has_suffix(name) ? "" : SUFFIX;
	char *found, *data;

	if (!*name || *name == '/')
		return NULL;
	found = if_there(text_format(HERE "/%s%s", name, suffix));
	if (found)
		return found;
	data = data_dir_find();
	found = data ? if_there(text_format("%s/" HERE "/%s%s", data, name, suffix)) : NULL;
	free(data);
	return found;
}
