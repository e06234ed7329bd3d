// SPDX-License-Identifier: GPL-2.0-or-later
/* A log and the model side by side: stretches of time and what they consist of. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "calibrate/course.h"
#include "sim/hcall.h"
#include "sim/units.h"

#define NO_MARK		SIZE_MAX
#define NS_STEP	1000	/* by how much a price is changed to count its units: 1000 ns, ... */
#define POLL_DELAY_NS	(100.0 * NSEC_PER_MSEC)	/* H_LONG_BUSY_ORDER_100_MSEC, as all hypervisors say */
#define PS_STEP		1000000	/* ... or as much in ps */
#define STEP_LEAST	10	/* smaller ones drown in rounding */

/* The two ends of a stretch, in log and model. */
struct mark {
	size_t record;			/* KLOG_NONE: the log does not have it */
	size_t attempt;			/* of whose beginning or end it is; NO_MARK: a step's */
	bool is_end;
	size_t step;
};

struct observer {
	struct calib_data *data;
	const struct klog *log;
	struct klog_boot part;		/* of the log; the model's first attempt is its first one */
	const struct course *nominal;
	size_t log_index, attempt_base;
	double time_floor_ns;
	/* per row: its two marks, so that other courses can be measured at the same places */
	struct mark *from, *to;
	size_t mark_room, mark_room_to;
	bool no_memory;
};

static int64_t mark_ns(const struct course *c, const struct mark *m)
{
	if (m->attempt == NO_MARK)
		return c->steps[m->step].at_ns;
	return m->is_end ? c->attempts[m->attempt].end_ns : c->attempts[m->attempt].begin_ns;
}

/* Attempts whose PREPARE is before the mark. */
static size_t mark_attempts(const struct course *c, const struct mark *m)
{
	return m->attempt == NO_MARK ? c->steps[m->step].attempts : m->attempt + m->is_end;
}

static double row_ns(const struct course *c, const struct calib_row *row, const struct mark *from,
		     const struct mark *to)
{
	if (row->kind == CALIB_PREPARE)
		return 0;
	if (row->kind == CALIB_COMMIT)
		return (double)c->attempts[to->attempt].commit_ns;
	return (double)(mark_ns(c, to) - mark_ns(c, from));
}

static void add_row(struct observer *o, struct calib_row row, const struct mark *from, const struct mark *to)
{
	struct calib_data *data = o->data;
	struct calib_log *log = &data->logs[o->log_index];
	struct calib_row *rows = array_grow(data->rows, data->row_count, &data->row_room, sizeof(*rows));
	struct mark *f = NULL, *t = NULL;

	if (rows)
		data->rows = rows;
	f = array_grow(o->from, log->row_count, &o->mark_room, sizeof(*f));
	if (f)
		o->from = f;
	t = array_grow(o->to, log->row_count, &o->mark_room_to, sizeof(*t));
	if (t)
		o->to = t;
	if (!rows || !f || !t) {
		o->no_memory = true;
		return;
	}
	row.log = o->log_index;
	f[log->row_count] = *from;
	t[log->row_count++] = *to;
	rows[data->row_count++] = row;
}

/* What the kernel rounds down to a millisecond is half of one more on average. */
static void add_complete(struct observer *o, const struct klog_attempt *a, const struct mark *from,
			 const struct mark *to)
{
	struct calib_row row = {
		.line = o->log->records[a->end].line, .floor_ns = 0.3 * NSEC_PER_MSEC,
		.first_attempt = o->attempt_base + to->attempt,
	};

	row.kind = CALIB_PREPARE;
	row.attempt_count = 1;
	row.y_ns = ((double)a->prepare_ms + 0.5) * NSEC_PER_MSEC;
	add_row(o, row, from, to);
	row.kind = CALIB_COMMIT;
	row.attempt_count = 0;
	row.y_ns = ((double)a->commit_ms + 0.5) * NSEC_PER_MSEC;
	add_row(o, row, from, to);
}

