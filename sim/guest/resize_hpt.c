/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's resize driver: arch/powerpc/platforms/pseries/lpar.c. */
#include <errno.h>

#include "sim/guest/guest.h"
#include "sim/units.h"

/* Before, stop_machine() took the lock by itself (domain/resize-hcalls.md section 2). */
#define KERNEL_CPUSLOCKED	KERNEL_VERSION(5, 4)

#define HPT_RESIZE_TIMEOUT_NS	(10000 * NSEC_PER_MSEC)	/* of sleep asked for */

bool mmu_hash_ops_resize_hpt(const struct guest *g)
{
	return g->sc->hypervisor.resize_hpt != RESIZE_HPT_DISABLED;
}

unsigned htab_shift_for_mem_size(const struct guest *g, uint64_t mem_bytes)
{
	return mmu_htab_shift_for_mem_size(&g->mmu, mem_bytes);
}

static enum hcall_rc plpar_resize_hpt_prepare(struct guest *g, uint64_t flags, uint64_t shift)
{
	guest_spend_on(g, PHASE_PREPARE, "H_RESIZE_HPT_PREPARE", g->cost->hcall_ns);
	return h_resize_hpt_prepare(g->hv, flags, shift);
}

static void msleep(struct guest *g, int64_t ns)
{
	guest_spend_on(g, PHASE_PREPARE, "msleep", ns + g->cost->msleep_slack_ns);
}

/* Poll PREPARE until it answers; @busy counts its "long busy" answers. */
static int resize_prepare(struct guest *g, unsigned shift, enum hcall_rc *rc, unsigned *busy)
{
	int64_t total_delay = 0;

	*rc = plpar_resize_hpt_prepare(g, 0, shift);
	while (hcall_is_long_busy(*rc)) {
		int64_t delay = hcall_longbusy_ns(*rc);

		++*busy;
		total_delay += delay;
		if (total_delay > HPT_RESIZE_TIMEOUT_NS) {
			/* prepare with shift==0 cancels an in-progress resize */
			plpar_resize_hpt_prepare(g, 0, 0);
			return -ETIMEDOUT;
		}
		msleep(g, delay);
		*rc = plpar_resize_hpt_prepare(g, 0, shift);
	}
	switch (*rc) {
	case H_SUCCESS:
		return 0;
	case H_PARAMETER:
		return -EINVAL;
	case H_RESOURCE:
		return -EPERM;
	default:
		return -EIO;
	}
}

/* stop_machine(pseries_lpar_resize_hpt_commit): every CPU spins until it is done. */
static int resize_commit(struct guest *g, unsigned shift, enum hcall_rc *rc)
{
	int64_t start = engine_now(g->engine), stall, work_ns;

	engine_stop_machine(g->engine);
	guest_spend_on(g, PHASE_COMMIT, "rendezvous", g->cost->stop_machine_ns +
		       g->cost->stop_machine_cpu_ns * g->sc->guest.vcpu_count);
	workload_catch_up(g);
	if (g->observer && g->observer->before_commit && g->hv->hpt)
		g->observer->before_commit(g->observer->ctx, g->hv->hpt, shift);
	*rc = h_resize_hpt_commit(g->hv, 0, shift, &work_ns);
	guest_spend_on(g, PHASE_COMMIT, "H_RESIZE_HPT_COMMIT", g->cost->hcall_ns + work_ns);
	if (*rc == H_SUCCESS) {
		g->ppc64_pft_size = shift;
		guest_gauge(g, GAUGE_HPT_SHIFT, shift);
		workload_dropped(g, g->hv->rehash.hptes_dropped);
	}
	engine_start_machine(g->engine);

	stall = engine_now(g->engine) - start;
	g->stall_total_ns += stall;
	if (stall > g->stall_max_ns)
		g->stall_max_ns = stall;
	switch (*rc) {
	case H_SUCCESS:
		return 0;
	case H_PTEG_FULL:
		return -ENOSPC;
	default:
		return -EIO;
	}
}

/* KVM HV: what the guest uses all the time faults back in after a COMMIT. */
static void refault_working_set(struct guest *g)
{
	uint64_t bytes = g->sc->guest.working_set_bytes, faults = 0;

	if (g->hpt && hpt_touch(g->hpt, MMU_LINEAR, 0, bytes >> g->mmu.shift[MMU_LINEAR], &faults))
		g->failed = true;
	else
		guest_spend(g, PHASE_REFAULT,
			    cost_per_unit_ps(faults * 1000, g->cost->refault_ns));
}

