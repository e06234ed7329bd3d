/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICY_SO_H
#define HPTSIM_POLICY_SO_H
/* Policies from shared objects: --policy-so. */
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
 *
 * Returns an exit_code and has told about the error: EXIT_USAGE when it cannot
 * be loaded, is no plug-in, is for another ABI, or its name is bad, a built-in
 * policy's or that of one loaded already.
 */
int policy_so_add(struct policy_so_list *list, const char *path);

/* Not before the last run of their policies, and its results, are done with. */
void policy_so_release(struct policy_so_list *list);

const struct policy *policy_so_policy(const struct policy_so *so);

/* The version of the kernel whose text it is, "6.1.170"; "" for another plug-in, or when not known. */
const char *policy_so_version(const struct policy_so *so);

/* The policy of that name, or NULL. */
const struct policy *policy_so_find(const struct policy_so_list *list, const char *name);

/**
 * policy_so_clash - does a scenario make a policy of a plug-in's name?
 * @path: of the scenario, for the message
 *
 * Returns EXIT_FINE or, told, EXIT_USAGE.
 */
int policy_so_clash(const struct policy_so_list *list, const char *path, const struct scenario *sc);

#endif
