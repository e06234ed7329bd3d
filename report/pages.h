/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_PAGES_H
#define HPTSIM_REPORT_PAGES_H
/* Inside of report/: what is written for people and programs. False: out of memory. */
#include <stdio.h>

#include "report/model.h"

/* @drawn: there are plots */
bool report_html(struct report *r, bool drawn, FILE *out);
bool report_markdown(struct report *r, bool drawn, FILE *out);

/* The form of a cover letter: plain text of at most 72 columns. */
bool report_mail(struct report *r, FILE *out);

/* mail.c: version and hashes, shortened */
const char *report_provenance(struct report *r);
bool report_json(struct report *r, FILE *out);

/* A file of the report's directory; NULL: there is none, or no memory. */
char *report_read_file(struct report *r, const char *name);

#endif
