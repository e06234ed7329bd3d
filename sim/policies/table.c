/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "sim/policies/policies.h"

const struct policy *const policy_table[] = {
	&policy_per_section,
	&policy_v1,
	&policy_v2_p1,
	&policy_v2_p12,
	&policy_v2_posted,
	&policy_v2_intended,
	&policy_outer_batch,
	&policy_outer_batch_retry,
	&policy_outer_lmb,
	&policy_suppress_flag,
	NULL
};

const struct policy *policy_find(const char *name)
{
	for (const struct policy *const *p = policy_table; *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}
