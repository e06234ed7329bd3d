/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory, its blocks and their connectors, as a kernel's text asks for them. */
#include <errno.h>
#include <stdlib.h>

#include "kernel/text_internal.h"
#include "sim/guest/dlpar_lmb.h"
#include "sim/guest/memory_zone.h"

/* rtas_get_sensor() and rtas_set_indicator(): PAPR's numbers */
#define DR_ENTITY_SENSE		9003
#define ISOLATION_STATE		9001
#define ALLOCATION_STATE	9003
#define DR_ENTITY_PRESENT	1
#define DR_ENTITY_UNUSABLE	2
#define ISOLATE			0
#define ALLOC_USABLE		1

#define RTAS_NO_SUCH_INDICATOR	(-3)

static uint64_t lmb_bytes(const struct text *t)
{
	return t->g->drmem_info.lmb_size;
}

static bool is_lmb(const struct text *t, uint64_t lmb)
{
	return lmb < t->g->drmem_info.n_lmbs;
}

bool text_blocks_boot(struct text *t)
{
	const struct drmem_lmb_info *info = &t->g->drmem_info;
	uint64_t boot_lmbs = t->g->sc->guest.memory_bytes / info->lmb_size;

	free(t->blocks);
	t->blocks = calloc(info->n_lmbs + 1, 1);
	for (uint64_t i = 0; t->blocks && i < info->n_lmbs; i++) {
		uint32_t flags = info->lmbs[i].flags;

		/* without a connector: boot memory, or the gap behind it */
		if (flags & DRCONF_MEM_RESERVED ? i < boot_lmbs : flags & DRCONF_MEM_ASSIGNED)
			t->blocks[i] = HPTSIM_BLOCK_ONLINE;
	}
	return t->blocks;
}

unsigned long long text_memblock_phys_mem_size(void *cookie)
{
	const struct text *t = cookie;

	return t->g->memblock_phys_mem_size;
}

void text_memblock_add(void *cookie, unsigned long long base, unsigned long long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	guest_memblock_add(t->g, base, size);
	text_call_end(t, e);
}

void text_memblock_remove(void *cookie, unsigned long long base, unsigned long long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	guest_memblock_forget(t->g, base, size);
	text_call_end(t, e);
}

int text_add_memory(void *cookie, unsigned long long base, unsigned long long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	uint64_t lmb = base / lmb_bytes(t);
	int rc;

	if (text_is_booting(t))
		rc = -EBUSY;
	else if (!is_lmb(t, lmb) || base % lmb_bytes(t) || size != lmb_bytes(t))
		rc = -EINVAL;
	else if (t->blocks[lmb] != HPTSIM_BLOCK_NONE)
		rc = -EEXIST;
	else
		rc = dlpar_add_memory(t->g, lmb);
	if (!rc)
		t->blocks[lmb] = HPTSIM_BLOCK_OFFLINE;
	text_call_end(t, e);
	return rc;
}

/* The simulator's view: an LMB is assigned from the moment that its memory is online. */
static void lmb_came(struct text *t, uint64_t lmb)
{
	t->g->drmem_info.lmbs[lmb].flags |= DRCONF_MEM_ASSIGNED;
	dlpar_report_lmb(t->g, lmb, true);
}

static void lmb_went(struct text *t, uint64_t lmb)
{
	if (!(t->g->drmem_info.lmbs[lmb].flags & DRCONF_MEM_ASSIGNED))
		return;		/* it never got online */
	t->g->drmem_info.lmbs[lmb].flags &= ~DRCONF_MEM_ASSIGNED;
	dlpar_report_lmb(t->g, lmb, false);
}

int text_remove_memory(void *cookie, unsigned long long base, unsigned long long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	uint64_t lmb = base / lmb_bytes(t);
	bool last = (base + size) % lmb_bytes(t) == 0;	/* of the pieces of an LMB */
	int rc = 0;

	if (text_is_booting(t) || !is_lmb(t, lmb) || t->blocks[lmb] != HPTSIM_BLOCK_OFFLINE || (e->kind != ENTRY_DETACH && size != lmb_bytes(t)))
		rc = -EBUSY;
	else
		guest_remove_memory(t->g, base, size);
	if (!rc && last) {
		t->blocks[lmb] = HPTSIM_BLOCK_NONE;
		if (e->kind != ENTRY_DETACH)
			lmb_went(t, lmb);
	}
	text_call_end(t, e);
	return rc;
}

