/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_CURVES_H
#define HPTSIM_REPORT_CURVES_H
/*
 * Inside of report/: the data of curves, as tab-separated values. Curves are
 * blocks, two empty lines apart, that start with their label. False: out of
 * memory.
 */
#include "report/plots.h"

/* Rows of a curve, or what comes near it. */
#define ROWS_MAX	256
#define FAILURES_MAX	64

/* curves.c: order of the HPT, and what it holds of the host's memory */
bool report_put_hpt(struct report *r, const struct report_scenario *sc, FILE *out);
bool report_put_host(struct report *r, const struct report_scenario *sc, FILE *out);

/* stalls.c */
bool report_put_stalls(struct report *r, const struct report_scenario *sc, FILE *out);

/* A block's label: all policies of the group. More fields and the line's end are the caller's. */
void report_begin_block(struct report *r, const struct report_scenario *sc, size_t group, bool first, FILE *out);

/* As a field: without what has a meaning for gnuplot. */
void report_put_text(FILE *out, const char *text);

double report_seconds(int64_t ns);

/* Whether row @i of @count is kept when there shall be about @max. */
bool report_keep(size_t i, size_t count, size_t max);

#endif
