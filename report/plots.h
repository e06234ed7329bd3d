/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_PLOTS_H
#define HPTSIM_REPORT_PLOTS_H
/* Inside of report/: what is drawn, from which data, by which script. */
#include <stdio.h>

#include "report/model.h"

/* X(id, name, what it shows): the script is plot/NAME.gp, its data SLUG-NAME.tsv */
#define REPORT_PLOTS(X) \
	X(TIME,     "time",     "Time of each request by phase") \
	X(PROGRESS, "progress", "Time until so many LMBs had changed hands") \
	X(HPT,      "hpt",      "Order of the HPT and memory of the guest over time") \
	X(STALLS,   "stalls",   "Stalls of the whole guest, one per commit: when, and how long") \
	X(HOST,     "host",     "Host memory that page tables hold, against what the guest wishes for")

enum report_plot {
#define REPORT_PLOT_ENUM(id, name, title) PLOT_##id,
	REPORT_PLOTS(REPORT_PLOT_ENUM)
#undef REPORT_PLOT_ENUM
	PLOT_COUNT
};

struct report_plot_info { const char *name, *title; };
extern const struct report_plot_info report_plot_info[PLOT_COUNT];

/* Whether the scenario has anything for it. */
bool report_has_plot(const struct report *r, const struct report_scenario *sc, enum report_plot plot);

/* data.c: the data of one plot, as tab-separated values; false: out of memory. */
bool report_plot_data(struct report *r, const struct report_scenario *sc, enum report_plot plot, FILE *out);

/*
 * draw.c: draw all plots of all scenarios from the files of data/ in the
 * report's directory, as SVG and PNG. REPORT_OK, or REPORT_EPLOT with r->error.
 */
enum report_status report_draw(struct report *r);

/* Policies of a group, joined by commas. */
const char *report_group_label(struct report *r, const struct report_scenario *sc, size_t group);

/* The run that stands for a group. */
const struct report_run *report_group_run(const struct report *r, const struct report_scenario *sc, size_t group);

#endif
