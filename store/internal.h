/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_INTERNAL_H
#define HPTSIM_STORE_INTERNAL_H
/* Shared by the files of store/ only. */
#include <sqlite3.h>
#include <stdbool.h>

#include "store/store.h"

enum store_statement {
	STATEMENT_BEGIN, STATEMENT_COMMIT, STATEMENT_ROLLBACK, STATEMENT_LAST_IDS,
	STATEMENT_RUN, STATEMENT_REQUEST, STATEMENT_RESIZE,
	STATEMENT_RUN_PHASE, STATEMENT_REQUEST_PHASE, STATEMENT_LMB, STATEMENT_FINDING,
	STATEMENT_COUNT
};

extern const char *const store_statement_sql[STATEMENT_COUNT];

struct store {
	/* set by store_open() */
	char *path;
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];

	char *message;			/* sqlite3_malloc; NULL: none, or no memory for it */

	/* the run being written */
	struct store_run run;
	enum store_status status;	/* first failure */
	bool in_transaction, committed;
	int64_t run_id;
	int64_t request_base;		/* id of a request = base + its seq */
	int64_t lmb_count, finding_count;
	uint64_t memory_start_bytes, bolted_start;
};

/* Keep the message and return @status, or STORE_ENOMEM if that is SQLite's reason. */
enum store_status store_fail(struct store *st, enum store_status status, const char *what);

#endif
