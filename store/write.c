// SPDX-License-Identifier: GPL-2.0-or-later
/* The sink that turns the events of a run into rows. */
#include "store/internal.h"

#include <sha2.h>
#include <string.h>

#include "sim/sim.h"

/*
 * The columns of each table but its first, in any order:
 * X(type, column, value), where the value is an expression in the function
 * that writes the row.
 */
/* besides SIM_RUN_NUMBERS, which have a column each */
#define RUN_COLUMNS(X) \
	X(text, scenario,           st->run.scenario) \
	X(text, description,        st->run.description) \
	X(text, policy,             st->run.policy) \
	X(int,  seed,               st->run.seed) \
	X(text, costs,              st->run.costs) \
	X(text, hptsim_version,     st->run.hptsim_version) \
	X(text, status,             "ok") \
	X(int,  rep,                st->run.rep) \
	X(ref,  input_id,           st->input_id) \
	X(text, policy_title,       st->run.policy_title ? st->run.policy_title : "") \
	X(text, policy_source,      st->run.policy_source ? st->run.policy_source : "") \
	X(int,  host_start_bytes,   st->host_start_bytes) \
	X(int,  model,              SIM_MODEL_VERSION)

#define INPUT_COLUMNS(X) \
	X(text, scenario_sha256, scenario_sha256) \
	X(text, sets,            in->sets) \
	X(text, costs_sha256,    costs_sha256) \
	X(text, scenario_text,   in->scenario_text) \
	X(text, costs_text,      in->costs_text) \
	X(text, costs_about,     in->costs_about) \
	X(int,  page_shift,      in->page_shift)

#define PUBLISHED_COLUMNS(X) \
	X(int,  seq,         i + 1) \
	X(text, policy,      reference->policy) \
	X(ref,  request_seq, reference->request) \
	X(int,  ns,          reference->ns) \
	X(text, source,      reference->source)

#define REQUEST_COLUMNS(X) \
	X(int,  run_id,         st->run_id) \
	X(int,  seq,            ev->seq) \
	X(text, kind,           event_kind_name(ev->kind)) \
	X(int,  start_ns,       ev->start_ns) \
	X(int,  end_ns,         ev->end_ns) \
	X(int,  lmbs_requested, ev->lmbs_requested) \
	X(int,  lmbs_done,      ev->lmbs_done) \
	X(int,  errno,          ev->err) \
	X(int,  memory_bytes,   ev->memory_bytes) \
	X(int,  lmbs_already,   ev->lmbs_already)

#define RESIZE_COLUMNS(X) \
	X(ref,  request_id,      request_id(st, ev->request_seq)) \
	X(int,  seq,             ev->seq) \
	X(text, why,             ev->why) \
	X(int,  start_ns,        ev->start_ns) \
	X(int,  mem_bytes,       ev->mem_bytes) \
	X(int,  from_shift,      ev->from_shift) \
	X(int,  to_shift,        ev->to_shift) \
	X(text, prepare_rc,      ev->prepare_rc) \
	X(text, commit_rc,       ev->commit_rc) \
	X(int,  errno,           ev->err) \
	X(int,  prepare_ns,      ev->prepare_ns) \
	X(int,  prepare_busy,    ev->prepare_busy_count) \
	X(int,  commit_ns,       ev->commit_ns) \
	X(int,  slots_scanned,   ev->slots_scanned) \
	X(int,  hptes_moved,     ev->hptes_moved) \
	X(int,  hptes_unmapped,  ev->hptes_unmapped) \
	X(int,  host_bytes,      ev->host_bytes) \
	X(slot, collision_slot,  ev) \
	X(text, collided_region, ev->collided.region) \
	X(ea,   collided_ea,     &ev->collided) \
	X(pteg, collided_pteg,   &ev->collided) \
	X(text, occupant_region, ev->occupant.region) \
	X(ea,   occupant_ea,     &ev->occupant) \
	X(pteg, occupant_pteg,   &ev->occupant) \
	X(ref,  collision_entries, ev->collision_entries)

#define PHASE_COLUMNS(X) \
	X(text, phase, sim_phase_info[phase].name) \
	X(int,  ns,    ns[phase])

