/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_CREW_H
#define HPTSIM_SEARCH_CREW_H
/* Processes that try points; what they say is taken in the order of points. */
#include "search/judge.h"
#include "search/points.h"

/* How it went with one point. */
struct tried {
	unsigned char verdict;		/* enum verdict */
	unsigned char aborted, impossible;
};

struct crew {
	const struct points *points;
	struct judge *judge;
	uint64_t count;			/* of points */
	unsigned jobs;
	int64_t deadline_ns;		/* of clock_monotonic_ns(); 0: none */
	/* told in order; false: enough */
	bool (*tried)(void *ctx, uint64_t point, const struct tried *tried);
	void *ctx;
};

enum crew_status {
	CREW_OK,
	CREW_LATE,		/* the deadline has passed */
	CREW_ESTART,		/* errno says why no process could be started */
	CREW_EGONE,		/* one of them is gone */
};

/* @point: the one that it ended with */
enum crew_status crew_run(const struct crew *crew, uint64_t *point);

#endif
