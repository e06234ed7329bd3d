/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RESULT_H
#define HPTSIM_RESULT_H
/* One run as a command shows it: the totals and, if wanted, the requests. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"

struct result {
	/* set by the command */
	const struct scenario *scenario;
	const struct policy *policy;
	uint64_t seed;
	bool keep_requests;

	/* from the stream of events */
	struct sim_run_start start;
	struct sim_run_end end;
	struct sim_request_end *requests;
	size_t request_count, request_room;
	bool no_memory;			/* a request was lost */

	struct sim_error error;		/* of sim_run(); numbers are valid when SIM_OK */
};

/*
 * X(name, value): the numbers of a run, named as the columns of table run in
 * store/schema.sql; `r` is the result. Scenarios' expectations use these names.
 */
#define RESULT_NUMBERS(X) \
	X(total_ns,           r->end.total_ns) \
	X(resize_attempts,    r->end.resize_attempts) \
	X(resize_failures,    r->end.resize_failures) \
	X(stall_max_ns,       r->end.stall_max_ns) \
	X(stall_total_ns,     r->end.stall_total_ns) \
	X(prepare_ns,         r->end.prepare_ns) \
	X(commit_ns,          r->end.commit_ns) \
	X(hpt_shift_start,    r->end.hpt_shift_start) \
	X(hpt_shift_end,      r->end.hpt_shift_end) \
	X(memory_start_bytes, r->start.memory_bytes) \
	X(memory_end_bytes,   r->end.memory_bytes) \
	X(bolted_start,       r->start.bolted_count) \
	X(bolted_end,         r->end.bolted_count) \
	X(host_peak_bytes,    r->end.host_peak_bytes) \
	X(engine_events,      r->end.engine_events)

/* A sink that fills @r; needed no longer than sim_run() runs. */
struct sim_sink result_sink(struct result *r);

/* The number of that name; false if there is none. */
bool result_number(const struct result *r, const char *name, int64_t *value);

/* "ok", "boot", "hv-abort", "event" or "no-memory". */
const char *result_status_name(enum sim_status status);

void result_free(struct result *r);

#endif
