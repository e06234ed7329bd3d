/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* getline() has it, too */
#include "log/qtrace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

/* "12345@1700000000.123456:spapr_h_resize_hpt_prepare flags=0x0 shift=22" */
static bool add_line(struct qtrace *t, struct span line)
{
	struct qtrace_call call = { .line = t->line_count };

	if (!span_find(&line, "spapr_h_resize_hpt_"))
		return true;
	if (span_skip(&line, "commit"))
		call.commit = true;
	else if (!span_skip(&line, "prepare"))
		return true;
	if (!span_find(&line, "flags=") || !span_hex(&line, &call.flags) ||
	    !span_find(&line, "shift=") || !span_decimal(&line, &call.shift))
		return true;
	if (!klog_grow(&t->calls, t->call_count, sizeof(*t->calls)))
		return false;
	t->calls[t->call_count++] = call;
	t->commit_count += call.commit;
	t->prepare_count += !call.commit;
	return true;
}

enum klog_status qtrace_parse(struct qtrace *out, const char *data, size_t size)
{
	const char *at = data, *end = data + size;

	*out = (struct qtrace){ 0 };
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		out->line_count++;
		if (!add_line(out, (struct span){ at, newline ? newline : end })) {
			qtrace_free(out);
			return KLOG_ENOMEM;
		}
		at = newline ? newline + 1 : end;
	}
	return KLOG_OK;
}

enum klog_status qtrace_read_path(struct qtrace *out, const char *path)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	enum klog_status status = KLOG_OK;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	int error;

	*out = (struct qtrace){ 0 };
	if (!in)
		return KLOG_EIO;
	while (status == KLOG_OK && (size = getline(&line, &room, in)) >= 0) {
		out->line_count++;
		if (!add_line(out, (struct span){ line, line + size }))
			status = KLOG_ENOMEM;
	}
	if (status == KLOG_OK && !feof(in))
		status = ferror(in) ? KLOG_EIO : KLOG_ENOMEM;
	error = errno;
	free(line);
	if (in != stdin)
		fclose(in);
	if (status != KLOG_OK)
		qtrace_free(out);
	errno = error;
	return status;
}

void qtrace_free(struct qtrace *trace)
{
	free(trace->calls);
	*trace = (struct qtrace){ 0 };
}
