/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/follow.h"

#include <stdlib.h>

#include "log/internal.h"
#include "sim/hypervisor/drc.h"
#include "sim/units.h"

/* "RTAS: event": a DIMM came of which the guest was not told; how large it is shows when it is used. */
static void quiet_event(struct follower *f)
{
	f->quiet_event = f->plan->event_count;
	follow_push(f, (struct plan_event){
		.kind = PLAN_PLUG, .request = KLOG_NONE, .dimm = (unsigned)f->lmbs.dimm_count,
		.why = "\"RTAS: event\": the guest was not asked to add it" });
	f->quiet_dimm = lmbs_plug(&f->lmbs, lmbs_gap(&f->lmbs, 1), 0, false);
	/* without attempts as witness, simulating finds out: from one LMB on */
	if (!f->witness)
		follow_need_count(f, f->lmbs.free + 1);
}

/* PowerVM: LMBs behind boot memory that the requests of the boot can possibly be about. */
static uint64_t most_lmbs(const struct follower *f, uint64_t boot)
{
	uint64_t by_count = boot, highest = boot, limit = SZ_64T / follow_lmb_bytes(f), most;

	for (size_t i = 0; i < f->boot->request_count; i++) {
		const struct klog_request *rq = &f->log->requests[f->boot->first_request + i];
		uint64_t end = (rq->drc & ~DRC_INDEX_LMB) + (rq->by == KLOG_BY_INDEX ? 1 : rq->count);

		if (rq->by == KLOG_BY_COUNT)
			by_count += rq->add ? rq->count : 0;
		else if (end > highest)
			highest = end;
	}
	most = by_count > highest ? by_count : highest;
	return (most < limit ? most : limit) - boot;
}

/* PowerVM: LMBs up to the last one that ever came or went. */
static uint64_t seen_lmbs(const struct follower *f, uint64_t boot)
{
	uint64_t seen = boot;

	for (size_t i = 0; i < f->boot->record_count; i++) {
		const struct klog_record *r = &f->log->records[f->boot->first_record + i];
		uint64_t lmb = r->kind == KLOG_LMB_ADDED || r->kind == KLOG_LMB_REMOVED ? follow_lmb_of(f, r) : UINT64_MAX;

		if (lmb != UINT64_MAX && lmb >= seen)
			seen = lmb + 1;
	}
	return seen;
}

/* PowerVM: all that the partition may have is there, and boot memory is like any other. */
static void start_partition(struct follower *f)
{
	uint64_t first = f->plan->first_lmb, boot = f->plan->memory_bytes / follow_lmb_bytes(f), more = most_lmbs(f, boot);

	f->lmbs.partition = true;
	f->seen_lmbs = seen_lmbs(f, boot);
	if (boot > first)
		lmbs_plug(&f->lmbs, first, boot - first, true);
	if (more)
		lmbs_plug(&f->lmbs, boot, more, false);
}

static void start(struct follower *f)
{
	uint64_t bytes = follow_lmb_bytes(f);
	struct plan *plan = f->plan;

	lmbs_free(&f->lmbs);
	lmbs_init(&f->lmbs, plan->first_lmb, SZ_64T / bytes);
	if (plan->powervm)
		start_partition(f);
	f->now = (struct track){ .bytes = plan->memory_bytes, .shift = f->first_shift, .attempt = f->boot->first_attempt };
	for (size_t i = 0; i < plan->boot_dimm_count; i++) {
		lmbs_plug(&f->lmbs, plan->boot_dimms[i].first, plan->boot_dimms[i].count, true);
		f->now.bytes += plan->boot_dimms[i].count * bytes;
	}
	f->boot_lmbs = f->lmbs.assigned;
	f->lacking = 0;
	f->least_lmbs = 0;
	f->most_lmbs = UINT64_MAX;
	f->quiet_dimm = LMBS_NO_DIMM;
	f->driver_lmbs = f->driver_count = 0;
	f->doubt_count = 0;
	f->again = false;
	plan->event_count = plan->fault_count = 0;
}

static void attempts_before(struct follower *f, size_t record)
{
	size_t end = f->boot->first_attempt + f->boot->attempt_count;

	while (f->now.attempt < end && !f->again) {
		const struct klog_attempt *a = follow_attempt(f, f->now.attempt);

		if ((a->begin != KLOG_NONE ? a->begin : a->end) >= record)
			break;
		follow_alone(f, f->now.attempt);
	}
}

static void follow_once(struct follower *f)
{
	size_t record = f->boot->first_record, end = f->boot->first_request + f->boot->request_count;

	start(f);
	for (f->request = f->boot->first_request; f->request < end && !f->again && !f->no_memory; f->request++) {
		const struct klog_request *rq = &f->log->requests[f->request];

		for (; record < rq->record; record++) {
			if (f->log->records[record].kind != KLOG_RTAS_EVENT)
				continue;
			attempts_before(f, record);
			quiet_event(f);
		}
		attempts_before(f, rq->record);
		if (f->again || rq->by == KLOG_BY_UNKNOWN)
			continue;
		if (rq->add)
			follow_add(f, f->request);
		else
			follow_remove(f, f->request);
	}
	if (!f->again)
		attempts_before(f, KLOG_NONE);
}

/* DIMMs whose size nothing asked for are of no consequence. */
static void drop_empty(struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->event_count; i++)
		if (plan->events[i].kind != PLAN_PLUG || plan->events[i].count)
			plan->events[kept++] = plan->events[i];
	plan->event_count = kept;
}

void follow_boot(struct follower *f)
{
	do
		follow_once(f);
	while (f->again && !f->no_memory && !f->lmbs.no_memory);
	drop_empty(f->plan);
	f->plan->dimm_count = (unsigned)f->lmbs.dimm_count;
	f->no_memory = f->no_memory || f->lmbs.no_memory;
}

void follow_free(struct follower *f)
{
	lmbs_free(&f->lmbs);
	free(f->doubts);
	free(f->hints);
	free(f->room);
}
