/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

#include <stdlib.h>

#include "base/leave.h"
#include "kernel/build.h"
#include "kernel/slice.h"

static void work_free(struct work *w)
{
	if (w->dir)
		file_remove_tree(w->dir);
	leave_done(w->left);
	for (size_t i = 0; i < w->touched_count; i++)
		free(w->touched[i]);
	free(w->touched);
	for (size_t i = 0; i < w->unit_count; i++)
		free(w->units[i]);
	free(w->units);
	free(w->version);
	free(w->open);
	free(w->log);
	free(w->dir);
}

static bool make_directory(struct work *w)
{
	const char *tmp = getenv("TMPDIR");
	char *real;

	w->dir = text_format("%s/hptsim-kernel-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!w->dir)
		return work_no_memory(w);
	if (!mkdtemp(w->dir)) {
		work_file_trouble(w, w->dir);
		free(w->dir);
		w->dir = NULL;
		return false;
	}
	/* programs are started in other directories */
	real = realpath(w->dir, NULL);
	if (!real)
		return work_no_memory(w);
	free(w->dir);
	w->dir = real;
	w->left = leave_directory(w->dir);
	w->log = work_path(w, "log");
	return w->log;
}

/* Which text runs, and write it out. */
static bool slice(struct work *w)
{
	struct slices sl = { .w = w };
	bool ok = slices_read(&sl) && closure_run(&sl) && closure_tell_rest(&sl) && emit_all(&sl);

	slices_free(&sl);
	return ok;
}

enum kernel_status kernel_build(const struct kernel_request *rq, const char *output, char **path)
{
	struct work w = { .rq = rq, .left = -1 };

	*path = NULL;
	if (make_directory(&w) && tree_check(&w) && patch_apply_all(&w) && slice(&w))
		build_object(&w, output, path);
	work_free(&w);
	return w.status;
}
