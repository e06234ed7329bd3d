/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hypervisor/drc.h"

#include <stdlib.h>
#include <string.h>

#include "sim/units.h"


static void init_qemu(struct drc_table *t, const struct guest_spec *guest)
{
	uint64_t base = (guest->memory_bytes + SPAPR_DEVICE_MEM_ALIGN - 1) & ~(SPAPR_DEVICE_MEM_ALIGN - 1);

	t->fixed_bytes = guest->memory_bytes;
	t->first = base / guest->lmb_bytes;
	t->lmb_count = (base + guest->max_memory_bytes - guest->memory_bytes) / guest->lmb_bytes;
}

static void init_powervm(struct drc_table *t, const struct guest_spec *guest, uint64_t fixed_bytes)
{
	uint64_t boot_lmbs = guest->memory_bytes / guest->lmb_bytes;

	t->first = (fixed_bytes + guest->lmb_bytes - 1) / guest->lmb_bytes;
	if (t->first > boot_lmbs)
		t->first = boot_lmbs;
	t->fixed_bytes = t->first * guest->lmb_bytes;
	t->lmb_count = guest->max_memory_bytes / guest->lmb_bytes;
}

enum drc_status drc_table_init(struct drc_table *t, const struct guest_spec *guest, const struct hypervisor_spec *hv)
{
	bool powervm = hv->kind == HV_POWERVM;

	*t = (struct drc_table){ .lmb_bytes = guest->lmb_bytes, .boot_bytes = guest->memory_bytes };
	if (powervm)
		init_powervm(t, guest, hv->real_mode_bytes);
	else
		init_qemu(t, guest);
	t->drcs = calloc(t->lmb_count ? t->lmb_count : 1, sizeof(*t->drcs));
	if (!t->drcs)
		return DRC_ENOMEM;
	for (uint64_t i = 0; i < t->lmb_count; i++)
		t->drcs[i] = (struct drc){
			.dimm = powervm ? DIMM_PARTITION : DIMM_NONE,
			.state = powervm && i * t->lmb_bytes < t->boot_bytes ? DRC_CONFIGURED : DRC_UNUSABLE,
		};
	return DRC_OK;
}

void drc_table_fini(struct drc_table *t)
{
	free(t->drcs);
	free(t->dimms);
	*t = (struct drc_table){ 0 };
}

static uint32_t dimm_find(const struct drc_table *t, const char *id)
{
	for (uint32_t i = 0; i < t->dimm_count; i++)
		if (t->dimms[i].plugged && !strcmp(t->dimms[i].id, id))
			return i;
	return DIMM_NONE;
}

/* A plugged DIMM that has an LMB of [start, start + count); NULL: none. */
static const struct dimm *dimm_over(const struct drc_table *t, uint64_t start, uint64_t count)
{
	for (uint32_t i = 0; i < t->dimm_count; i++) {
		const struct dimm *d = &t->dimms[i];
		uint64_t first = d->base_bytes / t->lmb_bytes;

		/* one that is being unplugged has its whole range until it is gone */
		if (d->plugged && first < start + count &&
		    start < first + d->size_bytes / t->lmb_bytes)
			return d;
	}
	return NULL;
}

/* First LMB of the first gap of @count LMBs; lmb_count when there is none. */
static uint64_t find_gap(const struct drc_table *t, uint64_t count)
{
	uint64_t start = t->first;

	while (start + count <= t->lmb_count) {
		const struct dimm *d = dimm_over(t, start, count);

		if (!d)
			return start;
		start = (d->base_bytes + d->size_bytes) / t->lmb_bytes;
	}
	return t->lmb_count;
}

/* Where the DIMM is told to be; lmb_count when something else is there, or no device memory. */
static uint64_t fixed_place(const struct drc_table *t, uint64_t start, uint64_t count)
{
	if (start < t->first || count > t->lmb_count || start > t->lmb_count - count ||
	    dimm_over(t, start, count))
		return t->lmb_count;
	return start;
}

enum drc_status drc_plug(struct drc_table *t, const struct dimm_spec *spec, bool coldplugged,
			 uint32_t *dimm)
{
	uint64_t count = spec->size_bytes / t->lmb_bytes, start;
	struct dimm *dimms;

	if (dimm_find(t, spec->id) != DIMM_NONE)
		return DRC_EEXIST;
	start = spec->address_bytes ? fixed_place(t, spec->address_bytes / t->lmb_bytes, count) :
				      find_gap(t, count);
	if (start == t->lmb_count)
		return DRC_ENOSPACE;
	dimms = realloc(t->dimms, (t->dimm_count + 1) * sizeof(*dimms));
	if (!dimms)
		return DRC_ENOMEM;
	t->dimms = dimms;
	*dimm = t->dimm_count++;
	dimms[*dimm] = (struct dimm){
		.id = spec->id, .base_bytes = start * t->lmb_bytes,
		.size_bytes = spec->size_bytes, .plugged = true,
	};
	for (uint64_t i = start; i < start + count; i++) {
		t->drcs[i].dimm = *dimm;
		t->drcs[i].state = coldplugged ? DRC_CONFIGURED : DRC_UNUSABLE;
	}
	t->plugged_bytes += spec->size_bytes;
	return DRC_OK;
}

/* spapr_drc_release(), spapr_lmb_release(): the DIMM goes with its last LMB. */
static void drc_release(struct drc_table *t, struct drc *drc)
{
	struct dimm *dimm = &t->dimms[drc->dimm];

	drc->dimm = DIMM_NONE;
	drc->unplug_requested = false;
	if (--dimm->lmbs_left)
		return;
	dimm->plugged = false;
	t->plugged_bytes -= dimm->size_bytes;
}

