// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is plotted, as tab-separated values. Curves are blocks, two empty lines
 * apart, that start with their label; docs/report.md says what the columns are.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/plots.h"

#define NS_PER_S	1e9
#define BYTES_PER_GIB	1073741824.0

/* Rows of a curve, or what comes near it. */
#define ROWS_MAX	256
#define FAILURES_MAX	64
#define PANELS_MAX	3

/* Characters of a label. */
#define ROOM_HPT	20	/* and how many resizes failed */
#define ROOM_PANEL	36
#define ROOM_LEGEND	120

const struct report_plot_info report_plot_info[PLOT_COUNT] = {
#define REPORT_PLOT_INFO(id, name, title) [PLOT_##id] = { name, title },
	REPORT_PLOTS(REPORT_PLOT_INFO)
#undef REPORT_PLOT_INFO
};

bool report_has_plot(const struct report *r, const struct report_scenario *sc, enum report_plot plot)
{
	if (!sc->group_count)
		return false;
	if (plot == PLOT_HOST)
		return sc->has_host;
	return plot == PLOT_PROGRESS ? sc->has_lmbs : plot == PLOT_STALLS ? sc->has_commits : true;
}

const struct report_run *report_group_run(const struct report *r, const struct report_scenario *sc, size_t group)
{
	for (size_t i = 0; i < r->policy_count; i++)
		if (sc->runs[i] && !sc->runs[i]->trouble && sc->runs[i]->group == group)
			return sc->runs[i];
	return NULL;
}

const char *report_group_label(struct report *r, const struct report_scenario *sc, size_t group)
{
	const char *label = NULL;

	for (size_t i = 0; i < r->policy_count; i++)
		if (sc->runs[i] && !sc->runs[i]->trouble && sc->runs[i]->group == group)
			label = report_printf(r, "%s%s%s", label ? label : "", label ? ", " : "", sc->runs[i]->policy);
	return label ? label : "";
}

/* A field: gnuplot gives a meaning to tabs, line ends and double quotes only. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputs("\xe2\x80\x9d", out);
		else
			fputc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
	}
}

/* The policies of a group, as many as fit above a panel; the others are counted. */
static const char *short_label(struct report *r, const struct report_scenario *sc, size_t group, size_t room)
{
	const char *label = "";
	size_t more = 0;

	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];

		if (!run || run->trouble || run->group != group)
			continue;
		if (more || (*label && strlen(label) + strlen(run->policy) + 2 > room))
			more++;
		else
			label = report_printf(r, "%s%s%s", label, *label ? ", " : "", run->policy);
		if (!label)
			return "";
	}
	return more ? report_printf(r, "%s + %zu more", label, more) : label;
}

static void begin_block(struct report *r, const struct report_scenario *sc, size_t group, bool first, size_t room,
			FILE *out)
{
	const char *label = short_label(r, sc, group, room);

	if (!first)
		fputs("\n\n", out);
	put_text(out, label ? label : "");
}

static double seconds(int64_t ns)
{
	return (double)ns / NS_PER_S;
}

/* Whether row @i of @count is kept when there shall be about @max. */
static bool keep(size_t i, size_t count, size_t max)
{
	return i % ((count + max - 1) / max) == 0 || i + 1 == count;
}

/* Requests that one panel shows: one, or all of a kind; of several kinds the last has the rest. */
struct panel {
	const char *title;
	int64_t seq;			/* 0: by kind */
	const char *kinds[PANELS_MAX];	/* all but those, if last; else only the first */
	size_t kind_count;
	bool rest;
};

static bool in_panel(const struct panel *p, const struct report_request *q)
{
	bool found = false;

	if (strcmp(q->kind, "wait") == 0)
		return false;
	if (p->seq)
		return q->seq == p->seq;
	for (size_t i = 0; i < p->kind_count; i++)
		found = found || strcmp(p->kinds[i], q->kind) == 0;
	return found != p->rest;
}

