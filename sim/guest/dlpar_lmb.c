/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/dlpar_lmb.h"

#include <errno.h>

#include "sim/guest/free_pages.h"
#include "sim/guest/memory_zone.h"
#include "sim/kernel_changes.h"
#include "sim/units.h"

/* A child node with three properties, its end, and the final answer. */
#define CONFIGURE_CONNECTOR_CALLS	6

static void rtas(struct guest *g, unsigned calls)
{
	guest_spend(g, PHASE_RTAS, g->cost->rtas_call_ns * calls);
}

int rtas_error_rc(enum rtas_rc rc)
{
	switch ((int)rc) {
	case RTAS_OUT_SUCCESS:
		return 0;
	case RTAS_OUT_HW_ERROR:
		return -EIO;
	case RTAS_OUT_PARAM_ERROR:
		return -EINVAL;
	default:
		return -ERANGE;
	}
}

enum drc_sense dlpar_get_sensor(struct guest *g, uint64_t lmb, enum rtas_rc *rc)
{
	rtas(g, 1);
	return drc_entity_sense(g->drcs, lmb, rc);
}

enum rtas_rc dlpar_set_allocation_state(struct guest *g, uint64_t lmb, bool usable)
{
	rtas(g, 1);
	return usable ? drc_set_usable(g->drcs, lmb) : drc_set_unusable(g->drcs, lmb);
}

enum rtas_rc dlpar_set_isolation_state(struct guest *g, uint64_t lmb, bool isolate)
{
	rtas(g, 1);
	return isolate ? drc_isolate(g->drcs, lmb) : drc_unisolate(g->drcs, lmb);
}

int dlpar_acquire_drc(struct guest *g, uint64_t lmb)
{
	enum rtas_rc rc;
	enum drc_sense dr_status = dlpar_get_sensor(g, lmb, &rc);

	if (rc || dr_status != DRC_SENSE_UNUSABLE)
		return -1;

	rc = dlpar_set_allocation_state(g, lmb, true);
	if (rc)
		return rtas_error_rc(rc);

	rc = dlpar_set_isolation_state(g, lmb, false);
	if (rc)
		dlpar_set_allocation_state(g, lmb, false);
	return rtas_error_rc(rc);
}

int dlpar_release_drc(struct guest *g, uint64_t lmb)
{
	enum rtas_rc rc;
	enum drc_sense dr_status = dlpar_get_sensor(g, lmb, &rc);

	if (rc || dr_status != DRC_SENSE_PRESENT)
		return -1;

	rc = dlpar_set_isolation_state(g, lmb, true);
	if (rc)
		return rtas_error_rc(rc);

	rc = dlpar_set_allocation_state(g, lmb, false);
	if (rc)
		dlpar_set_isolation_state(g, lmb, false);
	return rtas_error_rc(rc);
}

int dlpar_unisolate_drc(struct guest *g, uint64_t lmb)
{
	enum rtas_rc rc;
	enum drc_sense dr_status = dlpar_get_sensor(g, lmb, &rc);

	if (rc || dr_status != DRC_SENSE_PRESENT)
		return -1;
	dlpar_set_isolation_state(g, lmb, false);
	return 0;
}

void dlpar_search_lmbs(struct guest *g, uint64_t passed)
{
	guest_spend_on(g, PHASE_LMB, "search for an LMB", cost_per_unit_ps(passed, g->cost->lmb_walk_ps));
}

void dlpar_search_nid(struct guest *g, uint64_t lmb, bool add)
{
	/* one that comes is skipped, since it is not ASSIGNED yet, and so none is found */
	if (add && !kernel_has(g->sc->guest.kernel, KERNEL_NID_SINGLE))
		dlpar_search_lmbs(g, g->drmem_info.n_lmbs);
	if (!add && !kernel_has(g->sc->guest.kernel, KERNEL_LMB_NID_KEPT))
		dlpar_search_lmbs(g, lmb + 1);
}

int dlpar_configure_connector(struct guest *g, uint64_t lmb)
{
	rtas(g, CONFIGURE_CONNECTOR_CALLS);
	return drc_configure_connector(g->drcs, lmb);
}

