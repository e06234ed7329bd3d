/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_SWEEP_H
#define HPTSIM_STORE_SWEEP_H
/*
 * A file that holds one sweep: what was swept in tables sweep*, its runs, and a
 * view, 'point', of both; schema.sql says what is in them.
 *
 * Rows are written in the order of points, so that the file is at any moment a
 * prefix of the sweep, however a process ends. store_sweep_finish() and
 * store_merge() leave a file that depends on its rows only: byte for byte the
 * same however often the sweep was interrupted, and merged from however many shards.
 */
#include <stdbool.h>

#include "store/store.h"

#define STORE_SWEEP_NAME	"sweep.db"

struct store_sweep_value {
	const char *text;
	bool is_whole;		/* a plain number: kept as one */
	int64_t number;
};

struct store_sweep_axis {
	const char *key, *spec;
	const char *unit;	/* "bytes" or "ns"; NULL: neither */
	const struct store_sweep_value *values;
	size_t count;
};

/* A policy's name and source, or a cost profile's name and text. */
struct store_sweep_name {
	const char *name, *text;
};

struct store_sweep {
	const char *scenario, *scenario_text, *file, *arguments, *sets;
	const char *hptsim_version;
	uint64_t seed;			/* at most INT64_MAX */
	bool all_rows;
	uint64_t points;
	unsigned shard, shards;		/* 1 and 1: all of it */
	const struct store_sweep_axis *axes;
	size_t axis_count;
	const struct store_sweep_name *policies, *costs;
	size_t policy_count, costs_count;
};

/**
 * store_sweep_open - begin a sweep in a new file, or go on with one
 * @resume: the file may be there and hold this very sweep; its last point, which may
 *          be incomplete, is taken back
 * @next:   the first point to write; 1 in a new file
 *
 * Returns as store_open(), and STORE_EOPEN for a file that is there without @resume
 * or that another process sweeps into, STORE_EFOREIGN for one that holds something else,
 * or what was merged and lacks points in the middle.
 */
enum store_status store_sweep_open(const char *path, const struct store_sweep *sweep, bool resume,
				   struct store **out, uint64_t *next);

/*
 * To be called in a process that was forked and leaves @st alone: or the file would stay locked
 * until that process ends, too, and a sweep that was killed could not be resumed at once.
 */
void store_sweep_forked(struct store *st);

/* The id of a point's run; @policy from 0. */
static inline int64_t store_sweep_run_id(const struct store_sweep *sweep, uint64_t point, size_t policy)
{
	return (int64_t)((point - 1) * sweep->policy_count + policy + 1);
}

/* Write that a point, or @policy at it, has no run. Returns as store_run_finish(). */
enum store_status store_sweep_miss(struct store *st, uint64_t point, const char *policy, const char *status,
				   const char *text);

/* How many points are not valid, and how many runs did not end. */
enum store_status store_sweep_misses(struct store *st, int64_t *invalid, int64_t *failed);

/* A run of the file: which point's, under which policy, and what it took. */
struct store_sweep_run {
	uint64_t point;
	size_t policy;		/* from 0 */
	int64_t total_ns;
	bool fell_short;	/* did less than it was asked for: its time says nothing */
};

/* Calls @each per run in the order of points, until it returns false. STORE_OK, STORE_ENOMEM or STORE_EREAD. */
enum store_status store_sweep_each(struct store *st, bool (*each)(void *ctx, const struct store_sweep_run *run), void *ctx);

/* All is written: rewrite the file. @st can only be closed then. */
enum store_status store_sweep_finish(struct store *st);

/* One of the files that were merged. */
struct store_merged_file {
	const char *path;		/* the caller's */
	unsigned shard, shards;		/* @shard 0: it was merged itself, and lacks points */
};

/* What a merged file lacks. Valid during the call. */
struct store_merged {
	uint64_t points, missing;
	unsigned shards;		/* most that any file was one of */
	const char *command;		/* hptsim sweep ..., but for the file and the shard */
	const struct store_merged_file *files;
	size_t file_count;
};

/**
 * store_merge - one file out of those of several shards
 * @out:     must not be there
 * @missing: called at the end with what came together, and of each range of points
 *           that is not complete, if any; may be NULL
 *
 * All must be of one schema, model, hptsim, scenario and sweep, and no point in two
 * of them; how the command was spelled, the first shard of them says. A point that is
 * not complete, as the last one of a sweep that was killed may be, is left out. Returns as store_open(), STORE_EREAD, or STORE_EFOREIGN when they do not go together;
 * then there is no new file. The message is in @st, to be closed with store_close().
 */
enum store_status store_merge(const char *out, char **in, size_t count, struct store **st,
			      void (*missing)(void *ctx, const struct store_merged *merged, uint64_t first, uint64_t last),
			      void *ctx);

#endif
