/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_COSTS_H
#define HPTSIM_SCENARIO_COSTS_H
/*
 * Cost profiles: files that say what each step of the model takes.
 *
 * A profile NAME is looked for as NAME.yaml in the directory given with
 * --costs-dir, in costs/ beside the scenario, and among those built in.
 */
#include <stddef.h>

#include "scenario/diag.h"
#include "scenario/load.h"
#include "sim/machine/cost.h"

/* A profile that was compiled in from scenarios/costs/. */
struct costs_builtin {
	const char *name;	/* without .yaml */
	const char *text;
	size_t size;
};

/* Made by embed.py; a NULL name ends it. */
extern const struct costs_builtin costs_builtin[];

/**
 * costs_load - read one profile outside of any scenario
 * @name:      a profile's name, or a path that ends in .yaml
 * @costs_dir: looked into before the built-in profiles; may be NULL
 * @diags:     initialised; gets all errors
 * @out:       filled on SCENARIO_OK
 * @sd:        likewise, the prices' standard deviations; may be NULL
 */
enum scenario_status costs_load(const char *name, const char *costs_dir,
				struct diag_list *diags, struct cost_profile *out,
				struct cost_profile *sd);

#define COSTS_CACHE_MAX	8

/* Profiles by what scenarios of one directory call them; all zero is empty. */
struct costs_cache {
	struct {
		char name[128];
		struct cost_profile value, sd;
	} items[COSTS_CACHE_MAX];
	size_t count;
};

/**
 * costs_list - name the profiles that a scenario can ask for
 * @costs_dir: as in costs_load()
 * @each:      called once per name, sorted; @origin is the directory it is
 *             in, or "built in"; both are valid during the call only
 *
 * A directory that cannot be read has no profiles. SCENARIO_OK or SCENARIO_ENOMEM.
 */
enum scenario_status costs_list(const char *costs_dir,
				void (*each)(void *ctx, const char *name, const char *origin),
				void *ctx);

struct loader;
struct srcpos;
struct key_table;

/* Inside of the reader: resolves `costs` and `cost_overrides` of the draft. */
void costs_resolve(struct loader *ld);

/* Rows of cost_keys[]; made in the loader's arena. */
const struct key_table *costs_table(struct loader *ld, bool required);

/* The tables of a profile apart from its prices; ends with NULL. */
extern const struct key_table *const costs_tables[];

#endif
