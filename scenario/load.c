/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/costs.h"
#include "scenario/find.h"
#include "scenario/loader.h"
#include "scenario/set.h"

/* The loader holds all that the scenario points to. */
struct scenario_file {
	struct loader *ld;
};

static char *path_dir(struct loader *ld, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_strndup(&ld->arena, path, slash ? (size_t)(slash + 1 - path) : 0);
}

/* A name for a scenario that has none: its file's, made to be one. */
static char *path_name(struct loader *ld, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');
	size_t size = dot && dot > base ? (size_t)(dot - base) : strlen(base), i;
	char *name;

	if (size == 0)
		return arena_strdup(&ld->arena, "_");
	name = arena_strndup(&ld->arena, base, size < TEXT_NAME_MAX ? size : TEXT_NAME_MAX);
	for (i = 0; name[i]; i++) {
		if (!text_is_name_char(name[i]))
			name[i] = '_';
	}
	return name;
}

static void apply_sets(struct loader *ld)
{
	size_t i;

	for (i = 0; i < ld->opts->set_count; i++) {
		const char *text = arena_strdup(&ld->arena, ld->opts->sets[i]);

		set_apply(&ld->arena, ld->root, loader_source(ld, "--set", text, strlen(text)), ld->diags);
	}
	for (i = 0; i < ld->opts->point_set_count; i++) {
		const char *text = arena_strdup(&ld->arena, ld->opts->point_sets[i]);

		set_apply(&ld->arena, ld->root, loader_source(ld, ld->opts->point_from[i], text, strlen(text)), ld->diags);
	}
}

/* The file itself or, if it is not there, the one of that name. */
static const char *resolve(struct loader *ld, const char *path)
{
	char *found = loader_is_stdin(path) || access(path, F_OK) == 0 ? NULL : scenario_find(path);
	char *copy;

	if (!found)
		return arena_strdup(&ld->arena, path);
	copy = arena_try_alloc(&ld->arena, strlen(found) + 1);
	if (copy)
		strcpy(copy, found);
	free(found);
	return copy ? copy : arena_strdup(&ld->arena, path);
}

/* For a file that is not there: which names there are, and which is near. */
static void suggest(struct loader *ld, const char *path)
{
	struct text_nearest near = { .word = path };
	struct scenario_names names;
	const char *best = NULL, *slash;

	scenario_names_read(&names);
	for (size_t i = 0; i < names.count; i++) {
		text_nearest_offer(&near, names.names[i].name);
		slash = strrchr(names.names[i].name, '/');
		/* without its folder */
		if (!best && slash && strcmp(slash + 1, path) == 0)
			best = names.names[i].name;
	}
	best = best ? best : near.best;
	if (best)
		diag_hint(ld->diags, "did you mean '%s'?", best);
	else if (names.count)
		diag_hint(ld->diags, "'hptsim list scenarios' has those that can be named");
	scenario_names_free(&names);
}

struct request {
	const char *path;
	const char *text;	/* NULL: what the file has */
	struct node *root;	/* instead of a text */
};

/* From the text to the tree; false after an error. */
static bool read_tree(struct loader *ld, const struct request *request)
{
	const char *path = request->text ? arena_strdup(&ld->arena, request->path) : resolve(ld, request->path);
	const struct source *src;

	if (request->text)
		src = loader_source(ld, path, arena_strdup(&ld->arena, request->text), strlen(request->text));
	else
		src = loader_read(ld, path, NULL);
	if (!src && !request->text && !loader_is_stdin(path) && access(path, F_OK) != 0)
		suggest(ld, path);
	if (!src)
		return false;
	ld->draft.origin.path = path;
	ld->draft.origin.text = arena_strndup(&ld->arena, src->text, src->size);
	ld->root = node_parse(&ld->arena, src, 0, ld->diags);
	return ld->root && loader_want_root(ld, ld->root, "a scenario");
}

static void read_scenario(struct loader *ld, void *arg)
{
	const struct request *request = arg;
	struct node_entry root = { NULL, NULL };
	const char *path;

	ld->root = request->root;
	ld->draft.origin.path = request->path;
	if (!ld->root && !read_tree(ld, request))
		return;
	path = ld->draft.origin.path;
	ld->dir = path_dir(ld, path);
	apply_sets(ld);
	root.value = ld->root;
	keys_read(ld, &scenario_keys, &root, &ld->draft);
	if (!node_get(ld->root, "name"))
		ld->draft.sc.name = path_name(ld, loader_is_stdin(path) ? "stdin" : path);
	loader_check(ld);
	costs_resolve(ld);
	for (size_t i = 0; i < ld->opts->vary_count; i++)
		axis_read_vary(ld, ld->opts->search ? AXIS_OF_SEARCH : AXIS_OF_SWEEP, ld->opts->varies[i]);
}

static enum scenario_status load(struct request request, const struct scenario_load_options *opts,
				 struct diag_list *diags, struct scenario_file **out)
{
	static const struct scenario_load_options no_options;
	struct scenario_file *file = calloc(1, sizeof(*file));
	size_t first = diags->count, before = diags->error_count;
	enum scenario_status status = SCENARIO_ENOMEM;

	*out = NULL;
	if (file)
		file->ld = loader_new(diags, opts ? opts : &no_options);
	if (file && file->ld && loader_run(file->ld, read_scenario, &request))
		status = loader_status(file->ld, before);
	diag_sort(diags, first);
	if (status != SCENARIO_OK) {
		scenario_free(file);
		return status;
	}
	/* neither outlives this call */
	file->ld->opts = NULL;
	file->ld->diags = NULL;
	*out = file;
	return SCENARIO_OK;
}

enum scenario_status scenario_load(const char *path, const struct scenario_load_options *opts,
				   struct diag_list *diags, struct scenario_file **out)
{
	return load((struct request){ .path = path }, opts, diags, out);
}

enum scenario_status scenario_load_text(const char *name, const char *text,
					const struct scenario_load_options *opts,
					struct diag_list *diags, struct scenario_file **out)
{
	return load((struct request){ .path = name, .text = text }, opts, diags, out);
}

enum scenario_status scenario_load_tree(const char *name, struct node *root, const struct scenario_load_options *opts,
					struct diag_list *diags, struct scenario_file **out)
{
	return load((struct request){ .path = name, .root = root }, opts, diags, out);
}

const struct node *scenario_tree(const struct scenario_file *file)
{
	return file->ld->root;
}

const struct scenario *scenario_get(const struct scenario_file *file)
{
	return &file->ld->draft.sc;
}

const struct scenario_origin *scenario_origin(const struct scenario_file *file)
{
	return &file->ld->draft.origin;
}

const struct scenario_axis *scenario_axes(const struct scenario_file *file, size_t *count)
{
	const struct axis_list *axes = &file->ld->draft.axes[AXIS_OF_SWEEP];

	*count = axes->count;
	return axes->items;
}

struct scenario_search scenario_search(const struct scenario_file *file)
{
	const struct axis_list *axes = &file->ld->draft.axes[AXIS_OF_SEARCH];
	struct scenario_search search = file->ld->draft.search;

	search.axes = axes->items;
	search.axis_count = axes->count;
	return search;
}

void scenario_free(struct scenario_file *file)
{
	if (file)
		loader_free(file->ld);
	free(file);
}
