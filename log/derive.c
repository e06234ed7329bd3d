/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario from the lines of one boot, without simulating. */
#include "log/follow.h"
#include "log/guest.h"
#include "sim/units.h"

/* Before, a check counted an LMB that goes no more; before, lpar.c told of any collision. */
#define KERNEL_MEMBLOCK_REMOVED_LAST	KERNEL_VERSION(5, 5)
#define KERNEL_COLLISION_BY_CALLER	KERNEL_VERSION(5, 2)

/* Largest table that the host could allocate, if errors say that there is a limit. */
static void find_alloc_limit(struct deriver *d)
{
	int refused = 0, good = 0;

	for (size_t i = 0; i < d->boot->attempt_count; i++) {
		const struct klog_attempt *a = &d->log->attempts[d->boot->first_attempt + i];

		if (a->outcome == KLOG_FAILED && a->error == KLOG_EIO_PREPARE && a->error_number == -9) {
			if (!refused || a->shift < refused)
				refused = a->shift;
		} else if (a->outcome != KLOG_FAILED && a->shift > good) {
			good = a->shift;
		}
	}
	if (refused > 18 && refused <= 46 && refused > good)
		d->plan->max_alloc_shift = (unsigned)refused - 1;
}

/* Room for all DIMMs, for no fewer LMBs than requests count on and no more than they find; then a power of two. */
static void find_max_memory(struct plan *plan, const struct follower *f)
{
	uint64_t lmb = plan->lmb_bytes, last = f->lmbs.first, most, round;
	/* memory by address, but QEMU's gap below DIMMs is none; wraps, and back */
	uint64_t before = plan->powervm ? 0 : plan->memory_bytes - f->lmbs.first * lmb;

	if (plan->powervm && last < plan->memory_bytes / lmb)
		last = plan->memory_bytes / lmb;
	for (size_t i = 0; i < f->lmbs.dimm_count && !plan->powervm; i++) {
		const struct lmbs_dimm *dimm = &f->lmbs.dimms[i];

		if (dimm->first + dimm->count > last)
			last = dimm->first + dimm->count;
	}
	if (f->least_lmbs > last && f->least_lmbs <= f->lmbs.end)
		last = f->least_lmbs;
	plan->max_memory_least = before + last * lmb;
	round = UINT64_C(1) << plan_ceil_log2(plan->max_memory_least);
	if (round > SZ_64T)
		round = SZ_64T;
	plan->max_memory_bytes = round < plan->max_memory_least ? plan->max_memory_least : round;
	if (f->most_lmbs < last)
		return;		/* the log contradicts itself */
	most = f->most_lmbs - f->lmbs.first > SZ_64T / lmb ? SZ_64T : before + f->most_lmbs * lmb;
	if (plan->max_memory_bytes > most)
		plan->max_memory_bytes = most;
}

/* The requests of the boot, and what goes wrong in them. */
static bool follow(struct deriver *d, enum plan_rule rule)
{
	struct plan *plan = d->plan;
	unsigned kernel = KERNEL_VERSION(plan->kernel_major, plan->kernel_minor);
	struct follower f = {
		.plan = plan, .log = d->log, .boot = d->boot, .mmu = { .page_shift = plan->page_shift, .virtual_shift = plan->page_shift },
		.first_shift = d->pft_shift, .witness = rule == PLAN_RULE_MAINLINE && !plan->disabled, .quiet_machine = d->quiet,
		.lag = kernel >= KERNEL_MEMBLOCK_REMOVED_LAST, .told = kernel >= KERNEL_COLLISION_BY_CALLER,
	};

	follow_boot(&f);
	if (!f.no_memory && !follow_resize_faults(&f))
		f.no_memory = true;
	find_max_memory(plan, &f);
	follow_free(&f);
	return !f.no_memory;
}

enum plan_status plan_derive(struct plan *plan, const struct klog *log, const struct klog_boot *boot,
			     enum plan_rule rule, const char **missing)
{
	struct deriver d = { .plan = plan, .log = log, .boot = boot };

	*missing = NULL;
	*plan = (struct plan){
		.lmb_bytes = plan->lmb_bytes, .page_shift = 16, .max_page_shift = 16, .vcpu_count = 1,
		.kernel_major = 6, .kernel_minor = 1,
	};
	if (!plan_find_guest(&d, missing))
		return PLAN_ENOGUEST;
	find_alloc_limit(&d);
	if (d.no_memory || !follow(&d, rule)) {
		plan_free(plan);
		return PLAN_ENOMEM;
	}
	return boot->request_count || boot->attempt_count ? PLAN_OK : PLAN_ENOTHING;
}
