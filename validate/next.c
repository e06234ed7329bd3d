/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "validate/next.h"

#include <string.h>

#include "sim/policy.h"
#include "validate/notes.h"

#define ITEMS_MAX	6000	/* requests and attempts in both: with more it takes too long to try the other policies */

/* Does the log agree with @policy? */
static enum validate_status agrees(const struct validate *v, const struct policy *policy, bool *equal)
{
	struct validate other = *v;
	const char *missing;
	enum validate_status status = VALIDATE_OK;

	other.policy = policy;
	other.sim = (struct simulated){ .sc = NULL };
	other.plan = (struct plan){ .lmb_bytes = v->lmb_bytes };
	other.simulations = 0;
	*equal = false;
	if (!v->derived)
		status = validate_simulate(&other, v->sim.sc, &other.sim);
	else if (validate_derive(&other, &missing) == PLAN_OK)
		status = validate_fit(&other);
	if (status == VALIDATE_OK && other.sim.sc)
		*equal = validate_equal(&other);
	simulated_free(&other.sim);
	plan_free(&other.plan);
	return status;
}

/* The first other policy that does; NULL: none, or nobody knows. */
static const struct policy *find_policy(const struct validate *v, bool *no_memory)
{
	if (v->seq.count + v->sim.seq.count > ITEMS_MAX)
		return NULL;
	for (size_t i = 0; policy_table[i]; i++) {
		enum validate_status status;
		bool equal;

		if (policy_table[i] == v->policy)
			continue;
		status = agrees(v, policy_table[i], &equal);
		if (equal)
			return policy_table[i];
		if (status != VALIDATE_OK) {
			*no_memory = status == VALIDATE_ENOMEM;
			return NULL;
		}
	}
	return NULL;
}

bool validate_next(const struct validate *v, char text[NEXT_MAX])
{
	enum seq_diff diff;
	size_t at = seq_first_difference(&v->seq, &v->sim.seq, &diff);
	bool no_memory = false;
	const struct policy *policy;

	if (validate_gap(v, at) != KLOG_NONE) {
		snprintf(text, NEXT_MAX, "next: take a log without gaps: boot with log_buf_len=4M, or journalctl -k\n");
		return true;
	}
	policy = find_policy(v, &no_memory);
	if (policy)
		snprintf(text, NEXT_MAX, "next: with --policy %s both agree: is that what the guest's kernel does?\n", policy->name);
	else if (v->derived)
		snprintf(text, NEXT_MAX, "next: what leaves no line may explain it (docs/validate.md): --emit-scenario s.yaml, change that, then\n"
			 "      hptsim validate %.300s s.yaml\n", v->log_path);
	else
		snprintf(text, NEXT_MAX, "next: change the scenario before that line, or say with --policy what the guest's kernel does\n");
	return !no_memory;
}
