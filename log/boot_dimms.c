/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where boot memory ends and DIMMs are at boot, by ranges and by all that requests tell. */
#include <stdlib.h>

#include "log/guest.h"
#include "log/internal.h"
#include "sim/units.h"

#define DRC_NUMBER		0x7fffffffu		/* without the type bits of an LMB's index */
#define MEMORY_MIN		(UINT64_C(256) << 20)	/* of a scenario */
#define MEMORY_MAX		(UINT64_C(64) << 40)
#define REQUESTS_MAX		4096			/* that are looked at for where DIMMs are at boot */
#define BOOT_DIMMS_MAX		256			/* slots of a pseries machine */

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

/* What requests tell of where boot memory ends and DIMMs begin; LMBs. */
struct evidence {
	uint64_t removed;		/* lowest that was ever taken; UINT64_MAX: none */
	uint64_t absent;		/* one that the guest has not at boot; UINT64_MAX: not known */
	uint64_t end;			/* behind the highest one taken that no request brought; 0: none */
	uint64_t plugged;		/* where the first DIMM came; 0: not known */
	uint64_t gone, came;		/* taken, and added, so far */
	uint64_t gone_alone;		/* of those taken: by index, without a line */
	uint64_t least;			/* that can be taken at least */
	uint64_t perhaps;		/* more than @have, if some went by index */
	uint64_t have;			/* all that can be taken, before anything came; UINT64_MAX: not told */
};

/* Did a request before @until bring an LMB of [first, end)? */
static bool was_brought(const struct deriver *d, size_t until, uint64_t first, uint64_t end)
{
	for (size_t i = d->boot->first_request; i < until; i++) {
		const struct klog_request *rq = &d->log->requests[i];
		uint64_t at = rq->drc & DRC_NUMBER;

		if (rq->add && !(rq->failed && rq->dlpar) &&
		    (rq->by == KLOG_BY_COUNT || (at < end && first < at + rq->count)))
			return true;
	}
	return false;
}

/* The first request behind a record. */
static size_t next_request(const struct deriver *d, size_t record)
{
	size_t i = d->boot->first_request, end = i + d->boot->request_count;

	while (i < end && d->log->requests[i].record < record)
		i++;
	return i;
}

/* LMBs that went and that no line says of that they came were there at boot, those that came first were not. */
static bool listed_evidence(const struct deriver *d, struct evidence *e)
{
	uint64_t most = MEMORY_MAX / d->plan->lmb_bytes;
	unsigned char *came = calloc(most / 8 + 1, 1);
	size_t request = d->boot->first_request, requests = request + d->boot->request_count;
	bool ok;

	for (size_t i = 0; came && i < d->boot->record_count; i++) {
		size_t record = d->boot->first_record + i;
		const struct klog_record *r = &d->log->records[record];
		bool listed = (r->kind == KLOG_LMB_ADDED || r->kind == KLOG_LMB_REMOVED) && r->u.lmb.has_base;
		uint64_t lmb = listed ? r->u.lmb.base / d->plan->lmb_bytes : 0;

		for (; request < requests && d->log->requests[request].record < record; request++) {
			const struct klog_request *rq = &d->log->requests[request];

			/* nobody knows which LMBs came */
			if (rq->add && rq->by == KLOG_BY_COUNT && !rq->failed && !rq->lmbs_listed)
				i = d->boot->record_count;
		}
		if (i >= d->boot->record_count || !lmb || lmb >= most)
			continue;
		if (r->kind == KLOG_LMB_ADDED && lmb >= e->end && !e->gone && lmb < e->absent)
			e->absent = lmb;
		if (r->kind == KLOG_LMB_ADDED)
			came[lmb / 8] |= (unsigned char)(1 << lmb % 8);
		else if (!(came[lmb / 8] >> lmb % 8 & 1) && lmb >= e->end)
			e->end = lmb + 1;
	}
	ok = came;
	free(came);
	return ok;
}

/* A removal of certain LMBs, all of which were there: a DIMM that was at boot, or LMBs of one. */
static void removal_evidence(const struct deriver *d, struct evidence *e, size_t request)
{
	const struct klog_request *rq = &d->log->requests[request];
	uint64_t first = rq->drc & DRC_NUMBER, end = first + rq->count, last = d->top / d->plan->lmb_bytes;

	if (rq->failed && rq->rollback == KLOG_NONE) {
		for (size_t i = rq->record; i < rq->end && e->have == UINT64_MAX; i++) {
			const struct klog_record *r = &d->log->records[i];

			if (r->kind == KLOG_NOT_ENOUGH && r->u.not_enough.have + e->gone >= e->came)
				e->have = r->u.not_enough.have + e->gone - e->came;
		}
		return;
	}
	e->gone += rq->failed ? 0 : rq->lmbs_listed;
	if (rq->by != KLOG_BY_INDEXED_COUNT || rq->dlpar || !rq->count)
		return;
	if (!rq->failed && !rq->lmbs_listed && !e->gone && !e->perhaps) {
		e->absent = first < e->absent ? first : e->absent;	/* nothing of it was the guest's */
		return;
	}
	/* all of the range was there, unless some of it went by index before */
	if (!rq->failed && (!rq->lmbs_listed || (rq->lmbs_listed < rq->count && !e->gone_alone && !e->perhaps)))
		return;
	/* the gap above boot memory may shift DIMMs up, by less than its unit */
	if (end > last + SPAPR_DEVICE_MEM_ALIGN / d->plan->lmb_bytes || (first >= last && was_brought(d, request, first, end)))
		return;
	e->end = end > e->end ? end : e->end;
	e->removed = first < e->removed ? first : e->removed;
}

