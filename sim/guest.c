/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest.h"

struct request *guest_request(const struct guest *g)
{
	struct task *t = engine_current(g->engine);

	return t ? task_data(t) : NULL;
}

void guest_spend(struct guest *g, enum sim_phase phase, int64_t ns)
{
	struct request *rq = guest_request(g);

	if (!engine_current(g->engine))
		return;		/* booting: before the clock starts */
	g->phase_ns[phase] += ns;
	if (rq)
		rq->phase_ns[phase] += ns;
	engine_sleep(g->engine, ns);
}

void guest_halt(struct guest *g)
{
	engine_stop(g->engine);
	engine_block(g->engine);
}
