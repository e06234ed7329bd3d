/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What belongs together: boots, requests and resize attempts. */
#include <stdlib.h>

#include "log/internal.h"

struct grouper {
	struct klog *log;
	uint64_t seen;			/* kinds of boot records in this boot; bit by kind */
	bool pending;			/* the last attempt has no outcome yet */
};

static struct klog_boot *boot_of(struct grouper *g)
{
	return &g->log->boots[g->log->boot_count - 1];
}

static bool begin_boot(struct grouper *g, size_t record)
{
	struct klog *log = g->log;

	if (!klog_grow(&log->boots, log->boot_count, sizeof(*log->boots)))
		return false;
	log->boots[log->boot_count++] = (struct klog_boot){
		.guest = log->records[record].guest,
		.first_record = record, .first_request = log->request_count,
		.first_attempt = log->attempt_count,
	};
	g->seen = 0;
	g->pending = false;
	return true;
}

/* Kinds that a boot has once; the first of them to come again begins the next one. */
static bool once_per_boot(enum klog_kind kind)
{
	return kind == KLOG_VERSION || kind == KLOG_PAGE_ORDERS || kind == KLOG_PFT_SIZE ||
	       kind == KLOG_COMMAND_LINE || kind == KLOG_PHYS_MEM || kind == KLOG_SEGMENTS_1T || kind == KLOG_HASH_MMU ||
	       kind == KLOG_MACHINE || kind == KLOG_HARDWARE || kind == KLOG_HASH_PAGES;
}

/* The request that records belong to now, or NULL. */
static struct klog_request *current(struct grouper *g)
{
	return boot_of(g)->request_count ? &g->log->requests[g->log->request_count - 1] : NULL;
}

static bool begin_request(struct grouper *g, size_t record, bool add)
{
	struct klog *log = g->log;
	const struct klog_record *r = &log->records[record];

	if (!klog_grow(&log->requests, log->request_count, sizeof(*log->requests)))
		return false;
	log->requests[log->request_count++] = (struct klog_request){
		.record = record, .add = add, .by = r->u.request.by, .count = r->u.request.count,
		.drc = r->u.request.drc, .rollback = KLOG_NONE, .end = record + 1,
		.first_attempt = log->attempt_count,
	};
	boot_of(g)->request_count++;
	g->pending = false;
	return true;
}

static bool begin_attempt(struct grouper *g, size_t begin)
{
	struct klog *log = g->log;
	struct klog_request *rq = current(g);
	bool inside = rq && !rq->ended;

	if (!klog_grow(&log->attempts, log->attempt_count, sizeof(*log->attempts)))
		return false;
	if (inside)
		rq->attempt_count++;
	log->attempts[log->attempt_count++] = (struct klog_attempt){
		.begin = begin, .end = KLOG_NONE,
		.request = inside ? log->request_count - 1 : KLOG_NONE,
		.prepare_ms = -1, .commit_ms = -1,
	};
	boot_of(g)->attempt_count++;
	g->pending = true;
	return true;
}

static bool end_attempt(struct grouper *g, size_t record)
{
	struct klog *log = g->log;
	const struct klog_record *r = &log->records[record];
	struct klog_attempt *a;

	/* before 5.2 "Unable to resize" follows a line that has said it already */
	if (!g->pending && r->kind == KLOG_RESIZE_ERROR && r->u.error.error == KLOG_ERROR_OTHER &&
	    boot_of(g)->attempt_count)
		return true;
	if (!g->pending && !begin_attempt(g, KLOG_NONE))
		return false;
	g->pending = false;
	a = &log->attempts[log->attempt_count - 1];
	a->end = record;
	switch (r->kind) {
	case KLOG_RESIZE_DONE:
		a->outcome = KLOG_COMPLETE;
		a->prepare_ms = r->u.resize.prepare_ms;
		a->commit_ms = r->u.resize.commit_ms;
		a->end_shift_differs = a->begin != KLOG_NONE && a->shift != r->u.resize.shift;
		if (a->begin == KLOG_NONE)
			a->shift = r->u.resize.shift;
		break;
	case KLOG_COLLISION:
		a->outcome = KLOG_COLLIDED;
		break;
	default:
		a->outcome = KLOG_FAILED;
		a->error = r->u.error.error;
		a->error_number = r->u.error.number;
	}
	return true;
}

/* "Could not handle" what: the request at hand, or one that had no line of its own. */
static bool fail_dlpar(struct grouper *g, size_t record)
{
	const struct klog_record *r = &g->log->records[record];
	struct klog_request *rq = current(g);
	bool same = rq && !rq->closed && rq->add == !r->u.request.remove;

	if (same && r->u.request.by != KLOG_BY_UNKNOWN)
		same = rq->by == r->u.request.by &&
		       (rq->by == KLOG_BY_INDEX || rq->count == r->u.request.count) &&
		       (rq->by == KLOG_BY_COUNT || rq->drc == r->u.request.drc);
	if (!same) {
		if (!begin_request(g, record, !r->u.request.remove))
			return false;
		rq = current(g);
	}
	rq->failed = rq->ended = rq->closed = rq->dlpar = true;
	g->pending = false;
	return true;
}

