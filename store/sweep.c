// SPDX-License-Identifier: GPL-2.0-or-later
/* Begin a sweep's file, or go on with it. */
#include "store/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"
#include "sim/sim.h"
#include "store/sweep_internal.h"

/* Where a second description of a sweep is held against the file's. */
#define OTHER	"wanted"

#define LOCK_POLL_NS	(5 * NSEC_PER_MSEC)
#define LOCK_WAIT_NS	NSEC_PER_SEC

/* One INSERT; an SQLite code. Freed whatever happens. */
static int insert(sqlite3 *db, char *sql)
{
	int rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc;
}

static int describe_axis(sqlite3 *db, const char *schema, size_t seq, const struct store_sweep_axis *axis)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_mprintf("INSERT INTO %s.sweep_value VALUES (%d, ?, ?, ?)", schema, (int)seq);
	int rc = insert(db, sqlite3_mprintf("INSERT INTO %s.sweep_axis VALUES (%d, %Q, %Q)", schema, (int)seq, axis->key,
					    axis->spec));

	if (rc == SQLITE_OK)
		rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;
	for (size_t i = 0; i < axis->count && rc == SQLITE_OK; i++) {
		const struct store_sweep_value *value = &axis->values[i];

		sqlite3_bind_int64(stmt, 1, (int64_t)i + 1);
		if (value->is_whole)
			sqlite3_bind_int64(stmt, 2, value->number);
		else
			sqlite3_bind_text(stmt, 2, value->text, -1, SQLITE_STATIC);
		if (axis->unit)
			sqlite3_bind_int64(stmt, 3, value->number);
		rc = sqlite3_step(stmt) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return rc;
}

static int describe(sqlite3 *db, const char *schema, const struct store_sweep *sweep)
{
	int rc = insert(db, sqlite3_mprintf(
		"INSERT INTO %s.sweep VALUES (1, %Q, %Q, %Q, %Q, %Q, %lld, %d, %lld, %lld, %u, %u, %Q, %d)", schema,
		sweep->scenario, sweep->scenario_text, sweep->file, sweep->arguments, sweep->sets,
		(long long)sweep->seed, sweep->all_rows, (long long)sweep->points, (long long)sweep->policy_count,
		sweep->shard, sweep->shards, sweep->hptsim_version, SIM_MODEL_VERSION));

	for (size_t i = 0; i < sweep->policy_count && rc == SQLITE_OK; i++)
		rc = insert(db, sqlite3_mprintf("INSERT INTO %s.sweep_policy VALUES (%d, %Q, %Q)", schema, (int)i + 1,
						sweep->policies[i].name, sweep->policies[i].text));
	for (size_t i = 0; i < sweep->costs_count && rc == SQLITE_OK; i++)
		rc = insert(db, sqlite3_mprintf("INSERT INTO %s.sweep_costs VALUES (%Q, %Q)", schema,
						sweep->costs[i].name, sweep->costs[i].text));
	for (size_t i = 0; i < sweep->axis_count && rc == SQLITE_OK; i++)
		rc = describe_axis(db, schema, i + 1, &sweep->axes[i]);
	return rc;
}

#define NUMBER_COLUMN(A, type, name, what)	"run." #name ", "

static bool is_swept(const struct store_sweep *sweep, const char *key)
{
	for (size_t i = 0; i < sweep->axis_count; i++)
		if (strcmp(sweep->axes[i].key, key) == 0)
			return true;
	return false;
}