static void add_stretch(struct observer *o, const struct mark *from, const struct mark *to)
{
	size_t first = mark_attempts(o->nominal, from), end = mark_attempts(o->nominal, to);
	struct calib_row row = { .kind = CALIB_LMBS, .floor_ns = o->time_floor_ns };
	int64_t us;

	if (from->record == KLOG_NONE || to->record == KLOG_NONE || end < first ||
	    !klog_elapsed_us(o->log, from->record, to->record, &us) || us < 0)
		return;
	if (to->is_end && from->attempt == to->attempt)
		row.kind = CALIB_RESIZE;
	row.line = o->log->records[from->record].line;
	row.y_ns = (double)us * NSEC_PER_USEC;
	row.first_attempt = o->attempt_base + first;
	row.attempt_count = end - first;
	/* nothing in the model passes here: lines only */
	if (!row.attempt_count && row_ns(o->nominal, &row, from, to) <= 0)
		return;
	add_row(o, row, from, to);
}

/* The stretches of one attempt and of what led to it; @last is moved on. */
static void add_attempt(struct observer *o, size_t index, struct mark *last)
{
	const struct klog_attempt *a = &o->log->attempts[o->part.first_attempt + index];
	struct mark begin = { .record = a->begin, .attempt = index };
	struct mark end = { .record = a->end, .attempt = index, .is_end = true };

	if (last)
		add_stretch(o, last, &begin);
	if (a->outcome == KLOG_COMPLETE)
		add_complete(o, a, &begin, &end);
	else if (a->end != KLOG_NONE)
		add_stretch(o, &begin, &end);
	if (last)
		*last = a->end == KLOG_NONE ? begin : end;
}

/* The model's step that begins the same request, from *cursor on. */
static size_t find_request(const struct course *c, const struct klog_request *rq, enum klog_kind kind,
			   size_t first_attempt, size_t *cursor)
{
	static const enum lmb_by by[] = {
		[KLOG_BY_COUNT] = LMB_BY_COUNT, [KLOG_BY_INDEX] = LMB_BY_INDEX,
		[KLOG_BY_INDEXED_COUNT] = LMB_BY_INDEXED_COUNT,
	};
	size_t i;

	/* one that only its failure tells of has no beginning in the log */
	if (rq->by == KLOG_BY_UNKNOWN || (kind != KLOG_ADD && kind != KLOG_REMOVE))
		return NO_MARK;
	for (i = *cursor; i < c->step_count; i++) {
		const struct step *s = &c->steps[i];

		if (s->step == DLPAR_BEGIN && s->add == rq->add && s->by == by[rq->by] &&
		    (rq->by == KLOG_BY_INDEX || s->count == rq->count) &&
		    (rq->by == KLOG_BY_COUNT || s->drc == rq->drc) &&
		    (!rq->attempt_count || s->attempts == first_attempt)) {
			*cursor = i + 1;
			return i;
		}
	}
	return NO_MARK;
}

/* Its last line that tells of an LMB; of an addition the first, as the model takes no time for such lines. */
static struct mark request_end(const struct observer *o, const struct klog_request *rq, size_t begin)
{
	enum klog_kind kind = rq->add ? KLOG_LMB_ADDED : KLOG_LMB_REMOVED;
	struct mark end = { .record = KLOG_NONE, .attempt = NO_MARK };
	size_t i;

	for (i = rq->record; i < rq->end && i < o->log->record_count; i++) {
		if (o->log->records[i].kind != kind)
			continue;
		end.record = i;
		if (rq->add)
			break;
	}
	for (i = begin + 1; i < o->nominal->step_count && o->nominal->steps[i].step != DLPAR_BEGIN; i++) {
		if (o->nominal->steps[i].step != DLPAR_LMB_DONE)
			continue;
		end.step = i;
		if (rq->add)
			break;
	}
	if (!end.step || rq->failed)
		end.record = KLOG_NONE;
	return end;
}

static void add_request(struct observer *o, const struct klog_request *rq, size_t *cursor)
{
	size_t first = rq->first_attempt - o->part.first_attempt;
	enum klog_kind kind = o->log->records[rq->record].kind;
	size_t begin = find_request(o->nominal, rq, kind, first, cursor), i;
	struct mark last, end;

	if (begin == NO_MARK) {
		for (i = 0; i < rq->attempt_count; i++)
			add_attempt(o, first + i, NULL);
		return;
	}
	last = (struct mark){ .record = rq->record, .attempt = NO_MARK, .step = begin };
	for (i = 0; i < rq->attempt_count; i++)
		add_attempt(o, first + i, &last);
	end = request_end(o, rq, begin);
	if (end.record != KLOG_NONE)
		add_stretch(o, &last, &end);
}

