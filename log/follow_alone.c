/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attempts outside any request: debugfs, a removal by index, a driver's memory. */
#include "log/follow.h"
#include "log/internal.h"
#include "sim/hypervisor/drc.h"
#include "sim/hcall.h"

static void removed_by_index(struct follower *f, size_t attempt, uint64_t lmb)
{
	follow_push(f, (struct plan_event){
		.kind = PLAN_REMOVE, .request = KLOG_NONE, .by = KLOG_BY_INDEX, .count = 1,
		.drc = DRC_INDEX_LMB | (uint32_t)lmb, .why = "not in the log by itself; which LMB is a guess" });
	lmbs_pass(&f->lmbs, lmb, LMB_PLACE_OFFLINE);
	lmbs_assign(&f->lmbs, lmb, false);
	if (follow_step(f, &f->now, attempt + 1, false) > STEP_ASKED)
		follow_skip(f, attempt + 1);
}

static void driver_adds(struct follower *f, size_t attempt, uint64_t lmbs)
{
	follow_push(f, (struct plan_event){
		.kind = PLAN_DRIVER_ADD, .request = KLOG_NONE, .dimm = f->driver_count++, .count = (uint32_t)lmbs,
		.why = "not in the log by itself; its size is a guess" });
	f->driver_lmbs = lmbs;
	f->now.bytes += lmbs * follow_lmb_bytes(f);
	follow_skip(f, attempt + 1);
}

/* The memory of the last driver goes, all at once. */
static bool driver_removes(struct follower *f, size_t attempt)
{
	uint64_t bytes = f->driver_lmbs * follow_lmb_bytes(f);

	if (!bytes || f->now.bytes <= bytes ||
	    (int)mmu_htab_shift_for_mem_size(&f->mmu, f->lag ? f->now.bytes : f->now.bytes - bytes) !=
	    follow_attempt(f, attempt)->shift)
		return false;
	follow_push(f, (struct plan_event){
		.kind = PLAN_DRIVER_REMOVE, .request = KLOG_NONE, .dimm = f->driver_count - 1,
		.why = "not in the log by itself" });
	f->now.bytes -= bytes;
	f->driver_lmbs = 0;
	follow_skip(f, attempt + 1);
	return true;
}

static void doubt(struct follower *f, size_t attempt, bool removal)
{
	if (!klog_grow(&f->doubts, f->doubt_count, sizeof(*f->doubts)))
		f->no_memory = true;
	else
		f->doubts[f->doubt_count++] = (struct doubt){ attempt, f->now.bytes, removal };
}

static void forced(struct follower *f, size_t attempt, bool removal)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);

	doubt(f, attempt, removal);
	if (follow_is_granted(f, attempt))
		follow_need_ram(f, a->shift);
	follow_push(f, (struct plan_event){ .kind = PLAN_HPT_ORDER, .request = KLOG_NONE, .shift = a->shift });
	follow_skip(f, attempt + 1);
}

void follow_alone(struct follower *f, size_t attempt)
{
	const struct klog_attempt *a = follow_attempt(f, attempt);
	enum klog_origin origin = klog_attempt_origin(f->log, attempt);
	const struct hint *removed = follow_hint(f, HINT_REMOVED, attempt);
	const struct hint *driver = follow_hint(f, HINT_DRIVER, attempt);
	struct track t = f->now;
	uint64_t lmb;
	bool removal;

	f->now.attempt = attempt;
	t.attempt = attempt;
	if (!f->witness) {
		follow_skip(f, attempt + 1);	/* a policy may have made it, after a request: simulating tells */
		return;
	}
	if (a->begin == KLOG_NONE || a->end_shift_differs || follow_too_soon(f, attempt) ) {
		follow_skip(f, attempt + 1);	/* not believed: the difference is shown */
		return;
	}
	if (driver) {
		driver_adds(f, attempt, driver->count);
		return;
	}
	removal = follow_step(f, &t, attempt + 1, false) == STEP_ASKED;
	if (removed) {
		removed_by_index(f, attempt, removed->first);
		return;
	}
	/* an order that an LMB that goes would ask for, and that failed, is hardly somebody's choice */
	if (origin == KLOG_FROM_HOTPLUG || (removal && origin == KLOG_FROM_UNKNOWN && a->outcome == KLOG_FAILED)) {
		lmb = removal ? follow_guess_removed(f) : f->lmbs.end;
		if (lmb < f->lmbs.end) {
			doubt(f, attempt, true);	/* of which LMB */
			removed_by_index(f, attempt, lmb);
			return;
		}
		if (driver_removes(f, attempt) || (!removal && follow_try_driver_gone(f, attempt)))
			return;
		f->lacking += removal && origin == KLOG_FROM_HOTPLUG;
	}
	forced(f, attempt, removal && origin != KLOG_FROM_DEBUGFS && f->lmbs.assigned);
}
