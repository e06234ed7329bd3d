// SPDX-License-Identifier: GPL-2.0-or-later
/* What the runs say: which are sound, how they compare, which look the same. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/model.h"
#include "sim/events.h"

const struct report_band_info report_band_info[BAND_COUNT] = {
#define REPORT_BAND_INFO(id, name, doc, phases) [BAND_##id] = { name, doc, phases },
	REPORT_BANDS(REPORT_BAND_INFO)
#undef REPORT_BAND_INFO
};

#define HPT_SHIFT_MIN	18	/* of hash page tables; PTEGs of 128 bytes, for two pages each */
#define PTEG_SHIFT	7

int64_t report_wish_shift(const struct report_input *input, int64_t memory_bytes)
{
	int64_t shift = 0;

	if (!input || memory_bytes <= 0 || input->page_shift <= 0)
		return 0;
	while (shift < 62 && memory_bytes > INT64_C(1) << shift)
		shift++;
	shift += PTEG_SHIFT - (input->page_shift + 1);
	return shift > HPT_SHIFT_MIN ? shift : HPT_SHIFT_MIN;
}

/* A run that was cut off has fewer rows than it says. */
static const char *find_trouble(struct report *r, const struct report_run *run)
{
	int64_t failures = 0;

	if (strcmp(run->status, "ok") != 0)
		return report_printf(r, "ended early: %.60s", run->status);
	for (size_t i = 0; i < run->attempt_count; i++)
		failures += run->attempts[i].err != 0;
	if ((uint64_t)run->resize_attempts != run->attempt_count || run->resize_failures != failures)
		return "incomplete: resizes are missing";
	for (size_t i = 0; i < run->request_count; i++)
		if (run->requests[i].seq != (int64_t)i + 1)
			return "incomplete: requests are missing";
	return run->request_count ? NULL : "incomplete: it has no request";
}

static void judge_run(struct report *r, const struct report_scenario *sc, struct report_run *run)
{
	run->trouble = find_trouble(r, run);
	for (size_t i = 0; i < run->request_count; i++) {
		const struct report_request *q = &run->requests[i];

		run->failed_requests += sim_request_failed(q->err, (uint64_t)q->lmbs_requested, (uint64_t)q->lmbs_done,
							   (uint64_t)q->lmbs_already);
		run->missing_lmbs += q->lmbs_requested - q->lmbs_done - q->lmbs_already;
	}
	for (size_t i = 0; i < run->attempt_count && !run->first_failure; i++)
		if (run->attempts[i].err)
			run->first_failure = &run->attempts[i];
	run->wish_shift_end = report_wish_shift(sc->input, run->memory_end_bytes);
}

/* Less time for less work is no gain. */
static const char *compare_work(struct report *r, const struct report_run *run, const struct report_run *mainline)
{
	if (run->request_count != mainline->request_count)
		return "other requests than mainline";
	for (size_t i = 0; i < run->request_count; i++) {
		const struct report_request *a = &run->requests[i], *b = &mainline->requests[i];

		if (strcmp(a->kind, b->kind) != 0)
			return "other requests than mainline";
		if (a->lmbs_done != b->lmbs_done)
			return report_printf(r, "other work than mainline: %" PRId64 " LMBs, not %" PRId64 ", in request %"
					     PRId64, a->lmbs_done, b->lmbs_done, a->seq);
	}
	if (run->memory_end_bytes != mainline->memory_end_bytes)
		return "ends with other memory than mainline";
	return NULL;
}

static void judge_ratios(struct report *r, struct report_scenario *sc)
{
	for (size_t i = 0; i < r->policy_count; i++)
		if (sc->runs[i] && !sc->runs[i]->trouble && strcmp(sc->runs[i]->policy, MAINLINE) == 0 &&
		    sc->runs[i]->total_ns > 0)
			sc->mainline = sc->runs[i];
	r->judged_count += sc->mainline != NULL;
	for (size_t i = 0; i < r->policy_count; i++) {
		struct report_run *run = sc->runs[i];

		if (!run || run->trouble)
			continue;
		if (!sc->mainline)
			run->no_ratio = "there is no run of mainline";
		else
			run->no_ratio = compare_work(r, run, sc->mainline);
		if (!run->no_ratio && run->total_ns <= 0)
			run->no_ratio = "it took no time";
		if (!run->no_ratio)
			run->ratio = (double)run->total_ns / (double)sc->mainline->total_ns;
	}
}

