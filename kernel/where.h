/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_WHERE_H
#define HPTSIM_KERNEL_WHERE_H
/* Addresses in a kernel's text -> functions, files and lines of the kernel. */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/so.h"

/* Names of functions, by address. */
struct symbols;

/* From the file; NULL when it cannot be read, which costs names only. */
struct symbols *symbols_read(const char *path);
void symbols_free(struct symbols *s);	/* NULL is fine */

/* The function that @offset is in; NULL: none. Good as long as @s. */
const char *symbols_find(const struct symbols *s, size_t offset);

/**
 * where_is - the innermost of @places that is the kernel's own text
 * @path:   of the shared object
 * @places: addresses
 * @text:   filled with "FILE:LINE in FUNCTION()", or "" when there is none
 *
 * Asks addr2line, which comes with the compiler.
 */
void where_is(const struct so *so, const char *path, const void *const *places, size_t count, char *text, size_t size);

#endif
