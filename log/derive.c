/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest and its requests from the lines of one boot, without simulating. */
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"
#include "log/pages.h"
#include "log/plan.h"

#define DEVICE_MEM_ALIGN	(UINT64_C(1) << 30)	/* DIMMs start at a multiple of it */
#define DRC_NUMBER		0x7fffffffu		/* without the type bits of an LMB's index */
#define FW_FEATURE_HPT_RESIZE	UINT64_C(0x01000000)
#define MEMORY_MAX		(UINT64_C(64) << 40)	/* of a scenario */

struct deriver {
	struct plan *plan;
	const struct klog *log;
	const struct klog_boot *boot;
	uint64_t total;			/* memory at boot, DIMMs included */
	uint64_t top;			/* end of it; above total if there is a hole */
	bool has_total, has_pft;
	unsigned pft_shift;
	/* DIMMs as they come and go; index is the id */
	struct plan_dimm *dimms;
	size_t dimm_count;
	uint64_t next_lmb;		/* behind the last DIMM */
	bool quiet;			/* hotplug events do not make requests on this machine */
	bool quiet_open;		/* ... and a DIMM of unknown size is there */
	size_t quiet_event;		/* its PLAN_PLUG */
	bool no_memory;
};

static unsigned ceil_log2(uint64_t value)
{
	unsigned shift = 0;

	while (shift < 63 && UINT64_C(1) << shift < value)
		shift++;
	return shift;
}

