/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_POLICIES_H
#define HPTSIM_POLICIES_H
#include "sim/policy.h"

/*
 * X(policy_..., file): the policies in the order in which they are shown. A new one
 * is its file and a row here: the build takes the files' names from these rows.
 */
#define POLICIES(X) \
	X(per_section,       "per_section.c") \
	X(v1,                "v1.c") \
	X(v2_p1,             "v2_p1.c") \
	X(v2_p12,            "v2_p12.c") \
	X(v2_posted,         "v2.c") \
	X(v2_intended,       "v2.c") \
	X(outer_batch,       "outer_batch.c") \
	X(outer_batch_retry, "outer_batch.c") \
	X(outer_lmb,         "outer_lmb.c") \
	X(suppress_flag,     "suppress_flag.c") \
	X(feasible_target,   "feasible_target.c")

#define POLICY_EXTERN(name, file) extern const struct policy policy_##name;
POLICIES(POLICY_EXTERN)
#undef POLICY_EXTERN

#endif
