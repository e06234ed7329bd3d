// SPDX-License-Identifier: GPL-2.0-or-later
/* Two logs as sequences of requests and attempts. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "validate/validate.h"
#include "sim/scenario.h"

const struct seq_diff_info seq_diff_info[] = {
#define SEQ_DIFF_INFO(id, name, doc) [SEQ_##id] = { name, doc },
	SEQ_DIFFS(SEQ_DIFF_INFO)
#undef SEQ_DIFF_INFO
};

static size_t attempt_record(const struct klog_attempt *a)
{
	return a->begin != KLOG_NONE ? a->begin : a->end;
}

/* Kernels tell of a removal by index only when they debug. */
static bool is_shown(const struct klog_request *rq)
{
	return rq->add || rq->by != KLOG_BY_INDEX || rq->failed;
}

bool seq_build(struct seq *out, const struct klog *log, const struct klog_boot *boot)
{
	size_t a = boot->first_attempt, a_end = a + boot->attempt_count;
	size_t r = boot->first_request, r_end = r + boot->request_count, rollback = KLOG_NONE;

	*out = (struct seq){ .log = log };
	out->items = calloc(boot->attempt_count + 2 * boot->request_count + 1, sizeof(*out->items));
	if (!out->items)
		return false;
	while (a < a_end || r < r_end || rollback != KLOG_NONE) {
		size_t attempt = a < a_end ? attempt_record(&log->attempts[a]) : KLOG_NONE;
		size_t request = r < r_end ? log->requests[r].record : KLOG_NONE;

		if (rollback < attempt && rollback < request) {
			out->items[out->count++] = (struct seq_item){
				.is_rollback = true, .index = r - 1, .record = rollback,
			};
			rollback = KLOG_NONE;
		} else if (attempt < request) {
			out->items[out->count++] = (struct seq_item){
				.is_attempt = true, .index = a++, .record = attempt,
			};
			out->attempt_count++;
		} else {
			rollback = log->requests[r].rollback;
			if (is_shown(&log->requests[r])) {
				out->items[out->count++] = (struct seq_item){ .index = r, .record = request };
				out->request_count++;
			}
			r++;
		}
	}
	return true;
}

static const struct klog_attempt *attempt_of(const struct seq *s, size_t i)
{
	return &s->log->attempts[s->items[i].index];
}

static const struct klog_request *request_of(const struct seq *s, size_t i)
{
	return &s->log->requests[s->items[i].index];
}

/* The next record of @kind in a request, from *@at on; NULL: none. */
static const struct klog_record *next_record(const struct klog *log, const struct klog_request *rq,
					     enum klog_kind kind, size_t *at)
{
	for (; *at < rq->end; (*at)++)
		if (log->records[*at].kind == kind)
			return &log->records[(*at)++];
	return NULL;
}

static bool same_lmbs(const struct klog *a, const struct klog_request *x, const struct klog *b,
		      const struct klog_request *y)
{
	enum klog_kind kind = x->add ? KLOG_LMB_ADDED : KLOG_LMB_REMOVED;
	size_t i = x->record, j = y->record;
	const struct klog_record *r, *s;

	/* by count, kernels list what was added only when they debug */
	if (!x->lmbs_listed || !y->lmbs_listed)
		return x->lmbs_listed == y->lmbs_listed || (x->add && x->by == KLOG_BY_COUNT);
	do {
		r = next_record(a, x, kind, &i);
		s = next_record(b, y, kind, &j);
		if (r && s && r->u.lmb.base != s->u.lmb.base)
			return false;
	} while (r && s);
	return !r && !s;
}

static enum seq_diff compare_requests(const struct klog *a, const struct klog_request *x,
				      const struct klog *b, const struct klog_request *y)
{
	size_t i = x->record, j = y->record;
	const struct klog_record *r, *s;

	if (x->add != y->add || x->by != y->by || (x->by != KLOG_BY_INDEX && x->count != y->count) ||
	    (x->by != KLOG_BY_COUNT && x->drc != y->drc))
		return SEQ_REQUEST;
	if (x->failed != y->failed || (x->rollback == KLOG_NONE) != (y->rollback == KLOG_NONE))
		return SEQ_RESULT;
	r = next_record(a, x, KLOG_NOT_ENOUGH, &i);
	s = next_record(b, y, KLOG_NOT_ENOUGH, &j);
	if (!r != !s)
		return SEQ_RESULT;
	if (r && s && r->u.not_enough.have != s->u.not_enough.have)
		return SEQ_LMBS;
	return same_lmbs(a, x, b, y) ? SEQ_NONE : SEQ_LMBS;
}

static bool is_enospc(const struct klog_attempt *a)
{
	return a->outcome == KLOG_SILENT || a->outcome == KLOG_COLLIDED ||
	       (a->outcome == KLOG_FAILED && a->error == KLOG_ERROR_OTHER && a->error_number == -28);
}

static bool is_broken(const struct klog_attempt *a)
{
	return a->begin == KLOG_NONE || a->end_shift_differs;
}

