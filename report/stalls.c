// SPDX-License-Identifier: GPL-2.0-or-later
/* Stalls of the guest: when, and how many are how long. */
#include <stdlib.h>

#include "report/curves.h"

/* Parts of a run: of each the longest stall is drawn. */
#define PARTS	400

static int compare_longest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

static int64_t stall_start_ns(const struct report_attempt *a)
{
	return a->start_ns + a->prepare_ns;
}

static size_t part_of(const struct report_run *run, const struct report_attempt *a)
{
	double part = run->total_ns > 0 ? (double)stall_start_ns(a) / (double)run->total_ns * PARTS : 0;

	return part < 0 ? 0 : part >= PARTS ? PARTS - 1 : (size_t)part;
}

static void put_rows(const struct report_run *run, const int64_t *sorted, size_t count,
		     const struct report_attempt *const longest[PARTS], FILE *out)
{
	fputs("\tstall ms\tlongest first ms\tat least that long\n", out);
	for (size_t i = 0; i < count; i++)
		if (report_keep(i, count, ROWS_MAX))
			fprintf(out, "NaN\tNaN\t%.9g\t%zu\n", (double)sorted[i] / 1e6, i + 1);
	fprintf(out, "NaN\tNaN\t0\t%zu\n", count);
	for (size_t i = 0; i < PARTS; i++)
		if (longest[i])
			fprintf(out, "%.9g\t%.9g\tNaN\tNaN\n", report_seconds(stall_start_ns(longest[i])),
				(double)longest[i]->commit_ns / 1e6);
	/* for how long there could have been any */
	fprintf(out, "%.9g\tNaN\tNaN\tNaN\n", report_seconds(run->total_ns));
}

bool report_put_stalls(struct report *r, const struct report_scenario *sc, FILE *out)
{
	bool first = true;

	for (size_t g = 0; g < sc->group_count; g++) {
		const struct report_run *run = report_group_run(r, sc, g);
		const struct report_attempt *longest[PARTS] = { NULL };
		int64_t *sorted = report_alloc(r, (run->attempt_count + 1) * sizeof(*sorted));
		size_t count = 0;

		if (!sorted)
			return false;
		for (size_t i = 0; i < run->attempt_count; i++) {
			const struct report_attempt *a = &run->attempts[i], **l = &longest[part_of(run, a)];

			if (a->commit_ns <= 0)
				continue;
			sorted[count++] = a->commit_ns;
			if (!*l || (*l)->commit_ns < a->commit_ns)
				*l = a;
		}
		if (!count)
			continue;
		qsort(sorted, count, sizeof(*sorted), compare_longest_first);
		report_begin_block(r, sc, g, first, out);
		first = false;
		put_rows(run, sorted, count, longest, out);
	}
	return true;
}
