// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>

#include "base/output.h"
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

enum report_status report_trouble(struct report *r, const char *path, const char *what)
{
	snprintf(r->error, sizeof(r->error), "%s: %s: %s", path, what, output_error(errno));
	return REPORT_ETROUBLE;
}

enum report_status report_write_file(struct report *r, const char *name,
				     bool (*write)(struct report *r, void *arg, FILE *out), void *arg)
{
	const char *path = report_printf(r, "%s/%s", r->options->directory, name);
	struct output o;
	FILE *out = path ? output_open(&o, path) : NULL;
	bool ok;

	if (!path)
		return REPORT_ETROUBLE;
	if (!out)
		return report_trouble(r, path, "cannot be written");
	ok = write(r, arg, out);
	if (output_close(&o, ok))
		return REPORT_OK;
	return ok ? report_trouble(r, path, "cannot be written") : REPORT_ETROUBLE;
}

enum report_status report_write_files(struct report *r, const struct report_file *files, void *arg)
{
	enum report_status status = REPORT_OK;

	for (; files->name && status == REPORT_OK; files++)
		status = report_write_file(r, files->name, files->write, arg);
	return status;
}
