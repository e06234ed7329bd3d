/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Below all readers: memory, files and how it ended. */
#include "scenario/loader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_ORDER_MARK	"\xef\xbb\xbf"

struct loader *loader_new(struct diag_list *diags, const struct scenario_load_options *opts)
{
	struct loader *ld = calloc(1, sizeof(*ld));

	if (ld) {
		ld->diags = diags;
		ld->opts = opts;
	}
	return ld;
}

void loader_free(struct loader *ld)
{
	if (ld)
		arena_release(&ld->arena);
	free(ld);
}

bool loader_run(struct loader *ld, void (*body)(struct loader *ld, void *arg), void *arg)
{
	jmp_buf oom;

	if (setjmp(oom)) {
		ld->arena.on_oom = NULL;
		return false;
	}
	ld->arena.on_oom = &oom;
	body(ld, arg);
	ld->arena.on_oom = NULL;
	return true;
}

enum scenario_status loader_status(const struct loader *ld, size_t before)
{
	if (ld->io_trouble)
		return SCENARIO_EIO;
	return ld->diags->error_count > before ? SCENARIO_EINVALID : SCENARIO_OK;
}

bool loader_want_root(struct loader *ld, const struct node *root, const char *what)
{
	if (root->type == NODE_MAPPING)
		return true;
	diag_error(ld->diags, root->pos, RULE_WRONG_TYPE, "%s is a mapping, not %s", what,
		   node_type_name(root));
	return false;
}

const struct source *loader_source(struct loader *ld, const char *name, const char *text,
				   size_t size)
{
	struct source *src = arena_alloc(&ld->arena, sizeof(*src));
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (size >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0) {
		text += mark;
		size -= mark;
	}
	src->name = name;
	src->text = text;
	src->size = size;
	src->order = ld->source_count++;
	return src;
}

static void io_error(struct loader *ld, const char *path, int error)
{
	const struct source src = { .name = path, .text = "", .order = ld->source_count++ };

	diag_error(ld->diags, (struct srcpos){ .source = &src }, RULE_IO, "cannot read: %s",
		   strerror(error));
	ld->io_trouble = true;
}

bool loader_is_stdin(const char *path)
{
	return strcmp(path, "-") == 0;
}

const struct source *loader_read(struct loader *ld, const char *path, bool *missing)
{
	/* first of all: with a file open there must be no jump out of here */
	char *text = arena_alloc_raw(&ld->arena, LOADER_FILE_MAX + 1);
	const struct source *src;
	size_t size;
	FILE *file;
	int error;

	if (missing)
		*missing = false;
	file = loader_is_stdin(path) ? stdin : fopen(path, "rb");
	if (!file) {
		if (missing && (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG))
			*missing = true;
		else
			io_error(ld, path, errno);
		return NULL;
	}
	errno = 0;
	size = fread(text, 1, LOADER_FILE_MAX + 1, file);
	error = ferror(file) ? errno : 0;
	if (file != stdin)
		fclose(file);
	if (error) {
		io_error(ld, path, error);
		return NULL;
	}
	src = loader_source(ld, arena_strdup(&ld->arena, loader_is_stdin(path) ? "stdin" : path), text, size);
	if (size <= LOADER_FILE_MAX)
		return src;
	diag_error(ld->diags, (struct srcpos){ .source = src }, RULE_FILE_TOO_BIG,
		   "larger than %zu bytes", LOADER_FILE_MAX);
	return NULL;
}