enum drc_status drc_unplug_request(struct drc_table *t, const char *id, uint32_t *dimm)
{
	uint64_t start, count;

	*dimm = dimm_find(t, id);
	if (*dimm == DIMM_NONE)
		return DRC_ENOENT;
	if (t->dimms[*dimm].lmbs_left)
		return DRC_EBUSY;
	start = t->dimms[*dimm].base_bytes / t->lmb_bytes;
	count = t->dimms[*dimm].size_bytes / t->lmb_bytes;
	for (uint64_t i = start; i < start + count; i++)
		t->dimms[*dimm].lmbs_left += t->drcs[i].dimm == *dimm;
	for (uint64_t i = start; i < start + count; i++) {
		if (t->drcs[i].dimm != *dimm)
			continue;	/* released when an earlier unplug was refused half-way */
		t->drcs[i].unplug_requested = true;
		if (t->drcs[i].state == DRC_UNUSABLE)
			drc_release(t, &t->drcs[i]);
	}
	return DRC_OK;
}

void drc_reset(struct drc_table *t)
{
	for (uint64_t i = t->first; i < t->lmb_count; i++) {
		struct drc *drc = &t->drcs[i];

		if (drc->unplug_requested)
			drc_release(t, drc);
		drc->state = drc_is_boot_memory(drc) ? DRC_CONFIGURED : DRC_UNUSABLE;
	}
}

/* LMBs of boot memory, and of the gap above it, have no connector. */
static struct drc *drc_of(const struct drc_table *t, uint64_t lmb)
{
	return lmb >= t->first && lmb < t->lmb_count ? &t->drcs[lmb] : NULL;
}

enum drc_sense drc_entity_sense(const struct drc_table *t, uint64_t lmb, enum rtas_rc *rc)
{
	const struct drc *drc = drc_of(t, lmb);

	*rc = drc ? RTAS_OUT_SUCCESS : RTAS_OUT_PARAM_ERROR;
	return !drc || drc->state == DRC_UNUSABLE ? DRC_SENSE_UNUSABLE : DRC_SENSE_PRESENT;
}

enum rtas_rc drc_set_usable(struct drc_table *t, uint64_t lmb)
{
	struct drc *drc = drc_of(t, lmb);

	if (!drc)
		return RTAS_OUT_PARAM_ERROR;
	if (drc->state != DRC_UNUSABLE)
		return RTAS_OUT_SUCCESS;
	if (drc->dimm == DIMM_NONE || drc->unplug_requested)
		return RTAS_OUT_NO_SUCH_INDICATOR;
	drc->state = DRC_AVAILABLE;
	return RTAS_OUT_SUCCESS;
}

enum rtas_rc drc_set_unusable(struct drc_table *t, uint64_t lmb)
{
	struct drc *drc = drc_of(t, lmb);

	if (!drc)
		return RTAS_OUT_PARAM_ERROR;
	if (drc->state == DRC_UNUSABLE)
		return RTAS_OUT_SUCCESS;
	if (drc->state != DRC_AVAILABLE)
		return RTAS_OUT_NO_SUCH_INDICATOR;
	drc->state = DRC_UNUSABLE;
	if (drc->unplug_requested)
		drc_release(t, drc);
	return RTAS_OUT_SUCCESS;
}

enum rtas_rc drc_isolate(struct drc_table *t, uint64_t lmb)
{
	struct drc *drc = drc_of(t, lmb);

	if (!drc)
		return RTAS_OUT_PARAM_ERROR;
	switch (drc->state) {
	case DRC_AVAILABLE:
	case DRC_UNUSABLE:
		return RTAS_OUT_SUCCESS;
	case DRC_UNISOLATE:
		return RTAS_OUT_PARAM_ERROR;
	default:
		break;
	}
	/* an LMB whose DIMM nobody asked to unplug stays the guest's */
	if (!drc->unplug_requested && drc->dimm != DIMM_PARTITION)
		return RTAS_OUT_HW_ERROR;
	drc->state = DRC_AVAILABLE;
	return RTAS_OUT_SUCCESS;
}

/* spapr_memory_unplug_rollback(): the guest refused. */
static void unplug_rollback(struct drc_table *t, uint32_t dimm)
{
	uint64_t start = t->dimms[dimm].base_bytes / t->lmb_bytes;
	uint64_t count = t->dimms[dimm].size_bytes / t->lmb_bytes;

	t->dimms[dimm].lmbs_left = 0;
	for (uint64_t i = start; i < start + count; i++)
		if (t->drcs[i].dimm == dimm)
			t->drcs[i].unplug_requested = false;
}

enum rtas_rc drc_unisolate(struct drc_table *t, uint64_t lmb)
{
	struct drc *drc = drc_of(t, lmb);

	if (!drc)
		return RTAS_OUT_PARAM_ERROR;
	switch (drc->state) {
	case DRC_UNISOLATE:
	case DRC_CONFIGURED:
		if (drc->unplug_requested)
			unplug_rollback(t, drc->dimm);
		return RTAS_OUT_SUCCESS;
	case DRC_UNUSABLE:
		return RTAS_OUT_NO_SUCH_INDICATOR;
	default:
		drc->state = DRC_UNISOLATE;
		return RTAS_OUT_SUCCESS;
	}
}

enum rtas_rc drc_configure_connector(struct drc_table *t, uint64_t lmb)
{
	struct drc *drc = drc_of(t, lmb);

	if (!drc || (drc->state != DRC_UNISOLATE && drc->state != DRC_CONFIGURED))
		return RTAS_OUT_PARAM_ERROR;
	drc->state = DRC_CONFIGURED;
	return RTAS_OUT_SUCCESS;
}
