/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICY_SO_H
#define HPTSIM_POLICY_SO_H
/* Policies from shared objects: --policy-so. */
#include <stdbool.h>
#include <stddef.h>

#include "sim/policy.h"

struct policy_so;

struct policy_so_list {
	struct policy_so **sos;
	size_t count;
};

/**
 * policy_so_add - load a plug-in, or a kernel's text, and check it
 * @path: of the file; without a slash: in the current directory
 * @why:  what is wrong with it, in new memory, the caller's; NULL: out of memory
 *
 * False, and @why is set, when it cannot be loaded, is no plug-in, is for another
 * ABI, or its name is bad, a built-in policy's or that of one loaded already.
 */
bool policy_so_add(struct policy_so_list *list, const char *path, char **why);

/* Not before the last run of their policies, and its results, are done with. */
void policy_so_release(struct policy_so_list *list);

const struct policy *policy_so_policy(const struct policy_so *so);

/* The version of the kernel whose text it is, "6.1.170"; "" for another plug-in, or when not known. */
const char *policy_so_version(const struct policy_so *so);

/* The SHA-256 of the file that @policy was loaded from, in hexadecimal; "" when it is of none of them. */
const char *policy_so_digest(const struct policy_so_list *list, const struct policy *policy);

/* Where it is. */
const char *policy_so_path(const struct policy_so *so);

/* The policy of that name, or NULL. */
const struct policy *policy_so_find(const struct policy_so_list *list, const char *name);

#endif
