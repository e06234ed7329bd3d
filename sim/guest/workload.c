/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's user memory: processes that touch their resident set again and
 * again. A resize drops all their entries; they come back by page faults at a
 * given rate. Pages evicted for a bolted entry stay out until the next resize.
 */
#include <errno.h>

#include "sim/guest/guest.h"
#include "sim/units.h"

#define USER_CONTEXT_FIRST	100u	/* above the kernel's contexts */
#define USER_EA_FIRST		UINT64_C(0x10000000)

static uint64_t pages_per_process(const struct guest *g)
{
	return g->workload.pages / g->sc->guest.workload.process_count;	/* no rest: see workload_start() */
}

/* Map @count pages of the resident set from number `next` on. */
static int map_pages(struct guest *g, uint64_t count)
{
	struct workload *w = &g->workload;
	uint64_t each = pages_per_process(g);

	while (count) {
		uint64_t process = w->next / each, page = w->next % each, mapped;
		uint64_t n = count < each - page ? count : each - page;

		if (hpt_map_user(g->hpt, USER_CONTEXT_FIRST + process,
				 USER_EA_FIRST + (page << g->mmu.virtual_shift), n, &mapped))
			return -ENOMEM;
		w->next += n;
		count -= n;
	}
	return 0;
}

int workload_start(struct guest *g)
{
	const struct workload_spec *spec = &g->sc->guest.workload;
	struct workload *w = &g->workload;

	if (!spec->resident_bytes || !spec->process_count)
		return 0;
	w->pages = spec->resident_bytes >> g->mmu.virtual_shift;
	if (spec->shared)
		w->pages *= spec->process_count;
	w->pages -= w->pages % spec->process_count;
	w->next = 0;
	w->last_ns = engine_now(g->engine);
	return w->pages ? map_pages(g, w->pages) : 0;
}

void workload_dropped(struct guest *g, uint64_t count)
{
	struct workload *w = &g->workload;

	w->dropped_count += count;
	w->next = 0;
	w->last_ns = engine_now(g->engine);
}

void workload_catch_up(struct guest *g)
{
	struct workload *w = &g->workload;
	int64_t now = engine_now(g->engine);
	uint64_t missing = w->pages - w->next, due, rate = g->sc->guest.workload.faults_per_s;

	if (!missing)
		return;
	/* an hour at the highest rate still fits */
	due = (uint64_t)(now - w->last_ns) / 1000 * rate / 1000000;
	if (!due)
		return;
	if (due > missing)
		due = missing;
	if (map_pages(g, due))
		g->failed = true;
	w->last_ns = now;
	w->fault_count += due;
	w->fault_ns += cost_per_unit_ps(due * 1000, g->cost->user_fault_ns);
}
