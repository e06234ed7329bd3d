/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DIRECTORY_H
#define HPTSIM_DIRECTORY_H

/**
 * directory_make - a directory, and those above it, unless they are there
 * @where: on error, which one, to be freed; NULL: out of memory
 *
 * Returns 0, or -1 with errno.
 */
int directory_make(const char *path, char **where);

#endif
