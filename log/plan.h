/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_PLAN_H
#define HPTSIM_LOG_PLAN_H
/*
 * A scenario derived from a log: what the guest was and what happened to it, as
 * far as the log tells. A caller that can simulate it fills in what the log
 * leaves open (validate/fit.c) and has it written as YAML.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "log/klog.h"
#include "sim/scenario.h"

enum plan_kind {
	PLAN_PLUG, PLAN_UNPLUG, PLAN_ADD, PLAN_REMOVE, PLAN_HPT_ORDER, PLAN_DRIVER_ADD, PLAN_DRIVER_REMOVE,
};

struct plan_event {
	enum plan_kind kind;
	size_t request;			/* of the log; KLOG_NONE: none is logged */
	unsigned dimm;			/* plug, unplug; driver_add, driver_remove: the range */
	uint32_t count;			/* LMBs: plug, driver_add; add, remove by count and indexed-count */
	bool notify;			/* plug */
	uint64_t first;			/* plug: LMB of a DIMM that is not in the first gap; else 0 */
	enum klog_by by;		/* add, remove */
	uint32_t drc;
	int shift;			/* hpt_order: any */
	bool aside;			/* hpt_order: while the request before it is under way */
	size_t attempt;			/* ... with this attempt of the log */
	int64_t at_ns;			/* ... at this time since boot, once it is known; else 0 */
	const char *why;		/* said behind it; NULL: nothing */
};

struct plan_dimm {
	uint64_t first, count;		/* LMBs */
};

/* faults: of a scenario; sim/scenario.h says what its kinds are */
struct plan_fault {
	enum fault_kind kind;
	uint32_t drc;			/* *-lmb */
	uint32_t nth, times;
};

struct plan {
	uint64_t lmb_bytes;
	uint64_t memory_bytes;		/* without DIMMs */
	uint64_t first_lmb;		/* where device memory begins; PowerVM: the first LMB that can go */
	struct plan_dimm *boot_dimms;	/* ascending; their ids are d0 and on */
	size_t boot_dimm_count;
	uint64_t max_memory_bytes, max_memory_least;
	unsigned page_shift, max_page_shift, vcpu_count;
	unsigned linear_shift, vmemmap_shift;	/* 0: as the kernel chooses */
	bool small_segments, debug_pagealloc, kfence;
	unsigned kernel_major, kernel_minor;
	bool kvm, powervm, disabled;
	uint64_t real_mode_bytes;	/* PowerVM */
	unsigned hpt_shift;		/* 0: by the hypervisor's own rule */
	unsigned max_alloc_shift;	/* 0: no limit */
	uint64_t prepare_ps_byte;	/* a price that the host is not above, where it matters; 0: the profile's */
	unsigned dimm_count;		/* ids that are taken */
	struct plan_event *events;
	size_t event_count, event_room;
	struct plan_fault *faults;
	size_t fault_count;
	size_t *hung;			/* attempts of the log whose table never got ready, though no line shows it */
	size_t hung_count;
};

/* When the guest's kernel asks for a resize: what attempts are witness of. */
enum plan_rule {
	PLAN_RULE_MAINLINE,	/* at every LMB, when the table is too small or four times too large */
	PLAN_RULE_OTHER,	/* not known: then attempts say nothing of how far a request came */
};

enum plan_status {
	PLAN_OK = 0,
	PLAN_ENOMEM,
	PLAN_ENOTHING,		/* no request and no resize: nothing to compare, but the guest is known */
	PLAN_ENOGUEST,		/* the log does not tell what the guest is like */
};

/**
 * plan_derive - what the lines of one boot say
 * @plan: its lmb_bytes as the user knows it, 0: as the log tells; the rest does not matter. plan_free() it
 * @missing: on PLAN_ENOGUEST, what is missing, in words
 */
enum plan_status plan_derive(struct plan *plan, const struct klog *log, const struct klog_boot *boot,
			     enum plan_rule rule, const char **missing);

/* Insert an event before the one at @where; false: out of memory. */
bool plan_insert(struct plan *plan, size_t where, struct plan_event event);
void plan_delete(struct plan *plan, size_t where);

/* The @nth time that something is passed it fails; false: out of memory. */
bool plan_add_fault(struct plan *plan, enum fault_kind kind, uint32_t drc, uint32_t nth);

/* Does @fault go on when the same fails the @nth time? Then it is one fault, and @nth its last. */
bool plan_fault_goes_on(struct plan_fault *fault, uint32_t nth);

/* The same as a fault of its own, whatever there is already. */
bool plan_push_fault(struct plan *plan, enum fault_kind kind, uint32_t drc, uint32_t nth);

/* Attempt @attempt of the log timed out: the faults of resizes are counted anew. False: out of memory. */
bool plan_hang(struct plan *plan, const struct klog *log, const struct klog_boot *boot, size_t attempt);

/* Smallest power of two that is not below: its log2. */
unsigned plan_ceil_log2(uint64_t value);

/* Order that QEMU gives a guest of that memory at first. */
unsigned plan_hpt_shift_for(uint64_t bytes);

/* As a scenario file; @about is a comment, @policy the only one of it. */
void plan_write(const struct plan *plan, const char *name, const char *about, const char *policy, FILE *out);

void plan_free(struct plan *plan);

#endif
