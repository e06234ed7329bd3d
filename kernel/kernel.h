/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_H
#define HPTSIM_KERNEL_H
/*
 * A kernel tree, and patches to it, as a shared object that has the kernel's own
 * text in it. docs/kernel-tree.md says what of the tree is taken.
 *
 * Needs git, universal-ctags and a C compiler at run time.
 */
#include <stddef.h>

struct kernel_request {
	const char *tree;		/* directory */
	const char *const *patches;	/* files: diffs, or mboxes */
	size_t patch_count;
	const char *const *shims;	/* headers of the user's, included last */
	size_t shim_count;
	const char *name;		/* of the policy; NULL: after the last patch, else the tree */
	/* is this name taken? Asked only where @name is NULL; may be NULL */
	int (*taken)(void *ctx, const char *name);
	/* what is wrong, or worth knowing: a line, details may follow on further ones */
	void (*error)(void *ctx, const char *text);
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

enum kernel_status {
	KERNEL_OK = 0,
	KERNEL_EREFUSED,	/* tree, patch or text are not what can be run; told */
	KERNEL_ETROUBLE,	/* files, programs, memory; told */
};

/**
 * kernel_build - the shared object of a tree with its patches
 * @output: where to put it; NULL: in the cache, which has what was built before
 * @path:   set to where it is; the caller's to free
 *
 * The tree itself is only read. Offsets of hunks, and parts of a patch that
 * do not run, are noted.
 */
enum kernel_status kernel_build(const struct kernel_request *rq, const char *output, char **path);

#endif
