/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/kernel_paths.h"

#include <errno.h>

#include "sim/guest/dlpar_lmb.h"
#include "sim/guest/memory_zone.h"
#include "sim/units.h"

/* Where a patch puts code around the LMB loop of a request. */
static struct lmb_batch batch_of(const struct guest *g, enum sim_dlpar_action action, enum lmb_by by,
				 uint64_t lmbs)
{
	uint64_t bytes = lmbs * g->drmem_info.lmb_size, now = g->memblock_phys_mem_size;
	struct lmb_batch batch = { .by = by, .lmb_count = lmbs };

	if (action == PSERIES_HP_ELOG_ACTION_ADD)
		batch.final_bytes = now + bytes;
	else if (bytes < now)
		batch.final_bytes = now - bytes;
	return batch;
}

static struct lmb_batch add_begin(struct guest *g, enum lmb_by by, uint64_t lmbs)
{
	struct lmb_batch batch = batch_of(g, PSERIES_HP_ELOG_ACTION_ADD, by, lmbs);

	if (g->policy->add_begin)
		g->policy->add_begin(g, &batch);
	return batch;
}

static void add_end(struct guest *g, const struct lmb_batch *batch)
{
	if (g->policy->add_end)
		g->policy->add_end(g, batch);
}

static struct lmb_batch remove_begin(struct guest *g, enum lmb_by by, uint64_t lmbs)
{
	struct lmb_batch batch = batch_of(g, PSERIES_HP_ELOG_ACTION_REMOVE, by, lmbs);

	if (g->policy->remove_begin)
		g->policy->remove_begin(g, &batch);
	return batch;
}

static void remove_end(struct guest *g, const struct lmb_batch *batch)
{
	if (g->policy->remove_end)
		g->policy->remove_end(g, batch);
}

/* Take the LMBs of [first, end) that this request added out again. */
static void undo_add(struct guest *g, uint64_t first, uint64_t end)
{
	guest_dlpar_rollback(g);
	if (g->policy->rollback_begin)
		g->policy->rollback_begin(g);
	for (uint64_t i = first; i < end; i++) {
		struct drmem_lmb *lmb = &g->drmem_info.lmbs[i];

		if (!drmem_lmb_reserved(lmb))
			continue;
		if (!dlpar_remove_lmb(g, i))
			dlpar_release_drc(g, i);
		drmem_remove_lmb_reservation(lmb);
	}
	if (g->policy->rollback_end)
		g->policy->rollback_end(g);
}

/* All LMBs of [first, end) that were asked for came. */
static void forget_reservations(struct guest *g, uint64_t first, uint64_t end)
{
	for (uint64_t i = first; i < end; i++) {
		struct drmem_lmb *lmb = &g->drmem_info.lmbs[i];

		if (!drmem_lmb_reserved(lmb))
			continue;
		guest_dlpar_lmb_done(g, i);
		drmem_remove_lmb_reservation(lmb);
	}
}

/* Give the LMBs of [first, end) that this request removed to the hypervisor. */
static void release_removed(struct guest *g, uint64_t first, uint64_t end)
{
	for (uint64_t i = first; i < end; i++) {
		struct drmem_lmb *lmb = &g->drmem_info.lmbs[i];

		if (!drmem_lmb_reserved(lmb))
			continue;
		dlpar_release_drc(g, i);
		guest_dlpar_lmb_done(g, i);
		drmem_remove_lmb_reservation(lmb);
	}
}

