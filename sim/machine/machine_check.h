/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MACHINE_CHECK_H
#define HPTSIM_MACHINE_CHECK_H
#include "sim/machine/machine_state.h"

/**
 * machine_check - do the parts agree with each other?
 * @quiet: no request is in the middle of something
 *
 * With options.check_invariants only. A contradiction is noted with
 * machine_fail() and ends the run.
 */
void machine_check(struct machine *m, bool quiet);

#endif
