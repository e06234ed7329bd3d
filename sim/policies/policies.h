/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICIES_H
#define HPTSIM_POLICIES_H
/* One line per file of this folder; table.c gives them their order. */
#include "sim/policy.h"

extern const struct policy policy_per_section;
extern const struct policy policy_v2_p1;
extern const struct policy policy_outer_batch;

#endif
