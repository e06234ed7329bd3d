/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPS_H
#define HPTSIM_REPS_H
/* Repetitions of one run with drawn prices (run --reps), taken together. */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "run/result.h"
#include "base/table.h"

#define REPS_MAX	100000u

/* X(name): what repetitions differ in; names as in SIM_RUN_NUMBERS */
#define REPS_TIMINGS(X) X(total_ns) X(prepare_ns) X(commit_ns) X(stall_max_ns) X(stall_total_ns) X(workload_fault_ns)
#define REPS_COUNTS(X) X(resize_attempts) X(resize_failures) X(hpt_shift_end) X(findings) \
	X(failed_requests) X(memory_wanted_bytes) X(memory_end_bytes)

enum reps_quantile { REPS_P5, REPS_P50, REPS_P95, REPS_QUANTILE_COUNT };

struct reps_range { int64_t min, max; };

struct reps_summary {
	size_t ok_count;		/* repetitions that ended well; without any the rest is 0 */
#define REPS_TIMING_FIELD(name) int64_t name[REPS_QUANTILE_COUNT];
	REPS_TIMINGS(REPS_TIMING_FIELD)
#undef REPS_TIMING_FIELD
#define REPS_COUNT_FIELD(name) struct reps_range name;
	REPS_COUNTS(REPS_COUNT_FIELD)
#undef REPS_COUNT_FIELD
};

/**
 * reps_summarize - over @count results of the same scenario and policy
 *
 * A quantile is the smallest value that at least that part of the repetitions
 * does not exceed: always one that occurred. False: out of memory.
 */
bool reps_summarize(const struct result *results, size_t count, struct reps_summary *out);

/* As an object for --format json; NULL: out of memory. */
json_t *reps_json(const struct result *results, size_t count);

/* As a table, three rows for each scenario and policy, one where there is but one run. False: out of memory. */
bool reps_print_table(const struct result *results, size_t count, bool with_scenario,
		      enum table_format format, FILE *out);

#endif
