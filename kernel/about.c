/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the policy is called, and what is said about it. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/build.h"

#define NAME_MAX_LENGTH	64

static const char *base_of(const char *path, size_t *length)
{
	size_t end = strlen(path), start;

	while (end > 1 && path[end - 1] == '/')
		end--;
	start = end;
	while (start && path[start - 1] != '/')
		start--;
	*length = end - start;
	return path + start;
}

/* Characters that names of policies do not have become '-'. */
static char *clean(const char *text, size_t length)
{
	char *name = text_format("%.*s", (int)(length < NAME_MAX_LENGTH ? length : NAME_MAX_LENGTH), text);

	for (char *p = name; p && *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			*p = '-';
	return name;
}

static char *tree_name(const struct work *w)
{
	char *real = realpath(w->rq->tree, NULL), *name;
	size_t length;
	const char *base = base_of(real ? real : w->rq->tree, &length);

	name = length && *base != '/' ? clean(base, length) : strdup("linux");
	free(real);
	return name;
}

/* Without what says that it is a patch. */
static char *patch_name(const char *path)
{
	static const char *const suffixes[] = { ".mbox", ".mbx", ".patch", ".diff", ".eml", ".txt" };
	size_t length;
	const char *base = base_of(path, &length);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t n = strlen(suffixes[i]);

		if (length > n && strncmp(base + length - n, suffixes[i], n) == 0) {
			length -= n;
			break;
		}
	}
	return clean(base, length);
}

static bool is_taken(const struct work *w, const char *name)
{
	return w->rq->taken && w->rq->taken(w->rq->ctx, name);
}

/* After the last patch, else the tree; both if that is somebody else's already. */
static char *choose_name(const struct work *w)
{
	const struct kernel_request *rq = w->rq;
	char *tree, *patch, *both;

	if (rq->name)
		return strdup(rq->name);
	tree = tree_name(w);
	if (!rq->patch_count)
		return tree;
	patch = patch_name(rq->patches[rq->patch_count - 1]);
	if (patch && !is_taken(w, patch)) {
		free(tree);
		return patch;
	}
	both = patch && tree ? text_format("%s-%s", tree, patch) : NULL;
	free(tree);
	free(patch);
	return both;
}

static void define(FILE *out, const char *name, const char *text)
{
	fprintf(out, "#define %s \"", name);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text < ' ' || *text == '?')
			fprintf(out, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputs("\"\n", out);
}

static char *source_of(const struct work *w)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs(w->rq->tree, out);
	for (size_t i = 0; i < w->rq->patch_count; i++)
		fprintf(out, ", %s", w->rq->patches[i]);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

bool about_write(struct work *w)
{
	char *name = choose_name(w), *source = source_of(w), *path = work_path(w, "headers/hptsim_about.h");
	char *title = text_format("the text of Linux%s%s%s", *w->version ? " " : "", w->version,
				  !w->rq->patch_count ? "" : w->patch_count == 1 ? " with a patch" : " with patches");
	FILE *out = name && source && path && title ? fopen(path, "w") : NULL;
	bool ok = out;

	if (out) {
		define(out, "HPTSIM_NAME", name);
		define(out, "HPTSIM_TITLE", title);
		define(out, "HPTSIM_SOURCE", source);
		define(out, "HPTSIM_OPEN", w->open ? w->open : "");
		define(out, "HPTSIM_VERSION", w->version);
		ok = fclose(out) == 0 || work_file_trouble(w, path);
	} else if (!w->status) {
		work_no_memory(w);
	}
	free(title);
	free(path);
	free(source);
	free(name);
	return ok;
}
