/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_LOG_QTRACE_H
#define HPTSIM_LOG_QTRACE_H
/*
 * QEMU's trace log: the hypervisor's own count of resize hypercalls, from
 * -trace 'spapr_h_resize_hpt_*' with the log backend. Other lines do not matter.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "log/klog.h"

struct qtrace_call {
	bool commit;			/* else PREPARE */
	uint64_t flags, shift;
	size_t line;			/* from 1 */
};

struct qtrace {
	struct qtrace_call *calls;
	size_t call_count;
	size_t prepare_count, commit_count;
	size_t line_count;
};

/* As those of klog.h. */
enum klog_status qtrace_parse(struct qtrace *out, const char *data, size_t size);
enum klog_status qtrace_read_path(struct qtrace *out, const char *path);
void qtrace_free(struct qtrace *trace);

#endif