/* pseries_remove_mem_node(): what is asked first is whether the memory is there. */
static void detach_begin(struct text *t, struct entry *e)
{
	if (e->begun || !lmb_is_removable(&t->g->drmem_info.lmbs[e->lmb]))
		return;
	e->begun = true;
	guest_lmb_start(t->g, e->lmb, false);
	guest_spend(t->g, PHASE_OFFLINE, t->g->cost->offline_lmb_ns);
	memory_zone_offline(t->g, e->lmb * t->g->drmem_info.lmb_size, t->g->drmem_info.lmb_size);
	t->blocks[e->lmb] = HPTSIM_BLOCK_OFFLINE;
}

void text_detached(struct text *t, struct entry *e)
{
	if (!e->begun)
		return;
	lmb_went(t, e->lmb);
	guest_lmb_end(t->g, e->lmb, false, 0);
}

enum hptsim_block text_memory_block(void *cookie, unsigned long long base)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	uint64_t lmb = base / lmb_bytes(t);
	enum hptsim_block state = is_lmb(t, lmb) ? t->blocks[lmb] : HPTSIM_BLOCK_NONE;

	if (e->kind == ENTRY_DETACH && lmb == e->lmb) {
		detach_begin(t, e);
		state = e->begun ? HPTSIM_BLOCK_OFFLINE : HPTSIM_BLOCK_NONE;
	}
	text_call_end(t, e);
	return state;
}

int text_device_online(void *cookie, unsigned long lmb)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	int rc = text_is_booting(t) || !is_lmb(t, lmb) || t->blocks[lmb] == HPTSIM_BLOCK_NONE ? -ENODEV :
		 dlpar_device_online(t->g, lmb);

	if (!rc) {
		t->blocks[lmb] = HPTSIM_BLOCK_ONLINE;
		lmb_came(t, lmb);
	}
	text_call_end(t, e);
	return rc;
}

int text_device_offline(void *cookie, unsigned long lmb)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	int rc = -ENODEV;

	if (!text_is_booting(t) && is_lmb(t, lmb) && t->blocks[lmb] != HPTSIM_BLOCK_NONE) {
		dlpar_search_nid(t->g, lmb, false);
		rc = dlpar_device_offline(t->g, lmb);
	}
	if (!rc)
		t->blocks[lmb] = HPTSIM_BLOCK_OFFLINE;
	text_call_end(t, e);
	return rc;
}

int text_bolt_linear(void *cookie, unsigned long long base, unsigned long long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	struct request *rq = guest_request(t->g);
	int rc;

	/* as in sim/guest/mem_hotplug.c: the check is over */
	if (rq && e->kind == ENTRY_CREATE)
		rq->origin = ORIGIN_REQUEST;
	rc = guest_bolt_linear(t->g, base, size);
	text_call_end(t, e);
	return rc;
}

int text_unbolt_linear(void *cookie, unsigned long long base, unsigned long long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);

	guest_unbolt_linear(t->g, base, size);
	text_call_end(t, e);
	return 0;
}

void text_search_lmbs(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	/* memory_add_physaddr_to_nid(), called for an LMB that comes */
	dlpar_search_lmbs(t->g, t->g->drmem_info.n_lmbs);
	text_call_end(t, e);
}

int text_configure_connector(void *cookie, unsigned long lmb)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	int rc = dlpar_configure_connector(t->g, lmb);

	text_call_end(t, e);
	return rc;
}

int text_rtas_get_sensor(void *cookie, int sensor, unsigned long lmb, int *state)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	enum rtas_rc rc = RTAS_NO_SUCH_INDICATOR;

	if (sensor == DR_ENTITY_SENSE)
		*state = dlpar_get_sensor(t->g, lmb, &rc) == DRC_SENSE_PRESENT ? DR_ENTITY_PRESENT : DR_ENTITY_UNUSABLE;
	text_call_end(t, e);
	return rtas_error_rc(rc);
}

int text_rtas_set_indicator(void *cookie, int indicator, unsigned long lmb, int value)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);
	enum rtas_rc rc = RTAS_NO_SUCH_INDICATOR;

	if (indicator == ISOLATION_STATE)
		rc = dlpar_set_isolation_state(t->g, lmb, value == ISOLATE);
	else if (indicator == ALLOCATION_STATE)
		rc = dlpar_set_allocation_state(t->g, lmb, value == ALLOC_USABLE);
	text_call_end(t, e);
	return rtas_error_rc(rc);
}