static void mark_request(struct grouper *g, size_t record)
{
	struct klog_request *rq = current(g);

	if (!rq || rq->closed)
		return;
	switch (g->log->records[record].kind) {
	case KLOG_LMB_ADDED:
	case KLOG_LMB_REMOVED:
		rq->ended = true;
		rq->lmbs_listed++;
		break;
	case KLOG_LMB_ADD_FAILED:
	case KLOG_LMB_REMOVE_FAILED:
		/* by count the next LMB is tried */
		if (rq->by == KLOG_BY_INDEX)
			rq->failed = true;
		break;
	case KLOG_ROLLBACK:
		rq->rollback = record;
		rq->failed = true;
		break;
	default:	/* NOT_ENOUGH */
		rq->failed = rq->ended = true;
	}
}

#define REBOOT_US	INT64_C(1000000)

/* A kernel's first lines, and its clock begins again. */
static bool goes_back(const struct grouper *g, size_t i)
{
	const struct klog_record *r = &g->log->records[i], *before = r - 1;

	return i && r->kind < KLOG_RESIZE_BEGIN && r->clock == KLOG_CLOCK_BOOT && before->clock == KLOG_CLOCK_BOOT &&
	       r->time_us < before->time_us - REBOOT_US;
}

static bool take(struct grouper *g, size_t i)
{
	struct klog *log = g->log;
	const struct klog_record *r = &log->records[i];
	bool ok = true;

	if (!log->boot_count || boot_of(g)->guest != r->guest || goes_back(g, i) ||
	    (once_per_boot(r->kind) && (g->seen & UINT64_C(1) << r->kind)))
		ok = begin_boot(g, i);
	if (!ok)
		return false;
	g->seen |= UINT64_C(1) << r->kind;
	boot_of(g)->record_count++;
	switch (r->kind) {
	case KLOG_ADD:
	case KLOG_REMOVE:
		ok = begin_request(g, i, r->kind == KLOG_ADD);
		break;
	case KLOG_DLPAR_FAILED:
		ok = fail_dlpar(g, i);
		break;
	case KLOG_LMB_ADDED:
	case KLOG_LMB_REMOVED:
	case KLOG_LMB_ADD_FAILED:
	case KLOG_LMB_REMOVE_FAILED:
	case KLOG_ROLLBACK:
	case KLOG_NOT_ENOUGH:
		/* whoever resizes is back from it */
		g->pending = false;
		mark_request(g, i);
		break;
	case KLOG_RESIZE_BEGIN:
		ok = begin_attempt(g, i);
		if (ok)
			log->attempts[log->attempt_count - 1].shift = r->u.resize.shift;
		break;
	case KLOG_RESIZE_DONE:
	case KLOG_RESIZE_ERROR:
	case KLOG_COLLISION:
		ok = end_attempt(g, i);
		break;
	default:
		break;
	}
	if (ok && current(g))
		current(g)->end = i + 1;
	return ok;
}

bool klog_group(struct klog *log)
{
	struct grouper g = { .log = log };

	for (size_t i = 0; i < log->record_count; i++)
		if (!take(&g, i))
			return false;
	for (size_t i = log->boot_count; i-- > 0; ) {
		struct klog_guest *guest = &log->guests[log->boots[i].guest];

		guest->first_boot = i;
		guest->boot_count++;
	}
	return true;
}

/* Kernels up to v5.1 say so behind whatever lpar.c has said. */
static bool is_unable(const struct klog *log, size_t record)
{
	return record < log->record_count && log->records[record].kind == KLOG_RESIZE_ERROR &&
	       log->records[record].u.error.error == KLOG_ERROR_OTHER;
}

/* The kernel's version at a record; 0: not told. */
static unsigned version_at(const struct klog *log, size_t record)
{
	while (record-- > 0)
		if (log->records[record].kind == KLOG_VERSION)
			return log->records[record].u.version.major * 1000 + log->records[record].u.version.minor;
	return 0;
}

enum klog_origin klog_attempt_origin(const struct klog *log, size_t attempt)
{
	const struct klog_attempt *a = &log->attempts[attempt];
	unsigned version;

	if (a->begin == KLOG_NONE || a->outcome == KLOG_COMPLETE)
		return KLOG_FROM_UNKNOWN;
	if (a->end != KLOG_NONE && (is_unable(log, a->end) || is_unable(log, a->end + 1)))
		return KLOG_FROM_HOTPLUG;
	version = version_at(log, a->begin);
	if (version && version < 5002)
		return KLOG_FROM_DEBUGFS;
	switch (a->outcome) {
	case KLOG_COLLIDED:
		return KLOG_FROM_HOTPLUG;
	case KLOG_SILENT:
		return KLOG_FROM_DEBUGFS;
	default:
		return KLOG_FROM_UNKNOWN;
	}
}
