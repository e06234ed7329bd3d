// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a log leaves open, found by simulating: the first difference between
 * the log and the simulation is looked at, and if something that leaves no line
 * of its own can explain it, that goes into the plan. It stays there only if
 * the logs then agree for longer.
 *
 * Things without a line: a resize through debugfs and a removal by index (only
 * their attempts are logged), a DIMM that the guest is not told of, maxmem.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "sim/policy.h"
#include "validate/fit.h"

#define PREPARE_TIMEOUT_US	INT64_C(10000000)	/* HPT_RESIZE_TIMEOUT */
#define DRC_LMB		0x80000000u
#define MEMORY_MAX	(UINT64_C(64) << 40)

/* Where an event goes that happens between the requests around item @at. */
static size_t gap_before(const struct fit *f, size_t at)
{
	const struct validate *v = f->v;

	while (at < v->seq.count && v->seq.items[at].is_attempt)
		at++;
	return at < v->seq.count ? fit_event_of(f, at) : v->plan.event_count;
}

static bool try_insert(struct fit *f, size_t where, struct plan_event ev)
{
	if (!plan_insert(&f->v->plan, where, ev)) {
		f->status = VALIDATE_ENOMEM;
		return false;
	}
	if (fit_advances(f))
		return true;
	plan_delete(&f->v->plan, where);
	return false;
}

/* Is LMB @drc taken out again by a later line, before it is added? Then it was not removed here. */
static bool removed_later(const struct fit *f, uint32_t drc, size_t record)
{
	const struct klog *log = &f->v->log;
	uint64_t base = (drc & ~DRC_LMB) * f->v->plan.lmb_bytes;
	size_t end = f->v->boot->first_record + f->v->boot->record_count;

	for (; record < end; record++) {
		const struct klog_record *r = &log->records[record];

		if (r->kind == KLOG_LMB_ADDED && r->u.lmb.base == base)
			return false;
		if (r->kind == KLOG_LMB_REMOVED && r->u.lmb.base == base)
			return true;
	}
	return false;
}

/* Does the guest have that LMB when event @where begins? */
static bool is_there(const struct fit *f, uint32_t drc, size_t where)
{
	const struct plan *plan = &f->v->plan;
	uint64_t lmb = drc & ~DRC_LMB;
	bool there = false;

	for (size_t i = 0; i < plan->boot_dimm_count; i++)
		there = there || lmb - plan->boot_dimms[i].first < plan->boot_dimms[i].count;

	for (size_t i = 0; i < f->v->sim.move_count; i++) {
		const struct sim_move *m = &f->v->sim.moves[i];

		if (m->request_seq <= where && m->drc_index == drc)
			there = m->added;
	}
	return there;
}

/*
 * LMBs that a removal by index may have taken, likely ones first: the one that
 * the next request by index names, the last one that was added by index, the
 * one that was added last.
 */
static size_t removal_candidates(const struct fit *f, size_t where, size_t record, uint32_t out[3])
{
	const struct validate *v = f->v;
	size_t count = 0;
	uint32_t last = 0;

	for (size_t i = where; i < v->plan.event_count && !count; i++)
		if (v->plan.events[i].by == KLOG_BY_INDEX && v->plan.events[i].kind == PLAN_ADD &&
		    is_there(f, v->plan.events[i].drc, where))
			out[count++] = v->plan.events[i].drc;
	for (size_t i = where; i-- > 0 && count < 2; ) {
		const struct plan_event *ev = &v->plan.events[i];

		if (ev->kind == PLAN_ADD && ev->by == KLOG_BY_INDEX && is_there(f, ev->drc, where) &&
		    !removed_later(f, ev->drc, record) && !(count && out[0] == ev->drc))
			out[count++] = ev->drc;
	}
	for (size_t i = v->sim.move_count; i-- > 0 && !last; ) {
		const struct sim_move *m = &v->sim.moves[i];

		if (m->request_seq <= where && m->added && is_there(f, m->drc_index, where) &&
		    !removed_later(f, m->drc_index, record))
			last = m->drc_index;
	}
	if (last && !(count && out[0] == last) && !(count > 1 && out[1] == last))
		out[count++] = last;
	return count;
}

static bool try_removal(struct fit *f, size_t where, size_t record)
{
	uint32_t drcs[3];
	size_t count = removal_candidates(f, where, record, drcs);

	for (size_t i = 0; i < count; i++)
		if (try_insert(f, where, (struct plan_event){
				.kind = PLAN_REMOVE, .request = KLOG_NONE, .by = KLOG_BY_INDEX, .count = 1,
				.drc = drcs[i], .why = "not in the log by itself; which LMB is a guess" }))
			return true;
	return false;
}

