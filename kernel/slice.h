/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_SLICE_H
#define HPTSIM_KERNEL_SLICE_H
/* Which text of the tree runs: closure.c finds it, emit.c writes it. */
#include "kernel/tags.h"

/* A top-level item that may be taken, in the order of names. */
struct item {
	const char *name;
	struct source *source;
	const struct tag *tag;
	bool wanted;
};

struct slices {
	struct work *w;
	struct source_list list;
	struct item *items;		/* of sources of which parts are taken */
	size_t item_count;
	const char **provided;		/* names that the shim and whole headers have */
	size_t provided_count;
};

/* Read the shim, and what is in the files of the tree; slices_free() is due either way. */
bool slices_read(struct slices *sl);
void slices_free(struct slices *sl);

/* Is it in a file that is compiled as it is? */
bool slice_is_whole(const struct source *s);
bool slice_is_provided(const struct slices *sl, const char *name);

/* The items of that name: [*first, *end). */
void slice_find(const struct slices *sl, const char *name, struct item **first, struct item **end);

/* Mark what the roots, and what hotplug-memory.c asks for, need. */
bool closure_run(struct slices *sl);

/* Tell which changes of the patches do not run. */
bool closure_tell_rest(struct slices *sl);

/* Write the files that are compiled. */
bool emit_all(struct slices *sl);

#endif
