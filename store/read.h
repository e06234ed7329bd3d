/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_READ_H
#define HPTSIM_STORE_READ_H
/*
 * Results out of a SQLite file. The file is never changed: one of an older
 * hptsim is brought up to date in memory.
 */
#include <stdbool.h>

#include "store/store.h"

/**
 * store_open_read - open a database for reading only
 * @out: to be closed with store_close() whatever is returned; NULL on STORE_ENOMEM
 */
enum store_status store_open_read(const char *path, struct store **out);

/*
 * Rows, in the words of schema.sql: X(type, column). A NULL in an int column
 * is 0; a NULL maybe is NULL, a NULL text is damage. Texts are valid during the call that gets the row.
 */
#define STORE_NUMBER_FIELD(X, number_type, name, what)	X(int, name)
#define STORE_RUN_FIELDS(X) \
	X(int, id) X(text, scenario) X(text, description) X(text, policy) X(int, seed) X(text, costs) \
	X(text, hptsim_version) X(text, status) X(int, rep) X(int, input_id) X(text, policy_title) \
	X(text, policy_source) X(int, host_start_bytes) X(int, model) SIM_RUN_NUMBERS(STORE_NUMBER_FIELD, X)

#define STORE_REQUEST_FIELDS(X) \
	X(int, id) X(int, seq) X(text, kind) X(int, start_ns) X(int, end_ns) X(int, lmbs_requested) \
	X(int, lmbs_done) X(int, errno) X(int, memory_bytes) X(int, lmbs_already)

#define STORE_ATTEMPT_FIELDS(X) \
	X(int, seq) X(int, request_id) X(text, why) X(int, start_ns) X(int, mem_bytes) X(int, from_shift) \
	X(int, to_shift) X(maybe, prepare_rc) X(maybe, commit_rc) X(int, errno) X(int, prepare_ns) \
	X(int, commit_ns) X(int, slots_scanned) X(int, hptes_moved) X(int, host_bytes) \
	X(int, collision_slot) X(maybe, collided_region) X(maybe, collided_ea) X(int, collided_pteg) \
	X(maybe, occupant_region) X(maybe, occupant_ea) X(int, occupant_pteg) X(int, collision_entries)

#define STORE_PHASE_FIELDS(X) \
	X(int, request_id) X(text, phase) X(int, ns)

#define STORE_LMB_FIELDS(X) \
	X(int, seq) X(int, at_ns) X(int, memory_bytes)

/* Findings of a run that say the same. */
#define STORE_FINDING_FIELDS(X) \
	X(text, kind) X(text, text) X(int, count)

#define STORE_INPUT_FIELDS(X) \
	X(int, id) X(text, scenario_sha256) X(text, sets) X(text, costs_sha256) X(text, scenario_text) \
	X(text, costs_text) X(text, costs_about) X(int, page_shift)

#define STORE_PUBLISHED_FIELDS(X) \
	X(text, policy) X(int, request_seq) X(int, ns) X(text, source)

/* What a file says of the sweep that it holds. */
#define STORE_SWEEP_FIELDS(X) \
	X(text, scenario) X(text, scenario_text) X(text, file) X(text, arguments) X(text, sets) X(int, seed) X(int, points) \
	X(int, policies) X(int, shard) X(int, shards) X(text, hptsim_version) X(int, model)

#define STORE_SWEEP_NAME_FIELDS(X) \
	X(text, name) X(text, text)

#define STORE_SWEEP_AXIS_FIELDS(X) \
	X(int, seq) X(text, key)

/* number: bytes, ns or a whole number, if is_number */
#define STORE_SWEEP_VALUE_FIELDS(X) \
	X(int, axis) X(text, value) X(int, number) X(int, is_number)

/* policy: '' when the point is not valid */
#define STORE_SWEEP_MISS_FIELDS(X) \
	X(int, point) X(text, policy) X(text, status) X(text, text)

#define STORE_SWEEP_RUN_FIELDS(X) \
	X(int, id) X(int, total_ns) X(int, failed_requests) X(int, memory_wanted_bytes) X(int, memory_end_bytes) \
	X(int, stall_max_ns) X(int, host_peak_bytes) X(int, resize_failures) X(int, hpt_shift_end)

