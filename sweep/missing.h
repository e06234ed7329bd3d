/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SWEEP_MISSING_H
#define HPTSIM_SWEEP_MISSING_H
/* What a merged file lacks, told, and the commands that make it. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "store/sweep.h"

struct sweep_missing {
	/* set by the caller; the rest is zero */
	const char *out;		/* the merged file */
	FILE *errors;

	uint64_t points, missing, ranges;
	unsigned shards;
	bool *lacking;			/* shards, from 1, that have a point that is missing */
	char *command;			/* without the shard */
	struct store_merged_file *files;
	size_t file_count;
};

/* For store_merge(); @ctx is a struct sweep_missing. Names the first ranges. */
void sweep_missing_add(void *ctx, const struct store_merged *merged, uint64_t first, uint64_t last);

/* There was no memory to keep what is missing. */
bool sweep_missing_lost(const struct sweep_missing *m);

/*
 * Each command that makes what is missing, for a shell: where one of the files is that shard's, it
 * goes on with it, else it has one of its own. The last one merges all again.
 */
void sweep_missing_tell(const struct sweep_missing *m);

void sweep_missing_free(struct sweep_missing *m);

#endif
