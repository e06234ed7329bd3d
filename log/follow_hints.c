/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the log leaves open, and what a later line says of something earlier. */
#include "log/follow.h"
#include "log/internal.h"

#include "sim/hypervisor/drc.h"

#define HINTS_MAX	256	/* each follows the boot once more */
#define AHEAD_MAX	256	/* requests that are looked at for a guess */

void follow_add_hint(struct follower *f, struct hint hint)
{
	if (f->hint_count == HINTS_MAX || f->again || follow_hint(f, hint.kind, hint.at))
		return;
	if (!klog_grow(&f->hints, f->hint_count, sizeof(*f->hints))) {
		f->no_memory = true;
		return;
	}
	f->hints[f->hint_count++] = hint;
	f->again = true;
}

void follow_close_quiet(struct follower *f)
{
	f->quiet_dimm = LMBS_NO_DIMM;
}

/* Is there no DIMM in [@first, @end)? */
static bool is_empty(const struct follower *f, uint64_t first, uint64_t end)
{
	return first >= end || lmbs_dimm_over(&f->lmbs, first, end - first) == LMBS_NO_DIMM;
}

/* A DIMM of which the guest is not told, and that may still turn out to be larger. */
static void plug_quietly(struct follower *f, uint64_t first, uint64_t count)
{
	uint64_t gap = lmbs_gap(&f->lmbs, count);

	f->quiet_event = f->plan->event_count;
	follow_push(f, (struct plan_event){
		.kind = PLAN_PLUG, .request = KLOG_NONE, .dimm = (unsigned)f->lmbs.dimm_count, .count = (uint32_t)count,
		.first = gap == first ? 0 : first, .why = "not in the log: a later request needs it" });
	f->quiet_dimm = lmbs_plug(&f->lmbs, first, count, false);
}

const struct hint *follow_dimm_hint(const struct follower *f, uint64_t lmb)
{
	for (size_t i = 0; i < f->hint_count; i++) {
		const struct hint *h = &f->hints[i];

		if (h->kind == HINT_DIMM && h->at >= f->request && lmb >= h->first && lmb - h->first < h->count)
			return h;
	}
	return NULL;
}

/* Its connector is in use though the guest has not got it: then what a removal took went back, as in an unplug. */
static void unstick(struct follower *f, uint64_t lmb)
{
	for (size_t i = f->request; i-- > f->boot->first_request; ) {
		const struct klog_request *rq = &f->log->requests[i];
		uint64_t first = rq->drc & ~DRC_INDEX_LMB;

		if (rq->add || rq->by != KLOG_BY_INDEXED_COUNT || rq->dlpar || lmb < first || lmb - first >= rq->count)
			continue;
		follow_add_hint(f, (struct hint){ HINT_DIMM, i, first, rq->count });
		return;
	}
}

/* [@first, @end) has no DIMM at all: one is put there, or the last quiet one was larger. */
static void need_run(struct follower *f, uint64_t first, uint64_t end)
{
	const struct hint *hint = follow_dimm_hint(f, first);
	uint64_t gap = lmbs_gap(&f->lmbs, 1);

	if (hint && is_empty(f, hint->first, hint->first + hint->count)) {
		plug_quietly(f, hint->first, hint->count);
		follow_close_quiet(f);
		return;
	}
	if (f->quiet_dimm != LMBS_NO_DIMM) {
		const struct lmbs_dimm *d = &f->lmbs.dimms[f->quiet_dimm];
		uint64_t behind = d->first + d->count;

		if (behind <= first && is_empty(f, behind, end)) {
			f->plan->events[f->quiet_event].count += (uint32_t)(end - behind);
			lmbs_grow(&f->lmbs, f->quiet_dimm, end - behind);
			return;
		}
	}
	if (gap < first && is_empty(f, gap, end))
		first = gap;
	plug_quietly(f, first, end - first);
}

