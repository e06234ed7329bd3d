/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario from the lines of one boot, without simulating. */
#include "log/follow.h"
#include "log/guest.h"
#include "sim/units.h"

/* Before, a check counted an LMB that goes no more; before, lpar.c told of any collision. */
#define KERNEL_MEMBLOCK_REMOVED_LAST	KERNEL_VERSION(5, 5)
#define KERNEL_COLLISION_BY_CALLER	KERNEL_VERSION(5, 2)

#define PREPARE_TIMEOUT_US	INT64_C(10000000)	/* HPT_RESIZE_TIMEOUT */
#define TIMED_OUT_MOST_US	INT64_C(16000000)
#define DIMM_ROUNDS	8
#define LARGE_SHIFT		30	/* clearing it takes most of the time */
#define SLOW_SHIFT		32	/* ... and some seconds at a usual price */

/* Largest table that the host could allocate, if errors say that there is a limit. */
static void find_alloc_limit(struct deriver *d)
{
	int refused = 0, good = 0;

	for (size_t i = 0; i < d->boot->attempt_count; i++) {
		const struct klog_attempt *a = &d->log->attempts[d->boot->first_attempt + i];

		if (a->outcome == KLOG_FAILED && a->error == KLOG_EIO_PREPARE && a->error_number == -9) {
			if (!refused || a->shift < refused)
				refused = a->shift;
		} else if ((a->outcome != KLOG_FAILED || a->error == KLOG_ERROR_OTHER || a->error == KLOG_EIO_COMMIT ||
			    a->error == KLOG_ETIMEDOUT) && a->shift > good) {
			good = a->shift;
		}
	}
	if (refused > 18 && refused <= 46 && refused > good)
		d->plan->max_alloc_shift = (unsigned)refused - 1;
}

/*
 * Older kernels do not name the machine. QEMU keeps a table that it could not
 * allocate until another order is asked for; KVM HV tries once more.
 */
static void find_hypervisor(struct deriver *d)
{
	int refused = 0;

	for (size_t i = 0; i < d->boot->attempt_count && !d->has_hardware; i++) {
		const struct klog_attempt *a = &d->log->attempts[d->boot->first_attempt + i];

		if (a->outcome == KLOG_FAILED && a->error == KLOG_EIO_PREPARE && a->error_number == -9) {
			refused = a->shift;
		} else if (a->outcome != KLOG_FAILED || a->error == KLOG_EIO_COMMIT) {
			if (refused && refused == a->shift)
				d->plan->kvm = true;
			refused = 0;
		}
	}
}

/*
 * Tables so large that a profile's price would let PREPARE time out, and did
 * not: the price was no higher than what the fastest of them took.
 */
static void find_prepare_price(struct deriver *d)
{
	uint64_t most = UINT64_MAX;
	bool matters = false;

	for (size_t i = 0; i < d->boot->attempt_count; i++) {
		const struct klog_attempt *a = &d->log->attempts[d->boot->first_attempt + i];
		size_t end = a->end != KLOG_NONE ? a->end : a->begin + 1;
		int64_t us;

		if (a->begin == KLOG_NONE || a->outcome == KLOG_FAILED || a->shift < LARGE_SHIFT || a->shift > 46)
			continue;
		if (a->end == KLOG_NONE && (a->request == KLOG_NONE || end >= d->log->requests[a->request].end))
			continue;
		us = a->prepare_ms * 1000;
		if (a->prepare_ms < 0 && !klog_elapsed_us(d->log, a->begin, end, &us))
			continue;
		/* it got as far as COMMIT, or it would have ended when PREPARE timed out */
		if (us >= PREPARE_TIMEOUT_US && (a->outcome == KLOG_COLLIDED || us > TIMED_OUT_MOST_US))
			us = PREPARE_TIMEOUT_US * 9 / 10;
		if (us <= 0 || us >= PREPARE_TIMEOUT_US)
			continue;
		matters = matters || a->shift >= SLOW_SHIFT;
		if ((uint64_t)us * 1000000 >> (a->shift + d->plan->kvm) < most)
			most = (uint64_t)us * 1000000 >> (a->shift + d->plan->kvm);
	}
	if (matters)
		d->plan->prepare_ps_byte = most ? most : 1;
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
		.first_shift = d->pft_shift, .witness = rule == PLAN_RULE_MAINLINE && !plan->disabled && !plan->powervm, .quiet_machine = d->quiet,
		.lag = kernel >= KERNEL_MEMBLOCK_REMOVED_LAST, .told = kernel >= KERNEL_COLLISION_BY_CALLER,
	};

	follow_boot(&f);
	/* more LMBs went than are known: then more of the memory at boot was in DIMMs */
	for (int i = 0; i < DIMM_ROUNDS && f.lacking && !f.no_memory && !d->no_memory; i++) {
		uint64_t memory = plan->memory_bytes;

		d->least_dimms = f.boot_lmbs + f.lacking;
		plan_place_dimms(d);
		if (plan->memory_bytes == memory)
			break;
		f.hint_count = 0;
		follow_boot(&f);
	}
	f.no_memory = f.no_memory || d->no_memory;
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
	find_hypervisor(&d);
	find_prepare_price(&d);
	if (d.no_memory || !follow(&d, rule)) {
		plan_free(plan);
		return PLAN_ENOMEM;
	}
	return boot->request_count || boot->attempt_count ? PLAN_OK : PLAN_ENOTHING;
}
