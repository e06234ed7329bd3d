/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens to the machine: the scenario's events, each in the hands of a task. */
#include "sim/machine/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/machine/machine_boot.h"
#include "sim/machine/machine_check.h"
#include "sim/machine/machine_wish.h"
#include "sim/guest/memory_zone.h"
#include "sim/units.h"

static void halt(struct machine *m, enum sim_status status, const char *message)
{
	machine_fail(m, status, "%s", message);
	guest_halt(&m->guest);
}

/* "pseries hotplug workqueue": hotplug events of the hypervisor, one at a time. */
static void hotplug_worker(void *arg)
{
	struct machine *m = arg;

	for (;;) {
		struct hotplug_work *work = m->first_work;

		if (!work) {
			m->worker_idle = true;
			engine_block(m->engine);
			continue;
		}
		m->first_work = work->next;
		task_set_data(m->worker, work->rq);
		guest_spend(&m->guest, PHASE_EVENT, m->guest.cost->hotplug_event_ns);
		work->rc = dlpar_memory(&m->guest, &work->request);
		task_set_data(m->worker, NULL);
		engine_wake(m->engine, work->waiter);
	}
}

/* queue_hotplug_event(), and wait until the guest has handled it. */
static int hotplug_event(struct machine *m, enum sim_dlpar_action action, uint32_t dimm,
			 struct request *rq)
{
	const struct dimm *d = &m->drcs.dimms[dimm];
	struct hotplug_work work = {
		.request = {
			.action = action, .by = LMB_BY_INDEXED_COUNT,
			.count = (uint32_t)(d->size_bytes / m->drcs.lmb_bytes),
			.drc_index = drc_index_of(d->base_bytes / m->drcs.lmb_bytes),
		},
		.rq = rq, .waiter = engine_current(m->engine),
	};

	if (m->first_work)
		m->last_work->next = &work;
	else
		m->first_work = &work;
	m->last_work = &work;
	if (m->worker_idle) {
		m->worker_idle = false;
		engine_wake(m->engine, m->worker);
	}
	engine_block(m->engine);
	return work.rc;
}

/* PowerVM: the management console assigns memory, and drmgr asks for as many LMBs, whichever they are. */
static int assign_memory(struct machine *m, enum sim_dlpar_action action, uint64_t bytes)
{
	struct dlpar_request work = {
		.action = action, .by = LMB_BY_COUNT, .count = (uint32_t)(bytes / m->drcs.lmb_bytes),
	};

	return dlpar_memory(&m->guest, &work);
}

static int do_plug(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	char message[SIM_MESSAGE_MAX];
	uint32_t dimm;

	if (m->hv.kind == HV_POWERVM)
		return ev->notify ? assign_memory(m, PSERIES_HP_ELOG_ACTION_ADD, ev->dimm.size_bytes) : 0;
	switch (drc_plug(&m->drcs, &ev->dimm, false, &dimm)) {
	case DRC_OK:
		break;
	case DRC_EEXIST:
		return -EEXIST;		/* an earlier unplug of it is still pending */
	case DRC_ENOSPACE:
		snprintf(message, sizeof(message), ev->dimm.address_bytes ?
			 "the address of DIMM %s is taken, or not below max_memory" :
			 "no gap below max_memory is large enough for DIMM %s", ev->dimm.id);
		m->error->event = (size_t)(ev - m->sc->events);
		halt(m, SIM_EEVENT, message);
		return -ENOSPC;
	default:
		halt(m, SIM_ENOMEM, "out of memory");
		return -ENOMEM;
	}
	if (!ev->notify)
		return 0;
	return hotplug_event(m, PSERIES_HP_ELOG_ACTION_ADD, dimm, rq);
}

/* PowerVM: what an unplug takes back, as much as the last plug of that id before it brought. */
static uint64_t assigned_bytes(const struct machine *m, const struct event_spec *unplug)
{
	uint64_t bytes = 0;

	for (const struct event_spec *ev = m->sc->events; ev < unplug; ev++)
		if (ev->kind == EVENT_PLUG && !strcmp(ev->dimm.id, unplug->dimm.id))
			bytes = ev->dimm.size_bytes;
	return bytes;
}

