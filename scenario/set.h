/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_SET_H
#define HPTSIM_SCENARIO_SET_H
/*
 * --set PATH=VALUE: change one value of a tree.
 */
#include <stdbool.h>

#include "scenario/node.h"

/**
 * set_apply - change or add one value
 * @a:     owner of the tree
 * @root:  a mapping
 * @src:   the argument, "guest.memory=2GiB"; must live as long as the tree
 * @diags: gets an error when the path leads nowhere or the value is no YAML
 *
 * PATH is keys joined by dots; missing mappings are made, an element of a
 * sequence is its number from 0. Nodes shared through aliases are copied on
 * the way, so only the place named by the path changes.
 */
void set_apply(struct arena *a, struct node *root, const struct source *src,
	       struct diag_list *diags);

/**
 * set_voids - does a --set change what a number of a run is expected for?
 * @set:    "PATH=VALUE"
 * @what:   as in `expect`
 *
 * Another guest, hypervisor, event or fault makes another run; other prices make
 * other times, but no other counts. Policies are what expectations are there to
 * hold against each other, and texts change nothing.
 */
bool set_voids(const char *set, const char *what);

/* Is it this very expectation that a --set gives? */
bool set_gives(const char *set, const char *policy, const char *what);

#endif
