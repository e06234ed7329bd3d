/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_GUEST_H
#define HPTSIM_GUEST_H
/*
 * The simulated guest kernel: its state, and the functions that policies and
 * request paths are made of. Names are the kernel's; what a function waits for
 * passes virtual time at the prices of the cost profile.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/hypervisor/drc.h"
#include "sim/machine/engine.h"
#include "sim/events.h"
#include "sim/hcall.h"
#include "sim/hpt.h"
#include "sim/lmb.h"
#include "sim/guest/memblock.h"
#include "sim/hypervisor/mmu.h"
#include "sim/policy.h"
#include "sim/scenario.h"
#include "sim/guest/vmemmap_list.h"
#include "sim/guest/wish.h"

/* What a task of the guest is doing for somebody; its task_data(). */
struct request {
	unsigned seq;			/* from 1 */
	enum event_kind kind;
	int64_t start_ns;
	uint64_t lmbs_requested;
	int64_t lmbs_delta;		/* LMBs that came less those that went */
	uint64_t lmbs_already;		/* that were as wanted before */
	enum sim_origin origin;		/* where its task is, for the record */
	struct sim_dlpar dlpar;		/* dlpar_memory() at work for it, likewise */
	struct resize_attempt *attempt;	/* pseries_lpar_resize_hpt() at work for it, likewise */
	int64_t phase_ns[PHASE_COUNT];
};

/* What a patch keeps in static variables. */
struct policy_state {
	int hpt_resize_disable;			/* v1: atomic_t */
	struct engine_mutex hpt_resize_down_lock;	/* v2 3/3 */
	bool suppress_hpt_resize;		/* suppress-flag */
};

/* How much of what hotplug walks there is: sim/guest/memory_zone.h. */
struct memory_zones {
	uint64_t bytes[GUEST_NODES_MAX];	/* per node: of the zone that hot-added memory joins */
	uint64_t node_bytes;			/* of addresses that a node has */
	uint32_t *hot_added;			/* per LMB: a Fenwick tree of those that were hot-added */
	uint64_t lmb_count;
	uint64_t boot_blocks;			/* memory blocks since boot */
};

/* State of the guest's user memory. */
struct workload {
	uint64_t pages;			/* of the resident set */
	uint64_t next;			/* page that faults in next; as many are or were mapped */
	int64_t last_ns;		/* when it was caught up */
	uint64_t fault_count, dropped_count;
	uint64_t evicted_before;	/* by tables of earlier boots */
	int64_t fault_ns;
};

struct guest {
	const struct scenario *sc;
	const struct policy *policy;
	const struct cost_profile *cost;
	const struct sim_sink *sink;
	const struct sim_observer *observer;	/* may be NULL */
	struct engine *engine;
	struct hv *hv;

	struct mmu mmu;
	struct hpt *hpt;
	unsigned ppc64_pft_size;		/* order of the HPT as the guest knows it */
	struct memblock memblock;
	uint64_t memblock_phys_mem_size;	/* bytes; of @memblock */
	bool memblock_forgot;			/* memory that is there */
	struct drc_table *drcs;			/* the hypervisor's, behind RTAS */
	struct drmem_lmb_info drmem_info;
	struct wish wish;
	uint64_t mapped_end_bytes;		/* no memory is ever above */
	uint16_t *vmemmap_sections;		/* per vmemmap page: sections that need it */
	struct vmemmap_list vmemmap_list;
	uint64_t linear_unmapped;		/* pages of memory without an entry: free_pages.h */
	/* per region: its first page in a secondary PTEG since boot, for a finding */
	struct { uint64_t page; bool is, told; } lost[MMU_REGION_COUNT];
	uint64_t tracked_end_bytes;		/* debug_pagealloc: memory below, when free, has none; 0: off */
	uint64_t coming_bytes;			/* counted by memblock, not yet online */
	struct engine_mutex device_hotplug_lock;
	struct engine_mutex linear_mapping_mutex;	/* v5.11+ */
	struct engine_rwsem mem_hotplug_lock;
	struct engine_rwsem cpu_hotplug_lock;
	const char *resizing;			/* who is inside pseries_lpar_resize_hpt() */
	int64_t resizing_shift;
	struct fault_state *faults;
	uint64_t random;			/* state of the generator, for jitter */
	struct policy_state policy_state;

	/* statistics of the run */
	int64_t phase_ns[PHASE_COUNT];
	unsigned resize_attempts, resize_failures;
	int64_t stall_max_ns, stall_total_ns;
	unsigned findings;
	struct workload workload;
	struct memory_zones zones;
	bool failed;				/* out of memory in the simulator */
	char oops[SIM_MESSAGE_MAX];		/* the policy's own text came to grief: what and where */
	/* called after each step that changes the table, for tests; may be NULL */
	void (*check)(struct guest *g);
};

/* The request that the running task works for; NULL: none. */
struct request *guest_request(const struct guest *g);

/* Let @ns pass and book it; @what says more about it, for the record. */
void guest_spend(struct guest *g, enum sim_phase phase, int64_t ns);
void guest_spend_on(struct guest *g, enum sim_phase phase, const char *what, int64_t ns);

/* Tell whoever listens: a gauge may have changed; work on an LMB begins and ends. */
void guest_gauge(const struct guest *g, enum sim_gauge_kind kind, uint64_t value);
void guest_lmb_start(const struct guest *g, uint64_t lmb, bool add);
void guest_lmb_end(const struct guest *g, uint64_t lmb, bool add, int err);

