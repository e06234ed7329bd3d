/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_OUTPUT_H
#define HPTSIM_OUTPUT_H
/*
 * A file that is written as a whole or not at all: it has another name beside its
 * own until it is, so that neither a full disk nor a signal leaves half of it, and
 * what was there before stays until then.
 */
#include <stdbool.h>
#include <stdio.h>

#define OUTPUT_READER_SECONDS	5	/* that somebody has to begin to read a FIFO */

struct output {
	FILE *file;
	char *path;		/* a link's target; NULL: written where it is */
	char *fresh;
	int number;		/* leave_file() */
};

/**
 * output_open - begin it
 * @path: what is no plain file, as /dev/stdout or a FIFO, is written in its place
 *
 * Returns the stream, or NULL with errno: ENXIO is a FIFO that nobody reads.
 */
FILE *output_open(struct output *o, const char *path);

/**
 * output_close - it is whole
 * @ok: false: drop it
 *
 * False: @ok was, or it could not be written; errno says why then. Without
 * output_open(), or after it failed, nothing is done.
 */
bool output_close(struct output *o, bool ok);

/* The other name of @path, in the same directory and with the same ending, in new memory; NULL: none. */
char *output_fresh_name(const char *path);

/* strerror(), but for what it would not explain. */
const char *output_error(int error);

#endif
