// SPDX-License-Identifier: GPL-2.0-or-later
/* The database: is a run in it as a whole or not at all, and is only ours touched? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "sim/sim.h"
#include "store/read.h"
#include "store/store.h"

#define SCHEMA_NOW	"9"

struct fixture {
	char directory[64];
	char path[96];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->directory, "/tmp/hptsim-store-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/r.db", f->directory);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	assert_int_equal(rmdir(f->directory), 0);	/* no journal is left either */
	free(f);
	return 0;
}

/* The first column of the first row, as text; the caller frees it. */
static char *query(const char *path, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *stmt;
	char *text = NULL;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		text = strdup((const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

static void expect_text(const char *path, const char *sql, const char *wanted)
{
	char *got = query(path, sql);

	if (!got || strcmp(got, wanted) != 0)
		fail_msg("%s: got %s, want %s", sql, got ? got : "NULL", wanted);
	free(got);
}

static const struct store_run a_run = {
	.scenario = "s", .description = "d", .policy = "v1", .costs = "c",
	.hptsim_version = "1", .seed = 7,
};

static struct store *open_ok(const char *path)
{
	struct store *st;

	if (store_open(path, &st) != STORE_OK)
		fail_msg("%s", store_message(st));
	return st;
}

/* One request with two resizes, one of which collides, and an LMB. */
static void feed(const struct sim_sink *sink, bool finish)
{
	struct sim_run_start start = {
		.policy = "v1", .hpt_shift = 27, .memory_bytes = 100, .bolted_count = 10, .host_bytes = 1 << 28,
	};
	struct sim_resize good = {
		.seq = 1, .request_seq = 1, .why = "w", .from_shift = 27, .to_shift = 28,
		.prepare_rc = "H_SUCCESS", .commit_rc = "H_SUCCESS", .hptes_moved = 10,
	};
	struct sim_resize bad = {
		.seq = 2, .request_seq = 0, .why = "w", .from_shift = 28, .to_shift = 20,
		.prepare_rc = "H_SUCCESS", .commit_rc = "H_PTEG_FULL", .err = -28,
		.collided = { .region = "linear", .ea = UINT64_C(0xc000000012340000), .pteg = 5 },
		.occupant = { .region = "vmemmap", .ea = UINT64_C(0xc00c000000000000), .pteg = 9 },
		.collision_slot = 0, .collision_entries = 4711,
	};
	struct sim_lmb lmb = {
		.request_seq = 1, .drc_index = 0x80000010, .added = true, .at_ns = 3, .memory_bytes = 200,
	};
	struct sim_finding finding = {
		.kind = FINDING_DEADLOCK, .at_ns = 4, .request_seq = 1, .text = "a waits for b",
	};
	struct sim_request_end request = {
		.seq = 1, .kind = EVENT_HPT_ORDER, .start_ns = 1, .end_ns = 9, .err = -1,
		.phase_ns = { [PHASE_COMMIT] = 8 },
	};
	struct sim_run_end end = {
		.total_ns = 11, .resize_attempts = 2, .resize_failures = 1, .hpt_shift_start = 27,
		.hpt_shift_end = 28, .memory_start_bytes = 100, .memory_end_bytes = 200, .bolted_start = 10,
		.bolted_end = 20, .findings = 2,
		.workload_dropped = 31, .workload_faults = 32, .workload_evicted = 33, .workload_fault_ns = 34,
		.phase_ns = { [PHASE_COMMIT] = 8, [PHASE_IDLE] = 3 },
	};

	sink->run_start(sink->ctx, &start);
	sink->resize(sink->ctx, &good);
	sink->lmb(sink->ctx, &lmb);
	sink->resize(sink->ctx, &bad);
	sink->finding(sink->ctx, &finding);
	sink->request_end(sink->ctx, &request);
	finding.request_seq = 0;
	sink->finding(sink->ctx, &finding);
	if (finish)
		sink->run_end(sink->ctx, &end);
}

static int64_t write_run(struct store *st, bool finish)
{
	struct sim_sink sink;
	int64_t id = -1;

	store_run_begin(st, &a_run, &sink);
	feed(&sink, finish);
	assert_int_equal(store_run_finish(st, &id), STORE_OK);
	return id;
}

/* If this fails, tools cannot tell what the file is, or SQLite checks no types. */
static void test_identity(void **state)
{
	struct fixture *f = *state;

	store_close(open_ok(f->path));
	expect_text(f->path, "PRAGMA application_id", "1213224019");	/* 0x48505453 */
	expect_text(f->path, "PRAGMA user_version", SCHEMA_NOW);
	expect_text(f->path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
		    "AND name NOT LIKE 'sqlite_%' AND NOT strict", "0");
}

/* If this fails, a column holds the value of another, or rows refer to nothing. */
static void test_rows(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);

	assert_int_equal(write_run(st, true), 1);
	store_close(st);
	expect_text(f->path, "SELECT scenario || policy || seed || status || total_ns || '/' || memory_start_bytes || '/' || "
		    "memory_end_bytes || '/' || bolted_start || '/' || bolted_end || '/' || hpt_shift_end FROM run",
		    "sv17ok11/100/200/10/20/28");
	expect_text(f->path, "SELECT findings || '/' || workload_dropped || workload_faults || workload_evicted || "
		    "workload_fault_ns FROM run", "2/31323334");
	expect_text(f->path, "SELECT group_concat(seq || kind || at_ns || (request_id IS NULL) || text) FROM finding",
		    "1deadlock40a waits for b,2deadlock41a waits for b");
	expect_text(f->path, "SELECT count(*) FROM finding f JOIN request r ON r.id = f.request_id AND f.run_id = r.run_id", "1");
	expect_text(f->path, "SELECT kind || errno || end_ns FROM request", "hpt_order-19");
	expect_text(f->path, "SELECT commit_rc || errno || collision_slot || collided_region || collided_ea || collided_pteg || "
		    "occupant_region || occupant_ea || occupant_pteg FROM resize_attempt WHERE seq = 2",
		    "H_PTEG_FULL-280linear0xc0000000123400005vmemmap0xc00c0000000000009");
	expect_text(f->path, "SELECT count(*) FROM resize_attempt WHERE seq = 1 AND collision_slot IS NULL AND "
		    "collided_ea IS NULL AND occupant_pteg IS NULL", "1");
	expect_text(f->path, "SELECT count(*) FROM resize_attempt a JOIN request r ON r.id = a.request_id AND a.seq = 1", "1");
	expect_text(f->path, "SELECT count(*) FROM resize_attempt WHERE seq = 2 AND request_id IS NULL", "1");
	expect_text(f->path, "SELECT drc_index || '/' || added || at_ns FROM lmb l JOIN request r ON r.id = l.request_id",
		    "2147483664/13");
	expect_text(f->path, "SELECT group_concat(phase || ns) FROM run_phase", "commit8,idle3");
	expect_text(f->path, "SELECT group_concat(phase || ns) FROM request_phase", "commit8");
	expect_text(f->path, "SELECT count(*) FROM pragma_foreign_key_check", "0");
}

/* If this fails, a second run mixes its rows with those of the first. */
static void test_append(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);

	assert_int_equal(write_run(st, true), 1);
	assert_int_equal(write_run(st, true), 2);
	store_close(st);
	st = open_ok(f->path);
	assert_int_equal(write_run(st, true), 3);
	store_close(st);
	expect_text(f->path, "SELECT count(*) FROM resize_attempt a JOIN request r ON r.id = a.request_id "
		    "WHERE a.run_id = r.run_id", "3");
	expect_text(f->path, "SELECT count(*) FROM pragma_foreign_key_check", "0");
}

/* If this fails, a run that ended early leaves rows behind, or blocks the next. */
static void test_rollback(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	struct sim_sink sink;

	assert_int_equal(write_run(st, false), 0);
	expect_text(f->path, "SELECT count(*) FROM resize_attempt", "0");
	assert_int_equal(write_run(st, true), 1);

	/* closed in the middle */
	store_run_begin(st, &a_run, &sink);
	feed(&sink, false);
	store_close(st);
	expect_text(f->path, "SELECT (SELECT count(*) FROM run) || (SELECT count(*) FROM request) || "
		    "(SELECT count(*) FROM lmb)", "111");
}

/* If this fails, others see half a run while it is being written. */
static void test_one_transaction(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	struct sim_sink sink;
	struct sim_run_end end = { .total_ns = 1 };

	store_run_begin(st, &a_run, &sink);
	feed(&sink, false);
	expect_text(f->path, "SELECT (SELECT count(*) FROM request) + (SELECT count(*) FROM resize_attempt)", "0");
	sink.run_end(sink.ctx, &end);
	assert_int_equal(store_run_finish(st, NULL), STORE_OK);
	assert_int_equal(store_flush(st), STORE_OK);
	expect_text(f->path, "SELECT (SELECT count(*) FROM request) || (SELECT count(*) FROM resize_attempt)", "12");
	store_close(st);
}

/* If this fails, a run that ends early or cannot be written takes others with it. */
static void test_shared_transaction(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	struct sim_sink sink;
	int64_t id;

	assert_int_equal(write_run(st, true), 1);
	assert_int_equal(write_run(st, false), 0);
	assert_int_equal(write_run(st, true), 2);
	assert_int_equal(store_flush(st), STORE_OK);
	/* a row that is there already: the third run fails, the fourth finds its place free */
	free(query(f->path, "INSERT INTO lmb VALUES (3, 1, 1, 1, 1, 1, 1)"));
	store_run_begin(st, &a_run, &sink);
	feed(&sink, true);
	assert_int_equal(store_run_finish(st, &id), STORE_EWRITE);
	assert_int_equal(id, 0);
	assert_int_equal(store_flush(st), STORE_OK);
	free(query(f->path, "DELETE FROM lmb WHERE run_id = 3"));
	assert_int_equal(write_run(st, true), 3);
	store_close(st);
	expect_text(f->path, "SELECT group_concat(run_id) FROM resize_attempt", "1,1,2,2,3,3");
	expect_text(f->path, "SELECT count(*) || ' ' || min(request_id) || ' ' || max(request_id) FROM lmb", "3 1 3");
}

/* If this fails, a broken database is reported as a good run. */
static void test_write_error(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	struct sim_sink sink;
	int64_t id;

	free(query(f->path, "DROP TABLE lmb"));
	store_run_begin(st, &a_run, &sink);
	feed(&sink, true);
	assert_int_equal(store_run_finish(st, &id), STORE_EWRITE);
	assert_int_equal(id, 0);
	assert_non_null(strstr(store_message(st), "lmb"));
	store_close(st);
	expect_text(f->path, "SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM resize_attempt)", "0");
}

static void expect_refusal(const char *path, enum store_status wanted, const char *word)
{
	struct store *st;

	assert_int_equal(store_open(path, &st), wanted);
	if (!strstr(store_message(st), word))
		fail_msg("no '%s' in: %s", word, store_message(st));
	assert_non_null(strstr(store_message(st), path));
	store_close(st);
}

/* If this fails, results land in somebody else's database. */
static void test_foreign(void **state)
{
	struct fixture *f = *state;

	free(query(f->path, "CREATE TABLE mine (x)"));
	expect_refusal(f->path, STORE_EFOREIGN, "not of hptsim");
	expect_text(f->path, "SELECT group_concat(name) FROM sqlite_schema", "mine");
	expect_text(f->path, "PRAGMA application_id", "0");
}

/* If this fails, any file can be overwritten by a wrong --db. */
static void test_not_sqlite(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen(f->path, "w");
	char line[32];

	assert_non_null(file);
	for (int i = 0; i < 100; i++)
		fputs("name: a scenario\n", file);
	fclose(file);
	expect_refusal(f->path, STORE_EFOREIGN, "not a SQLite file");
	file = fopen(f->path, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_string_equal(line, "name: a scenario\n");
}

/* If this fails, an old hptsim writes rows that a newer one does not understand. */
static void test_newer(void **state)
{
	struct fixture *f = *state;
	char newer[64];

	store_close(open_ok(f->path));
	snprintf(newer, sizeof(newer), "PRAGMA user_version = %d", STORE_SCHEMA_VERSION + 1);
	free(query(f->path, newer));
	expect_refusal(f->path, STORE_EVERSION, "newer hptsim");
	free(query(f->path, "PRAGMA user_version = 0"));
	expect_refusal(f->path, STORE_EVERSION, "schema number");
}

/* All that a file has: tables, columns and what they take. */
static const char everything[] =
	"SELECT group_concat(t.name || '.' || c.name || c.type || c.\"notnull\" || c.pk || coalesce(c.dflt_value, '')) || "
	"(SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name)) "
	"FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name) t, pragma_table_info(t.name) c";

static void execute(const char *path, const char *const *statements, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(query(path, statements[i]));
}

/* Back to schema 8. */
static void make_old_8(const char *path)
{
	static const char *const statements[] = {
		"DROP TABLE sweep", "DROP TABLE sweep_policy", "DROP TABLE sweep_costs", "DROP TABLE sweep_value",
		"DROP TABLE sweep_axis", "DROP TABLE sweep_miss",
		"PRAGMA user_version = 8",
	};

	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 7. */
static void make_old_7(const char *path)
{
	static const char *const statements[] = {
		"ALTER TABLE run DROP COLUMN model",
		"PRAGMA user_version = 7",
	};

	make_old_8(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 6. SQLite looks for a comma before a column: last ones first, no commas in their comments. */
static void make_old_6(const char *path)
{
	static const char *const statements[] = {
		"ALTER TABLE resize_attempt DROP COLUMN collision_entries",
		"PRAGMA user_version = 6",
	};

	make_old_7(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 5. */
static void make_old_5(const char *path)
{
	static const char *const statements[] = {
		"ALTER TABLE request DROP COLUMN lmbs_already",
		"ALTER TABLE run DROP COLUMN failed_requests",
		"ALTER TABLE run DROP COLUMN memory_wanted_bytes",
		"PRAGMA user_version = 5",
	};

	make_old_6(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 4. */
static void make_old_4(const char *path)
{
	static const char *const statements[] = {
		"ALTER TABLE run DROP COLUMN host_start_bytes",
		"PRAGMA user_version = 4",
	};

	make_old_5(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 3. */
static void make_old_3(const char *path)
{
	static const char *const statements[] = {
		"DROP TABLE published",
		"ALTER TABLE run DROP COLUMN policy_source",
		"ALTER TABLE run DROP COLUMN policy_title",
		"ALTER TABLE run DROP COLUMN input_id",
		"DROP TABLE input",
		"PRAGMA user_version = 3",
	};

	make_old_4(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 2. */
static void make_old_2(const char *path)
{
	static const char *const statements[] = {
		"ALTER TABLE run DROP COLUMN rep",
		"PRAGMA user_version = 2",
	};

	make_old_3(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* Back to schema 1. */
static void make_old(const char *path)
{
	static const char *const statements[] = {
		"DROP TABLE finding",
		"ALTER TABLE run DROP COLUMN findings",
		"ALTER TABLE run DROP COLUMN workload_dropped",
		"ALTER TABLE run DROP COLUMN workload_faults",
		"ALTER TABLE run DROP COLUMN workload_evicted",
		"ALTER TABLE run DROP COLUMN workload_fault_ns",
		"PRAGMA user_version = 1",
	};

	make_old_2(path);
	execute(path, statements, sizeof(statements) / sizeof(statements[0]));
}

/* A file with one run. */
static void make_one_run(const struct fixture *f)
{
	struct store *st = open_ok(f->path);

	write_run(st, true);
	store_close(st);
}

/* The file as an older hptsim would have left it is brought up to date by being opened, and nothing of it is lost. */
static void expect_upgrade(const struct fixture *f, void (*make)(const char *path), const char *also)
{
	char *wanted = query(f->path, everything);

	make(f->path);
	if (also)
		free(query(f->path, also));
	store_close(open_ok(f->path));
	expect_text(f->path, everything, wanted);
	expect_text(f->path, "PRAGMA user_version", SCHEMA_NOW);
	free(wanted);
}

/* If this fails, runs of schema 2 cannot be told from those with drawn prices, or are lost. */
static void test_upgrade_2(void **state)
{
	struct fixture *f = *state;

	make_one_run(f);
	expect_upgrade(f, make_old_2, NULL);
	expect_text(f->path, "SELECT group_concat(id || '/' || findings || '/' || rep) FROM run", "1/2/0");
}

static bool count_run(void *ctx, const struct store_run_row *row)
{
	int *count = ctx;

	(*count)++;
	assert_string_equal(row->scenario_, "s");
	assert_int_equal(row->total_ns_, 11);
	assert_int_equal(row->input_id_, 0);
	return true;
}

/* If this fails, a report changes the database that it reads, or cannot read an older one. */
static void test_read_old(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	int count = 0;

	write_run(st, true);
	store_close(st);
	make_old(f->path);
	assert_int_equal(store_open_read(f->path, &st), STORE_OK);
	assert_int_equal(store_read_runs(st, 0, count_run, &count), STORE_OK);
	assert_int_equal(count, 1);
	store_close(st);
	expect_text(f->path, "PRAGMA user_version", "1");
}

/* If this fails, reports show another scenario than was run, or a database grows with each run of it. */
static void test_input(void **state)
{
	static const struct reference_spec references[] = {
		{ .policy = "v1", .request = 1, .ns = 5, .source = "a" }, { .policy = "v1", .ns = 6, .source = "b" },
	};
	struct store_input input = {
		.scenario_text = "abc", .sets = "", .costs_text = "", .costs_about = "data: x\n", .page_shift = 16,
		.references = references, .reference_count = 2,
	};
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	struct store_run run = a_run;
	struct sim_sink sink;

	run.input = &input;
	run.policy_title = "t";
	for (int i = 0; i < 3; i++) {
		if (i == 2)
			input.sets = "a=b\n";
		store_run_begin(st, &run, &sink);
		feed(&sink, true);
		assert_int_equal(store_run_finish(st, NULL), STORE_OK);
	}
	store_close(st);
	expect_text(f->path, "SELECT group_concat(input_id || policy_title || policy_source) FROM run", "1t,1t,2t");
	/* FIPS 180-2, appendix B.1; and of nothing */
	expect_text(f->path, "SELECT scenario_sha256 FROM input",
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect_text(f->path, "SELECT costs_sha256 FROM input",
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	expect_text(f->path, "SELECT group_concat(sets || scenario_text || costs_about || page_shift, '') FROM input",
		    "abcdata: x\n16a=b\nabcdata: x\n16");
	expect_text(f->path, "SELECT group_concat(input_id || seq || coalesce(request_seq, '-') || ns || source) FROM published",
		    "1115a,12-6b,2115a,22-6b");
	expect_text(f->path, "SELECT count(*) FROM pragma_foreign_key_check", "0");
}

/* If this fails, runs of schema 3 are lost or cannot be reported. */
static void test_upgrade_3(void **state)
{
	struct fixture *f = *state;

	make_one_run(f);
	expect_upgrade(f, make_old_3, NULL);
	expect_text(f->path, "SELECT id || '/' || (input_id IS NULL) || policy_title FROM run", "1/1");
}

/* If this fails, runs of schema 4 are lost, or plots show memory that nobody wrote down. */
static void test_upgrade_4(void **state)
{
	struct fixture *f = *state;

	make_one_run(f);
	expect_text(f->path, "SELECT id || '/' || host_start_bytes FROM run", "1/268435456");
	expect_upgrade(f, make_old_4, NULL);
	expect_text(f->path, "SELECT id || '/' || host_start_bytes FROM run", "1/0");
}

/* If this fails, requests that failed in runs of schema 5 are forgotten, or those that did not are made to. */
static void test_upgrade_5(void **state)
{
	struct fixture *f = *state;

	make_one_run(f);
	/* an unplug of a DIMM that was half there already: it did less, and did not fail */
	expect_upgrade(f, make_old_5,
		       "INSERT INTO request SELECT id + 1, run_id, 2, 'unplug', 9, 10, 8, 5, 0, 200 FROM request");
	expect_text(f->path, "SELECT failed_requests || '/' || memory_wanted_bytes FROM run", "1/0");
	expect_text(f->path, "SELECT group_concat(lmbs_already) FROM (SELECT * FROM request ORDER BY seq)", "0,3");
}

/* If this fails, attempts of schema 6 are lost, or get a number that nobody counted. */
static void test_upgrade_6(void **state)
{
	struct fixture *f = *state;

	make_one_run(f);
	expect_text(f->path, "SELECT group_concat(coalesce(collision_entries, '-')) FROM (SELECT * FROM resize_attempt ORDER BY seq)",
		    "-,4711");
	expect_upgrade(f, make_old_6, NULL);
	expect_text(f->path, "SELECT count(*) || '/' || count(collision_entries) FROM resize_attempt", "2/0");
}

/* If this fails, nobody can tell which model made the runs of schema 7, or they pass for those of another. */
static void test_upgrade_7(void **state)
{
	struct fixture *f = *state;
	char model[16];

	make_one_run(f);
	snprintf(model, sizeof(model), "%d", SIM_MODEL_VERSION);
	expect_text(f->path, "SELECT model FROM run", model);
	expect_upgrade(f, make_old_7, NULL);
	expect_text(f->path, "SELECT model FROM run", "0");
}

/* If this fails, no sweep can go into a file of schema 8, or its runs are lost. */
static void test_upgrade_8(void **state)
{
	struct fixture *f = *state;

	make_one_run(f);
	expect_upgrade(f, make_old_8, NULL);
	expect_text(f->path, "SELECT count(*) FROM run", "1");
}

static bool take_failed(void *ctx, const struct store_run_row *row)
{
	*(int64_t *)ctx = row->failed_requests_;
	return true;
}

/* If this fails, a number of a run that came later breaks the files from before, or a number needs a schema. */
static void test_new_number(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	int64_t failed = -1;

	write_run(st, true);
	store_close(st);
	free(query(f->path, "ALTER TABLE run DROP COLUMN failed_requests"));
	assert_int_equal(store_open_read(f->path, &st), STORE_OK);
	assert_int_equal(store_read_runs(st, 0, take_failed, &failed), STORE_OK);
	assert_int_equal(failed, 0);
	store_close(st);
	expect_text(f->path, "SELECT count(*) FROM pragma_table_info('run') WHERE name = 'failed_requests'", "0");
	st = open_ok(f->path);
	write_run(st, true);
	store_close(st);
	expect_text(f->path, "SELECT group_concat(failed_requests) FROM run", "0,0");
}

/* If this fails, results of an older hptsim are lost or cannot be added to. */
static void test_upgrade(void **state)
{
	struct fixture *f = *state;
	struct store *st = open_ok(f->path);
	char *wanted;

	write_run(st, true);
	store_close(st);
	wanted = query(f->path, everything);
	assert_non_null(wanted);
	make_old(f->path);
	st = open_ok(f->path);
	expect_text(f->path, everything, wanted);
	expect_text(f->path, "PRAGMA user_version", SCHEMA_NOW);
	assert_int_equal(write_run(st, true), 2);
	store_close(st);
	store_close(open_ok(f->path));
	expect_text(f->path, "SELECT group_concat(id || '/' || total_ns || '/' || findings || '/' || workload_dropped) FROM run",
		    "1/11/0/0,2/11/2/31");
	expect_text(f->path, "SELECT count(*) FROM pragma_foreign_key_check", "0");
	free(wanted);
}

/* If this fails, an upgrade that cannot be done leaves a file that is neither old nor new. */
static void test_upgrade_fails(void **state)
{
	struct fixture *f = *state;
	char *before, *after;

	store_close(open_ok(f->path));
	make_old(f->path);
	free(query(f->path, "CREATE TABLE finding (mine)"));
	before = query(f->path, everything);
	expect_refusal(f->path, STORE_EOPEN, "finding");
	after = query(f->path, everything);
	assert_string_equal(before, after);
	expect_text(f->path, "PRAGMA user_version", "1");
	free(before);
	free(after);
}

/* If this fails, hptsim makes directories that nobody asked for. */
static void test_directory(void **state)
{
	struct fixture *f = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/results/x.db", f->directory);
	expect_refusal(path, STORE_EOPEN, "No such file");
}

#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_identity),
		STORE_TEST(test_rows),
		STORE_TEST(test_append),
		STORE_TEST(test_rollback),
		STORE_TEST(test_one_transaction),
		STORE_TEST(test_shared_transaction),
		STORE_TEST(test_write_error),
		STORE_TEST(test_foreign),
		STORE_TEST(test_not_sqlite),
		STORE_TEST(test_newer),
		STORE_TEST(test_upgrade),
		STORE_TEST(test_upgrade_3),
		STORE_TEST(test_upgrade_4),
		STORE_TEST(test_upgrade_5),
		STORE_TEST(test_upgrade_6),
		STORE_TEST(test_upgrade_7),
		STORE_TEST(test_upgrade_8),
		STORE_TEST(test_new_number),
		STORE_TEST(test_read_old),
		STORE_TEST(test_input),
		STORE_TEST(test_upgrade_2),
		STORE_TEST(test_upgrade_fails),
		STORE_TEST(test_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
