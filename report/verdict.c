// SPDX-License-Identifier: GPL-2.0-or-later
/* The verdict in words: failures first, ties as ties, and what the fastest cost. */
#include <inttypes.h>
#include <string.h>

#include "base/format.h"
#include "report/words.h"

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)
#define ORDERS(n)	format_orders((char[FORMAT_MAX]){ 0 }, n)

#define GROUPS_MAX	4	/* that are spelt out; the tables have all */

static const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

const char *words_list(struct report *r, const char *list, const char *name, bool last)
{
	return list ? report_printf(r, last ? "%s and %s" : "%s, %s", list, name) : name;
}

/* What is wrong with a run that counts for nothing; NULL: it is sound, or nobody asked for it. */
static const char *trouble_of(const struct report_scenario *sc, size_t policy)
{
	const struct report_run *run = sc->runs[policy];

	return run ? run->trouble : sc->missing[policy];
}

static const char *reason_of(const struct report_scenario *sc, size_t policy)
{
	const char *trouble = trouble_of(sc, policy);

	return trouble ? trouble : sc->runs[policy] ? sc->runs[policy]->shortfall : NULL;
}

/* Policies that failed alike in a scenario; NULL: this is not the first of them, or did not fail. */
static const char *alike(struct report *r, const struct report_scenario *sc, size_t policy, size_t *count)
{
	const char *reason = reason_of(sc, policy), *list = NULL;
	size_t last = policy;

	*count = 0;
	if (!reason)
		return NULL;
	for (size_t i = 0; i < r->policy_count; i++) {
		const char *other = reason_of(sc, i);

		if (!other || strcmp(other, reason) != 0)
			continue;
		if (i < policy)
			return NULL;
		last = i;
		++*count;
	}
	for (size_t i = policy; i <= last; i++) {
		const char *other = reason_of(sc, i);

		if (other && strcmp(other, reason) == 0)
			list = words_list(r, list, r->policies[i].name, i == last);
	}
	return list;
}

static const char *not_done_in(struct report *r, const struct report_scenario *sc, size_t policy)
{
	size_t count;
	const char *list = alike(r, sc, policy, &count), *who;
	const struct report_run *run = sc->runs[policy];

	if (!list)
		return NULL;
	who = count > 2 && count == r->policy_count ? report_printf(r, "all %zu policies", count) : list;
	if (trouble_of(sc, policy))
		return report_printf(r, "%s in %s (%s)", who, sc->label,
				     run ? run->trouble : report_printf(r, "ended early: %s", sc->missing[policy]));
	return report_printf(r, "%s in %s (%s)", who, sc->label, run->shortfall);
}

const char *words_not_done(struct report *r)
{
	const char *text = "";
	size_t groups = 0;

	for (size_t i = 0; i < r->scenario_count && text; i++) {
		for (size_t j = 0; j < r->policy_count && text; j++) {
			const char *group = not_done_in(r, &r->scenarios[i], j);

			if (group && groups++ < GROUPS_MAX)
				text = report_printf(r, "%s%s%s", text, *text ? "; " : "Not ranked, for they did not do the work: ",
						     group);
		}
	}
	if (groups > GROUPS_MAX)
		text = report_printf(r, "%s; and %zu more", text ? text : "", groups - GROUPS_MAX);
	return text && *text ? report_printf(r, "%s.", text) : text;
}

/* "in 256g_on_129g", "in the geometric mean of 6 scenarios" */
static const char *where(struct report *r)
{
	for (size_t i = 0; i < r->scenario_count && r->judged_count == 1; i++)
		if (r->scenarios[i].mainline)
			return report_printf(r, "in %s", r->scenarios[i].label);
	if (r->judged_count < r->scenario_count)
		return report_printf(r, "in the geometric mean of %zu of %zu scenarios", r->judged_count, r->scenario_count);
	return report_printf(r, "in the geometric mean of %zu scenarios", r->judged_count);
}

static const char *fastest_names(struct report *r)
{
	const char *list = NULL;
	size_t seen = 0;

	for (size_t i = 0; i < r->policy_count && r->order; i++) {
		const struct report_policy *p = &r->policies[r->order[i]];

		if (p->fastest)
			list = words_list(r, list, p->name, ++seen == r->fastest_count);
	}
	return list;
}

