/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guest is like, from the lines of one boot. */
#include <string.h>

#include "log/guest.h"
#include "log/internal.h"
#include "log/pages.h"
#include "sim/units.h"

#define FW_FEATURE_HPT_RESIZE	UINT64_C(0x01000000)
/*
 * What PowerVM offers and neither QEMU nor KVM does: CMO and extended CMO, best
 * energy, PRRN, block removal (arch/powerpc/include/asm/firmware.h).
 */
#define FW_FEATURES_PHYP	(UINT64_C(1) << 25 | UINT64_C(1) << 27 | UINT64_C(1) << 31 | UINT64_C(1) << 33 | UINT64_C(1) << 36)
#define MEMORY_MAX		(UINT64_C(64) << 40)	/* of a scenario */

unsigned plan_hpt_shift_for(uint64_t bytes)
{
	unsigned shift = plan_ceil_log2(bytes);

	return shift < 18 + 7 ? 18 : shift > 46 + 7 ? 46 : shift - 7;
}


/* What "Page orders:" would say, an LMB, and a version that the model has: where another line or nothing tells them. */
static void find_sizes(struct deriver *d)
{
	struct plan *plan = d->plan;
	enum log_size_source from;
	struct log_pages pages = log_pages(d->log, d->boot);

	plan->page_shift = pages.base_shift;
	plan->max_page_shift = pages.max_shift;
	/* larger pages are there, and the kernel does not take them: as with debug_pagealloc or KFENCE */
	if (pages.max_shift > pages.base_shift && pages.linear_shift < pages.max_shift)
		plan->linear_shift = pages.linear_shift;
	if (pages.max_shift > pages.base_shift && pages.vmemmap_shift < pages.max_shift)
		plan->vmemmap_shift = pages.vmemmap_shift;
	plan->small_segments = log_small_segments(d->log, d->boot);
	/* a kernel that is not built with them does not mind what it was told */
	if (pages.linear_shift > pages.base_shift)
		plan->debug_pagealloc = plan->kfence = false;
	if (!plan->lmb_bytes)
		plan->lmb_bytes = log_lmb_bytes(d->log, d->boot, &from);
	/* a vendor's kernel that can resize has what came with 4.11 */
	if (plan->kernel_major < 4 || (plan->kernel_major == 4 && plan->kernel_minor < 11)) {
		plan->kernel_major = 4;
		plan->kernel_minor = 11;
	}
}

/*
 * The first memory range that ends where another one of its node begins, or
 * before a hole: DIMMs that are there at boot follow.
 */
static void node_range(struct deriver *d, const struct klog_record *r, const struct klog_record *before)
{
	if (r->u.range.last >= d->top && r->u.range.last < MEMORY_MAX)
		d->top = r->u.range.last + 1;
	if (!before || d->plan->memory_bytes)
		return;
	if (r->u.range.first != before->u.range.last + 1 || r->u.range.node == before->u.range.node)
		d->plan->memory_bytes = before->u.range.last + 1;
}

static void boot_record(struct deriver *d, const struct klog_record *r)
{
	struct plan *plan = d->plan;

	switch (r->kind) {
	case KLOG_VERSION:
		plan->kernel_major = r->u.version.major;
		plan->kernel_minor = r->u.version.minor;
		break;
	case KLOG_HARDWARE:
		plan->kvm = r->u.hardware.kvm;
		plan->powervm = plan->powervm || r->u.hardware.phyp;
		d->qemu = r->u.hardware.qemu || r->u.hardware.kvm;
		d->has_hardware = true;
		break;
	case KLOG_COMMAND_LINE:
		plan->debug_pagealloc = r->u.command_line.debug_pagealloc;
		plan->kfence = r->u.command_line.kfence;
		break;
	case KLOG_PFT_SIZE:
		d->pft_shift = (unsigned)r->u.value;
		d->has_pft = r->u.value >= 18 && r->u.value <= 46;
		break;
	case KLOG_FW_FEATURES:
		plan->disabled = !(r->u.value & FW_FEATURE_HPT_RESIZE);
		plan->powervm = plan->powervm || (plan->disabled && (r->u.value & FW_FEATURES_PHYP));
		break;
	case KLOG_PHYS_MEM:
		d->total = r->u.value;
		d->has_total = true;
		break;
	case KLOG_MEMORY:
		/* available/total: all that memblock has, as phys_mem_size */
		if (!d->has_total)
			d->total = r->u.value;
		d->has_total = true;
		break;
	case KLOG_CPUS:
		if (r->u.value && r->u.value <= 2048)
			plan->vcpu_count = (unsigned)r->u.value;
		break;
	default:
		break;
	}
}

