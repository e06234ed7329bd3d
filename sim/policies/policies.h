/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICIES_H
#define HPTSIM_POLICIES_H
/* One line per policy of this folder; table.c gives them their order. */
#include "sim/policy.h"

extern const struct policy policy_per_section;
extern const struct policy policy_v1;
extern const struct policy policy_v2_p1;
extern const struct policy policy_v2_p12;
extern const struct policy policy_v2_posted;
extern const struct policy policy_v2_intended;
extern const struct policy policy_outer_batch;
extern const struct policy policy_outer_batch_retry;
extern const struct policy policy_outer_lmb;
extern const struct policy policy_suppress_flag;
extern const struct policy policy_feasible_target;

#endif
