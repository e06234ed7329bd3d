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

/*
 * The command that made the sweep in @schema, but for the file and the shard, as a shell
 * reads it; NULL: no memory, or it cannot be read. To be freed with sqlite3_free().
 */
char *store_sweep_command(sqlite3 *db, const char *schema);

/* The last point in @schema that has a row, 1 if none has, and how many it has at most. An SQLite code. */
int store_sweep_last(sqlite3 *db, const char *schema, int64_t *point, int64_t *policies);

/* Delete all rows of points from main, and from tables of the names given. An SQLite code. */
int store_sweep_delete(sqlite3 *db, int64_t from, int64_t to, int64_t policies, const char *attempts, const char *findings);

/* Write all rows of the file anew to @path, taking the place of what is there. */
enum store_status store_copy(struct store *st, const char *path);

#endif
