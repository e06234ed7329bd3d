/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_STATE_H
#define HPTSIM_MACHINE_STATE_H
/* One simulated machine: hypervisor, guest and engine. */
#include "sim/guest/guest.h"
#include "sim/kernel_paths.h"
#include "sim/status.h"

/* Memory outside the LMBs: what a driver brings, or the probe file. */
struct range {
	const char *id;
	uint64_t base, size;	/* bytes; reserved for the event that brings it */
	uint64_t present;	/* bytes of it that the guest has now */
	uint64_t block;		/* bytes per call */
	bool accounted;		/* memblock counts it */
	bool wanted;		/* by the last event of it */
};

/* A hotplug event on its way to the guest's worker. */
struct hotplug_work {
	struct dlpar_request request;
	struct request *rq;
	struct task *waiter;
	int rc;
	struct hotplug_work *next;
};

struct machine {
	struct guest guest;
	struct hv hv;
	struct drc_table drcs;
	struct engine *engine;
	struct fault_state faults;
	const struct scenario *sc;
	struct cost_profile costs;	/* of @sc, at the pace of its hypervisor */
	struct sim_options options;
	unsigned hpt_shift_start;
	uint64_t memory_start_bytes, bolted_start;
	uint64_t prelaunch_bytes;	/* of boot memory, for which the first table has no room */
	struct range *ranges;		/* one per event that brings one, in their order */
	size_t range_count;
	/* "pseries hotplug workqueue" */
	struct task *worker;
	struct hotplug_work *first_work, *last_work;
	bool worker_idle;
	unsigned request_seq;
	size_t events_begun, events_ended;
	bool *event_ended;		/* per event */
	unsigned failed_requests;
	struct sim_error *error;
};

/* Does the event bring memory outside the LMBs? Such events and m->ranges have one order. */
static inline bool event_brings_range(const struct event_spec *ev)
{
	return ev->kind == EVENT_PROBE || ev->kind == EVENT_DRIVER_ADD ||
	       ev->kind == EVENT_MEMREMAP;
}

/* The first failure counts. Returns its status. */
__attribute__((format(printf, 3, 4)))
enum sim_status machine_fail(struct machine *m, enum sim_status status, const char *format, ...);

#endif
