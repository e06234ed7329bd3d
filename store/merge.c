// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a sweep's shards into one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/leave.h"
#include "store/sweep_internal.h"

/* Each file in turn. */
#define IN	"shard"

struct merge {
	struct store *st;	/* the new file while it is made */
	unsigned shards;
	bool any;
};

/* What is wrong with a file becomes the message. */
static enum store_status refuse_in(struct store *st, const char *path, const char *why)
{
	sqlite3_free(st->message);
	st->message = sqlite3_mprintf("%s: %s", path, why);
	return STORE_EFOREIGN;
}

static enum store_status attach(struct store *st, const char *path)
{
	char *sql = sqlite3_mprintf("ATTACH %Q AS " IN, path);
	int64_t application_id = 0, version = 0, sweeps = 0;
	enum store_status status;
	int rc = sql ? sqlite3_exec(st->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	if (rc == SQLITE_OK)
		rc = store_query_int64(st->db, "PRAGMA " IN ".application_id", &application_id);
	if (rc == SQLITE_OK)
		rc = store_query_int64(st->db, "PRAGMA " IN ".user_version", &version);
	if ((rc & 0xff) == SQLITE_BUSY)
		return store_fail_at(st, path, STORE_EWRITE, "cannot be read");
	if (rc != SQLITE_OK)
		return refuse_in(st, path, sqlite3_errmsg(st->db));
	if (application_id != STORE_APPLICATION_ID)
		return refuse_in(st, path, "not a file of hptsim");
	if (version != STORE_SCHEMA_VERSION) {
		char why[96];

		snprintf(why, sizeof(why), "is of schema %lld, this hptsim merges schema %d only: sweep again",
			 (long long)version, STORE_SCHEMA_VERSION);
		return refuse_in(st, path, why);
	}
	status = store_check_whole(st, IN, path);
	if (status != STORE_OK)
		return status;
	if (store_query_int64(st->db, "SELECT count(*) FROM " IN ".sweep", &sweeps) != SQLITE_OK || !sweeps)
		return refuse_in(st, path, "holds no sweep");
	return STORE_OK;
}

/* Description and view of the first file, as a sweep in one piece has them. */
static int begin(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_exec(db,
		"INSERT INTO main.sweep SELECT * FROM " IN ".sweep; UPDATE main.sweep SET shard = 1, shards = 1;"
		"INSERT INTO main.sweep_policy SELECT * FROM " IN ".sweep_policy;"
		"INSERT INTO main.sweep_costs SELECT * FROM " IN ".sweep_costs;"
		"INSERT INTO main.sweep_axis SELECT * FROM " IN ".sweep_axis;"
		"INSERT INTO main.sweep_value SELECT * FROM " IN ".sweep_value;"
		"CREATE TEMP TABLE attempts AS SELECT * FROM main.resize_attempt;"
		"CREATE TEMP TABLE findings AS SELECT * FROM main.finding", NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "SELECT sql FROM " IN ".sqlite_schema WHERE name = 'point'", -1, &stmt, NULL);
	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
		char *sql = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));

		sqlite3_reset(stmt);
		rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	sqlite3_finalize(stmt);
	return rc;
}

static enum store_status check_twice(struct store *st, const char *path)
{
	int64_t point = 0;
	char why[96];
	int rc = store_query_int64(st->db,
		"SELECT coalesce((SELECT (a.id - 1) / policies + 1 FROM " IN ".run AS a JOIN main.run AS b USING (id) LIMIT 1), "
		"(SELECT a.point FROM " IN ".sweep_miss AS a JOIN main.sweep_miss AS b USING (point, policy) LIMIT 1), 0) "
		"FROM main.sweep", &point);

	if (rc != SQLITE_OK)
		return store_fail(st, STORE_EREAD, "cannot be compared");
	if (!point)
		return STORE_OK;
	snprintf(why, sizeof(why), "has point %lld, which a file before it has, too", (long long)point);
	return refuse_in(st, path, why);
}

/* Ids of attempts and findings are their order; those of all else follow from the point. */
static const char copy_rows[] =
	"INSERT INTO main.run SELECT * FROM " IN ".run;"
	"INSERT INTO main.request SELECT * FROM " IN ".request;"
	"INSERT INTO main.run_phase SELECT * FROM " IN ".run_phase;"
	"INSERT INTO main.request_phase SELECT * FROM " IN ".request_phase;"
	"INSERT INTO main.lmb SELECT * FROM " IN ".lmb;"
	"INSERT INTO main.sweep_miss SELECT * FROM " IN ".sweep_miss;"
	"INSERT INTO attempts SELECT * FROM " IN ".resize_attempt;"
	"INSERT INTO findings SELECT * FROM " IN ".finding";

static const char order_rows[] =
	"UPDATE attempts SET id = NULL; INSERT INTO main.resize_attempt SELECT * FROM attempts ORDER BY run_id, seq;"
	"UPDATE findings SET id = NULL; INSERT INTO main.finding SELECT * FROM findings ORDER BY run_id, seq";

static enum store_status add(struct merge *m, const char *path)
{
	struct store *st = m->st;
	enum store_status status = attach(st, path);
	int64_t shards = 1;
	char *what;

