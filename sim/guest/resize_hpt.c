/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's resize driver: arch/powerpc/platforms/pseries/lpar.c. */
#include "sim/guest/resize_hpt.h"

#include <errno.h>
#include <inttypes.h>

#include "base/random.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

#define HPT_RESIZE_TIMEOUT_NS	(10000 * NSEC_PER_MSEC)	/* of sleep asked for */

bool mmu_hash_ops_resize_hpt(const struct guest *g)
{
	return hv_resizes(&g->sc->hypervisor);
}

unsigned htab_shift_for_mem_size(const struct guest *g, uint64_t mem_bytes)
{
	return mmu_htab_shift_for_mem_size(&g->mmu, mem_bytes);
}

static struct sim_mapping mapping_of(const struct guest *g, const struct hpt_entry *e)
{
	return (struct sim_mapping){
		.region = mmu_region_name(e->region),
		.ea = mmu_page_ea(&g->mmu, e->region, e->page),
		.pteg = e->pteg,
	};
}

static struct resize_attempt *attempt_of(const struct guest *g)
{
	const struct request *rq = guest_request(g);

	return rq ? rq->attempt : NULL;
}

enum hcall_rc plpar_resize_hpt_prepare(struct guest *g, uint64_t flags, uint64_t shift)
{
	struct resize_attempt *a = attempt_of(g);
	enum hcall_rc rc;

	guest_spend_on(g, PHASE_PREPARE, "H_RESIZE_HPT_PREPARE", g->cost->hcall_ns);
	rc = h_resize_hpt_prepare(g->hv, flags, shift);
	if (a && shift == (uint64_t)a->ev.to_shift) {	/* else it cancels */
		a->ev.prepare_rc = hcall_rc_name(rc);
		a->ev.prepare_busy_count += hcall_is_long_busy(rc);
	}
	return rc;
}

void resize_msleep(struct guest *g, int64_t ns)
{
	int64_t jitter = g->sc->guest.jitter_ns;

	if (jitter)
		ns += (int64_t)(random_next(&g->random) % (uint64_t)jitter);
	guest_spend_on(g, PHASE_PREPARE, "msleep", ns + g->cost->msleep_slack_ns);
}

