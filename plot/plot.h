/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PLOT_H
#define HPTSIM_PLOT_H
/*
 * Pictures: the scripts of this directory, run by gnuplot. Each draws one
 * picture from one file of tab-separated values, and by hand, too: common.gp
 * says how.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* A file that is part of the program. */
struct plot_text {
	const char *name;	/* "time.gp"; NULL ends the list */
	const char *text;
};

extern const struct plot_text plot_scripts[];

/* Seconds that gnuplot has for what it is given; HPTSIM_GNUPLOT_SECONDS says otherwise. */
#define PLOT_SECONDS	120

#define PLOT_MESSAGE_MAX	512

/* One that it draws. */
struct plot_file {
	char *out, *fresh;	/* relative to the directory until plot_start() */
	int number;		/* leave_file() of @fresh */
};

/* One gnuplot. */
struct plot_process {
	FILE *commands, *errors;	/* files, so that neither side waits for the other */
	struct plot_file *files;
	size_t file_count, file_room;
	pid_t pid;			/* 0: not started */
	int err;			/* why not */
};

/* What it shall draw; then plot_start(), then plot_finish(), whatever failed. */
void plot_begin(struct plot_process *p);

/**
 * plot_picture - one more picture
 * @script: "time.gp"
 * @data:   path of its data; as @out relative to the directory of plot_start()
 * @out:    path of the picture, .svg or .png
 */
void plot_picture(struct plot_process *p, const char *script, const char *data, const char *out);

/**
 * plot_sheet - several pictures in one file; then plot_on_sheet() for each, plot_sheet_end()
 * @height: of all together; common.gp has the unit
 *
 * For scripts that begin with begin_part.
 */
void plot_sheet(struct plot_process *p, const char *out, unsigned height);
/* @top: units above it */
void plot_on_sheet(struct plot_process *p, const char *script, const char *data, unsigned top);
void plot_sheet_end(struct plot_process *p);

/* Several may run at a time. Without ~/.gnuplot and locale: pictures are the same for everybody. */
void plot_start(struct plot_process *p, const char *directory);

/* Waits, but not for ever. False: @message says which picture failed and why. */
bool plot_finish(struct plot_process *p, char message[PLOT_MESSAGE_MAX]);

/*
 * svg.c: a picture of gnuplot without comments, dates and versions, that is
 * also fit for a dark page. @prefix: for use inside of a page, of all ids;
 * NULL: as a file of its own.
 */
void plot_clean_svg(const char *raw, const char *prefix, FILE *out);

/* The same with a file, in its place. False: errno says why. */
bool plot_clean_svg_file(const char *path);

#endif