	if (status != STORE_OK)
		return status;
	if (!m->any && begin(st->db) != SQLITE_OK)
		return store_fail(st, STORE_EWRITE, "the sweep cannot be begun");
	m->any = true;
	what = store_sweep_differs(st->db, IN, false);
	if (what) {
		char *why = sqlite3_mprintf("has %s than the first file", what);

		status = refuse_in(st, path, why ? why : what);
		sqlite3_free(why);
		sqlite3_free(what);
		return status;
	}
	status = check_twice(st, path);
	if (status != STORE_OK)
		return status;
	store_query_int64(st->db, "SELECT shards FROM " IN ".sweep", &shards);
	if ((unsigned)shards > m->shards)
		m->shards = (unsigned)shards;
	if (sqlite3_exec(st->db, copy_rows, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(st->db, "DETACH " IN, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st, STORE_EWRITE, "cannot be merged");
	return STORE_OK;
}

typedef void missing_fn(void *ctx, const struct store_merged *merged, uint64_t first, uint64_t last);

/* Tells each range of points that is not complete; with no @missing, counts them. */
static int each_missing(sqlite3 *db, struct store_merged *merged, missing_fn *missing, void *ctx)
{
	sqlite3_stmt *stmt = NULL;
	uint64_t next = 1;
	int rc = sqlite3_prepare_v2(db,
		"SELECT point FROM (SELECT (run.id - 1) / policies + 1 AS point, '-' AS policy FROM run, sweep "
		"UNION ALL SELECT point, policy FROM sweep_miss), sweep GROUP BY point "
		"HAVING count(*) >= policies OR min(policy) = '' ORDER BY point", -1, &stmt, NULL);

	for (bool more = rc == SQLITE_OK; more;) {
		uint64_t point = merged->points + 1;

		more = sqlite3_step(stmt) == SQLITE_ROW;
		if (more)
			point = (uint64_t)sqlite3_column_int64(stmt, 0);
		if (point > next) {
			if (missing)
				missing(ctx, merged, next, point - 1);
			else
				merged->missing += point - next;
		}
		next = point + 1;
	}
	sqlite3_finalize(stmt);
	return rc;
}

static enum store_status tell_missing(struct merge *m, missing_fn *missing, void *ctx)
{
	sqlite3_stmt *stmt = NULL;
	struct store_merged merged = { .shards = m->shards };
	int rc = sqlite3_prepare_v2(m->st->db, "SELECT points, file, arguments FROM sweep", -1, &stmt, NULL);

	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
		merged.points = (uint64_t)sqlite3_column_int64(stmt, 0);
		merged.file = (const char *)sqlite3_column_text(stmt, 1);
		merged.arguments = (const char *)sqlite3_column_text(stmt, 2);
		rc = each_missing(m->st->db, &merged, NULL, NULL);
		if (rc == SQLITE_OK && missing)
			missing(ctx, &merged, 0, 0);
		if (rc == SQLITE_OK && missing && merged.missing)
			rc = each_missing(m->st->db, &merged, missing, ctx);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_OK ? STORE_OK : store_fail(m->st, STORE_EREAD, "cannot be read");
}

/* Nothing that is there is taken away. */
static enum store_status check_paths(struct store *st, const char *out, char **in, size_t count)
{
	if (access(out, F_OK) == 0)
		return refuse_in(st, out, "is there already; nothing was changed");
	for (size_t i = 0; i < count; i++) {
		enum store_status status = store_check_file(st, in[i]);

		if (status != STORE_OK)
			return status;
		if (access(in[i], R_OK) != 0)
			return refuse_in(st, in[i], strerror(errno));
	}
	return STORE_OK;
}

enum store_status store_merge(const char *out, char **in, size_t count, struct store **st, missing_fn *missing, void *ctx)
{
	char *part = sqlite3_mprintf("%s.part", out), *journal = sqlite3_mprintf("%s.part-journal", out);
	struct merge m = { .shards = 1 };
	enum store_status status;
	int left[2];

	*st = part && journal ? store_new(part) : NULL;
	if (!*st) {
		sqlite3_free(journal);
		sqlite3_free(part);
		return STORE_ENOMEM;
	}
	m.st = *st;
	status = check_paths(m.st, out, in, count);
	if (status == STORE_OK) {
		unlink(part);	/* of a process that was killed */
		left[0] = leave_file(part);
		left[1] = leave_file(journal);
		status = store_open_at(m.st, true);
		/* nobody has it but this process */
		if (status == STORE_OK)
			sqlite3_exec(m.st->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
		for (size_t i = 0; i < count && status == STORE_OK; i++)
			status = add(&m, in[i]);
		if (status == STORE_OK && sqlite3_exec(m.st->db, order_rows, NULL, NULL, NULL) != SQLITE_OK)
			status = store_fail(m.st, STORE_EWRITE, "cannot be merged");
		if (status == STORE_OK)
			status = store_copy(m.st, out);
		if (status == STORE_OK)
			status = tell_missing(&m, missing, ctx);
		unlink(part);
		leave_done(left[0]);
		leave_done(left[1]);
	}
	m.st->status = status;
	sqlite3_free(journal);
	sqlite3_free(part);
	return status;
}
