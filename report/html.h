/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_HTML_H
#define HPTSIM_REPORT_HTML_H
/* Shared by the files that write the page. */
#include <stdio.h>

#include "report/model.h"

/* picture.c: the first screen's */
void html_pictures(struct report *r, FILE *out);

/* html_tables.c */
void html_ratios(struct report *r, FILE *out);
void html_prices(struct report *r, FILE *out);
void html_runs(struct report *r, const struct report_scenario *sc, FILE *out);
void html_published(struct report *r, const struct report_scenario *sc, FILE *out);
void html_policies(struct report *r, FILE *out);

#endif
