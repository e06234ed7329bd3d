/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines, and the kernels that print them. Versions are mainline's: the
 * first one with the line, the first one without. What the reader needs and no
 * model writes has versions, too, as far as they are known.
 */
#include "sim/units.h"
#include "log/form.h"

#define V(major, minor)	KERNEL_VERSION(major, minor)

#define MAJOR	"\001"
#define MINOR	"\002"
#define LINEAR	"\003"
#define VIRTUAL	"\004"
#define IO	"\005"
#define VMEMMAP	"\006"
#define BSHIFT	"\007"
#define HEX	"\010"
#define HEX16	"\013"
#define KIB	"\014"
#define FREE	"\016"
#define NODE	"\017"
#define FIRST	"\020"
#define LAST	"\021"
#define CPUS	"\022"
#define SHIFT	"\023"
#define PREPARE	"\024"
#define COMMIT	"\025"
#define RC	"\026"
#define COUNT	"\027"
#define DRC	"\030"
#define BASE	"\031"
#define HAVE	"\032"
#define WANT	"\033"
#define ORDER	"\034"
#define BYTES	"\035"
#define QUOTE	"\036"

#define MM	"hash-mmu: "
#define LPAR	"lpar: "
#define MEM	"pseries-hotplug-mem: "
#define REFUSED	"Could not handle DLPAR request " QUOTE "memory "

