/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POOL_H
#define HPTSIM_POOL_H
/* Processes that work for this one, each with a pipe to it; they end with it, however it ends. */
#include <stdio.h>
#include <sys/types.h>

struct pool_member {
	pid_t pid;
	FILE *in;	/* what it writes */
};

#define POOL_MAX	1024u

/* As many as there are processors: 1 to POOL_MAX. */
unsigned pool_usual_count(void);

/**
 * pool_start - fork @count of them
 * @work: called in each, with its number from 0 and where to write to; the process ends with it
 *
 * Returns how many were started: fewer than @count after an error, with errno set.
 */
unsigned pool_start(struct pool_member *members, unsigned count, void (*work)(void *ctx, unsigned self, int fd), void *ctx);

/* Ends those that still work, and waits for all; errno stays. */
void pool_stop(struct pool_member *members, unsigned count);

#endif
