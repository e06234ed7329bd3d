/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_HTML_H
#define HPTSIM_REPORT_HTML_H
/* Shared by the files that write the page. */
#include <stdio.h>

#include "report/model.h"

/* html.c: the page up to its <main>; a paragraph unless @text is NULL or empty; a part that is folded until it is wanted */
void html_head(const char *title, FILE *out);
void html_paragraph(const char *class, const char *text, FILE *out);
/* One more of a list, which it begins unless there are @any; whether there are now. Nothing if @text is NULL. */
bool html_item(bool any, const char *class, const char *text, FILE *out);
void html_items_end(bool any, FILE *out);
void html_fold(const char *id, const char *title, FILE *out);
void html_fold_end(FILE *out);

/* STEM.svg of the report's directory, if it is there. @of: what it is of, for who cannot see it */
void html_plot(struct report *r, const char *stem, const char *title, const char *of, FILE *out);

/* html_tables.c: a wide table scrolls on its own, by keyboard too; its heads end with NULL, its rows begin with a name. */
void html_table(const char *caption, FILE *out);
void html_heads(const char *const *heads, FILE *out);
void html_row(const char *name, FILE *out);
void html_table_end(FILE *out);

/* picture.c: the first screen's */
void html_pictures(struct report *r, FILE *out);

/* html_tables.c */
void html_ratios(struct report *r, FILE *out);
void html_prices(struct report *r, FILE *out);
void html_runs(struct report *r, const struct report_scenario *sc, FILE *out);
void html_published(struct report *r, const struct report_scenario *sc, FILE *out);
void html_policies(struct report *r, FILE *out);

#endif
