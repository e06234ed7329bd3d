/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what is compiled: text of the tree with its own file names and lines. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/files.h"
#include "kernel/slice.h"

/*
 * Functions that hptsim wants to know the arguments of: callers get another one
 * that tells it and goes on to the real one.
 */
static const struct wrap {
	const char *name, *path, *signature;
	bool everywhere;	/* also for callers in other files */
	const char *text;	/* behind its end */
} wraps[] = {
	{ "dlpar_add_lmb", TREE_HOTPLUG, "(struct drmem_lmb * lmb)", false,
	  "static int hptsim_wrap_dlpar_add_lmb(struct drmem_lmb *lmb) { int rc; hptsim_lmb_begin(lmb, 1); "
	  "rc = dlpar_add_lmb(lmb); hptsim_lmb_end(lmb, 1, rc); return rc; }" },
	{ "dlpar_remove_lmb", TREE_HOTPLUG, "(struct drmem_lmb * lmb)", false,
	  "static int hptsim_wrap_dlpar_remove_lmb(struct drmem_lmb *lmb) { int rc; hptsim_lmb_begin(lmb, 0); "
	  "rc = dlpar_remove_lmb(lmb); hptsim_lmb_end(lmb, 0, rc); return rc; }" },
	{ "htab_shift_for_mem_size", TREE_HASH, "(unsigned long mem_size)", true,
	  "unsigned hptsim_wrap_htab_shift_for_mem_size(unsigned long mem_size) "
	  "{ hptsim_mem_size_asked(mem_size); return htab_shift_for_mem_size(mem_size); }" },
};

/* What hptsim calls that is static in its file. */
static const struct { const char *path, *text; } ends[] = {
	{ TREE_HASH, "int hptsim_text_hpt_order_set(u64 shift) { return hpt_order_set(NULL, shift); }" },
	{ TREE_LPAR, "int hptsim_text_resize_hpt(unsigned long shift) { return pseries_lpar_resize_hpt(shift); }" },
};

#define WRAP_COUNT	(sizeof(wraps) / sizeof(wraps[0]))

/* Can the function be wrapped in this tree? */
static bool is_wrapped(const struct slices *sl, const struct wrap *wrap)
{
	const struct source *s = source_find(&sl->list, "tree", wrap->path);
	bool found = false;

	for (size_t i = 0; s && i < s->tag_count; i++) {
		const struct tag *tag = &s->tags[i];

		if (!tag->is_function || strcmp(tag->name, wrap->name) != 0)
			continue;
		if (!tag->signature || strcmp(tag->signature, wrap->signature) != 0)
			return false;
		found = true;
	}
	return found;
}

/* The wrapped function that begins, or ends, at a line. */
static const struct wrap *wrap_at(const struct slices *sl, const struct source *s, unsigned line, bool end)
{
	for (size_t w = 0; w < WRAP_COUNT; w++) {
		if (strcmp(wraps[w].path, s->path) != 0 || !is_wrapped(sl, &wraps[w]))
			continue;
		for (size_t i = 0; i < s->tag_count; i++) {
			const struct tag *tag = &s->tags[i];

			if (tag->is_function && (end ? tag->last : tag->first) == line && strcmp(tag->name, wraps[w].name) == 0)
				return &wraps[w];
		}
	}
	return NULL;
}

