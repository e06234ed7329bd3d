/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/machine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel_paths.h"
#include "sim/units.h"

/* htab_bolt_mapping() tries the secondary PTEG too (domain/hpt.md section 7) */
#define KERNEL_SECONDARY_FALLBACK	KERNEL_VERSION(5, 5)
#define VRMA_SLOT			7u

__attribute__((format(printf, 3, 4)))
static enum sim_status fail(struct machine *m, enum sim_status status, const char *format, ...)
{
	va_list ap;

	if (m->error->status)
		return m->error->status;	/* the first one counts */
	m->error->status = status;
	va_start(ap, format);
	vsnprintf(m->error->message, sizeof(m->error->message), format, ap);
	va_end(ap);
	return status;
}

static enum sim_status out_of_memory(struct machine *m)
{
	return fail(m, SIM_ENOMEM, "out of memory");
}

static uint64_t boot_bytes(const struct scenario *sc)
{
	uint64_t bytes = sc->guest.memory_bytes;

	for (size_t i = 0; i < sc->guest.dimm_count; i++)
		bytes += sc->guest.dimms[i].size_bytes;
	return bytes;
}

/* spapr_setup_hpt(): for maxmem when the guest may not resize it. */
static unsigned first_hpt_shift(const struct scenario *sc)
{
	if (sc->hypervisor.hpt_shift)
		return sc->hypervisor.hpt_shift;
	if (sc->hypervisor.resize_hpt == RESIZE_HPT_DISABLED)
		return hv_hpt_shift_for_ramsize(sc->guest.max_memory_bytes);
	return hv_hpt_shift_for_ramsize(boot_bytes(sc));
}

static enum sim_status plug_boot_dimms(struct machine *m)
{
	for (size_t i = 0; i < m->sc->guest.dimm_count; i++) {
		const struct dimm_spec *dimm = &m->sc->guest.dimms[i];
		uint32_t unused;
		enum drc_status rc = drc_plug(&m->drcs, dimm, true, &unused);

		if (rc == DRC_ENOMEM)
			return out_of_memory(m);
		if (rc)
			return fail(m, SIM_EBOOT, "DIMM %s at boot does not fit below max_memory",
				    dimm->id);
	}
	return SIM_OK;
}

/* Each range of memory at boot, ascending: boot memory, then runs of DIMM LMBs. */
static int for_each_boot_range(struct machine *m, int (*fn)(struct guest *, uint64_t, uint64_t))
{
	const struct drc_table *t = &m->drcs;
	int rc = fn(&m->guest, 0, m->sc->guest.memory_bytes);

	for (uint64_t i = t->first; i < t->lmb_count && !rc; i++) {
		uint64_t start = i;

		while (i < t->lmb_count && t->drcs[i].dimm != DIMM_NONE)
			i++;
		if (i > start)
			rc = fn(&m->guest, start * t->lmb_bytes, (i - start) * t->lmb_bytes);
	}
	return rc;
}

/* kvmppc_map_vrma(): the host maps the first memory slot before the guest runs. */
static enum hpt_status map_vrma(struct machine *m)
{
	uint64_t bytes = m->sc->guest.memory_bytes < SZ_1T ? m->sc->guest.memory_bytes : SZ_1T;
	uint64_t pages = bytes >> m->guest.mmu.shift[MMU_VRMA];
	uint64_t ptegs = UINT64_C(1) << (hpt_shift(m->hv.hpt) - PTEG_SHIFT);

	return hpt_bolt_exact(m->hv.hpt, MMU_VRMA, 0, pages < ptegs ? pages : ptegs, VRMA_SLOT);
}

/* What the guest used while it booted is VALID (KVM HV). */
static enum hpt_status touch_boot(struct machine *m)
{
	uint64_t bytes = m->sc->guest.touched_bytes, faults;
	enum hpt_status rc;

	rc = hpt_touch(m->hv.hpt, MMU_LINEAR, 0, bytes >> m->guest.mmu.shift[MMU_LINEAR], &faults);
	if (rc)
		return rc;
	return hpt_touch(m->hv.hpt, MMU_VRMA, 0, bytes >> m->guest.mmu.shift[MMU_VRMA], &faults);
}

static enum sim_status boot_guest(struct machine *m)
{
	bool kvm = m->hv.kind == HV_KVM_HV;
	int rc;

	if (kvm && map_vrma(m))
		return out_of_memory(m);
	rc = for_each_boot_range(m, guest_boot_memory);
	if (!rc)
		rc = for_each_boot_range(m, guest_boot_vmemmap);
	if (m->guest.failed || (kvm && touch_boot(m)))
		return out_of_memory(m);
	if (rc)
		return fail(m, SIM_EBOOT,
			    "the guest cannot boot: an HPT of shift %u has no room for its bolted entries",
			    m->hpt_shift_start);
	return SIM_OK;
}

