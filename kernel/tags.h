/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_TAGS_H
#define HPTSIM_KERNEL_TAGS_H
/* What is at the top level of a C file, by universal-ctags. */
#include "kernel/work.h"

struct tag {
	char *name;
	unsigned first, last;	/* lines, from 1 */
	bool is_static;		/* seen in this file only */
	bool is_function;
	bool is_declaration;	/* what it names is defined elsewhere */
	bool is_aggregate;	/* struct or union */
	bool is_initcall;	/* late_initcall(fn) and the like; @name is "" */
	char *signature;	/* of a function, as ctags writes it; may be NULL */
};

/* A file: its lines, and what is in them. */
struct source {
	const char *root;	/* directory of the work: "tree", "old", "headers" */
	char *path;		/* in it */
	char *text;
	const char **lines;	/* [line_count + 1], from 0; the end of one is the start of the next */
	unsigned line_count;
	struct tag *tags;
	size_t tag_count;
	bool is_header;
};

struct source_list {
	struct source *sources;
	size_t count;
};

/* Add a file; one that is not there is empty. Pointers into the list are good for as long as none is added. */
bool source_add(struct work *w, struct source_list *list, const char *root, const char *path);
struct source *source_find(const struct source_list *list, const char *root, const char *path);

/* Find what is in all of them. */
bool source_read_tags(struct work *w, struct source_list *list);
void source_list_free(struct source_list *list);

/* The @line-th line, from 1, with its end; its length. */
size_t source_line(const struct source *s, unsigned line, const char **text);

/* Are both tags the same text? */
bool source_same(const struct source *a, const struct tag *x, const struct source *b, const struct tag *y);

#endif
