/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that remove LMBs: dlpar_memory_remove_by_count(), _by_index(), _by_ic(). */
#include "log/follow.h"
#include "log/follow_undone.h"
#include "sim/hypervisor/drc.h"

static void drop_lmb(struct follower *f, uint64_t lmb)
{
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_OFFLINE);
	lmbs_assign(&f->lmbs, lmb, false);
}

/* It cannot be offlined. */
static void busy_lmb(struct follower *f, uint64_t lmb)
{
	follow_fault(f, FAULT_OFFLINE_LMB, lmb, lmbs_pass(&f->lmbs, lmb, LMB_PLACE_OFFLINE));
}

/* Comes back as the request is undone. */
static void return_lmb(struct follower *f, uint64_t lmb)
{
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_ADD);
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_ONLINE);
	lmbs_assign(&f->lmbs, lmb, true);
}

/* Does a later line say of LMB @lmb that it was there all the time? */
static bool is_removed_later(const struct follower *f, uint64_t lmb)
{
	size_t end = f->boot->first_record + f->boot->record_count;

	for (size_t i = f->log->requests[f->request].end; i < end; i++) {
		const struct klog_record *r = &f->log->records[i];

		if ((r->kind == KLOG_LMB_REMOVED || r->kind == KLOG_LMB_ADDED) && follow_lmb_of(f, r) == lmb)
			return r->kind == KLOG_LMB_REMOVED;
	}
	return false;
}

/* LMBs that the guest has in [first, end) and the request lists no line of. */
static void missed(struct follower *f, const struct klog_request *rq, uint64_t first, uint64_t end)
{
	size_t record = rq->record, busy = 0;
	uint64_t listed = follow_listed(f, rq, KLOG_LMB_REMOVED, &record);

	for (uint64_t lmb = lmbs_next_assigned(&f->lmbs, first); lmb < end && !f->again;
	     lmb = lmbs_next_assigned(&f->lmbs, lmb + 1)) {
		while (listed < lmb)
			listed = follow_listed(f, rq, KLOG_LMB_REMOVED, &record);
		if (listed == lmb)
			continue;
		/* by count the next one is tried when one is busy; else it would have been the end of the request */
		if (rq->by == KLOG_BY_COUNT && (!follow_has_doubt(f) || (busy++ < 64 && is_removed_later(f, lmb))))
			busy_lmb(f, lmb);
		else
			follow_vanish(f, lmb);
	}
}

static uint64_t last_listed(const struct follower *f, const struct klog_request *rq)
{
	size_t record = rq->record;
	uint64_t lmb, last = 0;

	while ((lmb = follow_listed(f, rq, KLOG_LMB_REMOVED, &record)) != UINT64_MAX)
		last = lmb > last ? lmb : last;
	return last;
}

static void removed(struct follower *f, const struct klog_request *rq, size_t end)
{
	size_t record = rq->record;
	uint64_t lmb, count = 0;

	while ((lmb = follow_listed(f, rq, KLOG_LMB_REMOVED, &record)) != UINT64_MAX) {
		drop_lmb(f, lmb);
		lmbs_release(&f->lmbs, lmb);
		count++;
	}
	if (!count)
		return;		/* nothing was to do: what follows is not of the request */
	if (!follow_all(f, count, false, end)) {
		follow_skip(f, end);
		f->now.bytes -= count * follow_lmb_bytes(f);
	}
}

/* LMBs of [first, end) that the guest has: how many, and which. */
static uint64_t present(struct follower *f, uint64_t first, uint64_t end, uint64_t lmbs[], uint64_t most)
{
	uint64_t count = 0;

	for (uint64_t lmb = lmbs_next_assigned(&f->lmbs, first); lmb < end && count < most;
	     lmb = lmbs_next_assigned(&f->lmbs, lmb + 1))
		lmbs[count++] = lmb;
	return count;
}

/* By count: all were tried, so whoever did not go is busy. */
static void count_undone(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t *lmbs = follow_room(f, f->lmbs.assigned), count;
	struct undone u = {
		.end = follow_rollback(f, rq), .end_after = end, .exact = rq->dlpar, .natural = UINT64_MAX,
	};

	count = lmbs ? present(f, f->lmbs.first, f->lmbs.end, lmbs, f->lmbs.assigned) : 0;
	u.most = rq->count ? rq->count - 1 : 0;
	if (u.most >= count)
		u.most = count ? count - 1 : 0;
	if (!count || !follow_undone(f, &u)) {
		follow_skip(f, end);
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		if (i < u.done)
			drop_lmb(f, lmbs[i]);
		else
			busy_lmb(f, lmbs[i]);
	}
	for (uint64_t i = 0; i < u.done; i++)
		return_lmb(f, lmbs[i]);
	f->now = u.after;
}