/* "#  ifdef ..." -> "ifdef"; NULL: no directive */
static const char *directive(const struct source *s, unsigned line)
{
	const char *text;

	source_line(s, line, &text);
	while (*text == ' ' || *text == '\t')
		text++;
	if (*text++ != '#')
		return NULL;
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

static bool continues(const struct source *s, unsigned line)
{
	const char *text;
	size_t size = source_line(s, line, &text);

	return size >= 2 && text[size - 2] == '\\';
}

#define NESTING_MAX	64

/* Keep the directives around what is kept: @keep[line], from 1. */
static void keep_conditionals(const struct source *s, bool *keep)
{
	unsigned starts[NESTING_MAX], depth = 0;
	bool used[NESTING_MAX];

	for (unsigned line = 1; line <= s->line_count; line++) {
		const char *d = directive(s, line);

		if (d && strncmp(d, "if", 2) == 0 && depth < NESTING_MAX) {
			starts[depth] = line;
			used[depth++] = false;
		}
		if (keep[line])
			for (unsigned i = 0; i < depth; i++)
				used[i] = true;
		if (!d || strncmp(d, "endif", 5) != 0 || !depth)
			continue;
		depth--;
		if (!used[depth])
			continue;
		for (unsigned l = starts[depth], level = 0; l <= line; l++) {
			const char *inner = directive(s, l);

			if (!inner)
				continue;
			if (strncmp(inner, "if", 2) == 0)
				level++;
			if (level == 1 && (strncmp(inner, "if", 2) == 0 || strncmp(inner, "el", 2) == 0 ||
					   strncmp(inner, "endif", 5) == 0)) {
				keep[l] = true;
				for (unsigned more = l; continues(s, more) && more < s->line_count; more++)
					keep[more + 1] = true;
			}
			if (strncmp(inner, "endif", 5) == 0)
				level--;
		}
	}
}

static void write_lines(const struct slices *sl, const struct source *s, const bool *keep, FILE *out)
{
	unsigned expected = 0;

	for (unsigned line = 1; line <= s->line_count; line++) {
		const struct wrap *wrap;
		const char *text;
		size_t size;

		if (keep && !keep[line])
			continue;
		wrap = wrap_at(sl, s, line, false);
		if (wrap) {
			fprintf(out, "#undef %s\n", wrap->name);
			expected = 0;
		}
		if (line != expected)
			fprintf(out, "#line %u \"%s\"\n", line, s->path);
		size = source_line(s, line, &text);
		fwrite(text, 1, size, out);
		if (size && text[size - 1] != '\n')
			fputc('\n', out);
		expected = line + 1;
		wrap = wrap_at(sl, s, line, true);
		if (wrap) {
			fprintf(out, "#line 1 \"hptsim\"\n%s\n#define %s hptsim_wrap_%s\n", wrap->text, wrap->name, wrap->name);
			expected = 0;
		}
	}
}

/* keep[line] of the wanted items; all false: nothing is. Freed by the caller; NULL: no memory. */
static bool *keep_of(const struct slices *sl, const struct source *s, bool *any)
{
	bool *keep = calloc(s->line_count + 2, sizeof(*keep));

	*any = false;
	for (size_t i = 0; keep && i < sl->item_count; i++) {
		const struct item *item = &sl->items[i];

		if (item->source != s || !item->wanted)
			continue;
		*any = true;
		for (unsigned line = item->tag->first; line <= item->tag->last; line++)
			keep[line] = true;
	}
	/* the file's own prefix of messages */
	for (size_t i = 0; keep && *any && !s->is_header && i < s->tag_count; i++)
		if (strcmp(s->tags[i].name, "pr_fmt") == 0)
			keep[s->tags[i].first] = true;
	if (keep)
		keep_conditionals(s, keep);
	return keep;
}

static FILE *create(struct work *w, const char *name)
{
	char *path = work_path(w, name);
	FILE *out = path && (file_make_directories(path) || !work_file_trouble(w, path)) ? fopen(path, "w") : NULL;

	if (path && !out)
		work_file_trouble(w, path);
	free(path);
	return out;
}

static bool finish(struct work *w, FILE *out, const char *name)
{
	return fclose(out) == 0 || work_file_trouble(w, name);
}

static bool emit_sliced(struct slices *sl, const struct source *s, FILE *out)
{
	bool any, *keep = keep_of(sl, s, &any);

	if (!keep)
		return work_no_memory(sl->w);
	if (any)
		write_lines(sl, s, keep, out);
	free(keep);
	return true;
}

/* headers/hptsim_tree.h: of headers, what is needed. */
static bool emit_headers(struct slices *sl)
{
	FILE *out = create(sl->w, "headers/hptsim_tree.h");
	bool ok = out;

	for (size_t i = 0; ok && i < sl->list.count; i++) {
		const struct source *s = &sl->list.sources[i];

		if (s->is_header && strcmp(s->root, "tree") == 0 && !slice_is_whole(s))
			ok = emit_sliced(sl, s, out);
	}
	if (!out)
		return false;
	for (size_t i = 0; i < sl->w->rq->shim_count; i++)
		fprintf(out, "#line 1 \"hptsim\"\n#include \"hptsim_user_%zu.h\"\n", i);
	return finish(sl->w, out, "hptsim_tree.h") && ok;
}

/* dlpar_memory() turns the numbers of a request around itself; once its caller had. */
static bool takes_be32(const struct slices *sl)
{
	static const char turns[] = "be32_to_cpu(hp_elog->";
	const struct source *s = source_find(&sl->list, "tree", TREE_HOTPLUG);

	for (size_t i = 0; s && i < s->tag_count; i++) {
		const struct tag *tag = &s->tags[i];
		const char *found;

		if (!tag->is_function || strcmp(tag->name, "dlpar_memory") != 0)
			continue;
		found = strstr(s->lines[tag->first - 1], turns);
		if (found && found < s->lines[tag->last])
			return true;
	}
	return false;
}

/* headers/hptsim_wraps.h: wraps, and what was found out about the tree */
static bool emit_wraps(struct slices *sl)
{
	FILE *out = create(sl->w, "headers/hptsim_wraps.h");

	if (!out)
		return false;
	for (size_t i = 0; i < WRAP_COUNT; i++)
		if (wraps[i].everywhere && is_wrapped(sl, &wraps[i]))
			fprintf(out, "#define %s hptsim_wrap_%s\n", wraps[i].name, wraps[i].name);
	fprintf(out, "#define HPTSIM_ELOG(x) %s\n", takes_be32(sl) ? "cpu_to_be32(x)" : "(x)");
	return finish(sl->w, out, "hptsim_wraps.h");
}

static void write_unit(const struct slices *sl, const struct source *s, const bool *keep, FILE *out)
{
	for (size_t i = 0; i < WRAP_COUNT; i++)
		if (!wraps[i].everywhere && strcmp(wraps[i].path, s->path) == 0 && is_wrapped(sl, &wraps[i]))
			fprintf(out, "#define %s hptsim_wrap_%s\n", wraps[i].name, wraps[i].name);
	if (keep)
		fprintf(out, "#include \"hptsim_kernel.h\"\n#undef pr_fmt\n");
	write_lines(sl, s, keep, out);
	if (keep)
		fprintf(out, "#line 1 \"hptsim\"\n#ifndef pr_fmt\n#define pr_fmt(fmt) fmt\n#endif\n");
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(ends[i].path, s->path) == 0)
			fprintf(out, "#line 1 \"hptsim\"\n%s\n", ends[i].text);
}

