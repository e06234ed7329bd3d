/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_LOADER_H
#define HPTSIM_SCENARIO_LOADER_H
/*
 * Inside of the reader: what its files share while one scenario is read.
 */
#include "scenario/keys.h"
#include "scenario/load.h"
#include "scenario/search.h"
#include "sim/scenario.h"

/* What a table of prices stores into. */
struct prices {
	struct cost_profile value, sd;
};

struct axis_list {
	struct scenario_axis *items;
	size_t count;
};

/* What the tables store into. Zero in a checked field: it had an error. */
struct scenario_draft {
	struct scenario sc;
	unsigned version;
	const char *costs;		/* value of `costs`: a name or a path */
	const struct node_entry *costs_entry;
	const struct node_entry *overrides_entry;
	struct scenario_origin origin;
	struct axis_list axes[2];	/* by enum axis_of */
	struct scenario_search search;	/* but for its axes */
};

struct loader {
	struct arena arena;
	struct diag_list *diags;
	const struct scenario_load_options *opts;	/* never NULL */
	const char *dir;		/* of the scenario, ends with '/'; "" is here; NULL: no scenario */
	struct node *root;
	bool io_trouble;
	unsigned source_count;
	const char **vary_keys;		/* of each --vary so far */
	size_t vary_count;
	struct scenario_draft draft;
};

/* Largest file that is read. */
#define LOADER_FILE_MAX	(size_t)(1024 * 1024)

/* NULL: no memory. */
struct loader *loader_new(struct diag_list *diags, const struct scenario_load_options *opts);

/* NULL is fine. */
void loader_free(struct loader *ld);

/* Calls @body; whether it ran to its end, which it does unless memory runs out. */
bool loader_run(struct loader *ld, void (*body)(struct loader *ld, void *arg), void *arg);

/* What to return when @before errors had been counted at the start. */
enum scenario_status loader_status(const struct loader *ld, size_t before);

/* Whether the root of a document is a mapping; an error that says what @what is if not. */
bool loader_want_root(struct loader *ld, const struct node *root, const char *what);

/* Is it "-", which stands for standard input? */
bool loader_is_stdin(const char *path);

/**
 * loader_read - read a file into memory
 *
 * Returns NULL after an error. With @missing, a file that cannot exist is
 * no error: *@missing is set instead.
 */
const struct source *loader_read(struct loader *ld, const char *path, bool *missing);

/* A source for text in memory; an initial byte order mark is left out. */
const struct source *loader_source(struct loader *ld, const char *name, const char *text,
				   size_t size);

/* The tables, in the order of the reference; each list ends with NULL. */
extern const struct key_table *const scenario_tables[], *const event_tables[], *const fault_tables[];
extern const struct key_table *const policy_tables[];
extern const struct key_table scenario_keys, reference_keys, expect_keys, event_keys, fault_keys, policy_keys;

/* What the numbers in bounds of a row of expect_keys are: KEY_INT64, KEY_TIME or KEY_SIZE. */
enum key_type expect_type(size_t row);

/* Readers of `events`, `expect`, `faults`, `policies`, `reference`, `sweep` and `search`. */
key_reader read_events, read_expect, read_faults, read_policies, read_references, read_sweep, read_search;

/* A policy that there is, or one that the scenario made before; NULL after an error. */
const struct policy *policies_find(struct loader *ld, struct srcpos pos, const char *name);

/* Checks that span several keys; fills what depends on others. */
void loader_check(struct loader *ld);

#endif
