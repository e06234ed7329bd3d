/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects that were built before, by the content of everything that goes into one. */
#include <dirent.h>
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/build.h"

#define CACHE_FORMAT	"hptsim-kernel-1"

static int not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static bool hash_file(struct work *w, SHA256_CTX *hash, const char *path, const char *name)
{
	size_t size;
	char *data = file_read(path, &size);

	if (!data)
		return work_file_trouble(w, path);
	SHA256Update(hash, (const uint8_t *)name, strlen(name) + 1);
	SHA256Update(hash, (const uint8_t *)data, size + 1);
	free(data);
	return true;
}

/* All files below, in the order of names. */
static bool hash_directory(struct work *w, SHA256_CTX *hash, const char *path)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, not_hidden, alphasort);
	bool ok = count >= 0 || work_file_trouble(w, path);

	for (int i = 0; i < count; i++) {
		char *file = text_format("%s/%s", path, names[i]->d_name);
		struct stat st;

		if (ok && (!file || stat(file, &st)))
			ok = work_no_memory(w);
		if (ok)
			ok = S_ISDIR(st.st_mode) ? hash_directory(w, hash, file) : hash_file(w, hash, file, names[i]->d_name);
		free(file);
		free(names[i]);
	}
	free(names);
	return ok;
}

static bool hash_units(struct work *w, SHA256_CTX *hash)
{
	bool ok = true;

	for (size_t i = 0; i < w->unit_count && ok; i++) {
		char *path = work_path(w, w->units[i]);

		ok = path && hash_file(w, hash, path, w->units[i]);
		free(path);
	}
	return ok;
}

/* A directory that nobody else can write to: what is in it will be run. */
static bool usable(const char *directory)
{
	char *path = text_format("%s/", directory);
	struct stat st;
	bool ok = path && file_make_directories(path) && !stat(directory, &st) && S_ISDIR(st.st_mode) &&
		  st.st_uid == geteuid() && !(st.st_mode & 022) && !access(directory, W_OK);

	free(path);
	return ok;
}

static char *cache_directory(void)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *tmp = getenv("TMPDIR");
	char *path = xdg && *xdg == '/' ? text_format("%s/hptsim", xdg) :
		     home && *home == '/' ? text_format("%s/.cache/hptsim", home) : NULL;
	mode_t mask;

	if (path && usable(path))
		return path;
	free(path);
	path = text_format("%s/hptsim-cache-%ld", tmp && *tmp == '/' ? tmp : "/tmp", (long)geteuid());
	mask = umask(077);
	if (path && !usable(path)) {
		free(path);
		path = NULL;
	}
	umask(mask);
	return path;
}

bool object_cache_find(struct work *w, const char *compiler, char **path)
{
	char hex[SHA256_DIGEST_STRING_LENGTH], *directory = cache_directory(), *include = work_path(w, "headers");
	SHA256_CTX hash;
	bool ok = include;

	SHA256Init(&hash);
	SHA256Update(&hash, (const uint8_t *)CACHE_FORMAT, sizeof(CACHE_FORMAT));
	SHA256Update(&hash, (const uint8_t *)compiler, strlen(compiler) + 1);
	ok = ok && hash_units(w, &hash) && hash_directory(w, &hash, include);
	SHA256End(&hash, hex);
	if (ok && !directory)
		ok = work_fail(w, KERNEL_ETROUBLE, "there is no directory for what is built: set XDG_CACHE_HOME to one that is yours alone");
	if (ok) {
		*path = text_format("%s/%s.so", directory, hex);
		ok = *path || work_no_memory(w);
	}
	free(directory);
	free(include);
	return ok;
}