static enum calib_status check_attempts(const struct klog *log, const struct klog_boot *part,
					const struct course *c, char *message)
{
	size_t i;

	if (part->attempt_count != c->attempt_count) {
		snprintf(message, CALIB_MESSAGE_MAX, "%zu resize attempts in the log, %zu in the model: 'hptsim validate' "
			 "shows where they part", part->attempt_count, c->attempt_count);
		return CALIB_EMISMATCH;
	}
	for (i = 0; i < c->attempt_count; i++) {
		const struct klog_attempt *a = &log->attempts[part->first_attempt + i];

		if ((!a->shift || a->shift == (int)c->attempts[i].shift) &&
		    (a->outcome == KLOG_COMPLETE) == !c->attempts[i].err)
			continue;
		snprintf(message, CALIB_MESSAGE_MAX, "line %zu: attempt %zu to shift %d %s, that of the model to shift %u %s: "
			 "'hptsim validate' says more",
			 log->records[a->begin != KLOG_NONE ? a->begin : a->end].line, i + 1, a->shift,
			 a->outcome == KLOG_COMPLETE ? "succeeds" : "fails", c->attempts[i].shift,
			 c->attempts[i].err ? "fails" : "succeeds");
		return CALIB_EMISMATCH;
	}
	return CALIB_OK;
}

/* A log whose times are all whole seconds has none that are finer. */
static double time_floor(const struct klog *log)
{
	int64_t unit = NSEC_PER_SEC / NSEC_PER_USEC;
	size_t i;

	for (i = 0; i < log->record_count; i++)
		while (log->records[i].clock != KLOG_CLOCK_NONE && unit > 1 && log->records[i].time_us % unit)
			unit /= 10;
	/* uniform within the unit, at both ends */
	return unit * NSEC_PER_USEC * sqrt(2.0 / 12);
}

static bool add_prepares(struct observer *o, const struct scenario *sc)
{
	const struct course *c = o->nominal;
	size_t i;

	for (i = 0; i < c->attempt_count; i++) {
		struct calib_data *data = o->data;
		const struct attempt *a = &c->attempts[i];
		const struct klog_attempt *in_log = &o->log->attempts[o->part.first_attempt + i];
		struct calib_attempt *attempts = array_grow(data->attempts, data->attempt_count, &data->attempt_room,
						      sizeof(*attempts));

		if (!attempts)
			return false;
		data->attempts = attempts;
		attempts[data->attempt_count++] = (struct calib_attempt){
			.bytes = a->no_table ? 0 : (double)hv_table_bytes(sc->hypervisor.kind, a->shift),
			.fresh_bytes = a->no_table ? 0 : (double)a->fresh_bytes,
			.known = a->no_table,
			.polls = a->busy,
			.delay_ns = POLL_DELAY_NS,
			.recorded_ns = in_log->outcome == KLOG_COMPLETE ?
				       ((double)in_log->prepare_ms + 0.5) * NSEC_PER_MSEC : 0,
		};
	}
	return true;
}

/* Measure each row in a course where one price is higher. */
static void count_units(struct observer *o, const struct course *c, size_t price, double step)
{
	struct calib_log *log = &o->data->logs[o->log_index];
	size_t i;

	for (i = 0; i < log->row_count; i++) {
		struct calib_row *row = &o->data->rows[log->first_row + i];

		row->units[price] = (row_ns(c, row, &o->from[i], &o->to[i]) -
				     row_ns(o->nominal, row, &o->from[i], &o->to[i])) / step;
	}
}

/* Does the same happen in both? A price can decide what does: when PREPARE times out the table stays as it is. */
static bool same_course(const struct course *a, const struct course *b)
{
	size_t i;

	if (a->attempt_count != b->attempt_count || a->step_count != b->step_count)
		return false;
	for (i = 0; i < a->attempt_count; i++)
		if (a->attempts[i].err != b->attempts[i].err)
			return false;
	return true;
}

/*
 * What each row has of one price, from a course in which it is a little higher:
 * by as little as it takes for the same to happen. No price is refused: a log
 * whose events any change of it would alter says nothing of it.
 */
static enum calib_status measure_price(struct observer *o, const struct scenario *sc, const struct policy *policy,
				       const struct cost_profile *base, size_t k, char *message)
{
	int64_t step = strstr(cost_keys[k].name, "_ps") ? PS_STEP : NS_STEP;

	for (; step >= STEP_LEAST; step /= 10) {
		struct cost_profile costs = *base;
		struct course c;
		enum calib_status status;
		bool same;

		cost_set(&costs, k, cost_get(base, k) + step);
		status = course_play(sc, &costs, policy, &c, message);
		same = status == CALIB_OK && same_course(&c, o->nominal);
		if (same)
			count_units(o, &c, k, (double)step);
		course_free(&c);
		if (same || status == CALIB_ENOMEM)
			return status;
	}
	return CALIB_OK;
}

