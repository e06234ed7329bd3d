/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_CHECK_H
#define HPTSIM_CHECK_H
/* Parts of `hptsim check`. Functions that return an exit_code have told about the error. */
#include "cli/input.h"
#include "base/table.h"
#include "gate/gate.h"

/*
 * Simulate all that @input has loaded from @paths: results into @set, which is
 * sorted then, and numbers that are not what a scenario expects into @unmet.
 */
int check_simulate(const struct input *input, char **paths, struct gate_set *set, struct gate_diff *unmet);

/* METRIC[:TOLERANCE],...: these fail the check, others do not. */
int check_parse_rules(const char *value, struct gate_rules *rules);

/* What differs, what cannot be compared, and all metrics in sum; with @all what is equal, too. False: no memory. */
bool check_print(const struct gate_diff *diff, bool all, enum table_format format, FILE *out);

/* @path as it is from the directory of @file, and back. NULL: no memory, or no such file. */
char *check_path_from(const char *file, const char *path);
char *check_path_at(const char *file, const char *path);

#endif
