/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_BOOT_H
#define HPTSIM_MACHINE_BOOT_H
/* Building a machine, and booting its guest. */
#include "sim/machine/machine_state.h"

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

/**
 * machine_start_guest - first HPT, boot mappings, for the memory there is now
 *
 * At the beginning and at each reboot. Returns as machine_boot().
 */
enum sim_status machine_start_guest(struct machine *m);

void machine_fini(struct machine *m);

#endif