static const char *no_verdict(struct report *r)
{
	bool mainline = false;

	for (size_t i = 0; i < r->scenario_count; i++)
		for (size_t j = 0; j < r->policy_count; j++)
			mainline = mainline || (r->scenarios[i].runs[j] && !r->scenarios[i].runs[j]->trouble &&
						strcmp(r->policies[j].name, MAINLINE) == 0);
	if (r->judged_count)
		return "No verdict: no policy has done in every scenario what mainline did.";
	if (mainline)
		return "No verdict: in no scenario has " MAINLINE ", which is mainline and what the others are measured "
		       "against, done its work.";
	return "No verdict: no scenario has a sound run of " MAINLINE ", which is mainline and what the others are "
	       "measured against.";
}

/* Mainline is the fastest, and no other is within 1%. */
static const char *alone(struct report *r, const char *place)
{
	size_t ranked = 0;

	for (size_t i = 0; i < r->policy_count; i++)
		ranked += r->policies[i].geomean > 0 && !r->policies[i].short_count;
	return ranked > 1 ? report_printf(r, "No policy is as fast as " MAINLINE ", which is mainline, %s.", place) :
	       "No verdict: no policy but " MAINLINE ", which is mainline, has done the same work in every scenario.";
}

const char *words_verdict(struct report *r)
{
	const char *place, *names, *share, *low, *high;
	double highest = 0;

	if (!r->judged_count || !r->best)
		return no_verdict(r);
	if (r->policy_count == 1)
		return "Only " MAINLINE ", which is mainline, was run: there is nothing to compare.";
	place = where(r);
	names = fastest_names(r);
	if (!place || !names)
		return NULL;
	if (r->policies[0].fastest && strcmp(r->policies[0].name, MAINLINE) == 0) {
		if (r->fastest_count == r->policy_count)
			return report_printf(r, "All %zu policies tie: none is more than 1%% faster than " MAINLINE
					     ", which is mainline, %s.", r->policy_count, place);
		if (r->fastest_count == 1)
			return alone(r, place);
		return report_printf(r, "None is more than 1%% faster than " MAINLINE ", which is mainline, %s: %s tie.", place,
				     names);
	}
	for (size_t i = 0; i < r->policy_count; i++)
		if (r->policies[i].fastest && r->policies[i].geomean > highest)
			highest = r->policies[i].geomean;
	low = report_printf(r, "%s", RATIO(r->fastest_mean));
	high = report_printf(r, "%s", RATIO(highest));
	share = low && high && strcmp(low, high) != 0 ? report_printf(r, "%s to %s", low, high) : low;
	return report_printf(r, "%s %s %s of the time that " MAINLINE ", which is mainline, takes %s, %s%s times as fast.",
			     names, r->fastest_count == 1 ? "is fastest:" : "tie as fastest, within 1%:", share, place,
			     low != share ? "up to " : "", RATIO(1 / r->fastest_mean));
}

static const char *cost_text(struct report *r, const struct report_policy *p)
{
	const char *table = p->oversize_shift > 0 ?
		report_printf(r, "table left up to %s times the wish", ORDERS(p->oversize_shift)) : "table left as wished or smaller";

	return table ? report_printf(r, "longest stall %s, %s of host memory, %s, %s resize%s failed, %s finding%s",
				     NS(p->stall_max_ns), BYTES(p->host_peak_bytes), table, COUNT(p->resize_failures),
				     plural(p->resize_failures), COUNT(p->findings), plural(p->findings)) : NULL;
}

static const char *mainline_cost(struct report *r, const struct report_policy *p)
{
	return p->any && r->best ? report_printf(r, "%s, for comparison: %s", p->name, cost_text(r, p)) : NULL;
}

const char *words_cost(struct report *r, size_t policy)
{
	const struct report_policy *p = &r->policies[policy];
	const char *text, *list = NULL;

	if (!p->fastest)
		return strcmp(p->name, MAINLINE) == 0 ? mainline_cost(r, p) : NULL;
	text = cost_text(r, p);
	for (size_t i = 0; i < r->policy_count && text; i++) {
		const char *other = r->policies[i].fastest ? cost_text(r, &r->policies[i]) : NULL;

		if (!other || strcmp(other, text) != 0)
			continue;
		if (i < policy)
			return NULL;
		list = words_list(r, list, r->policies[i].name, false);
	}
	return list && text ? report_printf(r, "%s: %s", list, text) : NULL;
}

