/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/sim.h"

#include <string.h>

#include "sim/hypervisor/census.h"
#include "sim/machine/machine.h"
#include "sim/machine/machine_boot.h"

static void report_start(struct machine *m)
{
	const struct guest *g = &m->guest;
	struct sim_run_start ev = {
		.policy = g->policy->name, .hpt_shift = m->hpt_shift_start,
		.memory_bytes = g->memblock_phys_mem_size,
		.bolted_count = hpt_bolted_count(m->hv.hpt), .host_bytes = m->hv.host_bytes,
	};

	m->memory_start_bytes = ev.memory_bytes;
	m->bolted_start = ev.bolted_count;
	if (g->sink && g->sink->run_start)
		g->sink->run_start(g->sink->ctx, &ev);
}

static void report_end(const struct machine *m)
{
	const struct guest *g = &m->guest;
	struct sim_run_end ev = {
		.total_ns = engine_now(m->engine),
		.resize_attempts = g->resize_attempts, .resize_failures = g->resize_failures,
		.stall_max_ns = g->stall_max_ns, .stall_total_ns = g->stall_total_ns,
		.prepare_ns = g->phase_ns[PHASE_PREPARE], .commit_ns = g->phase_ns[PHASE_COMMIT],
		.hpt_shift_start = m->hpt_shift_start, .hpt_shift_end = g->ppc64_pft_size,
		.memory_start_bytes = m->memory_start_bytes, .memory_end_bytes = g->memblock_phys_mem_size,
		.bolted_start = m->bolted_start, .bolted_end = hpt_bolted_count(m->hv.hpt),
		.host_peak_bytes = m->hv.host_peak_bytes,
		.engine_events = engine_event_count(m->engine),
		.findings = g->findings,
		.failed_requests = m->failed_requests,
		.memory_wanted_bytes = g->wish.bytes,
		.workload_dropped = g->workload.dropped_count,
		.workload_faults = g->workload.fault_count,
		.workload_evicted = g->workload.evicted_before + hpt_evicted_count(m->hv.hpt),
		.workload_fault_ns = g->workload.fault_ns,
	};

	memcpy(ev.phase_ns, g->phase_ns, sizeof(ev.phase_ns));
	if (g->sink && g->sink->run_end)
		g->sink->run_end(g->sink->ctx, &ev);
}

enum sim_status sim_run(const struct scenario *sc, const struct policy *policy,
			const struct sim_options *options, const struct sim_sink *sink, struct sim_error *error)
{
	struct machine m;
	enum sim_status status = machine_boot(&m, sc, policy, options, sink, error);

	if (!status) {
		report_start(&m);
		machine_report_boot(&m);
		status = machine_run(&m);
	}
	if (!status)
		report_end(&m);
	machine_fini(&m);
	return status;
}

struct dump {
	const struct mmu *mmu;
	void (*hpte)(void *ctx, const struct sim_hpte *h);
	void (*run)(void *ctx, const struct sim_hpte_run *r);
	void *ctx;
};

static void dump_entry(void *ctx, const struct hpt_entry *e)
{
	const struct dump *d = ctx;
	struct sim_hpte h = {
		.pteg = e->pteg, .slot = e->slot, .region = mmu_region_name(e->region),
		.ea = mmu_page_ea(d->mmu, e->region, e->page),
		.base_shift = d->mmu->shift[e->region],
	};

	d->hpte(d->ctx, &h);
}

static void dump_run(void *ctx, const struct hpt_run *r)
{
	const struct dump *d = ctx;
	struct sim_hpte_run run = {
		.region = mmu_region_name(r->region), .base_shift = d->mmu->shift[r->region],
		.secondary = r->secondary, .slot = r->slot,
		.ea = mmu_page_ea(d->mmu, r->region, r->first), .page_count = r->page_count,
	};

	d->run(d->ctx, &run);
}

enum sim_status sim_dump(const struct scenario *sc, const struct policy *policy,
			 const struct sim_options *options, enum sim_when when,
			 void (*hpte)(void *ctx, const struct sim_hpte *h),
			 void (*run)(void *ctx, const struct sim_hpte_run *r),
			 void *ctx, struct sim_error *error)
{
	struct machine m;
	enum sim_status status = machine_boot(&m, sc, policy, options, NULL, error);
	struct dump d = { .mmu = &m.guest.mmu, .hpte = hpte, .run = run, .ctx = ctx };

	if (!status && when == SIM_AT_END)
		status = machine_run(&m);
	if (!status && hpte && hpt_for_each(m.hv.hpt, dump_entry, &d)) {
		status = SIM_ENOMEM;
		*error = (struct sim_error){ .status = status, .message = "out of memory" };
	}
	if (!status && run)
		hpt_for_each_run(m.hv.hpt, dump_run, &d);
	machine_fini(&m);
	return status;
}

enum sim_status sim_ask(const struct scenario *sc, const struct policy *policy,
			const struct sim_options *options, struct sim_answer *answer, struct sim_error *error)
{
	struct machine m;
	enum sim_status status = machine_boot(&m, sc, policy, options, NULL, error);
	struct hpt_census census;
	enum hpt_status rc;

	*answer = (struct sim_answer){ 0 };
	if (!status) {
		answer->wish_shift = mmu_htab_shift_for_mem_size(&m.guest.mmu, m.guest.memblock_phys_mem_size);
		answer->bolted_count = hpt_bolted_count(m.hv.hpt);
		rc = hpt_census(m.hv.hpt, answer->wish_shift, &census);
		answer->collision_count = census.total;
		if (rc == HPT_ENOMEM)
			status = machine_fail(&m, SIM_ENOMEM, "out of memory");
		else if (rc)
			status = machine_fail(&m, SIM_EHVABORT, "an entry sits in its secondary PTEG");
	}
	machine_fini(&m);
	return status;
}