void follow_need(struct follower *f, uint64_t first, uint64_t end)
{
	if (first < f->lmbs.first || end > f->lmbs.end)
		return;
	for (uint64_t i = first; i < end && !f->again; i++) {
		uint64_t run = i;

		while (run < end && !lmbs_is_there(&f->lmbs, run))
			run++;
		if (run > i)
			need_run(f, i, run);
		else if (!lmbs_can_acquire(&f->lmbs, i) && !lmbs_get(&f->lmbs, i)->assigned)
			unstick(f, i);
	}
}

/* @more LMBs, wherever the hypervisor puts them. */
static void need_more(struct follower *f, uint64_t more)
{
	uint64_t gap;

	if (f->quiet_dimm != LMBS_NO_DIMM) {
		const struct lmbs_dimm *d = &f->lmbs.dimms[f->quiet_dimm];
		uint64_t behind = d->first + d->count;

		if (behind + more <= f->lmbs.end && is_empty(f, behind, behind + more)) {
			need_run(f, behind, behind + more);
			return;
		}
	}
	gap = lmbs_gap(&f->lmbs, 1);
	if (follow_dimm_hint(f, gap) && is_empty(f, gap, gap + 1)) {
		need_run(f, gap, gap + 1);	/* the whole of it */
		return;
	}
	gap = lmbs_gap(&f->lmbs, more);
	if (gap + more <= f->lmbs.end)
		plug_quietly(f, gap, more);
}

void follow_need_count(struct follower *f, uint64_t count)
{
	if (count > f->lmbs.free)
		need_more(f, count - f->lmbs.free);
}

void follow_need_ram(struct follower *f, int shift)
{
	uint64_t lmb = follow_lmb_bytes(f), ram = f->plan->memory_bytes + f->lmbs.plugged * lmb, least;

	if (shift > (int)HPT_SHIFT_MAX || (int)plan_hpt_shift_for(ram) + 1 >= shift)
		return;
	/* the order for a RAM size is rounded up: one byte above the next lower power of two is enough */
	least = UINT64_C(1) << (shift + 5);
	need_more(f, (least - ram) / lmb + 1);
}

void follow_vanish(struct follower *f, uint64_t lmb)
{
	uint64_t bytes = follow_lmb_bytes(f);

	for (size_t i = f->doubt_count; i-- > 0; ) {
		if (!f->doubts[i].removal || follow_hint(f, HINT_REMOVED, f->doubts[i].attempt))
			continue;
		follow_add_hint(f, (struct hint){ HINT_REMOVED, f->doubts[i].attempt, lmb, 1 });
		return;
	}
	follow_push(f, (struct plan_event){
		.kind = PLAN_REMOVE, .request = KLOG_NONE, .by = KLOG_BY_INDEX, .count = 1,
		.drc = DRC_INDEX_LMB | (uint32_t)lmb, .why = "not in the log: the request behind it does not find the LMB" });
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_OFFLINE);
	lmbs_assign(&f->lmbs, lmb, false);
	f->now.bytes -= f->now.bytes > bytes ? bytes : 0;
}

/* The lowest LMB from @from on that the guest has and request @rq does not list; end: none. */
static uint64_t not_listed(struct follower *f, const struct klog_request *rq, uint64_t from)
{
	size_t record = rq->record;
	uint64_t listed = follow_listed(f, rq, KLOG_LMB_REMOVED, &record), lmb = lmbs_next_assigned(&f->lmbs, from);

	for (; lmb < f->lmbs.end; lmb = lmbs_next_assigned(&f->lmbs, lmb + 1)) {
		while (listed < lmb)
			listed = follow_listed(f, rq, KLOG_LMB_REMOVED, &record);
		if (listed != lmb)
			break;
	}
	return lmb;
}

