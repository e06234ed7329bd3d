/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_EXPLAIN_PUT_H
#define HPTSIM_EXPLAIN_PUT_H
/* Inside of explain/: what the pictures are drawn from. The scripts in plot/ say what the columns are. */
#include "explain/explain.h"
#include "explain/map.h"

void explain_put_fold(const struct explain_report *r, FILE *out);
void explain_put_slots(const struct explain_report *r, FILE *out);
void explain_put_map(const struct explain_report *r, const struct explain_map *map, FILE *out);

#endif
