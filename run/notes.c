// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/notes.h"

#include <inttypes.h>

#include "base/format.h"
#include "run/result.h"

/* Most that are told of a run one by one. */
#define FAILED_SHOWN	10
#define FINDINGS_SHOWN	20

static void begin(const struct result *r, FILE *out)
{
	fprintf(out, "%s: %s: ", r->scenario->name, r->policy->name);
}

static void tell_request(const struct result *r, const struct sim_request_end *q, FILE *out)
{
	begin(r, out);
	fprintf(out, "request %u, %s: ", q->seq, event_kind_name(q->kind));
	if (q->lmbs_requested)
		fprintf(out, "%" PRIu64 " of %" PRIu64 " LMBs", q->lmbs_done + q->lmbs_already, q->lmbs_requested);
	else
		fputs("failed", out);
	if (q->err)
		fprintf(out, ", errno %d", q->err);
	fputc('\n', out);
}

static void tell_memory(const struct result *r, FILE *out)
{
	char got[FORMAT_MAX], wanted[FORMAT_MAX];

	if (r->end.memory_end_bytes == r->end.memory_wanted_bytes)
		return;
	begin(r, out);
	fprintf(out, "ends with %s instead of %s: its times are of other work\n", format_bytes(got, r->end.memory_end_bytes),
		format_bytes(wanted, r->end.memory_wanted_bytes));
}

/* Does nothing in the scenario ever bring a DIMM? */
static bool has_no_dimm(const struct scenario *sc)
{
	for (size_t i = 0; i < sc->event_count; i++)
		if (sc->events[i].kind == EVENT_PLUG)
			return false;
	return !sc->guest.dimm_count;
}

/* What a removal cannot find on QEMU may be what the user has on PowerVM. */
static void tell_way_out(const struct result *r, FILE *out)
{
	if (r->scenario->hypervisor.kind == HV_POWERVM || !has_no_dimm(r->scenario))
		return;
	for (size_t i = 0; i < r->request_count; i++) {
		if (r->requests[i].kind != EVENT_REMOVE || !r->requests[i].err)
			continue;
		begin(r, out);
		fputs("QEMU lets no boot memory go, and nothing is plugged; with hypervisor.kind: powervm it can go\n", out);
		return;
	}
}

static void tell_failed(const struct result *r, FILE *out)
{
	uint64_t told = 0, unended = r->scenario->event_count - r->requests_ended;

	if (!result_fell_short(r))
		return;
	for (size_t i = 0; i < r->request_count && told < FAILED_SHOWN; i++) {
		const struct sim_request_end *q = &r->requests[i];

		if (!sim_request_failed(q->err, q->lmbs_requested, q->lmbs_done, q->lmbs_already))
			continue;
		tell_request(r, q, out);
		told++;
	}
	if (r->end.failed_requests > told + unended) {
		begin(r, out);
		fprintf(out, "and %" PRIu64 " more that failed\n", r->end.failed_requests - told - unended);
	}
	if (unended) {
		begin(r, out);
		fprintf(out, "%" PRIu64 " of %zu requests never ended\n", unended, r->scenario->event_count);
	}
	tell_memory(r, out);
	tell_way_out(r, out);
}

static void tell_findings(const struct result *r, FILE *out)
{
	const struct findings *f = &r->findings;

	for (size_t i = 0; i < f->group_count && i < FINDINGS_SHOWN; i++) {
		const struct finding_group *group = &f->groups[i];

		begin(r, out);
		fprintf(out, "finding [%s] %s", sim_finding_name(group->kind), group->text);
		if (group->count > 1)
			fprintf(out, " (%" PRIu64 " times)", group->count);
		fputc('\n', out);
	}
	if (f->group_count > FINDINGS_SHOWN) {
		begin(r, out);
		fprintf(out, "and %zu more\n", f->group_count - FINDINGS_SHOWN);
	}
}

void result_tell(const struct result *results, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		if (results[i].rep <= 1)
			tell_failed(&results[i], out);
	for (size_t i = 0; i < count; i++)
		if (results[i].rep <= 1)
			tell_findings(&results[i], out);
}

bool result_tell_unmet(const struct result *result, FILE *out)
{
	bool ok = true;

	for (size_t i = 0; i < result->scenario->expect_count; i++) {
		const struct expect_spec *expect = &result->scenario->expects[i];
		char text[RESULT_UNMET_MAX];
		int64_t got;

		if (result_meets(result, expect, &got))
			continue;
		fprintf(out, "%s: %s: expected %s\n", result->scenario->name, result->policy->name,
			result_unmet(expect, got, text));
		ok = false;
	}
	return ok;
}
