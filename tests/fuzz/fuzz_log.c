/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes are a log. Checks what klog.h promises about indices, and that
 * reading in pieces gives what reading at once does.
 */
#include <string.h>

#include "fuzz.h"
#include "log/klog.h"
#include "log/plan.h"

static void check_boots(const struct klog *log)
{
	size_t records = 0, requests = 0, attempts = 0;

	for (size_t i = 0; i < log->boot_count; i++) {
		const struct klog_boot *b = &log->boots[i];

		CHECK(b->first_record == records && b->first_request == requests && b->first_attempt == attempts);
		records += b->record_count;
		requests += b->request_count;
		attempts += b->attempt_count;
	}
	CHECK(records == log->record_count && requests == log->request_count && attempts == log->attempt_count);
}

static void check_log(const struct klog *log)
{
	size_t line = 0;
	int64_t us;

	for (size_t i = 0; i < log->record_count; i++) {
		const struct klog_record *r = &log->records[i];

		CHECK(r->kind < KLOG_KIND_COUNT && klog_kind_name(r->kind));
		CHECK(r->guest < log->guest_count && (!i || r->guest >= r[-1].guest));
		if (i && r->guest != r[-1].guest)
			line = 0;
		CHECK(r->line >= line && r->line <= log->line_count);
		CHECK((r->clock == KLOG_CLOCK_NONE) == (r->time_us == KLOG_NO_TIME));
		CHECK(strlen(klog_text(log, i)) <= KLOG_TEXT_MAX);
		klog_elapsed_us(log, 0, i, &us);
		line = r->line;
	}
	for (size_t i = 0; i < log->attempt_count; i++) {
		const struct klog_attempt *a = &log->attempts[i];

		CHECK(a->begin != KLOG_NONE || a->end != KLOG_NONE);
		CHECK(a->begin == KLOG_NONE || a->begin < log->record_count);
		CHECK(a->end == KLOG_NONE || a->end < log->record_count);
		CHECK((a->outcome == KLOG_SILENT) == (a->end == KLOG_NONE));
		CHECK(a->request == KLOG_NONE || a->request < log->request_count);
	}
	for (size_t i = 0; i < log->request_count; i++) {
		const struct klog_request *rq = &log->requests[i];

		CHECK(rq->record < rq->end && rq->end <= log->record_count);
		CHECK(rq->first_attempt + rq->attempt_count <= log->attempt_count);
	}
	check_boots(log);
}

/* A guest derived from each boot, written as a scenario. */
static void check_plans(const struct klog *log)
{
	for (size_t i = 0; i < log->boot_count; i++) {
		const char *missing;
		struct plan plan = { .lmb_bytes = 0 };
		enum plan_status status = plan_derive(&plan, log, &log->boots[i], PLAN_RULE_MAINLINE, &missing);
		char *text = NULL;
		size_t size = 0;
		FILE *out;

		CHECK((status == PLAN_ENOGUEST) == (missing != NULL));
		if (status == PLAN_ENOMEM || status == PLAN_ENOGUEST) {
			plan_free(&plan);
			continue;
		}
		CHECK(plan.memory_bytes % plan.lmb_bytes == 0 && plan.max_memory_bytes >= plan.memory_bytes);
		out = open_memstream(&text, &size);
		CHECK(out);
		plan_write(&plan, "fuzz", NULL, "per-section", out);
		fclose(out);
		CHECK(size == strlen(text));
		free(text);
		plan_free(&plan);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct klog whole, pieces;
	FILE *in;

	enum klog_status status = klog_parse(&whole, text, size);

	/* what begins like a compressed file has to be a whole one */
	CHECK(status == KLOG_OK || ((status == KLOG_EUNPACK || status == KLOG_EBOMB) && !whole.record_count && !whole.texts));
	check_log(&whole);
	check_plans(&whole);
	if (size) {
		in = fmemopen((void *)(uintptr_t)data, size, "r");
		CHECK(in && klog_read(&pieces, in) == status);
		fclose(in);
		CHECK(pieces.record_count == whole.record_count && pieces.line_count == whole.line_count);
		klog_free(&pieces);
	}
	klog_free(&whole);
	return 0;
}
