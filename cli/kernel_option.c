// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/kernel_option.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

static int add_tree(struct kernel_option_list *list, const char *tree)
{
	struct kernel_option *options = realloc(list->options, (list->count + 1) * sizeof(*options));

	if (!options)
		return cli_no_memory();
	list->options = options;
	options[list->count++] = (struct kernel_option){ .tree = tree };
	return EXIT_FINE;
}

static int add_path(const char ***paths, size_t *count, const char *path)
{
	const char **more = realloc(*paths, (*count + 1) * sizeof(*more));

	if (!more)
		return cli_no_memory();
	more[(*count)++] = path;
	*paths = more;
	return EXIT_FINE;
}

int kernel_option_take(struct kernel_option_list *list, enum kernel_option_id id, const char *value)
{
	static const char *const names[] = { "kernel-tree", "patch", "shim", "name" };
	struct kernel_option *last = list->count ? &list->options[list->count - 1] : NULL;

	if (!*value) {
		cli_error("--%s needs a value", names[id]);
		return EXIT_USAGE;
	}
	if (id == KERNEL_TREE)
		return add_tree(list, value);
	if (!last) {
		cli_error("--%s belongs to the --kernel-tree before it, and there is none", names[id]);
		return EXIT_USAGE;
	}
	if (id == KERNEL_PATCH)
		return add_path(&last->patches, &last->patch_count, value);
	if (id == KERNEL_SHIM)
		return add_path(&last->shims, &last->shim_count, value);
	if (last->name) {
		cli_error("--name is given twice for the tree '%s'", last->tree);
		return EXIT_USAGE;
	}
	last->name = value;
	return EXIT_FINE;
}

static int is_taken(void *ctx, const char *name)
{
	const struct policy_so_list *sos = ctx;

	return policy_find(name) || strcmp(name, "all") == 0 || (sos && policy_so_find(sos, name));
}

static void tell_error(void *ctx, const char *text)
{
	cli_error("%s", text);
}

static void tell_note(void *ctx, const char *text)
{
	cli_note("%s", text);
}

int kernel_option_build(const struct kernel_option *option, const char *output, const struct policy_so_list *sos,
			char **path)
{
	struct policy_so_list none = { 0 };
	struct kernel_request rq = {
		.tree = option->tree, .name = option->name,
		.patches = option->patches, .patch_count = option->patch_count,
		.shims = option->shims, .shim_count = option->shim_count,
		.taken = is_taken, .error = tell_error, .note = tell_note,
	};

	/* only looked at */
	if (sos)
		none = *sos;
	rq.ctx = &none;
	switch (kernel_build(&rq, output, path)) {
	case KERNEL_OK:
		return EXIT_FINE;
	case KERNEL_EREFUSED:
		return EXIT_USAGE;
	case KERNEL_ETROUBLE:
		break;
	}
	return EXIT_TROUBLE;
}

int kernel_option_load(const struct kernel_option_list *list, struct policy_so_list *sos)
{
	int code = EXIT_FINE;

	for (size_t i = 0; i < list->count && code == EXIT_FINE; i++) {
		char *path = NULL, *why;

		code = kernel_option_build(&list->options[i], NULL, sos, &path);
		if (code == EXIT_FINE && !policy_so_add(sos, path, &why))
			code = cli_refuse(why);
		free(path);
	}
	return code;
}

void kernel_option_release(struct kernel_option_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->options[i].patches);
		free(list->options[i].shims);
	}
	free(list->options);
	*list = (struct kernel_option_list){ 0 };
}
