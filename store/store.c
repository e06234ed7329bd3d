// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening and closing: is it ours, and is it a schema that we know? */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"
#include "store/schema.h"
#include "store/sweep.h"

/* The oldest schema that can be brought up to date. */
#define STORE_SCHEMA_FIRST	1

/* NOMUTEX: a struct store is used by one thread at a time. */
#define OPEN_FLAGS	(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX)

enum store_status store_refuse(struct store *st, enum store_status status, const char *why)
{
	sqlite3_free(st->message);
	st->message = sqlite3_mprintf("%s: %s", st->path, why);
	return status;
}

int store_query_int64(sqlite3 *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *stmt;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		*value = sqlite3_column_int64(stmt, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc;
}

enum store_status store_check_whole(struct store *st, const char *schema, const char *path)
{
	char count[64], size[64];
	int64_t pages = 0, page_bytes = 0;
	struct stat info;
	int rc;

	snprintf(count, sizeof(count), "PRAGMA %s.page_count", schema);
	snprintf(size, sizeof(size), "PRAGMA %s.page_size", schema);
	rc = store_query_int64(st->db, count, &pages);
	if (rc == SQLITE_OK)
		rc = store_query_int64(st->db, size, &page_bytes);
	if (rc != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be read");
	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size >= pages * page_bytes)
		return STORE_OK;
	sqlite3_free(st->message);
	st->message = sqlite3_mprintf("%s: is truncated: it has %lld bytes of %lld; nothing was changed", path,
				      (long long)info.st_size, (long long)(pages * page_bytes));
	return STORE_EREAD;
}

/* What the file says it is. */
struct identity {
	int64_t application_id, version;
	int64_t object_count;	/* tables and whatever else */
};

static int read_identity(sqlite3 *db, struct identity *id)
{
	int rc;

	*id = (struct identity){ 0 };
	rc = store_query_int64(db, "PRAGMA application_id", &id->application_id);
	if (rc == SQLITE_OK)
		rc = store_query_int64(db, "PRAGMA user_version", &id->version);
	if (rc == SQLITE_OK)
		rc = store_query_int64(db, "SELECT count(*) FROM sqlite_schema", &id->object_count);
	return rc;
}

static bool is_empty(const struct identity *id)
{
	return !id->application_id && !id->version && !id->object_count;
}

static enum store_status check_identity(struct store *st, const struct identity *id)
{
	if (id->application_id != STORE_APPLICATION_ID)
		return store_refuse(st, STORE_EFOREIGN, "a SQLite file, but not of hptsim; nothing was changed");
	if (id->version > STORE_SCHEMA_VERSION) {
		sqlite3_free(st->message);
		st->message = sqlite3_mprintf("%s: written by a newer hptsim: its schema is %lld, this one knows up to %d",
					      st->path, (long long)id->version, STORE_SCHEMA_VERSION);
		return STORE_EVERSION;
	}
	if (id->version < STORE_SCHEMA_FIRST)
		return store_refuse(st, STORE_EVERSION, "has no valid schema number");
	return STORE_OK;
}

static int set_version(sqlite3 *db)
{
	char *pragmas = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
					STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
	int rc = pragmas ? sqlite3_exec(db, pragmas, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(pragmas);
	return rc;
}

/* Create the tables, or bring those of an older hptsim up to date. */
static enum store_status make_schema(struct store *st)
{
	static const char what[] = "the tables cannot be created or brought up to date";
	struct identity id;
	enum store_status status = STORE_OK;
	int rc;

	if (sqlite3_exec(st->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, what);

	/* another process may have been faster */
	rc = read_identity(st->db, &id);
	if (rc == SQLITE_OK && is_empty(&id)) {
		rc = sqlite3_exec(st->db, store_schema, NULL, NULL, NULL);
		id.version = STORE_SCHEMA_VERSION;
	} else if (rc == SQLITE_OK) {
		status = check_identity(st, &id);
	}
	if (rc == SQLITE_OK && status == STORE_OK)
		rc = store_upgrade(st->db, id.version);
	if (rc == SQLITE_OK && status == STORE_OK)
		rc = set_version(st->db);
	if (rc == SQLITE_OK && status == STORE_OK)
		rc = sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		status = store_fail(st, STORE_EOPEN, what);
	if (status != STORE_OK)
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

static enum store_status identify(struct store *st)
{
	enum store_status status = STORE_OK;
	struct identity id;
	int rc;

	/* one look at all of it: another process may be creating the tables right now */
	rc = sqlite3_exec(st->db, "BEGIN", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = read_identity(st->db, &id);
	if (rc == SQLITE_OK)
		status = store_check_whole(st, "main", st->path);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
	if (status != STORE_OK)
		return status;
	if (rc == SQLITE_NOTADB)
		return store_refuse(st, STORE_EFOREIGN, "not a SQLite file; nothing was changed");
	if (rc != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be read");
	if (!is_empty(&id))
		status = check_identity(st, &id);
	if (status != STORE_OK)
		return status;
	if (sqlite3_db_readonly(st->db, "main"))
		return store_refuse(st, STORE_EOPEN, "cannot be written");
	return is_empty(&id) || !store_is_current(st->db, id.version) ? make_schema(st) : STORE_OK;
}

/*
 * The file keeps SQLite's rollback journal: it is then one plain file at rest,
 * readable in a read-only directory too, which WAL is not, and WAL was not
 * faster. NORMAL cannot corrupt the file when a process dies; see
 * https://www.sqlite.org/pragma.html#pragma_synchronous.
 * Foreign keys are declared for others: rows here refer to rows written after
 * them, and checking each one doubled the time that a run takes to write.
 */
static const char settings[] =
	"PRAGMA foreign_keys = OFF;"
	"PRAGMA journal_mode = DELETE;"
	"PRAGMA synchronous = NORMAL;";

static bool has_sweep(sqlite3 *db)
{
	int64_t count = 0;

	return store_query_int64(db, "SELECT count(*) FROM sweep", &count) == SQLITE_OK && count;
}

static enum store_status open_database(struct store *st, bool sweep)
{
	enum store_status status = store_check_file(st, st->path);

	if (status != STORE_OK)
		return status;
	if (sqlite3_open_v2(st->path, &st->db, OPEN_FLAGS, NULL) != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be opened");
	sqlite3_busy_timeout(st->db, 1000 * store_wait_seconds());

	status = identify(st);
	if (status != STORE_OK)
		return status;
	if (!sweep && has_sweep(st->db))
		return store_refuse(st, STORE_EFOREIGN, "holds a sweep; other runs go to another file");
	if (sqlite3_exec(st->db, settings, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be set up");

	for (int i = 0; i < STATEMENT_COUNT; i++) {
		if (sqlite3_prepare_v3(st->db, store_statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &st->statements[i], NULL) != SQLITE_OK)
			return store_fail(st, STORE_EFOREIGN, "does not have the tables of hptsim");
	}
	return STORE_OK;
}

enum store_status store_check(struct store *st, int64_t *version)
{
	struct identity id;
	int rc = read_identity(st->db, &id);

	if (rc == SQLITE_NOTADB)
		return store_refuse(st, STORE_EFOREIGN, "not a SQLite file");
	if (rc != SQLITE_OK)
		return store_fail(st, STORE_EOPEN, "cannot be read");
	*version = id.version;
	return check_identity(st, &id);
}

struct store *store_new(const char *path)
{
	struct store *st = calloc(1, sizeof(*st));

	if (!st)
		return NULL;
	st->lock = -1;
	st->path = sqlite3_mprintf("%s", path);
	if (st->path)
		return st;
	free(st);
	return NULL;
}

enum store_status store_open(const char *path, struct store **out)
{
	struct store *st = store_new(path);

	*out = NULL;
	if (!st)
		return STORE_ENOMEM;
	*out = st;
	return store_open_at(st, false);
}

enum store_status store_open_at(struct store *st, bool sweep)
{
	st->status = open_database(st, sweep);
	return st->status;
}

void store_close(struct store *st)
{
	if (!st)
		return;
	store_stop(st);
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(st->statements[i]);
	sqlite3_close(st->db);
	/* closed any earlier, SQLite's own locks on the file would go with it */
	if (st->lock >= 0)
		close(st->lock);
	sqlite3_free(st->message);
	sqlite3_free(st->path);
	free(st);
}