static int dlpar_memory_add_by_count(struct guest *g, uint64_t lmbs_to_add)
{
	struct lmb_batch batch;
	struct drmem_lmb_info *info = &g->drmem_info;
	uint64_t lmbs_available = 0, lmbs_reserved = 0;
	int rc = 0;

	if (lmbs_to_add == 0)
		return -EINVAL;

	/* more than there are: refused before anything is done */
	for (uint64_t i = 0; i < info->n_lmbs && lmbs_available < lmbs_to_add; i++) {
		if (info->lmbs[i].flags & DRCONF_MEM_RESERVED)
			continue;
		if (!(info->lmbs[i].flags & DRCONF_MEM_ASSIGNED))
			lmbs_available++;
	}
	if (lmbs_available < lmbs_to_add) {
		guest_dlpar_too_few(g, lmbs_available);
		return -EINVAL;
	}

	batch = add_begin(g, LMB_BY_COUNT, lmbs_to_add);
	for (uint64_t i = 0; i < info->n_lmbs && lmbs_reserved < lmbs_to_add; i++) {
		if (info->lmbs[i].flags & DRCONF_MEM_ASSIGNED)
			continue;

		if (dlpar_acquire_drc(g, i))
			continue;

		if (dlpar_add_lmb(g, i)) {
			dlpar_release_drc(g, i);
			continue;
		}
		/* for undo_add() */
		drmem_mark_lmb_reserved(&info->lmbs[i]);
		lmbs_reserved++;
	}

	if (lmbs_reserved != lmbs_to_add) {
		undo_add(g, 0, info->n_lmbs);
		rc = -EINVAL;
	} else {
		forget_reservations(g, 0, info->n_lmbs);
	}
	add_end(g, &batch);
	return rc;
}

static int dlpar_memory_add_by_index(struct guest *g, uint32_t drc_index)
{
	struct lmb_batch batch;
	uint64_t i, end;
	int rc;

	batch = add_begin(g, LMB_BY_INDEX, 1);
	rc = get_lmb_range(&g->drmem_info, drc_index, 1, &i, &end);
	if (!rc) {
		rc = dlpar_acquire_drc(g, i);
		if (!rc) {
			rc = dlpar_add_lmb(g, i);
			if (rc)
				dlpar_release_drc(g, i);
			else
				guest_dlpar_lmb_done(g, i);
		}
	}
	if (rc)
		guest_dlpar_rollback(g);
	add_end(g, &batch);
	return rc;
}

static int dlpar_memory_add_by_ic(struct guest *g, uint64_t lmbs_to_add, uint32_t drc_index)
{
	struct lmb_batch batch;
	struct drmem_lmb_info *info = &g->drmem_info;
	uint64_t start, end;
	int rc;

	if (lmbs_to_add == 0)
		return -EINVAL;

	rc = get_lmb_range(info, drc_index, lmbs_to_add, &start, &end);
	if (rc)
		return -EINVAL;

	/* one reserved LMB spoils the range */
	for (uint64_t i = start; i < end; i++)
		if (info->lmbs[i].flags & DRCONF_MEM_RESERVED)
			return -EINVAL;

	batch = add_begin(g, LMB_BY_INDEXED_COUNT, lmbs_to_add);
	for (uint64_t i = start; i < end; i++) {
		if (info->lmbs[i].flags & DRCONF_MEM_ASSIGNED)
			continue;

		rc = dlpar_acquire_drc(g, i);
		if (rc)
			break;

		rc = dlpar_add_lmb(g, i);
		if (rc) {
			dlpar_release_drc(g, i);
			break;
		}
		drmem_mark_lmb_reserved(&info->lmbs[i]);
	}

	if (rc) {
		undo_add(g, start, end);
		rc = -EINVAL;
	} else {
		forget_reservations(g, start, end);
	}
	add_end(g, &batch);
	return rc;
}

static int dlpar_memory_remove_by_count(struct guest *g, uint64_t lmbs_to_remove)
{
	struct lmb_batch batch;
	struct drmem_lmb_info *info = &g->drmem_info;
	uint64_t lmbs_available = 0, lmbs_reserved = 0;
	int rc = 0;

	if (lmbs_to_remove == 0)
		return -EINVAL;

	/* too few that could go: refused as well */
	for (uint64_t i = 0; i < info->n_lmbs && lmbs_available < lmbs_to_remove; i++)
		if (lmb_is_removable(&info->lmbs[i]))
			lmbs_available++;
	if (lmbs_available < lmbs_to_remove) {
		guest_dlpar_too_few(g, lmbs_available);
		return -EINVAL;
	}

	batch = remove_begin(g, LMB_BY_COUNT, lmbs_to_remove);
	for (uint64_t i = 0; i < info->n_lmbs && lmbs_reserved < lmbs_to_remove; i++) {
		if (dlpar_remove_lmb(g, i))
			continue;

		/* for the loops below */
		drmem_mark_lmb_reserved(&info->lmbs[i]);
		lmbs_reserved++;
	}

	if (lmbs_reserved != lmbs_to_remove) {
		guest_dlpar_rollback(g);
		for (uint64_t i = 0; i < info->n_lmbs; i++) {
			if (!drmem_lmb_reserved(&info->lmbs[i]))
				continue;
			dlpar_add_lmb(g, i);
			drmem_remove_lmb_reservation(&info->lmbs[i]);
		}
		rc = -EINVAL;
	} else {
		release_removed(g, 0, info->n_lmbs);
	}
	remove_end(g, &batch);
	return rc;
}

