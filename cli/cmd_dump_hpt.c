// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim dump-hpt: every bolted entry as CSV, in the form of the recordings. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/input.h"
#include "run/dump.h"

enum { OPT_AT = INPUT_ID_END, OPT_RUNS };

static const struct cli_option options[] = {
	{ "policy", "NAME", "when to resize (default: that of --policy-so, else the scenario's first)", INPUT_POLICY },
	{ "at", "boot|end", "when to look at the table (default: end)", OPT_AT },
	{ "runs", NULL, "maximal runs of pages in the same slot instead of entries", OPT_RUNS },
	INPUT_OPTIONS,
	{ 0 }
};

struct job {
	const struct scenario *sc;
	const struct policy *policy;
	struct sim_options options;
	struct dump_options what;
};

static int simulate_and_print(void *ctx)
{
	const struct job *job = ctx;
	struct sim_error error;
	int write_error;

	if (dump_csv(job->sc, job->policy, &job->options, &job->what, &write_error, &error) != SIM_OK)
		return input_sim_failed(job->sc, job->policy, &error);
	return cli_finish_output(EXIT_FINE);
}

static int dump(const struct input *input, enum sim_when when, bool runs)
{
	const struct scenario *sc = scenario_get(input->files[0]);
	struct policy_list list = input_policies(input, sc);
	/* --policy-so without --policy: that one, which is last */
	const struct policy *policy = list.policies[input->choice.policies.count ? 0 : input->choice.sos.count ? list.count - 1 : 0];
	struct job job = {
		.sc = sc, .policy = policy, .options = { .seed = input->seed },
		.what = { .when = when, .runs = runs, .out = stdout, .writing = cli_idle },
	};

	return input_apart(sc, policy, "simulating", simulate_and_print, &job);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct input input = { 0 };
	enum sim_when when = SIM_AT_END;
	bool runs = false;
	const char *value;
	int id, code = EXIT_FINE;
	size_t policy_count;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_HELP || id == CLI_OPTIONS_BAD) {
			input_free(&input);
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		}
		if (id == OPT_RUNS) {
			runs = true;
		} else if (id != OPT_AT) {
			code = input_option(&input, id, value);
		} else if (strcmp(value, "boot") == 0) {
			when = SIM_AT_BOOT;
		} else if (strcmp(value, "end") == 0) {
			when = SIM_AT_END;
		} else {
			cli_error("--at is 'boot' or 'end', not '%s'", value);
			code = EXIT_USAGE;
		}
	}
	if (code == EXIT_FINE)
		code = input_options_done(&input);
	policy_count = input.choice.policies.count ? input.choice.policies.count : input.choice.sos.count;
	if (code == EXIT_FINE && policy_count > 1) {
		cli_error("dump-hpt takes one policy, not %zu", policy_count);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE && argc - optind > 1) {
		cli_error("dump-hpt takes one scenario, not %d", argc - optind);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = input_load(&input, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE)
		code = dump(&input, when, runs);
	input_free(&input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim dump-hpt 256g_on_2g --at boot --runs", "where everything is at boot" },
	{ 0 }
};

const struct command command_dump_hpt = {
	.name = "dump-hpt",
	.arguments = "SCENARIO",
	.summary = "Print every bolted HPTE of the guest as CSV",
	.details = "Columns are pteg,slot,region,ea,base_shift, sorted by pteg and slot; with --runs they are\n"
		   "region,base_shift,secondary,slot,ea,pages, sorted by region and address. Addresses are\n"
		   "hexadecimal, those of region vrma are real addresses; base_shift is log2 of bytes.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