const struct line_form line_forms[] = {
	/* ---- what the guest is like */
	{ FORM_VERSION, KLOG_VERSION, "", "Linux version " MAJOR "." MINOR, 0, 0, 0 },
	{ FORM_HARDWARE, KLOG_HARDWARE, "", "Hardware name: ", V(6, 1), 0, 0 },
	{ FORM_MACHINE, KLOG_MACHINE, "", "Using pSeries machine description", 0, V(6, 1), 0 },
	{ FORM_OTHER, KLOG_POWERNV, "", "Using PowerNV machine description", 0, V(6, 1), 0 },
	{ FORM_OTHER, KLOG_COMMAND_LINE, "", "Kernel command line: ", 0, 0, 0 },
	{ FORM_PAGE_SIZES_FROM, KLOG_HASH_PAGES, "", MM "Page sizes from device-tree:", V(3, 10), 0, 0 },
	{ FORM_PAGE_SIZES, KLOG_PAGE_SIZE, MM, "base_shift=" BSHIFT ": shift=" SHIFT ", sllp=", V(3, 10), 0, 0 },
	/* KERN_DEBUG: the console of most guests does not have it */
	{ FORM_PAGE_ORDERS, KLOG_PAGE_ORDERS, MM, "Page orders: linear mapping = " LINEAR ", virtual = " VIRTUAL
		", io = " IO ", vmemmap = " VMEMMAP, V(7, 2), 0, 0 },
	{ FORM_PAGE_ORDERS, KLOG_PAGE_ORDERS, "", "Page orders: linear mapping = " LINEAR ", virtual = " VIRTUAL
		", io = " IO ", vmemmap = " VMEMMAP, 0, V(7, 2), 0 },
	/* a kernel without CONFIG_SPARSEMEM_VMEMMAP */
	{ FORM_OTHER, KLOG_PAGE_ORDERS, "", "Page orders: linear mapping = " LINEAR ", virtual = " VIRTUAL
		", io = " IO, 0, 0, 0 },
	{ FORM_SEGMENTS_1T, KLOG_SEGMENTS_1T, MM, "Using 1TB segments", V(7, 2), 0, 0 },
	{ FORM_SEGMENTS_1T, KLOG_SEGMENTS_1T, "", "Using 1TB segments", 0, V(7, 2), 0 },
	{ FORM_NO_KFENCE, KLOG_NO_KFENCE, MM, "Disabling kfence", V(7, 2), 0, 0 },
	{ FORM_HASH_MMU, KLOG_HASH_MMU, MM, "Initializing hash mmu with SLB", 0, 0, 0 },
	{ FORM_OTHER, KLOG_RADIX, "", "Using radix MMU under hypervisor", V(4, 11), 0, 0 },
	{ FORM_OTHER, KLOG_RADIX, "radix-mmu: ", "Initializing Radix MMU", V(4, 7), 0, 0 },
	{ FORM_OTHER, KLOG_RADIX, "", "radix-mmu: Mapped 0x" FIRST "-0x" LAST, V(4, 14), 0, 0 },
	{ FORM_FW_FEATURES, KLOG_FW_FEATURES, "", "firmware_features = 0x" HEX16, 0, 0, 0 },
	{ FORM_PFT_SIZE, KLOG_PFT_SIZE, MM, "ppc64_pft_size    = 0x" HEX, V(5, 2), 0, 0 },
	{ FORM_PFT_SIZE, KLOG_PFT_SIZE, "", "ppc64_pft_size    = 0x" HEX, 0, V(5, 2), 0 },
	{ FORM_HASH_MASK, KLOG_HASH_MASK, MM, "htab_hash_mask    = 0x" HEX, V(5, 2), 0, 0 },
	{ FORM_HASH_MASK, KLOG_HASH_MASK, "", "htab_hash_mask    = 0x" HEX, 0, V(5, 2), 0 },
	{ FORM_PHYS_MEM, KLOG_PHYS_MEM, "", "phys_mem_size     = 0x" HEX, 0, 0, 0 },
	{ FORM_OTHER, KLOG_PHYS_MEM, "", "physicalMemorySize            = 0x" HEX, 0, V(3, 16), 0 },
	{ FORM_MEMORY, KLOG_MEMORY, "", "Memory: " FREE "K/" KIB "K available", V(3, 16), 0, 0 },
	{ FORM_OTHER, KLOG_MEMORY, "", "Memory: " FREE "k/" KIB "k available", 0, V(3, 16), 0 },
	{ FORM_OTHER, KLOG_NODE_RANGE, "  ", "node " NODE ": [mem 0x" FIRST "-0x" LAST "]", 0, 0, 0 },
	{ FORM_OTHER, KLOG_TABLE_PAGES, "", "hash table entries: " COUNT " (order: " ORDER ", " BYTES " bytes", 0, 0, 0 },
	{ FORM_CPU, KLOG_CPUS, "smp: ", "Brought up " NODE " node, " CPUS " CPU", V(4, 10), 0, 0 },
	{ FORM_OTHER, KLOG_CPUS, "smp: ", "Brought up " NODE " nodes, " CPUS " CPU", V(4, 10), 0, 0 },
	{ FORM_OTHER, KLOG_CPUS, "", "Brought up " CPUS " CPU", 0, V(4, 10), 0 },

	/* ---- resizing */
	{ FORM_RESIZE_BEGIN, KLOG_RESIZE_BEGIN, LPAR, "Attempting to resize HPT to shift " SHIFT, V(4, 11), 0, 0 },
	{ FORM_RESIZE_DONE, KLOG_RESIZE_DONE, LPAR, "HPT resize to shift " SHIFT " complete (" PREPARE " ms / " COMMIT
		" ms)", V(4, 11), 0, 0 },
	/* lpar.c told of it itself, then who called it does */
	{ FORM_COLLISION, KLOG_COLLISION, LPAR, "Hash collision while resizing HPT", V(4, 11), V(5, 2), 0 },
	{ FORM_COLLISION, KLOG_COLLISION, MM, "Hash collision while resizing HPT", V(5, 2), 0, 0 },
	{ FORM_EINVAL, KLOG_RESIZE_ERROR, LPAR, "Invalid argument from H_RESIZE_HPT_PREPARE", V(4, 11), 0, 0 },
	{ FORM_EPERM, KLOG_RESIZE_ERROR, LPAR, "Operation not permitted from H_RESIZE_HPT_PREPARE", V(4, 11), 0, 0 },
	{ FORM_EIO_PREPARE, KLOG_RESIZE_ERROR, LPAR, "Unexpected error " RC " from H_RESIZE_HPT_PREPARE", V(4, 11), 0, 0 },
	{ FORM_EIO_COMMIT, KLOG_RESIZE_ERROR, LPAR, "Unexpected error " RC " from H_RESIZE_HPT_COMMIT", V(4, 11), 0, 0 },
	{ FORM_ETIMEDOUT, KLOG_RESIZE_ERROR, LPAR, "Unexpected error " RC " cancelling timed out HPT resize", V(4, 11), 0, 0 },
	{ FORM_UNABLE, KLOG_RESIZE_ERROR, "", "Unable to resize hash page table to target order " SHIFT ": " RC,
		V(4, 11), V(5, 2), 0 },

	/* ---- requests */
	{ FORM_ADD_COUNT, KLOG_ADD, MEM, "Attempting to hot-add " COUNT " LMB(s)", 0, 0, FORM_BY_COUNT },
	{ FORM_ADD_INDEX, KLOG_ADD, MEM, "Attempting to hot-add LMB, drc index " DRC, 0, 0, FORM_BY_INDEX },
	{ FORM_ADD_INDEXED, KLOG_ADD, MEM, "Attempting to hot-add " COUNT " LMB(s) at index " DRC, 0, 0, FORM_BY_INDEXED },
	{ FORM_REMOVE_COUNT, KLOG_REMOVE, MEM, "Attempting to hot-remove " COUNT " LMB(s)", 0, 0, FORM_BY_COUNT },
	/* pr_debug() since */
	{ FORM_REMOVE_INDEX, KLOG_REMOVE, MEM, "Attempting to hot-remove LMB, drc index " DRC, 0, V(5, 11), FORM_BY_INDEX },
	{ FORM_REMOVE_INDEXED, KLOG_REMOVE, MEM, "Attempting to hot-remove " COUNT " LMB(s) at " DRC, 0, 0, FORM_BY_INDEXED },
	/* a partition that moved to another machine, or whose memory did */
	{ FORM_OTHER, KLOG_UPDATE, MEM, "Attempting to update LMB, drc index " DRC, V(4, 2), V(5, 9), FORM_BY_INDEX },

	/* ---- their LMBs */
	{ FORM_ADDED, KLOG_LMB_ADDED, MEM, "Memory at " BASE " (drc index " DRC ") was hot-added", 0, V(5, 11),
		FORM_BY_COUNT },
	{ FORM_ADDED, KLOG_LMB_ADDED, MEM, "Memory at " BASE " (drc index " DRC ") was hot-added", 0, 0,
		FORM_BY_INDEX | FORM_BY_INDEXED },
	{ FORM_REMOVED, KLOG_LMB_REMOVED, MEM, "Memory at " BASE " was hot-removed", 0, V(5, 11), FORM_BY_INDEX },
	{ FORM_REMOVED, KLOG_LMB_REMOVED, MEM, "Memory at " BASE " was hot-removed", 0, 0, FORM_BY_COUNT },
	{ FORM_REMOVED_DRC, KLOG_LMB_REMOVED, MEM, "Memory at " BASE " (drc index " DRC ") was hot-removed", 0, 0,
		FORM_BY_INDEXED },
	{ FORM_OTHER, KLOG_UPDATED, MEM, "Memory at " BASE " was updated", V(4, 2), V(5, 9), FORM_BY_INDEX },
	{ FORM_ADD_FAILED, KLOG_LMB_ADD_FAILED, MEM, "Failed to hot-add memory, drc index " DRC, 0, 0, FORM_BY_INDEX },
	{ FORM_OTHER, KLOG_LMB_ADD_FAILED, MEM, "Failed to hot-add memory at " BASE, 0, 0, 0 },
	{ FORM_REMOVE_FAILED, KLOG_LMB_REMOVE_FAILED, MEM, "Failed to hot-remove memory at " BASE, 0, V(5, 11),
		FORM_BY_INDEX },
	{ FORM_OTHER, KLOG_LMB_REMOVE_FAILED, MEM, "Failed to hot-remove memory, drc index " DRC, 0, 0, 0 },
	{ FORM_OTHER, KLOG_OFFLINED, "", "Offlined Pages " COUNT, 0, V(5, 11), 0 },
	{ FORM_ADD_COUNT_UNDONE, KLOG_ROLLBACK, MEM, "Memory hot-add failed, removing any added LMBs", 0, 0,
		FORM_BY_COUNT },
	{ FORM_ADD_INDEXED_UNDONE, KLOG_ROLLBACK, MEM, "Memory indexed-count-add failed, removing any added LMBs", 0, 0,
		FORM_BY_INDEXED },
	{ FORM_REMOVE_COUNT_UNDONE, KLOG_ROLLBACK, MEM, "Memory hot-remove failed, adding LMB's back", 0, 0,
		FORM_BY_COUNT },
	{ FORM_REMOVE_INDEXED_UNDONE, KLOG_ROLLBACK, MEM,
		"Memory indexed-count-remove failed, adding any removed LMBs", 0, 0, FORM_BY_INDEXED },
	{ FORM_NOT_ENOUGH, KLOG_NOT_ENOUGH, MEM, "Not enough LMBs available (" HAVE " of " WANT ") to satisfy request",
		0, 0, FORM_BY_COUNT },
	/* what was written to /sys/kernel/dlpar, a newline included */
	{ FORM_REFUSED_ADD_COUNT, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "add count " COUNT, 0, 0, FORM_BY_COUNT },
	{ FORM_REFUSED_ADD_INDEX, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "add index 0x" DRC, 0, 0, FORM_BY_INDEX },
	{ FORM_REFUSED_ADD_INDEXED, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "add indexed-count " COUNT " 0x" DRC, 0, 0,
		FORM_BY_INDEXED },
	{ FORM_REFUSED_REMOVE_COUNT, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "remove count " COUNT, 0, 0, FORM_BY_COUNT },
	{ FORM_REFUSED_REMOVE_INDEX, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "remove index 0x" DRC, 0, 0, FORM_BY_INDEX },
	{ FORM_REFUSED_REMOVE_INDEXED, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "remove indexed-count " COUNT " 0x" DRC, 0, 0,
		FORM_BY_INDEXED },
	{ FORM_OTHER, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "add ", 0, 0, 0 },
	{ FORM_OTHER_REMOVE, KLOG_DLPAR_FAILED, "dlpar: ", REFUSED "remove ", 0, 0, 0 },
	{ FORM_OTHER, KLOG_RTAS_EVENT, "", "RTAS: event: " COUNT ", Type: Hotplug Event", 0, 0, 0 },

	/* ---- that lines are missing: the kernel's console, its journal, its syslog */
	{ FORM_OTHER, KLOG_DROPPED, "", "** " COUNT " printk messages dropped", 0, 0, 0 },
	{ FORM_OTHER, KLOG_DROPPED, "systemd-journald: ", "Missed " COUNT " kernel messages", 0, 0, 0 },
	{ FORM_OTHER, KLOG_DROPPED, "rsyslogd: ", "imjournal: " COUNT " messages lost due to rate-limiting", 0, 0, 0 },
};

const size_t line_form_count = sizeof(line_forms) / sizeof(line_forms[0]);
