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

#include "sim/machine/cost.h"

/* HV_POWERVM: pHyp, which has no HPT resizing; any LMB above the first may go and come back */
enum hv_kind { HV_QEMU_TCG, HV_KVM_HV, HV_POWERVM };
enum resize_hpt_mode { RESIZE_HPT_ENABLED, RESIZE_HPT_DISABLED, RESIZE_HPT_REQUIRED };

/* A pc-dimm. */
struct dimm_spec {
	const char *id;
	uint64_t size_bytes;		/* multiple of the LMB size */
	bool prelaunch;			/* at boot: plugged when the first table had its size already */
	uint64_t address_bytes;		/* pc-dimm's addr, likewise; 0: first gap that is large enough */
};

/*
 * User memory whose HPTEs are not bolted: they occupy slots, are dropped by a
 * resize and fault back in. All 0: none.
 */
struct workload_spec {
	uint64_t resident_bytes;	/* mapped when it is left alone */
	unsigned process_count;		/* 1..4096, each with an equal part, or with all of it */
	bool shared;			/* with all of it */
	uint64_t faults_per_s;		/* how fast dropped pages come back; above 0 */
};

/* CONFIG_KFENCE of the guest's kernel; while it is on, pages of its pool have no HPTE. */
enum kfence_mode {
	KFENCE_AUTO,		/* as kernels of that version are built: mmu_kfence() */
	KFENCE_ABSENT,
	KFENCE_BUILT_IN,	/* but off: kfence.sample_interval=0 */
	KFENCE_ON,
};

#define GUEST_NODES_MAX		64u

struct guest_spec {
	uint64_t memory_bytes;		/* at boot without DIMMs; multiple of the LMB size */
	const struct dimm_spec *dimms;	/* present at boot, placed in this order */
	size_t dimm_count;
	uint64_t max_memory_bytes;	/* QEMU's maxmem; at least memory and all DIMMs */
	uint64_t lmb_bytes;		/* power of two, 16 MiB..4 GiB; 256 MiB on QEMU */
	unsigned page_shift;		/* base page of the kernel: 16 or 12 */
	unsigned linear_page_shift;	/* of the linear map: 12, 16 or 24; 0: as the kernel chooses */
	unsigned vmemmap_page_shift;	/* likewise of vmemmap */
	unsigned segment_shift;		/* of kernel segments: 28 or 40; 0: 40 */
	enum kfence_mode kfence;
	unsigned node_count;		/* NUMA nodes, each with an equal part of the addresses; 0: 1 */
	bool online_movable;		/* hot-added memory is in a zone of its own, ZONE_MOVABLE */
	bool debug_pagealloc;		/* debug_pagealloc=on: free pages have no HPTE */
	unsigned kernel;		/* KERNEL_VERSION(major, minor), from 4.11 */
	unsigned vcpu_count;		/* 1..2048 */
	uint64_t touched_bytes;		/* KVM HV: boot memory, from 0, whose entries are VALID once booted */
	uint64_t working_set_bytes;	/* KVM HV: memory, from 0, that the guest touches all the time */
	int64_t jitter_ns;		/* a sleeping task may wake so much later, at random */
	struct workload_spec workload;
};

/* First order when none is given. */
enum hpt_shift_rule {
	HPT_SHIFT_AUTO,		/* QEMU's: RAM/128 */
	HPT_SHIFT_FOR_64K,	/* what a guest with 64K pages wants: RAM/1024 */
};

/* Where COMMIT may put an entry. */
enum rehash_rule {
	REHASH_SAME_SLOT,	/* as the hypervisors do */
	REHASH_ANY_SLOT,	/* any free slot of the new PTEG when its own is taken */
};

struct hypervisor_spec {
	enum hv_kind kind;
	unsigned max_hpt_page_shift;	/* 12, 16 or 24 */
	enum resize_hpt_mode resize_hpt;
	unsigned hpt_shift;		/* 18..46, or 0: by rule */
	uint64_t real_mode_bytes;	/* PowerVM: memory from 0 that has no connectors and never goes */
	unsigned pace_percent;		/* time that its CPUs take of what the prices say; 0: 100 */
	/* what-ifs */
	enum hpt_shift_rule hpt_shift_rule;
	enum rehash_rule rehash;
	unsigned max_alloc_shift;	/* tables above it cannot be allocated: H_NO_MEM; 0: no limit */
};

/* mmu_virtual_psize: what a page of the kernel is mapped with, in pieces if the HPT has none so large. */
static inline unsigned virtual_page_shift(const struct guest_spec *guest, const struct hypervisor_spec *hv)
{
	return guest->page_shift < hv->max_hpt_page_shift ? guest->page_shift : hv->max_hpt_page_shift;
}

/* PowerVM: LPARs' logs begin their LMBs at 0x20000000, DRC index 2. */
#define REAL_MODE_AREA_USUAL	(UINT64_C(512) << 20)

/* May the guest resize its table? */
static inline bool hv_resizes(const struct hypervisor_spec *hv)
{
	return hv->kind != HV_POWERVM && hv->resize_hpt != RESIZE_HPT_DISABLED;
}

/*
 * X(id, name, what happens): the key of an event; also request.kind of the
 * results. Entry points: docs/model/hotplug.md, Who asks.
 */
