// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An order that somebody writes to debugfs while a request is under way. The
 * log tells between which two of its attempts; a scenario needs a time, and
 * the simulated request has times of its own.
 */
#include "log/dmesg.h"
#include "validate/fit.h"

#define NS_PER_US	INT64_C(1000)
#define OVERLAP_MAX_US	INT64_C(120000)		/* PREPARE is polled after 100 ms and a bit */

/* Nanoseconds of an item since the simulated boot; false: there is no such item. */
static bool sim_time(const struct validate *v, size_t item, int64_t *ns)
{
	const struct klog_record *r;

	if (item >= v->sim.seq.count)
		return false;
	r = &v->sim.log.records[v->sim.seq.items[item].record];
	*ns = r->time_us * NS_PER_US - DMESG_BOOT_NS;
	return r->clock == KLOG_CLOCK_BOOT;
}

/* The first aside that has no time yet, and is the difference or begins it. */
static struct plan_event *next_aside(const struct fit *f)
{
	const struct validate *v = f->v;

	for (size_t i = 0; i < v->plan.event_count; i++) {
		struct plan_event *ev = &v->plan.events[i];

		if (ev->aside && !ev->at_ns)
			return ev;
	}
	return NULL;
}

/* From the item before it to @item, as the guest's clock has it: dates are of whole seconds. */
static bool recorded_time(const struct validate *v, size_t item, int64_t *us)
{
	return v->log.records[v->seq.items[item].record].clock == KLOG_CLOCK_BOOT &&
	       klog_elapsed_us(&v->log, v->seq.items[item - 1].record, v->seq.items[item].record, us);
}

static size_t item_of(const struct validate *v, size_t attempt)
{
	size_t i = 0;

	while (i < v->seq.count && !(v->seq.items[i].is_attempt && v->seq.items[i].index == attempt))
		i++;
	return i;
}

bool fit_place_asides(struct fit *f)
{
	/* parts of the simulated interval, when the recorded one does not fit into it */
	static const int64_t percent[] = { 50, 10, 90 };
	struct validate *v = f->v;
	struct plan_event *ev = next_aside(f);
	int64_t before, behind, us = 0, offset;
	size_t item;
	bool timed;

	if (!ev)
		return false;
	item = item_of(v, ev->attempt);
	if (!item || item >= v->seq.count || !sim_time(v, item - 1, &before))
		return false;
	timed = recorded_time(v, item, &us);
	/* it shows where it is, or in how the attempt ended whose PREPARE it broke in on */
	if (f->at != item && (f->at != item - 1 || us > OVERLAP_MAX_US))
		return false;
	if (!sim_time(v, item, &behind))
		behind = before + us * NS_PER_US + DMESG_BOOT_NS;
	offset = us * NS_PER_US;
	for (size_t i = 0; i <= sizeof(percent) / sizeof(percent[0]); i++) {
		if ((timed || i) && offset < behind - before) {
			ev->at_ns = before + offset;
			if (fit_advances(f))
				return true;
		}
		if (i < sizeof(percent) / sizeof(percent[0]))
			offset = (behind - before) / 100 * percent[i];
	}
	ev->at_ns = 0;
	return false;
}
