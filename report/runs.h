/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_RUNS_H
#define HPTSIM_REPORT_RUNS_H
#include <stdio.h>

#include "base/table.h"
#include "report/report.h"

/**
 * report_list_runs - the runs of a database, a row each
 * @message: what is wrong with the database, one sentence with its name
 *
 * Returns 0, -ENOMEM, -EIO for the database, -EPIPE for @out or memory to print with.
 */
int report_list_runs(const char *path, enum table_format format, FILE *out, char message[REPORT_MESSAGE_MAX]);

#endif
