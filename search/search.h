/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SEARCH_SEARCH_H
#define HPTSIM_SEARCH_SEARCH_H
/*
 * Which guest, and which events, make a policy do what it should not?
 *
 * Points are tried by number (search/points.h) until one has what is looked for. Of it the
 * smallest scenario is made that still has it, within the same bounds. What is found
 * depends on the scenario, the policy, the expression, the bounds and the seed only.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario/load.h"
#include "sim/policy.h"

#define SEARCH_MESSAGE_MAX	512

struct search_options {
	const struct scenario_file *file;	/* loaded with options.search */
	const char *path;
	const char *costs_dir;
	const struct policy *policy;
	const struct policy *const *known;	/* others that the expression may name, besides hptsim's */
	size_t known_count;
	const char *find;			/* NULL: what the scenario's `search` has */
	uint64_t seed;
	/* as the scenario's `search` has it, with what was given besides */
	struct scenario_search search;
	unsigned jobs;
	int64_t time_ns;			/* look no longer; 0: as long as there are points */
	const char *command;			/* that makes the same again, for the counterexample's head; NULL: not known */
	/* called now and then with how many points were tried; may be NULL */
	void (*progress)(void *ctx, uint64_t done, uint64_t points);
	void *ctx;
};

enum search_status {
	SEARCH_NOTHING,		/* no point has it */
	SEARCH_FOUND,
	SEARCH_EINVALID,	/* diagnostics say why */
	SEARCH_ETROUBLE,	/* the message says why */
};

struct search_report {
	uint64_t points, points_max;	/* tried, the found one included; of how many */
	uint64_t invalid;		/* of them: the reader refused them */
	uint64_t impossible;		/* the guest did not boot, or an event could not happen */
	uint64_t aborted;		/* the hypervisor or the guest did not survive it */
	bool out_of_time;
	uint64_t steps;			/* scenarios that were tried to make it smaller */
	size_t events_found, events_left;
	char *facts;			/* what was found, on one line: "resize_failures 1, per-section: total_ns 5" */
	char *yaml;			/* the counterexample */
	char *bounds;			/* lines that say where was looked */
	char message[SEARCH_MESSAGE_MAX];
};

/* @report is to be freed, whatever is returned. */
enum search_status search_run(const struct search_options *options, struct diag_list *diags, struct search_report *report);

void search_report_free(struct search_report *report);

/* What was looked at, and that nothing found is no proof; lines. */
void search_print_report(const struct search_report *report, enum search_status status, FILE *out);

#endif
