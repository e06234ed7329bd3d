// SPDX-License-Identifier: GPL-2.0-or-later
/* Both sequences side by side, and the verdict. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "validate/next.h"
#include "validate/notes.h"
#include "validate/validate.h"

#define LOOK_AHEAD	64	/* items in which both may find together again */
#define SAME_MAX	256	/* alike in a row: more of them say no more */
#define ROWS_AFTER	12	/* that are shown behind the first difference */

/* A line of the comparison: items of both that stand beside each other, and as many again that say the same. */
struct row {
	size_t a, b;			/* SIZE_MAX: nothing on this side */
	size_t count;
	enum seq_diff diff;
};

typedef bool row_fn(void *ctx, const struct row *row);

/* How many items are the same in a row from there on; both ends are one, too. */
static size_t same_from(const struct validate *v, size_t a, size_t b)
{
	const struct seq *x = &v->seq, *y = &v->sim.seq;
	size_t count = 0;

	while (count < SAME_MAX && seq_compare(x, a + count, y, b + count) == SEQ_NONE) {
		if (a + count >= x->count)
			return SAME_MAX;
		count++;
	}
	return count;
}

/*
 * Where both go on together, from a difference on: as near as possible, and of
 * places that are equally near the one after which they do so for longest.
 */
static void find_together(const struct validate *v, size_t *a, size_t *b)
{
	const struct seq *x = &v->seq, *y = &v->sim.seq;

	for (size_t far = 1; far < LOOK_AHEAD; far++) {
		size_t best = 1, best_a = 0, best_b = 0;	/* one alike says little: attempts look alike */

		for (size_t k = 0; k <= 2 * far; k++) {
			size_t i = k < far ? k : far, j = k < far ? far : 2 * far - k, same;

			if (*a + i > x->count || *b + j > y->count)
				continue;
			same = same_from(v, *a + i, *b + j);
			if (same > best) {
				best = same;
				best_a = *a + i;
				best_b = *b + j;
			}
		}
		if (best > 1) {
			*a = best_a;
			*b = best_b;
			return;
		}
	}
	*a = x->count;
	*b = y->count;
}

static bool same_text(const struct seq *s, size_t i, size_t j)
{
	char first[SEQ_TEXT_MAX], second[SEQ_TEXT_MAX];

	return strcmp(seq_describe(s, i, first), seq_describe(s, j, second)) == 0;
}

/* Rows in order; stops when @fn returns false. */
static void each_row(const struct validate *v, row_fn *fn, void *ctx)
{
	const struct seq *x = &v->seq, *y = &v->sim.seq;
	size_t a = 0, b = 0, to_a = 0, to_b = 0;

	while (a < x->count || b < y->count) {
		struct row row = { a, b, 1, SEQ_NONE };
		bool apart = a < to_a || b < to_b;

		if (!apart) {
			row.diff = seq_compare(x, a, y, b);
			if (row.diff != SEQ_NONE) {
				to_a = a;
				to_b = b;
				find_together(v, &to_a, &to_b);
				continue;
			}
			while (a + row.count < x->count && seq_compare(x, a + row.count, y, b + row.count) == SEQ_NONE &&
			       same_text(x, a, a + row.count))
				row.count++;
			a += row.count;
			b += row.count;
		} else if (a < to_a && b < to_b) {
			row.diff = seq_compare(x, a++, y, b++);
			if (row.diff == SEQ_NONE)
				row.diff = SEQ_OTHER;	/* they do stand beside each other by chance */
		} else if (a < to_a) {
			row.b = SIZE_MAX;
			row.diff = SEQ_EXTRA;
			while (a + row.count < to_a && same_text(x, a, a + row.count))
				row.count++;
			a += row.count;
		} else {
			row.a = SIZE_MAX;
			row.diff = SEQ_MISSING;
			while (b + row.count < to_b && same_text(y, b, b + row.count))
				row.count++;
			b += row.count;
		}
		if (!fn(ctx, &row))
			return;
	}
}

static size_t line_of(const struct seq *s, size_t i)
{
	return s->log->records[s->items[i].record].line;
}

