/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/follow_undone.h"

#define LOST_MAX	64	/* attempts that may be missing before the line */
#define WORK_MAX	UINT64_C(20000000)	/* LMBs walked back in the search for one that fits */

enum step follow_add_step(const struct follower *f, struct track *t, size_t end, bool *failed_online)
{
	enum step step = follow_step(f, t, end, true);
	struct track back = *t;

	*failed_online = false;
	/* a collision is told only where an LMB goes: this one went again */
	if (step != STEP_ASKED || !f->told || t->attempt >= end ||
	    follow_attempt(f, t->attempt)->outcome != KLOG_COLLIDED)
		return step;
	if (follow_step(f, &back, end, false) == STEP_ASKED) {
		*t = back;
		*failed_online = true;
	}
	return step;
}

/* From @t on, @done LMBs are taken back: do the attempts behind the line say so? */
static bool fits_back(const struct follower *f, struct undone *u, struct track t, uint64_t done)
{
	if (t.attempt != u->end || follow_steps(f, &t, u->end_after, !u->add, done) != done)
		return false;
	if (u->exact && t.attempt != u->end_after)
		return false;
	u->done = done;
	u->after = t;
	return true;
}

/* One more LMB; false: the attempts do not allow it. */
static bool one_more(const struct follower *f, struct undone *u, struct track *t, uint64_t tried)
{
	bool online = false;
	enum step step = u->add && !u->may_online ? follow_add_step(f, t, u->end, &online) :
						    follow_step(f, t, u->end, u->add);

	if (step > STEP_ASKED)
		return false;
	if (online) {
		if (u->online_count == UNDONE_ONLINE_MAX)
			return false;
		u->online[u->online_count++] = tried;
	}
	return true;
}

/* @count more LMBs ask for a resize and do not find room in the table: each as if it were the first. */
static bool no_room(const struct follower *f, const struct undone *u, struct track *t, uint64_t count)
{
	while (count--) {
		uint64_t bytes = t->bytes;

		if (follow_step(f, t, u->end, true) != STEP_ASKED)
			return false;
		t->bytes = bytes;
	}
	return true;
}

static bool try_exactly(const struct follower *f, struct undone *u, uint64_t tries)
{
	struct track t = f->now;

	u->online_count = 0;
	for (uint64_t i = 0; i < tries; i++)
		if (!one_more(f, u, &t, i))
			return false;
	return fits_back(f, u, t, tries - u->online_count);
}

/*
 * The attempts on both sides of the line do not go together. A log loses lines
 * rather than gains them, so if there are more behind it, these are believed.
 */
static bool believe_back(const struct follower *f, struct undone *u)
{
	uint64_t lmb = follow_lmb_bytes(f), least = u->end - f->now.attempt;

	u->online_count = 0;
	for (uint64_t done = least + 1; done <= u->most && done <= least + LOST_MAX; done++) {
		struct track t = f->now;

		t.attempt = u->end;
		t.bytes = u->add ? t.bytes + done * lmb : t.bytes > done * lmb ? t.bytes - done * lmb : 0;
		if (fits_back(f, u, t, done))
			return true;
	}
	return false;
}

/* What the LMB behind those that came was like. */
enum failing { FAILING_UNSEEN, FAILING_ONLINE, FAILING_NO_ROOM };

static bool fits_failing(const struct follower *f, struct undone *u, struct track t, uint64_t done, enum failing failing)
{
	switch (failing) {
	case FAILING_UNSEEN:
		return fits_back(f, u, t, done);
	case FAILING_ONLINE:
		u->failed_online = u->may_online && follow_step(f, &t, u->end, true) == STEP_ASKED &&
				   follow_step(f, &t, u->end, false) <= STEP_ASKED && fits_back(f, u, t, done);
		return u->failed_online;
	case FAILING_NO_ROOM:
		u->full = u->add && (u->may_online || u->natural > done) &&
			  no_room(f, u, &t, u->may_online ? 1 : u->natural - done) && fits_back(f, u, t, done);
		return u->full;
	}
	return false;
}

static bool search(const struct follower *f, struct undone *u, enum failing failing, bool exact)
{
	struct track t = f->now;
	uint64_t work = 0;

	u->exact = exact;
	if (failing == FAILING_UNSEEN && u->natural <= u->most && try_exactly(f, u, u->natural))
		return true;
	u->online_count = 0;
	for (uint64_t tried = 0; work < WORK_MAX; tried++) {
		uint64_t done = tried - u->online_count;

		if (done > u->most)
			return false;
		work += t.attempt == u->end ? done + 1 : 1;
		if (done >= u->least && fits_failing(f, u, t, done, failing))
			return true;
		if (!one_more(f, u, &t, tried))
			return false;
	}
	return false;
}

bool follow_undone(const struct follower *f, struct undone *u)
{
	/* the simplest first; what explains all attempts before what leaves some to something behind the request */
	static const struct { enum failing failing; bool exact; } tries[] = {
		{ FAILING_UNSEEN, true }, { FAILING_UNSEEN, false }, { FAILING_ONLINE, true }, { FAILING_NO_ROOM, true },
		{ FAILING_ONLINE, false }, { FAILING_NO_ROOM, false },
	};
	bool closed = u->exact;

	for (size_t i = 0; f->witness && i < sizeof(tries) / sizeof(tries[0]); i++)
		if ((tries[i].exact || !closed) && search(f, u, tries[i].failing, tries[i].exact))
			return true;
	u->exact = closed;
	if (f->witness)
		return closed && believe_back(f, u);
	u->done = u->natural < u->most ? u->natural : u->most;
	u->after = f->now;
	u->after.attempt = u->end_after;
	return true;
}
