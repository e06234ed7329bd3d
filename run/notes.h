/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RUN_NOTES_H
#define HPTSIM_RUN_NOTES_H
/* What a user has to know of runs besides their numbers, a line each. */
#include <stdbool.h>
#include <stdio.h>

struct result;

/* What runs were asked to do and did not, first; then findings. Of repetitions, the first tells. */
void result_tell(const struct result *results, size_t count, FILE *out);

/* What the scenario expects and the run has not. False: there is such a number. */
bool result_tell_unmet(const struct result *result, FILE *out);

#endif
