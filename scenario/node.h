/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_NODE_H
#define HPTSIM_SCENARIO_NODE_H
/*
 * YAML as a tree in which every node knows its place.
 *
 * Aliases are resolved: an alias becomes a copy of the node it names, with
 * the place of the alias, and shares that node's children. A walk of the tree
 * is bounded because nodes are counted as if the children were copied, too.
 */
#include <stdbool.h>
#include <stddef.h>

#include "scenario/arena.h"
#include "scenario/diag.h"

#define NODE_DEPTH_MAX	32u		/* nested sequences and mappings */
#define NODE_COUNT_MAX	(size_t)262144	/* nodes of a tree, aliases expanded */
#define NODE_ANCHOR_MAX	(size_t)256
#define NODE_KEY_MAX	(size_t)1024	/* keys of one mapping */

enum node_type { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node;

/* One line of a mapping; an element of a sequence has the key NULL. */
struct node_entry {
	struct node *key;	/* a scalar */
	struct node *value;
};

struct node {
	enum node_type type;
	struct srcpos pos;
	bool plain;		/* scalar: written without quotes */
	const char *text;	/* scalar: never NULL, no NUL inside */
	struct node_entry *entries;
	size_t count;		/* of @entries */
	unsigned height;	/* levels of sequences and mappings, this one included */
	size_t size;		/* nodes, this one and aliases expanded included */
};

/**
 * node_parse - read one YAML document
 * @a:          owner of the tree
 * @src:        what to read; must live as long as the tree
 * @col_offset: added to the columns of line 1, for text cut out of a line
 * @diags:      gets an error for all that is wrong
 *
 * Returns the root or, when there is no tree to go on with, NULL. A tree is
 * also returned after errors that leave one, such as a duplicate key: the
 * caller looks at @diags, too.
 */
struct node *node_parse(struct arena *a, const struct source *src,
			unsigned col_offset, struct diag_list *diags);

/* The entry of that key, or NULL; also NULL when @map is NULL or no mapping. */
const struct node_entry *node_find(const struct node *map, const char *key);

/* As node_find(), but the value. */
const struct node *node_get(const struct node *map, const char *key);

/* "a mapping", "a sequence", "a scalar" */
const char *node_type_name(const struct node *node);

#endif
