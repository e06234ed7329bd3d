/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_H
#define HPTSIM_MACHINE_H
/* One simulated machine: hypervisor, guest and engine, from boot to the end. */
#include "sim/guest.h"
#include "sim/sim.h"

struct machine {
	struct guest guest;
	struct hv hv;
	struct drc_table drcs;
	struct engine *engine;
	const struct scenario *sc;
	unsigned hpt_shift_start;
	/* the hotplug worker, and what it is asked to do */
	struct task *worker, *waiting;
	const struct dlpar_request *work;
	struct request *work_request;
	int work_rc;
	unsigned request_seq;
	bool finished;
	struct sim_error *error;
};

/**
 * machine_boot - build the machine and boot its guest
 *
 * Returns SIM_OK, SIM_ENOMEM, SIM_EBOOT or SIM_EEVENT (a DIMM at boot does not
 * fit); @error is filled. machine_fini() is due in every case.
 */
enum sim_status machine_boot(struct machine *m, const struct scenario *sc,
			     const struct policy *policy, uint64_t seed,
			     const struct sim_sink *sink, struct sim_error *error);

/* Let the scenario's events happen. */
enum sim_status machine_run(struct machine *m);

void machine_fini(struct machine *m);

#endif
