/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "sim/policies/policies.h"

const struct policy *const policy_table[] = {
#define POLICY_ROW(name, file) &policy_##name,
	POLICIES(POLICY_ROW)
#undef POLICY_ROW
	NULL
};

const struct policy *policy_find(const char *name)
{
	for (const struct policy *const *p = policy_table; *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}

static void move_check(struct policy *p, const struct policy *where)
{
	p->create_section_mapping = where->create_section_mapping;
	p->remove_section_mapping = where->remove_section_mapping;
	p->lmb_begin = where->lmb_begin;
	p->lmb_end = where->lmb_end;
	p->add_begin = where->add_begin;
	p->add_end = where->add_end;
	p->remove_begin = where->remove_begin;
	p->remove_end = where->remove_end;
}

int policy_derive(struct policy *out, const struct policy *base, const char *name,
		  int hysteresis, int retry, enum policy_level level)
{
	static const struct policy *const levels[] = {
		[LEVEL_SECTION] = &policy_per_section,
		[LEVEL_LMB] = &policy_outer_lmb,
		[LEVEL_REQUEST] = &policy_outer_batch,
	};

	*out = *base;
	out->name = name;
	if (hysteresis >= 0)
		out->hysteresis = (unsigned)hysteresis;
	if (retry >= 0)
		out->retry = (enum policy_retry)retry;
	if (level == LEVEL_AS_BASE)
		return 0;
	if (base != &policy_per_section && base != &policy_outer_lmb &&
	    base != &policy_outer_batch && base != &policy_outer_batch_retry)
		return -EINVAL;
	move_check(out, levels[level]);
	return 0;
}