static int do_unplug(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	uint32_t dimm;

	if (m->hv.kind == HV_POWERVM)
		return assign_memory(m, PSERIES_HP_ELOG_ACTION_REMOVE, assigned_bytes(m, ev));
	switch (drc_unplug_request(&m->drcs, ev->dimm.id, &dimm)) {
	case DRC_OK:
		break;
	case DRC_EBUSY:
		return -EBUSY;
	default:
		return -ENODEV;
	}
	return hotplug_event(m, PSERIES_HP_ELOG_ACTION_REMOVE, dimm, rq);
}

static int do_dlpar(struct machine *m, const struct event_spec *ev)
{
	struct dlpar_request work = {
		.action = ev->kind == EVENT_ADD ? PSERIES_HP_ELOG_ACTION_ADD :
						  PSERIES_HP_ELOG_ACTION_REMOVE,
		.by = ev->by, .count = ev->count, .drc_index = ev->drc_index,
	};

	if (ev->by == LMB_EACH_INDEX)
		return dlpar_memory_each_index(&m->guest, work.action, ev->count, ev->drc_index);
	return dlpar_memory(&m->guest, &work);
}

static struct range *range_find(struct machine *m, const char *id)
{
	for (size_t i = m->range_count; i-- > 0; )
		if (m->ranges[i].present && !strcmp(m->ranges[i].id, id))
			return &m->ranges[i];
	return NULL;
}

static void count_blocks(const struct machine *m, struct request *rq, uint64_t bytes, bool came)
{
	int64_t blocks = (int64_t)(bytes / m->drcs.lmb_bytes);

	rq->lmbs_delta += came ? blocks : -blocks;
}

static int do_range_add(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	struct guest *g = &m->guest;
	struct range *r = machine_range_of(m, ev);
	int rc;

	if (range_find(m, r->id))
		return -EEXIST;
	guest_spend(g, PHASE_EVENT, g->cost->request_ns);
	if (!r->accounted) {
		rc = guest_memremap(g, r->base, r->size);
		r->present = rc ? 0 : r->size;
		return rc;
	}
	guest_mutex_lock(g, &g->device_hotplug_lock);
	rc = add_memory_blocks(g, r->base, r->size, r->block, &r->present);
	guest_spend(g, PHASE_ONLINE,
		    g->cost->online_lmb_ns * (int64_t)(r->present / m->drcs.lmb_bytes));
	for (uint64_t done = 0; done < r->present; done += m->drcs.lmb_bytes)
		memory_zone_online(g, r->base + done, m->drcs.lmb_bytes);
	guest_mutex_unlock(g, &g->device_hotplug_lock);
	count_blocks(m, rq, r->present, true);
	return rc;
}

static int do_range_remove(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	struct guest *g = &m->guest;
	struct range *r = range_find(m, ev->dimm.id);
	uint64_t bytes;

	if (!r)
		return -ENODEV;
	bytes = r->present;
	guest_spend(g, PHASE_EVENT, g->cost->request_ns);
	if (!r->accounted) {
		guest_memunmap(g, r->base, bytes);
		r->present = 0;
		return 0;
	}
	guest_mutex_lock(g, &g->device_hotplug_lock);
	guest_spend(g, PHASE_OFFLINE,
		    g->cost->offline_lmb_ns * (int64_t)(bytes / m->drcs.lmb_bytes));
	for (uint64_t done = 0; done < bytes; done += m->drcs.lmb_bytes)
		memory_zone_offline(g, r->base + done, m->drcs.lmb_bytes);
	remove_memory_blocks(g, r->base, bytes, r->block);
	r->present = 0;
	guest_mutex_unlock(g, &g->device_hotplug_lock);
	count_blocks(m, rq, bytes, false);
	return 0;
}

/* Waits for the request that is in the middle of something, as a shutdown would. */
static int do_reboot(struct machine *m)
{
	struct guest *g = &m->guest;
	enum sim_status status;

	guest_mutex_lock(g, &g->device_hotplug_lock);
	guest_mem_hotplug_begin(g);
	guest_spend(g, PHASE_REBOOT, g->cost->reboot_ns);
	hv_reset(&m->hv);
	drc_reset(&m->drcs);
	m->prelaunch_bytes = 0;
	for (size_t i = 0; i < m->range_count; i++)
		m->ranges[i].present = 0;
	status = machine_start_guest(m);
	guest_mem_hotplug_done(g);
	guest_mutex_unlock(g, &g->device_hotplug_lock);
	if (status)
		guest_halt(g);
	machine_report_boot(m);
	return 0;
}

