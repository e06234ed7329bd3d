/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/pages.h"

#include "sim/units.h"

#define LMB_MIN		(UINT64_C(16) << 20)
#define LMB_MAX		(UINT64_C(4) << 30)
#define DRC_NUMBER	0x7fffffffu		/* without the type bits of an LMB's index */
#define SHIFT_4K	12
#define SHIFT_64K	16
#define SHIFT_16M	24

static unsigned log2_of(uint64_t bytes)
{
	unsigned shift = 0;

	while (shift < 63 && UINT64_C(1) << shift < bytes)
		shift++;
	return shift;
}

static bool is_page(uint64_t bytes)
{
	return bytes == UINT64_C(1) << SHIFT_4K || bytes == UINT64_C(1) << SHIFT_64K;
}

/* What one record shows of the kernel's own pages; 0: nothing. */
static uint64_t page_bytes(const struct klog_record *r, uint64_t lmb_bytes)
{
	if (r->kind == KLOG_TABLE_PAGES && is_page(r->u.value))
		return r->u.value;
	/* an LMB was offlined, and it has so many */
	if (r->kind == KLOG_OFFLINED && r->u.value && is_page(lmb_bytes / r->u.value))
		return lmb_bytes / r->u.value;
	return 0;
}

/* The kernel maps its memory with 16M pages if the hypervisor offers them, else with its own. */
static void find_linear(struct log_pages *pages, bool listed, bool has_16m, bool phyp)
{
	pages->linear_from = listed ? LOG_SIZE_SHOWN : LOG_SIZE_USUAL;
	pages->linear_shift = (listed ? has_16m : phyp) ? SHIFT_16M : pages->base_shift;
	pages->vmemmap_shift = pages->max_shift = pages->linear_shift;
}

/* "Page orders:" says all but what is offered and not used. */
static struct log_pages told(const struct klog_record *r)
{
	struct log_pages pages = {
		.base_shift = r->u.page_orders.base, .linear_shift = r->u.page_orders.linear,
		.vmemmap_shift = r->u.page_orders.vmemmap, .base_from = LOG_SIZE_TOLD, .linear_from = LOG_SIZE_TOLD,
	};

	pages.max_shift = pages.linear_shift > pages.vmemmap_shift ? pages.linear_shift : pages.vmemmap_shift;
	return pages;
}

struct log_pages log_pages(const struct klog *log, const struct klog_boot *boot)
{
	struct log_pages pages = { .base_shift = SHIFT_64K, .base_from = LOG_SIZE_USUAL };
	bool listed = false, has_16m = false, phyp = false;
	const struct klog_record *orders = NULL;
	enum log_size_source from;
	uint64_t lmb = log_lmb_bytes(log, boot, &from), bytes;

	for (size_t i = 0; i < boot->record_count; i++) {
		const struct klog_record *r = &log->records[boot->first_record + i];

		switch (r->kind) {
		case KLOG_PAGE_ORDERS:
			orders = r;
			break;
		case KLOG_PAGE_SIZE:
			listed = true;
			has_16m = has_16m || r->u.page_size.base == SHIFT_16M;
			break;
		case KLOG_HARDWARE:
			phyp = r->u.hardware.phyp;
			break;
		default:
			bytes = page_bytes(r, lmb);
			if (bytes && pages.base_from == LOG_SIZE_USUAL) {
				pages.base_shift = log2_of(bytes);
				pages.base_from = LOG_SIZE_SHOWN;
			}
		}
	}
	if (!orders) {
		find_linear(&pages, listed, has_16m, phyp);
		return pages;
	}
	pages = told(orders);
	if (has_16m)
		pages.max_shift = SHIFT_16M;
	return pages;
}

bool log_small_segments(const struct klog *log, const struct klog_boot *boot)
{
	bool near = false;

	for (size_t i = 0; i < boot->record_count; i++) {
		enum klog_kind kind = log->records[boot->first_record + i].kind;

		if (kind == KLOG_SEGMENTS_1T)
			return false;
		near = near || kind == KLOG_HASH_MMU || kind == KLOG_PAGE_ORDERS;
	}
	return near;
}

/* An LMB's address and index together; 0: the record does not have both, or they do not fit. */
static uint64_t lmb_of(const struct klog_record *r)
{
	uint64_t number = r->u.lmb.drc & DRC_NUMBER, size;

	if ((r->kind != KLOG_LMB_ADDED && r->kind != KLOG_LMB_REMOVED) || !r->u.lmb.has_drc || !r->u.lmb.has_base ||
	    !number || r->u.lmb.base % number)
		return 0;
	size = r->u.lmb.base / number;
	return size >= LMB_MIN && size <= LMB_MAX && !(size & (size - 1)) ? size : 0;
}

/* Bytes between an LMB's address and that of the one before it in the log; 0: not a size of LMBs. */
static uint64_t step_of(const struct klog_record *r, const struct klog_record *before)
{
	uint64_t a = r->u.lmb.base, b, step;

	if (!before || !before->u.lmb.has_base || !r->u.lmb.has_base)
		return 0;
	b = before->u.lmb.base;
	step = a > b ? a - b : b - a;
	return step >= LMB_MIN && step <= LMB_MAX && !(step & (step - 1)) && a % step == 0 ? step : 0;
}

uint64_t log_lmb_bytes(const struct klog *log, const struct klog_boot *boot, enum log_size_source *from)
{
	const struct klog_record *before = NULL;
	uint64_t memory = 0, bytes = SPAPR_MEMORY_BLOCK_SIZE, least = 0, step;

	*from = LOG_SIZE_SHOWN;
	for (size_t i = 0; i < boot->record_count; i++) {
		const struct klog_record *r = &log->records[boot->first_record + i];

		if (lmb_of(r))
			return lmb_of(r);
		if (r->kind == KLOG_LMB_ADDED || r->kind == KLOG_LMB_REMOVED) {
			step = step_of(r, before);
			if (step && (!least || step < least))
				least = step;
			before = r;
		}
		if (r->kind == KLOG_PHYS_MEM || (r->kind == KLOG_MEMORY && !memory))
			memory = r->u.value;
	}
	/* LMBs that go one after the other are neighbours more often than not */
	if (least && (!memory || memory % least == 0) && least != bytes)
		return least;
	*from = LOG_SIZE_USUAL;
	while (bytes > LMB_MIN && memory % bytes)
		bytes /= 2;
	return bytes;
}
