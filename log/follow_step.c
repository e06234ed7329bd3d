/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resize attempts as witness of LMBs that come and go. */
#include "log/follow.h"

#define US_PER_MS		INT64_C(1000)
#define PREPARE_TIMEOUT_US	INT64_C(10000000)	/* HPT_RESIZE_TIMEOUT */
/* A poll sleeps 100 ms and a bit; what follows in the request takes its time, too. */
#define TIMED_OUT_MOST_US	INT64_C(16000000)

static bool elapsed(const struct follower *f, size_t a, size_t b, int64_t *us)
{
	return klog_elapsed_us(f->log, a, b, us) && f->log->records[a].clock == KLOG_CLOCK_BOOT;
}

bool follow_timed_out(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);
	size_t end = f->boot->first_record + f->boot->record_count;
	int64_t us;

	if (a->outcome != KLOG_SILENT || a->begin == KLOG_NONE || a->begin + 1 >= end)
		return false;
	/* outside a request nobody knows how long nothing happened */
	if (a->request == KLOG_NONE || a->begin + 1 >= f->log->requests[a->request].end)
		return false;
	return elapsed(f, a->begin, a->begin + 1, &us) && us >= PREPARE_TIMEOUT_US && us <= TIMED_OUT_MOST_US;
}

/* It may have: nothing else is told for so long. */
static bool may_have_timed_out(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);
	int64_t us;

	if (a->outcome != KLOG_SILENT || a->begin == KLOG_NONE)
		return false;
	return a->begin + 1 >= f->boot->first_record + f->boot->record_count ||
	       (elapsed(f, a->begin, a->begin + 1, &us) && us >= PREPARE_TIMEOUT_US);
}

/* Can an attempt that ended so be of an LMB that comes, or goes? */
static bool fits(const struct follower *f, size_t attempt, unsigned want, bool add)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);

	if (a->shift != (int)want || a->begin == KLOG_NONE || a->end_shift_differs)
		return false;
	if (!f->told)
		return true;
	return add ? a->outcome != KLOG_COLLIDED : a->outcome != KLOG_SILENT || may_have_timed_out(f, attempt);
}

static void take_outcome(const struct follower *f, struct track *t)
{
	const struct klog_attempt *a = follow_attempt(f, t->attempt++);

	if (a->outcome == KLOG_COMPLETE && a->shift > 0)
		t->shift = (unsigned)a->shift;
}

enum step follow_step(const struct follower *f, struct track *t, size_t end, bool add)
{
	uint64_t lmb = follow_lmb_bytes(f);
	uint64_t counted = add ? t->bytes + lmb : f->lag || t->bytes <= lmb ? t->bytes : t->bytes - lmb;
	unsigned want = mmu_htab_shift_for_mem_size(&f->mmu, counted ? counted : 1);
	enum step step = STEP_QUIET;

	if (f->witness && (want > t->shift || want + 1 < t->shift)) {
		if (t->attempt >= end)
			return STEP_SHORT;
		if (!fits(f, t->attempt, want, add))
			return STEP_OTHER;
		take_outcome(f, t);
		step = STEP_ASKED;
	}
	t->bytes = add ? t->bytes + lmb : t->bytes > lmb ? t->bytes - lmb : 0;
	return step;
}

uint64_t follow_steps(const struct follower *f, struct track *t, size_t end, bool add, uint64_t count)
{
	uint64_t done = 0;
	struct track before = *t;

	while (done < count && follow_step(f, t, end, add) <= STEP_ASKED) {
		before = *t;
		done++;
	}
	*t = before;
	return done;
}

void follow_skip(struct follower *f, size_t end)
{
	while (f->now.attempt < end)
		take_outcome(f, &f->now);
}

/*
 * An attempt in the middle of a request that only a write to debugfs can have
 * made: another order than the request wants, at a time of its own where the
 * log has the kernel's times.
 */
static bool is_aside(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt), *before = a - 1;
	int64_t us;

	if (attempt <= f->boot->first_attempt || a->begin == KLOG_NONE || before->begin == KLOG_NONE)
		return false;
	if (f->log->records[a->begin].clock == KLOG_CLOCK_BOOT &&
	    (!elapsed(f, before->end != KLOG_NONE ? before->end : before->begin, a->begin, &us) || us < US_PER_MS))
		return false;
	return a->shift != before->shift;
}

/* As follow_steps(), with asides in between: how many, SIZE_MAX if it cannot be. */
static size_t count_asides(const struct follower *f, struct track *t, size_t end, bool add, uint64_t count,
			   size_t asides[], size_t most)
{
	size_t found = 0;

	for (uint64_t i = 0; i < count; ) {
		switch (follow_step(f, t, end, add)) {
		case STEP_QUIET:
		case STEP_ASKED:
			i++;
			break;
		case STEP_SHORT:
			return SIZE_MAX;
		case STEP_OTHER:
			if (found == most || !is_aside(f, t->attempt))
				return SIZE_MAX;
			asides[found++] = t->attempt;
			take_outcome(f, t);
		}
	}
	while (t->attempt < end) {
		if (found == most || !is_aside(f, t->attempt))
			return SIZE_MAX;
		asides[found++] = t->attempt;
		take_outcome(f, t);
	}
	return found;
}

#define ASIDES_MAX	8	/* in one request: more is not somebody at debugfs */

bool follow_all(struct follower *f, uint64_t count, bool add, size_t end)
{
	struct track t = f->now;
	size_t asides[ASIDES_MAX], found = count_asides(f, &t, end, add, count, asides, f->witness ? ASIDES_MAX : 0);

	if (!f->witness) {
		f->now.bytes = t.bytes;
		follow_skip(f, end);
		return true;
	}
	if (found == SIZE_MAX)
		return false;
	for (size_t i = 0; i < found; i++)
		follow_push(f, (struct plan_event){
			.kind = PLAN_HPT_ORDER, .request = KLOG_NONE, .shift = follow_attempt(f, asides[i])->shift,
			.attempt = asides[i], .aside = true, .why = "during the request before it" });
	f->now = t;
	return true;
}
