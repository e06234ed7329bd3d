/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_CHANGES_H
#define HPTSIM_KERNEL_CHANGES_H
/*
 * What changed in which release of Linux, as far as the model tells one from the
 * other: the single list, which `hptsim list kernels` prints. A change that came in
 * the middle of a series is counted from the release that had it first.
 */
#include <stdbool.h>
#include <stddef.h>

#include "sim/units.h"

/*
 * X(id, major, minor, what is so from then on, step or price that it touches, where it is from, recording that shows it)
 * "-" for a recording: none, so the row rests on the source alone.
 */
#define KERNEL_CHANGES(X) \
	X(RESIZES, 4, 11, "the guest resizes its HPT when memory comes or goes", \
	  "everything", "dbcf929c0062, David Gibson, 2017", "order-2G") \
	X(FLUSH_DCACHE, 4, 17, "memory is flushed from the data cache when it comes and when it goes", \
	  "flush_dcache_ps_byte", "fb5924fddf9e, Balbir Singh, 2018", "-") \
	X(LMB_NID_KEPT, 4, 20, "an LMB keeps its node: no search for it when it goes", \
	  "lmb_walk_ps per LMB removed", "b2d3b5ee66f2, Nathan Fontenot, 2018-10-02", "-") \
	X(REGIONS_IN_0XC, 5, 2, "kernel regions below 0xc...: other vmemmap addresses and contexts", \
	  "PTEG of a vmemmap page", "0034d395f89d, Aneesh Kumar, 2019", "order-2G") \
	X(COLLISION_BY_CALLER, 5, 2, "the remover of memory tells of a collision, not lpar.c", \
	  "log", "f172acbfae1a, Laurent Vivier, 2019", "unplug-25G-16G") \
	X(CPUSLOCKED, 5, 4, "stop_machine_cpuslocked(): the caller holds the CPU hotplug lock", \
	  "finding no-cpus-lock", "Gautham Shenoy, 2019-05-15 and 2019-08-22", "-") \
	X(MEMBLOCK_LAST, 5, 5, "memblock_remove() after arch_remove_memory(): the check counts the LMB that goes", \
	  "size that the check sees", "Anshuman Khandual, 2019-09-25", "smp4-3G+6G") \
	X(SECONDARY_PTEG, 5, 5, "htab_bolt_mapping() tries the secondary PTEG", \
	  "finding lost-entry; add fails later", "Aneesh Kumar, 2019-10-24", "-") \
	X(FLUSH_GOING_ONLY, 5, 5, "only memory that goes is flushed", \
	  "flush_dcache_ps_byte", "ea458effa88e, Alastair D'Silva, 2019-11-04", "rollback-count-3G+6G") \
	X(REGIONS_4K_1T, 5, 8, "4K kernels: regions 1 TiB apart", \
	  "PTEG of a vmemmap page", "2020", "4k-order-2G") \
	X(BLOCK_XARRAY, 5, 8, "memory blocks are found through an xarray, not a list", \
	  "list_walk_ps", "4fb6eabf1037, Scott Cheloha, 2020-06", "-") \
	X(CHECK_IN_HASH, 5, 9, "the check moves from arch_add_memory() into the hash MMU's functions", \
	  "none in a guest with hash", "Bharata Rao, 2020-07-27", "scaled-3G+6G") \
	X(NID_SINGLE, 5, 10, "no search for the LMB that comes, and it joins its own node, not the first", \
	  "lmb_walk_ps, zone_walk_ps", "72cdd117c449, Scott Cheloha, 2020-09-16", "scaled-3G+6G") \
	X(KSTRTOULL, 5, 10, "hpt_order takes no negative number", \
	  "hpt_order", "488dac0c9237, 2020", "-") \
	X(LINEAR_MAPPING_MUTEX, 5, 11, "linear_mapping_mutex around a section mapping and its check", \
	  "locks", "David Hildenbrand, 2020-11", "-") \
	X(FLUSH_GONE, 5, 12, "no memory is flushed from the data cache", \
	  "flush_dcache_ps_byte", "2ac02e5ecec0, Aneesh Kumar, 2021-02-03", "rollback-count-3G+6G") \
	X(KFENCE, 6, 1, "KFENCE for the hash MMU: built in, it maps linear memory with base pages", \
	  "linear_page_size", "a5edf9815dd7, Nicholas Miehlbradt, 2022", "lin16M-3G+6G") \
	X(KFENCE_USUAL, 6, 2, "distributions build KFENCE in (`kfence: auto`)", \
	  "linear_page_size", "configuration of Debian 12 and 13", "lin16M-order-3G") \
	X(KFENCE_POOL, 6, 13, "KFENCE's pool apart from the rest: base pages only when it is on; debug_pagealloc within a quarter of the RMA", \
	  "linear_page_size", "Ritesh Harjani, 2024-10-18", "kfence-lin16M-3G+6G") \
	X(HASH_MMU_PREFIX, 7, 2, "\"hash-mmu:\" before all of hash_utils.c's lines", \
	  "log", "log of 7.2.13", "dlpar-3G+5G") \
	X(ZONE_CONTIGUOUS, 7, 4, "zone->contiguous is kept, not found by a walk over the zone", \
	  "zone_walk_ps", "memhp-7.4, Yuan Liu, 2026-04-08 and 2026-09-23", "-")

enum kernel_change {
#define KERNEL_CHANGE_ENUM(id, major, minor, what, touches, source, recording) KERNEL_##id,
	KERNEL_CHANGES(KERNEL_CHANGE_ENUM)
#undef KERNEL_CHANGE_ENUM
	KERNEL_CHANGE_COUNT
};

struct kernel_change_info {
	unsigned since;		/* KERNEL_VERSION() */
	const char *what, *touches, *source, *recording;
};

extern const struct kernel_change_info kernel_change_info[KERNEL_CHANGE_COUNT];

/* Has that kernel, KERNEL_VERSION(), the change? */
static inline bool kernel_has(unsigned kernel, enum kernel_change change)
{
	return kernel >= kernel_change_info[change].since;
}

#endif
