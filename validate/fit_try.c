// SPDX-License-Identifier: GPL-2.0-or-later
/* Trying a plan, and finding one's way between it and the log. */
#include "validate/fit.h"

#define SIMULATIONS_MAX	600	/* to try: a log that needs more is told so */

/* Simulate the plan as it is; true if it agrees for longer than before, and then it is v->sim. */
bool fit_advances(struct fit *f)
{
	struct validate *v = f->v;
	struct simulated sim;
	enum seq_diff diff;
	size_t at;

	if (f->status != VALIDATE_OK)
		return false;
	if (v->simulations >= SIMULATIONS_MAX) {
		v->gave_up = true;
		return false;
	}
	f->status = validate_simulate_plan(v, &sim);
	if (f->status != VALIDATE_OK)
		return false;
	at = seq_first_difference(&v->seq, &sim.seq, &diff);
	if (diff != SEQ_NONE && at <= f->at) {
		simulated_free(&sim);
		return false;
	}
	simulated_free(&v->sim);
	v->sim = sim;
	v->sim.seq.log = &v->sim.log;
	f->at = at;
	f->diff = diff;
	return true;
}

/* Event of the last request before item @at, or of the one at it: where in the plan; event_count if none. */
size_t fit_event_of(const struct fit *f, size_t at)
{
	const struct validate *v = f->v;

	for (size_t i = 0; i < v->plan.event_count; i++)
		if (v->plan.events[i].request == v->seq.items[at].index)
			return i;
	return v->plan.event_count;
}

const struct klog_request *fit_request(const struct fit *f, size_t item)
{
	return &f->v->log.requests[f->v->seq.items[item].index];
}