#define LMB_COLUMNS(X) \
	X(ref, request_id,   request_id(st, ev->request_seq)) \
	X(int, seq,          ++st->lmb_count) \
	X(int, drc_index,    ev->drc_index) \
	X(int, added,        ev->added) \
	X(int, at_ns,        ev->at_ns) \
	X(int, memory_bytes, ev->memory_bytes)

#define FINDING_COLUMNS(X) \
	X(int,  seq,        ++st->finding_count) \
	X(text, kind,       sim_finding_name(ev->kind)) \
	X(int,  at_ns,      ev->at_ns) \
	X(ref,  request_id, request_id(st, ev->request_seq)) \
	X(copy, text,       ev->text)

#define TIMES_3(x)	x x x
#define TIMES_15(x)	TIMES_3(x x x x x)

#define COLUMN_NAME(type, column, value)	", " #column
#define COLUMN_MARK(type, column, value)	", ?"
#define INSERT(table, first, COLUMNS) \
	"INSERT INTO " #table " (" #first COLUMNS(COLUMN_NAME) ") VALUES (?" COLUMNS(COLUMN_MARK) ")"
/* STORE_ROWS of them in one statement; a row that begins with NULL is none. */
#define INSERT_ROWS(table, first, COLUMNS) \
	"INSERT INTO " #table " (" #first COLUMNS(COLUMN_NAME) ") SELECT * FROM (" \
	"VALUES (?" COLUMNS(COLUMN_MARK) ")" TIMES_15(", (?" COLUMNS(COLUMN_MARK) ")") ") WHERE column1 IS NOT NULL"

#define NUMBER_NAME(A, type, column, what)	", " #column
#define NUMBER_MARK(A, type, column, what)	", ?"
#define NUMBER_BIND(A, type, column, what)	bind_int(&row, (int64_t)ev->column);

const char *const store_statement_sql[STATEMENT_COUNT] = {
	[STATEMENT_BEGIN]         = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT]        = "COMMIT",
	[STATEMENT_ROLLBACK]      = "ROLLBACK",
	[STATEMENT_SAVEPOINT]     = "SAVEPOINT run",
	[STATEMENT_RELEASE]       = "RELEASE run",
	[STATEMENT_ROLLBACK_TO]   = "ROLLBACK TO run",
	[STATEMENT_LAST_IDS]      = "SELECT (SELECT max(id) FROM run), (SELECT max(id) FROM request)",
	[STATEMENT_RUN]           = "INSERT INTO run (id" RUN_COLUMNS(COLUMN_NAME) SIM_RUN_NUMBERS(NUMBER_NAME, )
				    ") VALUES (?" RUN_COLUMNS(COLUMN_MARK) SIM_RUN_NUMBERS(NUMBER_MARK, ) ")",
	[STATEMENT_REQUEST]       = INSERT(request, id, REQUEST_COLUMNS),
	[STATEMENT_RESIZE]        = INSERT_ROWS(resize_attempt, run_id, RESIZE_COLUMNS),
	[STATEMENT_RUN_PHASE]     = INSERT(run_phase, run_id, PHASE_COLUMNS),
	[STATEMENT_REQUEST_PHASE] = INSERT(request_phase, request_id, PHASE_COLUMNS),
	[STATEMENT_LMB]           = INSERT_ROWS(lmb, run_id, LMB_COLUMNS),
	[STATEMENT_FINDING]       = INSERT_ROWS(finding, run_id, FINDING_COLUMNS),
	[STATEMENT_FIND_INPUT]    = "SELECT id FROM input WHERE scenario_sha256 = ? AND costs_sha256 = ? AND sets = ?",
	[STATEMENT_INPUT]         = INSERT(input, id, INPUT_COLUMNS),
	[STATEMENT_PUBLISHED]     = INSERT(published, input_id, PUBLISHED_COLUMNS),
	[STATEMENT_MISS]          = "INSERT INTO sweep_miss (point, policy, status, text) VALUES (?, ?, ?, ?)",
};

#define EA_DIGITS	16

/* A row being bound: parameters are numbered from 1. */
struct row {
	sqlite3_stmt *stmt;
	int count;
};

static void bind_int(struct row *row, int64_t value)
{
	sqlite3_bind_int64(row->stmt, ++row->count, value);
}

static void bind_null(struct row *row)
{
	sqlite3_bind_null(row->stmt, ++row->count);
}

/* NULL is NULL. The row is written before @text goes away, which for an event's name is after the run. */
static void bind_text(struct row *row, const char *text)
{
	sqlite3_bind_text(row->stmt, ++row->count, text, -1, SQLITE_STATIC);
}

