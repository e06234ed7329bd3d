// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

#include "base/format.h"
#include "report/plots.h"

#define NS(n)		format_ns((char[FORMAT_MAX]){ 0 }, n)
#define COUNT(n)	format_count((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define BYTES(n)	format_bytes((char[FORMAT_MAX]){ 0 }, (uint64_t)(n))
#define RATIO(n)	format_ratio((char[FORMAT_MAX]){ 0 }, n)

#define PTEG_SHIFT	7

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static const char *join(struct report *r, const char *list, const char *name)
{
	return list ? report_printf(r, "%s, %s", list, name) : name;
}

const char *words_title(struct report *r)
{
	return report_printf(r, "%zu polic%s in %zu scenario%s", r->policy_count, r->policy_count == 1 ? "y" : "ies",
			     r->scenario_count, plural(r->scenario_count));
}

const char *words_verdict(struct report *r)
{
	const struct report_policy *best = r->best;
	const char *where;

	if (!r->judged_count)
		return "No verdict: no scenario has a sound run of " MAINLINE ", which is mainline and what the others "
		       "are measured against.";
	if (!best)
		return "No verdict: no policy has done what mainline did in every scenario.";
	where = r->judged_count == 1 ? "" :
		report_printf(r, ", in the geometric mean of %zu scenarios", r->judged_count);
	if (!where)
		return NULL;
	if (strcmp(best->name, MAINLINE) == 0)
		return r->policy_count == 1 ? "Only " MAINLINE ", which is mainline, was run: there is nothing to compare." :
		       report_printf(r, "No policy is more than 1 %% faster than " MAINLINE ", which is mainline%s.", where);
	return report_printf(r, "%s wins: its requests take %s of the time that they take with " MAINLINE
			     ", which is mainline%s. That is %s times as fast.", best->name, RATIO(best->geomean), where,
			     RATIO(1 / best->geomean));
}

const char *words_also(struct report *r)
{
	const char *list = NULL;
	size_t count = 0;

	for (size_t i = 0; i < r->policy_count && r->best; i++) {
		const struct report_policy *p = &r->policies[i];

		if (p == r->best || !report_about_fastest(r, p))
			continue;
		list = join(r, list, p->name);
		count++;
	}
	if (!count)
		return "";
	return report_printf(r, "As fast, within 1 %% of the fastest: %s. Among these it is chosen for fewer findings, then "
			     "a smaller table left behind, then a shorter longest stall.", list);
}

static const char *best_elsewhere(struct report *r, size_t offset, const char *what)
{
	const char *list = NULL;

	if (report_is_best(r, r->best, offset))
		return NULL;
	for (size_t i = 0; i < r->policy_count; i++)
		if (report_is_best(r, &r->policies[i], offset))
			list = join(r, list, r->policies[i].name);
	return list ? report_printf(r, " %s has %s.", what, list) : NULL;
}

const char *words_price(struct report *r)
{
	const struct report_policy *p = r->best;
	const char *text, *stall, *host;

	if (!p)
		return "";
	text = report_printf(r, "%s stops the whole guest for at most %s at a time, holds at most %s of the host for page "
			     "tables, has %s failed resize%s, %s hotplug request%s that failed or fell short, %s refault%s "
			     "and %s finding%s.", p->name, NS(p->stall_max_ns), BYTES(p->host_peak_bytes),
			     COUNT(p->resize_failures), plural((size_t)p->resize_failures), COUNT(p->failed_requests),
			     plural((size_t)p->failed_requests), COUNT(p->workload_faults),
			     plural((size_t)p->workload_faults), COUNT(p->findings), plural((size_t)p->findings));
	if (text && p->oversize_shift > 0)
		text = report_printf(r, "%s It leaves a table up to %s times as large as the guest wishes for.", text,
				     COUNT(INT64_C(1) << (p->oversize_shift & 62)));
	stall = best_elsewhere(r, offsetof(struct report_policy, stall_max_ns), "The shortest longest stall");
	host = best_elsewhere(r, offsetof(struct report_policy, host_peak_bytes), "The lowest peak of host memory");
	return text ? report_printf(r, "%s%s%s", text, stall ? stall : "", host ? host : "") : NULL;
}

static const char *collision(struct report *r, const struct report_attempt *a)
{
	int64_t mask = (INT64_C(1) << ((a->to_shift - PTEG_SHIFT) & 62)) - 1;

	if (!a->collided_region || !a->occupant_region || !a->collided_ea || !a->occupant_ea)
		return "";
	return report_printf(r, " The entry of the %s page at %s needs slot %" PRId64 " of group %s of the new table; the "
			     "%s page at %s, moved before it, has that slot. In the old table they were in groups %s and %s.",
			     a->collided_region, a->collided_ea, a->collision_slot, COUNT(a->collided_pteg & mask),
			     a->occupant_region, a->occupant_ea, COUNT(a->collided_pteg), COUNT(a->occupant_pteg));
}

