/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/leave.h"
#include "base/output.h"
#include "kernel/build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNITS_MAX	32

static const char *compiler(void)
{
	const char *cc = getenv("CC");

	return cc && *cc && !strchr(cc, ' ') ? cc : "cc";
}

/*
 * As the kernel is built, but for a shared object; every function of the text
 * keeps its name and a frame, so that who asked for a resize can be told.
 */
static const char *const flags[] = {
	"-std=gnu11", "-O1", "-g1", "-c", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv",
	"-funsigned-char", "-fno-common", "-fno-delete-null-pointer-checks", "-fno-omit-frame-pointer",
	"-fno-optimize-sibling-calls", "-fno-inline-functions", "-fno-stack-protector", "-Wno-attributes",
	"-Werror=implicit-function-declaration", "-Werror=return-type", "-Iheaders",
};

/* clang does not know these, nor do what they turn off at -O1 */
static const char *const gcc_flags[] = {
	"-fno-inline-functions-called-once", "-fno-inline-small-functions", "-fno-partial-inlining", "-fno-ipa-sra",
	"-fno-ipa-cp", "-fno-ipa-icf",
};

#define FLAG_COUNT	(sizeof(flags) / sizeof(flags[0]))
#define GCC_FLAG_COUNT	(sizeof(gcc_flags) / sizeof(gcc_flags[0]))

struct units {
	char *names[UNITS_MAX], *objects[UNITS_MAX], *logs[UNITS_MAX];
	struct spawn compilers[UNITS_MAX];
	size_t count;
};

static bool add_unit(struct work *w, struct units *u, const char *name)
{
	size_t i = u->count;

	if (i == UNITS_MAX)
		return work_fail(w, KERNEL_EREFUSED, "the patches change more than %d source files", UNITS_MAX - 1);
	u->names[i] = strdup(name);
	u->objects[i] = text_format("unit-%zu.o", i);
	u->logs[i] = text_format("%s/unit-%zu.log", w->dir, i);
	u->count++;
	return (u->names[i] && u->objects[i] && u->logs[i]) || work_no_memory(w);
}

static bool find_units(struct work *w, struct units *u)
{
	bool ok = add_unit(w, u, "headers/shim.c");

	for (size_t i = 0; i < w->unit_count && ok; i++)
		ok = add_unit(w, u, w->units[i]);
	return ok;
}

static bool start_compiler(struct work *w, struct units *u, size_t i)
{
	char *prefix = text_format("-fdebug-prefix-map=%s/=/hptsim/", w->dir);
	char *here = text_format("-fdebug-prefix-map=%s=/hptsim", w->dir);
	const char *argv[FLAG_COUNT + GCC_FLAG_COUNT + 7];
	size_t n = 0;
	bool ok;

	if (!prefix || !here) {
		free(prefix);
		free(here);
		return work_no_memory(w);
	}
	argv[n++] = compiler();
	argv[n++] = prefix;
	argv[n++] = here;
	for (size_t f = 0; f < FLAG_COUNT; f++)
		argv[n++] = flags[f];
	for (size_t f = 0; f < GCC_FLAG_COUNT && !w->is_clang; f++)
		argv[n++] = gcc_flags[f];
	argv[n++] = "-o";
	argv[n++] = u->objects[i];
	argv[n++] = u->names[i];
	argv[n] = NULL;
	ok = spawn_start(&u->compilers[i], argv, w->dir, NULL, u->logs[i]) || work_file_trouble(w, argv[0]);
	free(prefix);
	free(here);
	return ok;
}

/* All at once: there are a handful. */
static bool compile(struct work *w, struct units *u)
{
	bool ok = true;
	int rc[UNITS_MAX];

	for (size_t i = 0; i < u->count && ok; i++)
		ok = start_compiler(w, u, i);
	for (size_t i = 0; i < u->count; i++)
		rc[i] = u->compilers[i].pid ? spawn_wait(&u->compilers[i]) : 0;
	for (size_t i = 0; i < u->count && ok; i++) {
		if (rc[i] == SPAWN_NOT_FOUND)
			ok = work_fail(w, KERNEL_ETROUBLE, "cannot run the C compiler '%s'", compiler());
		else if (rc[i])
			ok = diagnose(w, u->logs[i]);
	}
	return ok && !w->status;
}

static bool link_units(struct work *w, const struct units *u, const char *output)
{
	const char *argv[UNITS_MAX + 8];
	size_t n = 0;
	int rc;

	argv[n++] = compiler();
	argv[n++] = "-shared";
	argv[n++] = "-Wl,-z,defs";
	argv[n++] = "-o";
	argv[n++] = output;
	for (size_t i = 0; i < u->count; i++)
		argv[n++] = u->objects[i];
	argv[n] = NULL;
	rc = work_run(w, argv, w->dir, NULL);
	return rc == 0 || (rc > 0 && diagnose(w, w->log));
}

static void free_units(struct units *u)
{
	for (size_t i = 0; i < u->count; i++) {
		free(u->names[i]);
		free(u->objects[i]);
		free(u->logs[i]);
	}
}

/* Into the cache, whole or not at all. */
static bool build_into(struct work *w, const char *path)
{
	struct units u = { .count = 0 };
	char *partial = text_format("%s.%ld", path, (long)getpid());
	int left = partial ? leave_file(partial) : -1;
	bool ok = partial ? find_units(w, &u) && compile(w, &u) && link_units(w, &u, partial) : work_no_memory(w);

	if (ok && rename(partial, path))
		ok = work_file_trouble(w, path);
	if (!ok && partial)
		unlink(partial);
	leave_done(left);
	free_units(&u);
	free(partial);
	return ok;
}

/* What it is, and how it is called: another one makes another object. */
static bool compiler_version(struct work *w, char **version)
{
	const char *const argv[] = { compiler(), "--version", NULL };
	char *more;

	*version = work_run(w, argv, NULL, NULL) < 0 ? NULL : file_read(w->log, NULL);
	w->is_clang = *version && strstr(*version, "clang");
	for (size_t i = 0; *version && i < FLAG_COUNT; i++) {
		more = text_format("%s %s", *version, flags[i]);
		free(*version);
		*version = more;
	}
	return *version;
}

/* Whole or not at all, too. */
static bool put(struct work *w, const char *cached, const char *output)
{
	struct output o;
	size_t size;
	char *data = file_read(cached, &size);
	FILE *out = data && file_make_directories(output) ? output_open(&o, output) : NULL;
	bool ok = (out && output_close(&o, fwrite(data, 1, size, out) == size)) || work_file_trouble(w, output);

	free(data);
	return ok;
}

bool build_object(struct work *w, const char *output, char **path)
{
	char *version = NULL, *cached = NULL;
	bool ok = about_write(w) && compiler_version(w, &version) && object_cache_find(w, version, &cached);

	if (ok && access(cached, R_OK))
		ok = build_into(w, cached);
	if (ok && output)
		ok = put(w, cached, output);
	if (ok) {
		*path = output ? strdup(output) : cached;
		if (!output)
			cached = NULL;
		ok = *path || work_no_memory(w);
	}
	free(cached);
	free(version);
	return ok;
}