static void bind_copy(struct row *row, const char *text)
{
	sqlite3_bind_text(row->stmt, ++row->count, text, -1, SQLITE_TRANSIENT);
}

/* An id of another table, 0 for none. */
static void bind_ref(struct row *row, int64_t id)
{
	if (id)
		bind_int(row, id);
	else
		bind_null(row);
}

static void bind_ea(struct row *row, const struct sim_mapping *m)
{
	char text[2 + EA_DIGITS] = "0x";

	if (!m->region) {
		bind_null(row);
		return;
	}
	/* no printf(): a run may have thousands of these */
	for (int i = 0; i < EA_DIGITS; i++)
		text[2 + i] = "0123456789abcdef"[m->ea >> (4 * (EA_DIGITS - 1 - i)) & 0xf];
	sqlite3_bind_text(row->stmt, ++row->count, text, sizeof(text), SQLITE_TRANSIENT);
}

static void bind_pteg(struct row *row, const struct sim_mapping *m)
{
	if (m->region)
		bind_int(row, (int64_t)m->pteg);
	else
		bind_null(row);
}

static void bind_slot(struct row *row, const struct sim_resize *ev)
{
	if (ev->collided.region)
		bind_int(row, ev->collision_slot);
	else
		bind_null(row);
}

#define COLUMN_BIND(type, column, value)	bind_##type(&row, value);

/* Write those rows of a statement of STORE_ROWS that are bound. */
static void write_rows(struct store *st, enum store_statement which)
{
	sqlite3_stmt *stmt = st->statements[which];
	int columns = sqlite3_bind_parameter_count(stmt) / STORE_ROWS;

	for (int i = st->rows_bound[which]; i < STORE_ROWS; i++)
		sqlite3_bind_null(stmt, 1 + i * columns);
	if (st->rows_bound[which] && st->in_run)
		store_execute(st, which);
	st->rows_bound[which] = 0;
}

/* Room for one more row of the run in such a statement, its id bound; false: no run is being written. */
static bool next_row(struct store *st, enum store_statement which, struct row *row)
{
	sqlite3_stmt *stmt = st->statements[which];

	if (st->rows_bound[which] == STORE_ROWS)
		write_rows(st, which);
	if (!st->in_run)
		return false;
	*row = (struct row){
		.stmt = stmt,
		.count = st->rows_bound[which]++ * (sqlite3_bind_parameter_count(stmt) / STORE_ROWS),
	};
	bind_int(row, st->run_id);
	return true;
}

static int64_t request_id(const struct store *st, unsigned seq)
{
	return seq ? st->request_base + seq : 0;
}

static void write_phases(struct store *st, enum store_statement which, int64_t id,
			 const int64_t ns[PHASE_COUNT])
{
	for (int phase = 0; phase < PHASE_COUNT && st->in_run; phase++) {
		struct row row = { .stmt = st->statements[which] };

		if (!ns[phase])
			continue;
		bind_int(&row, id);
		PHASE_COLUMNS(COLUMN_BIND)
		store_execute(st, which);
	}
}

static void on_run_start(void *ctx, const struct sim_run_start *ev)
{
	struct store *st = ctx;
	sqlite3_stmt *ids = st->statements[STATEMENT_LAST_IDS];

	if (st->status != STORE_OK || st->in_run || st->kept || !store_run_open(st))
		return;
	/* ids are chosen here, so that rows can refer to rows written after them */
	if (sqlite3_step(ids) != SQLITE_ROW) {
		store_run_fail(st);
	} else {
		st->run_id = st->run.id ? st->run.id : sqlite3_column_int64(ids, 0) + 1;
		st->request_base = st->run.id ? st->run.id * STORE_REQUEST_ROOM : sqlite3_column_int64(ids, 1);
	}
	sqlite3_reset(ids);
	st->host_start_bytes = ev->host_bytes;
}