/* May attempt @a stand outside any request, as hpt_order or a removal by index? */
static bool may_stand_alone(const struct fit *f, size_t a)
{
	const struct validate *v = f->v;
	const struct klog_attempt *attempt = &v->log.attempts[a];
	const struct klog_request *rq;
	size_t first = v->boot->first_attempt, end = first + v->boot->attempt_count;
	int64_t us;

	if (attempt->begin == KLOG_NONE || attempt->end_shift_differs)
		return false;
	if ((a > first && seq_too_soon(&v->log, a, &us)) || (a + 1 < end && seq_too_soon(&v->log, a + 1, &us)))
		return false;
	if (attempt->request == KLOG_NONE)
		return true;
	/*
	 * A request by count that succeeds has no last line, so what follows it
	 * may be its own or not. A line that was put there by mistake rarely has
	 * a time that fits; without times nothing can be said for it.
	 */
	rq = &v->log.requests[attempt->request];
	if (!rq->add || rq->by != KLOG_BY_COUNT || rq->failed || rq->lmbs_listed)
		return false;
	return attempt->outcome == KLOG_COLLIDED ||
	       (a > first && klog_elapsed_us(&v->log, v->log.attempts[a - 1].begin, attempt->begin, &us) &&
		v->log.records[attempt->begin].clock == KLOG_CLOCK_BOOT);
}

/* The log has attempts where the simulation has done all of its request. */
static bool fix_surplus(struct fit *f)
{
	const struct validate *v = f->v;
	const struct klog_attempt *a;
	size_t where, item = f->at;

	if (item >= v->seq.count || !v->seq.items[item].is_attempt)
		return false;
	if (item < v->sim.seq.count && v->sim.seq.items[item].is_attempt)
		return false;
	if (!may_stand_alone(f, v->seq.items[item].index))
		return false;
	a = &v->log.attempts[v->seq.items[item].index];
	where = gap_before(f, item);
	if (a->outcome == KLOG_COLLIDED)
		return try_removal(f, where, v->seq.items[item].record);
	if (a->shift >= 0 && a->shift < 64 &&
	    try_insert(f, where, (struct plan_event){ .kind = PLAN_HPT_ORDER, .request = KLOG_NONE, .shift = (unsigned)a->shift }))
		return true;
	return try_removal(f, where, v->seq.items[item].record);
}

/* Nobody logs maxmem: how many LMBs the guest knows that it could have. */
static bool fix_max_memory(struct fit *f)
{
	struct plan *plan = &f->v->plan;
	uint64_t was = plan->max_memory_bytes;

	plan->max_memory_bytes = plan->max_memory_least;
	if (was != plan->max_memory_least && fit_advances(f))
		return true;
	for (plan->max_memory_bytes = was * 2; plan->max_memory_bytes <= MEMORY_MAX && plan->max_memory_bytes <= was << 8;
	     plan->max_memory_bytes *= 2)
		if (fit_advances(f))
			return true;
	plan->max_memory_bytes = was;
	return false;
}

/* A removal of other LMBs, or from fewer, than in the simulation: one was removed by index before. */
static bool fix_removed(struct fit *f)
{
	const struct validate *v = f->v;
	size_t where;

	if (f->at >= v->seq.count || v->seq.items[f->at].is_attempt || fit_request(f, f->at)->add)
		return false;
	if (f->diff != SEQ_LMBS && f->diff != SEQ_RESULT)
		return false;
	where = fit_event_of(f, f->at);
	if (where == v->plan.event_count)
		return false;
	return try_removal(f, where, v->seq.items[f->at].record);
}

/*
 * A resize that works in the simulation and has no answer in the log, outside
 * any request: the guest gave up waiting, if there was the time for it.
 */
static bool fix_hang(struct fit *f)
{
	struct validate *v = f->v;
	const struct klog_attempt *a;
	size_t end = v->boot->first_record + v->boot->record_count;
	int64_t us;

	if (f->diff != SEQ_OUTCOME || f->at >= v->seq.count || !v->seq.items[f->at].is_attempt)
		return false;
	a = &v->log.attempts[v->seq.items[f->at].index];
	if (a->outcome != KLOG_SILENT || a->request != KLOG_NONE || a->begin == KLOG_NONE ||
	    v->sim.log.attempts[v->sim.seq.items[f->at].index].outcome != KLOG_COMPLETE)
		return false;
	if (a->begin + 1 < end && (!klog_elapsed_us(&v->log, a->begin, a->begin + 1, &us) || us < PREPARE_TIMEOUT_US))
		return false;
	if (!plan_hang(&v->plan, &v->log, v->boot, v->seq.items[f->at].index)) {
		f->status = VALIDATE_ENOMEM;
		return false;
	}
	return fit_advances(f);
}

enum plan_status validate_derive(struct validate *v, const char **missing)
{
	bool mainline = v->policy == policy_find("per-section");

	return plan_derive(&v->plan, &v->log, v->boot, mainline ? PLAN_RULE_MAINLINE : PLAN_RULE_OTHER, missing);
}

enum validate_status validate_fit(struct validate *v)
{
	struct fit f = { .v = v, .status = VALIDATE_OK };

	f.status = validate_simulate_plan(v, &v->sim);
	if (f.status != VALIDATE_OK)
		return f.status;
	f.at = seq_first_difference(&v->seq, &v->sim.seq, &f.diff);
	while (f.diff != SEQ_NONE && f.diff != SEQ_BROKEN && f.status == VALIDATE_OK)
		if (!fit_place_asides(&f) && !fix_hang(&f) && !fix_surplus(&f) && !fix_removed(&f) && !fit_size(&f) && !fix_max_memory(&f))
			break;
	return f.status;
}