static void init_guest(struct machine *m, const struct policy *policy,
		       const struct sim_sink *sink)
{
	m->guest = (struct guest){
		.sc = m->sc, .policy = policy, .cost = &m->sc->costs, .sink = sink,
		.engine = m->engine, .hv = &m->hv, .drcs = &m->drcs,
		.ppc64_pft_size = m->hpt_shift_start,
		.device_hotplug_lock = { .name = "device_hotplug_lock" },
		.policy_state.hpt_resize_down_lock = { .name = "hpt_resize_down_lock" },
	};
	mmu_init(&m->guest.mmu, &m->sc->guest, &m->sc->hypervisor, boot_bytes(m->sc));
}

enum sim_status machine_boot(struct machine *m, const struct scenario *sc,
			     const struct policy *policy, uint64_t seed,
			     const struct sim_sink *sink, struct sim_error *error)
{
	struct hpt_config config;
	uint64_t mapped, vmemmap_pages;
	enum sim_status status;

	*error = (struct sim_error){ 0 };
	*m = (struct machine){ .sc = sc, .error = error, .hpt_shift_start = first_hpt_shift(sc) };
	m->engine = engine_new();
	if (!m->engine || drc_table_init(&m->drcs, &sc->guest))
		return out_of_memory(m);
	status = plug_boot_dimms(m);
	if (status)
		return status;

	m->hv = (struct hv){
		.kind = sc->hypervisor.kind, .resize_hpt = sc->hypervisor.resize_hpt,
		.cost = &sc->costs, .engine = m->engine,
		.ram_bytes = sc->guest.memory_bytes + m->drcs.plugged_bytes,
		.host_bytes = hv_table_bytes(sc->hypervisor.kind, m->hpt_shift_start),
	};
	m->hv.host_peak_bytes = m->hv.host_bytes;
	init_guest(m, policy, sink);

	mapped = m->drcs.lmb_count * m->drcs.lmb_bytes;
	config = (struct hpt_config){
		.shift = m->hpt_shift_start, .max_bytes = mapped,
		.secondary_fallback = sc->guest.kernel >= KERNEL_SECONDARY_FALLBACK,
		.tracks_valid = sc->hypervisor.kind == HV_KVM_HV,
	};
	vmemmap_pages = mapped / mmu_vmemmap_page_covers(&m->guest.mmu) + 1;
	m->guest.vmemmap_sections = calloc(vmemmap_pages, sizeof(*m->guest.vmemmap_sections));
	if (!m->guest.vmemmap_sections || !drmem_init(&m->guest.drmem_info, &m->drcs) ||
	    hpt_new(&m->hv.hpt, &m->guest.mmu, &config))
		return out_of_memory(m);
	m->guest.hpt = m->hv.hpt;
	return boot_guest(m);
}

/* "pseries hotplug workqueue": hotplug events of the hypervisor, one at a time. */
static void hotplug_worker(void *arg)
{
	struct machine *m = arg;

	for (;;) {
		engine_block(m->engine);
		task_set_data(m->worker, m->work_request);
		guest_spend(&m->guest, PHASE_EVENT, m->guest.cost->hotplug_event_ns);
		m->work_rc = dlpar_memory(&m->guest, m->work);
		task_set_data(m->worker, NULL);
		engine_wake(m->engine, m->waiting);
	}
}

/* queue_hotplug_event(), and wait until the guest has handled it. */
static int hotplug_event(struct machine *m, enum dlpar_action action, uint32_t dimm,
			 struct request *rq)
{
	const struct dimm *d = &m->drcs.dimms[dimm];
	struct dlpar_request work = {
		.action = action, .by = LMB_BY_INDEXED_COUNT,
		.count = (uint32_t)(d->size_bytes / m->drcs.lmb_bytes),
		.drc_index = drc_index_of(d->base_bytes / m->drcs.lmb_bytes),
	};

	m->work = &work;
	m->work_request = rq;
	m->waiting = engine_current(m->engine);
	engine_wake(m->engine, m->worker);
	engine_block(m->engine);
	return m->work_rc;
}

static void update_ram(struct machine *m)
{
	m->hv.ram_bytes = m->sc->guest.memory_bytes + m->drcs.plugged_bytes;
}

