// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim explain: why a resize attempt ended as it did. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "explain/draw.h"
#include "explain/explain.h"
#include "explain/limits.h"
#include "cli/input.h"

enum { OPT_ATTEMPT = INPUT_ID_END, OPT_ALL, OPT_LIMITS, OPT_PLOT, OPT_FORMAT };

static const struct cli_option options[] = {
	{ "policy", "NAME", "when to resize (default: that of --policy-so, else the scenario's first)", INPUT_POLICY },
	{ "attempt", "N", "which attempt of the run (default: the first that failed, else the first)", OPT_ATTEMPT },
	{ "all", NULL, "instead, a table of all attempts of the run, alike ones in one row", OPT_ALL },
	{ "limits", NULL, "instead, without a run, how much memory a table of each order is good for", OPT_LIMITS },
	{ "plot", "FILE", "besides, draw the table to FILE, .svg or .png; a NAME-fold, -slots or -map: only that", OPT_PLOT },
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	INPUT_OPTIONS,
	{ 0 }
};

struct explain_command {
	struct input input;
	struct explain run;
	bool attempt, limits;
	const char *plot;		/* NULL: no picture */
	enum table_format format;

	const struct scenario *sc;
	const struct policy *policy;
};

static int take_option(struct explain_command *ec, int id, const char *value)
{
	unsigned long long number;

	switch (id) {
	case OPT_ATTEMPT:
		if (!cli_parse_number(value, &number) || number < 1 || number > UINT32_MAX) {
			cli_error("--attempt takes a number from 1 on, not '%s'", value);
			return EXIT_USAGE;
		}
		ec->run.wanted = (unsigned)number;
		ec->attempt = true;
		return EXIT_FINE;
	case OPT_ALL:
		ec->run.all = true;
		return EXIT_FINE;
	case OPT_LIMITS:
		ec->limits = true;
		return EXIT_FINE;
	case OPT_PLOT:
		ec->plot = value;
		return EXIT_FINE;
	case OPT_FORMAT:
		return cli_parse_format(value, &ec->format) ? EXIT_FINE : EXIT_USAGE;
	default:
		return input_option(&ec->input, id, value);
	}
}

/* One scenario and one policy; attempt or all. */
static int check_usage(const struct explain_command *ec, int arguments)
{
	size_t policies = ec->input.choice.policies.count ? ec->input.choice.policies.count : ec->input.choice.sos.count;

	if (policies > 1) {
		cli_error("explain takes one policy, not %zu", policies);
		return EXIT_USAGE;
	}
	if (arguments > 1) {
		cli_error("explain takes one scenario, not %d", arguments);
		return EXIT_USAGE;
	}
	if (ec->limits && (ec->attempt || ec->run.all || ec->plot)) {
		cli_error("--limits is about no attempt: not with --attempt, --all or --plot");
		return EXIT_USAGE;
	}
	if (ec->attempt && ec->run.all) {
		cli_error("--attempt and --all exclude each other");
		return EXIT_USAGE;
	}
	if (ec->plot && ec->run.all) {
		cli_error("--plot and --all exclude each other: a picture is of one attempt");
		return EXIT_USAGE;
	}
	if (ec->plot && !explain_is_picture(ec->plot)) {
		cli_error("--plot takes a file that ends with .svg or .png, not '%s'", ec->plot);
		return EXIT_USAGE;
	}
	return EXIT_FINE;
}

static int draw(const struct explain_report *report, const char *file)
{
	char message[EXPLAIN_MESSAGE_MAX];

	if (explain_draw(report, file, message) == EXPLAIN_DRAW_OK)
		return EXIT_FINE;
	cli_error("%s", message);
	return EXIT_TROUBLE;
}

