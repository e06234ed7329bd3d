/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_LOAD_H
#define HPTSIM_SCENARIO_LOAD_H
/*
 * Scenario files: YAML in, struct scenario out.
 *
 * docs/scenario-format.md describes the format. Nothing here prints unless it
 * is given a FILE, and nothing exits.
 */
#include <stddef.h>
#include <stdio.h>

#include "scenario/axis.h"
#include "scenario/diag.h"
#include "scenario/search.h"
#include "sim/scenario.h"

struct costs_cache;
struct node;

struct scenario_load_options {
	const char *const *sets;	/* arguments of --set, "PATH=VALUE", in order */
	size_t set_count;
	const char *costs_dir;		/* looked into first for cost profiles; NULL: none */
	const char *const *varies;	/* arguments of --vary, "KEY=SPEC": besides `sweep` */
	size_t vary_count;
	bool search;			/* they are of `search`, not of `sweep` */
	/* cost profiles that have been read, for many scenarios beside each other; NULL: each is read from its file */
	struct costs_cache *costs_cache;
	/*
	 * A point of a sweep: values of its keys, "KEY=VALUE", after @sets; `sweep` and `search` are not read
	 * then. @point_from, of as many, is where diagnostics say that each came from.
	 */
	bool point;
	const char *const *point_sets, *const *point_from;
	size_t point_set_count;
};

enum scenario_status {
	SCENARIO_OK = 0,
	SCENARIO_EINVALID,	/* errors in the scenario, a profile or --set: exit status 2 */
	SCENARIO_EIO,		/* a file cannot be opened or read: exit status 3 */
	SCENARIO_ENOMEM,	/* out of memory, perhaps without a diagnostic: exit status 3 */
};

/* A scenario and all memory it points to. */
struct scenario_file;

/**
 * scenario_load - read and check one scenario
 * @path:  the file, or a name as scenario_find() takes it if there is no such file; "-": standard
 *         input, as if it were in the current directory
 * @opts:  may be NULL
 * @diags: initialised; gets all errors, after those already in it
 * @out:   set on SCENARIO_OK, else NULL; free with scenario_free()
 *
 * On SCENARIO_OK the scenario satisfies all that sim/scenario.h promises.
 * SCENARIO_EIO comes with a diagnostic, too. costs_name of the scenario is
 * the profile's name, with "+overrides" behind it if `cost_overrides` changed
 * prices.
 */
enum scenario_status scenario_load(const char *path, const struct scenario_load_options *opts,
				   struct diag_list *diags, struct scenario_file **out);

/* The same from @text; @name stands for the file in diagnostics, and cost profiles are found beside it. */
enum scenario_status scenario_load_text(const char *name, const char *text,
					const struct scenario_load_options *opts,
					struct diag_list *diags, struct scenario_file **out);

/**
 * scenario_load_tree - the same from a tree in memory: no file is read, no YAML parsed
 * @name: stands for the file, and lives as long as the scenario
 * @root: a mapping; it and its texts live as long, too. --set changes it
 *
 * scenario_origin() has no text then.
 */
enum scenario_status scenario_load_tree(const char *name, struct node *root, const struct scenario_load_options *opts,
					struct diag_list *diags, struct scenario_file **out);

/* What a scenario was read from, with its --set; valid until scenario_free(). */
const struct node *scenario_tree(const struct scenario_file *file);

/* Valid until scenario_free(). */
const struct scenario *scenario_get(const struct scenario_file *file);

/* What a scenario was made from, besides its --set. */
struct scenario_origin {
	const char *path;		/* of the file, which may have been asked for by name */
	const char *text;		/* the file as it is */
	const char *costs_text;		/* of the cost profile's file */
	const char *costs_about;	/* its `about`: paragraphs of "key: text", each with a newline */
};

/* Valid until scenario_free(). */
const struct scenario_origin *scenario_origin(const struct scenario_file *file);

/* What `sweep` and --vary vary, in their order; valid until scenario_free(). */
const struct scenario_axis *scenario_axes(const struct scenario_file *file, size_t *count);

/* What `search` says, and --vary with options.search; valid until scenario_free(). */
struct scenario_search scenario_search(const struct scenario_file *file);

/**
 * scenario_list_void - what @set makes void of what is expected of policies
 * @set: KEY=VALUE, as in expect_spec.void_by
 * @out: gets "v1 (total_ns, findings), v2-p1 (total_ns)"; NULL: nothing is written
 *
 * False: nothing.
 */
bool scenario_list_void(const struct scenario *sc, const struct policy *const *policies, size_t count, const char *set,
			FILE *out);

/* NULL is fine. */
void scenario_free(struct scenario_file *file);

/* One key of a scenario; texts are Markdown. Valid during the call only. */
struct scenario_key_doc {
	const char *section;		/* what it is a key of */
	const char *name, *takes, *range, *doc;
	const char *def;		/* what a scenario without it has; "" when required */
	bool required;
};

void scenario_each_key(void (*fn)(void *ctx, const struct scenario_key_doc *key), void *ctx);

/* Writes the reference of all keys as Markdown: `hptsim list keys`. */
void scenario_print_keys(FILE *out);

/* Writes the rule names in brackets behind errors, as Markdown: `hptsim list rules`. */
void scenario_print_rules(FILE *out);

#endif
