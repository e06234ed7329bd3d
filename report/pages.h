/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_PAGES_H
#define HPTSIM_REPORT_PAGES_H
/* Inside of report/: what is written for people and programs. False: out of memory. */
#include <stdio.h>

#include "report/model.h"

/* @drawn: there are plots */
bool report_html(struct report *r, bool drawn, FILE *out);
bool report_markdown(struct report *r, bool drawn, FILE *out);

/* As part of a line of Markdown; NULL is "". */
const char *report_markdown_text(struct report *r, const char *text);

/* A block of commands, wrapped. */
void report_markdown_command(const char *command, FILE *out);

/* The form of a cover letter: plain text of at most 72 columns. */
bool report_mail(struct report *r, FILE *out);

/* mail.c: version and hashes, shortened */
const char *report_provenance(struct report *r);
bool report_json(struct report *r, FILE *out);

/* Whoever @write is, its output is this file of the report's directory. REPORT_OK or, with r->error, REPORT_ETROUBLE. */
enum report_status report_write_file(struct report *r, const char *name,
				     bool (*write)(struct report *r, void *arg, FILE *out), void *arg);

/* One of them. */
struct report_file {
	const char *name;
	bool (*write)(struct report *r, void *arg, FILE *out);
};

/* Those of a list that ends with NULL, until one fails. */
enum report_status report_write_files(struct report *r, const struct report_file *files, void *arg);

/* REPORT_ETROUBLE, and "PATH: WHAT: why" by errno in r->error. */
enum report_status report_trouble(struct report *r, const char *path, const char *what);

/* A file of the report's directory; NULL: there is none, or no memory. */
char *report_read_file(struct report *r, const char *name);

#endif