unsigned plan_hpt_shift_for(uint64_t bytes)
{
	unsigned shift = ceil_log2(bytes);

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
	plan->max_page_shift = pages.linear_shift;
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
		break;
	case KLOG_PFT_SIZE:
		d->pft_shift = (unsigned)r->u.value;
		d->has_pft = r->u.value >= 18 && r->u.value <= 46;
		break;
	case KLOG_FW_FEATURES:
		plan->disabled = !(r->u.value & FW_FEATURE_HPT_RESIZE);
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

/* Boot memory never goes: the lowest LMB of it that a request takes is a DIMM's. */
static void removed_at_boot(struct deriver *d)
{
	uint64_t lmb = d->plan->lmb_bytes, lowest = d->plan->memory_bytes ? d->plan->memory_bytes : d->top;

	for (size_t i = 0; i < d->boot->record_count; i++) {
		const struct klog_record *r = &d->log->records[d->boot->first_record + i];
		uint64_t base = UINT64_MAX;

		if (r->kind == KLOG_LMB_REMOVED && r->u.lmb.has_base)
			base = r->u.lmb.base;
		if (base && base < lowest)
			lowest = base / DEVICE_MEM_ALIGN * DEVICE_MEM_ALIGN;
	}
	if (lowest >= lmb)
		d->plan->memory_bytes = lowest;
}

static bool find_guest(struct deriver *d, const char **missing)
{
	struct plan *plan = d->plan;
	const struct klog_record *range = NULL;
	uint64_t lmb, dimms;

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
	removed_at_boot(d);
	if (plan->memory_bytes > d->total || plan->memory_bytes % lmb)
		plan->memory_bytes = d->total;
	dimms = d->total - plan->memory_bytes;
	plan->boot_dimm = (struct plan_dimm){
		.first = round_up(plan->memory_bytes, DEVICE_MEM_ALIGN) / lmb, .count = dimms / lmb,
	};
	d->next_lmb = plan->boot_dimm.first + plan->boot_dimm.count;
	if (plan->disabled || d->pft_shift != plan_hpt_shift_for(d->total))
		plan->hpt_shift = d->pft_shift;
	return true;
}

static bool push_dimm(struct deriver *d, uint64_t first, uint64_t count)
{
	if (!klog_grow(&d->dimms, d->dimm_count, sizeof(*d->dimms))) {
		d->no_memory = true;
		return false;
	}
	d->dimms[d->dimm_count++] = (struct plan_dimm){ first, count };
	if (first + count > d->next_lmb)
		d->next_lmb = first + count;
	return true;
}

static void push_event(struct deriver *d, struct plan_event ev)
{
	if (!plan_insert(d->plan, d->plan->event_count, ev))
		d->no_memory = true;
}

/* A DIMM that the guest was not told of. */
static void plug_quietly(struct deriver *d, uint64_t count, const char *why)
{
	d->quiet_event = d->plan->event_count;
	d->quiet_open = true;
	push_event(d, (struct plan_event){ .kind = PLAN_PLUG, .request = KLOG_NONE,
					   .dimm = (unsigned)d->dimm_count, .count = (uint32_t)count, .why = why });
	push_dimm(d, d->next_lmb, count);
}

/* The LMBs up to @end have to be there. */
static void need_lmbs(struct deriver *d, uint64_t end)
{
	uint64_t more;

	if (end <= d->next_lmb || end > MEMORY_MAX / d->plan->lmb_bytes)
		return;
	more = end - d->next_lmb;
	if (!d->quiet_open) {
		plug_quietly(d, more, "not in the log: a later request needs it");
		return;
	}
	d->plan->events[d->quiet_event].count += (uint32_t)more;
	d->dimms[d->dimm_count - 1].count += more;
	d->next_lmb = end;
}

/* A DIMM of exactly that range, or dimm_count. */
static size_t dimm_of(const struct deriver *d, uint64_t first, uint64_t count)
{
	size_t i = d->dimm_count;

	while (i-- > 0)
		if (d->dimms[i].first == first && d->dimms[i].count == count)
			return i;
	return d->dimm_count;
}

/* First gap of @count LMBs, as the hypervisor looks for it. */
static uint64_t first_gap(const struct deriver *d, uint64_t count)
{
	uint64_t start = d->plan->boot_dimm.first;
	bool moved = true;

	while (moved) {
		moved = false;
		for (size_t i = 0; i < d->dimm_count; i++) {
			const struct plan_dimm *m = &d->dimms[i];

			if (m->count && m->first < start + count && start < m->first + m->count) {
				start = m->first + m->count;
				moved = true;
			}
		}
	}
	return start;
}

static void add_request(struct deriver *d, const struct klog_request *rq, struct plan_event ev)
{
	uint64_t first = rq->drc & DRC_NUMBER;

	ev.kind = PLAN_ADD;
	if (rq->by == KLOG_BY_INDEXED_COUNT && !rq->dlpar && !d->quiet && rq->count &&
	    first >= d->plan->boot_dimm.first && first + rq->count <= MEMORY_MAX / d->plan->lmb_bytes &&
	    (first >= d->next_lmb || first_gap(d, rq->count) == first)) {
		/* a hotplug event: its DIMM is in the first gap, so whatever is before it is taken */
		if (first > first_gap(d, rq->count))
			need_lmbs(d, first);
		d->quiet_open = false;
		ev.kind = PLAN_PLUG;
		ev.notify = true;
		ev.dimm = (unsigned)d->dimm_count;
		push_dimm(d, first, rq->count);
	} else if (!rq->failed && rq->by == KLOG_BY_INDEX) {
		need_lmbs(d, first + 1);
	} else if (!rq->failed && rq->by == KLOG_BY_INDEXED_COUNT) {
		need_lmbs(d, first + rq->count);
	}
	push_event(d, ev);
}

static void remove_request(struct deriver *d, const struct klog_request *rq, struct plan_event ev)
{
	size_t dimm = rq->by == KLOG_BY_INDEXED_COUNT && !rq->dlpar ?
		      dimm_of(d, rq->drc & DRC_NUMBER, rq->count) : d->dimm_count;

	ev.kind = PLAN_REMOVE;
	if (dimm < d->dimm_count) {
		ev.kind = PLAN_UNPLUG;
		ev.dimm = (unsigned)dimm;
		if (!rq->failed)
			d->dimms[dimm].count = 0;	/* gone: its range is a gap again */
		d->quiet_open = false;
	}
	push_event(d, ev);
}

static void requests(struct deriver *d)
{
	size_t record = d->boot->first_record;

	for (size_t i = 0; i < d->boot->request_count && !d->no_memory; i++) {
		const struct klog_request *rq = &d->log->requests[d->boot->first_request + i];
		struct plan_event ev = {
			.request = d->boot->first_request + i, .by = rq->by, .count = rq->count, .drc = rq->drc,
		};

		for (; record < rq->record; record++)
			if (d->log->records[record].kind == KLOG_RTAS_EVENT)
				plug_quietly(d, 1, "\"RTAS: event\": the guest was not asked to add it");
		if (rq->by == KLOG_BY_UNKNOWN)
			continue;
		if (rq->add)
			add_request(d, rq, ev);
		else
			remove_request(d, rq, ev);
	}
}

/* Largest table that the host could allocate, if errors say that there is a limit. */
static void find_alloc_limit(struct deriver *d)
{
	int refused = 0, good = 0;

	for (size_t i = 0; i < d->boot->attempt_count; i++) {
		const struct klog_attempt *a = &d->log->attempts[d->boot->first_attempt + i];

		if (a->outcome == KLOG_FAILED && a->error == KLOG_EIO_PREPARE && a->error_number == -9) {
			if (!refused || a->shift < refused)
				refused = a->shift;
		} else if (a->outcome != KLOG_FAILED && a->shift > good) {
			good = a->shift;
		}
	}
	if (refused > 18 && refused <= 46 && refused > good)
		d->plan->max_alloc_shift = (unsigned)refused - 1;
}

/* Room for everything that the requests name, then up to a power of two. */
static void find_max_memory(struct deriver *d)
{
	struct plan *plan = d->plan;
	uint64_t lmb = plan->lmb_bytes, gap = plan->boot_dimm.first * lmb - plan->memory_bytes;
	uint64_t most = MEMORY_MAX / lmb, last = d->next_lmb, bytes;

	for (size_t i = 0; i < d->boot->request_count; i++) {
		const struct klog_request *rq = &d->log->requests[d->boot->first_request + i];
		uint64_t first = rq->drc & DRC_NUMBER;

		if (rq->by == KLOG_BY_INDEXED_COUNT && !rq->dlpar && first + rq->count > last && first + rq->count < most)
			last = first + rq->count;
	}
	bytes = last * lmb - gap;
	plan->max_memory_least = bytes;
	plan->max_memory_bytes = UINT64_C(1) << ceil_log2(bytes);
	if (plan->max_memory_bytes > MEMORY_MAX)
		plan->max_memory_bytes = MEMORY_MAX;
}

enum plan_status plan_derive(struct plan *plan, const struct klog *log, const struct klog_boot *boot,
			     const char **missing)
{
	struct deriver d = { .plan = plan, .log = log, .boot = boot };

	*missing = NULL;
	*plan = (struct plan){
		.lmb_bytes = plan->lmb_bytes, .page_shift = 16, .max_page_shift = 16, .vcpu_count = 1,
		.kernel_major = 6, .kernel_minor = 1,
	};
	if (!boot->request_count && !boot->attempt_count)
		return PLAN_ENOTHING;
	if (!find_guest(&d, missing))
		return PLAN_ENOGUEST;
	/* id d0 is the boot DIMM's, even if there is none */
	if (push_dimm(&d, plan->boot_dimm.first, plan->boot_dimm.count))
		requests(&d);
	find_alloc_limit(&d);
	find_max_memory(&d);
	plan->dimm_count = (unsigned)d.dimm_count;
	free(d.dimms);
	if (!d.no_memory)
		return PLAN_OK;
	plan_free(plan);
	return PLAN_ENOMEM;
}