static enum calib_status measure(struct observer *o, const struct scenario *sc, const struct policy *policy,
				 const struct cost_profile *base, char *message)
{
	struct calib_log *log = &o->data->logs[o->log_index];
	size_t i, k;

	_Static_assert(sizeof(struct cost_profile) / sizeof(int64_t) <= CALIB_PRICES_MAX, "too many prices");
	for (k = 0; k < cost_key_count; k++) {
		enum calib_status status = measure_price(o, sc, policy, base, k, message);

		if (status != CALIB_OK)
			return status;
	}
	for (i = 0; i < log->row_count; i++) {
		struct calib_row *row = &o->data->rows[log->first_row + i];

		row->fixed_ns = row_ns(o->nominal, row, &o->from[i], &o->to[i]);
		for (k = 0; k < cost_key_count; k++)
			row->fixed_ns -= row->units[k] * (double)cost_get(base, k);
		if (fabs(row->fixed_ns) < NSEC_PER_USEC)
			row->fixed_ns = 0;	/* rounding of the model */
	}
	return CALIB_OK;
}

static void observe(struct observer *o)
{
	size_t i, cursor = 0, done = 0;

	for (i = 0; i < o->part.request_count; i++) {
		const struct klog_request *rq = &o->log->requests[o->part.first_request + i];
		size_t first = rq->first_attempt - o->part.first_attempt;

		for (; rq->attempt_count && done < first; done++)
			add_attempt(o, done, NULL);
		add_request(o, rq, &cursor);
		if (rq->attempt_count)
			done = first + rq->attempt_count;
	}
	for (; done < o->part.attempt_count; done++)
		add_attempt(o, done, NULL);
}

static enum calib_status new_log(struct calib_data *data, const char *name, uint64_t bytes,
				 size_t attempt_count, const struct scenario *sc)
{
	struct calib_log *logs = realloc(data->logs, (data->log_count + 1) * sizeof(*logs));

	if (!logs)
		return CALIB_ENOMEM;
	data->logs = logs;
	logs[data->log_count++] = (struct calib_log){
		.name = strdup(name), .scenario = strdup(sc->name), .bytes = bytes,
		.attempt_count = attempt_count, .first_row = data->row_count,
	};
	return logs[data->log_count - 1].name && logs[data->log_count - 1].scenario ? CALIB_OK : CALIB_ENOMEM;
}

enum calib_status calib_add_log(struct calib_data *data, const char *name, uint64_t bytes,
				const struct klog *log, const struct klog_boot *boot, const struct scenario *sc,
				const struct policy *policy, char message[CALIB_MESSAGE_MAX])
{
	const struct klog_boot all = {
		.record_count = log->record_count, .request_count = log->request_count,
		.attempt_count = log->attempt_count,
	};
	struct course nominal;
	struct observer o = {
		.data = data, .log = log, .part = boot ? *boot : all, .nominal = &nominal, .log_index = data->log_count,
		.attempt_base = data->attempt_count, .time_floor_ns = time_floor(log),
	};
	enum calib_status status = course_play(sc, &sc->costs, policy, &nominal, message);

	if (status == CALIB_OK)
		status = check_attempts(log, &o.part, &nominal, message);
	if (status == CALIB_OK)
		status = new_log(data, name, bytes, o.part.attempt_count, sc);
	if (status == CALIB_OK && !add_prepares(&o, sc))
		status = CALIB_ENOMEM;
	if (status == CALIB_OK) {
		observe(&o);
		status = o.no_memory ? CALIB_ENOMEM : measure(&o, sc, policy, &sc->costs, message);
	}
	course_free(&nominal);
	free(o.from);
	free(o.to);
	return status;
}

void calib_free(struct calib_data *data)
{
	size_t i;

	for (i = 0; i < data->log_count; i++) {
		free(data->logs[i].name);
		free(data->logs[i].scenario);
	}
	free(data->logs);
	free(data->rows);
	free(data->attempts);
	*data = (struct calib_data){ .logs = NULL };
}
