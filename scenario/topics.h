/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SCENARIO_TOPICS_H
#define HPTSIM_SCENARIO_TOPICS_H
/*
 * What there is, as tables: for `hptsim list` and the reference. Each sets @table,
 * which is to be freed; when memory runs out, table_print() says so.
 */
#include "base/table.h"
#include "scenario/diag.h"
#include "scenario/load.h"

void topic_phases(struct table *table);
void topic_events(struct table *table);
void topic_faults(struct table *table);
void topic_findings(struct table *table);
void topic_kernels(struct table *table);
void topic_keys(struct table *table);
void topic_rules(struct table *table);

/* Scenarios that can be given by name: scenario_names_read(). */
void topic_scenarios(struct table *table);

/* Names of cost profiles, and where each is from; @costs_dir as in costs_list(). */
void topic_profiles(const char *costs_dir, struct table *table);

/* The prices of one profile; arguments and result as of costs_load(). */
enum scenario_status topic_prices(const char *name, const char *costs_dir, struct diag_list *diags, struct table *table);

#endif