static int print(const struct explain_command *ec, const struct scenario *sc, const struct policy *policy)
{
	const struct explain *x = &ec->run;
	struct explain_facts facts;
	struct explain_what_ifs what_ifs = { .count = 0 };
	const struct explain_report report = {
		.scenario = sc, .policy = policy, .seed = ec->input.seed,
		.run = x, .facts = &facts, .what_ifs = &what_ifs,
	};
	bool ok;

	if (ec->attempt && x->wanted > x->attempts) {
		cli_error("%s: %s: there is no attempt %u, the run has %u", sc->name, policy->name, x->wanted, x->attempts);
		return EXIT_USAGE;
	}
	if (x->chosen.ev.seq) {
		explain_facts(&x->chosen, sc, policy, &facts);
		if (!x->all)
			explain_run_what_ifs(&x->chosen, sc, policy, ec->input.seed, &what_ifs);
	}
	cli_idle();
	if (ec->format == TABLE_AS_JSON)
		ok = explain_print_json(&report, stdout);
	else if (ec->format == TABLE_AS_TEXT)
		ok = explain_print_text(&report, stdout);
	else
		ok = explain_print_tables(&report, ec->format, stdout);
	return cli_worse(cli_finish_printed(ok), ok && ec->plot ? draw(&report, ec->plot) : EXIT_FINE);
}

static int simulate_and_print(void *ctx)
{
	struct explain_command *ec = ctx;
	const struct scenario *sc = ec->sc;
	const struct policy *policy = ec->policy;
	struct sim_sink sink = explain_sink(&ec->run);
	struct sim_observer observer = explain_observer(&ec->run);
	const struct sim_options sim_options = { .seed = ec->input.seed, .observer = &observer };
	struct sim_error error;
	int code = EXIT_FINE, printed;

	/* what came before a failure is worth telling */
	if (sim_run(sc, policy, &sim_options, &sink, &error) != SIM_OK)
		code = input_sim_failed(sc, policy, &error);
	if (ec->run.no_memory) {
		cli_error("out of memory");
		return EXIT_TROUBLE;
	}
	if (code != EXIT_FINE && !ec->run.attempts)
		return code;
	printed = print(ec, sc, policy);
	return printed > code ? printed : code;
}

static int explain(struct explain_command *ec)
{
	const struct scenario *sc = scenario_get(ec->input.files[0]);
	struct policy_list list = input_policies(&ec->input, sc);
	/* --policy-so without --policy: that one, which is last */
	bool last = !ec->input.choice.policies.count && ec->input.choice.sos.count;

	if (ec->limits)
		return cli_finish_printed(explain_print_limits(sc, ec->format, stdout));
	if (ec->plot && sc->hypervisor.rehash == REHASH_ANY_SLOT) {
		cli_error("%s: --plot draws where entries keep their slot, and hypervisor.rehash is any-slot", sc->name);
		return EXIT_USAGE;
	}
	if (ec->plot && !explain_want_bins(&ec->run)) {
		cli_error("out of memory");
		return EXIT_TROUBLE;
	}
	ec->run.any_slot = sc->hypervisor.rehash == REHASH_ANY_SLOT;
	ec->sc = sc;
	ec->policy = list.policies[last ? list.count - 1 : 0];
	return input_apart(sc, ec->policy, "explaining", simulate_and_print, ec);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct explain_command ec = { .attempt = false };
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_HELP || id == CLI_OPTIONS_BAD) {
			input_free(&ec.input);
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		}
		code = take_option(&ec, id, value);
	}
	if (code == EXIT_FINE)
		code = input_options_done(&ec.input);
	if (code == EXIT_FINE)
		code = check_usage(&ec, argc - optind);
	if (code == EXIT_FINE)
		code = input_load(&ec.input, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE)
		code = explain(&ec);
	explain_free(&ec.run);
	input_free(&ec.input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim explain 256g_on_129g", "why the first shrink failed" },
	{ "hptsim explain 256g_on_129g --all", "all attempts, alike ones in one row" },
	{ "hptsim explain 256g_on_129g --plot why.svg", "a picture of the table" },
	{ 0 }
};

const struct command command_explain = {
	.name = "explain",
	.arguments = "SCENARIO",
	.summary = "Say why a resize of the HPT was asked for, and why it ended as it did",
	.details = "For an attempt of the run: which function and branch asked, from which memory size; the answer and\n"
		   "its rule; the two entries that collided, how many more would, and of which kind; the smallest order\n"
		   "that would have worked, and what would avoid the collision. Exit status 0 even when the attempt failed;\n"
		   "2: there is no attempt N; as 'run' when the run itself ended early.\n"
		   "--format=csv and md give the tables without the words between them. --plot writes what it draws from\n"
		   "beside FILE: NAME-fold.tsv, NAME-slots.tsv, NAME-map.tsv. Without gnuplot the exit status is 3.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