static enum seq_diff compare_attempts(const struct klog_attempt *x, const struct klog_attempt *y)
{
	if (is_broken(x))
		return SEQ_BROKEN;
	if (x->shift != y->shift)
		return SEQ_SHIFT;
	if (is_enospc(x) && is_enospc(y))
		return x->outcome == KLOG_FAILED || x->outcome == y->outcome ? SEQ_NONE : SEQ_OUTCOME;
	if (x->outcome != y->outcome)
		return SEQ_OUTCOME;
	return x->outcome != KLOG_FAILED || x->error == y->error ? SEQ_NONE : SEQ_OUTCOME;
}

enum seq_diff seq_compare(const struct seq *a, size_t i, const struct seq *b, size_t j)
{
	if (i >= a->count)
		return j >= b->count ? SEQ_NONE : SEQ_MISSING;
	if (j >= b->count)
		return SEQ_EXTRA;
	if (a->items[i].is_attempt != b->items[j].is_attempt || a->items[i].is_rollback != b->items[j].is_rollback)
		return SEQ_OTHER;
	if (a->items[i].is_rollback)
		return SEQ_NONE;
	if (a->items[i].is_attempt)
		return compare_attempts(attempt_of(a, i), attempt_of(b, j));
	return compare_requests(a->log, request_of(a, i), b->log, request_of(b, j));
}

size_t seq_first_difference(const struct seq *a, const struct seq *b, enum seq_diff *diff)
{
	size_t i = 0;

	while ((*diff = seq_compare(a, i, b, i)) == SEQ_NONE && (i < a->count || i < b->count))
		i++;
	return i;
}

#define ATTEMPT_US	INT64_C(100000)	/* PREPARE first answers H_LONG_BUSY_ORDER_100_MSEC, always */

bool seq_too_soon(const struct klog *log, size_t a, int64_t *us)
{
	const struct klog_attempt *before, *at = &log->attempts[a];

	if (!a)
		return false;
	before = at - 1;
	/* what PREPARE refuses at once takes no time; a time of day may have whole seconds only */
	if (before->outcome == KLOG_FAILED || before->begin == KLOG_NONE || at->begin == KLOG_NONE ||
	    log->records[at->begin].clock != KLOG_CLOCK_BOOT)
		return false;
	return klog_elapsed_us(log, before->begin, at->begin, us) && *us < ATTEMPT_US;
}

static const char *outcome_text(const struct klog_attempt *a)
{
	static const char *const errors[] = {
		[KLOG_EINVAL] = "-EINVAL", [KLOG_EPERM] = "-EPERM",
		[KLOG_EIO_PREPARE] = "-EIO from PREPARE", [KLOG_EIO_COMMIT] = "-EIO from COMMIT",
		[KLOG_ETIMEDOUT] = "-ETIMEDOUT", [KLOG_ERROR_OTHER] = "failed",
	};

	switch (a->outcome) {
	case KLOG_COMPLETE:
		return "complete";
	case KLOG_COLLIDED:
		return "-ENOSPC, collision told";
	case KLOG_FAILED:
		return errors[a->error];
	case KLOG_SILENT:
		break;
	}
	return "no answer, so -ENOSPC";
}

static void describe_request(const struct klog_request *rq, char text[SEQ_TEXT_MAX])
{
	const char *what = rq->add ? "hot-add" : "hot-remove", *failed = rq->failed ? ": failed" : "";

	switch (rq->by) {
	case KLOG_BY_COUNT:
		snprintf(text, SEQ_TEXT_MAX, "%s %" PRIu32 " LMB(s)%s", what, rq->count, failed);
		break;
	case KLOG_BY_INDEX:
		snprintf(text, SEQ_TEXT_MAX, "%s LMB %" PRIx32 "%s", what, rq->drc, failed);
		break;
	case KLOG_BY_INDEXED_COUNT:
		snprintf(text, SEQ_TEXT_MAX, "%s %" PRIu32 " LMB(s) at %" PRIx32 "%s", what, rq->count, rq->drc, failed);
		break;
	case KLOG_BY_UNKNOWN:
		snprintf(text, SEQ_TEXT_MAX, "%s%s", what, failed);
	}
}

const char *seq_describe(const struct seq *s, size_t i, char text[SEQ_TEXT_MAX])
{
	const struct klog_attempt *a;

	if (i >= s->count) {
		snprintf(text, SEQ_TEXT_MAX, "-");
		return text;
	}
	if (s->items[i].is_rollback) {
		snprintf(text, SEQ_TEXT_MAX, "  undone: what it did is taken back");
		return text;
	}
	if (!s->items[i].is_attempt) {
		describe_request(request_of(s, i), text);
		return text;
	}
	a = attempt_of(s, i);
	if (a->begin == KLOG_NONE)
		snprintf(text, SEQ_TEXT_MAX, "  (no attempt): %s", outcome_text(a));
	else
		snprintf(text, SEQ_TEXT_MAX, "  resize to %d: %s%s", a->shift, outcome_text(a),
			 a->end_shift_differs ? ", of another order" : "");
	return text;
}

bool validate_equal(const struct validate *v)
{
	enum seq_diff diff;

	seq_first_difference(&v->seq, &v->sim.seq, &diff);
	return diff == SEQ_NONE;
}
