/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_PAGES_H
#define HPTSIM_LOG_PAGES_H
/*
 * Sizes that a log tells in other words. "Page orders:" is a debug message, so
 * the consoles of most guests do not have it; the size of an LMB has no line at all.
 */
#include <stdbool.h>
#include <stdint.h>

#include "log/klog.h"

/* X(id, where a size is from) */
#define LOG_SIZE_SOURCES(X) \
	X(TOLD,   "the log says so") \
	X(SHOWN,  "other lines of the log show it") \
	X(USUAL,  "nothing in the log shows it: what such a guest usually has")

enum log_size_source {
#define LOG_SIZE_ENUM(id, doc) LOG_SIZE_##id,
	LOG_SIZE_SOURCES(LOG_SIZE_ENUM)
#undef LOG_SIZE_ENUM
};

struct log_pages {
	unsigned base_shift;			/* of the kernel's pages, log2 bytes */
	unsigned linear_shift;			/* of the linear map */
	unsigned vmemmap_shift;			/* of vmemmap */
	unsigned max_shift;			/* largest that is in use or offered */
	enum log_size_source base_from, linear_from;
};

struct log_pages log_pages(const struct klog *log, const struct klog_boot *boot);

/* Has the kernel segments of 256 MiB? Its line about those of 1 TiB is before "Initializing hash mmu", after "Page orders:". */
bool log_small_segments(const struct klog *log, const struct klog_boot *boot);

/*
 * Bytes of an LMB: from lines that have an index and an address, else the
 * largest size up to 256 MiB that memory is a multiple of, as hypervisors choose it.
 */
uint64_t log_lmb_bytes(const struct klog *log, const struct klog_boot *boot, enum log_size_source *from);

#endif