static int create_view(sqlite3 *db, const struct store_sweep *sweep)
{
	sqlite3_str *sql = sqlite3_str_new(db);
	uint64_t stride = 1;

	sqlite3_str_appendf(sql, "CREATE VIEW point AS SELECT (run.id - 1) / %d + 1 AS point, run.scenario, run.policy, ",
			    (int)sweep->policy_count);
	for (size_t i = 0; i < sweep->axis_count; i++) {
		const struct store_sweep_axis *axis = &sweep->axes[i];

		sqlite3_str_appendf(sql, "v%d.value AS \"%w\", ", (int)i + 1, axis->key);
		if (axis->unit)
			sqlite3_str_appendf(sql, "v%d.number AS \"%w_%s\", ", (int)i + 1, axis->key, axis->unit);
	}
	if (!is_swept(sweep, "costs"))
		sqlite3_str_appendall(sql, "run.costs, ");
	if (!is_swept(sweep, "seed"))
		sqlite3_str_appendall(sql, "run.seed, ");
	sqlite3_str_appendall(sql, "run.memory_end_bytes AS memory_got_bytes, " SIM_RUN_NUMBERS(NUMBER_COLUMN, )
			      "run.id AS run_id FROM run");
	for (size_t i = sweep->axis_count; i > 0; stride *= sweep->axes[--i].count)
		sqlite3_str_appendf(sql, " JOIN sweep_value AS v%d ON v%d.axis = %d AND v%d.seq = "
				    "(run.id - 1) / %lld %% %d + 1", (int)i, (int)i, (int)i, (int)i,
				    (long long)(stride * sweep->policy_count), (int)sweep->axes[i - 1].count);
	return insert(db, sqlite3_str_finish(sql));
}

