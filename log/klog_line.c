/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages that matter, as kernels from 4.11 on have them. One row each:
 * what it begins with and who reads the rest. Prefixes such as "lpar: " came
 * and went over the years, so they are not looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

typedef bool reader(struct span *s, struct klog_record *r);

static bool read_u32(struct span *s, uint32_t *value, bool hex)
{
	uint64_t number;

	if (!(hex ? span_hex(s, &number) : span_decimal(s, &number)) || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

static bool read_unsigned(struct span *s, unsigned *value)
{
	uint32_t number;

	if (!read_u32(s, &number, false))
		return false;
	*value = number;
	return true;
}

static bool read_signed(struct span *s, int *value)
{
	bool minus = span_skip(s, "-");
	uint32_t number;

	if (!read_u32(s, &number, false) || number > INT32_MAX)
		return false;
	*value = minus ? -(int)number : (int)number;
	return true;
}

static bool nothing_more(struct span *s, struct klog_record *r)
{
	return true;
}

/* "6.1.0-50-powerpc64le (..." */
static bool read_version(struct span *s, struct klog_record *r)
{
	return read_unsigned(s, &r->u.version.major) && span_skip(s, ".") &&
	       read_unsigned(s, &r->u.version.minor);
}

static bool read_hardware(struct span *s, struct klog_record *r)
{
	struct span rest = *s;

	r->u.hardware.qemu = span_find(&rest, "emulated by qemu");
	rest = *s;
	r->u.hardware.kvm = span_find(&rest, "hv:linux,kvm");
	return true;
}

/* "linear mapping = 16, virtual = 16, io = 16, vmemmap = 16" */
static bool read_page_orders(struct span *s, struct klog_record *r)
{
	unsigned io;

	if (!read_unsigned(s, &r->u.page_orders.linear) || !span_skip(s, ", virtual = ") ||
	    !read_unsigned(s, &r->u.page_orders.base) || !span_skip(s, ", io = ") ||
	    !read_unsigned(s, &io))
		return false;
	/* without vmemmap there is nothing about it */
	r->u.page_orders.vmemmap = r->u.page_orders.base;
	if (span_skip(s, ", vmemmap = "))
		return read_unsigned(s, &r->u.page_orders.vmemmap);
	return true;
}

/* "    = 0x19" */
static bool read_equals_hex(struct span *s, struct klog_record *r)
{
	span_blanks(s);
	if (!span_skip(s, "="))
		return false;
	span_blanks(s);
	return span_hex(s, &r->u.value);
}

/* "3046072K/3145728K available" */
static bool read_memory(struct span *s, struct klog_record *r)
{
	uint64_t available, total;

	if (!span_decimal(s, &available) || !span_skip(s, "K/") ||
	    !span_decimal(s, &total) || !span_skip(s, "K available") || total > UINT64_MAX >> 10)
		return false;
	r->u.value = total << 10;
	return true;
}

/* "   0: [mem 0x0000000000000000-0x00000000bfffffff]" */
static bool read_node_range(struct span *s, struct klog_record *r)
{
	uint64_t node;

	span_blanks(s);
	if (!span_decimal(s, &node) || !span_skip(s, ": [mem ") || !span_hex(s, &r->u.range.first) ||
	    !span_skip(s, "-") || !span_hex(s, &r->u.range.last) || !span_skip(s, "]"))
		return false;
	r->u.range.node = node;
	return r->u.range.first <= r->u.range.last;
}

/* "1 node, 8 CPUs" */
static bool read_cpus(struct span *s, struct klog_record *r)
{
	uint64_t nodes;

	if (!span_decimal(s, &nodes) || !(span_skip(s, " nodes, ") || span_skip(s, " node, ")))
		return false;
	return span_decimal(s, &r->u.value) && span_skip(s, " CPU");
}

static bool read_resize_begin(struct span *s, struct klog_record *r)
{
	r->u.resize.prepare_ms = -1;
	r->u.resize.commit_ms = -1;
	return read_unsigned(s, &r->u.resize.shift);
}

static bool read_ms(struct span *s, int64_t *ms)
{
	bool minus = span_skip(s, "-");
	uint64_t number;

	if (!span_decimal(s, &number) || number > INT64_MAX || !span_skip(s, " ms"))
		return false;
	*ms = minus ? -(int64_t)number : (int64_t)number;
	return true;
}

/* "22 complete (108 ms / 7 ms)" */
static bool read_resize_done(struct span *s, struct klog_record *r)
{
	return read_unsigned(s, &r->u.resize.shift) && span_skip(s, " complete (") &&
	       read_ms(s, &r->u.resize.prepare_ms) && span_skip(s, " / ") &&
	       read_ms(s, &r->u.resize.commit_ms);
}

static bool read_einval(struct span *s, struct klog_record *r)
{
	r->u.error.error = KLOG_EINVAL;
	return true;
}

static bool read_eperm(struct span *s, struct klog_record *r)
{
	r->u.error.error = KLOG_EPERM;
	return true;
}

/* "-9 from H_RESIZE_HPT_PREPARE", "0 cancelling timed out HPT resize" */
static bool read_unexpected(struct span *s, struct klog_record *r)
{
	if (!read_signed(s, &r->u.error.number))
		return false;
	if (span_skip(s, " from H_RESIZE_HPT_PREPARE"))
		r->u.error.error = KLOG_EIO_PREPARE;
	else if (span_skip(s, " from H_RESIZE_HPT_COMMIT"))
		r->u.error.error = KLOG_EIO_COMMIT;
	else if (span_skip(s, " cancelling timed out HPT resize"))
		r->u.error.error = KLOG_ETIMEDOUT;
	else
		return false;
	return true;
}

/* "22: -28", kernels before 5.2 */
static bool read_unable(struct span *s, struct klog_record *r)
{
	unsigned shift;

	r->u.error.error = KLOG_ERROR_OTHER;
	return read_unsigned(s, &shift) && span_skip(s, ": ") && read_signed(s, &r->u.error.number);
}

static bool read_request(struct span *s, struct klog_record *r, const char *at)
{
	uint32_t *count = &r->u.request.count, *drc = &r->u.request.drc;

	r->u.request.by = KLOG_BY_INDEX;
	*count = 1;
	*drc = 0;
	if (span_skip(s, "LMB, drc index "))
		return read_u32(s, drc, true);
	r->u.request.by = KLOG_BY_COUNT;
	if (!read_u32(s, count, false) || !span_skip(s, " LMB(s)"))
		return false;
	if (!span_skip(s, at))
		return true;
	r->u.request.by = KLOG_BY_INDEXED_COUNT;
	return read_u32(s, drc, true);
}

/* "24 LMB(s) at index 8000000c", "4 LMB(s)", "LMB, drc index 80000020" */
static bool read_add(struct span *s, struct klog_record *r)
{
	return read_request(s, r, " at index ");
}

static bool read_remove(struct span *s, struct klog_record *r)
{
	return read_request(s, r, " at ");
}

/* "c0000000 (drc index 8000000c) was hot-added", "c0000000 was hot-removed" */
static bool read_lmb(struct span *s, struct klog_record *r)
{
	r->u.lmb.has_base = true;
	if (!span_hex(s, &r->u.lmb.base))
		return false;
	if (span_skip(s, " (drc index ")) {
		r->u.lmb.has_drc = true;
		if (!read_u32(s, &r->u.lmb.drc, true) || !span_skip(s, ")"))
			return false;
	}
	if (span_skip(s, " was hot-added"))
		r->kind = KLOG_LMB_ADDED;
	else if (span_skip(s, " was hot-removed"))
		r->kind = KLOG_LMB_REMOVED;
	else
		return false;
	return true;
}

/* ", drc index 8000001f", " at c0000000" */
static bool read_lmb_failed(struct span *s, struct klog_record *r)
{
	if (span_skip(s, ", drc index ")) {
		r->u.lmb.has_drc = true;
		return read_u32(s, &r->u.lmb.drc, true);
	}
	r->u.lmb.has_base = true;
	return span_skip(s, " at ") && span_hex(s, &r->u.lmb.base);
}

/* "(9 of 20) to satisfy request" */
static bool read_not_enough(struct span *s, struct klog_record *r)
{
	return span_skip(s, "(") && read_u32(s, &r->u.not_enough.have, false) &&
	       span_skip(s, " of ") && read_u32(s, &r->u.not_enough.want, false);
}

/* "memory add indexed-count 6 0x80000010": what was written to /sys/kernel/dlpar */
static bool read_dlpar(struct span *s, struct klog_record *r)
{
	uint64_t number;

	r->u.request.by = KLOG_BY_UNKNOWN;
	span_skip(s, "\"");
	if (!span_skip(s, "memory "))
		return false;	/* cpu, pci: not ours */
	if (span_skip(s, "add "))
		r->u.request.remove = false;
	else if (span_skip(s, "remove "))
		r->u.request.remove = true;
	else
		return true;
	if (span_skip(s, "count ")) {
		if (span_decimal(s, &number) && number <= UINT32_MAX) {
			r->u.request.by = KLOG_BY_COUNT;
			r->u.request.count = (uint32_t)number;
		}
	} else if (span_skip(s, "index ")) {
		r->u.request.count = 1;
		if (read_u32(s, &r->u.request.drc, true))
			r->u.request.by = KLOG_BY_INDEX;
	} else if (span_skip(s, "indexed-count ")) {
		if (span_decimal(s, &number) && number <= UINT32_MAX && span_skip(s, " ") &&
		    read_u32(s, &r->u.request.drc, true)) {
			r->u.request.by = KLOG_BY_INDEXED_COUNT;
			r->u.request.count = (uint32_t)number;
		}
	}
	return true;
}

/* "event: 1, Type: Hotplug Event (229), Severity: 1" */
static bool read_rtas_event(struct span *s, struct klog_record *r)
{
	return span_decimal(s, &r->u.value) && span_skip(s, ", Type: Hotplug Event");
}

static const struct message {
	const char *text;
	enum klog_kind kind;
	reader *read;
} messages[] = {
	{ "Linux version ", KLOG_VERSION, read_version },
	{ "Hardware name: ", KLOG_HARDWARE, read_hardware },
	{ "Kernel command line: ", KLOG_COMMAND_LINE, nothing_more },
	{ "Page orders: linear mapping = ", KLOG_PAGE_ORDERS, read_page_orders },
	{ "Using 1TB segments", KLOG_SEGMENTS_1T, nothing_more },
	{ "ppc64_pft_size", KLOG_PFT_SIZE, read_equals_hex },
	{ "htab_hash_mask", KLOG_HASH_MASK, read_equals_hex },
	{ "firmware_features", KLOG_FW_FEATURES, read_equals_hex },
	{ "phys_mem_size", KLOG_PHYS_MEM, read_equals_hex },
	{ "Memory: ", KLOG_MEMORY, read_memory },
	{ "node ", KLOG_NODE_RANGE, read_node_range },
	{ "Brought up ", KLOG_CPUS, read_cpus },
	{ "Attempting to resize HPT to shift ", KLOG_RESIZE_BEGIN, read_resize_begin },
	{ "HPT resize to shift ", KLOG_RESIZE_DONE, read_resize_done },
	{ "Hash collision while resizing HPT", KLOG_COLLISION, nothing_more },
	{ "Invalid argument from H_RESIZE_HPT_PREPARE", KLOG_RESIZE_ERROR, read_einval },
	{ "Operation not permitted from H_RESIZE_HPT_PREPARE", KLOG_RESIZE_ERROR, read_eperm },
	{ "Unexpected error ", KLOG_RESIZE_ERROR, read_unexpected },
	{ "Unable to resize hash page table to target order ", KLOG_RESIZE_ERROR, read_unable },
	{ "Attempting to hot-add ", KLOG_ADD, read_add },
	{ "Attempting to hot-remove ", KLOG_REMOVE, read_remove },
	{ "Memory at ", KLOG_LMB_ADDED, read_lmb },
	{ "Failed to hot-add memory", KLOG_LMB_ADD_FAILED, read_lmb_failed },
	{ "Failed to hot-remove memory", KLOG_LMB_REMOVE_FAILED, read_lmb_failed },
	{ "Memory hot-add failed, removing any added LMBs", KLOG_ROLLBACK, nothing_more },
	{ "Memory indexed-count-add failed, removing any added LMBs", KLOG_ROLLBACK, nothing_more },
	{ "Memory hot-remove failed, adding LMB's back", KLOG_ROLLBACK, nothing_more },
	{ "Memory indexed-count-remove failed, adding any removed LMBs", KLOG_ROLLBACK, nothing_more },
	{ "Not enough LMBs available ", KLOG_NOT_ENOUGH, read_not_enough },
	{ "Could not handle DLPAR request ", KLOG_DLPAR_FAILED, read_dlpar },
	{ "RTAS: event: ", KLOG_RTAS_EVENT, read_rtas_event },
};

#define MESSAGE_COUNT	(sizeof(messages) / sizeof(messages[0]))

/* First characters of the messages above; anything else is skipped at once. */
static bool may_begin(char c)
{
	switch (c) {
	case 'A': case 'B': case 'C': case 'F': case 'H': case 'I': case 'K': case 'L': case 'M': case 'N':
	case 'O': case 'P': case 'R': case 'U': case 'f': case 'h': case 'n': case 'p':
		return true;
	default:
		return false;
	}
}

/* Back over a "word: " in front of a message. */
static const char *with_prefix(const char *at, const char *floor)
{
	const char *p = at;

	if (p - floor < 3 || p[-1] != ' ' || p[-2] != ':')
		return at;
	for (p -= 2; p > floor && (p[-1] == '-' || p[-1] == '_' || (p[-1] >= 'a' && p[-1] <= 'z') ||
				   (p[-1] >= '0' && p[-1] <= '9')); p--)
		;
	return p;
}

bool klog_line_next(struct span line, struct klog_match *match)
{
	for (const char *p = line.at; p < line.end; p++) {
		if (!may_begin(*p))
			continue;
		for (size_t i = 0; i < MESSAGE_COUNT; i++) {
			struct span rest = { p, line.end };

			if (messages[i].text[0] != *p || !span_skip(&rest, messages[i].text))
				continue;
			memset(&match->record, 0, sizeof(match->record));
			match->record.kind = messages[i].kind;
			if (!messages[i].read(&rest, &match->record))
				continue;
			match->start = with_prefix(p, line.at);
			match->end = rest.at;
			return true;
		}
	}
	return false;
}
