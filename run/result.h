/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RESULT_H
#define HPTSIM_RESULT_H
/* One run as a command shows it: the totals and, if wanted, the requests. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/findings.h"
#include "sim/sim.h"

struct result {
	/* set by the command */
	const struct scenario *scenario;
	const struct policy *policy;
	uint64_t seed;
	unsigned rep;			/* from 1: prices were drawn; 0: they are the profile's */
	bool keep_requests;		/* all of them, not only failed ones, and every finding, too */

	/* from the stream of events */
	struct sim_run_start start;
	struct sim_run_end end;
	struct sim_request_end *requests;
	size_t request_count, request_room;
	size_t requests_ended;		/* kept or not */
	struct findings findings;
	bool no_memory;			/* a request or a finding was lost */

	struct sim_error error;		/* of sim_run(); numbers are valid when SIM_OK */
};

/* A sink that fills @r; needed no longer than sim_run() runs. */
struct sim_sink result_sink(struct result *r);

/* Did the run leave undone what it was asked for? Its times are not to be compared then. */
bool result_fell_short(const struct result *r);

/* The number of that name; false if there is none. */
bool result_number(const struct result *r, const char *name, int64_t *value);

/*
 * Is that expectation met? True, too, when it is of another policy or of other values
 * than the run's, or the run did not end; else @got is the number instead.
 */
bool result_meets(const struct result *r, const struct expect_spec *expect, int64_t *got);

/* "ok", "boot", "hv-abort", "event", "oops", "invariant" or "no-memory". */
const char *result_status_name(enum sim_status status);

#define RESULT_UNMET_MAX	256

/* "resize_attempts 5, got 4", "total < 25s, got 710.0 s (total_ns 710000000000)". Returns @text. */
const char *result_unmet(const struct expect_spec *expect, int64_t got, char text[RESULT_UNMET_MAX]);

void result_free(struct result *r);

/* How many of the first results are repetitions of the first. */
size_t result_repetitions(const struct result *results, size_t count);

#endif
