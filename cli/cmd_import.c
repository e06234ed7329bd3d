// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim import: a scenario for a guest that libvirt or QEMU describes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/whole.h"
#include "cli/command.h"
#include "import/import.h"
#include "scenario/load.h"

#define FILE_MAX	(16u << 20)	/* bytes; a domain is a few KiB */

static const struct cli_option options[] = {
	{ 0 }
};

/* An exit_code. */
static int read_all(const char *path, char **text, size_t *size)
{
	switch (whole_read(path, FILE_MAX, text, size)) {
	case WHOLE_OK:
		return EXIT_FINE;
	case WHOLE_ENOMEM:
		return cli_no_memory();
	case WHOLE_EIO:
		cli_error("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	case WHOLE_ETOOBIG:
		cli_error("%s: larger than a libvirt domain can be", path);
		break;
	}
	return EXIT_USAGE;
}

static int tell_error(const struct import *import, const char *path, enum import_status status)
{
	if (status == IMPORT_ENOMEM)
		return cli_no_memory();
	if (path && import->line)
		cli_error("%s:%u: %s", path, import->line, import->error);
	else if (path)
		cli_error("%s: %s", path, import->error);
	else
		cli_error("%s", import->error);
	return EXIT_USAGE;
}

/* What is printed must be a scenario, whatever was imported: try it first. */
static int print(const struct import *import, const char *path)
{
	struct scenario_file *file = NULL;
	enum scenario_status status;
	struct diag_list diags;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return cli_no_memory();
	import_write(import, out);
	if (fclose(out) != 0) {
		free(text);
		return cli_no_memory();
	}
	diag_init(&diags);
	status = scenario_load_text(path ? path : "command line", text, NULL, &diags, &file);
	if (status == SCENARIO_OK)
		fputs(text, stdout);
	else
		diag_render(&diags, stderr);
	scenario_free(file);
	diag_release(&diags);
	free(text);
	if (status == SCENARIO_ENOMEM)
		return cli_no_memory();
	return status == SCENARIO_OK ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
}

static int import_file(const char *path)
{
	enum import_status status;
	struct import import;
	char *text;
	size_t size;
	int code = read_all(path, &text, &size);

	if (code == EXIT_FINE) {
		status = import_domain(&import, text, size);
		code = status == IMPORT_OK ? print(&import, path) : tell_error(&import, path, status);
		import_free(&import);
	}
	free(text);
	return code;
}

static int import_command_line(int argc, char **argv)
{
	struct import import;
	enum import_status status = import_qemu(&import, argc, argv);
	int code = status == IMPORT_OK ? print(&import, NULL) : tell_error(&import, NULL, status);

	import_free(&import);
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *value;
	int id = cli_next_option(command, argc, argv, &value);
	bool line;

	if (id == CLI_OPTIONS_HELP)
		return cli_finish_output(EXIT_FINE);
	if (id != CLI_OPTIONS_END)
		return EXIT_USAGE;
	line = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
	if (line && optind < argc)
		return import_command_line(argc - optind, argv + optind);
	if (!line && optind + 1 == argc)
		return import_file(argv[optind]);
	cli_error("import takes a libvirt domain, or -- and QEMU's command line; see 'hptsim import --help'");
	return EXIT_USAGE;
}

static const struct cli_example examples[] = {
	{ "virsh dumpxml guest1 | hptsim import - > guest1.yaml", "a guest of libvirt" },
	{ "hptsim import -- qemu-system-ppc64 -M pseries -m 4G,maxmem=8G", "one of QEMU" },
	{ 0 }
};

const struct command command_import = {
	.name = "import",
	.arguments = "DOMAIN.xml | -- qemu-system-ppc64 ARGUMENT...",
	.summary = "Print a scenario for a guest of libvirt or QEMU",
	.details = "What libvirt and QEMU fill in is filled in and said in comments. Add events to it, and run it.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
