/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_TABLES_H
#define HPTSIM_REPORT_TABLES_H
/* Inside of report/: the tables that Markdown and the mail have in common; rows as r->order says. */
#include "report/grid.h"

/* Of so many scenarios each has a column; of more there are mean, lowest and highest. */
#define TABLES_SCENARIOS_MAX	6

struct grid table_ratios(struct report *r);

/* The worst of each over all scenarios. */
struct grid table_costs(struct report *r);

/* The first failure of each kind, with the pigeonhole's two numbers; no rows: nothing failed. */
struct grid table_failures(struct report *r);

/* "1=256g_on_129g, 2=..."; "" of one scenario */
const char *tables_key(struct report *r);

const char *tables_costs_key(struct report *r);

#define TABLES_EXACT \
	"Exact: attempts, failures, orders, LMBs, memory, entries, PTEGs, slots. Priced: times, which are exact counts at the prices " \
	"of a cost profile; and so ratios of times."

#endif
