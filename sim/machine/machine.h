/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_H
#define HPTSIM_MACHINE_H
#include "sim/machine/machine_state.h"

/* Let the scenario's events happen, on a machine that has booted. */
enum sim_status machine_run(struct machine *m);

#endif
