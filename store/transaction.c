// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs that end within a moment share a transaction, because the wait for the
 * disk at its end takes longer than most runs. Each is a savepoint in it, so
 * that one that fails takes nothing of the others with it.
 */
#include "base/clock.h"
#include "base/units.h"
#include "store/internal.h"

/* Longest that a finished run waits for company; short, as other writers wait, too. */
#define SHARED_FOR_NS	(100 * NSEC_PER_MSEC)

static bool in_transaction(const struct store *st)
{
	return !sqlite3_get_autocommit(st->db);
}

bool store_execute(struct store *st, enum store_statement which)
{
	sqlite3_stmt *stmt = st->statements[which];

	if (sqlite3_step(stmt) == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return true;
	}
	/* the message first: reset keeps the code, but another statement would not */
	store_run_fail(st);
	sqlite3_reset(stmt);
	return false;
}

static void execute_quietly(struct store *st, enum store_statement which)
{
	sqlite3_step(st->statements[which]);
	sqlite3_reset(st->statements[which]);
}

bool store_run_open(struct store *st)
{
	if (!in_transaction(st)) {
		if (!store_execute(st, STATEMENT_BEGIN))
			return false;
		st->shared_since_ns = clock_monotonic_ns();
	}
	st->in_run = store_execute(st, STATEMENT_SAVEPOINT);
	return st->in_run;
}

void store_run_drop(struct store *st)
{
	/* SQLite has rolled back all of it by itself after some errors, e.g. a full disk */
	if (in_transaction(st)) {
		execute_quietly(st, STATEMENT_ROLLBACK_TO);
		execute_quietly(st, STATEMENT_RELEASE);
	}
	st->in_run = false;
}

void store_run_fail(struct store *st)
{
	st->status = store_fail(st, STORE_EWRITE, "the run cannot be written");
	if (st->in_run)
		store_run_drop(st);
}

void store_run_keep(struct store *st)
{
	if (store_execute(st, STATEMENT_RELEASE)) {
		st->in_run = false;
		st->kept = true;
		st->waiting++;
	}
}

enum store_status store_flush(struct store *st)
{
	sqlite3_stmt *commit = st->statements[STATEMENT_COMMIT];
	unsigned waiting = st->waiting;
	bool done;

	st->waiting = 0;
	if (!commit)
		return STORE_OK;	/* not open for writing */
	if (!in_transaction(st))
		return waiting ? STORE_EWRITE : STORE_OK;	/* lost with a run that failed */
	done = sqlite3_step(commit) == SQLITE_DONE;
	if (!done)
		st->status = store_fail(st, STORE_EWRITE, "the run cannot be written");
	sqlite3_reset(commit);
	if (done) {
		st->kept_count += waiting;
		return STORE_OK;
	}
	if (in_transaction(st))
		execute_quietly(st, STATEMENT_ROLLBACK);
	return st->status;
}

uint64_t store_kept(const struct store *st)
{
	return st->kept_count;
}

void store_stop(struct store *st)
{
	if (st->in_run)
		store_run_drop(st);
	store_flush(st);
}

enum store_status store_run_finish(struct store *st, int64_t *run_id)
{
	if (st->in_run)
		store_run_drop(st);
	if (st->status == STORE_OK && in_transaction(st) &&
	    clock_monotonic_ns() - st->shared_since_ns >= SHARED_FOR_NS && store_flush(st) != STORE_OK)
		st->kept = false;
	if (run_id)
		*run_id = st->kept ? st->run_id : 0;
	return st->status;
}
