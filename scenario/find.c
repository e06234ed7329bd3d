// SPDX-License-Identifier: GPL-2.0-or-later
#include "scenario/find.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Nothing that a shell, a terminal or a list takes for something else; not hidden, and not a way up. */
static bool is_plain(const char *word, size_t length)
{
	if (!length || *word == '.')
		return false;
	for (size_t i = 0; i < length; i++)
		if (word[i] != '+' && !text_is_name_char(word[i]))
			return false;
	return true;
}

/* Plain words with slashes between them. */
static bool is_name(const char *name)
{
	for (;;) {
		size_t length = strcspn(name, "/");

		if (!is_plain(name, length))
			return false;
		if (!name[length])
			return true;
		name += length + 1;
	}
}

/* Takes both texts; whether there is memory. */
static bool add(struct scenario_names *list, char *name, char *path)
{
	size_t room = list->room ? 2 * list->room : 64;
	struct scenario_name *more = list->names;

	if (name && path && list->count == list->room) {
		more = realloc(list->names, room * sizeof(*more));
		list->names = more ? more : list->names;
		list->room = more ? room : list->room;
	}
	if (!name || !path || !more) {
		free(name);
		free(path);
		return false;
	}
	list->names[list->count] = (struct scenario_name){ .name = name, .path = path, .order = list->count };
	list->count++;
	return true;
}

/* Not by a symbolic link, which may lead in a circle. */
static bool is_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What is below @directory, each with @prefix in front. A directory that cannot be read has none. */
static bool scan(struct scenario_names *list, const char *directory, const char *prefix, unsigned depth)
{
	DIR *dir = opendir(directory);
	const struct dirent *file;
	bool ok = true;

	while (dir && ok && (file = readdir(dir)) != NULL) {
		char *path;

		/* others can be given as paths; in a list they might do a terminal harm */
		if (!is_plain(file->d_name, strlen(file->d_name)) || strcmp(file->d_name, COSTS) == 0)
			continue;
		path = text_format("%s/%s", directory, file->d_name);
		if (has_suffix(file->d_name)) {
			int stem = (int)(strlen(file->d_name) - strlen(SUFFIX));

			ok = add(list, text_format("%s%.*s", prefix, stem, file->d_name), path);
			continue;
		}
		if (path && depth && is_folder(path)) {
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

static int compare(const void *a, const void *b)
{
	const struct scenario_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

/* By name; of those with the same name the first that was found. */
static void sort(struct scenario_names *list)
{
	size_t kept = 0;

	if (list->count)
		qsort(list->names, list->count, sizeof(*list->names), compare);
	for (size_t i = 0; i < list->count; i++) {
		if (kept && strcmp(list->names[kept - 1].name, list->names[i].name) == 0) {
			free(list->names[i].name);
			free(list->names[i].path);
		} else {
			list->names[kept++] = list->names[i];
		}
	}
	list->count = kept;
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
		free(list->names[i].name);
		free(list->names[i].path);
	}
	free(list->names);
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

	if (!is_name(name))
		return NULL;
	found = if_there(text_format(HERE "/%s%s", name, suffix));
	if (found)
		return found;
	data = data_dir_find();
	found = data ? if_there(text_format("%s/" HERE "/%s%s", data, name, suffix)) : NULL;
	free(data);
	return found;
}