/* An attempt that no request made and whose collision is told of: an LMB went, by index. */
static void attempt_evidence(const struct deriver *d, struct evidence *e, size_t attempt)
{
	const struct klog_attempt *a = &d->log->attempts[attempt];

	if (a->request != KLOG_NONE)
		return;
	if (klog_attempt_origin(d->log, attempt) != KLOG_FROM_HOTPLUG) {
		if (e->have == UINT64_MAX && klog_attempt_origin(d->log, attempt) == KLOG_FROM_UNKNOWN)
			e->perhaps++;
		return;
	}
	if (was_brought(d, next_request(d, a->begin), 0, UINT64_MAX)) {
		e->gone++;
		e->gone_alone++;
		return;
	}
	/* more than the memory at boot stands for: a driver's memory goes, not an LMB */
	if (a->shift - 7 + (int)d->plan->page_shift + 1 > (int)plan_ceil_log2(d->total))
		return;
	e->least += e->have == UINT64_MAX;
	e->gone++;
	e->gone_alone++;
}

static void addition_evidence(const struct deriver *d, struct evidence *e, size_t request)
{
	const struct klog_request *rq = &d->log->requests[request];
	uint64_t first = rq->drc & DRC_NUMBER, end = first + rq->count;
	bool brought = e->came;

	if (!rq->failed)
		e->came += rq->by == KLOG_BY_COUNT ? rq->count : rq->lmbs_listed;
	if (rq->by != KLOG_BY_INDEXED_COUNT || rq->dlpar || !rq->count)
		return;
	/* it had nothing to do: all of them were there */
	if (!rq->failed && !rq->lmbs_listed && !rq->attempt_count &&
	    (first < d->top / d->plan->lmb_bytes || !was_brought(d, request, first, end))) {
		/* those that came since say nothing */
		if (was_brought(d, request, first, end))
			end = first + 1;
		e->removed = first < e->removed ? first : e->removed;
		e->end = end > e->end ? end : e->end;
	} else if (!e->plugged && !d->quiet && !e->gone && !brought) {
		e->plugged = first;
	}
}

static struct evidence find_evidence(struct deriver *d)
{
	struct evidence e = { .least = d->least_dimms, .removed = UINT64_MAX, .absent = UINT64_MAX, .have = UINT64_MAX };
	size_t attempt = d->boot->first_attempt, attempts = attempt + d->boot->attempt_count;

	for (size_t i = 0; i < d->boot->record_count; i++) {
		const struct klog_record *r = &d->log->records[d->boot->first_record + i];

		if (r->kind == KLOG_LMB_REMOVED && r->u.lmb.has_base && r->u.lmb.base &&
		    r->u.lmb.base / d->plan->lmb_bytes < e.removed)
			e.removed = r->u.lmb.base / d->plan->lmb_bytes;
	}
	for (size_t i = 0; i < d->boot->request_count && i < REQUESTS_MAX; i++) {
		size_t request = d->boot->first_request + i;
		const struct klog_request *rq = &d->log->requests[request];

		for (; attempt < attempts && d->log->attempts[attempt].begin < rq->record; attempt++)
			attempt_evidence(d, &e, attempt);
		/* the guest knows the first LMB of a range that it works on */
		if (rq->by == KLOG_BY_INDEXED_COUNT && rq->rollback != KLOG_NONE && (rq->drc & DRC_NUMBER) < e.removed)
			e.removed = rq->drc & DRC_NUMBER;
		if (rq->add)
			addition_evidence(d, &e, request);
		else
			removal_evidence(d, &e, request);
	}
	for (; attempt < attempts && d->boot->request_count <= REQUESTS_MAX; attempt++)
		attempt_evidence(d, &e, attempt);
	if (!listed_evidence(d, &e))
		d->no_memory = true;
	return e;
}

/* With so many LMBs of the memory at boot in DIMMs, is everything as it is told? */
static bool explains(const struct deriver *d, const struct evidence *e, uint64_t dimms, bool plugged)
{
	uint64_t lmb = d->plan->lmb_bytes, first = round_up(d->total - dimms * lmb, SPAPR_DEVICE_MEM_ALIGN) / lmb;

	if (dimms < e->least || (e->have != UINT64_MAX && (dimms < e->have || dimms - e->have > e->perhaps)))
		return false;
	if ((e->removed != UINT64_MAX && e->removed < first) || (e->end && e->end > first + dimms))
		return false;
	if (e->absent >= first && e->absent - first < dimms)
		return false;
	return !plugged || !e->plugged || e->plugged == first + dimms;
}

