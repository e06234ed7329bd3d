// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A DIMM that the guest was not told of, in a request by count: with too small
 * a one the simulated request is undone earlier than the logged one, with too
 * large a one later. So its size is found by halving.
 */
#include "validate/fit.h"

#define MEMORY_MAX	(UINT64_C(64) << 40)

enum size_says { SIZE_SMALL, SIZE_LARGE, SIZE_FITS };

/* The request at hand, and the DIMM whose size is open. */
struct sizing {
	struct fit *f;
	size_t item;			/* of the request */
	size_t event;			/* PLAN_PLUG */
	uint64_t max_memory_least, max_memory_bytes; /* before */
	uint32_t had;			/* LMBs before */
	bool inserted;
};

static bool is_rollback(const struct seq *s, size_t i)
{
	return i < s->count && s->items[i].is_rollback;
}

static size_t rollback_after(const struct seq *s, size_t item)
{
	while (item < s->count && !is_rollback(s, item))
		item++;
	return item;
}

/* Attempts right behind item @i. */
static size_t attempts_behind(const struct seq *s, size_t i)
{
	size_t count = 0;

	while (i + count + 1 < s->count && s->items[i + count + 1].is_attempt)
		count++;
	return count;
}

/* Is what is taken back the same, whatever was before it? */
static bool same_behind(const struct sizing *z, const struct simulated *sim)
{
	const struct seq *log = &z->f->v->seq;
	size_t i = rollback_after(log, z->item), j = rollback_after(&sim->seq, z->item), count;

	if (i >= log->count || j >= sim->seq.count)
		return false;
	count = attempts_behind(log, i);
	if (count != attempts_behind(&sim->seq, j))
		return false;
	while (count && seq_compare(log, i + count, &sim->seq, j + count) == SEQ_NONE)
		count--;
	return !count;
}

static enum size_says judge(const struct sizing *z, const struct simulated *sim)
{
	const struct validate *v = z->f->v;
	enum seq_diff diff;
	size_t at = seq_first_difference(&v->seq, &sim->seq, &diff), back, log, simulated;
	bool undone = is_rollback(&v->seq, at);

	if (is_rollback(&sim->seq, at) != undone)
		return undone ? SIZE_LARGE : SIZE_SMALL;
	if (at == z->item && diff == SEQ_RESULT)
		return fit_request(z->f, at)->failed ? SIZE_LARGE : SIZE_SMALL;
	/* when LMBs come without a resize, those that go again may tell */
	back = rollback_after(&v->seq, z->item);
	if (diff == SEQ_NONE || at <= back || !is_rollback(&sim->seq, back))
		return SIZE_FITS;
	log = attempts_behind(&v->seq, back);
	simulated = attempts_behind(&sim->seq, back);
	if (at > back + log + 1 && at > back + simulated + 1)
		return SIZE_FITS;
	return log == simulated ? SIZE_FITS : simulated < log ? SIZE_SMALL : SIZE_LARGE;
}

/* Sets maxmem so that there is room for @lmbs more than before. */
static void make_room(struct sizing *z, uint64_t lmbs)
{
	struct plan *plan = &z->f->v->plan;

	plan->max_memory_least = z->max_memory_least + lmbs * plan->lmb_bytes;
	plan->max_memory_bytes = z->max_memory_bytes;
	while (plan->max_memory_bytes < plan->max_memory_least && plan->max_memory_bytes < MEMORY_MAX)
		plan->max_memory_bytes *= 2;
}

static bool simulate_with(struct sizing *z, uint32_t lmbs, struct simulated *sim)
{
	struct validate *v = z->f->v;

	v->plan.events[z->event].count = lmbs;
	make_room(z, lmbs - z->had);
	z->f->status = validate_simulate_plan(v, sim);
	return z->f->status == VALIDATE_OK;
}

/* Takes @sim for what is right so far. */
static bool take(struct sizing *z, struct simulated *sim)
{
	struct validate *v = z->f->v;

	simulated_free(&v->sim);
	v->sim = *sim;
	v->sim.seq.log = &v->sim.log;
	z->f->at = seq_first_difference(&v->seq, &v->sim.seq, &z->f->diff);
	return true;
}

/* What a size is taken for: it is the right one; what is taken back is the same; it agrees for longer. */
enum size_test { BY_SIZE, BY_BEHIND, BY_LENGTH };