#define EVENT_KINDS(X) \
	X(PLUG,          "plug",          "device_add pc-dimm; the guest gets an indexed-count add request") \
	X(UNPLUG,        "unplug",        "device_del: an indexed-count remove request") \
	X(ADD,           "add",           "the guest's own request through /sys/kernel/dlpar") \
	X(REMOVE,        "remove",        "likewise") \
	X(HPT_ORDER,     "hpt_order",     "debugfs powerpc/hpt_order") \
	X(WAIT,          "wait",          "nothing, for a while") \
	X(OF_DETACH,     "of_detach",     "memory node detached: one LMB in 16 MiB pieces, pseries_remove_memblock()") \
	X(PROBE,         "probe",         "sysfs probe file: one memory block, __add_memory()") \
	X(DRIVER_ADD,    "driver_add",    "add_memory_driver_managed(): dax/kmem or virtio-mem") \
	X(DRIVER_REMOVE, "driver_remove", "the same memory out again") \
	X(MEMREMAP,      "memremap",      "memremap_pages(): mapped without memblock accounting") \
	X(MEMUNMAP,      "memunmap",      "memunmap_pages()") \
	X(REBOOT,        "reboot",        "the guest reboots; the HPT is sized by the hypervisor's rule again") \
	X(MIGRATE,       "migrate",       "the guest moves to another host; the HPT keeps its order and slots")

enum event_kind {
#define EVENT_KIND_ENUM(id, name, doc) EVENT_##id,
	EVENT_KINDS(EVENT_KIND_ENUM)
#undef EVENT_KIND_ENUM
	EVENT_KIND_COUNT
};

enum lmb_by {
	LMB_BY_COUNT,
	LMB_BY_INDEX,
	LMB_BY_INDEXED_COUNT,
	LMB_EACH_INDEX,		/* count requests by index, one per LMB, as drmgr does on NUMA guests */
};

enum driver_kind {
	DRIVER_DAX,		/* one range, one call */
	DRIVER_VIRTIO_MEM,	/* a call per memory block */
};

struct event_spec {
	enum event_kind kind;
	bool has_at;			/* starts at at_ns whatever else goes on; else after the last one without */
	int64_t at_ns;
	/*
	 * plug; unplug: the id only. driver_add, memremap, probe: a range of memory
	 * outside the LMBs; driver_remove, memunmap: its id only.
	 */
	struct dimm_spec dimm;
	bool notify;			/* plug: tell the guest */
	enum lmb_by by;			/* add, remove */
	uint32_t count;			/* add, remove by count, indexed-count and each-index */
	uint32_t drc_index;		/* add, remove by index and indexed-count; of_detach;
					   each-index: where to start, 0: at the first LMB that goes */
	enum driver_kind driver;	/* driver_add */
	int64_t hpt_shift;		/* hpt_order: as written to debugfs, any number */
	int64_t wait_ns;		/* wait; migrate: downtime */
};

/* X(id, name, what goes wrong) */
#define FAULT_KINDS(X) \
	X(ADD_LMB,        "add-lmb",        "adding that LMB's memory fails: __add_memory() returns -ENOMEM") \
	X(ONLINE_LMB,     "online-lmb",     "device_online() of that LMB fails") \
	X(OFFLINE_LMB,    "offline-lmb",    "device_offline() of that LMB fails: it is busy") \
	X(PREPARE_NO_MEM, "prepare-no-mem", "the n-th prepare cannot allocate: H_NO_MEM") \
	X(PREPARE_HANG,   "prepare-hang",   "the n-th prepare never gets ready: the guest gives up after 10 s") \
	X(PREPARE_ERROR,  "prepare-error",  "the n-th H_RESIZE_HPT_PREPARE that would start one answers H_HARDWARE") \
	X(COMMIT_ERROR,   "commit-error",   "the n-th H_RESIZE_HPT_COMMIT answers H_HARDWARE")

enum fault_kind {
#define FAULT_KIND_ENUM(id, name, doc) FAULT_##id,
	FAULT_KINDS(FAULT_KIND_ENUM)
#undef FAULT_KIND_ENUM
	FAULT_KIND_COUNT
};

struct fault_spec {
	enum fault_kind kind;
	uint32_t drc_index;		/* *-lmb: which one */
	uint32_t nth;			/* others: which one, from 1; *-lmb: the n-th time for that LMB */
	uint32_t times;			/* how many from there on; 0: all */
};

/* A number that a run must end with. */
struct expect_spec {
	const char *policy;
	const char *what;		/* a numeric column of table run, e.g. resize_attempts */
	int64_t min, max;		/* of what meets it; equal: a number */
	const char *word, *wanted;	/* as the scenario has it, e.g. "attempts" and "< 5" */
	const char *void_by;		/* the --set that changed what it is about: it says nothing; NULL: it counts */
};

/* A published figure; the model does not look at it, reports show it beside theirs. */
struct reference_spec {
	const char *policy;
	unsigned request;		/* from 1; 0: the whole run */
	int64_t ns;
	const char *source;
};

struct policy;

struct scenario {
	const char *name;
	const char *description;	/* may be empty, never NULL */
	struct guest_spec guest;
	struct hypervisor_spec hypervisor;
	const char *costs_name;
	struct cost_profile costs;
	struct cost_profile cost_sd;	/* standard deviation of each price; the model does not look at it */
	const struct policy **policies;	/* what `run` runs without --policy */
	size_t policy_count;
	const struct event_spec *events;
	size_t event_count;
	const struct fault_spec *faults;
	size_t fault_count;
	const struct expect_spec *expects;
	size_t expect_count;
	const struct reference_spec *references;
	size_t reference_count;
};

/* Names as scenarios and results spell them ("plug", ..., "add-lmb", ...). */
const char *event_kind_name(enum event_kind kind);
const char *fault_kind_name(enum fault_kind kind);

#endif
