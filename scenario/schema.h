/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_SCHEMA_H
#define HPTSIM_SCENARIO_SCHEMA_H
/*
 * The JSON Schema (draft 7) of scenarios, from the tables that they are read by. A scenario
 * that the reader takes fits it; what spans several keys, or is about how large a size or
 * time is, it lets through.
 */
#include <stdbool.h>
#include <stdio.h>

/* False: out of memory, or the stream has an error. */
bool scenario_print_schema(FILE *out);

#endif
