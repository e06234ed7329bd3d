/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/hcall.h"

#include <stdlib.h>

#include "sim/units.h"

/* QEMU: RAM/128, clamped */
#define QEMU_RAM_PER_HPT_SHIFT	7u

const char *hcall_rc_name(enum hcall_rc rc)
{
	switch (rc) {
#define HCALL_NAME(name, value) case name: return #name;
	HCALL_RCS(HCALL_NAME)
#undef HCALL_NAME
	}
	return "H_?";
}

int64_t hcall_longbusy_ns(enum hcall_rc rc)
{
	int64_t ns = NSEC_PER_MSEC;

	for (int order = H_LONG_BUSY_ORDER_1_MSEC; order < (int)rc; order++)
		ns *= 10;
	return ns;
}

unsigned hv_hpt_shift_for_ramsize(uint64_t ram_bytes)
{
	unsigned shift = 63u - (unsigned)__builtin_clzll(ram_bytes);

	if (ram_bytes > UINT64_C(1) << shift)
		shift++;
	if (shift < HPT_SHIFT_MIN + QEMU_RAM_PER_HPT_SHIFT)
		return HPT_SHIFT_MIN;
	shift -= QEMU_RAM_PER_HPT_SHIFT;
	return shift < HPT_SHIFT_MAX ? shift : HPT_SHIFT_MAX;
}

uint64_t hv_table_bytes(enum hv_kind kind, unsigned shift)
{
	return UINT64_C(1) << (kind == HV_KVM_HV ? shift + 1 : shift);
}

static void tell_host_bytes(const struct hv *hv)
{
	if (!hv->sink || !hv->sink->gauge)
		return;
	hv->sink->gauge(hv->sink->ctx, &(struct sim_gauge){
		.kind = GAUGE_HOST, .at_ns = engine_now(hv->engine), .value = hv->host_bytes,
	});
}

static void tell_worker_start(struct hv *hv, struct pending_hpt *pending)
{
	pending->worker_seq = ++hv->worker_count;
	if (!hv->sink || !hv->sink->worker_start)
		return;
	hv->sink->worker_start(hv->sink->ctx, &(struct sim_worker_start){
		.seq = pending->worker_seq, .at_ns = engine_now(hv->engine),
		.shift = pending->shift, .table_bytes = hv_table_bytes(hv->kind, pending->shift),
	});
}

static void tell_worker_end(const struct hv *hv, const struct pending_hpt *pending)
{
	if (!hv->sink || !hv->sink->worker_end)
		return;
	hv->sink->worker_end(hv->sink->ctx, &(struct sim_worker_end){
		.seq = pending->worker_seq, .at_ns = engine_now(hv->engine),
		.rc = pending->hung ? NULL : hcall_rc_name(pending->rc),
		.cancelled = pending->cancelled || pending->hung,
	});
}

static void host_take(struct hv *hv, unsigned shift)
{
	hv->host_bytes += hv_table_bytes(hv->kind, shift);
	if (hv->host_bytes > hv->host_peak_bytes)
		hv->host_peak_bytes = hv->host_bytes;
	tell_host_bytes(hv);
}

static void host_give_back(struct hv *hv, unsigned shift)
{
	hv->host_bytes -= hv_table_bytes(hv->kind, shift);
	tell_host_bytes(hv);
}

/* Only a complete table that was allocated holds memory: see prepare_done(). */
static void free_pending_hpt(struct hv *hv, struct pending_hpt *pending)
{
	struct pending_hpt **p = &hv->all_pending;

	if (!pending->complete || pending->rc == H_SUCCESS)
		host_give_back(hv, pending->shift);
	while (*p != pending)
		p = &(*p)->next;
	*p = pending->next;
	free(pending);
}

/* QEMU: hpt_prepare_thread(); KVM: resize_hpt_prepare_work(). */
static void hpt_prepare_done(void *arg)
{
	struct pending_hpt *pending = arg;
	struct hv *hv = pending->hv;

	tell_worker_end(hv, pending);
	if (pending->cancelled) {
		free_pending_hpt(hv, pending);
		return;
	}
	pending->complete = true;
	if (pending->rc != H_SUCCESS)
		host_give_back(hv, pending->shift);
}

/* The worker cleans up after itself when it is still at work. */
static void cancel_hpt_prepare(struct hv *hv)
{
	struct pending_hpt *pending = hv->pending;

	hv->pending = NULL;
	if (!pending)
		return;
	if (pending->hung)
		tell_worker_end(hv, pending);
	if (pending->complete || pending->hung)
		free_pending_hpt(hv, pending);
	else
		pending->cancelled = true;
}

static bool fires(struct hv *hv, enum fault_kind kind)
{
	return hv->faults && fault_fires(hv->faults, kind, 0);
}

/* What the tables before have not left to the host: it is touched for the first time. */
static uint64_t fresh_bytes(const struct hv *hv, unsigned shift)
{
	uint64_t after = hv->host_bytes + hv_table_bytes(hv->kind, shift);

	return after > hv->host_peak_bytes ? after - hv->host_peak_bytes : 0;
}

