/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STATUS_H
#define HPTSIM_STATUS_H
/* How a run ends, and what it is run with besides a scenario and a policy. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/events.h"

enum sim_status {
	SIM_OK = 0,
	SIM_ENOMEM,		/* out of memory in the simulator itself */
	SIM_EBOOT,		/* the guest's boot mappings do not fit its first HPT */
	SIM_EHVABORT,		/* the hypervisor fails: QEMU's assertion in rehash_hpte(), KVM HV's BUG_ON() */
	SIM_EINVARIANT,		/* the simulator contradicts itself: a bug of ours */
	SIM_EEVENT,		/* an event cannot happen: e.g. no room for a DIMM, unknown DIMM */
	SIM_EOOPS,		/* the policy's code is not hptsim's own (struct policy: outside), and crashed or hung */
};

struct sim_error {
	enum sim_status status;
	size_t event;		/* SIM_EEVENT: which of scenario->events */
	char message[SIM_MESSAGE_MAX];	/* one sentence, no newline; "" when SIM_OK */
};

struct sim_options {
	uint64_t seed;			/* for whatever is random: eviction victims, the workload */
	bool check_invariants;		/* after every step; SIM_EINVARIANT when one does not hold */
	const struct sim_observer *observer;	/* may be NULL */
};

#endif
