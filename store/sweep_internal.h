/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_SWEEP_INTERNAL_H
#define HPTSIM_STORE_SWEEP_INTERNAL_H
/* Shared by the files of store/ that know of sweeps. */
#include "store/internal.h"
#include "store/sweep.h"

/*
 * Is the sweep in @schema the one in main? NULL: yes. Else what differs, to be freed with
 * sqlite3_free(). Shards of one sweep are the same unless @shards.
 */
char *store_sweep_differs(sqlite3 *db, const char *schema, bool shards);

/* Write all rows of the file anew to @path, taking the place of what is there. */
enum store_status store_copy(struct store *st, const char *path);

#endif