static void start_hpt_prepare(struct hv *hv, unsigned shift)
{
	struct pending_hpt *pending = calloc(1, sizeof(*pending));
	int64_t work_ns;

	if (!pending) {
		hv->failed = true;
		return;
	}
	pending->hv = hv;
	pending->shift = shift;
	pending->rc = hv->host_shift_max && shift > hv->host_shift_max ? H_NO_MEM : H_SUCCESS;
	if (fires(hv, FAULT_PREPARE_NO_MEM))
		pending->rc = H_NO_MEM;
	work_ns = hv->cost->prepare_alloc_ns;
	hv->fresh_bytes = pending->rc == H_SUCCESS ? fresh_bytes(hv, shift) : 0;
	if (pending->rc == H_SUCCESS)
		work_ns += cost_per_unit_ps(hv_table_bytes(hv->kind, shift), hv->cost->prepare_clear_ps_byte) +
			   cost_per_unit_ps(hv->fresh_bytes, hv->cost->prepare_fresh_ps_byte);
	pending->next = hv->all_pending;
	hv->all_pending = pending;
	hv->pending = pending;
	tell_worker_start(hv, pending);
	host_take(hv, shift);
	if (fires(hv, FAULT_PREPARE_HANG)) {
		pending->hung = true;
		return;
	}
	engine_at(hv->engine, engine_now(hv->engine) + work_ns, TASK_HOST, hpt_prepare_done,
		  pending);
}

enum hcall_rc h_resize_hpt_prepare(struct hv *hv, uint64_t flags, uint64_t shift)
{
	struct pending_hpt *pending = hv->pending;

	if (hv->resize_hpt == RESIZE_HPT_DISABLED)
		return H_AUTHORITY;
	if (hv->no_hpt)
		return H_NOT_AVAILABLE;
	if (flags)
		return H_PARAMETER;
	if (shift && (shift < HPT_SHIFT_MIN || shift > HPT_SHIFT_MAX))
		return H_PARAMETER;
	if (shift > hv_hpt_shift_for_ramsize(drc_ram_bytes(hv->drcs)) + 1)
		return H_RESOURCE;

	if (pending) {
		if (pending->shift == shift) {
			enum hcall_rc rc = pending->rc;

			if (!pending->complete)
				return H_LONG_BUSY_ORDER_100_MSEC;
			if (rc != H_SUCCESS && hv->kind == HV_KVM_HV)
				cancel_hpt_prepare(hv);	/* the next one starts over */
			return rc;
		}
		/* not suitable, cancel and replace */
		cancel_hpt_prepare(hv);
	}
	if (!shift)
		return H_SUCCESS;
	if (fires(hv, FAULT_PREPARE_ERROR))
		return H_HARDWARE;
	start_hpt_prepare(hv, (unsigned)shift);
	return H_LONG_BUSY_ORDER_100_MSEC;
}

static enum hcall_rc rehash_hpt(struct hv *hv, unsigned shift, int64_t *work_ns)
{
	const struct cost_profile *cost = hv->cost;
	unsigned old_shift = hpt_shift(hv->hpt);
	enum hpt_status rc = hpt_resize(hv->hpt, shift, hv->rehash_rule, &hv->rehash);

	*work_ns = cost_per_unit_ps(hv->rehash.slots_scanned, cost->scan_ps_hpte) +
		   cost_per_unit_ps(hv->rehash.hptes_moved, cost->move_ps_hpte) +
		   cost_per_unit_ps(hv->rehash.hptes_unmapped, cost->unmap_ps_hpte);
	switch (rc) {
	case HPT_OK:
		/* the new table stays, the old one goes with free_pending_hpt() */
		hv->pending->shift = old_shift;
		return H_SUCCESS;
	case HPT_ECOLLIDE:
		return H_PTEG_FULL;
	case HPT_EABORT:
		hv->aborted = true;
		return H_HARDWARE;
	default:
		hv->failed = true;
		return H_HARDWARE;
	}
}

/* KVM HV lets go of whatever was prepared, suitable or not. */
static enum hcall_rc refuse_commit(struct hv *hv, enum hcall_rc rc)
{
	if (hv->kind == HV_KVM_HV)
		cancel_hpt_prepare(hv);
	return rc;
}

enum hcall_rc h_resize_hpt_commit(struct hv *hv, uint64_t flags, uint64_t shift,
				  int64_t *work_ns)
{
	struct pending_hpt *pending = hv->pending;
	enum hcall_rc rc;

	*work_ns = 0;
	if (hv->resize_hpt == RESIZE_HPT_DISABLED)
		return H_AUTHORITY;
	if (hv->no_hpt)
		return H_NOT_AVAILABLE;
	if (flags)
		return H_PARAMETER;
	if (!pending || pending->shift != shift)
		return refuse_commit(hv, H_CLOSED);
	if (!pending->complete)
		return refuse_commit(hv, H_BUSY);
	if (pending->rc != H_SUCCESS)
		return refuse_commit(hv, pending->rc);
	if (fires(hv, FAULT_COMMIT_ERROR)) {
		cancel_hpt_prepare(hv);
		return H_HARDWARE;
	}
	rc = rehash_hpt(hv, (unsigned)shift, work_ns);
	cancel_hpt_prepare(hv);
	return rc;
}

void hv_reset(struct hv *hv)
{
	cancel_hpt_prepare(hv);
}

void hv_fini(struct hv *hv)
{
	while (hv->all_pending) {
		struct pending_hpt *pending = hv->all_pending;

		hv->all_pending = pending->next;
		free(pending);
	}
	hv->pending = NULL;
}
