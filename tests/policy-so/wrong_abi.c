// SPDX-License-Identifier: GPL-2.0-or-later
/* What a plug-in for an hptsim of another time looks like. */
#define HPTSIM_POLICY_HOST
#include <hptsim/policy.h>

extern const struct hptsim_policy hptsim_policy;
const struct hptsim_policy hptsim_policy = { .abi = HPTSIM_POLICY_ABI + 1 };