/* A source of which something is wanted, under its own path. */
static bool emit_unit(struct slices *sl, const struct source *s)
{
	bool whole = slice_is_whole(s), any = true, *keep = whole ? NULL : keep_of(sl, s, &any), ok = true;
	FILE *out;

	if (!whole && !keep)
		return work_no_memory(sl->w);
	if (any) {
		out = create(sl->w, s->path);
		if (out)
			write_unit(sl, s, keep, out);
		ok = out && finish(sl->w, out, s->path) && work_add_unit(sl->w, strdup(s->path));
	}
	free(keep);
	return ok;
}

/* A header under the kernel's name that has the whole shim; one that is there already stays. */
static bool emit_stub(struct work *w, const char *name, size_t size)
{
	static const char text[] = "#include \"hptsim_kernel.h\"\n";
	char *path = text_format("%s/headers/%.*s", w->dir, (int)size, name);
	FILE *there = path ? fopen(path, "r") : NULL;
	bool ok = path;

	if (there)
		fclose(there);
	else if (path)
		ok = (file_make_directories(path) && file_write(path, text, sizeof(text) - 1)) || work_file_trouble(w, path);
	free(path);
	return ok || (w->status ? false : work_no_memory(w));
}

/* For each #include of a text that is compiled whole. */
static bool emit_stubs(struct slices *sl, const struct source *s)
{
	for (unsigned line = 1; line <= s->line_count; line++) {
		const char *d = directive(s, line), *name;
		size_t size;

		if (!d || strncmp(d, "include", 7) != 0)
			continue;
		name = d + 7;
		while (*name == ' ' || *name == '\t')
			name++;
		if (*name != '<' && *name != '"')
			continue;
		size = strcspn(name + 1, ">\"\n");
		if (strncmp(name + 1, "../", 3) != 0 && !emit_stub(sl->w, name + 1, size))
			return false;
	}
	return true;
}

static bool emit_whole_headers(struct slices *sl)
{
	for (size_t i = 0; tree_whole_headers[i]; i++) {
		char *path = text_format("arch/powerpc/include/%s", tree_whole_headers[i]);
		char *name = text_format("headers/%s", tree_whole_headers[i]);
		const struct source *s = path ? source_find(&sl->list, "tree", path) : NULL;
		FILE *out = s && name ? create(sl->w, name) : NULL;
		bool ok = out;

		if (out) {
			write_lines(sl, s, NULL, out);
			ok = finish(sl->w, out, name);
		}
		free(path);
		free(name);
		if (!ok)
			return sl->w->status ? false : work_no_memory(sl->w);
	}
	return true;
}

bool emit_all(struct slices *sl)
{
	if (!emit_whole_headers(sl) || !emit_headers(sl) || !emit_wraps(sl))
		return false;
	for (size_t i = 0; i < sl->list.count; i++) {
		const struct source *s = &sl->list.sources[i];

		if (strcmp(s->root, "tree") != 0)
			continue;
		if (slice_is_whole(s) && !emit_stubs(sl, s))
			return false;
		if (!s->is_header && !emit_unit(sl, s))
			return false;
	}
	return true;
}
