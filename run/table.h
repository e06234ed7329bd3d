/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_RUN_TABLE_H
#define HPTSIM_RUN_TABLE_H
#include "base/table.h"

struct result;

#define RESULT_MEMORY_MAX	80

/* Memory that a run ended with and that it was to end with: "86 GiB", "56.25 of 86 GiB". */
const char *result_memory(uint64_t got, uint64_t wanted, char text[RESULT_MEMORY_MAX]);

/* @with_scenario: there are several; programs get the column anyway. As table_print(). */
bool result_print_table(const struct result *results, size_t count, bool with_scenario,
			enum table_format format, FILE *out);

#endif
