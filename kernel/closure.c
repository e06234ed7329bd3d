/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is needed: from the roots on, every top-level item that a wanted text names. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/files.h"
#include "kernel/slice.h"

#define IDENTIFIER_MAX	128

/* What hptsim itself calls, and where it has to be. */
static const struct { const char *name, *path; } roots[] = {
	{ "hash__create_section_mapping", TREE_HASH },
	{ "hash__remove_section_mapping", TREE_HASH },
	{ "hpt_order_set", TREE_HASH },
	{ "mmu_hash_ops", TREE_HASH },
	{ "pseries_lpar_resize_hpt", TREE_LPAR },
};

/* Skip a comment, a string or a character; NULL: it is none. */
static const char *skip_literal(const char *p, const char *end)
{
	char quote = *p;

	if (p[0] == '/' && p + 1 < end && p[1] == '*') {
		for (p += 2; p + 1 < end && !(p[0] == '*' && p[1] == '/'); p++)
			;
		return p + 2 < end ? p + 2 : end;
	}
	if (p[0] == '/' && p + 1 < end && p[1] == '/') {
		while (p < end && *p != '\n')
			p++;
		return p;
	}
	if (quote != '"' && quote != '\'')
		return NULL;
	for (p++; p < end && *p != quote && *p != '\n'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

static void want(struct slices *sl, const char *name, const struct source *from);

/* In a struct: does @p, behind a name, make it the name of a member? */
static bool is_member(const char *start, const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return strchr(";[:,", *p) || (*p == ')' && start[-1] == '*');
}

/* All identifiers of a text, but members; @tag: the item that it is, or NULL. A declaration is no use of its name. */
static void scan(struct slices *sl, const struct source *from, const char *p, const char *end, const struct tag *tag)
{
	const char *self = tag && tag->is_declaration ? tag->name : "";
	bool aggregate = tag && tag->is_aggregate, member = false;
	char name[IDENTIFIER_MAX];

	while (p < end) {
		const char *start = p, *next = skip_literal(p, end);

		if (next) {
			p = next;
			continue;
		}
		if (!isalpha((unsigned char)*p) && *p != '_') {
			if (isdigit((unsigned char)*p))
				while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
					p++;
			else
				p++;
			if (!isspace((unsigned char)*start))
				member = *start == '.' || (*start == '>' && start[-1] == '-');
			continue;
		}
		while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
			p++;
		if (!member && !(aggregate && is_member(start, p)) && (size_t)(p - start) < sizeof(name)) {
			memcpy(name, start, (size_t)(p - start));
			name[p - start] = '\0';
			if (strcmp(name, self) != 0)
				want(sl, name, from);
		}
		member = false;
	}
}

static void mark(struct slices *sl, struct item *item)
{
	const struct source *s = item->source;

	if (item->wanted)
		return;
	item->wanted = true;
	scan(sl, s, s->lines[item->tag->first - 1], s->lines[item->tag->last], item->tag);
}

/* The shim's own names, which the kernel may have, too. */
static bool is_own(const struct source *s, const char *name)
{
	if (strcmp(s->root, "headers") != 0)
		return false;
	for (size_t i = 0; i < s->tag_count; i++)
		if (strcmp(s->tags[i].name, name) == 0)
			return true;
	return false;
}

static void want(struct slices *sl, const char *name, const struct source *from)
{
	struct item *first, *end;
	bool here = false;

	if (slice_is_provided(sl, name) || is_own(from, name))
		return;
	slice_find(sl, name, &first, &end);
	for (struct item *i = first; i < end; i++) {
		if (i->source == from) {
			here = true;
			mark(sl, i);
		} else if (i->source->is_header) {
			mark(sl, i);
		}
	}
	if (here && !from->is_header)
		return;
	for (struct item *i = first; i < end; i++)
		if (!i->source->is_header && !i->tag->is_static)
			mark(sl, i);
}

static void scan_file(struct slices *sl, const struct source *s)
{
	if (!s->is_header && s->line_count)
		scan(sl, s, s->lines[0], s->lines[s->line_count], NULL);
	for (size_t i = 0; s->is_header && i < s->tag_count; i++)
		scan(sl, s, s->lines[s->tags[i].first - 1], s->lines[s->tags[i].last], &s->tags[i]);
}

/* Is it new, or not as it was? */
static bool is_touched(const struct slices *sl, const struct source *s, const struct tag *tag)
{
	const struct source *old = source_find(&sl->list, "old", s->path);

	if (!old || strcmp(s->root, "tree") != 0)
		return false;
	for (size_t i = 0; i < old->tag_count; i++)
		if (strcmp(old->tags[i].name, tag->name) == 0 && source_same(old, &old->tags[i], s, tag))
			return false;
	return true;
}

bool closure_run(struct slices *sl)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		struct source *s = source_find(&sl->list, "tree", roots[i].path);
		struct item *first, *end;

		slice_find(sl, roots[i].name, &first, &end);
		while (first < end && first->source != s)
			first++;
		if (first == end)
			return work_fail(sl->w, KERNEL_EREFUSED,
					 "%s%s%s: %s has no %s, which hptsim calls: docs/kernel-tree.md says which trees can be run",
					 sl->w->rq->tree, *sl->w->version ? ", Linux " : "", sl->w->version, roots[i].path,
					 roots[i].name);
		want(sl, roots[i].name, s);
	}
	for (size_t i = 0; i < sl->list.count; i++) {
		const struct source *s = &sl->list.sources[i];

		if (strcmp(s->root, "old") == 0)
			continue;
		if (slice_is_whole(s) || strcmp(s->root, "headers") == 0)
			scan_file(sl, s);
	}
	/* a patch may have something run at boot */
	for (size_t i = 0; i < sl->item_count; i++)
		if (sl->items[i].tag->is_initcall && is_touched(sl, sl->items[i].source, sl->items[i].tag))
			mark(sl, &sl->items[i]);
	return true;
}

