/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_H
#define HPTSIM_MACHINE_H
/* One simulated machine: hypervisor, guest and engine, from boot to the end. */
#include "sim/guest/guest.h"
#include "sim/kernel_paths.h"
#include "sim/sim.h"

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
	struct sim_options options;
	unsigned hpt_shift_start;
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

/**
 * machine_boot - build the machine and boot its guest
 *
 * Returns SIM_OK, SIM_ENOMEM, SIM_EBOOT (the bolted entries or a DIMM at boot
 * do not fit); @error is filled. machine_fini() is due in every case.
 */
enum sim_status machine_boot(struct machine *m, const struct scenario *sc,
			     const struct policy *policy, const struct sim_options *options,
			     const struct sim_sink *sink, struct sim_error *error);

/* Tell whoever listens that a kernel has started. */
void machine_report_boot(struct machine *m);

/* Let the scenario's events happen. */
enum sim_status machine_run(struct machine *m);

void machine_fini(struct machine *m);

/* --- shared by the files machine*.c --- */

/* Does the event bring memory outside the LMBs? Such events and m->ranges have one order. */
static inline bool event_brings_range(const struct event_spec *ev)
{
	return ev->kind == EVENT_PROBE || ev->kind == EVENT_DRIVER_ADD ||
	       ev->kind == EVENT_MEMREMAP;
}

/* The range that an event brings. */
struct range *machine_range_of(struct machine *m, const struct event_spec *ev);

/* The event is over, or the run is: note what memory was wanted. */
void machine_wish(struct machine *m, const struct event_spec *ev, bool failed);

/* The first failure counts. Returns its status. */
__attribute__((format(printf, 3, 4)))
enum sim_status machine_fail(struct machine *m, enum sim_status status, const char *format, ...);

/**
 * machine_start_guest - first HPT, boot mappings, for the memory there is now
 *
 * At the beginning and at each reboot. Returns as machine_boot().
 */
enum sim_status machine_start_guest(struct machine *m);

/**
 * machine_check - do the parts agree with each other?
 * @quiet: no request is in the middle of something
 *
 * With options.check_invariants only. A contradiction is noted with
 * machine_fail() and ends the run.
 */
void machine_check(struct machine *m, bool quiet);

#endif
