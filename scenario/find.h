/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_FIND_H
#define HPTSIM_SCENARIO_FIND_H
/*
 * Scenarios by name. `256g_on_129g` is scenarios/256g_on_129g.yaml below the current
 * directory or, if that is not there, below what `meson install` installed; and
 * `questions/overlap` likewise in a folder of these.
 */
#include <stdbool.h>
#include <stddef.h>

struct scenario_name {
	char *name, *path;	/* path: the file */
	size_t order;		/* in which they were found */
};

struct scenario_names {
	struct scenario_name *names;	/* sorted, each once */
	size_t count, room;
};

/* Those that there are; false: out of memory. To be freed, whatever is returned. */
bool scenario_names_read(struct scenario_names *names);
void scenario_names_free(struct scenario_names *names);

/* The file of that name, with or without .yaml; to be freed. NULL: there is none, it is no name, or no memory. */
char *scenario_find(const char *name);

#endif
