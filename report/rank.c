// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies against each other. Who did not do the work is not ranked; who differs too little to tell is a tie. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/model.h"

static void add_up(struct report_policy *p, const struct report_run *run)
{
	p->any = true;
	if (p->stall_max_ns < run->stall_max_ns)
		p->stall_max_ns = run->stall_max_ns;
	if (p->host_peak_bytes < run->host_peak_bytes)
		p->host_peak_bytes = run->host_peak_bytes;
	if (run->wish_shift_end && p->oversize_shift < run->hpt_shift_end - run->wish_shift_end)
		p->oversize_shift = run->hpt_shift_end - run->wish_shift_end;
	p->stall_total_ns += run->stall_total_ns;
	p->resize_failures += run->resize_failures;
	p->failed_requests += run->failed_requests;
	p->workload_faults += run->workload_faults;
	p->findings += run->findings;
}

static void rank_policy(const struct report *r, size_t index)
{
	struct report_policy *p = &r->policies[index];
	double sum = 0;

	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_run *run = r->scenarios[i].runs[index];

		if (!run || run->trouble)
			continue;
		add_up(p, run);
		/* where all fell short it is the scenario's doing */
		p->short_count += run->shortfall && r->scenarios[i].done_count;
		if (run->ratio > 0) {
			sum += log(run->ratio);
			p->ratio_count++;
		}
	}
	/* a mean over fewer scenarios is not to be compared */
	if (p->ratio_count && p->ratio_count == r->judged_count)
		p->geomean = exp(sum / (double)p->ratio_count);
}

static bool is_ranked(const struct report_policy *p)
{
	return p->geomean > 0 && !p->short_count;
}

/* Of two that are about as fast. */
static bool is_better(const struct report_policy *a, const struct report_policy *b)
{
	if (a->findings != b->findings)
		return a->findings < b->findings;
	if (a->oversize_shift != b->oversize_shift)
		return a->oversize_shift < b->oversize_shift;
	if (a->stall_max_ns != b->stall_max_ns)
		return a->stall_max_ns < b->stall_max_ns;
	return a->geomean < b->geomean;
}

static void find_fastest(struct report *r)
{
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_policy *p = &r->policies[i];

		if (is_ranked(p) && (r->fastest_mean <= 0 || p->geomean < r->fastest_mean))
			r->fastest_mean = p->geomean;
	}
	for (size_t i = 0; i < r->policy_count; i++) {
		struct report_policy *p = &r->policies[i];

		p->fastest = is_ranked(p) && p->geomean <= r->fastest_mean * REPORT_ABOUT_SAME;
		r->fastest_count += p->fastest;
		if (p->fastest && (!r->best || is_better(p, r->best)))
			r->best = p;
	}
}

/* Who fell short, or has no mean for another reason, comes first; nobody overlooks it there. */
static bool comes_before(const struct report_policy *a, const struct report_policy *b)
{
	if (!a->short_count != !b->short_count)
		return a->short_count;
	if (is_ranked(a) != is_ranked(b))
		return !is_ranked(a);
	return is_ranked(a) && a->geomean < b->geomean;
}

void report_rank(struct report *r)
{
	r->order = report_alloc(r, (r->policy_count + 1) * sizeof(*r->order));
	if (!r->order)
		return;
	for (size_t i = 0; i < r->policy_count; i++)
		rank_policy(r, i);
	find_fastest(r);
	for (size_t i = 0; i < r->policy_count; i++) {
		size_t at = i;

		for (; at && comes_before(&r->policies[i], &r->policies[r->order[at - 1]]); at--)
			r->order[at] = r->order[at - 1];
		r->order[at] = i;
	}
}

static int64_t cost_of(const struct report_policy *p, enum report_cost cost)
{
	switch (cost) {
#define COST_CASE(field, is_time) case COST_##field: return p->field;
	REPORT_COSTS(COST_CASE)
#undef COST_CASE
	}
	return 0;
}

static bool is_time(enum report_cost cost)
{
	static const bool times[] = {
#define COST_TIME(field, is_time) [COST_##field] = is_time,
		REPORT_COSTS(COST_TIME)
#undef COST_TIME
	};

	return times[cost];
}

bool report_is_best(const struct report *r, const struct report_policy *policy, enum report_cost cost)
{
	int64_t lowest = INT64_MAX, highest = 0, limit;

	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_policy *p = &r->policies[i];
		int64_t value = cost_of(p, cost);

		if (!p->any || p->short_count)
			continue;
		lowest = value < lowest ? value : lowest;
		highest = value > highest ? value : highest;
	}
	limit = is_time(cost) ? (int64_t)((double)lowest * REPORT_ABOUT_SAME) : lowest;
	return policy->any && !policy->short_count && cost_of(policy, cost) <= limit && highest > limit;
}

bool report_is_best_ratio(const struct report *r, const struct report_scenario *sc, const struct report_run *run)
{
	double lowest = 0, highest = 0;

	for (size_t i = 0; i < r->policy_count; i++) {
		double ratio = sc->runs[i] ? sc->runs[i]->ratio : 0;

		if (ratio <= 0)
			continue;
		lowest = lowest <= 0 || ratio < lowest ? ratio : lowest;
		highest = ratio > highest ? ratio : highest;
	}
	return run->ratio > 0 && run->ratio <= lowest * REPORT_ABOUT_SAME && highest > lowest * REPORT_ABOUT_SAME;
}
