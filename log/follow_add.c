/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that add LMBs: dlpar_memory_add_by_count(), _by_index(), _by_ic(). */
#include "log/follow.h"
#include "log/follow_undone.h"
#include "sim/hypervisor/drc.h"

/* The guest takes an LMB; @fails: at that place, else LMB_PLACE_COUNT. */
static void take_lmb(struct follower *f, uint64_t lmb, enum lmb_place fails)
{
	uint32_t nth;

	lmbs_acquire(&f->lmbs, lmb);
	nth = lmbs_pass(&f->lmbs, lmb, LMB_PLACE_ADD);
	if (fails == LMB_PLACE_ADD) {
		follow_fault(f, FAULT_ADD_LMB, lmb, nth);
		return;
	}
	nth = lmbs_pass(&f->lmbs, lmb, LMB_PLACE_ONLINE);
	if (fails == LMB_PLACE_ONLINE)
		follow_fault(f, FAULT_ONLINE_LMB, lmb, nth);
	else
		lmbs_assign(&f->lmbs, lmb, true);
}

/* It comes, but the table has no room for its entries. */
static void refuse_lmb(struct follower *f, uint64_t lmb)
{
	lmbs_acquire(&f->lmbs, lmb);
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_ADD);
}

/* And loses it again as the request is undone. */
static void lose_lmb(struct follower *f, uint64_t lmb)
{
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_OFFLINE);
	lmbs_assign(&f->lmbs, lmb, false);
	lmbs_release(&f->lmbs, lmb);
}

/* On PowerVM an LMB that comes though the guest had it went by an index, of which no line tells (v5.11). */
static void reappear(struct follower *f, uint64_t lmb)
{
	if (!f->plan->powervm || !lmbs_get(&f->lmbs, lmb)->assigned)
		return;
	follow_vanish(f, lmb);
	lmbs_release(&f->lmbs, lmb);
}

static void reappear_listed(struct follower *f, const struct klog_request *rq)
{
	size_t record = rq->record;
	uint64_t lmb;

	while ((lmb = follow_listed(f, rq, KLOG_LMB_ADDED, &record)) != UINT64_MAX)
		reappear(f, lmb);
}

/* By count: any LMBs, and what follows the last of them is not of the request. */
static void count_done(struct follower *f, const struct klog_request *rq, size_t end)
{
	struct track t = f->now;
	uint64_t lmb = f->lmbs.first, listed;
	size_t record = rq->record;
	bool online;

	reappear_listed(f, rq);
	/* older kernels list them */
	while ((listed = follow_listed(f, rq, KLOG_LMB_ADDED, &record)) != UINT64_MAX) {
		follow_need(f, listed, listed + 1);
		take_lmb(f, listed, LMB_PLACE_COUNT);
	}
	if (!rq->lmbs_listed)
		follow_need_count(f, rq->count);
	for (uint64_t i = 0; i < rq->count; ) {
		if (follow_add_step(f, &t, end, &online) > STEP_ASKED) {
			if (!follow_all(f, rq->count, true, end) && !follow_try_driver(f, rq->count, true, end)) {
				follow_skip(f, end);
				f->now.bytes += rq->count * follow_lmb_bytes(f);
			}
			t = f->now;
			break;
		}
		if (online && !rq->lmbs_listed)
			follow_need_count(f, rq->count - i + 1);
		i += !online;
	}
	if (!f->witness)
		t.attempt = end;
	for (uint64_t i = 0; i < rq->count && !rq->lmbs_listed; i++, lmb++) {
		lmb = lmbs_next_free(&f->lmbs, lmb);
		if (lmb >= f->lmbs.end)
			break;
		take_lmb(f, lmb, LMB_PLACE_COUNT);
	}
	f->now = t;
}