static size_t make_panels(struct report *r, const struct report_run *run, struct panel panels[PANELS_MAX])
{
	const char *kinds[PANELS_MAX];
	size_t kind_count = 0, worth = 0, count = 0;
	bool rest = false;

	for (size_t i = 0; i < run->request_count; i++) {
		const char *kind = run->requests[i].kind;
		size_t j = 0;

		if (strcmp(kind, "wait") == 0)
			continue;
		worth++;
		while (j < kind_count && strcmp(kinds[j], kind) != 0)
			j++;
		if (j == kind_count && kind_count < PANELS_MAX)
			kinds[kind_count++] = kind;
		else if (j == kind_count)
			rest = true;
	}
	if (worth <= PANELS_MAX) {
		for (size_t i = 0; i < run->request_count; i++) {
			const struct report_request *q = &run->requests[i];

			if (strcmp(q->kind, "wait") != 0)
				panels[count++] = (struct panel){
					.title = report_printf(r, "%" PRId64 ". %s", q->seq, q->kind), .seq = q->seq
				};
		}
		return count;
	}
	for (; count < kind_count; count++)
		panels[count] = (struct panel){
			.title = report_printf(r, "all %s", kinds[count]), .kinds = { kinds[count] }, .kind_count = 1
		};
	if (rest) {
		struct panel *last = &panels[PANELS_MAX - 1];

		*last = (struct panel){ .title = "others", .kind_count = PANELS_MAX - 1, .rest = true };
		memcpy(last->kinds, kinds, sizeof(last->kinds[0]) * last->kind_count);
	}
	return count;
}

static void put_published(const struct report_scenario *sc, const struct panel *p, size_t panel_count,
			  const char *policy, FILE *out)
{
	for (size_t i = 0; i < sc->published_count; i++) {
		const struct report_published *pub = &sc->published[i];

		if (strcmp(pub->policy, policy) != 0 || !p->seq)
			continue;
		if (pub->request_seq == p->seq || (!pub->request_seq && panel_count == 1)) {
			fprintf(out, "\t%.9g", seconds(pub->ns));
			return;
		}
	}
	fputs("\tNaN", out);
}

static void put_bars(struct report *r, const struct report_scenario *sc, const struct panel *p, size_t panel_count,
		     FILE *out)
{
	for (size_t i = 0; i < r->policy_count; i++) {
		const struct report_run *run = sc->runs[i];
		int64_t ns[BAND_COUNT] = { 0 };

		put_text(out, r->policies[i].name);
		for (size_t j = 0; run && !run->trouble && j < run->request_count; j++)
			for (int band = 0; band < BAND_COUNT && in_panel(p, &run->requests[j]); band++)
				ns[band] += run->requests[j].band_ns[band];
		for (int band = 0; band < BAND_COUNT; band++) {
			if (run && !run->trouble)
				fprintf(out, "\t%.9g", seconds(ns[band]));
			else
				fputs("\tNaN", out);
		}
		put_published(sc, p, panel_count, r->policies[i].name, out);
		fputc('\n', out);
	}
}

static void put_time(struct report *r, const struct report_scenario *sc, FILE *out)
{
	struct panel panels[PANELS_MAX];
	size_t count = make_panels(r, report_group_run(r, sc, 0), panels);

	for (size_t i = 0; i < count; i++) {
		fputs(i ? "\n\n" : "", out);
		put_text(out, panels[i].title ? panels[i].title : "");
		for (int band = 0; band < BAND_COUNT; band++)
			fprintf(out, "\t%s", report_band_info[band].name);
		fputs("\tpublished\n", out);
		put_bars(r, sc, &panels[i], count, out);
	}
}

static void put_progress(struct report *r, const struct report_scenario *sc, FILE *out)
{
	bool first = true;

	for (size_t g = 0; g < sc->group_count; g++) {
		const struct report_run *run = report_group_run(r, sc, g);

		if (!run->lmb_count)
			continue;
		begin_block(r, sc, g, first, ROOM_LEGEND, out);
		first = false;
		fprintf(out, "\tseconds\n0\t%.9g\n", seconds(run->requests[0].start_ns));
		for (size_t i = 0; i < run->lmb_count; i++)
			if (keep(i, run->lmb_count, ROWS_MAX))
				fprintf(out, "%zu\t%.9g\n", i + 1, seconds(run->lmbs[i].at_ns));
	}
}

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