static void on_lmb(void *ctx, const struct sim_lmb *ev)
{
	struct store *st = ctx;
	struct row row;

	if (!next_row(st, STATEMENT_LMB, &row))
		return;
	LMB_COLUMNS(COLUMN_BIND)
}

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	struct store *st = ctx;
	struct row row;

	if (!next_row(st, STATEMENT_FINDING, &row))
		return;
	FINDING_COLUMNS(COLUMN_BIND)
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct store *st = ctx;
	struct row row;

	if (!next_row(st, STATEMENT_RESIZE, &row))
		return;
	RESIZE_COLUMNS(COLUMN_BIND)
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	struct store *st = ctx;
	struct row row = { .stmt = st->statements[STATEMENT_REQUEST] };
	int64_t id = request_id(st, ev->seq);

	if (!st->in_run)
		return;
	bind_int(&row, id);
	REQUEST_COLUMNS(COLUMN_BIND)
	if (store_execute(st, STATEMENT_REQUEST))
		write_phases(st, STATEMENT_REQUEST_PHASE, id, ev->phase_ns);
}

static void write_references(struct store *st, const struct store_input *in)
{
	for (size_t i = 0; i < in->reference_count && st->in_run; i++) {
		const struct reference_spec *reference = &in->references[i];
		struct row row = { .stmt = st->statements[STATEMENT_PUBLISHED] };

		bind_int(&row, st->input_id);
		PUBLISHED_COLUMNS(COLUMN_BIND)
		store_execute(st, STATEMENT_PUBLISHED);
	}
}

static void sha256(const char *text, char digest[SHA256_DIGEST_STRING_LENGTH])
{
	SHA256Data((const uint8_t *)text, strlen(text), digest);
}

/* The input's row, made if it is new; false: the run is lost. */
static bool write_input(struct store *st, const struct store_input *in)
{
	char scenario_sha256[SHA256_DIGEST_STRING_LENGTH], costs_sha256[SHA256_DIGEST_STRING_LENGTH];
	sqlite3_stmt *find = st->statements[STATEMENT_FIND_INPUT];
	struct row key = { .stmt = find }, row = { .stmt = st->statements[STATEMENT_INPUT] };
	int rc;

	sha256(in->scenario_text, scenario_sha256);
	sha256(in->costs_text, costs_sha256);
	bind_text(&key, scenario_sha256);
	bind_text(&key, costs_sha256);
	bind_text(&key, in->sets);
	rc = sqlite3_step(find);
	if (rc == SQLITE_ROW)
		st->input_id = sqlite3_column_int64(find, 0);
	else if (rc != SQLITE_DONE)
		store_run_fail(st);
	sqlite3_reset(find);
	if (rc != SQLITE_DONE)
		return rc == SQLITE_ROW;
	bind_ref(&row, 0);	/* SQLite's choice */
	INPUT_COLUMNS(COLUMN_BIND)
	if (!store_execute(st, STATEMENT_INPUT))
		return false;
	st->input_id = sqlite3_last_insert_rowid(st->db);
	write_references(st, in);
	return st->in_run;
}

static void on_run_end(void *ctx, const struct sim_run_end *ev)
{
	struct store *st = ctx;
	struct row row = { .stmt = st->statements[STATEMENT_RUN] };

	if (!st->in_run)
		return;
	write_rows(st, STATEMENT_LMB);
	write_rows(st, STATEMENT_RESIZE);
	write_rows(st, STATEMENT_FINDING);
	if (!st->in_run)
		return;
	if (st->run.input && !write_input(st, st->run.input))
		return;
	bind_int(&row, st->run_id);
	RUN_COLUMNS(COLUMN_BIND)
	SIM_RUN_NUMBERS(NUMBER_BIND, )
	if (!store_execute(st, STATEMENT_RUN))
		return;
	write_phases(st, STATEMENT_RUN_PHASE, st->run_id, ev->phase_ns);
	if (st->in_run)
		store_run_keep(st);
}

void store_run_begin(struct store *st, const struct store_run *run, struct sim_sink *sink)
{
	sqlite3_free(st->message);
	st->message = NULL;
	st->run = *run;
	st->status = STORE_OK;
	st->kept = false;
	st->run_id = st->input_id = 0;
	st->lmb_count = st->finding_count = 0;
	st->rows_bound[STATEMENT_LMB] = st->rows_bound[STATEMENT_RESIZE] = st->rows_bound[STATEMENT_FINDING] = 0;
	*sink = (struct sim_sink){
		.ctx = st,
		.run_start = on_run_start,
		.lmb = on_lmb,
		.resize = on_resize,
		.request_end = on_request_end,
		.finding = on_finding,
		.run_end = on_run_end,
	};
}