/*
 * The table goes along: order, PTEGs and slots stay as they are. What was being
 * prepared does not. Every entry of KVM HV's is put in anew, and ABSENT until
 * the guest touches its page.
 */
static int do_migrate(struct machine *m, int64_t downtime_ns)
{
	engine_stop_machine(m->engine);
	guest_spend_on(&m->guest, PHASE_IDLE, "migration", downtime_ns);
	hv_reset(&m->hv);
	hpt_migrated(m->hv.hpt);
	engine_start_machine(m->engine);
	return 0;
}

static int do_event(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	switch (ev->kind) {
	case EVENT_PLUG:
		return do_plug(m, ev, rq);
	case EVENT_UNPLUG:
		return do_unplug(m, ev, rq);
	case EVENT_ADD:
	case EVENT_REMOVE:
		return do_dlpar(m, ev);
	case EVENT_HPT_ORDER:
		return hpt_order_set(&m->guest, ev->hpt_shift);
	case EVENT_WAIT:
		guest_spend(&m->guest, PHASE_IDLE, ev->wait_ns);
		return 0;
	case EVENT_OF_DETACH:
		return pseries_remove_memblock(&m->guest, ev->drc_index);
	case EVENT_PROBE:
	case EVENT_DRIVER_ADD:
	case EVENT_MEMREMAP:
		return do_range_add(m, ev, rq);
	case EVENT_DRIVER_REMOVE:
	case EVENT_MEMUNMAP:
		return do_range_remove(m, ev, rq);
	case EVENT_REBOOT:
		return do_reboot(m);
	case EVENT_MIGRATE:
		return do_migrate(m, ev->wait_ns);
	case EVENT_KIND_COUNT:
		break;
	}
	return -EINVAL;
}

static uint64_t lmbs_requested(struct machine *m, const struct event_spec *ev)
{
	const struct range *r;

	switch (ev->kind) {
	case EVENT_PLUG:
		if (!ev->notify)
			return 0;	/* nobody asks the guest */
		/* fall through */
	case EVENT_PROBE:
	case EVENT_DRIVER_ADD:
		return ev->dimm.size_bytes / m->drcs.lmb_bytes;
	case EVENT_UNPLUG:
		for (uint32_t i = m->drcs.dimm_count; i-- > 0; )
			if (!strcmp(m->drcs.dimms[i].id, ev->dimm.id))
				return m->drcs.dimms[i].size_bytes / m->drcs.lmb_bytes;
		return m->hv.kind == HV_POWERVM ? assigned_bytes(m, ev) / m->drcs.lmb_bytes : 0;
	case EVENT_DRIVER_REMOVE:
		r = range_find(m, ev->dimm.id);
		return r ? r->present / m->drcs.lmb_bytes : 0;
	case EVENT_ADD:
	case EVENT_REMOVE:
		return ev->by == LMB_BY_INDEX ? 1 : ev->count;
	case EVENT_OF_DETACH:
		return 1;
	default:
		return 0;
	}
}

static void begin_request(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	const struct sim_sink *sink = m->guest.sink;
	struct sim_request_start start;

	*rq = (struct request){
		.seq = ++m->request_seq, .kind = ev->kind, .start_ns = engine_now(m->engine),
		.lmbs_requested = lmbs_requested(m, ev),
	};
	start = (struct sim_request_start){
		.seq = rq->seq, .kind = rq->kind, .event = ev, .start_ns = rq->start_ns,
		.lmbs_requested = rq->lmbs_requested,
	};
	if (sink && sink->request_start)
		sink->request_start(sink->ctx, &start);
}

