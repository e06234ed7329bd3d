/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_SET_H
#define HPTSIM_SCENARIO_SET_H
/*
 * --set PATH=VALUE: change one value of a tree.
 */
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

#endif
