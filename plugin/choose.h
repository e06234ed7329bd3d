/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PLUGIN_CHOOSE_H
#define HPTSIM_PLUGIN_CHOOSE_H
/* Which policies a scenario is run under: its own, those that are named, and those from shared objects. */
#include "plugin/policy_so.h"
#include "sim/scenario.h"

struct policy_list {
	const struct policy **policies;
	size_t count;
};

/* What was asked for. All zero: each scenario's own. */
struct policy_choice {
	struct policy_list policies;	/* that were named; empty: each scenario's own */
	struct policy **named;		/* those that are but a name so far: each scenario's own of that name */
	size_t named_count;
	struct policy_so_list sos;	/* run besides each scenario's own if none is named */
	bool has_kernels;		/* some of sos are of kernel trees */
	bool all;			/* "all" was named */
	bool own_too;			/* each scenario's own besides them */
};

/**
 * policy_choice_add - NAME[,NAME...], or all
 * @why: what is wrong, in new memory, the caller's; NULL: out of memory
 *
 * A name that is no built-in policy's is looked up in each scenario later. False,
 * and @why is set: one is named twice.
 */
bool policy_choice_add(struct policy_choice *choice, const char *names, char **why);

/* Told each thing that is wrong, a line or several; no newline at the end. */
struct policy_told {
	void *ctx;
	void (*error)(void *ctx, const char *text);
};

enum policy_choice_status {
	POLICY_CHOICE_OK = 0,
	POLICY_CHOICE_EUNKNOWN,	/* a name that none has, two of one name, or none at all: told */
	POLICY_CHOICE_ENOMEM,
};

/**
 * policy_choice_of - what it means for a scenario
 * @path: of the scenario, for what is told
 * @out:  empty; its array is the caller's, whatever is returned
 */
enum policy_choice_status policy_choice_of(const struct policy_choice *choice, const char *path, const struct scenario *sc,
					   const struct policy_told *told, struct policy_list *out);

/*
 * The one policy without a scenario: that is named, or that of the plug-in, or @otherwise.
 * False: there are several or none of that name; @why as of policy_choice_add().
 */
bool policy_choice_one(const struct policy_choice *choice, const char *otherwise, const struct policy **policy, char **why);

/* Not before the last run of policies of sos, and its results, are done with. */
void policy_choice_release(struct policy_choice *choice);

#endif
