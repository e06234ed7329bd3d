/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_REPORT_H
#define HPTSIM_REPORT_REPORT_H
/*
 * The report: stored runs side by side, as HTML, Markdown, JSON and plots.
 *
 * The same runs give the same bytes, wherever and whenever: nothing in it
 * comes from a clock, an id of the database or a path of the machine.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPORT_MESSAGE_MAX	512

/* A run that left nothing in the database. */
struct report_failure {
	const char *scenario, *policy, *why;
};

/* A run whose table is to be drawn, and what it was made from. */
struct report_sitting {
	const char *scenario_text, *sets, *costs, *costs_text;	/* as in table input; @costs: the profile's name */
	const char *policy;
	uint64_t seed;
	const char *directory, *stem;
};

/* Who can run a scenario again: report/ has only what the runs left. */
struct report_artist {
	/*
	 * Draw the first failed attempt: STEM-fold.svg and STEM-map.svg in
	 * @directory, what they are drawn from in its data/; fewer if there is less
	 * to draw. False: @message, in REPORT_MESSAGE_MAX bytes, says why.
	 */
	bool (*draw)(const struct report_sitting *sitting, char *message);
};

struct report_options {
	const char *db;
	const char *directory;		/* exists; NULL: write no files */
	const int64_t *run_ids;		/* NULL: the latest of each scenario */
	size_t run_count;
	const struct report_failure *failures;
	size_t failure_count;
	const char *version;		/* of hptsim */
	const struct report_artist *artist;	/* NULL: no pictures of the table */
	const char *x, *y;		/* keys of a sweep to draw along these axes; NULL: the first that have several values */
};

/* What a person is told, besides the files. Strings are to be given back with report_said_free(). */
struct report_said {
	char error[REPORT_MESSAGE_MAX];	/* unless REPORT_OK: what went wrong, no newline at its end */
	/* all of these NULL if it came to no report */
	char *summary;			/* paragraphs: who did not do the work, the verdict, why */
	char *left_out;			/* which runs of the database are not in it; "" if all are */
	char *mail;			/* the report as a cover letter has it */
};

enum report_status {
	REPORT_OK = 0,
	REPORT_EUSAGE,		/* no such run, or none at all */
	REPORT_EPLOT,		/* all but plots and page is written: gnuplot failed or is missing */
	REPORT_ETROUBLE,	/* the database, a file or memory */
};

/**
 * report_write - write the report
 * @said: filled, whatever is returned
 *
 * Files in @directory are replaced: report.html, report.md, report.mail,
 * report.json, the plots as SVG and PNG, and in data/ what they were drawn
 * from. Without a directory none is written.
 */
enum report_status report_write(const struct report_options *options, struct report_said *said);

void report_said_free(struct report_said *said);

#endif