/* Whether two runs give the same curves. */
static bool look_same(const struct report_run *a, const struct report_run *b)
{
	if (a->total_ns != b->total_ns || a->attempt_count != b->attempt_count || a->lmb_count != b->lmb_count ||
	    a->request_count != b->request_count || a->hpt_shift_start != b->hpt_shift_start ||
	    a->host_start_bytes != b->host_start_bytes)
		return false;
	for (size_t i = 0; i < a->attempt_count; i++) {
		const struct report_attempt *x = &a->attempts[i], *y = &b->attempts[i];

		if (x->start_ns != y->start_ns || x->from_shift != y->from_shift || x->to_shift != y->to_shift ||
		    x->err != y->err || x->prepare_ns != y->prepare_ns || x->commit_ns != y->commit_ns ||
		    x->host_bytes != y->host_bytes)
			return false;
	}
	for (size_t i = 0; i < a->lmb_count; i++)
		if (a->lmbs[i].at_ns != b->lmbs[i].at_ns || a->lmbs[i].memory_bytes != b->lmbs[i].memory_bytes)
			return false;
	for (size_t i = 0; i < a->request_count; i++)
		if (a->requests[i].end_ns != b->requests[i].end_ns)
			return false;
	return true;
}

static void judge_groups(const struct report *r, struct report_scenario *sc)
{
	sc->has_host = true;
	for (size_t i = 0; i < r->policy_count; i++) {
		struct report_run *run = sc->runs[i];
		size_t j = 0;

		if (!run || run->trouble)
			continue;
		while (j < i && !(sc->runs[j] && !sc->runs[j]->trouble && look_same(sc->runs[j], run)))
			j++;
		run->group = j < i ? sc->runs[j]->group : sc->group_count++;
		sc->has_host = sc->has_host && run->host_start_bytes > 0;
		sc->has_attempts = sc->has_attempts || run->attempt_count;
		sc->has_lmbs = sc->has_lmbs || run->lmb_count;
		for (size_t k = 0; k < run->attempt_count; k++)
			sc->has_commits = sc->has_commits || run->attempts[k].commit_ns > 0;
	}
}

static void judge_published(const struct report *r, struct report_scenario *sc)
{
	for (size_t i = 0; i < sc->published_count; i++) {
		struct report_published *p = &sc->published[i];

		p->simulated_ns = -1;
		for (size_t j = 0; j < r->policy_count; j++) {
			const struct report_run *run = sc->runs[j];

			if (!run || run->trouble || strcmp(run->policy, p->policy) != 0)
				continue;
			if (!p->request_seq)
				p->simulated_ns = run->total_ns;
			else if (p->request_seq > 0 && (uint64_t)p->request_seq <= run->request_count)
				p->simulated_ns = run->requests[p->request_seq - 1].end_ns -
						  run->requests[p->request_seq - 1].start_ns;
		}
	}
}

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

static void judge_policy(const struct report *r, size_t index)
{
	struct report_policy *p = &r->policies[index];
	double sum = 0;

	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_run *run = r->scenarios[i].runs[index];

		if (!run || run->trouble)
			continue;
		add_up(p, run);
		if (run->ratio > 0) {
			sum += log(run->ratio);
			p->ratio_count++;
		}
	}
	/* a mean over fewer scenarios is not to be compared */
	if (p->ratio_count && p->ratio_count == r->judged_count)
		p->geomean = exp(sum / (double)p->ratio_count);
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

/* A difference below REPORT_ABOUT_SAME decides nothing: what it costs elsewhere does. */
static void judge_best(struct report *r)
{
	for (size_t i = 0; i < r->policy_count; i++) {
		double mean = r->policies[i].geomean;

		if (mean > 0 && (r->fastest_mean <= 0 || mean < r->fastest_mean))
			r->fastest_mean = mean;
	}
	for (size_t i = 0; i < r->policy_count; i++)
		if (report_about_fastest(r, &r->policies[i]) &&
		    (!r->best || is_better(&r->policies[i], r->best)))
			r->best = &r->policies[i];
}

void report_judge(struct report *r)
{
	for (size_t i = 0; i < r->scenario_count; i++) {
		struct report_scenario *sc = &r->scenarios[i];

		for (size_t j = 0; j < r->policy_count; j++)
			if (sc->runs[j])
				judge_run(r, sc, sc->runs[j]);
		judge_ratios(r, sc);
		judge_groups(r, sc);
		judge_published(r, sc);
	}
	for (size_t i = 0; i < r->policy_count; i++)
		judge_policy(r, i);
	judge_best(r);
}

bool report_about_fastest(const struct report *r, const struct report_policy *policy)
{
	return policy->geomean > 0 && policy->geomean <= r->fastest_mean * REPORT_ABOUT_SAME;
}

bool report_is_best(const struct report *r, const struct report_policy *policy, size_t offset)
{
	int64_t value = *(const int64_t *)((const char *)policy + offset);
	bool differs = false;

	for (size_t i = 0; i < r->policy_count; i++) {
		int64_t other = *(const int64_t *)((const char *)&r->policies[i] + offset);

		if (!r->policies[i].any)
			continue;
		if (other < value)
			return false;
		differs = differs || other != value;
	}
	return policy->any && differs;
}