static int do_plug(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	uint32_t dimm;

	switch (drc_plug(&m->drcs, &ev->dimm, false, &dimm)) {
	case DRC_OK:
		break;
	case DRC_EEXIST:
		return -EEXIST;		/* an earlier unplug of it is still pending */
	case DRC_ENOSPACE:
		fail(m, SIM_EEVENT, "no gap below max_memory is large enough for DIMM %s",
		     ev->dimm.id);
		guest_halt(&m->guest);
		return -ENOSPC;
	default:
		out_of_memory(m);
		guest_halt(&m->guest);
		return -ENOMEM;
	}
	update_ram(m);
	if (!ev->notify)
		return 0;
	return hotplug_event(m, PSERIES_HP_ELOG_ACTION_ADD, dimm, rq);
}

static int do_unplug(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	uint32_t dimm;
	int rc;

	switch (drc_unplug_request(&m->drcs, ev->dimm.id, &dimm)) {
	case DRC_OK:
		break;
	case DRC_EBUSY:
		return -EBUSY;
	default:
		return -ENODEV;
	}
	update_ram(m);
	rc = hotplug_event(m, PSERIES_HP_ELOG_ACTION_REMOVE, dimm, rq);
	update_ram(m);
	return rc;
}

static int do_event(struct machine *m, const struct event_spec *ev, struct request *rq)
{
	struct dlpar_request work = {
		.by = ev->by, .count = ev->count, .drc_index = ev->drc_index,
	};

	switch (ev->kind) {
	case EVENT_PLUG:
		return do_plug(m, ev, rq);
	case EVENT_UNPLUG:
		return do_unplug(m, ev, rq);
	case EVENT_ADD:
		work.action = PSERIES_HP_ELOG_ACTION_ADD;
		return dlpar_memory(&m->guest, &work);
	case EVENT_REMOVE:
		work.action = PSERIES_HP_ELOG_ACTION_REMOVE;
		return dlpar_memory(&m->guest, &work);
	case EVENT_HPT_ORDER:
		return hpt_order_set(&m->guest, ev->hpt_shift);
	case EVENT_WAIT:
		guest_spend(&m->guest, PHASE_IDLE, ev->wait_ns);
		return 0;
	}
	return -EINVAL;
}

static uint64_t lmbs_requested(const struct machine *m, const struct event_spec *ev)
{
	switch (ev->kind) {
	case EVENT_PLUG:
		return ev->dimm.size_bytes / m->drcs.lmb_bytes;
	case EVENT_UNPLUG:
		for (uint32_t i = m->drcs.dimm_count; i-- > 0; )
			if (!strcmp(m->drcs.dimms[i].id, ev->dimm.id))
				return m->drcs.dimms[i].size_bytes / m->drcs.lmb_bytes;
		return 0;
	case EVENT_ADD:
	case EVENT_REMOVE:
		return ev->by == LMB_BY_INDEX ? 1 : ev->count;
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
		.seq = rq->seq, .kind = rq->kind, .start_ns = rq->start_ns,
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
		.lmbs_done = (uint64_t)llabs(rq->lmbs_delta), .err = rc,
		.memory_bytes = m->guest.memblock_phys_mem_size,
	};

	memcpy(end.phase_ns, rq->phase_ns, sizeof(end.phase_ns));
	if (sink && sink->request_end)
		sink->request_end(sink->ctx, &end);
}

/* Whoever acts on the machine: the operator at the monitor, and in the guest's shell. */
static void operator(void *arg)
{
	struct machine *m = arg;

	for (size_t i = 0; i < m->sc->event_count; i++) {
		const struct event_spec *ev = &m->sc->events[i];
		struct request rq;
		int rc;

		m->error->event = i;
		begin_request(m, ev, &rq);
		task_set_data(engine_current(m->engine), &rq);
		rc = do_event(m, ev, &rq);
		task_set_data(engine_current(m->engine), NULL);
		end_request(m, &rq, rc);
	}
	m->finished = true;
}

enum sim_status machine_run(struct machine *m)
{
	m->worker = engine_spawn(m->engine, "pseries hotplug workqueue", TASK_GUEST,
				 hotplug_worker, m);
	if (!m->worker || !engine_spawn(m->engine, "operator", TASK_GUEST, operator, m))
		return out_of_memory(m);
	engine_run(m->engine);
	if (m->finished)
		return SIM_OK;
	if (m->hv.aborted)
		return fail(m, SIM_EHVABORT,
			    "the hypervisor aborts: a bolted entry in its secondary PTEG meets rehash_hpte()");
	/* whoever stopped the run has said why, or memory ran out somewhere below */
	return out_of_memory(m);
}

void machine_fini(struct machine *m)
{
	engine_free(m->engine);
	hv_fini(&m->hv);
	hpt_free(m->hv.hpt);
	drmem_fini(&m->guest.drmem_info);
	drc_table_fini(&m->drcs);
	free(m->guest.vmemmap_sections);
}