static bool is_pigeonhole(const struct report_attempt *a)
{
	return a->collision_entries > report_ptegs(a->to_shift);
}

/* The failure that says most: one that no other order of entries could avoid, and of mainline if it has one. */
static const struct report_run *telling_run(const struct report *r, const struct report_scenario **sc)
{
	const struct report_run *found = NULL;

	for (size_t j = 0; j < r->policy_count; j++) {
		for (size_t i = 0; i < r->scenario_count; i++) {
			const struct report_run *run = r->scenarios[i].runs[j];
			const struct report_attempt *a = run && !run->trouble ? run->first_failure : NULL;

			if (!a || (found && (!is_pigeonhole(a) || is_pigeonhole(found->first_failure))))
				continue;
			found = run;
			*sc = &r->scenarios[i];
		}
	}
	return found;
}

const char *words_why(struct report *r)
{
	const struct report_scenario *sc = NULL;
	const struct report_run *run = telling_run(r, &sc);
	const struct report_attempt *a = run ? run->first_failure : NULL;
	const char *asked, *tries;

	if (!run)
		return "No resize failed in any of these runs.";
	tries = report_printf(r, "%s of its %s attempt%s fail%s", COUNT(run->resize_failures), COUNT(run->resize_attempts),
			      plural(run->resize_attempts), run->resize_failures == 1 ? "s" : "");
	if (!a->collision_entries)
		return report_printf(r, "Why resizes fail: in %s, %s. %s", sc->label, run->policy, words_failure(r, run));
	asked = report_printf(r, "in %s, %s asks for a table of order %" PRId64 ", which has %s PTEGs", sc->label, run->policy,
			      a->to_shift, COUNT(report_ptegs(a->to_shift)));
	if (is_pigeonhole(a))
		return report_printf(r, "Why resizes fail: %s; %s bolted entries sit in slot %" PRId64 " and keep it, so whatever "
				     "their hashes, %s or more find no place, and %s.", asked, COUNT(a->collision_entries),
				     a->collision_slot, COUNT(a->collision_entries - report_ptegs(a->to_shift)), tries);
	return report_printf(r, "Why resizes fail: %s; that is enough for the %s bolted entries of slot %" PRId64 ", but an entry "
			     "keeps its slot, two of them hash to one PTEG, and %s.", asked, COUNT(a->collision_entries),
			     a->collision_slot, tries);
}

const char *words_left_out(struct report *r)
{
	const char *others = "";

	if (!r->left_out)
		return "";
	for (size_t i = 0; i < r->left_out_set_count && others; i++)
		others = report_printf(r, "%s%s%s", others, i ? "; " : " Among them: ", r->left_out_sets[i]);
	if (others && r->left_out_more)
		others = report_printf(r, "%s; and %zu more inputs", others, r->left_out_more);
	if (r->options->run_ids)
		return report_printf(r, "%zu other run%s that --run names %s left out: of several runs of a policy from the same "
				     "input the last is shown.", r->left_out, plural((int64_t)r->left_out), r->left_out == 1 ? "is" : "are");
	return report_printf(r, "Not all: %s of the %s runs in the database are shown, of each scenario those made from the same "
			     "text, prices, --set, seed and version as its latest. %s other run%s, older, of other inputs or with "
			     "drawn prices, %s left out.%s%s To choose: 'hptsim runs --db FILE' lists all, "
			     "'hptsim report --db FILE --run ID,...' takes these.", COUNT(r->shown), COUNT(r->shown + r->left_out), COUNT(r->left_out),
			     plural((int64_t)r->left_out), r->left_out == 1 ? "is" : "are", others ? others : "",
			     others && *others ? "." : "");
}

static const char *paragraph(struct report *r, const char *text, const char *more, const char *between)
{
	if (!text || !more)
		return NULL;
	return !*more ? text : !*text ? more : report_printf(r, "%s%s%s", text, between, more);
}

const char *words_summary(struct report *r)
{
	const char *text = words_not_done(r);
	bool first = true;

	text = paragraph(r, text, words_verdict(r), "\n\n");
	for (size_t i = 1; i <= r->policy_count && r->policy_count > 1; i++) {
		const char *cost = words_cost(r, i % r->policy_count);	/* mainline last */

		if (!cost)
			continue;
		text = paragraph(r, text, report_printf(r, "- %s", cost), first ? "\n\n" : "\n");
		first = false;
	}
	return text;
}