/* Tell whoever listens; printf() format. */
__attribute__((format(printf, 3, 4)))
void guest_finding(struct guest *g, enum sim_finding_kind kind, const char *format, ...);

/* Tell of pages that the MMU will never find, once per region and boot. */
void guest_tell_lost(struct guest *g);

/* Tell whoever listens how far the running task's dlpar_memory() got. */
void guest_dlpar_begin(struct guest *g, const struct sim_dlpar *rq);
void guest_dlpar_too_few(struct guest *g, uint64_t lmbs_available);
void guest_dlpar_rollback(struct guest *g);
void guest_dlpar_lmb_done(struct guest *g, uint64_t lmb);
void guest_dlpar_end(struct guest *g, int err);

/* Locks of the guest; waiting for them is booked as PHASE_LOCK. */
void guest_mutex_lock(struct guest *g, struct engine_mutex *m);
void guest_mutex_unlock(struct guest *g, struct engine_mutex *m);
void guest_cpus_read_lock(struct guest *g);
void guest_cpus_read_unlock(struct guest *g);
bool guest_cpus_held(const struct guest *g);

/* mem_hotplug_begin(): cpus_read_lock() and mem_hotplug_lock for writing. */
void guest_mem_hotplug_begin(struct guest *g);
void guest_mem_hotplug_done(struct guest *g);

/* get_online_mems(): no memory comes or goes meanwhile. */
void guest_get_online_mems(struct guest *g);
void guest_put_online_mems(struct guest *g);

/* Ends the run here: the hypervisor is gone, or the simulator is out of memory. */
void guest_halt(struct guest *g);

/* --- lpar.c, hash_utils.c: sim/guest/resize_hpt.c --- */

/**
 * mmu_hash_ops_resize_hpt - is mmu_hash_ops.resize_hpt set?
 *
 * It is when the hypervisor offers hcall-hpt-resize (FW_FEATURE_HPT_RESIZE).
 */
bool mmu_hash_ops_resize_hpt(const struct guest *g);

/**
 * pseries_lpar_resize_hpt - ask the hypervisor for a table of another order
 * @shift:     log2 bytes
 * @mem_bytes: memory size that @shift was computed from, for the record
 * @why:       who asks, for the record
 *
 * Returns 0, -ENODEV (no such feature; no attempt is made), -EINVAL
 * (H_PARAMETER), -EPERM (H_RESOURCE), -EIO (any other refusal), -ETIMEDOUT
 * (busy for more than 10 s of sleeps), -ENOSPC (H_PTEG_FULL).
 * Source: pseries_lpar_resize_hpt(), docs/model/resize.md, The guest's driver.
 */
int pseries_lpar_resize_hpt(struct guest *g, int64_t shift, uint64_t mem_bytes,
			    const char *why);

/* htab_shift_for_mem_size(): the guest's wish, log2 bytes. */
unsigned htab_shift_for_mem_size(const struct guest *g, uint64_t mem_bytes);

/*
 * hpt_order_set(): debugfs powerpc/hpt_order, any number. Returns as the resize
 * does; -EINVAL without one where simple_attr_write() refuses negative numbers.
 */
int hpt_order_set(struct guest *g, int64_t order);

/* --- mm/memory_hotplug.c, arch/powerpc/mm: sim/guest/mem_hotplug.c --- */

/**
 * guest_add_memory - __add_memory(): one range into the guest: memblock, linear map, vmemmap
 *
 * memblock_phys_mem_size counts it before the section mapping asks the policy.
 * Returns 0 or -EFAULT when the HPT has no room for its bolted entries; then
 * nothing of it is left.
 */
int guest_add_memory(struct guest *g, uint64_t base, uint64_t size);

/* memblock_add() and memblock_remove() by themselves; what is counted already, or not, stays so. */
void guest_memblock_add(struct guest *g, uint64_t base, uint64_t size);
void guest_memblock_remove(struct guest *g, uint64_t base, uint64_t size);

/* memblock_remove() of memory that stays where it is. */
void guest_memblock_forget(struct guest *g, uint64_t base, uint64_t size);

/* htab_bolt_mapping() of the linear map; -1 when a PTEG is full. What was bolted until then stays. */
int guest_bolt_linear(struct guest *g, uint64_t base, uint64_t size);
void guest_unbolt_linear(struct guest *g, uint64_t base, uint64_t size);

/**
 * guest_memremap - pagemap_range(): arch_add_memory() without memblock
 *
 * The section mapping's check sees a memory size that does not count it.
 */
int guest_memremap(struct guest *g, uint64_t base, uint64_t size);
void guest_memunmap(struct guest *g, uint64_t base, uint64_t size);

/**
 * guest_remove_memory - __remove_memory(): the range out again
 *
 * From v5.5 on memblock_phys_mem_size still counts it when the section mapping
 * asks the policy (docs/model/hotplug.md, One LMB).
 */
void guest_remove_memory(struct guest *g, uint64_t base, uint64_t size);

/**
 * guest_boot_memory - htab_initialize() and sparse_init() for memory at boot
 *
 * Takes no time. Returns 0 or -ENOSPC.
 */
int guest_boot_memory(struct guest *g, uint64_t base, uint64_t size);
int guest_boot_vmemmap(struct guest *g, uint64_t base, uint64_t size);

/* --- user memory that is not bolted: sim/guest/workload.c --- */

/* Map the resident set of a guest that has just booted. Returns 0 or -ENOMEM. */
int workload_start(struct guest *g);

/* A resize dropped @count entries. */
void workload_dropped(struct guest *g, uint64_t count);

/* Bring back what faulted in since the last call. */
void workload_catch_up(struct guest *g);

#endif
