/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_HCALL_H
#define HPTSIM_HCALL_H
/*
 * The hypervisor's side of the page table: H_RESIZE_HPT_PREPARE and
 * H_RESIZE_HPT_COMMIT as QEMU (TCG) and KVM HV implement them.
 *
 * PREPARE starts a worker that allocates and clears a table; the guest polls.
 * COMMIT runs with the whole guest stopped and rehashes the bolted entries.
 * Sources: docs/model/resize.md (QEMU:
 * spapr_softmmu.c; KVM: book3s_64_mmu_hv.c).
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/machine/cost.h"
#include "sim/machine/engine.h"
#include "sim/events.h"
#include "sim/machine/fault.h"
#include "sim/hpt.h"
#include "sim/hypervisor/drc.h"
#include "sim/scenario.h"

/* Return codes as PAPR and hvcall.h number them. */
#define HCALL_RCS(X) \
	X(H_SUCCESS, 0) \
	X(H_BUSY, 1) \
	X(H_CLOSED, 2) \
	X(H_NOT_AVAILABLE, 3) \
	X(H_LONG_BUSY_ORDER_1_MSEC, 9900) \
	X(H_LONG_BUSY_ORDER_10_MSEC, 9901) \
	X(H_LONG_BUSY_ORDER_100_MSEC, 9902) \
	X(H_LONG_BUSY_ORDER_1_SEC, 9903) \
	X(H_LONG_BUSY_ORDER_10_SEC, 9904) \
	X(H_LONG_BUSY_ORDER_100_SEC, 9905) \
	X(H_HARDWARE, -1) \
	X(H_FUNCTION, -2) \
	X(H_PRIVILEGE, -3) \
	X(H_PARAMETER, -4) \
	X(H_PTEG_FULL, -6) \
	X(H_NOT_FOUND, -7) \
	X(H_NO_MEM, -9) \
	X(H_AUTHORITY, -10) \
	X(H_RESOURCE, -16)

enum hcall_rc {
#define HCALL_RC(name, value) name = value,
	HCALL_RCS(HCALL_RC)
#undef HCALL_RC
};

/* "H_SUCCESS", ...; "H_?" for a number that is no code. */
const char *hcall_rc_name(enum hcall_rc rc);

static inline bool hcall_is_long_busy(enum hcall_rc rc)
{
	return rc >= H_LONG_BUSY_ORDER_1_MSEC && rc <= H_LONG_BUSY_ORDER_100_SEC;
}

/* What a LONG_BUSY answer asks the guest to wait (get_longbusy_msecs()). */
int64_t hcall_longbusy_ns(enum hcall_rc rc);

/* The table that a PREPARE works on. */
struct pending_hpt {
	/* set by PREPARE, then read only */
	unsigned shift;			/* log2 bytes */
	unsigned worker_seq;
	/* written by the worker only */
	bool complete;
	enum hcall_rc rc;		/* meaningful once complete */
	/* replaced or cancelled: the worker frees it */
	bool cancelled;
	bool hung;			/* no worker will come back (fault) */
	struct hv *hv;
	struct pending_hpt *next;	/* in hv->all_pending */
};

struct hv {
	enum hv_kind kind;
	enum resize_hpt_mode resize_hpt;
	const struct cost_profile *cost;
	struct engine *engine;
	const struct sim_sink *sink;	/* may be NULL */
	struct hpt *hpt;
	const struct drc_table *drcs;	/* what memory the machine has */
	unsigned host_shift_max;	/* largest table that the host can allocate; 0: any */
	enum rehash_rule rehash_rule;	/* what-if: where COMMIT may put an entry */
	struct fault_state *faults;	/* may be NULL */
	bool no_hpt;			/* the guest runs radix */
	struct pending_hpt *pending;
	struct pending_hpt *all_pending;	/* cancelled ones at work included */
	bool failed;			/* out of memory in the simulator */
	bool aborted;			/* rehash_hpte() asserted: the hypervisor is gone */
	struct hpt_rehash rehash;	/* of the last COMMIT that rehashed */
	uint64_t host_bytes, host_peak_bytes;	/* tables held now; most so far */
	uint64_t fresh_bytes;		/* of the last table that was started: memory that no table had before */
	unsigned worker_count;		/* prepare workers so far */
};

/* spapr_hpt_shift_for_ramsize(): the order that QEMU gives @ram_bytes. */
unsigned hv_hpt_shift_for_ramsize(uint64_t ram_bytes);

/* Host memory of one table: KVM HV keeps a reverse map of the same size. */
uint64_t hv_table_bytes(enum hv_kind kind, unsigned shift);

/**
 * h_resize_hpt_prepare - H_RESIZE_HPT_PREPARE
 * @flags: must be 0
 * @shift: wanted order; 0 cancels a pending prepare
 *
 * H_SUCCESS: a table of that order is ready (or nothing is pending, @shift 0).
 * H_LONG_BUSY_ORDER_100_MSEC: ask again later. H_AUTHORITY: resize-hpt=disabled.
 * H_NOT_AVAILABLE: no HPT. H_PARAMETER: flags, or an order outside 18..46.
 * H_RESOURCE: more than one above the hypervisor's own choice. H_NO_MEM: the
 * allocation failed; KVM HV forgets it, QEMU answers the same until another
 * order is asked for.
 */
enum hcall_rc h_resize_hpt_prepare(struct hv *hv, uint64_t flags, uint64_t shift);

/**
 * h_resize_hpt_commit - H_RESIZE_HPT_COMMIT; the guest must be stopped
 * @work_ns: what the rehash takes
 *
 * H_SUCCESS: the table has the new order. H_PTEG_FULL: two bolted entries want
 * one slot, see hv->rehash. H_CLOSED: no table of that order was prepared.
 * H_BUSY: it is not ready. H_AUTHORITY, H_NOT_AVAILABLE, H_PARAMETER as above;
 * H_NO_MEM: the prepare had failed (KVM HV). H_HARDWARE with hv->aborted: an
 * assertion of the hypervisor failed. The prepared table is gone in every case
 * in which a rehash was tried; on KVM HV in every case.
 */
enum hcall_rc h_resize_hpt_commit(struct hv *hv, uint64_t flags, uint64_t shift,
				  int64_t *work_ns);

/* A reset of the machine: whatever is pending is dropped. */
void hv_reset(struct hv *hv);

/* Frees a pending prepare; the table itself is the caller's. */
void hv_fini(struct hv *hv);

#endif
