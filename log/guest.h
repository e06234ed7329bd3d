/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_GUEST_H
#define HPTSIM_LOG_GUEST_H
/* Between the files that derive a scenario: the guest at boot. */
#include "log/klog.h"
#include "log/plan.h"

struct deriver {
	struct plan *plan;
	const struct klog *log;
	const struct klog_boot *boot;
	uint64_t total;			/* memory at boot, DIMMs included */
	uint64_t top;			/* end of it; above total if there is a hole */
	uint64_t dimms_end, dimms_seen;	/* LMBs: end of all DIMMs at boot, and of those found so far */
	bool has_total, has_pft, has_hardware;
	unsigned pft_shift;
	bool qemu;			/* the hardware line says so */
	uint64_t least_dimms;		/* LMBs that are in DIMMs at boot, at least */
	uint64_t ranges_end;		/* boot memory as node ranges show it; 0: they do not */
	bool quiet;			/* hotplug events do not make requests on this machine */
	bool no_memory;
};

/* Where its DIMMs are at boot, with d->least_dimms of them at least; plan_find_guest() has done so once. */
void plan_place_dimms(struct deriver *d);

/* The lowest LMB that ever went, or that the guest knows that it may go; UINT64_MAX: none. */
uint64_t plan_lowest_removed(struct deriver *d);

/* The guest: that of d->plan. False, and @missing in words: the log does not tell. */
bool plan_find_guest(struct deriver *d, const char **missing);

#endif
