/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_JUDGE_H
#define HPTSIM_SEARCH_JUDGE_H
/* Does a scenario have what is looked for? Runs are made as the expression asks for them. */
#include "scenario/costs.h"
#include "scenario/load.h"
#include "search/expr.h"
#include "sim/status.h"

/* What a run of one policy told. */
struct judge_run {
	bool made;
	enum sim_status status;
	struct sim_run_end end;			/* of SIM_OK */
	uint64_t findings[FINDING_COUNT];
	char message[SIM_MESSAGE_MAX];
};

struct judge {
	const char *path;			/* of the scenario: cost profiles are beside it */
	const char *costs_dir;
	struct costs_cache costs;
	const struct expr *expr;

	/* of the scenario that was judged last */
	const struct scenario *scenario;
	struct judge_run runs[EXPR_POLICIES_MAX];
	struct srcpos where;			/* VERDICT_OVERFLOW */
	uint64_t run_count;			/* of all */
};

enum verdict {
	VERDICT_NO,
	VERDICT_YES,
	VERDICT_INVALID,	/* the reader refuses it */
	VERDICT_OVERFLOW,	/* a number of the expression does not fit */
	VERDICT_TROUBLE,	/* out of memory */
};

/* @root: as scenario_load_tree() has it. */
enum verdict judge_scenario(struct judge *j, struct node *root);

/* Did the last one's run of that policy not end? Event or boot: it was not possible; else it aborted. */
bool judge_aborted(const struct judge *j, unsigned policy);
bool judge_impossible(const struct judge *j, unsigned policy);

/* The number of a run that ended. */
int64_t judge_number(const struct judge_run *run, enum expr_number number);

#endif
