// SPDX-License-Identifier: GPL-2.0-or-later
/* What the runs say: which are sound, how they compare, which look the same. */
#include <inttypes.h>
#include <string.h>

#include "base/format.h"
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

int64_t report_ptegs(int64_t shift)
{
	int64_t height = shift - PTEG_SHIFT;

	return height < 0 || height > 62 ? 0 : INT64_C(1) << height;
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

/* As little as tells how far from its work it ended. */
static const char *find_shortfall(struct report *r, const struct report_run *run)
{
	bool other_memory = run->memory_wanted_bytes && run->memory_wanted_bytes != run->memory_end_bytes;
	const char *requests = "", *memory = "";

	if (run->trouble || (!run->failed_requests && !other_memory))
		return NULL;
	if (run->failed_requests)
		requests = report_printf(r, "%" PRId64 " request%s failed or fell short", run->failed_requests,
					 run->failed_requests == 1 ? "" : "s");
	if (other_memory)
		memory = report_printf(r, "%s%s of memory at the end, not %s", *requests ? ", " : "",
				       format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)run->memory_end_bytes),
				       format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)run->memory_wanted_bytes));
	return report_printf(r, "%s%s", requests, memory);
}

static void judge_run(struct report *r, const struct report_scenario *sc, struct report_run *run)
{
	int64_t failed = 0;

	run->trouble = find_trouble(r, run);
	for (size_t i = 0; i < run->request_count; i++) {
		const struct report_request *q = &run->requests[i];

		failed += sim_request_failed(q->err, (uint64_t)q->lmbs_requested, (uint64_t)q->lmbs_done,
					     (uint64_t)q->lmbs_already);
		run->missing_lmbs += q->lmbs_requested - q->lmbs_done - q->lmbs_already;
	}
	/* what never ended has no row of its own */
	if (run->failed_requests < failed)
		run->failed_requests = failed;
	for (size_t i = 0; i < run->attempt_count && !run->first_failure; i++)
		if (run->attempts[i].err)
			run->first_failure = &run->attempts[i];
	run->shortfall = find_shortfall(r, run);
	run->wish_shift_end = report_wish_shift(sc->input, run->memory_end_bytes);
}

/* Requests at the same time may come to their turn in another order. NULL: there is none like it. */
static const struct report_request *same_request(const struct report_run *run, size_t index, const struct report_run *other)
{
	size_t before = 0;

	for (size_t i = 0; i < index; i++)
		before += strcmp(run->requests[i].kind, run->requests[index].kind) == 0;
	for (size_t i = 0; i < other->request_count; i++)
		if (strcmp(other->requests[i].kind, run->requests[index].kind) == 0 && before-- == 0)
			return &other->requests[i];
	return NULL;
}

/* Less time for less work is no gain. */
static const char *compare_work(struct report *r, const struct report_run *run, const struct report_run *mainline)
{
	if (run->request_count != mainline->request_count)
		return "other requests than mainline";
	for (size_t i = 0; i < run->request_count; i++) {
		const struct report_request *a = &run->requests[i], *b = same_request(run, i, mainline);

		if (!b)
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
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		if (!run || run->trouble)
			continue;
		sc->short_count += run->shortfall != NULL;
		sc->done_count += run->shortfall == NULL;
		if (strcmp(run->policy, MAINLINE) == 0 && !run->shortfall && run->total_ns > 0)
			sc->mainline = run;
	}
	r->judged_count += sc->mainline != NULL;
	for (size_t i = 0; i < r->policy_count; i++) {
		struct report_run *run = sc->runs[i];

		if (!run || run->trouble)
			continue;
		if (run->shortfall)
			run->no_ratio = report_printf(r, "it did not do its work: %s", run->shortfall);
		else if (!sc->mainline)
			run->no_ratio = "there is no run of mainline that did its work";
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

#define LABEL_SETS_MAX	60	/* bytes; how it was computed has them all */

/* A scenario in which something was set is another one, and says so. */
static const char *find_label(struct report *r, const struct report_scenario *sc)
{
	const char *sets = sc->input ? sc->input->sets : "", *list = "";
	size_t same = 0, left = 0;

	for (; list && *sets; sets += strcspn(sets, "\n") + (sets[strcspn(sets, "\n")] != '\0')) {
		size_t length = strcspn(sets, "\n");

		if (strlen(list) + length > LABEL_SETS_MAX)
			left++;
		else
			list = report_printf(r, "%s%s%.*s", list, *list ? ", " : "", (int)length, sets);
	}
	if (list && left)
		list = report_printf(r, "%s%s%zu more set", list, *list ? ", " : "", left);
	for (size_t i = 0; i < r->scenario_count; i++)
		same += strcmp(r->scenarios[i].name, sc->name) == 0 &&
			strcmp(r->scenarios[i].input ? r->scenarios[i].input->sets : "", sc->input ? sc->input->sets : "") == 0;
	if (list && (same > 1 || left))
		list = report_printf(r, "%s%s%s", list, *list ? ", " : "", sc->slug);
	return list && *list ? report_printf(r, "%s (%s)", sc->name, list) : sc->name;
}

void report_judge(struct report *r)
{
	for (size_t i = 0; i < r->scenario_count; i++) {
		struct report_scenario *sc = &r->scenarios[i];

		sc->label = find_label(r, sc);
		for (size_t j = 0; j < r->policy_count; j++)
			if (sc->runs[j])
				judge_run(r, sc, sc->runs[j]);
		judge_ratios(r, sc);
		judge_groups(r, sc);
		judge_published(r, sc);
	}
	report_rank(r);
}
