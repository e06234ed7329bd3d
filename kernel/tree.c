/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is taken from a kernel tree. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/files.h"
#include "kernel/work.h"

/* without one of these there is nothing to run; what they are for, in a message */
static const struct { const char *path, *what; } needed[] = {
	{ TREE_HOTPLUG, "the hotplug requests" },
	{ TREE_HASH, "the check that asks for a resize; there since Linux 5.2" },
	{ TREE_LPAR, "the resize itself" },
	{ TREE_DRMEM, "struct drmem_lmb; there since Linux 4.16" },
};

const char *const tree_whole_headers[] = { "asm/hvcall.h", "asm/sparsemem.h", "asm/drmem.h", NULL };

const char *const tree_sources[] = { TREE_HASH, TREE_LPAR, TREE_DLPAR, NULL };

const char *const tree_headers[] = {
	TREE_ASM "rtas-types.h", TREE_ASM "rtas.h", TREE_ASM "book3s/64/mmu-hash.h", TREE_ASM "book3s/64/hash.h",
	TREE_ASM "plpar_wrappers.h", "arch/powerpc/platforms/pseries/pseries.h", NULL
};

bool tree_has(const struct work *w, const char *path)
{
	char *from = text_format("%s/%s", w->rq->tree, path);
	struct stat st;
	bool has = from && !stat(from, &st) && S_ISREG(st.st_mode);

	free(from);
	return has;
}

bool tree_take(struct work *w, const char *path)
{
	char *from, *to;
	struct stat st;
	bool ok;

	if (!tree_has(w, path))
		return true;
	from = text_format("%s/%s", w->rq->tree, path);
	to = text_format("%s/tree/%s", w->dir, path);
	if (!from || !to)
		ok = work_no_memory(w);
	else
		ok = !stat(to, &st) || file_copy(from, to) || work_file_trouble(w, from);
	free(from);
	free(to);
	return ok;
}

/* VERSION, PATCHLEVEL and SUBLEVEL of the top Makefile; "" without one. */
static char *read_version(const struct work *w)
{
	char *path = text_format("%s/Makefile", w->rq->tree), *text = path ? file_read(path, NULL) : NULL;
	int part[3] = { 0 };
	static const char *const keys[] = { "VERSION = ", "PATCHLEVEL = ", "SUBLEVEL = " };
	char *version;

	for (char *line = text ? strtok(text, "\n") : NULL; line; line = strtok(NULL, "\n"))
		for (int i = 0; i < 3; i++)
			if (strncmp(line, keys[i], strlen(keys[i])) == 0)
				part[i] = atoi(line + strlen(keys[i]));
	version = part[0] ? text_format("%d.%d.%d", part[0], part[1], part[2]) : strdup("");
	free(text);
	free(path);
	return version;
}

static bool take_all(struct work *w, const char *const *paths)
{
	for (; *paths; paths++)
		if (!tree_take(w, *paths))
			return false;
	return true;
}

bool tree_check(struct work *w)
{
	const char *tree = w->rq->tree;
	struct stat st;

	if (stat(tree, &st))
		return work_fail(w, KERNEL_EREFUSED, "kernel tree '%s': %s", tree, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return work_fail(w, KERNEL_EREFUSED, "kernel tree '%s' is no directory", tree);
	w->version = read_version(w);
	if (!w->version)
		return work_no_memory(w);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!tree_has(w, needed[i].path))
			return work_fail(w, KERNEL_EREFUSED, "kernel tree '%s'%s%s has no %s (%s): docs/kernel-tree.md says which trees can be run",
					 tree, *w->version ? ", Linux " : "", w->version, needed[i].path, needed[i].what);
	for (size_t i = 0; tree_whole_headers[i]; i++) {
		char *path = text_format("arch/powerpc/include/%s", tree_whole_headers[i]);
		bool ok = path ? tree_take(w, path) : work_no_memory(w);

		free(path);
		if (!ok)
			return false;
	}
	return tree_take(w, TREE_HOTPLUG) && take_all(w, tree_sources) && take_all(w, tree_headers);
}
