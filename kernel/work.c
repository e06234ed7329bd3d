/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/work.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 0)))
static void tell(const struct work *w, void (*fn)(void *ctx, const char *text), const char *format, va_list args)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	vfprintf(out, format, args);
	if (fclose(out) == 0 && fn)
		fn(w->rq->ctx, text);
	free(text);
}

bool work_fail(struct work *w, enum kernel_status status, const char *format, ...)
{
	va_list args;

	if (!w->status)
		w->status = status;
	va_start(args, format);
	tell(w, w->rq->error, format, args);
	va_end(args);
	return false;
}

void work_note(const struct work *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(w, w->rq->note, format, args);
	va_end(args);
}

bool work_no_memory(struct work *w)
{
	return work_fail(w, KERNEL_ETROUBLE, "out of memory");
}

bool work_file_trouble(struct work *w, const char *path)
{
	return work_fail(w, KERNEL_ETROUBLE, "%s: %s", path, strerror(errno));
}

char *work_path(struct work *w, const char *name)
{
	char *path = text_format("%s/%s", w->dir, name);

	if (!path)
		work_no_memory(w);
	return path;
}

int work_run(struct work *w, const char *const *argv, const char *directory, const char *input)
{
	int rc = spawn_run(argv, directory, input, w->log);

	if (rc >= 0 && rc != SPAWN_NOT_FOUND)
		return rc;
	work_fail(w, KERNEL_ETROUBLE, "cannot run %s: a kernel tree needs git, universal-ctags and a C compiler", argv[0]);
	return -1;
}

bool work_add_unit(struct work *w, char *unit)
{
	char **units = unit ? realloc(w->units, (w->unit_count + 1) * sizeof(*units)) : NULL;

	if (!units) {
		free(unit);
		return work_no_memory(w);
	}
	w->units = units;
	units[w->unit_count++] = unit;
	return true;
}

bool work_touches(const struct work *w, const char *path)
{
	for (size_t i = 0; i < w->touched_count; i++)
		if (strcmp(w->touched[i], path) == 0)
			return true;
	return false;
}
