// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of an older hptsim, brought up to date. */
#include "store/internal.h"

/* What makes a file of schema N, the row's number, one of N + 1; from STORE_SCHEMA_FIRST on. */
static const char *const upgrades[STORE_SCHEMA_VERSION] = {
	[1] =	"ALTER TABLE run ADD COLUMN findings INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE run ADD COLUMN workload_dropped INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE run ADD COLUMN workload_faults INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE run ADD COLUMN workload_evicted INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE run ADD COLUMN workload_fault_ns INTEGER NOT NULL DEFAULT 0;"
		"CREATE TABLE finding ("
		"	id INTEGER PRIMARY KEY,"
		"	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
		"	seq INTEGER NOT NULL,"
		"	kind TEXT NOT NULL,"
		"	at_ns INTEGER NOT NULL,"
		"	request_id INTEGER REFERENCES request (id) ON DELETE CASCADE,"
		"	text TEXT NOT NULL,"
		"	UNIQUE (run_id, seq)"
		") STRICT;"
		"CREATE INDEX finding_by_request ON finding (request_id);",
	[2] =	"ALTER TABLE run ADD COLUMN rep INTEGER NOT NULL DEFAULT 0;",
	[3] =	"CREATE TABLE input ("
		"	id INTEGER PRIMARY KEY,"
		"	scenario_sha256 TEXT NOT NULL,"
		"	sets TEXT NOT NULL,"
		"	costs_sha256 TEXT NOT NULL,"
		"	scenario_text TEXT NOT NULL,"
		"	costs_text TEXT NOT NULL,"
		"	costs_about TEXT NOT NULL,"
		"	page_shift INTEGER NOT NULL,"
		"	UNIQUE (scenario_sha256, costs_sha256, sets)"
		") STRICT;"
		"CREATE TABLE published ("
		"	input_id INTEGER NOT NULL REFERENCES input (id) ON DELETE CASCADE,"
		"	seq INTEGER NOT NULL,"
		"	policy TEXT NOT NULL,"
		"	request_seq INTEGER,"
		"	ns INTEGER NOT NULL,"
		"	source TEXT NOT NULL,"
		"	PRIMARY KEY (input_id, seq)"
		") STRICT, WITHOUT ROWID;"
		"ALTER TABLE run ADD COLUMN input_id INTEGER REFERENCES input (id);"
		"ALTER TABLE run ADD COLUMN policy_title TEXT NOT NULL DEFAULT '';"
		"ALTER TABLE run ADD COLUMN policy_source TEXT NOT NULL DEFAULT '';",
	[4] =	"ALTER TABLE run ADD COLUMN host_start_bytes INTEGER NOT NULL DEFAULT 0;",
	/* then, no request without an errno had left anything undone */
	[5] =	"ALTER TABLE run ADD COLUMN memory_wanted_bytes INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE run ADD COLUMN failed_requests INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE request ADD COLUMN lmbs_already INTEGER NOT NULL DEFAULT 0;"
		"UPDATE request SET lmbs_already = lmbs_requested - lmbs_done WHERE errno = 0 AND lmbs_done < lmbs_requested;"
		"UPDATE run SET failed_requests = (SELECT count(*) FROM request WHERE run_id = run.id AND errno <> 0);",
	[6] =	"ALTER TABLE resize_attempt ADD COLUMN collision_entries INTEGER;",
	[7] =	"ALTER TABLE run ADD COLUMN model INTEGER NOT NULL DEFAULT 0;",
	[8] =	"CREATE TABLE sweep ("
		"	id INTEGER PRIMARY KEY CHECK (id = 1),"
		"	scenario TEXT NOT NULL,"
		"	scenario_text TEXT NOT NULL,"
		"	file TEXT NOT NULL,"
		"	arguments TEXT NOT NULL,"
		"	sets TEXT NOT NULL,"
		"	seed INTEGER NOT NULL,"
		"	all_rows INTEGER NOT NULL CHECK (all_rows IN (0, 1)),"
		"	points INTEGER NOT NULL,"
		"	policies INTEGER NOT NULL,"
		"	shard INTEGER NOT NULL,"
		"	shards INTEGER NOT NULL,"
		"	hptsim_version TEXT NOT NULL,"
		"	model INTEGER NOT NULL"
		") STRICT;"
		"CREATE TABLE sweep_policy ("
		"	seq INTEGER PRIMARY KEY,"
		"	name TEXT NOT NULL,"
		"	source TEXT NOT NULL"
		") STRICT;"
		"CREATE TABLE sweep_costs ("
		"	name TEXT PRIMARY KEY,"
		"	text TEXT NOT NULL"
		") STRICT, WITHOUT ROWID;"
		"CREATE TABLE sweep_axis ("
		"	seq INTEGER PRIMARY KEY,"
		"	key TEXT NOT NULL,"
		"	spec TEXT NOT NULL"
		") STRICT;"
		"CREATE TABLE sweep_value ("
		"	axis INTEGER NOT NULL REFERENCES sweep_axis (seq) ON DELETE CASCADE,"
		"	seq INTEGER NOT NULL,"
		"	value ANY NOT NULL,"
		"	number INTEGER,"
		"	PRIMARY KEY (axis, seq)"
		") STRICT, WITHOUT ROWID;"
		"CREATE TABLE sweep_miss ("
		"	point INTEGER NOT NULL,"
		"	policy TEXT NOT NULL,"
		"	status TEXT NOT NULL,"
		"	text TEXT NOT NULL,"
		"	PRIMARY KEY (point, policy)"
		") STRICT, WITHOUT ROWID;",
};

#define NUMBER_COUNT	(sizeof(numbers) / sizeof(numbers[0]))
static const char *const numbers[] = {
#define NUMBER_NAME(A, type, name, what) #name,
	SIM_RUN_NUMBERS(NUMBER_NAME, )
#undef NUMBER_NAME
};

/* The first number of a run from @from on that has no column; NUMBER_COUNT: all have. */
static size_t missing_number(sqlite3 *db, size_t from)
{
	while (from < NUMBER_COUNT &&
	       sqlite3_table_column_metadata(db, NULL, "run", numbers[from], NULL, NULL, NULL, NULL, NULL) == SQLITE_OK)
		from++;
	return from;
}

bool store_is_current(sqlite3 *db, int64_t version)
{
	return version >= STORE_SCHEMA_VERSION && missing_number(db, 0) == NUMBER_COUNT;
}

int store_upgrade(sqlite3 *db, int64_t version)
{
	int rc = SQLITE_OK;

	for (; version < STORE_SCHEMA_VERSION && rc == SQLITE_OK; version++)
		rc = sqlite3_exec(db, upgrades[version], NULL, NULL, NULL);
	/* 0 in runs from before; an older hptsim can still write beside them */
	for (size_t i = 0; rc == SQLITE_OK && (i = missing_number(db, i)) < NUMBER_COUNT; i++) {
		char *sql = sqlite3_mprintf("ALTER TABLE run ADD COLUMN %s INTEGER NOT NULL DEFAULT 0", numbers[i]);

		rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	return rc;
}
