/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_FOLLOW_UNDONE_H
#define HPTSIM_LOG_FOLLOW_UNDONE_H
/* How far a request came that was undone: what the attempts before and behind its line say. */
#include "log/follow.h"

/* An LMB comes; *@failed_online: and goes again, for it could not be onlined. */
enum step follow_add_step(const struct follower *f, struct track *t, size_t end, bool *failed_online);

#define UNDONE_ONLINE_MAX	16

struct undone {
	/* asked */
	bool add;			/* LMBs came, and went again; else the other way round */
	bool may_online;		/* the LMB that failed may have come before it did */
	size_t end, end_after;		/* attempts: up to the line, and behind it */
	bool exact;			/* all attempts are the request's, else more may follow */
	uint64_t natural;		/* LMBs, if nothing failed but what is known */
	uint64_t least, most;		/* LMBs, if something did */
	/* answered */
	uint64_t done;			/* LMBs that came, or went */
	bool failed_online;
	bool full;			/* the table had no room for it, or (by count) for any of the rest: no fault */
	uint64_t online[UNDONE_ONLINE_MAX]; /* by count: which of those tried failed when they were there */
	size_t online_count;
	struct track after;
};

/* False: no number of LMBs explains the attempts. */
bool follow_undone(const struct follower *f, struct undone *u);

#endif
