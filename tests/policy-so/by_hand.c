// SPDX-License-Identifier: GPL-2.0-or-later
/* A descriptor without HPTSIM_POLICY(): nothing tells it which guest it is in. */
#define HPTSIM_POLICY_HOST
#include <hptsim/policy.h>

extern const struct hptsim_policy hptsim_policy;
const struct hptsim_policy hptsim_policy = { .abi = HPTSIM_POLICY_ABI, .name = "by-hand" };
