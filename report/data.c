// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is plotted, as tab-separated values. Curves are blocks, two empty lines
 * apart, that start with their label; docs/report.md says what the columns are.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/curves.h"

#define PANELS_MAX	3

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
			fprintf(out, "\t%.9g", report_seconds(pub->ns));
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

		report_put_text(out, r->policies[i].name);
		for (size_t j = 0; run && !run->trouble && j < run->request_count; j++)
			for (int band = 0; band < BAND_COUNT && in_panel(p, &run->requests[j]); band++)
				ns[band] += run->requests[j].band_ns[band];
		for (int band = 0; band < BAND_COUNT; band++) {
			if (run && !run->trouble)
				fprintf(out, "\t%.9g", report_seconds(ns[band]));
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
		report_put_text(out, panels[i].title ? panels[i].title : "");
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
		report_begin_block(r, sc, g, first, out);
		first = false;
		fprintf(out, "\tseconds\n0\t%.9g\n", report_seconds(run->requests[0].start_ns));
		for (size_t i = 0; i < run->lmb_count; i++)
			if (report_keep(i, run->lmb_count, ROWS_MAX))
				fprintf(out, "%zu\t%.9g\n", i + 1, report_seconds(run->lmbs[i].at_ns));
	}
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
		return report_put_hpt(r, sc, out);
	case PLOT_STALLS:
		return report_put_stalls(r, sc, out);
	case PLOT_HOST:
		return report_put_host(r, sc, out);
	case PLOT_COUNT:
		break;
	}
	return !r->no_memory;
}