/* By count, undone: all that could be had were too few. */
static void count_undone(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t known = f->lmbs.free, lmb = f->lmbs.first, tried;
	struct undone u = {
		.add = true, .end = follow_rollback(f, rq), .end_after = end, .exact = rq->dlpar, .natural = known,
		.least = 0, .most = rq->count ? rq->count - 1 : 0,
	};
	uint64_t *lmbs = f->again ? NULL : follow_room(f, rq->count + 1);

	if (!lmbs || !follow_undone(f, &u)) {
		follow_skip(f, end);
		return;
	}
	tried = u.done + u.online_count;
	if (tried > known)
		follow_need_count(f, tried);
	/* those that failed without a trace are the last ones: nothing says which */
	for (uint64_t i = 0, failed = 0; i < (tried > known ? tried : known); i++, lmb++) {
		bool online = failed < u.online_count && u.online[failed] == i;

		lmb = lmbs_next_free(&f->lmbs, lmb);
		if (lmb >= f->lmbs.end)
			break;
		failed += online;
		if (i >= tried && u.full)
			refuse_lmb(f, lmb);
		else
			take_lmb(f, lmb, online ? LMB_PLACE_ONLINE : i < tried ? LMB_PLACE_COUNT : LMB_PLACE_ADD);
		if (!online && i < tried)
			lmbs[i - failed] = lmb;
	}
	for (uint64_t i = 0; i < u.done; i++)
		lose_lmb(f, lmbs[i]);
	f->now = u.after;
	follow_close_quiet(f);
}

static void by_count(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t known = f->lmbs.first + f->lmbs.assigned + rq->count;

	if (rq->failed && rq->rollback == KLOG_NONE) {
		/* the guest does not know of so many */
		if (rq->count && known < f->most_lmbs)
			f->most_lmbs = known - 1;
		follow_skip(f, end);
		return;
	}
	if (known > f->least_lmbs)
		f->least_lmbs = known;
	if (rq->failed)
		count_undone(f, rq, end);
	else
		count_done(f, rq, end);
}

static void by_index(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t lmb = rq->drc & ~DRC_INDEX_LMB;
	struct track t = f->now, back;

	if (!rq->failed) {
		reappear(f, lmb);
		follow_need(f, lmb, lmb + 1);
		if (!follow_all(f, 1, true, end) && !follow_try_driver(f, 1, true, end)) {
			follow_skip(f, end);
			f->now.bytes += follow_lmb_bytes(f);
		}
		take_lmb(f, lmb, LMB_PLACE_COUNT);
		return;
	}
	if (f->plan->powervm && lmb >= f->seen_lmbs) {
		/* nothing but the partition's maximum speaks against it */
		if (lmb >= f->least_lmbs && lmb < f->most_lmbs)
			f->most_lmbs = lmb;
		return;
	}
	if (t.attempt < end)
		follow_need(f, lmb, lmb + 1);
	if (lmbs_can_acquire(&f->lmbs, lmb)) {
		back = t;
		if (t.attempt < end && follow_step(f, &t, end, true) == STEP_ASKED) {
			back.attempt = t.attempt;
			back.shift = t.shift;
			if (t.attempt < end && follow_step(f, &t, end, false) <= STEP_ASKED) {
				back = t;
				take_lmb(f, lmb, LMB_PLACE_ONLINE);
			} else {
				refuse_lmb(f, lmb);
			}
		} else {
			take_lmb(f, lmb, LMB_PLACE_ADD);
		}
		f->now = back;
	}
	if (rq->dlpar)
		follow_skip(f, end);
}

/* LMBs of the range that the guest has not got, in order: how many. */
static uint64_t missing(const struct follower *f, uint64_t first, uint64_t count, uint64_t lmbs[])
{
	uint64_t found = 0;

	for (uint64_t i = first; i < first + count; i++)
		if (!lmbs_get(&f->lmbs, i)->assigned)
			lmbs[found++] = i;
	return found;
}

static void range_done(struct follower *f, const struct klog_request *rq, size_t end)
{
	size_t record = rq->record;
	uint64_t lmb, count = 0;

	reappear_listed(f, rq);
	while ((lmb = follow_listed(f, rq, KLOG_LMB_ADDED, &record)) != UINT64_MAX) {
		follow_need(f, lmb, lmb + 1);
		take_lmb(f, lmb, LMB_PLACE_COUNT);
		count++;
	}
	if (!count)
		return;		/* nothing was to do: what follows is not of the request */
	if (!follow_all(f, count, true, end) && !follow_try_driver(f, count, true, end)) {
		follow_skip(f, end);
		f->now.bytes += count * follow_lmb_bytes(f);
	}
}