/* An LMB that a removal ahead would have taken, and does not find. */
static uint64_t missed_by(struct follower *f, const struct klog_request *rq)
{
	uint64_t first = rq->drc & ~DRC_INDEX_LMB, lmb;

	if (rq->by == KLOG_BY_COUNT)
		return not_listed(f, rq, f->lmbs.first);
	lmb = not_listed(f, rq, first);
	return lmb < first + rq->count ? lmb : not_listed(f, rq, f->lmbs.first);
}

static uint64_t last_by_index(const struct follower *f)
{
	for (size_t i = f->plan->event_count; i-- > 0 && f->plan->event_count - i < AHEAD_MAX; ) {
		const struct plan_event *ev = &f->plan->events[i];
		uint64_t lmb = ev->drc & ~DRC_INDEX_LMB;

		if (ev->kind == PLAN_ADD && ev->by == KLOG_BY_INDEX && lmbs_get(&f->lmbs, lmb)->assigned)
			return lmb;
	}
	return f->lmbs.end;
}

uint64_t follow_guess_removed(struct follower *f)
{
	size_t end = f->boot->first_request + f->boot->request_count, last = f->request + AHEAD_MAX;
	uint64_t lmb;

	for (size_t i = f->request; i < end && i < last; i++) {
		const struct klog_request *rq = &f->log->requests[i];

		lmb = rq->drc & ~DRC_INDEX_LMB;
		if (rq->add && rq->by == KLOG_BY_INDEX && lmbs_get(&f->lmbs, lmb)->assigned)
			return lmb;
		if (!rq->add && !rq->failed && rq->by != KLOG_BY_INDEX)
			return missed_by(f, rq);
	}
	lmb = last_by_index(f);
	return lmb < f->lmbs.end ? lmb : lmbs_next_assigned(&f->lmbs, f->lmbs.first);
}

/*
 * How many LMBs a driver may have brought with attempt @attempt, when there were @bytes: a power of two, if one is
 * large enough, or all that the order stands for. 0: none.
 */
static uint64_t driver_lmbs(const struct follower *f, const struct doubt *doubt, bool all)
{
	uint64_t lmb = follow_lmb_bytes(f), most, lmbs;
	int shift = follow_attempt(f, doubt->attempt)->shift, bits = shift - 7 + (int)f->mmu.virtual_shift + 1;

	if (shift < (int)HPT_SHIFT_MIN || bits > 46 || follow_hint(f, HINT_DRIVER, doubt->attempt))
		return 0;
	most = UINT64_C(1) << bits;
	if (most <= doubt->bytes + lmb)
		return 0;
	lmbs = most / 2 / lmb;
	return all || doubt->bytes + lmbs * lmb > most || !lmbs ? (most - doubt->bytes) / lmb : lmbs;
}

bool follow_try_driver(struct follower *f, uint64_t count, bool add, size_t end)
{
	for (size_t i = f->doubt_count; i-- > 0; ) {
		for (int all = 0; all < 2; all++) {
			uint64_t lmbs = driver_lmbs(f, &f->doubts[i], all);
			struct track t = f->now;

			t.bytes += lmbs * follow_lmb_bytes(f);
			if (!lmbs || follow_steps(f, &t, end, add, count) != count || t.attempt != end)
				continue;
			follow_add_hint(f, (struct hint){ HINT_DRIVER, f->doubts[i].attempt, 0, lmbs });
			return true;
		}
	}
	return false;
}

bool follow_try_driver_gone(struct follower *f, size_t attempt)
{
	for (size_t i = f->doubt_count; i-- > 0 && f->lag; ) {
		uint64_t lmbs = driver_lmbs(f, &f->doubts[i], false);
		uint64_t bytes = f->now.bytes + lmbs * follow_lmb_bytes(f);

		if (!lmbs || (int)mmu_htab_shift_for_mem_size(&f->mmu, bytes) != follow_attempt(f, attempt)->shift)
			continue;
		follow_add_hint(f, (struct hint){ HINT_DRIVER, f->doubts[i].attempt, 0, lmbs });
		return true;
	}
	return false;
}
