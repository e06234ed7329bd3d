/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_PAGES_H
#define HPTSIM_REPORT_PAGES_H
/* Inside of report/: what is written for people and programs. False: out of memory. */
#include <stdio.h>

#include "report/model.h"

/* @drawn: there are plots */
bool report_html(struct report *r, bool drawn, FILE *out);
bool report_markdown(struct report *r, bool drawn, FILE *out);
bool report_json(struct report *r, FILE *out);

/*
 * svg.c: a picture of gnuplot without comments, dates and versions, that is
 * also fit for a dark page. @prefix: for use inside of a page, of all ids;
 * NULL: as a file of its own.
 */
void report_clean_svg(const char *raw, const char *prefix, FILE *out);

/* A file of the report's directory; NULL: there is none, or no memory. */
char *report_read_file(struct report *r, const char *name);

#endif
