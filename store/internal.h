/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_INTERNAL_H
#define HPTSIM_STORE_INTERNAL_H
/* Shared by the files of store/ only. */
#include <sqlite3.h>
#include <stdbool.h>

#include "store/store.h"


/* Rows that the statements for LMBs, attempts and findings write at once: half the time of one by one. */
#define STORE_ROWS	16

enum store_statement {
	STATEMENT_BEGIN, STATEMENT_COMMIT, STATEMENT_ROLLBACK,
	STATEMENT_SAVEPOINT, STATEMENT_RELEASE, STATEMENT_ROLLBACK_TO, STATEMENT_LAST_IDS,
	STATEMENT_RUN, STATEMENT_REQUEST, STATEMENT_RESIZE,
	STATEMENT_RUN_PHASE, STATEMENT_REQUEST_PHASE, STATEMENT_LMB, STATEMENT_FINDING,
	STATEMENT_FIND_INPUT, STATEMENT_INPUT, STATEMENT_PUBLISHED, STATEMENT_MISS,
	STATEMENT_COUNT
};

extern const char *const store_statement_sql[STATEMENT_COUNT];

struct store {
	/* set by store_open() */
	char *path;
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];

	int64_t shared_since_ns;	/* begin of the transaction, on the wall clock */
	int lock;			/* file that keeps other sweeps out; -1: none */
	char *message;			/* sqlite3_malloc; NULL: none, or no memory for it */

	/* the run being written */
	struct store_run run;
	enum store_status status;	/* first failure */
	bool in_run;			/* between its savepoint and its end */
	bool kept;			/* ended well */
	unsigned waiting;		/* runs that ended well since the transaction began */
	uint64_t kept_count;		/* and before it */
	int64_t run_id;
	int64_t input_id;		/* 0: not kept */
	int64_t request_base;		/* id of a request = base + its seq */
	int64_t lmb_count, finding_count;
	int rows_bound[STATEMENT_COUNT];	/* of a statement of STORE_ROWS, not written yet */
	uint64_t host_start_bytes;
};

/* Run a statement that returns no row; on an error the run being written is dropped. */
bool store_execute(struct store *st, enum store_statement which);

/* One run within a transaction: begin it, end it well, end it in any other way. */
bool store_run_open(struct store *st);
void store_run_keep(struct store *st);
void store_run_drop(struct store *st);
/* SQLite has failed: keep the message and drop the run. */
void store_run_fail(struct store *st);

/* As store_open(), for @st of store_new(); with @sweep a file that holds a sweep is fine. */
enum store_status store_open_at(struct store *st, bool sweep);

/* @why with the file's name becomes the message; returns @status. */
enum store_status store_refuse(struct store *st, enum store_status status, const char *why);

/* The first row's first number, or what it was; an SQLite code. */
int store_query_int64(sqlite3 *db, const char *sql, int64_t *value);

/* Requests of a run whose id was chosen by the caller: more than a scenario can have events. */
#define STORE_REQUEST_ROOM	(INT64_C(1) << 17)

/* A struct store that has no database yet; NULL: no memory. */
struct store *store_new(const char *path);

/* Is it ours, and if so, of which schema? Tables of no hptsim are refused. */
enum store_status store_check(struct store *st, int64_t *version);

/* Has a file of schema @version all that there is now? */
bool store_is_current(sqlite3 *db, int64_t version);

/* Bring tables of schema @version up to date; an SQLite code. */
int store_upgrade(sqlite3 *db, int64_t version);

/* How long to wait for others. */
int store_wait_seconds(void);

/* Is it a file, if it is there at all? STORE_OK or STORE_EFOREIGN. */
enum store_status store_check_file(struct store *st, const char *path);

/* Is all of it there that there should be? Within a transaction; @schema: "main". STORE_OK, STORE_EREAD or STORE_EOPEN. */
enum store_status store_check_whole(struct store *st, const char *schema, const char *path);

/* Why it cannot be opened: SQLite tries to read it at last, and has the error of that. */
int store_open_error(const char *path, int error);

/* Which other process has a database locked. */
#define STORE_LOCKER_MAX	128
void store_find_locker(const char *path, char text[STORE_LOCKER_MAX]);

/* Keep the message and return @status, or STORE_ENOMEM if that is SQLite's reason. */
enum store_status store_fail(struct store *st, enum store_status status, const char *what);
/* The same about another file. */
enum store_status store_fail_at(struct store *st, const char *path, enum store_status status, const char *what);

/* What is in the file cannot be: STORE_EREAD. */
enum store_status store_damaged(struct store *st, const char *how);

#endif