/* The LMB behind those that went is busy. */
static void range_undone(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t first = rq->drc & ~DRC_INDEX_LMB, count;
	uint64_t *lmbs = follow_room(f, rq->count);
	struct undone u = {
		.end = follow_rollback(f, rq), .end_after = end, .exact = rq->dlpar, .natural = UINT64_MAX,
	};

	count = lmbs ? present(f, first, first + rq->count, lmbs, rq->count) : 0;
	u.most = count ? count - 1 : 0;
	if (!count || !follow_undone(f, &u)) {
		follow_skip(f, end);
		return;
	}
	for (uint64_t i = 0; i < u.done; i++)
		drop_lmb(f, lmbs[i]);
	busy_lmb(f, lmbs[u.done]);
	for (uint64_t i = 0; i < u.done; i++) {
		lmbs_unisolate(&f->lmbs, lmbs[i]);
		return_lmb(f, lmbs[i]);
	}
	f->now = u.after;
}

/* "Not enough LMBs available": what the guest had is told. */
static void too_few(struct follower *f, const struct klog_request *rq)
{
	for (size_t i = rq->record; i < rq->end; i++) {
		const struct klog_record *r = &f->log->records[i];

		if (r->kind != KLOG_NOT_ENOUGH)
			continue;
		while (f->lmbs.assigned > r->u.not_enough.have && !f->again) {
			uint64_t lmb = follow_guess_removed(f);

			if (lmb >= f->lmbs.end)
				return;
			follow_vanish(f, lmb);
		}
		return;
	}
}

static void by_count(struct follower *f, const struct klog_request *rq, size_t end)
{
	if (rq->failed && rq->rollback == KLOG_NONE) {
		too_few(f, rq);
		follow_skip(f, end);
	} else if (rq->failed) {
		count_undone(f, rq, end);
	} else {
		missed(f, rq, f->lmbs.first, last_listed(f, rq));
		removed(f, rq, end);
	}
}

static void by_index(struct follower *f, const struct klog_request *rq, size_t end)
{
	uint64_t lmb = rq->drc & ~DRC_INDEX_LMB;

	if (rq->failed) {
		if (lmbs_get(&f->lmbs, lmb)->assigned)
			busy_lmb(f, lmb);
		follow_skip(f, end);
		return;
	}
	if (!follow_all(f, 1, false, end)) {
		follow_skip(f, end);
		f->now.bytes -= f->now.bytes > follow_lmb_bytes(f) ? follow_lmb_bytes(f) : 0;
	}
	drop_lmb(f, lmb);
	lmbs_release(&f->lmbs, lmb);
}

static void by_range(struct follower *f, const struct klog_request *rq, size_t end, struct plan_event *ev)
{
	uint64_t first = rq->drc & ~DRC_INDEX_LMB;
	uint32_t dimm = rq->dlpar || f->plan->powervm ? LMBS_NO_DIMM : lmbs_dimm_of(&f->lmbs, first, rq->count);

	if (first < f->lmbs.first || first + rq->count > f->lmbs.end) {
		follow_skip(f, end);
		return;
	}
	if (rq->failed && rq->rollback == KLOG_NONE) {
		if (rq->count && first + rq->count <= f->most_lmbs && first + rq->count > f->least_lmbs)
			f->most_lmbs = first + rq->count - 1;
		follow_skip(f, end);
		return;
	}
	if (first + rq->count > f->least_lmbs)
		f->least_lmbs = first + rq->count;
	if (!rq->failed)
		missed(f, rq, first, first + rq->count);
	if (dimm != LMBS_NO_DIMM) {
		ev->kind = PLAN_UNPLUG;
		ev->dimm = dimm;
		lmbs_unplug_request(&f->lmbs, dimm);
		follow_close_quiet(f);
	}
	if (rq->failed)
		range_undone(f, rq, end);
	else
		removed(f, rq, end);
}

void follow_remove(struct follower *f, size_t request)
{
	const struct klog_request *rq = &f->log->requests[request];
	size_t end = rq->first_attempt + rq->attempt_count;
	struct plan_event ev = {
		.kind = PLAN_REMOVE, .request = request, .by = rq->by, .count = rq->count, .drc = rq->drc,
	};

	switch (rq->by) {
	case KLOG_BY_COUNT:
		by_count(f, rq, end);
		break;
	case KLOG_BY_INDEX:
		by_index(f, rq, end);
		break;
	default:
		by_range(f, rq, end, &ev);
	}
	follow_push(f, ev);
}
