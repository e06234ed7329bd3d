// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/result.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"

static void on_run_start(void *ctx, const struct sim_run_start *ev)
{
	struct result *r = ctx;

	r->start = *ev;
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	struct result *r = ctx;

	r->requests_ended++;
	/* repetitions fail alike */
	if (!r->keep_requests &&
	    (r->rep > 1 || !sim_request_failed(ev->err, ev->lmbs_requested, ev->lmbs_done, ev->lmbs_already)))
		return;
	if (r->request_count == r->request_room) {
		size_t room = r->request_room ? 2 * r->request_room : 16;
		struct sim_request_end *requests = realloc(r->requests, room * sizeof(*requests));

		if (!requests) {
			r->no_memory = true;
			return;
		}
		r->requests = requests;
		r->request_room = room;
	}
	r->requests[r->request_count++] = *ev;
}

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	struct result *r = ctx;

	if (!findings_add(&r->findings, ev, r->keep_requests))
		r->no_memory = true;
}

static void on_run_end(void *ctx, const struct sim_run_end *ev)
{
	struct result *r = ctx;

	r->end = *ev;
}

struct sim_sink result_sink(struct result *r)
{
	return (struct sim_sink){
		.ctx = r,
		.run_start = on_run_start,
		.request_end = on_request_end,
		.finding = on_finding,
		.run_end = on_run_end,
	};
}

bool result_fell_short(const struct result *r)
{
	return r->error.status == SIM_OK && r->end.failed_requests;
}

bool result_number(const struct result *r, const char *name, int64_t *value)
{
#define RESULT_MATCH(A, type, number, what) \
	if (strcmp(name, #number) == 0) { \
		*value = (int64_t)r->end.number; \
		return true; \
	}
	SIM_RUN_NUMBERS(RESULT_MATCH, )
#undef RESULT_MATCH
	return false;
}

bool result_meets(const struct result *r, const struct expect_spec *expect, int64_t *got)
{
	return r->error.status != SIM_OK || expect->void_by || strcmp(expect->policy, r->policy->name) != 0 ||
	       !result_number(r, expect->what, got) || (*got >= expect->min && *got <= expect->max);
}

const char *result_unmet(const struct expect_spec *expect, int64_t got, char text[RESULT_UNMET_MAX])
{
	size_t length = strlen(expect->what);
	char number[FORMAT_MAX] = "";

	if (length > 3 && strcmp(expect->what + length - 3, "_ns") == 0)
		format_ns(number, got);
	else if (length > 6 && strcmp(expect->what + length - 6, "_bytes") == 0)
		format_bytes(number, (uint64_t)got);
	if (!*number || strcmp(expect->word, expect->what) == 0)
		snprintf(text, RESULT_UNMET_MAX, "%s %s, got %" PRId64, expect->word, expect->wanted, got);
	else
		snprintf(text, RESULT_UNMET_MAX, "%s %s, got %s (%s %" PRId64 ")", expect->word, expect->wanted, number,
			 expect->what, got);
	return text;
}

const char *result_status_name(enum sim_status status)
{
	switch (status) {
	case SIM_OK:
		return "ok";
	case SIM_EBOOT:
		return "boot";
	case SIM_EHVABORT:
		return "hv-abort";
	case SIM_EEVENT:
		return "event";
	case SIM_EOOPS:
		return "oops";
	case SIM_EINVARIANT:
		return "invariant";
	case SIM_ENOMEM:
		break;
	}
	return "no-memory";
}

void result_free(struct result *r)
{
	findings_free(&r->findings);
	free(r->requests);
	r->requests = NULL;
	r->request_count = r->request_room = 0;
}

size_t result_repetitions(const struct result *results, size_t count)
{
	size_t same = 1;

	while (same < count && results[same].scenario == results->scenario && results[same].policy == results->policy)
		same++;
	return same;
}
