/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RUN_TABLE_H
#define HPTSIM_RUN_TABLE_H
#include "base/table.h"

struct result;

/* @with_scenario: there are several; programs get the column anyway. As table_print(). */
bool result_print_table(const struct result *results, size_t count, bool with_scenario,
			enum table_format format, FILE *out);

#endif