/* Poll PREPARE until it answers. */
static int resize_prepare(struct guest *g, uint64_t shift)
{
	int64_t total_delay = 0;
	enum hcall_rc rc = plpar_resize_hpt_prepare(g, 0, shift);

	while (hcall_is_long_busy(rc)) {
		int64_t delay = hcall_longbusy_ns(rc);

		total_delay += delay;
		if (total_delay > HPT_RESIZE_TIMEOUT_NS) {
			/* order 0: whatever is being prepared is not wanted any more */
			plpar_resize_hpt_prepare(g, 0, 0);
			return -ETIMEDOUT;
		}
		resize_msleep(g, delay);
		rc = plpar_resize_hpt_prepare(g, 0, shift);
	}
	switch (rc) {
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

enum hcall_rc plpar_resize_hpt_commit(struct guest *g, uint64_t flags, uint64_t shift)
{
	struct resize_attempt *a = attempt_of(g);
	const struct hpt_rehash *rehash = &g->hv->rehash;
	int64_t work_ns;
	enum hcall_rc rc;

	g->hv->rehash = (struct hpt_rehash){ 0 };
	if (g->observer && g->observer->before_commit && g->hv->hpt)
		g->observer->before_commit(g->observer->ctx, g->hv->hpt, (unsigned)shift);
	rc = h_resize_hpt_commit(g->hv, flags, shift, &work_ns);
	guest_spend_on(g, PHASE_COMMIT, "H_RESIZE_HPT_COMMIT", g->cost->hcall_ns + work_ns);
	if (rc == H_SUCCESS)
		workload_dropped(g, rehash->hptes_dropped);
	if (!a)
		return rc;
	a->ev.commit_rc = hcall_rc_name(rc);
	a->ev.slots_scanned = rehash->slots_scanned;
	a->ev.hptes_moved = rehash->hptes_moved;
	a->ev.hptes_unmapped = rehash->hptes_unmapped;
	if (rc == H_PTEG_FULL) {
		a->ev.collided = mapping_of(g, &rehash->collided);
		if (rehash->occupant_known)
			a->ev.occupant = mapping_of(g, &rehash->occupant);
		a->ev.collision_slot = rehash->collided.slot;
		a->ev.collision_entries = rehash->slot_entries;
	}
	return rc;
}

void guest_set_pft_size(struct guest *g, unsigned shift)
{
	g->ppc64_pft_size = shift;
	guest_gauge(g, GAUGE_HPT_SHIFT, shift);
}

static void end_of_prepare(struct guest *g, struct resize_attempt *a)
{
	a->ev.prepare_ns = engine_now(g->engine) - a->ev.start_ns;
	a->ev.host_bytes = g->hv->host_bytes;
	a->ev.fresh_bytes = g->hv->fresh_bytes;
	a->stopped = true;
}

int guest_stop_machine(struct guest *g, bool cpuslocked, int (*fn)(void *data), void *data)
{
	struct resize_attempt *a = attempt_of(g);
	int64_t start = engine_now(g->engine), stall;
	int rc;

	if (a && !a->stopped)
		end_of_prepare(g, a);
	/* asserted by the kernel where lock proving is on */
	if (cpuslocked && !guest_cpus_held(g))
		guest_finding(g, FINDING_NO_CPUS_LOCK, "%s resizes without cpus_read_lock()",
			      a ? a->ev.why : "stop_machine_cpuslocked()");
	engine_stop_machine(g->engine);
	guest_spend_on(g, PHASE_COMMIT, "rendezvous", g->cost->stop_machine_ns +
		       g->cost->stop_machine_cpu_ns * (g->sc->guest.vcpu_count - 1));
	workload_catch_up(g);
	rc = fn(data);
	engine_start_machine(g->engine);

	stall = engine_now(g->engine) - start;
	if (a)
		a->ev.commit_ns += stall;
	g->stall_total_ns += stall;
	if (stall > g->stall_max_ns)
		g->stall_max_ns = stall;
	return rc;
}

struct commit {
	struct guest *g;
	uint64_t shift;
	enum hcall_rc commit_rc;
};

static int pseries_lpar_resize_hpt_commit(void *data)
{
	struct commit *state = data;

	state->commit_rc = plpar_resize_hpt_commit(state->g, 0, state->shift);
	if (state->commit_rc == H_SUCCESS)
		guest_set_pft_size(state->g, (unsigned)state->shift);
	return 0;
}

static int resize_commit(struct guest *g, uint64_t shift)
{
	struct commit state = { .g = g, .shift = shift };

	guest_stop_machine(g, kernel_has(g->sc->guest.kernel, KERNEL_CPUSLOCKED), pseries_lpar_resize_hpt_commit,
			   &state);
	switch (state.commit_rc) {
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

void resize_begin(struct guest *g, struct resize_attempt *a, int64_t shift, uint64_t mem_bytes,
		  const char *why)
{
	struct request *rq = guest_request(g);

	*a = (struct resize_attempt){
		.ev = {
			.why = why, .start_ns = engine_now(g->engine), .mem_bytes = mem_bytes,
			.memory_bytes = g->memblock_phys_mem_size, .ram_bytes = drc_ram_bytes(g->drcs),
			.from_shift = g->ppc64_pft_size, .to_shift = shift,
			.request_seq = rq ? rq->seq : 0, .origin = rq ? rq->origin : ORIGIN_REQUEST,
		},
		.first = !g->resizing,
	};
	if (rq) {
		a->outer = rq->attempt;
		rq->attempt = a;
	}
	g->hv->fresh_bytes = 0;
	report_start(g, &a->ev);
	if (g->resizing)
		guest_finding(g, FINDING_INTERFERENCE,
			      "%s asks for shift %" PRId64 " while a resize to %" PRId64 " of %s is under way: each PREPARE "
			      "cancels the other's, until one task polls twice in a row, after 0.1 s or later, "
			      "or both give up after 101 answers and 10 s of sleep",
			      why, shift, g->resizing_shift, g->resizing);
	if (a->first) {
		g->resizing = why;
		g->resizing_shift = shift;
	}
}

void resize_end(struct guest *g, struct resize_attempt *a, int err)
{
	struct request *rq = guest_request(g);

	if (!a->stopped)
		end_of_prepare(g, a);
	if (!a->ev.prepare_rc)
		a->ev.prepare_rc = "H_?";	/* a text that never asked */
	a->ev.err = err;
	if (a->first)
		g->resizing = NULL;
	if (rq)
		rq->attempt = a->outer;
	report(g, &a->ev);
	if (g->hv->aborted || g->hv->failed || g->failed)
		guest_halt(g);
	if (a->ev.commit_rc)
		refault_working_set(g);
}

int pseries_lpar_resize_hpt(struct guest *g, int64_t shift, uint64_t mem_bytes,
			    const char *why)
{
	struct resize_attempt a;
	int rc;

	if (!mmu_hash_ops_resize_hpt(g))
		return -ENODEV;
	resize_begin(g, &a, shift, mem_bytes, why);
	rc = resize_prepare(g, (uint64_t)shift);
	if (!rc)
		rc = resize_commit(g, (uint64_t)shift);
	resize_end(g, &a, rc);
	return rc;
}

int hpt_order_set(struct guest *g, int64_t order)
{
	struct request *rq = guest_request(g);
	int rc;

	if (order < 0 && kernel_has(g->sc->guest.kernel, KERNEL_KSTRTOULL))
		return -EINVAL;
	if (rq)
		rq->origin = ORIGIN_HPT_ORDER;
	if (g->policy->text)
		return g->policy->text->hpt_order_set(g, (uint64_t)order);
	guest_cpus_read_lock(g);
	rc = pseries_lpar_resize_hpt(g, order, g->memblock_phys_mem_size, "hpt_order_set");
	guest_cpus_read_unlock(g);
	return rc;
}
