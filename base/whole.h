/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_WHOLE_H
#define HPTSIM_WHOLE_H
#include <stddef.h>

enum whole_status {
	WHOLE_OK = 0,
	WHOLE_EIO,		/* errno says why */
	WHOLE_ENOMEM,
	WHOLE_ETOOBIG,
};

/**
 * whole_read - all of a small file
 * @path: "-" is standard input
 * @max:  bytes that are too many
 * @text: not terminated; to be freed, whatever is returned
 */
enum whole_status whole_read(const char *path, size_t max, char **text, size_t *size);

#endif
