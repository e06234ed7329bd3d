// SPDX-License-Identifier: GPL-2.0-or-later
/* The pictures of a sweep: which there are, their data, and gnuplot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "plot/plot.h"
#include "report/map_pages.h"
#include "report/map_sheet.h"
#include "report/pages.h"

struct job {
	struct map *m;
	const struct map_picture *picture;
	const char *svg;
};

static bool is_one_key(const struct map *m)
{
	return m->y == MAP_NONE;
}

const struct map_picture *map_pictures(struct map *m, size_t *count)
{
	uint64_t ratios = m->combos < MAP_RATIOS_MAX ? m->combos : MAP_RATIOS_MAX;
	struct map_picture *list = report_alloc(m->r, (MAP_RATIOS_MAX + 1) * sizeof(*list));

	*count = 0;
	if (!list)
		return NULL;
	list[(*count)++] = (struct map_picture){ "map", "sweep.gp", "Which policy is the fastest", 0 };
	if (is_one_key(m)) {
		list[(*count)++] = (struct map_picture){ "lines", "sweep_line.gp", "Time under each policy", 0 };
		return list;
	}
	for (uint64_t combo = 0; combo < ratios; combo++) {
		const char *at = map_combo_text(m, combo, false);
		const char *title = m->mainline == MAP_NONE ? "Time as a multiple of the fastest" : "Time as a multiple of mainline\xe2\x80\x99s";

		list[(*count)++] = (struct map_picture){ report_printf(m->r, "ratio-%d", (int)combo + 1), "sweep.gp",
							 at && *at ? report_printf(m->r, "%s; %s", title, at) : title, combo };
	}
	return m->r->no_memory ? NULL : list;
}

static bool write_data(struct report *r, void *arg, FILE *out)
{
	const struct job *job = arg;

	if (strcmp(job->picture->name, "map") == 0)
		return map_draw_winners(job->m, out);
	if (strcmp(job->picture->name, "lines") == 0)
		return map_draw_lines(job->m, out);
	return map_draw_ratios(job->m, job->picture->combo, out);
}

static bool write_svg(struct report *r, void *arg, FILE *out)
{
	const struct job *job = arg;

	plot_clean_svg(job->svg, NULL, out);
	return true;
}

static void start(const struct map *m, const struct map_picture *list, size_t count, const char *format, struct plot_process *p)
{
	plot_begin(p);
	for (size_t i = 0; i < count; i++) {
		char data[64], out[64];

		snprintf(data, sizeof(data), "data/%s.tsv", list[i].name);
		snprintf(out, sizeof(out), "%s.%s", list[i].name, format);
		plot_picture(p, list[i].script, data, out);
	}
	plot_start(p, m->r->options->directory);
}

static enum report_status draw(struct map *m, const struct map_picture *list, size_t count)
{
	struct plot_process svg, png;
	char message[PLOT_MESSAGE_MAX];
	enum report_status status = REPORT_OK;

	start(m, list, count, "svg", &svg);
	start(m, list, count, "png", &png);
	if (!plot_finish(&png, message))
		status = REPORT_EPLOT;
	if (!plot_finish(&svg, message))
		status = REPORT_EPLOT;
	if (status != REPORT_OK)
		snprintf(m->r->error, sizeof(m->r->error), "%s", message);
	return status;
}

enum report_status map_write_pictures(struct map *m)
{
	struct report *r = m->r;
	const char *data = report_printf(r, "%s/data", r->options->directory);
	size_t count;
	const struct map_picture *list = map_pictures(m, &count);
	enum report_status status = REPORT_OK;

	if (!data || !list)
		return REPORT_ETROUBLE;
	if (mkdir(data, 0777) != 0 && errno != EEXIST)
		return report_trouble(r, data, "cannot be made");
	for (size_t i = 0; i < count && status == REPORT_OK; i++) {
		const char *name = report_printf(r, "data/%s.tsv", list[i].name);

		status = name ? report_write_file(r, name, write_data, &(struct job){ .m = m, .picture = &list[i] }) : REPORT_ETROUBLE;
	}
	if (status == REPORT_OK)
		status = draw(m, list, count);
	for (size_t i = 0; i < count && status == REPORT_OK; i++) {
		const char *name = report_printf(r, "%s.svg", list[i].name);
		const char *svg = name ? report_read_file(r, name) : NULL;

		if (!svg) {
			snprintf(r->error, sizeof(r->error), "gnuplot made no %s", name ? name : "plot");
			return REPORT_EPLOT;
		}
		status = report_write_file(r, name, write_svg, &(struct job){ .m = m, .svg = svg });
	}
	return status;
}