int dlpar_add_memory(struct guest *g, uint64_t lmb)
{
	uint64_t block_sz = g->drmem_info.lmb_size;

	if (fault_fires(g->faults, FAULT_ADD_LMB, drc_index_of(lmb)))
		return -ENOMEM;
	return guest_add_memory(g, lmb * block_sz, block_sz);
}

int dlpar_device_online(struct guest *g, uint64_t lmb)
{
	guest_spend(g, PHASE_ONLINE, g->cost->online_lmb_ns);
	if (fault_fires(g->faults, FAULT_ONLINE_LMB, drc_index_of(lmb)))
		return -EINVAL;
	memory_zone_online(g, lmb * g->drmem_info.lmb_size, g->drmem_info.lmb_size);
	return 0;
}

int dlpar_device_offline(struct guest *g, uint64_t lmb)
{
	guest_spend(g, PHASE_OFFLINE, g->cost->offline_lmb_ns);
	if (fault_fires(g->faults, FAULT_OFFLINE_LMB, drc_index_of(lmb)))
		return -EBUSY;
	memory_zone_offline(g, lmb * g->drmem_info.lmb_size, g->drmem_info.lmb_size);
	return 0;
}

void dlpar_report_lmb(struct guest *g, uint64_t lmb, bool added)
{
	struct request *rq = guest_request(g);
	struct sim_lmb ev = {
		.request_seq = rq->seq, .drc_index = drc_index_of(lmb), .added = added,
		.at_ns = engine_now(g->engine), .memory_bytes = g->memblock_phys_mem_size,
	};

	rq->lmbs_delta += added ? 1 : -1;
	wish_lmb(&g->wish, lmb, added);
	if (g->sink && g->sink->lmb)
		g->sink->lmb(g->sink->ctx, &ev);
	if (g->check)
		g->check(g);
}

static int __dlpar_add_lmb(struct guest *g, uint64_t i)
{
	struct drmem_lmb *lmb = &g->drmem_info.lmbs[i];
	uint64_t block_sz = g->drmem_info.lmb_size;
	int rc;

	if (lmb->flags & DRCONF_MEM_ASSIGNED)
		return -EINVAL;

	/* update_lmb_associativity_index() */
	if (dlpar_configure_connector(g, i)) {
		dlpar_release_drc(g, i);
		return -EINVAL;
	}
	dlpar_search_nid(g, i, true);

	rc = dlpar_add_memory(g, i);
	if (rc)
		return rc;

	rc = dlpar_device_online(g, i);
	if (rc) {
		guest_remove_memory(g, i * block_sz, block_sz);
		return rc;
	}
	free_pages_onlined(g, i * block_sz, block_sz);
	lmb->flags |= DRCONF_MEM_ASSIGNED;
	dlpar_report_lmb(g, i, true);
	return 0;
}

static int __dlpar_remove_lmb(struct guest *g, uint64_t i)
{
	struct drmem_lmb *lmb = &g->drmem_info.lmbs[i];
	uint64_t block_sz = g->drmem_info.lmb_size;
	int rc;

	if (!lmb_is_removable(lmb))
		return -EINVAL;

	dlpar_search_nid(g, i, false);
	rc = dlpar_device_offline(g, i);
	if (rc)
		return rc;
	guest_remove_memory(g, i * block_sz, block_sz);

	lmb->flags &= ~DRCONF_MEM_ASSIGNED;
	dlpar_report_lmb(g, i, false);
	return 0;
}

/* Where a patch puts code around a single LMB. */
int dlpar_add_lmb(struct guest *g, uint64_t i)
{
	int rc;

	guest_lmb_start(g, i, true);
	if (g->policy->lmb_begin)
		g->policy->lmb_begin(g, g->memblock_phys_mem_size + g->drmem_info.lmb_size);
	rc = __dlpar_add_lmb(g, i);
	if (g->policy->lmb_end)
		g->policy->lmb_end(g);
	guest_lmb_end(g, i, true, rc);
	return rc;
}

int dlpar_remove_lmb(struct guest *g, uint64_t i)
{
	int rc;

	guest_lmb_start(g, i, false);
	if (g->policy->lmb_begin)
		g->policy->lmb_begin(g, g->memblock_phys_mem_size - g->drmem_info.lmb_size);
	rc = __dlpar_remove_lmb(g, i);
	if (g->policy->lmb_end)
		g->policy->lmb_end(g);
	guest_lmb_end(g, i, false, rc);
	return rc;
}
