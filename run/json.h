/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RUN_JSON_H
#define HPTSIM_RUN_JSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct result;

/*
 * {"runs": [...]}: integers only, keys always in the same order. With @summaries
 * there are those of all repetitions, too. False: out of memory, or the stream has an error.
 */
bool result_print_json(const struct result *results, size_t count, bool summaries, FILE *out);

#endif
