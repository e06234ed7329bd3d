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

enum plan_kind { PLAN_PLUG, PLAN_UNPLUG, PLAN_ADD, PLAN_REMOVE, PLAN_HPT_ORDER };

struct plan_event {
	enum plan_kind kind;
	size_t request;			/* of the log; KLOG_NONE: none is logged */
	unsigned dimm;			/* plug, unplug */
	uint32_t count;			/* LMBs: plug; add, remove by count and indexed-count */
	bool notify;			/* plug */
	enum klog_by by;		/* add, remove */
	uint32_t drc;
	unsigned shift;			/* hpt_order */
	const char *why;		/* said behind it; NULL: nothing */
};

struct plan_dimm {
	uint64_t first, count;		/* LMBs */
};

struct plan {
	uint64_t lmb_bytes;
	uint64_t memory_bytes;		/* without DIMMs */
	struct plan_dimm boot_dimm;	/* count 0: none */
	uint64_t max_memory_bytes, max_memory_least;
	unsigned page_shift, max_page_shift, vcpu_count;
	unsigned kernel_major, kernel_minor;
	bool kvm, disabled;
	unsigned hpt_shift;		/* 0: by the hypervisor's own rule */
	unsigned max_alloc_shift;	/* 0: no limit */
	unsigned dimm_count;		/* ids that are taken */
	struct plan_event *events;
	size_t event_count, event_room;
};

enum plan_status {
	PLAN_OK = 0,
	PLAN_ENOMEM,
	PLAN_ENOTHING,		/* no request and no resize: nothing to compare */
	PLAN_ENOGUEST,		/* the log does not tell what the guest is like */
};

/**
 * plan_derive - what the lines of one boot say
 * @plan: its lmb_bytes as the user knows it, 0: as the log tells; the rest does not matter
 * @missing: on PLAN_ENOGUEST, what is missing, in words
 */
enum plan_status plan_derive(struct plan *plan, const struct klog *log, const struct klog_boot *boot,
			     const char **missing);

/* Insert an event before the one at @where; false: out of memory. */
bool plan_insert(struct plan *plan, size_t where, struct plan_event event);
void plan_delete(struct plan *plan, size_t where);

/* Order that QEMU gives a guest of that memory at first. */
unsigned plan_hpt_shift_for(uint64_t bytes);

/* As a scenario file; @about is a comment, @policy the only one of it. */
void plan_write(const struct plan *plan, const char *name, const char *about, const char *policy, FILE *out);

void plan_free(struct plan *plan);

#endif