struct printing {
	const struct validate *v;
	struct table table;
	size_t after;			/* rows since the first difference, that one included */
	bool cut;
};

static bool print_row(void *ctx, const struct row *row)
{
	struct printing *p = ctx;
	char item[SEQ_TEXT_MAX];
	const struct seq *x = &p->v->seq, *y = &p->v->sim.seq;

	if (row->diff != SEQ_NONE || p->after)
		p->after++;
	if (p->after > ROWS_AFTER) {
		p->cut = true;
		return false;
	}
	table_add(&p->table, p->after == 1 ? ">" : row->diff != SEQ_NONE ? "!" : "");
	if (row->a == SIZE_MAX)
		table_add(&p->table, "");
	else
		table_add_int(&p->table, (int64_t)line_of(x, row->a));
	if (row->count == 1)
		table_add(&p->table, "");
	else
		table_add_int(&p->table, (int64_t)row->count);
	table_add(&p->table, row->a == SIZE_MAX ? "-" : seq_describe(x, row->a, item));
	table_add(&p->table, row->diff == SEQ_NONE ? "same" : row->b == SIZE_MAX ? "-" : seq_describe(y, row->b, item));
	return true;
}

/* Where they differ first, with the line as it stands in the log. */
static void print_difference(const struct validate *v, size_t at, enum seq_diff diff, FILE *out)
{
	char item[SEQ_TEXT_MAX];
	const char *text;
	size_t gap = validate_gap(v, at);

	if (gap != KLOG_NONE) {
		fprintf(out, "first difference: %s:%zu: %s [%s]\n", v->log_path, v->log.records[gap].line, seq_diff_info[SEQ_LOST].doc,
			seq_diff_info[SEQ_LOST].name);
		fprintf(out, "  log: %s\n", klog_text(&v->log, gap));
	} else if (at < v->seq.count) {
		fprintf(out, "first difference: %s:%zu: %s [%s]\n", v->log_path, line_of(&v->seq, at),
			seq_diff_info[diff].doc, seq_diff_info[diff].name);
		fprintf(out, "  log: %s\n", klog_text(&v->log, v->seq.items[at].record));
		if (v->seq.items[at].is_attempt) {
			const struct klog_attempt *a = &v->log.attempts[v->seq.items[at].index];

			if (a->end != KLOG_NONE && a->end != v->seq.items[at].record)
				fprintf(out, "   %zu: %s\n", v->log.records[a->end].line, klog_text(&v->log, a->end));
		}
	} else {
		fprintf(out, "first difference: %s: at its end: %s [%s]\n", v->log_path, seq_diff_info[diff].doc,
			seq_diff_info[diff].name);
	}
	text = at < v->sim.seq.count ? seq_describe(&v->sim.seq, at, item) : "nothing more";
	fprintf(out, "  simulated: %s\n", text + strspn(text, " "));
	/* among lines that look alike the first difference is behind the last one: times may tell more */
	for (size_t i = 0; i + 1 < v->boot->attempt_count; i++) {
		size_t a = v->boot->first_attempt + i + 1;
		int64_t us;

		if (!seq_too_soon(&v->log, a, &us))
			continue;
		fprintf(out, "note: %s:%zu: begins %" PRId64 " ms after the attempt before it, and each takes 100 ms at least\n",
			v->log_path, v->log.records[v->log.attempts[a].begin].line, us / 1000);
		break;
	}
}

