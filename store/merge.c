// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a sweep's shards into one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/leave.h"
#include "store/sweep_internal.h"

/* Each file in turn. */
#define IN	"shard"

struct merge {
	struct store *st;	/* the new file while it is made */
	unsigned shards;
	unsigned first;		/* shard that says how the command was spelled; 0: none yet */
	bool merged;		/* one of the files was merged itself, and lacks points */
	struct store_merged_file *files;
	size_t count;
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

/* What differs, and the commands of both. */
static enum store_status refuse_other(struct merge *m, const char *path, char *what)
{
	sqlite3 *db = m->st->db;
	char *here = store_sweep_command(db, "main"), *there = store_sweep_command(db, IN);
	char *why = sqlite3_mprintf("has %s than the first file\n  %s: %s\n  %s: %s", what, m->files[0].path, here ? here : "?",
				    path, there ? there : "?");
	enum store_status status = refuse_in(m->st, path, why ? why : what);

	sqlite3_free(here);
	sqlite3_free(there);
	sqlite3_free(why);
	sqlite3_free(what);
	return status;
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

/* Which shard it is. The first of them says how the command was spelled: the new file depends on no order. */
static int note_shard(struct merge *m, struct store_merged_file *file)
{
	int64_t shard = 1, shards = 1;
	int rc = store_query_int64(m->st->db, "SELECT shard FROM " IN ".sweep", &shard);

	if (rc == SQLITE_OK)
		rc = store_query_int64(m->st->db, "SELECT shards FROM " IN ".sweep", &shards);
	if (rc != SQLITE_OK)
		return rc;
	file->shard = (unsigned)shard;
	file->shards = (unsigned)shards;
	m->merged |= !shard;
	if (file->shards > m->shards)
		m->shards = file->shards;
	if (!file->shard || (m->first && file->shard >= m->first))
		return SQLITE_OK;
	m->first = file->shard;
	return sqlite3_exec(m->st->db, "UPDATE main.sweep SET (file, arguments) = (SELECT file, arguments FROM " IN ".sweep)",
			    NULL, NULL, NULL);
}

/* A sweep that was killed may have written some of its last point. */
static int leave_out_last(sqlite3 *db)
{
	int64_t point, policies, complete = 0;
	int rc = store_sweep_last(db, IN, &point, &policies);
	char *sql = rc == SQLITE_OK ? sqlite3_mprintf(
		"SELECT (SELECT count(*) FROM " IN ".run WHERE (id - 1) / %lld + 1 = %lld) + (SELECT coalesce(sum(CASE policy WHEN '' "
		"THEN %lld ELSE 1 END), 0) FROM " IN ".sweep_miss WHERE point = %lld) >= %lld", (long long)policies,
		(long long)point, (long long)policies, (long long)point, (long long)policies) : NULL;

	if (rc == SQLITE_OK)
		rc = sql ? store_query_int64(db, sql, &complete) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return rc != SQLITE_OK || complete ? rc : store_sweep_delete(db, point, point, policies, "attempts", "findings");
}

static enum store_status add(struct merge *m, const char *path)
{
	struct store *st = m->st;
	enum store_status status = attach(st, path);
	struct store_merged_file *file = &m->files[m->count];
	char *what;

	if (status != STORE_OK)
		return status;
	file->path = path;
	if (!m->count && begin(st->db) != SQLITE_OK)
		return store_fail(st, STORE_EWRITE, "the sweep cannot be begun");
	what = store_sweep_differs(st->db, IN, false);
	if (what)
		return refuse_other(m, path, what);
	status = check_twice(st, path);
	if (status != STORE_OK)
		return status;
	m->count++;
	if (note_shard(m, file) != SQLITE_OK || sqlite3_exec(st->db, copy_rows, NULL, NULL, NULL) != SQLITE_OK ||
	    leave_out_last(st->db) != SQLITE_OK || sqlite3_exec(st->db, "DETACH " IN, NULL, NULL, NULL) != SQLITE_OK)
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

/* What is not behind all others but between them is not gone on with: the file says that it was merged. */
static enum store_status count_missing(struct merge *m, struct store_merged *merged)
{
	int64_t points = 0;
	char *sql;
	int rc = store_query_int64(m->st->db, "SELECT points FROM sweep", &points);

	*merged = (struct store_merged){
		.points = (uint64_t)points, .shards = m->shards, .files = m->files, .file_count = m->count,
	};
	if (rc == SQLITE_OK)
		rc = each_missing(m->st->db, merged, NULL, NULL);
	if (rc == SQLITE_OK && merged->missing && (m->shards > 1 || m->merged)) {
		sql = sqlite3_mprintf("UPDATE main.sweep SET shard = 0, shards = %u", m->shards);
		rc = sql ? sqlite3_exec(m->st->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	return rc == SQLITE_OK ? STORE_OK : store_fail(m->st, STORE_EWRITE, "cannot be merged");
}

static enum store_status tell_missing(struct merge *m, struct store_merged *merged, missing_fn *missing, void *ctx)
{
	char *command = store_sweep_command(m->st->db, "main");
	int rc = SQLITE_OK;

	if (!command)
		return STORE_ENOMEM;
	merged->command = command;
	if (missing)
		missing(ctx, merged, 0, 0);
	if (missing && merged->missing)
		rc = each_missing(m->st->db, merged, missing, ctx);
	sqlite3_free(command);
	return rc == SQLITE_OK ? STORE_OK : store_fail(m->st, STORE_EREAD, "cannot be read");
}

/* The rows of all files in a new one. */
static enum store_status put_together(struct merge *m, char **in, size_t count)
{
	/* nobody has it but this process */
	sqlite3_exec(m->st->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	for (size_t i = 0; i < count; i++) {
		enum store_status status = add(m, in[i]);

		if (status != STORE_OK)
			return status;
	}
	if (sqlite3_exec(m->st->db, order_rows, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(m->st, STORE_EWRITE, "cannot be merged");
	return STORE_OK;
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
	struct merge m = { .shards = 1, .files = calloc(count + 1, sizeof(*m.files)) };
	struct store_merged merged;
	enum store_status status;
	int left[2];

	*st = part && journal && m.files ? store_new(part) : NULL;
	if (!*st) {
		free(m.files);
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
		if (status == STORE_OK)
			status = put_together(&m, in, count);
		if (status == STORE_OK)
			status = count_missing(&m, &merged);
		if (status == STORE_OK)
			status = store_copy(m.st, out);
		if (status == STORE_OK)
			status = tell_missing(&m, &merged, missing, ctx);
		unlink(part);
		leave_done(left[0]);
		leave_done(left[1]);
	}
	m.st->status = status;
	free(m.files);
	sqlite3_free(journal);
	sqlite3_free(part);
	return status;
}
