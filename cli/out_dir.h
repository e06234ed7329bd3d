/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_OUT_DIR_H
#define HPTSIM_OUT_DIR_H
/* What commands that write a report have in common. */
#include <stdbool.h>

#include "report/report.h"

#define OUT_DIR_NAME	"report"	/* in the directory of results */

/* Make the directory and those above it; told, EXIT_USAGE or EXIT_TROUBLE if that fails. */
int out_dir_make(const char *path);

/* The same for the directory that a file is to be in. */
int out_dir_make_for(const char *file);

/*
 * Write the report into options->directory, if there is one, and print the
 * verdict and where the files are, or, if @mail, the mail. What is left out is
 * told on stderr, as errors are. Returns an exit_code.
 */
int out_dir_report(const struct report_options *options, bool mail);

#endif
