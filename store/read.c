// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows out of the database, as structs. */
#include "store/read.h"

#include "store/internal.h"

/* Into memory, where it can be brought up to date. */
static int copy_to_memory(struct store *st)
{
	sqlite3_backup *backup = NULL;
	sqlite3 *copy = NULL;
	int rc = sqlite3_open(":memory:", &copy);

	if (rc == SQLITE_OK)
		backup = sqlite3_backup_init(copy, "main", st->db, "main");
	if (backup) {
		sqlite3_backup_step(backup, -1);
		sqlite3_backup_finish(backup);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_errcode(copy);
	if (!copy)
		return SQLITE_NOMEM;
	sqlite3_close(st->db);
	st->db = copy;
	return rc;
}

static enum store_status open_read(struct store *st)
{
	enum store_status status;
	int64_t version;
	int rc = SQLITE_OK;

	status = store_check_file(st, st->path);
	if (status != STORE_OK)
		return status;
	if (sqlite3_open_v2(st->path, &st->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be opened");
	sqlite3_busy_timeout(st->db, 1000 * store_wait_seconds());
	status = store_check(st, &version);
	if (status != STORE_OK)
		return status;
	if (!store_is_current(st->db, version)) {
		rc = copy_to_memory(st);
		if (rc == SQLITE_OK)
			rc = store_upgrade(st->db, version);
	}
	/* all that is read is of one moment */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(st->db, "BEGIN", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return store_check_whole(st, "main", st->path);
	return rc == SQLITE_OK ? STORE_OK : store_fail(st, STORE_EOPEN, "cannot be read");
}

enum store_status store_open_read(const char *path, struct store **out)
{
	*out = store_new(path);
	if (!*out)
		return STORE_ENOMEM;
	(*out)->status = open_read(*out);
	return (*out)->status;
}

#define SELECT_COLUMN(type, name)	", " #name
#define SELECT(FIELDS)			"SELECT 0" FIELDS(SELECT_COLUMN)

/* A row of a query. */
struct reading {
	sqlite3_stmt *stmt;
	bool stopped;
	bool damaged;		/* the schema forbids it, but SQLite does not look when it reads */
};

static int64_t read_int(struct reading *r, int column)
{
	return sqlite3_column_int64(r->stmt, column);
}

static const char *read_maybe(struct reading *r, int column)
{
	return (const char *)sqlite3_column_text(r->stmt, column);
}

static const char *read_text(struct reading *r, int column)
{
	const char *text = read_maybe(r, column);

	if (!text)
		r->damaged = true;
	return text;
}

static enum store_status finish(struct store *st, struct reading *r, int rc)
{
	enum store_status status = STORE_OK;
	sqlite3_stmt *stmt = r->stmt;

	if (r->damaged)
		status = store_damaged(st, "a row lacks a text that every row has");
	else if (!r->stopped && rc != SQLITE_DONE)
		status = store_fail(st, STORE_EREAD, "cannot be read");
	sqlite3_finalize(stmt);
	return status;
}

static int prepare(struct store *st, const char *sql, int64_t id, sqlite3_stmt **stmt)
{
	int rc = sqlite3_prepare_v2(st->db, sql, -1, stmt, NULL);

	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(*stmt))
		rc = sqlite3_bind_int64(*stmt, 1, id);
	return rc;
}

#define READ_FIELD(type, name)	row.name##_ = read_##type(&r, ++column);

/* One reader: what it is called, its rows, its columns and the rest of its query. */
#define DEFINE_READER(function, row_type, FIELDS, rest) \
	enum store_status function(struct store *st, int64_t id, \
				   bool (*each)(void *ctx, const struct row_type *row), void *ctx) \
	{ \
		struct reading r = { 0 }; \
		int rc = prepare(st, SELECT(FIELDS) rest, id, &r.stmt); \
		\
		while (!r.stopped && (rc == SQLITE_OK || rc == SQLITE_ROW)) { \
			struct row_type row; \
			int column = 0; \
			\
			rc = sqlite3_step(r.stmt); \
			if (rc != SQLITE_ROW) \
				break; \
			FIELDS(READ_FIELD) \
			r.stopped = r.damaged || !each(ctx, &row); \
		} \
		return finish(st, &r, rc); \
	}

/* not of any id */
DEFINE_READER(store_read_runs, store_run_row, STORE_RUN_FIELDS, " FROM run ORDER BY id")
DEFINE_READER(store_read_requests, store_request_row, STORE_REQUEST_FIELDS, " FROM request WHERE run_id = ? ORDER BY seq")
DEFINE_READER(store_read_attempts, store_attempt_row, STORE_ATTEMPT_FIELDS,
	      " FROM resize_attempt WHERE run_id = ? ORDER BY seq")
DEFINE_READER(store_read_phases, store_phase_row, STORE_PHASE_FIELDS,
	      " FROM request_phase JOIN request ON request.id = request_id WHERE run_id = ? ORDER BY request_id, phase")
DEFINE_READER(store_read_lmbs, store_lmb_row, STORE_LMB_FIELDS, " FROM lmb WHERE run_id = ? ORDER BY seq")
DEFINE_READER(store_read_findings, store_finding_row, STORE_FINDING_FIELDS,
	      " FROM (SELECT kind, text, count(*) AS count, min(seq) AS first FROM finding WHERE run_id = ? "
	      "GROUP BY kind, text) ORDER BY first")
DEFINE_READER(store_read_input, store_input_row, STORE_INPUT_FIELDS, " FROM input WHERE id = ?")
DEFINE_READER(store_read_published, store_published_row, STORE_PUBLISHED_FIELDS,
	      " FROM published WHERE input_id = ? ORDER BY seq")
DEFINE_READER(store_read_sweep, store_sweep_row, STORE_SWEEP_FIELDS, " FROM sweep")
DEFINE_READER(store_read_sweep_policies, store_sweep_name_row, STORE_SWEEP_NAME_FIELDS,
	      " FROM (SELECT seq, name, source AS text FROM sweep_policy) ORDER BY seq")
DEFINE_READER(store_read_sweep_costs, store_sweep_name_row, STORE_SWEEP_NAME_FIELDS, " FROM sweep_costs ORDER BY name")
DEFINE_READER(store_read_sweep_axes, store_sweep_axis_row, STORE_SWEEP_AXIS_FIELDS, " FROM sweep_axis ORDER BY seq")
DEFINE_READER(store_read_sweep_values, store_sweep_value_row, STORE_SWEEP_VALUE_FIELDS,
	      " FROM (SELECT axis, seq, value, ifnull(number, value) AS number, number IS NOT NULL OR typeof(value) = 'integer' "
	      "AS is_number FROM sweep_value) ORDER BY axis, seq")
DEFINE_READER(store_read_sweep_misses, store_sweep_miss_row, STORE_SWEEP_MISS_FIELDS, " FROM sweep_miss ORDER BY point, policy")
DEFINE_READER(store_read_sweep_runs, store_sweep_run_row, STORE_SWEEP_RUN_FIELDS, " FROM run ORDER BY id")
