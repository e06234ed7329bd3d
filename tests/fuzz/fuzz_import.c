/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes are a libvirt domain, or behind a '-' the arguments of QEMU's command line, one per line. */
#include <string.h>

#include "fuzz.h"
#include "import/import.h"
#include "scenario/load.h"

#define ARGUMENTS_MAX	64

/* Also in a comment and in quotes, what is written is a scenario, or is refused as one with a reason. */
static void check_written(const struct import *import)
{
	struct scenario_file *file;
	struct diag_list diags;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	CHECK(out);
	import_write(import, out);
	CHECK(fclose(out) == 0 && size == strlen(text));
	diag_init(&diags);
	scenario_load_text("import", text, NULL, &diags, &file);
	for (size_t i = 0; i < diags.count; i++)
		CHECK(diags.items[i].rule != RULE_YAML_SYNTAX && diags.items[i].rule != RULE_UNKNOWN_KEY);
	scenario_free(file);
	diag_release(&diags);
	free(text);
}

static enum import_status take(struct import *import, const uint8_t *data, size_t size)
{
	char *text, *argv[ARGUMENTS_MAX + 1] = { NULL }, *rest = NULL;
	enum import_status status;
	int argc = 0;

	if (!size || data[0] != '-')
		return import_domain(import, (const char *)data, size);
	text = fuzz_text(data + 1, size - 1);
	for (char *at = strtok_r(text, "\n", &rest); at && argc < ARGUMENTS_MAX; at = strtok_r(NULL, "\n", &rest))
		argv[argc++] = at;
	status = argc ? import_qemu(import, argc, argv) : import_domain(import, text, 0);
	free(text);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import import;
	enum import_status status = take(&import, data, size);

	CHECK(status == IMPORT_OK || status == IMPORT_EINVALID);
	if (status == IMPORT_OK)
		check_written(&import);
	else
		CHECK(import.error[0] && strlen(import.error) < IMPORT_ERROR_MAX);
	import_free(&import);
	return 0;
}