bool validate_print_text(const struct validate *v, FILE *out)
{
	static const struct table_column columns[] = {
		{ "", TABLE_TEXT, NULL }, { "line", TABLE_INT, NULL }, { "times", TABLE_INT, NULL },
		{ "recorded", TABLE_TEXT, NULL }, { "simulated", TABLE_TEXT, NULL },
	};
	struct printing p = {
		.v = v, .table = { .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]) },
	};
	enum seq_diff diff;
	size_t at = seq_first_difference(&v->seq, &v->sim.seq, &diff);
	struct notes notes;
	char next[NEXT_MAX] = "";
	bool ok;

	each_row(v, print_row, &p);
	ok = table_print(&p.table, 1, TABLE_AS_TEXT, out);
	table_free(&p.table);
	if (!ok)
		return false;
	if (p.cut)
		fputs("...\n", out);
	fputc('\n', out);
	validate_notes(v, &notes);
	for (size_t i = 0; i < notes.count; i++)
		fprintf(out, "note: %s\n", notes.text[i]);
	if (diff == SEQ_NONE) {
		fprintf(out, "equal: %zu requests and %zu resize attempts, policy %s\n", v->seq.request_count,
			v->seq.attempt_count, v->policy->name);
		return true;
	}
	print_difference(v, at, diff, out);
	fprintf(out, "different: recorded %zu requests and %zu resize attempts, simulated %zu and %zu, policy %s\n",
		v->seq.request_count, v->seq.attempt_count, v->sim.seq.request_count, v->sim.seq.attempt_count,
		v->policy->name);
	ok = validate_next(v, next);
	fputs(next, out);
	return ok;
}

struct table_rows {
	const struct validate *v;
	struct table table;
};

static void add_item(struct table *table, const struct seq *s, size_t i)
{
	char text[SEQ_TEXT_MAX];

	if (i == SIZE_MAX) {
		table_add_none(table);
		return;
	}
	seq_describe(s, i, text);
	table_add(table, text + strspn(text, " "));
}

static bool table_row(void *ctx, const struct row *row)
{
	struct table_rows *t = ctx;

	if (row->a == SIZE_MAX)
		table_add_none(&t->table);
	else
		table_add_int(&t->table, (int64_t)line_of(&t->v->seq, row->a));
	table_add_int(&t->table, (int64_t)row->count);
	add_item(&t->table, &t->v->seq, row->a);
	add_item(&t->table, &t->v->sim.seq, row->b);
	table_add(&t->table, seq_diff_info[row->diff].name);
	return true;
}

/* Recorded and simulated, in numbers. */
static struct table totals_table(const struct validate *v, const struct qtrace *trace)
{
	static const struct table_column columns[] = {
		{ "what", TABLE_TEXT, "what" }, { "recorded", TABLE_INT, "recorded" },
		{ "simulated", TABLE_INT, "simulated" }, { "", TABLE_TEXT, "verdict" },
	};
	struct table table = {
		.name = "totals", .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]),
	};
	enum seq_diff diff;

	seq_first_difference(&v->seq, &v->sim.seq, &diff);
	table_add(&table, "requests");
	table_add_int(&table, (int64_t)v->seq.request_count);
	table_add_int(&table, (int64_t)v->sim.seq.request_count);
	table_add(&table, diff == SEQ_NONE ? "equal" : "different");
	table_add(&table, "resize attempts");
	table_add_int(&table, (int64_t)v->seq.attempt_count);
	table_add_int(&table, (int64_t)v->sim.seq.attempt_count);
	table_add(&table, diff == SEQ_NONE ? "equal" : "different");
	if (trace) {
		table_add(&table, "COMMIT in QEMU's trace");
		table_add_int(&table, (int64_t)trace->commit_count);
		table_add_int(&table, (int64_t)v->sim.commit_count);
		table_add(&table, validate_trace_difference(v, trace) == SIZE_MAX ? "equal" : "different");
	}
	return table;
}

bool validate_print_tables(const struct validate *v, const struct qtrace *trace, enum table_format format, FILE *out)
{
	static const struct table_column columns[] = {
		{ "line", TABLE_INT, "line" }, { "times", TABLE_INT, "times" }, { "recorded", TABLE_TEXT, "recorded" },
		{ "simulated", TABLE_TEXT, "simulated" }, { "difference", TABLE_TEXT, "difference" },
	};
	struct table_rows t = {
		.v = v,
		.table = { .name = "sequence", .columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]) },
	};
	struct table tables[2];
	bool ok;

	each_row(v, table_row, &t);
	tables[0] = t.table;
	tables[1] = totals_table(v, trace);
	ok = table_print(tables, 2, format, out);
	table_free(&tables[0]);
	table_free(&tables[1]);
	return ok;
}

struct json_rows {
	const struct validate *v;
	json_t *rows;
	bool lost;			/* out of memory */
};