static struct sim_mapping mapping_of(const struct guest *g, const struct hpt_entry *e)
{
	return (struct sim_mapping){
		.region = mmu_region_name(e->region),
		.ea = mmu_page_ea(&g->mmu, e->region, e->page),
		.pteg = e->pteg,
	};
}

/* What stop_machine_cpuslocked() asserts where lock proving is on. */
static void check_locks(struct guest *g, unsigned shift, const char *why)
{
	if (g->sc->guest.kernel >= KERNEL_CPUSLOCKED && !guest_cpus_held(g))
		guest_finding(g, FINDING_NO_CPUS_LOCK,
			      "%s resizes without cpus_read_lock()", why);
	if (g->resizing)
		guest_finding(g, FINDING_INTERFERENCE,
			      "%s asks for shift %u while a resize to %u of %s is under way",
			      why, shift, g->resizing_shift, g->resizing);
}

static void report_start(struct guest *g, const struct sim_resize *ev)
{
	struct sim_resize_start start = {
		.request_seq = ev->request_seq, .start_ns = ev->start_ns,
		.from_shift = ev->from_shift, .to_shift = ev->to_shift,
	};

	if (g->sink && g->sink->resize_start)
		g->sink->resize_start(g->sink->ctx, &start);
}

static void report(struct guest *g, struct sim_resize *ev)
{
	g->resize_attempts++;
	if (ev->err)
		g->resize_failures++;
	ev->seq = g->resize_attempts;
	if (g->sink && g->sink->resize)
		g->sink->resize(g->sink->ctx, ev);
	if (g->check)
		g->check(g);
}

int pseries_lpar_resize_hpt(struct guest *g, unsigned shift, uint64_t mem_bytes,
			    const char *why)
{
	const struct request *rq = guest_request(g);
	struct sim_resize ev = {
		.why = why, .start_ns = engine_now(g->engine), .mem_bytes = mem_bytes,
		.memory_bytes = g->memblock_phys_mem_size, .ram_bytes = g->hv->ram_bytes,
		.from_shift = g->ppc64_pft_size, .to_shift = shift,
		.request_seq = rq ? rq->seq : 0, .origin = rq ? rq->origin : ORIGIN_REQUEST,
	};
	bool first = !g->resizing;
	enum hcall_rc rc;

	if (!mmu_hash_ops_resize_hpt(g))
		return -ENODEV;

	report_start(g, &ev);
	check_locks(g, shift, why);
	if (first) {
		g->resizing = why;
		g->resizing_shift = shift;
	}
	ev.err = resize_prepare(g, shift, &rc, &ev.prepare_busy_count);
	ev.prepare_ns = engine_now(g->engine) - ev.start_ns;
	ev.prepare_rc = hcall_rc_name(rc);
	ev.host_bytes = g->hv->host_bytes;
	if (!ev.err) {
		const struct hpt_rehash *rehash = &g->hv->rehash;

		g->hv->rehash = (struct hpt_rehash){ 0 };
		ev.err = resize_commit(g, shift, &rc);
		ev.commit_ns = engine_now(g->engine) - ev.start_ns - ev.prepare_ns;
		ev.commit_rc = hcall_rc_name(rc);
		ev.slots_scanned = rehash->slots_scanned;
		ev.hptes_moved = rehash->hptes_moved;
		ev.hptes_unmapped = rehash->hptes_unmapped;
		if (rc == H_PTEG_FULL) {
			ev.collided = mapping_of(g, &rehash->collided);
			if (rehash->occupant_known)
				ev.occupant = mapping_of(g, &rehash->occupant);
			ev.collision_slot = rehash->collided.slot;
		}
	}
	if (first)
		g->resizing = NULL;
	report(g, &ev);
	if (g->hv->aborted || g->hv->failed || g->failed)
		guest_halt(g);
	if (ev.commit_rc)
		refault_working_set(g);
	return ev.err;
}

int hpt_order_set(struct guest *g, unsigned shift)
{
	struct request *rq = guest_request(g);
	int rc;

	if (rq)
		rq->origin = ORIGIN_HPT_ORDER;
	guest_cpus_read_lock(g);
	rc = pseries_lpar_resize_hpt(g, shift, g->memblock_phys_mem_size, "hpt_order_set");
	guest_cpus_read_unlock(g);
	return rc;
}
