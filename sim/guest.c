/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest.h"

#include <stdarg.h>
#include <stdio.h>

#define FINDING_TEXT_MAX	256

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
	if (engine_current(g->engine))
		engine_block(g->engine);
}

void guest_finding(struct guest *g, enum sim_finding_kind kind, const char *format, ...)
{
	const struct request *rq = guest_request(g);
	char text[FINDING_TEXT_MAX];
	struct sim_finding ev = {
		.kind = kind, .at_ns = engine_now(g->engine), .request_seq = rq ? rq->seq : 0,
		.text = text,
	};
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	g->findings++;
	if (g->sink && g->sink->finding)
		g->sink->finding(g->sink->ctx, &ev);
}

static void book_wait(struct guest *g, int64_t since_ns)
{
	struct request *rq = guest_request(g);
	int64_t ns = engine_now(g->engine) - since_ns;

	g->phase_ns[PHASE_LOCK] += ns;
	if (rq)
		rq->phase_ns[PHASE_LOCK] += ns;
}

void guest_mutex_lock(struct guest *g, struct engine_mutex *m)
{
	int64_t since = engine_now(g->engine);

	engine_mutex_lock(g->engine, m);
	book_wait(g, since);
}

void guest_mutex_unlock(struct guest *g, struct engine_mutex *m)
{
	engine_mutex_unlock(g->engine, m);
}

void guest_cpus_read_lock(struct guest *g)
{
	int64_t since = engine_now(g->engine);

	engine_down_read(g->engine, &g->cpu_hotplug_lock);
	book_wait(g, since);
}

void guest_cpus_read_unlock(struct guest *g)
{
	engine_up_read(g->engine, &g->cpu_hotplug_lock);
}

bool guest_cpus_held(const struct guest *g)
{
	return engine_rwsem_held(g->engine, &g->cpu_hotplug_lock);
}

void guest_mem_hotplug_begin(struct guest *g)
{
	int64_t since;

	guest_cpus_read_lock(g);
	since = engine_now(g->engine);
	engine_down_write(g->engine, &g->mem_hotplug_lock);
	book_wait(g, since);
}

void guest_mem_hotplug_done(struct guest *g)
{
	engine_up_write(g->engine, &g->mem_hotplug_lock);
	guest_cpus_read_unlock(g);
}

void guest_get_online_mems(struct guest *g)
{
	int64_t since = engine_now(g->engine);

	engine_down_read(g->engine, &g->mem_hotplug_lock);
	book_wait(g, since);
}

void guest_put_online_mems(struct guest *g)
{
	engine_up_read(g->engine, &g->mem_hotplug_lock);
}
