/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guest is like, from the lines of one boot. */
#include <stdlib.h>
#include <string.h>

#include "log/guest.h"
#include "log/internal.h"
#include "log/pages.h"

#define DEVICE_MEM_ALIGN	(UINT64_C(1) << 30)	/* DIMMs start at a multiple of it */
#define DRC_NUMBER		0x7fffffffu		/* without the type bits of an LMB's index */
#define FW_FEATURE_HPT_RESIZE	UINT64_C(0x01000000)
#define LMB_QEMU		(UINT64_C(256) << 20)	/* SPAPR_MEMORY_BLOCK_SIZE */
/*
 * What PowerVM offers and neither QEMU nor KVM does: CMO and extended CMO, best
 * energy, PRRN, block removal (arch/powerpc/include/asm/firmware.h).
 */
#define FW_FEATURES_PHYP	(UINT64_C(1) << 25 | UINT64_C(1) << 27 | UINT64_C(1) << 31 | UINT64_C(1) << 33 | UINT64_C(1) << 36)
#define MEMORY_MIN		(UINT64_C(256) << 20)	/* of a scenario */
#define MEMORY_MAX		(UINT64_C(64) << 40)
#define REQUESTS_MAX		4096			/* that are looked at for where DIMMs are at boot */
#define BOOT_DIMMS_MAX		256			/* slots of a pseries machine */

unsigned plan_ceil_log2(uint64_t value)
{
	unsigned shift = 0;

	while (shift < 63 && UINT64_C(1) << shift < value)
		shift++;
	return shift;
}

