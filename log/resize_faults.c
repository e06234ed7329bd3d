/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the hypervisor refused: the n-th table, or the n-th commit, as
 * h_resize_hpt_prepare() and h_resize_hpt_commit() of the model count them.
 */
#include <errno.h>

#include "log/follow.h"
#include "log/internal.h"
#include "sim/hcall.h"

#define PREPARE_TIMEOUT_US	INT64_C(10000000)	/* HPT_RESIZE_TIMEOUT */

struct counting {
	uint32_t asked, started, commits;
	bool hangs;			/* the last table never got ready */
	int refused_shift;		/* QEMU keeps a table that it could not allocate until another is asked for */
};

static bool timed_out(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);

	size_t end = f->boot->first_attempt + f->boot->attempt_count;

	/* two at a time take each other's table away until both give up: that is no fault */
	if (follow_too_soon(f, attempt) || (attempt + 1 < end && follow_too_soon(f, attempt + 1)))
		return false;
	for (size_t i = 0; i < f->plan->hung_count; i++)
		if (f->plan->hung[i] == attempt)
			return true;
	return follow_timed_out(f, attempt) ||
	       (a->outcome == KLOG_FAILED && (a->error == KLOG_ETIMEDOUT ||
					      (a->error == KLOG_ERROR_OTHER && a->error_number == -ETIMEDOUT)));
}

/*
 * Nothing tells how long the last attempt of a request took, or one outside any:
 * it hung if the one before it did, and time enough went by.
 */
static bool hangs_still(const struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);
	size_t end = f->boot->first_record + f->boot->record_count;
	int64_t us;

	if (a->outcome != KLOG_SILENT || a->begin == KLOG_NONE || follow_too_soon(f, attempt))
		return false;
	if (a->begin + 1 >= end)
		return true;
	return klog_elapsed_us(f->log, a->begin, a->begin + 1, &us) && us >= PREPARE_TIMEOUT_US;
}

static bool is_limit(const struct plan *plan, int shift)
{
	return plan->max_alloc_shift && shift > (int)plan->max_alloc_shift;
}

/* One attempt; the fault that explains how it ended, or FAULT_KIND_COUNT. */
static enum fault_kind count_one(const struct follower *f, size_t attempt, struct counting *c, uint32_t *nth)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);
	bool prepare = a->outcome == KLOG_FAILED && a->error == KLOG_EIO_PREPARE;
	bool no_mem = prepare && a->error_number == H_NO_MEM;

	if (no_mem && c->refused_shift == a->shift)
		return FAULT_KIND_COUNT;
	c->refused_shift = 0;
	*nth = ++c->asked;
	if (prepare && !no_mem)
		return FAULT_PREPARE_ERROR;
	*nth = ++c->started;
	if (no_mem) {
		c->refused_shift = f->plan->kvm ? 0 : a->shift;
		return is_limit(f->plan, a->shift) ? FAULT_KIND_COUNT : FAULT_PREPARE_NO_MEM;
	}
	c->hangs = timed_out(f, attempt) || (c->hangs && hangs_still(f, attempt));
	if (c->hangs)
		return FAULT_PREPARE_HANG;
	if (a->outcome == KLOG_FAILED && a->error == KLOG_EIO_COMMIT && a->error_number != H_HARDWARE)
		return FAULT_KIND_COUNT;
	*nth = ++c->commits;
	return a->outcome == KLOG_FAILED && a->error == KLOG_EIO_COMMIT ? FAULT_COMMIT_ERROR : FAULT_KIND_COUNT;
}

bool follow_resize_faults(const struct follower *f)
{
	size_t end = f->boot->first_attempt + f->boot->attempt_count;
	struct counting c = { 0 };

	for (size_t i = f->boot->first_attempt; i < end; i++) {
		const struct klog_attempt *a = follow_attempt(f, i);
		enum fault_kind kind;
		uint32_t nth = 0;

		if (a->begin == KLOG_NONE ||
		    (a->outcome == KLOG_FAILED && (a->error == KLOG_EINVAL || a->error == KLOG_EPERM)))
			continue;
		kind = count_one(f, i, &c, &nth);
		if (kind != FAULT_KIND_COUNT && !plan_add_fault(f->plan, kind, 0, nth))
			return false;
	}
	return true;
}

bool plan_hang(struct plan *plan, const struct klog *log, const struct klog_boot *boot, size_t attempt)
{
	const struct follower f = { .plan = plan, .log = log, .boot = boot };
	size_t kept = 0;

	if (!klog_grow(&plan->hung, plan->hung_count, sizeof(*plan->hung)))
		return false;
	plan->hung[plan->hung_count++] = attempt;
	for (size_t i = 0; i < plan->fault_count; i++)
		if (plan->faults[i].kind == FAULT_ADD_LMB || plan->faults[i].kind == FAULT_ONLINE_LMB ||
		    plan->faults[i].kind == FAULT_OFFLINE_LMB)
			plan->faults[kept++] = plan->faults[i];
	plan->fault_count = kept;
	return follow_resize_faults(&f);
}
