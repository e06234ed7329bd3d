// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "report/pages.h"

char *report_read_file(struct report *r, const char *name)
{
	const char *path = report_printf(r, "%s/%s", r->options->directory, name);
	FILE *in = path ? fopen(path, "r") : NULL;
	char *text = NULL;
	long size;

	if (!in)
		return NULL;
	if (fseek(in, 0, SEEK_END) == 0 && (size = ftell(in)) >= 0 && fseek(in, 0, SEEK_SET) == 0)
		text = report_alloc(r, (size_t)size + 1);
	if (text && fread(text, 1, (size_t)size, in) != (size_t)size)
		text = NULL;
	fclose(in);
	return text;
}