#define STORE_FIELD_int(name)	int64_t name;
#define STORE_FIELD_text(name)	const char *name;
#define STORE_FIELD_maybe(name)	const char *name;
#define STORE_FIELD(type, name)	STORE_FIELD_##type(name##_)

/* Members end with an underscore, as errno is a macro. */
struct store_run_row { STORE_RUN_FIELDS(STORE_FIELD) };
struct store_request_row { STORE_REQUEST_FIELDS(STORE_FIELD) };
struct store_attempt_row { STORE_ATTEMPT_FIELDS(STORE_FIELD) };
struct store_phase_row { STORE_PHASE_FIELDS(STORE_FIELD) };
struct store_lmb_row { STORE_LMB_FIELDS(STORE_FIELD) };
struct store_finding_row { STORE_FINDING_FIELDS(STORE_FIELD) };
struct store_input_row { STORE_INPUT_FIELDS(STORE_FIELD) };
struct store_published_row { STORE_PUBLISHED_FIELDS(STORE_FIELD) };
struct store_sweep_row { STORE_SWEEP_FIELDS(STORE_FIELD) };
struct store_sweep_name_row { STORE_SWEEP_NAME_FIELDS(STORE_FIELD) };
struct store_sweep_axis_row { STORE_SWEEP_AXIS_FIELDS(STORE_FIELD) };
struct store_sweep_value_row { STORE_SWEEP_VALUE_FIELDS(STORE_FIELD) };
struct store_sweep_miss_row { STORE_SWEEP_MISS_FIELDS(STORE_FIELD) };
struct store_sweep_run_row { STORE_SWEEP_RUN_FIELDS(STORE_FIELD) };

/*
 * Each calls @each per row, in the order of ids or sequence numbers, until it
 * returns false. They return STORE_OK, STORE_ENOMEM or STORE_EREAD.
 */
enum store_status store_read_runs(struct store *st, int64_t unused,
				  bool (*each)(void *ctx, const struct store_run_row *row), void *ctx);
enum store_status store_read_requests(struct store *st, int64_t run_id,
				      bool (*each)(void *ctx, const struct store_request_row *row), void *ctx);
enum store_status store_read_attempts(struct store *st, int64_t run_id,
				      bool (*each)(void *ctx, const struct store_attempt_row *row), void *ctx);
/* Of the requests of a run. */
enum store_status store_read_phases(struct store *st, int64_t run_id,
				    bool (*each)(void *ctx, const struct store_phase_row *row), void *ctx);
enum store_status store_read_lmbs(struct store *st, int64_t run_id,
				  bool (*each)(void *ctx, const struct store_lmb_row *row), void *ctx);
enum store_status store_read_findings(struct store *st, int64_t run_id,
				      bool (*each)(void *ctx, const struct store_finding_row *row), void *ctx);
/* One row, or none. */
enum store_status store_read_input(struct store *st, int64_t input_id,
				   bool (*each)(void *ctx, const struct store_input_row *row), void *ctx);
enum store_status store_read_published(struct store *st, int64_t input_id,
				       bool (*each)(void *ctx, const struct store_published_row *row), void *ctx);

/* Of a file that holds a sweep; in others there are none. One row, or none. */
enum store_status store_read_sweep(struct store *st, int64_t unused,
				   bool (*each)(void *ctx, const struct store_sweep_row *row), void *ctx);
/* Policies with their sources, and cost profiles with their texts. */
enum store_status store_read_sweep_policies(struct store *st, int64_t unused,
					    bool (*each)(void *ctx, const struct store_sweep_name_row *row), void *ctx);
enum store_status store_read_sweep_costs(struct store *st, int64_t unused,
					 bool (*each)(void *ctx, const struct store_sweep_name_row *row), void *ctx);
enum store_status store_read_sweep_axes(struct store *st, int64_t unused,
					bool (*each)(void *ctx, const struct store_sweep_axis_row *row), void *ctx);
enum store_status store_read_sweep_values(struct store *st, int64_t unused,
					  bool (*each)(void *ctx, const struct store_sweep_value_row *row), void *ctx);
enum store_status store_read_sweep_misses(struct store *st, int64_t unused,
					  bool (*each)(void *ctx, const struct store_sweep_miss_row *row), void *ctx);
enum store_status store_read_sweep_runs(struct store *st, int64_t unused,
					bool (*each)(void *ctx, const struct store_sweep_run_row *row), void *ctx);

#endif
