/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_SHIM_FILES_H
#define HPTSIM_KERNEL_SHIM_FILES_H
/* kernel/shim/, as it is in the executable. */
#include <stddef.h>

struct shim_file {
	const char *name, *text;
	size_t size;
};

extern const struct shim_file shim_files[];	/* ends with a NULL name */

#endif
