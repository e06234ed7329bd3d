/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_INPUT_H
#define HPTSIM_INPUT_H
/*
 * What commands that simulate have in common: scenarios from files, the
 * options that change them, and which policies to run.
 *
 * Functions that return an exit_code have told about the error.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/kernel_option.h"
#include "plugin/choose.h"
#include "scenario/load.h"
#include "sim/sim.h"
#include "store/store.h"
#include "validate/validate.h"

enum input_option_id { INPUT_POLICY = 1, INPUT_SET, INPUT_SEED, INPUT_COSTS_DIR, INPUT_POLICY_SO, INPUT_QUIET,
	INPUT_KERNEL_TREE, INPUT_PATCH, INPUT_SHIM, INPUT_NAME, INPUT_ID_END };

/* Rows of a command's table of options; help of --policy differs. */
#define INPUT_OPTIONS \
	{ "policy-so", "FILE", "a policy of your own, built against hptsim/policy.h; may be repeated", INPUT_POLICY_SO }, \
	{ "kernel-tree", "DIR", "a policy that is a kernel's own text; may be repeated", INPUT_KERNEL_TREE }, \
	{ "patch", "FILE", "to the last --kernel-tree: a diff or mailbox; may be repeated", INPUT_PATCH }, \
	{ "name", "NAME", "of the last --kernel-tree's policy (default: after the last patch, else the tree)", INPUT_NAME }, \
	{ "shim", "FILE", "to the last --kernel-tree: a header with what the shim lacks", INPUT_SHIM }, \
	{ "set", "KEY=VALUE", "replace a value of the scenario, e.g. guest.memory=4GiB; may be repeated", INPUT_SET }, \
	{ "seed", "N", "of everything random (default 0)", INPUT_SEED }, \
	{ "costs-dir", "DIR", "where cost profiles are looked up", INPUT_COSTS_DIR }, \
	{ "quiet", NULL, "no progress and no notes on stderr, errors only", INPUT_QUIET }

struct input {
	/* from options */
	const char **sets;
	size_t set_count;
	const char **varies;		/* of a sweep: "KEY=SPEC" */
	size_t vary_count;
	bool search;			/* of a search instead */
	char *sets_text;		/* all of them, each with a newline behind it */
	const char *costs_dir;
	const char **loaders;		/* options that load policies and costs, each with its value behind it */
	size_t loader_count;		/* of both */
	uint64_t seed;
	struct policy_choice choice;
	struct kernel_option_list kernels;	/* until input_options_done() */

	/* from input_load() */
	struct scenario_file **files;
	struct policy_list *file_policies;	/* of each file, with --policy or --policy-so */
	size_t file_count;
};

/* Take one option; EXIT_FINE or another exit_code. */
int input_option(struct input *input, int id, const char *value);

/* The same for --vary, of commands that have it. */
int input_vary(struct input *input, const char *value);

/*
 * All options are taken: build the kernel trees among them, so that policy_sos is
 * complete. An exit_code. input_load() does so, too; before it, whoever looks at them.
 */
int input_options_done(struct input *input);

/*
 * Load all of @paths and check them; all errors of all files are told.
 * Policies and expectations are checked too, so that nothing needs to be
 * undone later.
 */
int input_load(struct input *input, char **paths, size_t count);

void input_free(struct input *input);

/* What to run @sc under; never empty after input_load(). */
struct policy_list input_policies(const struct input *input, const struct scenario *sc);

/* Policies from shared objects and kernel trees; the array is the caller's. False: out of memory. */
bool input_outside(const struct input *input, struct policy_list *out);

/* What the database keeps of where a run comes from: fills @run but for its rep, and @origin for it. */
void input_describe(const struct input *input, const struct scenario *sc, const struct policy *policy,
		    struct store_run *run, struct store_input *origin);

/* Tell which expectations are not applied, as a --set changed what they are about. */
void input_tell_void(const struct input *input);

/* Tell why a simulation ended early; returns the exit_code for it. */
int input_sim_failed(const struct scenario *sc, const struct policy *policy, const struct sim_error *error);

/* apart_call(), with cli_busy(@what); why it ended early is told. An exit_code, of @fn or for that. */
int input_apart(const struct scenario *sc, const struct policy *policy, const char *what, int (*fn)(void *ctx), void *ctx);

/* Tell why a log could not be simulated, unless that is told; returns the exit_code for it. */
int input_validate_failed(enum validate_status status);

#endif
