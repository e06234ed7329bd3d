/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what there is: the shim, the whole headers, the files of which parts are taken. */
#include "kernel/slice.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/files.h"
#include "kernel/shim_files.h"

#define WHOLE_PREFIX	"arch/powerpc/include/"

bool slice_is_whole(const struct source *s)
{
	if (strcmp(s->path, TREE_HOTPLUG) == 0)
		return true;
	for (size_t i = 0; tree_whole_headers[i]; i++)
		if (strncmp(s->path, WHOLE_PREFIX, strlen(WHOLE_PREFIX)) == 0 &&
		    strcmp(s->path + strlen(WHOLE_PREFIX), tree_whole_headers[i]) == 0)
			return true;
	return false;
}

static bool is_shim(const struct source *s)
{
	return strcmp(s->root, "headers") == 0;
}

static bool write_shim(struct work *w)
{
	for (const struct shim_file *f = shim_files; f->name; f++) {
		char *path = text_format("%s/headers/%s", w->dir, f->name);
		bool ok = path ? (file_make_directories(path) && file_write(path, f->text, f->size)) ||
				 work_file_trouble(w, path) : work_no_memory(w);

		free(path);
		if (!ok)
			return false;
	}
	for (size_t i = 0; i < w->rq->shim_count; i++) {
		char *path = text_format("%s/headers/hptsim_user_%zu.h", w->dir, i);
		bool ok = path ? file_copy(w->rq->shims[i], path) ||
				 work_fail(w, KERNEL_EREFUSED, "shim '%s' cannot be read", w->rq->shims[i]) : work_no_memory(w);

		free(path);
		if (!ok)
			return false;
	}
	return true;
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t a = strlen(text), b = strlen(suffix);

	return a >= b && strcmp(text + a - b, suffix) == 0;
}

static bool add_once(struct slices *sl, const char *root, const char *path)
{
	return source_find(&sl->list, root, path) || source_add(sl->w, &sl->list, root, path);
}

static bool add_shim(struct slices *sl)
{
	bool ok = true;

	for (const struct shim_file *f = shim_files; f->name && ok; f++)
		if (has_suffix(f->name, ".h"))
			ok = add_once(sl, "headers", f->name);
	ok = ok && add_once(sl, "headers", "shim.c");
	for (size_t i = 0; i < sl->w->rq->shim_count && ok; i++) {
		char *name = text_format("hptsim_user_%zu.h", i);

		ok = name ? add_once(sl, "headers", name) : work_no_memory(sl->w);
		free(name);
	}
	return ok;
}

static bool add_tree(struct slices *sl)
{
	const struct work *w = sl->w;
	bool ok = add_once(sl, "tree", TREE_HOTPLUG);

	for (size_t i = 0; tree_whole_headers[i] && ok; i++) {
		char *path = text_format(WHOLE_PREFIX "%s", tree_whole_headers[i]);

		ok = path ? add_once(sl, "tree", path) : work_no_memory(sl->w);
		free(path);
	}
	for (size_t i = 0; tree_headers[i] && ok; i++)
		ok = add_once(sl, "tree", tree_headers[i]);
	for (size_t i = 0; tree_sources[i] && ok; i++)
		ok = add_once(sl, "tree", tree_sources[i]);
	for (size_t i = 0; i < w->touched_count && ok; i++)
		if (has_suffix(w->touched[i], ".c") || has_suffix(w->touched[i], ".h"))
			ok = add_once(sl, "tree", w->touched[i]) && add_once(sl, "old", w->touched[i]);
	return ok;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int by_name = strcmp(x->name, y->name);

	if (by_name)
		return by_name;
	if (x->source != y->source)
		return (x->source > y->source) - (x->source < y->source);
	return (x->tag->first > y->tag->first) - (x->tag->first < y->tag->first);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool index_names(struct slices *sl)
{
	size_t tags = 0;

	for (size_t i = 0; i < sl->list.count; i++)
		tags += sl->list.sources[i].tag_count;
	sl->items = calloc(tags + 1, sizeof(*sl->items));
	sl->provided = calloc(tags + 1, sizeof(*sl->provided));
	if (!sl->items || !sl->provided)
		return work_no_memory(sl->w);
	for (size_t i = 0; i < sl->list.count; i++) {
		struct source *s = &sl->list.sources[i];

		for (size_t j = 0; j < s->tag_count; j++) {
			const struct tag *tag = &s->tags[j];

			if (strcmp(s->root, "old") == 0 || has_suffix(s->path, "shim.c"))
				continue;
			/* what a whole header declares may be defined by a patch */
			if (is_shim(s) || (slice_is_whole(s) && s->is_header && !tag->is_declaration))
				sl->provided[sl->provided_count++] = tag->name;
			else if (!slice_is_whole(s))
				sl->items[sl->item_count++] = (struct item){ .name = tag->name, .source = s, .tag = tag };
		}
	}
	qsort(sl->items, sl->item_count, sizeof(*sl->items), compare_items);
	qsort(sl->provided, sl->provided_count, sizeof(*sl->provided), compare_names);
	return true;
}

bool slice_is_provided(const struct slices *sl, const char *name)
{
	return bsearch(&name, sl->provided, sl->provided_count, sizeof(*sl->provided), compare_names);
}

void slice_find(const struct slices *sl, const char *name, struct item **first, struct item **end)
{
	size_t low = 0, high = sl->item_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(sl->items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*first = *end = &sl->items[low];
	while (*end < sl->items + sl->item_count && strcmp((*end)->name, name) == 0)
		++*end;
}

bool slices_read(struct slices *sl)
{
	return write_shim(sl->w) && add_shim(sl) && add_tree(sl) && source_read_tags(sl->w, &sl->list) && index_names(sl);
}

void slices_free(struct slices *sl)
{
	free(sl->items);
	free(sl->provided);
	source_list_free(&sl->list);
}
