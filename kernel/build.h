/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_BUILD_H
#define HPTSIM_KERNEL_BUILD_H
/* From sources to a shared object, and where that is kept. */
#include "kernel/work.h"

/* The work's directory, as debugging information names it. */
#define BUILD_PREFIX	"/hptsim/"

/* Compile and link, or find it in the cache; kernel_build() says what @output and @path are. */
bool build_object(struct work *w, const char *output, char **path);

/* Write headers/hptsim_about.h: name, title and so on of the policy. */
bool about_write(struct work *w);

/**
 * object_cache_find - where the object of these sources is, or has to be put
 * @compiler: its version, part of what the object depends on
 * @path:     set; the caller's to free
 *
 * Returns false when noted.
 */
bool object_cache_find(struct work *w, const char *compiler, char **path);

/* What a failing compiler or linker said in @log, in words of what is missing. Notes KERNEL_EREFUSED. */
bool diagnose(struct work *w, const char *log);

#endif