static void range_undone(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t first = rq->drc & ~DRC_INDEX_LMB, count, natural = 0;
	uint64_t *lmbs = follow_room(f, rq->count);
	struct undone u = {
		.add = true, .may_online = true, .end = follow_rollback(f, rq), .end_after = end, .exact = rq->dlpar,
	};

	count = lmbs ? missing(f, first, rq->count, lmbs) : 0;
	while (natural < count && lmbs_can_acquire(&f->lmbs, lmbs[natural]))
		natural++;
	u.natural = natural;
	u.most = count ? count - 1 : 0;
	if (!count || !follow_undone(f, &u)) {
		follow_skip(f, end);
		return;
	}
	if (u.done || u.failed_online || u.full)
		follow_need(f, lmbs[0], lmbs[u.failed_online || u.full ? u.done : u.done - 1] + 1);
	for (uint64_t i = 0; i < u.done; i++)
		take_lmb(f, lmbs[i], LMB_PLACE_COUNT);
	if (lmbs_can_acquire(&f->lmbs, lmbs[u.done]) && u.full)
		refuse_lmb(f, lmbs[u.done]);
	else if (lmbs_can_acquire(&f->lmbs, lmbs[u.done]))
		take_lmb(f, lmbs[u.done], u.failed_online ? LMB_PLACE_ONLINE : LMB_PLACE_ADD);
	for (uint64_t i = 0; i < u.done; i++)
		lose_lmb(f, lmbs[i]);
	f->now = u.after;
	follow_close_quiet(f);
}

/* Is it QEMU's request for a new DIMM? The guest's own ones are told of when they fail. */
static bool is_plug(const struct follower *f, const struct klog_request *rq)
{
	uint64_t first = rq->drc & ~DRC_INDEX_LMB;

	return !rq->dlpar && !f->quiet_machine && rq->count && (rq->failed || rq->lmbs_listed) && first >= f->lmbs.first &&
	       rq->count <= f->lmbs.end - f->lmbs.first && first <= f->lmbs.end - rq->count &&
	       lmbs_dimm_over(&f->lmbs, first, rq->count) == LMBS_NO_DIMM;
}

static bool by_range(struct follower *f, const struct klog_request *rq, size_t end, struct plan_event *ev)
{
	uint64_t first = rq->drc & ~DRC_INDEX_LMB;

	if (rq->failed && rq->rollback == KLOG_NONE) {
		/* no such LMB, or the range reaches beyond the last one */
		if (rq->count && first >= f->lmbs.first && first + rq->count <= f->most_lmbs &&
		    first + rq->count > f->least_lmbs)
			f->most_lmbs = first + rq->count - 1;
		return false;
	}
	if (first < f->lmbs.first || first + rq->count > f->lmbs.end)
		return false;
	if (first + rq->count > f->least_lmbs)
		f->least_lmbs = first + rq->count;
	if (follow_dimm_hint(f, first))
		follow_need(f, first, first + rq->count);
	if (is_plug(f, rq)) {
		ev->kind = PLAN_PLUG;
		ev->notify = true;
		ev->dimm = (unsigned)f->lmbs.dimm_count;
		ev->first = lmbs_gap(&f->lmbs, rq->count) == first ? 0 : first;
		lmbs_plug(&f->lmbs, first, rq->count, false);
	}
	if (rq->failed)
		range_undone(f, rq, end);
	else
		range_done(f, rq, end);
	return true;
}

void follow_add(struct follower *f, size_t request)
{
	const struct klog_request *rq = &f->log->requests[request];
	size_t end = rq->first_attempt + rq->attempt_count, first = f->now.attempt;
	struct plan_event ev = {
		.kind = PLAN_ADD, .request = request, .by = rq->by, .count = rq->count, .drc = rq->drc,
	};

	switch (rq->by) {
	case KLOG_BY_COUNT:
		by_count(f, rq, end);
		break;
	case KLOG_BY_INDEX:
		by_index(f, rq, end);
		break;
	default:
		if (!by_range(f, rq, end, &ev))
			follow_skip(f, end);
	}
	/* with its DIMM the machine was large enough for what was granted */
	for (size_t i = first; i < f->now.attempt; i++)
		if (follow_is_granted(f, i))
			follow_need_ram(f, follow_attempt(f, i)->shift);
	follow_push(f, ev);
}