static const char *outcome(struct report *r, const struct report_attempt *a)
{
	if (a->commit_rc)
		return report_printf(r, "COMMIT answers %s after %s slots, with %s entries moved in vain, and the guest has stood "
				     "still for %s.", a->commit_rc, COUNT(a->slots_scanned), COUNT(a->hptes_moved),
				     NS(a->commit_ns));
	if (a->prepare_rc)
		return report_printf(r, "PREPARE answers %s after %s; COMMIT is not reached.", a->prepare_rc, NS(a->prepare_ns));
	return report_printf(r, "The guest gives up with error %" PRId64 " before it asks the hypervisor.", a->err);
}

const char *words_failure(struct report *r, const struct report_run *run)
{
	const struct report_attempt *a = run->first_failure;
	const char *what, *where, *rest = "";

	if (!a)
		return "";
	what = outcome(r, a);
	where = collision(r, a);
	if (run->resize_failures > 1)
		rest = report_printf(r, " Of %s attempts %s fail.", COUNT(run->resize_attempts), COUNT(run->resize_failures));
	return what && where && rest ?
	       report_printf(r, "Attempt %s, %s into the run: order %" PRId64 " instead of %" PRId64 " for %s of memory. "
			     "%s%s%s", COUNT(a->seq), NS(a->start_ns), a->to_shift, a->from_shift, BYTES(a->mem_bytes),
			     what, where, rest) : NULL;
}

const char *words_failure_policies(struct report *r, const struct report_scenario *sc, size_t policy)
{
	const char *text, *list = NULL;

	if (!sc->runs[policy] || sc->runs[policy]->trouble || !sc->runs[policy]->first_failure)
		return NULL;
	text = words_failure(r, sc->runs[policy]);
	for (size_t i = 0; i < r->policy_count && text; i++) {
		const struct report_run *run = sc->runs[i];
		const char *other = run && !run->trouble && run->first_failure ? words_failure(r, run) : NULL;

		if (!other || strcmp(other, text) != 0)
			continue;
		if (i < policy)
			return NULL;
		list = join(r, list, run->policy);
	}
	return list;
}

const char *words_published_what(struct report *r, const struct report_scenario *sc,
				 const struct report_published *p)
{
	if (!p->request_seq)
		return "the whole run";
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		if (run && !run->trouble && p->request_seq > 0 && (uint64_t)p->request_seq <= run->request_count)
			return report_printf(r, "request %" PRId64 ", %s", p->request_seq,
					     run->requests[p->request_seq - 1].kind);
	}
	return report_printf(r, "request %" PRId64, p->request_seq);
}

/* A word of a shell: in quotes unless it is plain. */
static const char *shell_word(struct report *r, const char *word, size_t length)
{
	char *text, *out;

	if (length && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.=/:,+-") >= length)
		return report_printf(r, "%.*s", (int)length, word);
	text = out = report_alloc(r, 4 * length + 3);
	if (!text)
		return NULL;
	*out++ = '\'';
	for (size_t i = 0; i < length; i++) {
		if (word[i] == '\'') {
			memcpy(out, "'\\''", 4);
			out += 4;
		} else {
			*out++ = word[i];
		}
	}
	*out = '\'';
	return text;
}

const char *words_command(struct report *r)
{
	const char *text = "hptsim compare", *policies = NULL, *sets = r->scenario_count && r->scenarios[0].input ?
							       r->scenarios[0].input->sets : "";

	for (size_t i = 0; i < r->scenario_count && text; i++)
		text = report_printf(r, "%s %s", text,
				     shell_word(r, report_printf(r, "%s.yaml", r->scenarios[i].name),
						strlen(r->scenarios[i].name) + 5));
	for (size_t i = 0; i < r->policy_count; i++)
		policies = policies ? report_printf(r, "%s,%s", policies, r->policies[i].name) : r->policies[i].name;
	if (text && policies)
		text = report_printf(r, "%s --policy %s", text, shell_word(r, policies, strlen(policies)));
	for (; text && *sets; sets += strcspn(sets, "\n") + (sets[strcspn(sets, "\n")] != '\0'))
		text = report_printf(r, "%s --set %s", text, shell_word(r, sets, strcspn(sets, "\n")));
	if (text && r->scenario_count && r->scenarios[0].seed)
		text = report_printf(r, "%s --seed %" PRId64, text, r->scenarios[0].seed);
	return text;
}

const char *words_missing(struct report *r, const struct report_scenario *sc, size_t policy)
{
	const struct report_run *run = sc->runs[policy];

	if (run)
		return run->trouble;
	if (sc->missing[policy])
		return report_printf(r, "ended early: %s", sc->missing[policy]);
	return "not run";
}

const char *words_groups(struct report *r, const struct report_scenario *sc)
{
	const char *text = "";

	for (size_t g = 0; g < sc->group_count && text; g++) {
		const char *label = report_group_label(r, sc, g);

		if (label && strchr(label, ','))
			text = report_printf(r, "%s%s%s", text, *text ? "; " : "", label);
	}
	return text && *text ? report_printf(r, "The same in all respects, and so drawn once: %s.", text) : text;
}
