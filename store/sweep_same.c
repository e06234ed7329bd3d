// SPDX-License-Identifier: GPL-2.0-or-later
/* Which sweep a file holds, and up to which point. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "store/sweep_internal.h"

/* The first policy of @schema that main has not, and the file that it is of. */
static char *other_policies(sqlite3 *db, const char *schema)
{
	sqlite3_stmt *stmt = NULL;
	char *text = NULL, *sql = sqlite3_mprintf(
		"SELECT name, source FROM %s.sweep_policy WHERE (seq, name, source) NOT IN "
		"(SELECT seq, name, source FROM main.sweep_policy) AND name IN (SELECT name FROM main.sweep_policy) "
		"ORDER BY seq LIMIT 1", schema);

	if (sql && sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW &&
	    *sqlite3_column_text(stmt, 1))
		text = sqlite3_mprintf("other policies ('%s' is of %s)", sqlite3_column_text(stmt, 0), sqlite3_column_text(stmt, 1));
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return text ? text : sqlite3_mprintf("other policies");
}

char *store_sweep_differs(sqlite3 *db, const char *schema, bool shards)
{
	static const struct {
		const char *columns, *table, *what;
	} parts[] = {
		{ "model", "sweep", "another version of the model" },
		{ "hptsim_version", "sweep", "another version of hptsim" },
		{ "scenario_text", "sweep", "another scenario" },
		{ "sets, scenario", "sweep", "another --set" },
		{ "seed", "sweep", "another --seed" },
		{ "all_rows", "sweep", "another --rows" },
		{ "name, text", "sweep_costs", "other cost profiles" },
		{ "seq, name, source", "sweep_policy", "other policies" },
		{ "seq, key, spec", "sweep_axis", "other swept keys or values" },
		{ "axis, seq, value", "sweep_value", "other swept values" },
		{ "points, policies", "sweep", "another number of points" },
		{ "shard, shards", "sweep", "another --shard" },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) - !shards; i++) {
		const char *c = parts[i].columns, *t = parts[i].table;
		int64_t differs = 1;
		char *sql = sqlite3_mprintf("SELECT EXISTS (SELECT %s FROM main.%s EXCEPT SELECT %s FROM %s.%s) OR "
					    "EXISTS (SELECT %s FROM %s.%s EXCEPT SELECT %s FROM main.%s)",
					    c, t, c, schema, t, c, schema, t, c, t);
		int rc = sql ? store_query_int64(db, sql, &differs) : SQLITE_NOMEM;

		sqlite3_free(sql);
		if (rc != SQLITE_OK)
			return sqlite3_mprintf("tables that cannot be read");
		if (differs && strcmp(t, "sweep_policy") == 0)
			return other_policies(db, schema);
		if (differs)
			return sqlite3_mprintf("%s", parts[i].what);
	}
	return NULL;
}

char *store_sweep_command(sqlite3 *db, const char *schema)
{
	sqlite3_stmt *stmt = NULL;
	char *made = NULL, *text = NULL, *sql = sqlite3_mprintf("SELECT file, arguments FROM %s.sweep", schema);
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out && sql && sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *file = (const char *)sqlite3_column_text(stmt, 0);

		/* an option it is not, and standard input it is only by that name */
		fprintf(out, "hptsim sweep %s", file[0] == '-' && file[1] ? "./" : "");
		escape_shell(file, strlen(file), out);
		fputs((const char *)sqlite3_column_text(stmt, 1), out);
	}
	if (out && fclose(out) == 0 && size)
		made = sqlite3_mprintf("%s", text);
	free(text);
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return made;
}

int store_sweep_last(sqlite3 *db, const char *schema, int64_t *point, int64_t *policies)
{
	char *sql = sqlite3_mprintf("SELECT policies FROM %s.sweep", schema);
	int rc = sql ? store_query_int64(db, sql, policies) : SQLITE_NOMEM;

	sqlite3_free(sql);
	if (rc != SQLITE_OK)
		return rc;
	sql = sqlite3_mprintf("SELECT max(ifnull((SELECT (max(id) - 1) / %lld + 1 FROM %s.run), 1), "
			      "ifnull((SELECT max(point) FROM %s.sweep_miss), 1))", (long long)*policies, schema, schema);
	rc = sql ? store_query_int64(db, sql, point) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return rc;
}

int store_sweep_delete(sqlite3 *db, int64_t from, int64_t to, int64_t policies, const char *attempts, const char *findings)
{
	long long first = (from - 1) * policies + 1, end = to * policies + 1;
	long long request = first * STORE_REQUEST_ROOM, request_end = end * STORE_REQUEST_ROOM;
	char *sql = sqlite3_mprintf(
		"DELETE FROM main.run WHERE id >= %lld AND id < %lld;"
		"DELETE FROM main.request WHERE id >= %lld AND id < %lld;"
		"DELETE FROM main.request_phase WHERE request_id >= %lld AND request_id < %lld;"
		"DELETE FROM main.run_phase WHERE run_id >= %lld AND run_id < %lld;"
		"DELETE FROM main.lmb WHERE run_id >= %lld AND run_id < %lld;"
		"DELETE FROM %s WHERE run_id >= %lld AND run_id < %lld; DELETE FROM %s WHERE run_id >= %lld AND run_id < %lld;"
		"DELETE FROM main.sweep_miss WHERE point >= %lld AND point <= %lld", first, end, request, request_end, request, request_end,
		first, end, first, end, attempts, first, end, findings, first, end, (long long)from, (long long)to);
	int rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc;
}
