/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_TREE_H
#define HPTSIM_SEARCH_TREE_H
/*
 * Scenarios as trees that are changed: a copy shares nothing with what it was made
 * from. When memory runs out, arena.on_oom is jumped to.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario/node.h"

struct node *tree_copy(struct arena *a, const struct node *node);

struct node *tree_scalar(struct arena *a, const char *text);
struct node *tree_mapping(struct arena *a);
struct node *tree_sequence(struct arena *a);

/* Adds @value at the end of a mapping or, with a @key of NULL, of a sequence. */
void tree_add(struct arena *a, struct node *parent, const char *key, struct node *value);

/* The node at keys and numbers joined by dots, as for --set; NULL: there is none. */
struct node *tree_at(struct node *root, const char *path);

/* Changes or adds a scalar, and the mappings above it. */
void tree_set(struct arena *a, struct node *root, const char *path, const char *text);

/* Leaves out a key; nothing if it is not there. A mapping that becomes empty goes, too, but for `events`. */
void tree_remove(struct node *root, const char *path);

/* Leaves out elements @from to @from + @count - 1 of a sequence. */
void tree_cut(struct node *sequence, size_t from, size_t count);

/* Both have the same keys, values and order. */
bool tree_equal(const struct node *a, const struct node *b);

/* Writes a mapping as YAML, its keys @indent spaces to the right. */
void tree_print(const struct node *map, unsigned indent, FILE *out);

/* Writes any node on one line. */
void tree_print_flow(const struct node *node, FILE *out);

/* Writes a text as one YAML scalar. */
void tree_print_scalar(const char *text, bool plain, FILE *out);

#endif
