/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_WORK_H
#define HPTSIM_KERNEL_WORK_H
/*
 * One build under way: a directory of its own with
 *   tree/     the files that matter, patched
 *   old/      those of them that a patch changes, as they were
 *   headers/  the shim, and headers under the kernel's names
 *   arch/...  what is compiled, under the paths of the tree
 */
#include <stdbool.h>

#include "kernel/kernel.h"
#include "kernel/spawn.h"

struct work {
	const struct kernel_request *rq;
	char *dir;
	int left;			/* leave_directory() of it */
	char *log;			/* what the last program printed */
	char *version;			/* "6.1.170" */
	char **touched;			/* paths that patches change, each once */
	size_t touched_count;
	char **units;			/* paths of what is compiled */
	size_t unit_count;
	unsigned patch_count;		/* mails or diffs that were applied */
	bool is_clang;			/* the compiler */
	char *open;			/* what of them does not run, for the policy; NULL: nothing */
	enum kernel_status status;
};

/* All of these note the first failure in w->status and return false. */
__attribute__((format(printf, 3, 4)))
bool work_fail(struct work *w, enum kernel_status status, const char *format, ...);
bool work_no_memory(struct work *w);
bool work_file_trouble(struct work *w, const char *path);	/* errno says why */

/* Not a failure. */
__attribute__((format(printf, 2, 3)))
void work_note(const struct work *w, const char *format, ...);

/* A path in the work's directory; NULL, and noted, when out of memory. */
char *work_path(struct work *w, const char *name);

/* Run a program whose absence is the user's to mend; its exit status, or -1 and noted. */
int work_run(struct work *w, const char *const *argv, const char *directory, const char *input);

/* Takes over @unit; NULL is no memory. */
bool work_add_unit(struct work *w, char *unit);

bool work_touches(const struct work *w, const char *path);

/* --- the tree and its patches: tree.c, patch.c --- */

/* Are the files there, and what is its version? */
bool tree_check(struct work *w);
/* Copy a file of the tree into tree/ if it has it and it is not there yet; false on trouble only. */
bool tree_take(struct work *w, const char *path);
bool tree_has(const struct work *w, const char *path);

bool patch_apply_all(struct work *w);

#endif