/*
 * PowerVM says so from Linux 6.2 on, and by what it offers. Else memory tells that no
 * DIMM of QEMU's can hold: LMBs of another size, or one that goes from below the first GiB.
 */
static bool is_partition(struct deriver *d)
{
	if (d->plan->powervm || d->qemu || !d->plan->disabled)
		return d->plan->powervm;
	return d->plan->lmb_bytes != SPAPR_MEMORY_BLOCK_SIZE || plan_lowest_removed(d) < SPAPR_DEVICE_MEM_ALIGN / SPAPR_MEMORY_BLOCK_SIZE;
}

/* All at boot is its memory, and any LMB above the real mode area may go. */
static void find_partition(struct deriver *d)
{
	struct plan *plan = d->plan;
	uint64_t removed = plan_lowest_removed(d);

	plan->powervm = true;
	plan->memory_bytes = d->total;
	plan->first_lmb = (REAL_MODE_AREA_USUAL + plan->lmb_bytes - 1) / plan->lmb_bytes;
	plan->real_mode_bytes = REAL_MODE_AREA_USUAL;
	if (removed < plan->first_lmb) {
		plan->first_lmb = removed;
		plan->real_mode_bytes = removed * plan->lmb_bytes;
	}
	if (plan->first_lmb > d->total / plan->lmb_bytes)
		plan->first_lmb = d->total / plan->lmb_bytes;
}

bool plan_find_guest(struct deriver *d, const char **missing)
{
	struct plan *plan = d->plan;
	const struct klog_record *range = NULL;
	uint64_t lmb;

	for (size_t i = 0; i < d->boot->record_count; i++) {
		const struct klog_record *r = &d->log->records[d->boot->first_record + i];

		boot_record(d, r);
		if (r->kind == KLOG_NODE_RANGE) {
			node_range(d, r, range);
			range = r;
		}
		d->quiet = d->quiet || r->kind == KLOG_RTAS_EVENT;
	}
	find_sizes(d);
	lmb = plan->lmb_bytes;
	*missing = !d->has_total ? "how much memory the guest has at boot (\"phys_mem_size\" or \"Memory:\")" :
		   !d->has_pft ? "the order of its first HPT (\"ppc64_pft_size\")" : NULL;
	if (*missing)
		return false;
	if ((plan->page_shift != 12 && plan->page_shift != 16) ||
	    (plan->max_page_shift != plan->page_shift && plan->max_page_shift != 24 && plan->max_page_shift != 16)) {
		*missing = "page sizes that hptsim knows (4K or 64K, or 16M for the linear map)";
		return false;
	}
	if (d->total < lmb || d->total > MEMORY_MAX || d->total % lmb) {
		*missing = "a memory size that is a multiple of the LMB size";
		return false;
	}
	if (d->top < d->total)
		d->top = d->total;
	d->ranges_end = plan->memory_bytes;
	if (is_partition(d))
		find_partition(d);
	else
		plan_place_dimms(d);
	if (plan->disabled || d->pft_shift != plan_hpt_shift_for(d->total))
		plan->hpt_shift = d->pft_shift;
	return true;
}