unsigned plan_hpt_shift_for(uint64_t bytes)
{
	unsigned shift = plan_ceil_log2(bytes);

	return shift < 18 + 7 ? 18 : shift > 46 + 7 ? 46 : shift - 7;
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
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

/* What requests tell of where boot memory ends and DIMMs begin; LMBs. */
struct evidence {
	uint64_t removed;		/* lowest that was ever taken; UINT64_MAX: none */
	uint64_t end;			/* behind the highest one taken that no request brought; 0: none */
	uint64_t plugged;		/* where the first DIMM came; 0: not known */
	uint64_t have;			/* all that can be taken, before anything came; UINT64_MAX: not told */
};

/* Did a request before @until bring an LMB of [first, end)? */
static bool was_brought(const struct deriver *d, size_t until, uint64_t first, uint64_t end)
{
	for (size_t i = d->boot->first_request; i < until; i++) {
		const struct klog_request *rq = &d->log->requests[i];
		uint64_t at = rq->drc & DRC_NUMBER;

		if (rq->add && (rq->by == KLOG_BY_COUNT || (at < end && first < at + rq->count)))
			return true;
	}
	return false;
}

/* A removal of certain LMBs, all of which were there: a DIMM that was at boot, or LMBs of one. */
static void removal_evidence(const struct deriver *d, struct evidence *e, size_t request)
{
	const struct klog_request *rq = &d->log->requests[request];
	uint64_t first = rq->drc & DRC_NUMBER, end = first + rq->count, last = d->top / d->plan->lmb_bytes;

	if (rq->failed && rq->rollback == KLOG_NONE) {
		for (size_t i = rq->record; i < rq->end && e->have == UINT64_MAX; i++) {
			const struct klog_record *r = &d->log->records[i];

			if (r->kind == KLOG_NOT_ENOUGH && !was_brought(d, request, 0, UINT64_MAX))
				e->have = r->u.not_enough.have;
		}
		return;
	}
	/* the gap above boot memory may shift DIMMs up, by less than its unit */
	last += DEVICE_MEM_ALIGN / d->plan->lmb_bytes;
	if (rq->by == KLOG_BY_INDEXED_COUNT && !rq->dlpar && rq->count && end <= last && end > e->end &&
	    !was_brought(d, request, first, end))
		e->end = end;
}

static struct evidence find_evidence(const struct deriver *d)
{
	struct evidence e = { .removed = UINT64_MAX, .have = UINT64_MAX };

	for (size_t i = 0; i < d->boot->record_count; i++) {
		const struct klog_record *r = &d->log->records[d->boot->first_record + i];

		if (r->kind == KLOG_LMB_REMOVED && r->u.lmb.has_base && r->u.lmb.base &&
		    r->u.lmb.base / d->plan->lmb_bytes < e.removed)
			e.removed = r->u.lmb.base / d->plan->lmb_bytes;
	}
	for (size_t i = 0; i < d->boot->request_count && i < REQUESTS_MAX; i++) {
		size_t request = d->boot->first_request + i;
		const struct klog_request *rq = &d->log->requests[request];

		if (!rq->add)
			removal_evidence(d, &e, request);
		else if (!e.plugged && !d->quiet && rq->by == KLOG_BY_INDEXED_COUNT && !rq->dlpar && rq->count)
			e.plugged = rq->drc & DRC_NUMBER;
	}
	return e;
}

/* With so many LMBs of the memory at boot in DIMMs, is everything as it is told? */
static bool explains(const struct deriver *d, const struct evidence *e, uint64_t dimms, bool plugged)
{
	uint64_t lmb = d->plan->lmb_bytes, first = round_up(d->total - dimms * lmb, DEVICE_MEM_ALIGN) / lmb;

	if (e->have != UINT64_MAX && dimms != e->have)
		return false;
	if ((e->removed != UINT64_MAX && e->removed < first) || (e->end && e->end > first + dimms))
		return false;
	return !plugged || !e->plugged || e->plugged == first + dimms;
}

/* Boot memory never goes: what does is a DIMM's. The least that explains all is in DIMMs. */
static void find_boot_memory(struct deriver *d)
{
	struct evidence e = find_evidence(d);
	uint64_t lmb = d->plan->lmb_bytes, most = (d->total - (d->total < MEMORY_MIN ? d->total : MEMORY_MIN)) / lmb;
	uint64_t ranges = d->plan->memory_bytes;

	if (ranges && ranges <= d->total && ranges >= MEMORY_MIN && ranges % lmb == 0 &&
	    (e.removed == UINT64_MAX || e.removed * lmb >= ranges))
		return;
	d->plan->memory_bytes = d->total;
	/* the first DIMM to come shows how far those that are there reach, unless it has an address of its own */
	for (int plugged = 1; plugged >= 0; plugged--) {
		for (uint64_t dimms = 0; dimms <= most; dimms++) {
			if (!explains(d, &e, dimms, plugged))
				continue;
			d->plan->memory_bytes = d->total - dimms * lmb;
			return;
		}
	}
}

static bool push_dimm(struct plan *plan, uint64_t first, uint64_t count)
{
	if (!count)
		return true;
	if (!klog_grow(&plan->boot_dimms, plan->boot_dimm_count, sizeof(*plan->boot_dimms)))
		return false;
	plan->boot_dimms[plan->boot_dimm_count++] = (struct plan_dimm){ first, count };
	return true;
}

/* The next place where a DIMM ends in [first, first + count), as far as unplugs tell. */
static uint64_t next_cut(const struct deriver *d, uint64_t first, uint64_t count)
{
	uint64_t cut = count;

	for (size_t i = 0; i < d->boot->request_count; i++) {
		const struct klog_request *rq = &d->log->requests[d->boot->first_request + i];
		uint64_t at = rq->drc & DRC_NUMBER, end = at + rq->count;

		if (rq->add || rq->by != KLOG_BY_INDEXED_COUNT || rq->dlpar || at < d->plan->first_lmb ||
		    end > d->dimms_end)
			continue;
		if (at > first && at - first < cut)
			cut = at - first;
		if (end > first && end - first < cut)
			cut = end - first;
	}
	return cut;
}

static bool cut_dimms(struct deriver *d, uint64_t first, uint64_t count)
{
	uint64_t cut;

	for (; count && d->plan->boot_dimm_count < BOOT_DIMMS_MAX; first += cut, count -= cut) {
		cut = next_cut(d, first, count);
		if (!push_dimm(d->plan, first, cut))
			return false;
	}
	return push_dimm(d->plan, first, count);
}

/* DIMMs that are there at boot: behind boot memory, or where ranges say. */
static bool find_boot_dimms(struct deriver *d)
{
	struct plan *plan = d->plan;
	uint64_t lmb = plan->lmb_bytes, left = (d->total - plan->memory_bytes) / lmb;

	plan->first_lmb = round_up(plan->memory_bytes, DEVICE_MEM_ALIGN) / lmb;
	d->dimms_end = d->top > plan->memory_bytes ? d->top / lmb : 0;
	if (d->dimms_end < plan->first_lmb + left)
		d->dimms_end = plan->first_lmb + left;
	for (size_t i = 0; d->top > d->total && i < d->boot->record_count && left; i++) {
		const struct klog_record *r = &d->log->records[d->boot->first_record + i];
		uint64_t first = r->u.range.first / lmb, count;

		if (r->kind != KLOG_NODE_RANGE || r->u.range.first < plan->first_lmb * lmb || r->u.range.last >= MEMORY_MAX ||
		    r->u.range.first % lmb || (r->u.range.last + 1) % lmb)
			continue;
		count = (r->u.range.last + 1) / lmb - first;
		if (count > left || (plan->boot_dimm_count && first < d->dimms_seen))
			continue;
		if (!cut_dimms(d, first, count))
			return false;
		d->dimms_seen = first + count;
		left -= count;
	}
	return cut_dimms(d, d->dimms_seen ? d->dimms_seen : plan->first_lmb, left);
}

/*
 * PowerVM says so from Linux 6.2 on, and by what it offers. Else memory tells that no
 * DIMM of QEMU's can hold: LMBs of another size, or one that goes from below the first GiB.
 */
static bool is_partition(const struct deriver *d)
{
	if (d->plan->powervm || d->qemu || !d->plan->disabled)
		return d->plan->powervm;
	return d->plan->lmb_bytes != LMB_QEMU || find_evidence(d).removed < DEVICE_MEM_ALIGN / LMB_QEMU;
}

/* All at boot is its memory, and any LMB above the real mode area may go. */
static void find_partition(struct deriver *d)
{
	struct plan *plan = d->plan;
	uint64_t removed = find_evidence(d).removed;

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
	if (is_partition(d)) {
		find_partition(d);
	} else {
		find_boot_memory(d);
		if (!find_boot_dimms(d))
			d->no_memory = true;
	}
	if (plan->disabled || d->pft_shift != plan_hpt_shift_for(d->total))
		plan->hpt_shift = d->pft_shift;
	return true;
}

