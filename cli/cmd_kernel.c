// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim kernel: a kernel tree, and patches, as a policy in a file. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/kernel_option.h"

enum { OPT_OUT = 1, OPT_PATCH, OPT_SHIM, OPT_NAME };

static const struct cli_option options[] = {
	{ "out", "FILE", "the shared object to write", OPT_OUT },
	{ "patch", "FILE", "apply this diff or mailbox first; may be repeated", OPT_PATCH },
	{ "shim", "FILE", "a header with what the shim lacks; may be repeated", OPT_SHIM },
	{ "name", "NAME", "of the policy (default: after the last patch, else the tree)", OPT_NAME },
	{ 0 }
};

static const struct cli_letter letters[] = { { 'o', OPT_OUT }, { 0 } };

/* The options come before or after the tree. */
static int take_options(struct kernel_option_list *list, const struct command *command, int argc, char **argv,
			const char **output)
{
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id < 0)
			return id;
		if (id == OPT_OUT)
			*output = value;
		else
			code = kernel_option_take(list, id == OPT_PATCH ? KERNEL_PATCH : id == OPT_SHIM ? KERNEL_SHIM : KERNEL_NAME,
						  value);
	}
	return code;
}

/* Say what it is called, which is not what the file is called. */
static int tell_name(const char *path)
{
	struct policy_so_list sos = { 0 };
	char *why;
	int code = policy_so_add(&sos, path, &why) ? EXIT_FINE : cli_refuse(why);

	if (code == EXIT_FINE)
		printf("%s: policy %s, %s\n", path, policy_so_policy(sos.sos[0])->name, policy_so_policy(sos.sos[0])->title);
	policy_so_release(&sos);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct kernel_option_list list = { 0 };
	const char *output = NULL;
	char *path = NULL;
	int code = kernel_option_take(&list, KERNEL_TREE, ".");

	if (code == EXIT_FINE)
		code = take_options(&list, command, argc, argv, &output);
	if (code < 0) {
		kernel_option_release(&list);
		return code == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	}
	if (code == EXIT_FINE && argc - optind != 1) {
		cli_error("kernel takes one tree, not %d", argc - optind);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE && (!output || !*output)) {
		cli_error("say with -o where to put the shared object");
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE) {
		list.options[0].tree = argv[optind];
		code = kernel_option_build(&list.options[0], output, NULL, &path);
	}
	if (code == EXIT_FINE)
		code = cli_finish_output(tell_name(path));
	free(path);
	kernel_option_release(&list);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim kernel ~/linux --patch v2.mbox -o v2.so", "the kernel's text with a patch" },
	{ "hptsim run 256g_on_129g --policy-so v2.so", "run it" },
	{ 0 }
};

const struct command command_kernel = {
	.name = "kernel",
	.arguments = "TREE",
	.summary = "Build a policy from a kernel tree and patches to it",
	.details = "The file is for --policy-so. What --kernel-tree takes elsewhere is built the same way and kept in a cache.\n"
		   "docs/kernel-tree.md says what of the tree is taken.\n",
	.examples = examples,
	.options = options,
	.letters = letters,
	.run = run,
};