static json_t *json_item(const struct seq *s, size_t i)
{
	char text[SEQ_TEXT_MAX];

	if (i == SIZE_MAX)
		return json_null();
	seq_describe(s, i, text);
	return json_string(text + strspn(text, " "));
}

static bool json_row(void *ctx, const struct row *row)
{
	struct json_rows *j = ctx;
	json_t *one = json_pack("{s:o, s:I, s:o, s:o, s:s}",
				"line", row->a == SIZE_MAX ? json_null() :
				json_integer((json_int_t)line_of(&j->v->seq, row->a)),
				"times", (json_int_t)row->count,
				"recorded", json_item(&j->v->seq, row->a),
				"simulated", json_item(&j->v->sim.seq, row->b),
				"difference", seq_diff_info[row->diff].name);

	j->lost = j->lost || !one || json_array_append_new(j->rows, one) != 0;
	return !j->lost;
}

static json_t *json_difference(const struct validate *v, size_t at, enum seq_diff diff)
{
	bool logged = at < v->seq.count;
	size_t gap = validate_gap(v, at);

	if (diff == SEQ_NONE)
		return json_null();
	if (gap != KLOG_NONE)
		return json_pack("{s:I, s:s, s:o, s:s}", "line", (json_int_t)v->log.records[gap].line, "text", klog_text(&v->log, gap),
				 "simulated", json_item(&v->sim.seq, at < v->sim.seq.count ? at : SIZE_MAX),
				 "difference", seq_diff_info[SEQ_LOST].name);
	return json_pack("{s:o, s:o, s:o, s:s}",
			 "line", logged ? json_integer((json_int_t)line_of(&v->seq, at)) : json_null(),
			 "text", logged ? json_string(klog_text(&v->log, v->seq.items[at].record)) : json_null(),
			 "simulated", json_item(&v->sim.seq, at < v->sim.seq.count ? at : SIZE_MAX),
			 "difference", seq_diff_info[diff].name);
}

static json_t *json_notes(const struct validate *v)
{
	json_t *array = json_array();
	struct notes notes;

	validate_notes(v, &notes);
	for (size_t i = 0; array && i < notes.count; i++)
		json_array_append_new(array, json_string(notes.text[i]));
	return array;
}

static json_t *json_trace(const struct validate *v, const struct qtrace *trace)
{
	if (!trace)
		return json_null();
	return json_pack("{s:I, s:I, s:b}", "prepares", (json_int_t)trace->prepare_count,
			 "commits", (json_int_t)trace->commit_count,
			 "equal", validate_trace_difference(v, trace) == SIZE_MAX);
}

bool validate_print_json(const struct validate *v, const struct qtrace *trace, FILE *out)
{
	struct json_rows j = { .v = v, .rows = json_array() };
	enum seq_diff diff;
	size_t at = seq_first_difference(&v->seq, &v->sim.seq, &diff);
	json_t *root;
	bool ok;

	if (j.rows)
		each_row(v, json_row, &j);
	root = json_pack("{s:s, s:s, s:b, s:b, s:I, s:I, s:o, s:o, s:o, s:o}", "log", v->log_path, "policy", v->policy->name,
			 "derived", v->derived, "equal", diff == SEQ_NONE,
			 "requests", (json_int_t)v->seq.request_count, "attempts", (json_int_t)v->seq.attempt_count,
			 "first_difference", json_difference(v, at, diff), "trace", json_trace(v, trace),
			 "notes", json_notes(v), "sequence", j.rows);
	ok = root && !j.lost && json_dumpf(root, out, JSON_INDENT(1)) == 0;
	json_decref(root);
	if (ok)
		fputc('\n', out);
	return ok;
}

size_t validate_trace_difference(const struct validate *v, const struct qtrace *trace)
{
	size_t n = 0;

	for (size_t i = 0; i < trace->call_count; i++) {
		if (!trace->calls[i].commit)
			continue;
		if (n == v->sim.commit_count || trace->calls[i].shift != v->sim.commits[n])
			return n;
		n++;
	}
	return n < v->sim.commit_count ? n : SIZE_MAX;
}
