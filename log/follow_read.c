/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What those that follow a log read from it, and the plan that they write. */
#include <stdlib.h>

#include "log/follow.h"
#include "log/internal.h"
#include "sim/hypervisor/drc.h"

#define ATTEMPT_US	INT64_C(100000)	/* PREPARE first answers H_LONG_BUSY_ORDER_100_MSEC, always */

const struct hint *follow_hint(const struct follower *f, enum hint_kind kind, size_t at)
{
	for (size_t i = 0; i < f->hint_count; i++)
		if (f->hints[i].kind == kind && f->hints[i].at == at)
			return &f->hints[i];
	return NULL;
}

void follow_push(struct follower *f, struct plan_event ev)
{
	if (!plan_insert(f->plan, f->plan->event_count, ev))
		f->no_memory = true;
}

uint64_t follow_lmb_of(const struct follower *f, const struct klog_record *r)
{
	if (r->u.lmb.has_base)
		return r->u.lmb.base / follow_lmb_bytes(f);
	return r->u.lmb.has_drc ? r->u.lmb.drc & ~DRC_INDEX_LMB : UINT64_MAX;
}

uint64_t follow_listed(const struct follower *f, const struct klog_request *rq, enum klog_kind kind, size_t *at)
{
	for (; *at < rq->end; (*at)++) {
		const struct klog_record *r = &f->log->records[*at];
		uint64_t lmb;

		if (r->kind != kind)
			continue;
		lmb = follow_lmb_of(f, r);
		if (lmb < f->lmbs.first || lmb >= f->lmbs.end)
			continue;	/* no LMB that can come or go */
		++*at;
		return lmb;
	}
	return UINT64_MAX;
}

size_t follow_rollback(const struct follower *f, const struct klog_request *rq)
{
	size_t end = rq->first_attempt + rq->attempt_count, i = f->now.attempt;

	while (i < end && (follow_attempt(f, i)->begin == KLOG_NONE || follow_attempt(f, i)->begin < rq->rollback))
		i++;
	return i;
}

bool follow_too_soon(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *at = follow_attempt(f, attempt), *before = at - 1;
	int64_t us;

	/* what PREPARE refuses at once takes no time; a time of day may have whole seconds only */
	if (attempt <= f->boot->first_attempt || before->outcome == KLOG_FAILED || before->begin == KLOG_NONE ||
	    at->begin == KLOG_NONE || f->log->records[at->begin].clock != KLOG_CLOCK_BOOT)
		return false;
	return klog_elapsed_us(f->log, before->begin, at->begin, &us) && us < ATTEMPT_US;
}

bool follow_is_granted(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);

	return a->begin != KLOG_NONE && !a->end_shift_differs && (a->outcome != KLOG_FAILED || (a->error != KLOG_EPERM && a->error != KLOG_EINVAL &&
								       a->error != KLOG_ERROR_OTHER));
}

bool follow_has_doubt(const struct follower *f)
{
	for (size_t i = 0; i < f->doubt_count; i++)
		if (f->doubts[i].removal && !follow_hint(f, HINT_REMOVED, f->doubts[i].attempt))
			return true;
	return false;
}

uint64_t *follow_room(struct follower *f, uint64_t count)
{
	uint64_t most = f->lmbs.end - f->lmbs.first;
	uint64_t *room;

	if (count > most)
		return NULL;
	if (count <= f->room_count && f->room)
		return f->room;
	room = realloc(f->room, (size_t)(count ? count : 1) * sizeof(*room));
	if (!room) {
		f->no_memory = true;
		return NULL;
	}
	f->room = room;
	f->room_count = count;
	return room;
}

static enum lmb_place place_of(enum fault_kind kind)
{
	return kind == FAULT_ADD_LMB ? LMB_PLACE_ADD : kind == FAULT_ONLINE_LMB ? LMB_PLACE_ONLINE : LMB_PLACE_OFFLINE;
}

/* Its last fault is kept with the LMB: a log may have them by the hundred thousand. */
void follow_fault(struct follower *f, enum fault_kind kind, uint64_t lmb, uint32_t nth)
{
	uint32_t *last = lmbs_fault(&f->lmbs, lmb, place_of(kind));
	struct plan_fault *fault = last && *last ? &f->plan->faults[*last - 1] : NULL;

	if (fault && plan_fault_goes_on(fault, nth))
		return;
	if (!plan_push_fault(f->plan, kind, DRC_INDEX_LMB | (uint32_t)lmb, nth))
		f->no_memory = true;
	else if (last)
		*last = (uint32_t)f->plan->fault_count;
}