static bool put_hpt(struct report *r, const struct report_scenario *sc, FILE *out)
{
	for (size_t g = 0; g < sc->group_count; g++) {
		const struct report_run *run = report_group_run(r, sc, g);
		size_t count, failures = 0;
		struct point *points = make_points(r, run, &count);
		int64_t shift = 0, memory = 0;

		if (!points)
			return false;
		begin_block(r, sc, g, !g, ROOM_HPT, out);
		if (run->resize_attempts)
			fprintf(out, ": %" PRId64 " of %" PRId64 " failed", run->resize_failures,
				run->resize_attempts);
		fputs("\torder\tmemory GiB\tfailed order\n", out);
		for (size_t i = 0; i < count; i++) {
			const struct point *p = &points[i];
			bool change = p->shift && p->shift != shift && shift;
			bool failed = p->failed_shift && keep(failures++, (size_t)run->resize_failures, FAILURES_MAX);

			/* a step */
			if (change)
				fprintf(out, "%.9g\t%" PRId64 "\t%.9g\tNaN\n", seconds(p->at_ns), shift,
					(double)memory / BYTES_PER_GIB);
			shift = p->shift ? p->shift : shift;
			memory = p->memory_bytes ? p->memory_bytes : memory;
			if (!change && !failed && !keep(i, count, ROWS_MAX))
				continue;
			fprintf(out, "%.9g\t%" PRId64 "\t%.9g\t", seconds(p->at_ns), shift,
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
	fprintf(out, "%.9g\t%.9g\t", seconds(at_ns), held);
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
	return number - 1 == highest || keep(number - 1, run->attempt_count, FAILURES_MAX);
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

static bool put_host(struct report *r, const struct report_scenario *sc, FILE *out)
{
	for (size_t g = 0; g < sc->group_count; g++) {
		begin_block(r, sc, g, !g, ROOM_PANEL, out);
		if (!put_host_of(r, sc, report_group_run(r, sc, g), out))
			return false;
	}
	return true;
}

static int compare_longest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

static bool put_stalls(struct report *r, const struct report_scenario *sc, FILE *out)
{
	bool first = true;

	for (size_t g = 0; g < sc->group_count; g++) {
		const struct report_run *run = report_group_run(r, sc, g);
		int64_t *sorted = report_alloc(r, (run->attempt_count + 1) * sizeof(*sorted));
		size_t count = 0, row = 0;

		if (!sorted)
			return false;
		for (size_t i = 0; i < run->attempt_count; i++)
			if (run->attempts[i].commit_ns > 0)
				sorted[count++] = run->attempts[i].commit_ns;
		if (!count)
			continue;
		qsort(sorted, count, sizeof(*sorted), compare_longest_first);
		begin_block(r, sc, g, first, ROOM_PANEL, out);
		first = false;
		fputs("\tstall ms\tlongest first ms\tat least that long\n", out);
		for (size_t i = 0; i < run->attempt_count; i++) {
			const struct report_attempt *a = &run->attempts[i];

			if (a->commit_ns <= 0)
				continue;
			fprintf(out, "%.9g\t%.9g\t%.9g\t%zu\n", seconds(a->start_ns + a->prepare_ns),
				(double)a->commit_ns / 1e6, (double)sorted[row] / 1e6, row + 1);
			row++;
		}
		/* for how long there could have been any */
		fprintf(out, "%.9g\tNaN\tNaN\tNaN\n", seconds(run->total_ns));
	}
	return true;
}

bool report_plot_data(struct report *r, const struct report_scenario *sc, enum report_plot plot, FILE *out)
{
	switch (plot) {
	case PLOT_TIME:
		put_time(r, sc, out);
		break;
	case PLOT_PROGRESS:
		put_progress(r, sc, out);
		break;
	case PLOT_HPT:
		return put_hpt(r, sc, out);
	case PLOT_STALLS:
		return put_stalls(r, sc, out);
	case PLOT_HOST:
		return put_host(r, sc, out);
	case PLOT_COUNT:
		break;
	}
	return !r->no_memory;
}
