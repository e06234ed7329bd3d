/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_H
#define HPTSIM_SCENARIO_H
/*
 * What one simulation is asked to do: plain data, no behaviour.
 *
 * The reader in scenario/ fills these from YAML and owns all memory they point
 * to; the model only reads them. Ranges are checked by the reader
 * (docs/scenario-format.md), so sim_run() may rely on them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/cost.h"

enum hv_kind { HV_QEMU_TCG, HV_KVM_HV };
enum resize_hpt_mode { RESIZE_HPT_ENABLED, RESIZE_HPT_DISABLED, RESIZE_HPT_REQUIRED };

/* A pc-dimm. */
struct dimm_spec {
	const char *id;
	uint64_t size_bytes;		/* multiple of the LMB size */
};

struct guest_spec {
	uint64_t memory_bytes;		/* at boot without DIMMs; multiple of the LMB size */
	const struct dimm_spec *dimms;	/* present at boot, placed in this order */
	size_t dimm_count;
	uint64_t max_memory_bytes;	/* QEMU's maxmem; at least memory and all DIMMs */
	uint64_t lmb_bytes;		/* power of two, 16 MiB..1 GiB; 256 MiB on QEMU */
	unsigned page_shift;		/* base page of the kernel: 16 or 12 */
	unsigned kernel;		/* KERNEL_VERSION(major, minor), from 4.11 */
	unsigned vcpu_count;		/* 1..2048 */
	uint64_t touched_bytes;		/* KVM HV: boot memory, from 0, whose entries are VALID once booted */
	uint64_t working_set_bytes;	/* KVM HV: memory, from 0, that the guest touches all the time */
};

struct hypervisor_spec {
	enum hv_kind kind;
	unsigned max_hpt_page_shift;	/* 16 or 24 */
	enum resize_hpt_mode resize_hpt;
	unsigned hpt_shift;		/* 18..46, or 0: the hypervisor's own rule */
};

/* The key of an event; also request.kind of the results. */
enum event_kind { EVENT_PLUG, EVENT_UNPLUG, EVENT_ADD, EVENT_REMOVE, EVENT_HPT_ORDER, EVENT_WAIT };

enum lmb_by { LMB_BY_COUNT, LMB_BY_INDEX, LMB_BY_INDEXED_COUNT };

struct event_spec {
	enum event_kind kind;
	struct dimm_spec dimm;		/* plug; unplug: the id only */
	bool notify;			/* plug: tell the guest */
	enum lmb_by by;			/* add, remove */
	uint32_t count;			/* add, remove by count and indexed-count */
	uint32_t drc_index;		/* add, remove by index and indexed-count */
	unsigned hpt_shift;		/* hpt_order: as written to debugfs, 0..63 */
	int64_t wait_ns;		/* wait */
};

/* A number that a run must end with. */
struct expect_spec {
	const char *policy;
	const char *what;		/* a numeric column of table run, e.g. resize_attempts */
	int64_t value;
};

struct policy;

struct scenario {
	const char *name;
	const char *description;	/* may be empty, never NULL */
	struct guest_spec guest;
	struct hypervisor_spec hypervisor;
	const char *costs_name;
	struct cost_profile costs;
	const struct policy **policies;	/* what `run` runs without --policy */
	size_t policy_count;
	const struct event_spec *events;
	size_t event_count;
	const struct expect_spec *expects;
	size_t expect_count;
};

/* Name of an event kind as scenarios and results spell it ("plug", ...). */
const char *event_kind_name(enum event_kind kind);

#endif
