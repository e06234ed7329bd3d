/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/guest.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define FINDING_TEXT_MAX	400

struct request *guest_request(const struct guest *g)
{
	struct task *t = engine_current(g->engine);

	return t ? task_data(t) : NULL;
}

/* @since_ns: when it began; it is over now */
static void tell_step(const struct guest *g, const struct request *rq, enum sim_phase phase,
		      const char *what, int64_t since_ns, int64_t booked_ns)
{
	const struct sim_step ev = {
		.request_seq = rq ? rq->seq : 0, .phase = phase, .what = what,
		.start_ns = since_ns, .end_ns = engine_now(g->engine), .booked_ns = booked_ns,
	};

	g->sink->step(g->sink->ctx, &ev);
}

void guest_spend_on(struct guest *g, enum sim_phase phase, const char *what, int64_t ns)
{
	struct request *rq = guest_request(g);
	int64_t since = engine_now(g->engine);

	if (!engine_current(g->engine))
		return;		/* booting: before the clock starts */
	g->phase_ns[phase] += ns;
	if (rq)
		rq->phase_ns[phase] += ns;
	engine_sleep(g->engine, ns);
	if (g->sink && g->sink->step)
		tell_step(g, rq, phase, what, since, ns);
}

void guest_spend(struct guest *g, enum sim_phase phase, int64_t ns)
{
	guest_spend_on(g, phase, NULL, ns);
}

void guest_gauge(const struct guest *g, enum sim_gauge_kind kind, uint64_t value)
{
	if (!g->sink || !g->sink->gauge || !engine_current(g->engine))
		return;		/* booting: sim_run_start tells */
	g->sink->gauge(g->sink->ctx, &(struct sim_gauge){
		.kind = kind, .at_ns = engine_now(g->engine), .value = value,
	});
}

void guest_lmb_start(const struct guest *g, uint64_t lmb, bool add)
{
	if (!g->sink || !g->sink->lmb_start)
		return;
	g->sink->lmb_start(g->sink->ctx, &(struct sim_lmb_start){
		.request_seq = guest_request(g)->seq, .drc_index = drc_index_of(lmb), .add = add,
		.at_ns = engine_now(g->engine),
	});
}

void guest_lmb_end(const struct guest *g, uint64_t lmb, bool add, int err)
{
	if (!g->sink || !g->sink->lmb_end)
		return;
	g->sink->lmb_end(g->sink->ctx, &(struct sim_lmb_end){
		.request_seq = guest_request(g)->seq, .drc_index = drc_index_of(lmb), .add = add,
		.at_ns = engine_now(g->engine), .err = err,
	});
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

/*
 * htab_bolt_mapping() does not set HPTE_V_SECONDARY, so the MMU looks for such an
 * entry in its primary PTEG only. struct pages are written as soon as they are
 * mapped; of the linear map a page may wait for a long time.
 */
void guest_tell_lost(struct guest *g)
{
	static const char *const what[MMU_REGION_COUNT] = {
		[MMU_LINEAR] = "when it first uses that page",
		[MMU_VMEMMAP] = "at once, in __init_single_page()",
	};

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		if (!g->lost[r].is || g->lost[r].told || !what[r])
			continue;
		g->lost[r].told = true;
		guest_finding(g, FINDING_LOST_ENTRY,
			      "the %s entry of 0x%" PRIx64 " is in its secondary PTEG without HPTE_V_SECONDARY, where no MMU "
			      "finds it: the guest Oopses %s; what follows is what the table would do",
			      mmu_region_name(r), mmu_page_ea(&g->mmu, r, g->lost[r].page), what[r]);
	}
}

static void dlpar_step(struct guest *g, enum sim_dlpar_step step, struct sim_dlpar *ev)
{
	const struct request *rq = guest_request(g);

	if (!g->sink || !g->sink->dlpar)
		return;
	ev->step = step;
	ev->request_seq = rq->seq;
	ev->kind = rq->kind;
	ev->at_ns = engine_now(g->engine);
	g->sink->dlpar(g->sink->ctx, ev);
}

void guest_dlpar_begin(struct guest *g, const struct sim_dlpar *rq)
{
	struct sim_dlpar *ev = &guest_request(g)->dlpar;

	*ev = *rq;
	dlpar_step(g, DLPAR_BEGIN, ev);
}

void guest_dlpar_too_few(struct guest *g, uint64_t lmbs_available)
{
	struct sim_dlpar *ev = &guest_request(g)->dlpar;

	ev->lmbs_available = lmbs_available;
	dlpar_step(g, DLPAR_TOO_FEW, ev);
}

void guest_dlpar_rollback(struct guest *g)
{
	dlpar_step(g, DLPAR_ROLLBACK, &guest_request(g)->dlpar);
}

void guest_dlpar_lmb_done(struct guest *g, uint64_t lmb)
{
	struct sim_dlpar *ev = &guest_request(g)->dlpar;

	ev->lmb_drc_index = drc_index_of(lmb);
	ev->lmb_base = lmb * g->drmem_info.lmb_size;
	dlpar_step(g, DLPAR_LMB_DONE, ev);
}

void guest_dlpar_end(struct guest *g, int err)
{
	struct sim_dlpar *ev = &guest_request(g)->dlpar;

	ev->err = err;
	dlpar_step(g, DLPAR_END, ev);
}

/* @lock: what it waited for */
static void book_wait(struct guest *g, const char *lock, int64_t since_ns)
{
	struct request *rq = guest_request(g);
	int64_t ns = engine_now(g->engine) - since_ns;

	g->phase_ns[PHASE_LOCK] += ns;
	if (rq)
		rq->phase_ns[PHASE_LOCK] += ns;
	if (ns && g->sink && g->sink->step)
		tell_step(g, rq, PHASE_LOCK, lock, since_ns, ns);
}

void guest_mutex_lock(struct guest *g, struct engine_mutex *m)
{
	int64_t since = engine_now(g->engine);

	engine_mutex_lock(g->engine, m);
	book_wait(g, m->name, since);
}

void guest_mutex_unlock(struct guest *g, struct engine_mutex *m)
{
	engine_mutex_unlock(g->engine, m);
}

void guest_cpus_read_lock(struct guest *g)
{
	int64_t since = engine_now(g->engine);

	engine_down_read(g->engine, &g->cpu_hotplug_lock);
	book_wait(g, g->cpu_hotplug_lock.name, since);
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
	book_wait(g, g->mem_hotplug_lock.name, since);
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
	book_wait(g, g->mem_hotplug_lock.name, since);
}

void guest_put_online_mems(struct guest *g)
{
	engine_up_read(g->engine, &g->mem_hotplug_lock);
}
