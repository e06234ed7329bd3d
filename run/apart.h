/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RUN_APART_H
#define HPTSIM_RUN_APART_H
/*
 * Runs under a policy that is not hptsim's own (struct policy: outside): in a
 * process of their own, which sends its events. When that crashes, calls exit() or
 * does not end within child_seconds(), that run ends as SIM_EOOPS, and no other.
 */
#include "sim/sim.h"

/* As sim_run(); policies of hptsim run here. */
enum sim_status apart_run(const struct scenario *sc, const struct policy *policy, const struct sim_options *options,
			  const struct sim_sink *sink, struct sim_error *error);

/**
 * apart_call - what cannot be told by events, as it looks at the model itself
 * @fn: what is to be done; its exit code, 0 to 255, is what is left of it: it prints itself
 * @error: SIM_OK, or how it ended
 *
 * For policies of hptsim @fn is just called. Returns its exit code.
 */
int apart_call(const struct policy *policy, int (*fn)(void *ctx), void *ctx, struct sim_error *error);

#endif
