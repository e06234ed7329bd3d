// SPDX-License-Identifier: GPL-2.0-or-later
/* Curves over time: the HPT's order, the guest's memory, the host's memory. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/curves.h"

#define BYTES_PER_GIB	1073741824.0

/* Something that happened in a run. */
struct point {
	int64_t at_ns;
	size_t order;			/* among those of the same time */
	int64_t memory_bytes;		/* 0: as before */
	int64_t shift;			/* of the HPT from now on; 0: as before */
	int64_t failed_shift;		/* this one was not to be had; 0: none failed */
	int64_t held_bytes;		/* by HPTs from now on, until the next; 0: what the HPT has */
	size_t attempt;			/* begins or ends here; 0: none */
};

static int compare_points(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* When the HPT got a size that no resize gave it: at the end of the last reboot, if there was one. */
static int64_t reboot_before(const struct report_run *run, int64_t at_ns)
{
	int64_t found = at_ns;

	for (size_t i = 0; i < run->request_count; i++)
		if (strcmp(run->requests[i].kind, "reboot") == 0 && run->requests[i].end_ns <= at_ns)
			found = run->requests[i].end_ns;
	return found;
}

/* All that happened, in order; NULL: no memory. */
static struct point *make_points(struct report *r, const struct report_run *run, size_t *count)
{
	struct point *points = report_alloc(r, (run->lmb_count + 3 * run->attempt_count + run->request_count + 2) *
					       sizeof(*points));
	int64_t shift = run->hpt_shift_start;
	size_t n = 0;

	if (!points)
		return NULL;
	points[n++] = (struct point){ .memory_bytes = run->memory_start_bytes, .shift = shift };
	for (size_t i = 0; i < run->lmb_count; i++)
		points[n++] = (struct point){ .at_ns = run->lmbs[i].at_ns, .memory_bytes = run->lmbs[i].memory_bytes };
	for (size_t i = 0; i < run->attempt_count; i++) {
		const struct report_attempt *a = &run->attempts[i];
		struct point end = { .at_ns = a->start_ns + a->prepare_ns + a->commit_ns, .attempt = i + 1 };

		if (a->from_shift != shift)
			points[n++] = (struct point){ .at_ns = reboot_before(run, a->start_ns),
						      .shift = a->from_shift };
		points[n++] = (struct point){ .at_ns = a->start_ns, .held_bytes = a->host_bytes,
					      .attempt = i + 1 };
		shift = a->err ? a->from_shift : a->to_shift;
		end.shift = shift;
		if (a->err)
			end.failed_shift = a->to_shift;
		points[n++] = end;
	}
	for (size_t i = 0; i < run->request_count; i++)
		points[n++] = (struct point){ .at_ns = run->requests[i].end_ns,
					      .memory_bytes = run->requests[i].memory_bytes };
	points[n++] = (struct point){ .at_ns = run->total_ns, .memory_bytes = run->memory_end_bytes,
				      .shift = run->hpt_shift_end };
	for (size_t i = 0; i < n; i++)
		points[i].order = i;
	qsort(points, n, sizeof(*points), compare_points);
	*count = n;
	return points;
}

bool report_put_hpt(struct report *r, const struct report_scenario *sc, FILE *out)
{
	for (size_t g = 0; g < sc->group_count; g++) {
		const struct report_run *run = report_group_run(r, sc, g);
		size_t count, failures = 0;
		struct point *points = make_points(r, run, &count);
		int64_t shift = 0, memory = 0;

		if (!points)
			return false;
		report_begin_block(r, sc, g, !g, out);
		if (run->resize_attempts)
			fprintf(out, ": %" PRId64 " of %" PRId64 " failed", run->resize_failures,
				run->resize_attempts);
		fputs("\torder\tmemory GiB\tfailed order\n", out);
		for (size_t i = 0; i < count; i++) {
			const struct point *p = &points[i];
			bool change = p->shift && p->shift != shift && shift;
			bool failed = p->failed_shift && report_keep(failures++, (size_t)run->resize_failures, FAILURES_MAX);

			/* a step */
			if (change)
				fprintf(out, "%.9g\t%" PRId64 "\t%.9g\tNaN\n", report_seconds(p->at_ns), shift,
					(double)memory / BYTES_PER_GIB);
			shift = p->shift ? p->shift : shift;
			memory = p->memory_bytes ? p->memory_bytes : memory;
			if (!change && !failed && !report_keep(i, count, ROWS_MAX))
				continue;
			fprintf(out, "%.9g\t%" PRId64 "\t%.9g\t", report_seconds(p->at_ns), shift,
				(double)memory / BYTES_PER_GIB);
			if (failed)
				fprintf(out, "%" PRId64 "\n", p->failed_shift);
			else
				fputs("NaN\n", out);
		}
	}
	return true;
}

/* What a table holds of the host's memory: a host has a reverse map for each table, or for none. */
static double table_gib(const struct report_run *run, int64_t shift)
{
	return ldexp((double)run->host_start_bytes, (int)(shift - run->hpt_shift_start)) / BYTES_PER_GIB;
}

static void put_held(int64_t at_ns, double held, double wish, FILE *out)
{
	fprintf(out, "%.9g\t%.9g\t", report_seconds(at_ns), held);
	if (wish > 0)
		fprintf(out, "%.9g\n", wish);
	else
		fputs("NaN\n", out);
}

/* Of many attempts some, the first of the highest among them. */
static bool keep_attempt(const struct report_run *run, size_t number)
{
	int64_t most = 0;
	size_t highest = 0;

	for (size_t i = 0; i < run->attempt_count; i++) {
		if (run->attempts[i].host_bytes > most) {
			most = run->attempts[i].host_bytes;
			highest = i;
		}
	}
	return number - 1 == highest || report_keep(number - 1, run->attempt_count, FAILURES_MAX);
}

static bool put_host_of(struct report *r, const struct report_scenario *sc, const struct report_run *run, FILE *out)
{
	size_t count;
	struct point *points = make_points(r, run, &count);
	int64_t shift = 0, memory = 0;
	double held = 0, wish = 0;

	if (!points)
		return false;
	fputs("\theld GiB\twished GiB\n", out);
	for (size_t i = 0; i < count; i++) {
		const struct point *p = &points[i];
		int64_t wish_shift;
		double now_held, now_wish;

		shift = p->shift ? p->shift : shift;
		memory = p->memory_bytes ? p->memory_bytes : memory;
		if (p->attempt && !keep_attempt(run, p->attempt))
			continue;
		wish_shift = report_wish_shift(sc->input, memory);
		now_held = p->held_bytes ? (double)p->held_bytes / BYTES_PER_GIB :
			   p->shift ? table_gib(run, shift) : held;
		now_wish = wish_shift ? table_gib(run, wish_shift) : 0;
		if (now_held == held && now_wish == wish && i + 1 < count)
			continue;
		/* a step */
		if (held > 0)
			put_held(p->at_ns, held, wish, out);
		held = now_held;
		wish = now_wish;
		put_held(p->at_ns, held, wish, out);
	}
	return true;
}

bool report_put_host(struct report *r, const struct report_scenario *sc, FILE *out)
{
	for (size_t g = 0; g < sc->group_count; g++) {
		report_begin_block(r, sc, g, !g, out);
		if (!put_host_of(r, sc, report_group_run(r, sc, g), out))
			return false;
	}
	return true;
}