static bool try_size(struct sizing *z, uint32_t lmbs, enum size_test test, enum size_says *says)
{
	struct simulated sim;
	enum seq_diff diff;
	bool longer, good;

	if (lmbs <= z->had || !simulate_with(z, lmbs, &sim))
		return false;
	*says = judge(z, &sim);
	longer = seq_first_difference(&z->f->v->seq, &sim.seq, &diff) > z->f->at || diff == SEQ_NONE;
	good = test == BY_BEHIND ? same_behind(z, &sim) : longer && (test == BY_LENGTH || *says == SIZE_FITS);
	if (good)
		return take(z, &sim);
	simulated_free(&sim);
	return false;
}

static bool find(struct sizing *z, uint32_t most)
{
	uint32_t low = z->had + 1, high = most;
	enum size_says says = SIZE_FITS;

	while (low <= high && z->f->status == VALIDATE_OK) {
		uint32_t middle = low + (high - low) / 2;

		if (try_size(z, middle, BY_SIZE, &says))
			return true;
		if (says == SIZE_FITS)
			return false;
		if (says == SIZE_SMALL)
			low = middle + 1;
		else
			high = middle - 1;
	}
	/* what came and what went again do not go together: the difference is shown where they meet */
	return try_size(z, low, BY_BEHIND, &says) || try_size(z, low - 1, BY_BEHIND, &says) ||
	       try_size(z, low + 1, BY_BEHIND, &says) ||
	       try_size(z, low - 1, BY_LENGTH, &says) || try_size(z, low, BY_LENGTH, &says);
}

/* The quiet DIMM that is there when event @where happens, or SIZE_MAX. */
static size_t quiet_before(const struct fit *f, size_t where)
{
	while (where-- > 0)
		if (f->v->plan.events[where].kind == PLAN_PLUG && !f->v->plan.events[where].notify)
			return where;
	return SIZE_MAX;
}

static bool open_dimm(struct sizing *z, size_t where)
{
	struct plan *plan = &z->f->v->plan;

	z->max_memory_least = plan->max_memory_least;
	z->max_memory_bytes = plan->max_memory_bytes;
	z->event = quiet_before(z->f, where);
	z->inserted = z->event == SIZE_MAX;
	if (!z->inserted) {
		z->had = plan->events[z->event].count;
		return true;
	}
	z->event = where;
	if (!plan_insert(plan, where, (struct plan_event){
			.kind = PLAN_PLUG, .request = KLOG_NONE, .dimm = plan->dimm_count, .count = 1,
			.why = "not in the log: the request behind it needs it" })) {
		z->f->status = VALIDATE_ENOMEM;
		return false;
	}
	plan->dimm_count++;
	return true;
}

static void close_dimm(struct sizing *z)
{
	struct plan *plan = &z->f->v->plan;

	plan->max_memory_least = z->max_memory_least;
	plan->max_memory_bytes = z->max_memory_bytes;
	if (!z->inserted) {
		plan->events[z->event].count = z->had;
		return;
	}
	plan_delete(plan, z->event);
	plan->dimm_count--;
}

bool fit_size(struct fit *f)
{
	const struct validate *v = f->v;
	struct sizing z = { .f = f, .item = f->at < v->seq.count ? f->at : v->seq.count };
	const struct klog_request *rq;
	uint64_t largest = (MEMORY_MAX - v->plan.memory_bytes) / v->plan.lmb_bytes / 2;
	size_t where;

	if (f->diff == SEQ_REQUEST || !v->seq.count)
		return false;
	if (z.item == v->seq.count)
		z.item--;
	while (z.item > 0 && (v->seq.items[z.item].is_attempt || v->seq.items[z.item].is_rollback))
		z.item--;
	if (v->seq.items[z.item].is_attempt || v->seq.items[z.item].is_rollback)
		return false;
	rq = fit_request(f, z.item);
	where = fit_event_of(f, z.item);
	if (!rq->add || rq->by != KLOG_BY_COUNT || where == v->plan.event_count || rq->count > largest ||
	    (rq->failed && rq->rollback == KLOG_NONE) || judge(&z, &v->sim) == SIZE_FITS)
		return false;
	if (!open_dimm(&z, where))
		return false;
	if (rq->count <= largest - z.had && find(&z, z.had + rq->count))
		return true;
	if (f->status == VALIDATE_OK)
		close_dimm(&z);
	return false;
}
