/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows a second into SQLite: through store/ as a run writes them, against the
 * least that SQLite can do, one prepared INSERT of as many columns into a table
 * without an index. One transaction each, file and settings alike.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "store/store.h"

#define ROWS_SHORT	20000u
#define ROWS_LONG	100000u
#define COLUMNS		26		/* of resize_attempt, its id apart */

struct rows {
	const char *path;
	unsigned count;
};

static void forget(const struct rows *r)
{
	char journal[64];

	snprintf(journal, sizeof(journal), "%s-journal", r->path);
	unlink(journal);
	unlink(r->path);
}

static struct sim_resize attempt(unsigned seq)
{
	return (struct sim_resize){
		.seq = seq, .request_seq = 1, .why = "resize_hpt_for_hotplug",
		.start_ns = (int64_t)seq * 1000000, .mem_bytes = (uint64_t)seq << 28,
		.from_shift = 31, .to_shift = 28, .prepare_rc = "H_SUCCESS",
		.commit_rc = "H_PTEG_FULL", .err = -28, .prepare_ns = 104000000,
		.commit_ns = 500000000, .slots_scanned = UINT64_C(123456789) + seq,
		.hptes_moved = 2100000 + seq, .hptes_unmapped = 100, .host_bytes = UINT64_C(5) << 29,
		.collided = { .region = "linear", .ea = UINT64_C(0xc000002000000000), .pteg = seq },
		.occupant = { .region = "vmemmap", .ea = UINT64_C(0xc00c000000000000), .pteg = seq / 2 },
	};
}

static double through_store(void *ctx, bool lmbs)
{
	const struct rows *r = ctx;
	const struct store_run run = {
		.scenario = "bench", .description = "", .policy = "bench", .costs = "bench",
		.hptsim_version = "bench",
	};
	struct store *st;
	struct sim_sink sink;
	double start;

	forget(r);
	if (store_open(r->path, &st) != STORE_OK)
		return -1;
	start = bench_cpu();
	store_run_begin(st, &run, &sink);
	sink.run_start(sink.ctx, &(struct sim_run_start){ .policy = "bench" });
	for (unsigned i = 1; i <= r->count; i++) {
		struct sim_resize a = attempt(i);
		struct sim_lmb lmb = {
			.request_seq = 1, .drc_index = 0x80000000u + i, .added = true,
			.at_ns = (int64_t)i * 1000000, .memory_bytes = (uint64_t)i << 28,
		};

		if (lmbs)
			sink.lmb(sink.ctx, &lmb);
		else
			sink.resize(sink.ctx, &a);
	}
	sink.run_end(sink.ctx, &(struct sim_run_end){ .total_ns = 1 });
	if (store_run_finish(st, NULL) != STORE_OK || store_flush(st) != STORE_OK)
		start = bench_cpu() + 1e9;	/* a negative rate: left out */
	start = bench_cpu() - start;
	store_close(st);
	forget(r);
	return r->count / start / 1e3;
}

static double store_attempts(void *ctx)
{
	return through_store(ctx, false);
}

static double store_lmbs(void *ctx)
{
	return through_store(ctx, true);
}

static double plain(const struct rows *r, int columns)
{
	char sql[512];
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;
	double start;
	int at;

	forget(r);
	if (sqlite3_open(r->path, &db) != SQLITE_OK)
		return -1;
	at = snprintf(sql, sizeof(sql), "CREATE TABLE t (c0");
	for (int i = 1; i < columns; i++)
		at += snprintf(sql + at, sizeof(sql) - (size_t)at, ", c%d", i);
	snprintf(sql + at, sizeof(sql) - (size_t)at, ")");
	sqlite3_exec(db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	at = snprintf(sql, sizeof(sql), "INSERT INTO t VALUES (?");
	for (int i = 1; i < columns; i++)
		at += snprintf(sql + at, sizeof(sql) - (size_t)at, ", ?");
	snprintf(sql + at, sizeof(sql) - (size_t)at, ")");
	start = bench_cpu();
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	for (unsigned row = 0; row < r->count; row++) {
		for (int i = 1; i <= columns; i++)
			sqlite3_bind_int64(stmt, i, (sqlite3_int64)row * i);
		sqlite3_step(stmt);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	start = bench_cpu() - start;
	sqlite3_close(db);
	forget(r);
	return r->count / start / 1e3;
}

static double plain_attempts(void *ctx)
{
	return plain(ctx, COLUMNS);
}

static double plain_lmbs(void *ctx)
{
	return plain(ctx, 7);
}

int main(int argc, char **argv)
{
	char path[] = "/tmp/hptsim-bench-XXXXXX";
	int fd = mkstemp(path);
	struct bench b;
	struct rows r = { .path = path };
	struct bench_case attempts[] = {
		{ .name = "store/, resize_attempt", .run = store_attempts, .ctx = &r },
		{ .name = "plain INSERT, 26 integers", .run = plain_attempts, .ctx = &r },
	};
	struct bench_case lmbs[] = {
		{ .name = "store/, lmb", .run = store_lmbs, .ctx = &r },
		{ .name = "plain INSERT, 7 integers", .run = plain_lmbs, .ctx = &r },
	};

	if (fd >= 0)
		close(fd);
	if (!bench_options(&b, argc, argv))
		return 2;
	r.count = b.is_long ? ROWS_LONG : ROWS_SHORT;
	bench_print_machine();
	bench_run(attempts, 2, b.is_long ? 31 : 7);
	bench_print("SQLite, attempts", "1000 rows/s of CPU time", attempts, 2, true);
	bench_run(lmbs, 2, b.is_long ? 31 : 7);
	bench_print("SQLite, LMBs", "1000 rows/s of CPU time", lmbs, 2, true);
	forget(&r);
	return 0;
}
