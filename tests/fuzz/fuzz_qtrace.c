/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes are a trace log of QEMU's. */
#include "fuzz.h"
#include "log/qtrace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qtrace trace;
	size_t line = 0, commits = 0;

	CHECK(qtrace_parse(&trace, (const char *)data, size) == KLOG_OK);
	CHECK(trace.prepare_count + trace.commit_count == trace.call_count);
	for (size_t i = 0; i < trace.call_count; i++) {
		CHECK(trace.calls[i].line > line && trace.calls[i].line <= trace.line_count);
		line = trace.calls[i].line;
		commits += trace.calls[i].commit;
	}
	CHECK(commits == trace.commit_count);
	qtrace_free(&trace);
	return 0;
}
