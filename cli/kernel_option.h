/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_OPTION_H
#define HPTSIM_KERNEL_OPTION_H
/* --kernel-tree, and what belongs to it: --patch, --shim and --name. */
#include <stddef.h>

#include "kernel/kernel.h"
#include "plugin/policy_so.h"

/* One --kernel-tree; what follows on the command line belongs to it. */
struct kernel_option {
	const char *tree, *name;
	const char **patches, **shims;
	size_t patch_count, shim_count;
};

struct kernel_option_list {
	struct kernel_option *options;
	size_t count;
};

enum kernel_option_id { KERNEL_TREE, KERNEL_PATCH, KERNEL_SHIM, KERNEL_NAME };

/* Take one; an exit_code, told. All but the first kind need a tree before them. */
int kernel_option_take(struct kernel_option_list *list, enum kernel_option_id id, const char *value);

/**
 * kernel_option_build - one shared object
 * @output: where; NULL: in the cache
 * @sos:    whose names are taken; may be NULL
 * @path:   set; the caller's to free
 *
 * Returns an exit_code, told: EXIT_USAGE when the tree, a patch or the text are not what can be run.
 */
int kernel_option_build(const struct kernel_option *option, const char *output, const struct policy_so_list *sos,
			char **path);

/* Build all of them and load them behind @sos. */
int kernel_option_load(const struct kernel_option_list *list, struct policy_so_list *sos);

void kernel_option_release(struct kernel_option_list *list);

#endif
