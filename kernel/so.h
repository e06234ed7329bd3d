/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_SO_H
#define HPTSIM_KERNEL_SO_H
/*
 * A shared object whose variables can be put back to what they were after
 * loading: a run begins with a boot.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct so;

enum so_status { SO_OK, SO_EOPEN, SO_ENOMEM };

/**
 * so_open - load @path; without a slash it is in the current directory
 * @why: set on SO_EOPEN to what the loader says, or NULL
 */
enum so_status so_open(const char *path, struct so **out, const char **why);
void so_close(struct so *so);	/* NULL is fine */

void *so_symbol(const struct so *so, const char *name);

/* Variables get their initial values. */
void so_reset(void *so);

/* The file's own address of @address; false when it is elsewhere. */
bool so_offset(const struct so *so, const void *address, uintptr_t *offset);

#endif