static int dlpar_memory_remove_by_index(struct guest *g, uint32_t drc_index)
{
	struct lmb_batch batch;
	uint64_t i, end;
	int rc;

	batch = remove_begin(g, LMB_BY_INDEX, 1);
	rc = get_lmb_range(&g->drmem_info, drc_index, 1, &i, &end);
	if (!rc) {
		rc = dlpar_remove_lmb(g, i);
		if (!rc) {
			dlpar_release_drc(g, i);
			guest_dlpar_lmb_done(g, i);
		}
	}
	if (rc)
		guest_dlpar_rollback(g);
	remove_end(g, &batch);
	return rc;
}

static int dlpar_memory_remove_by_ic(struct guest *g, uint64_t lmbs_to_remove,
				     uint32_t drc_index)
{
	struct lmb_batch batch;
	struct drmem_lmb_info *info = &g->drmem_info;
	uint64_t start, end;
	int rc;

	if (lmbs_to_remove == 0)
		return -EINVAL;

	rc = get_lmb_range(info, drc_index, lmbs_to_remove, &start, &end);
	if (rc)
		return -EINVAL;

	/* LMBs that are gone already are fine, reserved ones are not */
	for (uint64_t i = start; i < end; i++)
		if (info->lmbs[i].flags & DRCONF_MEM_RESERVED)
			return -EINVAL;

	batch = remove_begin(g, LMB_BY_INDEXED_COUNT, lmbs_to_remove);
	for (uint64_t i = start; i < end; i++) {
		if (!(info->lmbs[i].flags & DRCONF_MEM_ASSIGNED))
			continue;

		rc = dlpar_remove_lmb(g, i);
		if (rc)
			break;

		drmem_mark_lmb_reserved(&info->lmbs[i]);
	}

	if (rc) {
		guest_dlpar_rollback(g);
		for (uint64_t i = start; i < end; i++) {
			if (!drmem_lmb_reserved(&info->lmbs[i]))
				continue;
			/* QEMU takes it for news that the unplug is off */
			dlpar_unisolate_drc(g, i);
			dlpar_add_lmb(g, i);
			drmem_remove_lmb_reservation(&info->lmbs[i]);
		}
		rc = -EINVAL;
	} else {
		release_removed(g, start, end);
	}
	remove_end(g, &batch);
	return rc;
}

void dlpar_begin(struct guest *g, const struct dlpar_request *rq)
{
	bool add = rq->action == PSERIES_HP_ELOG_ACTION_ADD;
	const struct drmem_lmb_info *info = &g->drmem_info;
	uint64_t start, end, already = 0;

	dlpar_search_lmbs(g, drmem_lmbs_passed(info, rq->by, add, rq->count, rq->drc_index));
	guest_dlpar_begin(g, &(struct sim_dlpar){
		.action = rq->action, .by = rq->by, .count = rq->count, .drc_index = rq->drc_index,
	});
	if (rq->by != LMB_BY_INDEXED_COUNT || get_lmb_range(info, rq->drc_index, rq->count, &start, &end))
		return;
	for (uint64_t i = start; i < end; i++) {
		if (info->lmbs[i].flags & DRCONF_MEM_RESERVED)
			return;		/* it will be refused */
		already += !(info->lmbs[i].flags & DRCONF_MEM_ASSIGNED) != add;
	}
	guest_request(g)->lmbs_already += already;
}