/* Boot memory never goes: what does is a DIMM's. The least that explains all is in DIMMs. */
static void find_boot_memory(struct deriver *d)
{
	struct evidence e = find_evidence(d);
	uint64_t lmb = d->plan->lmb_bytes, most = (d->total - (d->total < MEMORY_MIN ? d->total : MEMORY_MIN)) / lmb;
	uint64_t ranges = d->ranges_end;

	if (ranges && ranges <= d->total && ranges >= MEMORY_MIN && ranges % lmb == 0 &&
	    (e.removed == UINT64_MAX || e.removed * lmb >= ranges))
		return;
	d->plan->memory_bytes = d->total;
	/* the first DIMM to come shows how far those that are there reach, unless it has an address of its own */
	for (int plugged = 1; plugged >= 0; plugged--) {
		for (uint64_t dimms = 0; dimms <= most; dimms++) {
			if (!explains(d, &e, dimms, plugged))
				continue;
			d->plan->memory_bytes = d->total - dimms * lmb;
			return;
		}
	}
}

static bool push_dimm(struct plan *plan, uint64_t first, uint64_t count)
{
	if (!count)
		return true;
	if (!klog_grow(&plan->boot_dimms, plan->boot_dimm_count, sizeof(*plan->boot_dimms)))
		return false;
	plan->boot_dimms[plan->boot_dimm_count++] = (struct plan_dimm){ first, count };
	return true;
}

/* The next place where a DIMM ends in [first, first + count), as far as unplugs tell. */
static uint64_t next_cut(const struct deriver *d, uint64_t first, uint64_t count)
{
	uint64_t cut = count;

	for (size_t i = 0; i < d->boot->request_count; i++) {
		const struct klog_request *rq = &d->log->requests[d->boot->first_request + i];
		uint64_t at = rq->drc & DRC_NUMBER, end = at + rq->count;

		if (rq->add || rq->by != KLOG_BY_INDEXED_COUNT || rq->dlpar || at < d->plan->first_lmb ||
		    end > d->dimms_end || (!rq->failed && !rq->lmbs_listed) || i >= REQUESTS_MAX ||
		    was_brought(d, d->boot->first_request + i, at, end))
			continue;
		if (at > first && at - first < cut)
			cut = at - first;
		if (end > first && end - first < cut)
			cut = end - first;
	}
	return cut;
}

static bool cut_dimms(struct deriver *d, uint64_t first, uint64_t count)
{
	uint64_t cut;

	for (; count && d->plan->boot_dimm_count < BOOT_DIMMS_MAX; first += cut, count -= cut) {
		cut = next_cut(d, first, count);
		if (!push_dimm(d->plan, first, cut))
			return false;
	}
	return push_dimm(d->plan, first, count);
}

/* DIMMs that are there at boot: behind boot memory, or where ranges say. */
static bool find_boot_dimms(struct deriver *d)
{
	struct plan *plan = d->plan;
	uint64_t lmb = plan->lmb_bytes, left = (d->total - plan->memory_bytes) / lmb;

	plan->first_lmb = round_up(plan->memory_bytes, SPAPR_DEVICE_MEM_ALIGN) / lmb;
	d->dimms_end = d->top > plan->memory_bytes ? d->top / lmb : 0;
	if (d->dimms_end < plan->first_lmb + left)
		d->dimms_end = plan->first_lmb + left;
	for (size_t i = 0; d->top > d->total && i < d->boot->record_count && left; i++) {
		const struct klog_record *r = &d->log->records[d->boot->first_record + i];
		uint64_t first = r->u.range.first / lmb, count;

		if (r->kind != KLOG_NODE_RANGE || r->u.range.first < plan->first_lmb * lmb || r->u.range.last >= MEMORY_MAX ||
		    r->u.range.first % lmb || (r->u.range.last + 1) % lmb)
			continue;
		count = (r->u.range.last + 1) / lmb - first;
		if (count > left || (plan->boot_dimm_count && first < d->dimms_seen))
			continue;
		if (!cut_dimms(d, first, count))
			return false;
		d->dimms_seen = first + count;
		left -= count;
	}
	return cut_dimms(d, d->dimms_seen ? d->dimms_seen : plan->first_lmb, left);
}

void plan_place_dimms(struct deriver *d)
{
	d->plan->boot_dimm_count = 0;
	d->dimms_seen = 0;
	find_boot_memory(d);
	if (!find_boot_dimms(d))
		d->no_memory = true;
}

uint64_t plan_lowest_removed(struct deriver *d)
{
	return find_evidence(d).removed;
}