static void end_request(struct machine *m, const struct request *rq, int rc)
{
	const struct sim_sink *sink = m->guest.sink;
	struct sim_request_end end = {
		.seq = rq->seq, .kind = rq->kind, .start_ns = rq->start_ns,
		.end_ns = engine_now(m->engine), .lmbs_requested = rq->lmbs_requested,
		.lmbs_done = (uint64_t)llabs(rq->lmbs_delta), .lmbs_already = rq->lmbs_already, .err = rc,
		.memory_bytes = m->guest.memblock_phys_mem_size,
	};

	m->failed_requests += sim_request_failed(rc, end.lmbs_requested, end.lmbs_done, end.lmbs_already);
	memcpy(end.phase_ns, rq->phase_ns, sizeof(end.phase_ns));
	if (sink && sink->request_end)
		sink->request_end(sink->ctx, &end);
}

static void do_request(struct machine *m, const struct event_spec *ev)
{
	struct request rq;
	int rc;

	m->events_begun++;
	begin_request(m, ev, &rq);
	task_set_data(engine_current(m->engine), &rq);
	rc = do_event(m, ev, &rq);
	task_set_data(engine_current(m->engine), NULL);
	machine_wish(m, ev, rc != 0);
	end_request(m, &rq, rc);
	m->events_ended++;
	m->event_ended[ev - m->sc->events] = true;
	machine_check(m, m->events_begun == m->events_ended);
}

/* Whoever acts on the machine: the operator at the monitor, and in the guest's shell. */
static void operator(void *arg)
{
	struct machine *m = arg;

	for (size_t i = 0; i < m->sc->event_count; i++)
		if (!m->sc->events[i].has_at)
			do_request(m, &m->sc->events[i]);
}

struct timed {
	struct machine *m;
	const struct event_spec *ev;
	char name[32];
};

/* Somebody else, at a time of the day. */
static void timed_operator(void *arg)
{
	struct timed *t = arg;

	engine_sleep(t->m->engine, t->ev->at_ns);
	do_request(t->m, t->ev);
}

static enum sim_status run_events(struct machine *m, struct timed *timed)
{
	m->worker = engine_spawn(m->engine, "pseries hotplug workqueue", TASK_GUEST,
				 hotplug_worker, m);
	engine_spawn(m->engine, "operator", TASK_GUEST, operator, m);
	for (size_t i = 0; i < m->sc->event_count; i++) {
		const struct event_spec *ev = &m->sc->events[i];

		if (!ev->has_at)
			continue;
		timed[i] = (struct timed){ .m = m, .ev = ev };
		snprintf(timed[i].name, sizeof(timed[i].name), "%s at event %zu",
			 event_kind_name(ev->kind), i + 1);
		engine_spawn(m->engine, timed[i].name, TASK_GUEST, timed_operator, &timed[i]);
	}
	engine_run(m->engine);

	if (m->error->status)
		return m->error->status;
	if (m->hv.aborted)
		return machine_fail(m, SIM_EHVABORT, m->hv.kind == HV_KVM_HV ?
				    "the host fails: COMMIT meets bolted entries in their secondary PTEG (BUG_ON() in resize_hpt_rehash_hpte(), or entries lost)" :
				    "QEMU aborts: COMMIT meets a bolted entry in its secondary PTEG (assertion in rehash_hpte())");
	if (m->guest.oops[0])
		return machine_fail(m, SIM_EOOPS, "%s", m->guest.oops);
	if (m->guest.failed || m->hv.failed || engine_failed(m->engine))
		return machine_fail(m, SIM_ENOMEM, "out of memory");
	if (m->events_ended < m->sc->event_count) {
		char text[SIM_MESSAGE_MAX];

		for (size_t i = 0; i < m->sc->event_count; i++)
			if (!m->event_ended[i])
				machine_wish(m, &m->sc->events[i], true);
		m->failed_requests += (unsigned)(m->sc->event_count - m->events_ended);
		engine_deadlock(m->engine, text, sizeof(text));
		guest_finding(&m->guest, FINDING_DEADLOCK, "%s", text);
	}
	return SIM_OK;
}

enum sim_status machine_run(struct machine *m)
{
	struct timed *timed = calloc(m->sc->event_count + 1, sizeof(*timed));
	enum sim_status status;

	m->event_ended = calloc(m->sc->event_count + 1, sizeof(*m->event_ended));
	if (timed && m->event_ended)
		status = run_events(m, timed);
	else
		status = machine_fail(m, SIM_ENOMEM, "out of memory");
	free(m->event_ended);
	free(timed);
	return status;
}
