// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/tables.h"

#include <inttypes.h>
#include <string.h>

#include "base/format.h"
#include "report/words.h"

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

#define FAILURES_MAX	12	/* rows */
#define FAILURES_PER_SCENARIO	2
#define KEY_MAX		12

static const char *cell(const struct report_scenario *sc, size_t policy, double *ratio)
{
	const struct report_run *run = sc->runs[policy];

	*ratio = run ? run->ratio : 0;
	if (*ratio > 0)
		return NULL;
	if (run && !run->trouble)
		return run->shortfall ? "short" : MISSING;
	return run || sc->missing[policy] ? "failed" : MISSING;
}

static void add_ratio(struct grid *g, const char *word, double ratio)
{
	grid_add(g, word ? word : RATIO(ratio));
}

static void add_mean(struct grid *g, const struct report_policy *p)
{
	add_ratio(g, p->short_count ? "short" : p->geomean > 0 ? NULL : MISSING, p->geomean);
}

static void add_span(struct grid *g, const struct report *r, size_t policy)
{
	double low = 0, high = 0;

	for (size_t i = 0; i < r->scenario_count; i++) {
		double ratio;

		if (cell(&r->scenarios[i], policy, &ratio))
			continue;
		low = low <= 0 || ratio < low ? ratio : low;
		high = ratio > high ? ratio : high;
	}
	add_ratio(g, low > 0 ? NULL : MISSING, low);
	add_ratio(g, low > 0 ? NULL : MISSING, high);
}

struct grid table_ratios(struct report *r)
{
	struct grid g = { .r = r };
	bool each = r->scenario_count <= TABLES_SCENARIOS_MAX, mean = r->judged_count > 1;

	grid_heads(&g, (const char *[]){ "policy", mean ? "mean" : NULL, NULL });
	for (size_t i = 0; i < r->scenario_count && each; i++)
		grid_head(&g, r->scenario_count == 1 ? "ratio" : COUNT(i + 1));
	if (!each)
		grid_heads(&g, (const char *[]){ "lowest", "highest", NULL });
	for (size_t row = 0; row < r->policy_count && r->order; row++) {
		size_t i = r->order[row];

		grid_add(&g, r->policies[i].name);
		if (mean)
			add_mean(&g, &r->policies[i]);
		for (size_t j = 0; j < r->scenario_count && each; j++) {
			double ratio;
			const char *word = cell(&r->scenarios[j], i, &ratio);

			add_ratio(&g, word, ratio);
		}
		if (!each)
			add_span(&g, r, i);
	}
	return g;
}

static bool any_cost(const struct report *r, bool requests)
{
	for (size_t i = 0; i < r->policy_count; i++)
		if (requests ? r->policies[i].failed_requests : r->policies[i].workload_faults)
			return true;
	return false;
}

struct grid table_costs(struct report *r)
{
	struct grid g = { .r = r };
	bool requests = any_cost(r, true), faults = any_cost(r, false);

	grid_heads(&g, (const char *[]){ "policy", "stall", "host", "order", "resizes", "findings", NULL });
	grid_heads(&g, (const char *[]){ requests ? "requests" : NULL, NULL });
	grid_heads(&g, (const char *[]){ faults ? "faults" : NULL, NULL });
	for (size_t row = 0; row < r->policy_count && r->order; row++) {
		const struct report_policy *p = &r->policies[r->order[row]];

		grid_add(&g, p->name);
		if (!p->any) {
			grid_add_missing(&g);
			continue;
		}
		grid_add(&g, NS(p->stall_max_ns));
		grid_add(&g, BYTES(p->host_peak_bytes));
		grid_add(&g, COUNT(p->oversize_shift));
		grid_add(&g, COUNT(p->resize_failures));
		grid_add(&g, COUNT(p->findings));
		if (requests)
			grid_add(&g, COUNT(p->failed_requests));
		if (faults)
			grid_add(&g, COUNT(p->workload_faults));
	}
	return g;
}

const char *tables_costs_key(struct report *r)
{
	return report_printf(r, "stall: the longest; host: the most memory that page tables held; order: by how many orders the "
			     "table left behind is above the guest's wish; resizes: that failed%s%s.",
			     any_cost(r, true) ? "; requests: that failed or fell short" : "",
			     any_cost(r, false) ? "; faults: refaults of processes" : "");
}

/* Those that failed alike are counted behind the first one's name. */
static const char *names_of(struct report *r, const struct report_scenario *sc, size_t policy)
{
	const char *text = words_failure(r, sc->runs[policy]);
	size_t others = 0;

	for (size_t i = policy + 1; i < r->policy_count && text; i++) {
		const struct report_run *run = sc->runs[i];
		const char *other = run && !run->trouble && run->first_failure ? words_failure(r, run) : NULL;

		others += other && strcmp(other, text) == 0;
	}
	return others ? report_printf(r, "%s (+%zu)", r->policies[policy].name, others) : r->policies[policy].name;
}

static void add_failure(struct grid *g, struct report *r, size_t scenario, size_t policy)
{
	const struct report_run *run = r->scenarios[scenario].runs[policy];
	const struct report_attempt *a = run->first_failure;

	grid_add(g, names_of(r, &r->scenarios[scenario], policy));
	grid_add(g, COUNT(scenario + 1));
	grid_add(g, report_printf(r, "%" PRId64 " to %" PRId64, a->from_shift, a->to_shift));
	grid_add(g, a->commit_rc ? a->commit_rc : a->prepare_rc ? a->prepare_rc : report_printf(r, "errno %" PRId64, a->err));
	grid_add(g, a->collision_entries ? COUNT(a->collision_entries) : MISSING);
	grid_add(g, COUNT(report_ptegs(a->to_shift)));
}

/* Mainline's, or else the first policy's, then one that fails otherwise. */
static void add_failures_of(struct grid *g, struct report *r, size_t scenario, size_t *rows)
{
	const struct report_scenario *sc = &r->scenarios[scenario];
	size_t here = 0;

	for (size_t i = 0; i < r->policy_count && here < FAILURES_PER_SCENARIO && *rows < FAILURES_MAX; i++) {
		if (!words_failure_policies(r, sc, i))
			continue;
		add_failure(g, r, scenario, i);
		here++;
		++*rows;
	}
}

struct grid table_failures(struct report *r)
{
	struct grid g = { .r = r };
	size_t rows = 0;

	grid_heads(&g, (const char *[]){ "policy", "in", "order", "answer", "entries", "PTEGs", NULL });
	for (size_t i = 0; i < r->scenario_count; i++)
		add_failures_of(&g, r, i, &rows);
	return g;
}

const char *tables_key(struct report *r)
{
	const char *text = "";

	if (r->scenario_count < 2)
		return "";
	for (size_t i = 0; i < r->scenario_count && i < KEY_MAX && text; i++)
		text = report_printf(r, "%s%s%zu=%s", text, *text ? ", " : "", i + 1, r->scenarios[i].label);
	if (text && r->scenario_count > KEY_MAX)
		text = report_printf(r, "%s, and so on to %zu", text, r->scenario_count);
	return text ? report_printf(r, "%s.", text) : NULL;
}