/* The tables that describe a sweep, once more in memory. */
static int create_other(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_exec(db, "ATTACH ':memory:' AS " OTHER, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "SELECT 'CREATE TABLE " OTHER ".' || substr(sql, length('CREATE TABLE ') + 1) "
					"FROM main.sqlite_schema WHERE type = 'table' AND name LIKE 'sweep%'", -1, &stmt, NULL);
	while (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		rc = sqlite3_exec(db, (const char *)sqlite3_column_text(stmt, 0), NULL, NULL, NULL);
	sqlite3_finalize(stmt);
	return rc;
}

static enum store_status differ(struct store *st, char *what)
{
	char *made = store_sweep_command(st->db, "main");

	sqlite3_free(st->message);
	st->message = sqlite3_mprintf("%s: holds a sweep with %s; nothing was changed%s%s", st->path, what,
				      made ? "\n  it is of: " : "", made ? made : "");
	sqlite3_free(made);
	sqlite3_free(what);
	return STORE_EFOREIGN;
}

/* Take back the last point: nobody knows whether it is complete. */
static int take_back(sqlite3 *db, const struct store_sweep *sweep, uint64_t *next)
{
	int64_t point, policies;
	int rc = store_sweep_last(db, "main", &point, &policies);

	if (rc != SQLITE_OK)
		return rc;
	*next = (uint64_t)point;
	rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = store_sweep_delete(db, point, (int64_t)sweep->points, policies, "resize_attempt", "finding");
	return rc == SQLITE_OK ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : rc;
}

static enum store_status go_on(struct store *st, const struct store_sweep *sweep, uint64_t *next)
{
	int64_t shard = 1;
	char *what;
	int rc = create_other(st->db);

	if (rc == SQLITE_OK)
		rc = describe(st->db, OTHER, sweep);
	if (rc != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be held against the sweep");
	store_query_int64(st->db, "SELECT shard FROM sweep", &shard);
	if (!shard)
		return store_refuse(st, STORE_EFOREIGN, "was merged and lacks points, not only at its end: 'hptsim merge' it "
				    "with files that have them");
	what = store_sweep_differs(st->db, OTHER, true);
	sqlite3_exec(st->db, "DETACH " OTHER, NULL, NULL, NULL);
	if (what)
		return differ(st, what);
	return take_back(st->db, sweep, next) == SQLITE_OK ? STORE_OK : store_fail(st, STORE_EWRITE, "cannot be resumed");
}

static enum store_status begin(struct store *st, const struct store_sweep *sweep)
{
	int rc = sqlite3_exec(st->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = describe(st->db, "main", sweep);
	if (rc == SQLITE_OK)
		rc = create_view(st->db, sweep);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
	return rc == SQLITE_OK ? STORE_OK : store_fail(st, STORE_EWRITE, "the sweep cannot be begun");
}

/* A worker of a sweep that was killed may take a moment to notice. */
static int take_lock(int fd)
{
	const struct timespec pause = { .tv_nsec = LOCK_POLL_NS };
	int64_t end_ns = clock_monotonic_ns() + LOCK_WAIT_NS;
	int rc;

	while ((rc = flock(fd, LOCK_EX | LOCK_NB)) != 0 && errno == EWOULDBLOCK && clock_monotonic_ns() < end_ns)
		nanosleep(&pause, NULL);
	return rc;
}

/* One process at a time; and a file that is there is gone on with on request only. */
static enum store_status take_file(struct store *st, bool resume)
{
	struct stat info;
	enum store_status status = store_check_file(st, st->path);

	if (status != STORE_OK)
		return status;
	st->lock = open(st->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (st->lock < 0 || fstat(st->lock, &info) != 0)
		return store_refuse(st, STORE_EOPEN, strerror(errno));
	if (take_lock(st->lock) != 0)
		return store_refuse(st, STORE_EOPEN, errno == EWOULDBLOCK ? "another process sweeps into it" : strerror(errno));
	if (info.st_size && !resume)
		return store_refuse(st, STORE_EOPEN, "is there already: --resume goes on with it, --db takes another name");
	return STORE_OK;
}

static enum store_status open_sweep(struct store *st, const struct store_sweep *sweep, bool resume, uint64_t *next)
{
	enum store_status status = take_file(st, resume);
	int64_t sweeps = 0, runs = 0;

	*next = 1;
	if (status == STORE_OK)
		status = store_open_at(st, true);
	if (status != STORE_OK)
		return status;
	if (store_query_int64(st->db, "SELECT count(*) FROM sweep", &sweeps) != SQLITE_OK ||
	    store_query_int64(st->db, "SELECT count(*) FROM run", &runs) != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be read");
	if (!sweeps && runs)
		return store_refuse(st, STORE_EFOREIGN, "holds other runs: a sweep has a file of its own");
	return sweeps ? go_on(st, sweep, next) : begin(st, sweep);
}

enum store_status store_sweep_open(const char *path, const struct store_sweep *sweep, bool resume,
				   struct store **out, uint64_t *next)
{
	*out = store_new(path);
	if (!*out)
		return STORE_ENOMEM;
	(*out)->status = open_sweep(*out, sweep, resume, next);
	return (*out)->status;
}

void store_sweep_forked(struct store *st)
{
	if (st->lock >= 0)
		close(st->lock);
	st->lock = -1;
}

enum store_status store_sweep_miss(struct store *st, uint64_t point, const char *policy, const char *status,
				   const char *text)
{
	static const struct store_run none;
	sqlite3_stmt *stmt = st->statements[STATEMENT_MISS];
	struct sim_sink unused;

	store_run_begin(st, &none, &unused);
	if (store_run_open(st)) {
		sqlite3_bind_int64(stmt, 1, (int64_t)point);
		sqlite3_bind_text(stmt, 2, policy, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 3, status, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 4, text, -1, SQLITE_STATIC);
		if (store_execute(st, STATEMENT_MISS))
			store_run_keep(st);
	}
	return store_run_finish(st, NULL);
}

enum store_status store_sweep_misses(struct store *st, int64_t *invalid, int64_t *failed)
{
	*invalid = *failed = 0;
	if (store_query_int64(st->db, "SELECT count(*) FROM sweep_miss WHERE policy = ''", invalid) == SQLITE_OK &&
	    store_query_int64(st->db, "SELECT count(*) FROM sweep_miss WHERE policy <> ''", failed) == SQLITE_OK)
		return STORE_OK;
	return store_fail(st, STORE_EREAD, "cannot be read");
}

enum store_status store_sweep_each(struct store *st, bool (*each)(void *ctx, const struct store_sweep_run *run), void *ctx)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(st->db, "SELECT (run.id - 1) / policies + 1, (run.id - 1) % policies, total_ns, "
				    "failed_requests FROM run, sweep ORDER BY run.id", -1, &stmt, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		struct store_sweep_run run;

		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW)
			break;
		run = (struct store_sweep_run){
			.point = (uint64_t)sqlite3_column_int64(stmt, 0), .policy = (size_t)sqlite3_column_int64(stmt, 1),
			.total_ns = sqlite3_column_int64(stmt, 2), .fell_short = sqlite3_column_int64(stmt, 3) != 0,
		};
		if (!each(ctx, &run)) {
			rc = SQLITE_DONE;
			break;
		}
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? STORE_OK : store_fail(st, STORE_EREAD, "cannot be read");
}

enum store_status store_sweep_finish(struct store *st)
{
	enum store_status status = store_flush(st);

	return status == STORE_OK ? store_copy(st, st->path) : status;
}
