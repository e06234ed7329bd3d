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

static const char *collision(struct report *r, const struct report_attempt *a)
{
	int64_t mask = report_ptegs(a->to_shift) - 1;

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