static bool is_wanted(const struct slices *sl, const struct source *s, const struct tag *tag)
{
	struct item *first, *end;

	slice_find(sl, tag->name, &first, &end);
	for (; first < end; first++)
		if (first->source == s && first->wanted)
			return true;
	return false;
}

/* Functions and variables only: of the rest, what is used is taken. */
static void print_rest(const struct slices *sl, const struct source *s, bool provided, FILE *out)
{
	const char *before = NULL;

	for (size_t i = 0; i < s->tag_count; i++) {
		const struct tag *tag = &s->tags[i];

		if (!*tag->name || !tag->is_function || !is_touched(sl, s, tag) || is_wanted(sl, s, tag) ||
		    slice_is_provided(sl, tag->name) != provided)
			continue;
		if (!before)
			fprintf(out, "%s%s: ", ftell(out) ? "; " : "", s->path);
		if (!before || strcmp(before, tag->name) != 0)
			fprintf(out, "%s%s()", before ? ", " : "", tag->name);
		before = tag->name;
	}
}

static char *rest(const struct slices *sl, bool provided)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < sl->list.count; i++) {
		const struct source *s = &sl->list.sources[i];

		if (strcmp(s->root, "tree") == 0 && !slice_is_whole(s))
			print_rest(sl, s, provided, out);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

bool closure_tell_rest(struct slices *sl)
{
	char *ours = rest(sl, true), *unused = rest(sl, false);
	bool ok = ours && unused;

	if (!ok)
		work_no_memory(sl->w);
	if (ok && *ours)
		work_note(sl->w, "not run, for hptsim has this part of the kernel itself: %s", ours);
	if (ok && *unused)
		work_note(sl->w, "not run, for nothing that runs calls it: %s", unused);
	if (ok && (*ours || *unused)) {
		sl->w->open = text_format("Changed by the patches but not run: %s%s%s.", ours, *ours && *unused ? "; " : "",
					  unused);
		if (!sl->w->open)
			ok = work_no_memory(sl->w);
	}
	free(ours);
	free(unused);
	return ok;
}