int dlpar_memory(struct guest *g, const struct dlpar_request *rq)
{
	bool add = rq->action == PSERIES_HP_ELOG_ACTION_ADD;
	int rc = -EINVAL;

	if (g->policy->text)
		return g->policy->text->dlpar_memory(g, rq);
	guest_mutex_lock(g, &g->device_hotplug_lock);	/* lock_device_hotplug() */
	guest_spend(g, PHASE_EVENT, g->cost->request_ns);
	dlpar_begin(g, rq);
	switch (rq->by) {
	case LMB_BY_COUNT:
		rc = add ? dlpar_memory_add_by_count(g, rq->count) :
			   dlpar_memory_remove_by_count(g, rq->count);
		break;
	case LMB_BY_INDEX:
		rc = add ? dlpar_memory_add_by_index(g, rq->drc_index) :
			   dlpar_memory_remove_by_index(g, rq->drc_index);
		break;
	case LMB_BY_INDEXED_COUNT:
		rc = add ? dlpar_memory_add_by_ic(g, rq->count, rq->drc_index) :
			   dlpar_memory_remove_by_ic(g, rq->count, rq->drc_index);
		break;
	default:
		break;
	}
	guest_mutex_unlock(g, &g->device_hotplug_lock);
	guest_dlpar_end(g, rc);
	return rc;
}

int dlpar_memory_each_index(struct guest *g, enum sim_dlpar_action action, uint32_t count,
			    uint32_t drc_index)
{
	const struct drmem_lmb_info *info = &g->drmem_info;
	bool add = action == PSERIES_HP_ELOG_ACTION_ADD;
	uint64_t first = drc_index ? drc_index - DRC_INDEX_LMB : 0;

	if (drc_index && (drc_index < DRC_INDEX_LMB || first >= info->n_lmbs))
		return -EINVAL;
	for (uint64_t i = first; i < info->n_lmbs && count; i++) {
		struct dlpar_request rq = {
			.action = action, .by = LMB_BY_INDEX, .drc_index = drc_index_of(i),
		};
		bool assigned = info->lmbs[i].flags & DRCONF_MEM_ASSIGNED;

		if ((info->lmbs[i].flags & DRCONF_MEM_RESERVED) || assigned == add)
			continue;
		if (!dlpar_memory(g, &rq))
			count--;
	}
	return count ? -EINVAL : 0;
}

int pseries_remove_memblock(struct guest *g, uint32_t drc_index)
{
	uint64_t block = UINT64_C(1) << SECTION_SIZE_BITS;	/* MIN_MEMORY_BLOCK_SIZE */
	uint64_t lmb_size = g->drmem_info.lmb_size, i, end;
	int rc;

	if (g->policy->text)
		return g->policy->text->pseries_remove_memblock(g, drc_index);
	guest_mutex_lock(g, &g->device_hotplug_lock);
	guest_spend(g, PHASE_EVENT, g->cost->request_ns);
	rc = get_lmb_range(&g->drmem_info, drc_index, 1, &i, &end);
	if (!rc && !lmb_is_removable(&g->drmem_info.lmbs[i]))
		rc = -EINVAL;
	if (!rc) {
		guest_lmb_start(g, i, false);
		guest_spend(g, PHASE_OFFLINE, g->cost->offline_lmb_ns);
		memory_zone_offline(g, i * lmb_size, lmb_size);
		remove_memory_blocks(g, i * lmb_size, lmb_size, block);
		/* as in the kernel: where the loop left off, so not what was removed but what follows */
		guest_memblock_forget(g, (i + 1) * lmb_size, lmb_size);
		g->drmem_info.lmbs[i].flags &= ~DRCONF_MEM_ASSIGNED;
		dlpar_report_lmb(g, i, false);
		guest_lmb_end(g, i, false, 0);
	}
	guest_mutex_unlock(g, &g->device_hotplug_lock);
	return rc;
}

int add_memory_blocks(struct guest *g, uint64_t base, uint64_t size, uint64_t block, uint64_t *done)
{
	int rc = 0;

	for (*done = 0; *done < size && !rc; *done += rc ? 0 : block)
		rc = guest_add_memory(g, base + *done, block);
	return rc;
}

void remove_memory_blocks(struct guest *g, uint64_t base, uint64_t size, uint64_t block)
{
	for (uint64_t done = 0; done < size; done += block)
		guest_remove_memory(g, base + done, block);
}
