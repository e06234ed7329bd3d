// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim check: did a change make any scenario worse? */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "cli/command.h"
#include "cli/out_dir.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/search_check.h"
#include "gate/gate.h"

#define BASELINE_DEFAULT	"results/baseline.json"

enum { OPT_BASELINE = INPUT_ID_END, OPT_FAIL_ON, OPT_UPDATE, OPT_ALL, OPT_JUNIT, OPT_KTAP, OPT_MARKDOWN, OPT_ANNOTATE, OPT_FORMAT };

static const struct cli_option options[] = {
	{ "baseline", "FILE", "what to compare with: a baseline, or results (*.db) (default: " BASELINE_DEFAULT ")",
	  OPT_BASELINE },
	{ "policy", "NAME[,NAME...]", "only these (default: all, each scenario's own, and --policy-so)", INPUT_POLICY },
	{ "fail-on", "METRIC[:TOLERANCE],...", "only these make it fail, beyond 2.5% or 10ms, say (default: all, beyond 0)",
	  OPT_FAIL_ON },
	{ "update", NULL, "write the baseline instead, and show what moved", OPT_UPDATE },
	{ "all", NULL, "show what is equal, too", OPT_ALL },
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	{ "junit", "FILE", "write JUnit XML, a suite for each scenario", OPT_JUNIT },
	{ "ktap", "[FILE]", "write the kernel's KTAP, a test for each scenario; without FILE, print it instead of the tables",
	  OPT_KTAP },
	{ "markdown", "FILE", "write the tables as Markdown, for a job's summary", OPT_MARKDOWN },
	{ "annotate", "github|none|auto", "print workflow commands that mark the scenario's line (default: auto)",
	  OPT_ANNOTATE },
	INPUT_OPTIONS,
	{ 0 }
};

struct check {
	struct input input;
	const char *baseline, *junit, *markdown, *ktap_file;
	bool ktap, update, all, annotate, one_policy;
	enum table_format format;
	struct gate_rules rules;

	char **paths;			/* of scenarios */
	size_t path_count;
	struct gate_set base, now;
	struct gate_diff diff, unmet;
	int crashed;			/* exit code: a policy's own code did */
	bool is_new;			/* --update, and there is no baseline yet */
};

static int parse_annotate(const char *value, bool *annotate)
{
	const char *github = getenv("GITHUB_ACTIONS");

	if (strcmp(value, "auto") == 0) {
		*annotate = github && strcmp(github, "true") == 0;
	} else if (strcmp(value, "github") == 0) {
		*annotate = true;
	} else if (strcmp(value, "none") == 0) {
		*annotate = false;
	} else {
		cli_error("--annotate is 'github', 'none' or 'auto', not '%s'", value);
		return EXIT_USAGE;
	}
	return EXIT_FINE;
}

static int parse_rules(const char *value, struct gate_rules *rules)
{
	char message[GATE_MESSAGE_MAX];
	int rc = gate_parse_rules(value, rules, message);

	if (!rc)
		return EXIT_FINE;
	cli_error("%s", message);
	return rc == -ENOMEM ? EXIT_TROUBLE : EXIT_USAGE;
}

static int take_options(struct check *c, const struct command *command, int argc, char **argv)
{
	const char *value;
	int id, code = parse_annotate("auto", &c->annotate);

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		switch (id) {
		case CLI_OPTIONS_HELP:
		case CLI_OPTIONS_BAD:
			return id;
		case OPT_BASELINE:
			c->baseline = value;
			break;
		case OPT_FAIL_ON:
			code = parse_rules(value, &c->rules);
			break;
		case OPT_UPDATE:
			c->update = true;
			break;
		case OPT_ALL:
			c->all = true;
			break;
		case OPT_JUNIT:
			c->junit = value;
			break;
		case OPT_KTAP:
			c->ktap = true;
			c->ktap_file = value;
			break;
		case OPT_MARKDOWN:
			c->markdown = value;
			break;
		case OPT_ANNOTATE:
			code = parse_annotate(value, &c->annotate);
			break;
		case OPT_FORMAT:
			code = cli_parse_format(value, &c->format) ? EXIT_FINE : EXIT_USAGE;
			break;
		case INPUT_POLICY:
			c->rules.some_policies = true;
			/* fall through */
		default:
			code = input_option(&c->input, id, value);
		}
	}
	if (code == EXIT_FINE && c->ktap && ((c->ktap_file && !*c->ktap_file) || (!c->ktap_file && c->format != TABLE_AS_TEXT))) {
		cli_error(c->ktap_file ? "--ktap= needs the name of a file" :
			  "--ktap without a file prints KTAP instead of the tables: no --format with it");
		code = EXIT_USAGE;
	}
	return code == EXIT_FINE ? input_options_done(&c->input) : code;
}

static int read_set(const char *path, struct gate_set *set, bool *absent)
{
	char message[GATE_MESSAGE_MAX];
	int rc = gate_read(path, set, message);

	*absent = rc == -ENOENT;
	if (!rc)
		return EXIT_FINE;
	cli_error("%s", message);
	return EXIT_TROUBLE;
}

static int read_base(struct check *c)
{
	bool absent = false;
	int code;

	if (c->update && gate_is_database(c->baseline)) {
		cli_error("--update writes a baseline, and '%s' is a database's name", c->baseline);
		return EXIT_USAGE;
	}
	c->is_new = c->update && access(c->baseline, F_OK) != 0;
	if (c->is_new)
		return EXIT_FINE;
	code = read_set(c->baseline, &c->base, &absent);
	if (absent)
		fprintf(stderr, "  'hptsim check --update SCENARIO...' makes one\n");
	return code;
}

static int choose_scenarios(struct check *c, char **argv, size_t count)
{
	c->rules.some_scenarios = count > 0;
	if (!gate_choose_paths(&c->base, c->baseline, argv, count, &c->paths, &c->path_count))
		return cli_no_memory();
	if (c->path_count || c->base.scenario_count)
		return EXIT_FINE;
	cli_error("no scenario given, and none in the baseline");
	return EXIT_USAGE;
}

static int write_baseline(const struct check *c)
{
	char message[GATE_MESSAGE_MAX];
	struct gate_set fresh;
	int code = EXIT_FINE;

	code = out_dir_make_for(c->baseline);
	if (code != EXIT_FINE)
		return code;
	if (gate_update(c->baseline, &c->base, &c->now, &c->rules, &fresh, message) != 0) {
		cli_error("%s", message);
		code = EXIT_TROUBLE;
	} else {
		fprintf(stderr, "%s: written, %zu scenarios, %zu runs\n", c->baseline, fresh.scenario_count,
			fresh.run_count);
	}
	gate_free(&fresh);
	return code;
}

/* A file that is written as a whole by @print. */
static int write_file(const struct check *c, const char *path, bool (*print)(const struct check *c, FILE *out))
{
	struct output o;
	FILE *out = output_open(&o, path);

	if (out && output_close(&o, print(c, out)))
		return EXIT_FINE;
	cli_error("%s: cannot be written: %s", path, output_error(errno));
	return EXIT_TROUBLE;
}

static bool print_junit(const struct check *c, FILE *out)
{
	return gate_print_junit(&c->diff, &c->now, out);
}

static bool print_ktap(const struct check *c, FILE *out)
{
	return gate_print_ktap(&c->diff, &c->now, out);
}

static bool print_markdown(const struct check *c, FILE *out)
{
	return gate_print_markdown(&c->diff, &c->now, c->all, out);
}

static const char *text_of(void *ctx, const char *scenario)
{
	const struct check *c = ctx;

	for (size_t i = 0; i < c->input.file_count; i++)
		if (strcmp(scenario_get(c->input.files[i])->name, scenario) == 0)
			return scenario_origin(c->input.files[i])->text;
	return NULL;
}

static int show(struct check *c)
{
	bool ok = c->ktap && !c->ktap_file ? gate_print_ktap(&c->diff, &c->now, stdout) :
		  gate_print_tables(&c->diff, &c->now, c->all, c->format, stdout);
	int code;

	if (c->annotate)
		gate_print_github(&c->diff, &c->now, text_of, c, stdout);
	code = cli_finish_printed(ok);
	if (c->junit)
		code = cli_worse(code, write_file(c, c->junit, print_junit));
	if (c->ktap_file)
		code = cli_worse(code, write_file(c, c->ktap_file, print_ktap));
	if (c->markdown)
		code = cli_worse(code, write_file(c, c->markdown, print_markdown));
	return code;
}

static void compare(struct check *c)
{
	gate_compare(&c->base, &c->now, &c->rules, &c->diff);
	gate_add_notes(&c->diff, &c->unmet);
}

static int add_scenario(struct check *c, size_t which)
{
	struct gate_file file = {
		.file = c->input.files[which], .path = scenario_origin(c->input.files[which])->path, .sets = c->input.sets_text, .seed = c->input.seed,
	};

	switch (gate_add_file(&c->now, &file)) {
	case 0:
		return EXIT_FINE;
	case -EEXIST:
		cli_error("%s: another of the scenarios is called '%s', too", file.path, scenario_get(file.file)->name);
		return EXIT_USAGE;
	}
	return cli_no_memory();
}

static int simulate(struct check *c, const struct scenario *sc, const struct policy *policy, struct progress *progress)
{
	struct sim_error error;
	bool ok = gate_simulate(sc, policy, c->input.seed, progress_sink(progress, sc->name, policy->name), &c->now,
				&c->unmet, &error);

	progress_clear(progress);
	if (!ok)
		return cli_no_memory();
	/* whatever the base says: code that crashes is no result */
	if (error.status == SIM_EOOPS)
		c->crashed = input_sim_failed(sc, policy, &error);
	/* a bug of hptsim is nothing to compare */
	return error.status == SIM_EINVARIANT ? input_sim_failed(sc, policy, &error) : EXIT_FINE;
}

static int simulate_all(struct check *c)
{
	struct progress progress;
	int code = EXIT_FINE;

	progress_init(&progress);
	c->now.model = SIM_MODEL_VERSION;
	for (size_t i = 0; i < c->input.file_count && code == EXIT_FINE; i++) {
		const struct scenario *sc = scenario_get(c->input.files[i]);
		struct policy_list list = input_policies(&c->input, sc);

		code = add_scenario(c, i);
		for (size_t j = 0; j < list.count && code == EXIT_FINE; j++)
			code = simulate(c, sc, list.policies[j], &progress);
	}
	for (size_t i = 0; i < c->input.choice.sos.count; i++)
		gate_say_so(&c->now, policy_so_policy(c->input.choice.sos.sos[i])->name, policy_so_path(c->input.choice.sos.sos[i]));
	gate_sort(&c->now);
	return code;
}

static int check(struct check *c, char **argv, size_t count)
{
	int code = read_base(c);

	if (code == EXIT_FINE)
		code = choose_scenarios(c, argv, count);
	if (code == EXIT_FINE && !c->rules.some_policies) {
		c->input.choice.own_too = true;
		code = input_option(&c->input, INPUT_POLICY, "all");
	}
	if (code == EXIT_FINE && c->path_count)
		code = input_load(&c->input, c->paths, c->path_count);
	if (code == EXIT_FINE)
		input_tell_void(&c->input);
	if (code == EXIT_FINE)
		code = simulate_all(c);
	if (code == EXIT_FINE && !c->update)
		code = search_check(&c->input, c->rules.some_policies, &c->unmet);
	if (code != EXIT_FINE)
		return code;
	if (!c->is_new)
		compare(c);
	if (c->diff.no_memory)
		return cli_no_memory();
	if (!c->is_new)
		code = show(c);
	if (c->update) {
		gate_tell_unmet(&c->unmet, stderr);
		if (code == EXIT_FINE)
			code = write_baseline(c);
		return cli_worse(cli_worse(code, c->crashed), c->unmet.red ? EXIT_SAYS_NO : EXIT_FINE);
	}
	if (c->diff.red)
		gate_sum_up(&c->diff, stderr);
	return cli_worse(cli_worse(code, c->crashed), c->diff.red ? EXIT_SAYS_NO : EXIT_FINE);
}

/* Two files with results. */
static int compare_files(struct check *c, char **argv)
{
	bool absent;
	int code = read_set(argv[0], &c->base, &absent);

	if (code == EXIT_FINE)
		code = read_set(argv[1], &c->now, &absent);
	if (code != EXIT_FINE)
		return code;
	compare(c);
	if (c->diff.no_memory)
		return cli_no_memory();
	code = show(c);
	if (c->diff.red)
		gate_sum_up(&c->diff, stderr);
	return cli_worse(code, c->diff.red ? EXIT_SAYS_NO : EXIT_FINE);
}

static void check_free(struct check *c)
{
	for (size_t i = 0; i < c->path_count; i++)
		free(c->paths[i]);
	free(c->paths);
	gate_diff_free(&c->diff);
	gate_diff_free(&c->unmet);
	gate_free(&c->base);
	gate_free(&c->now);
	input_free(&c->input);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct check c = { .baseline = BASELINE_DEFAULT };
	int code = take_options(&c, command, argc, argv);
	size_t databases = 0;

	for (int i = optind; i < argc && code == EXIT_FINE; i++)
		databases += gate_is_database(argv[i]);
	if (code < 0) {
		code = code == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
	} else if (code == EXIT_FINE && databases && (argc - optind != 2 || databases != 2 || c.update)) {
		cli_error("databases are compared two at a time: hptsim check BASE.db NEW.db");
		code = EXIT_USAGE;
	} else if (code == EXIT_FINE && databases) {
		code = compare_files(&c, argv + optind);
	} else if (code == EXIT_FINE) {
		code = check(&c, argv + optind, (size_t)(argc - optind));
	}
	check_free(&c);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim check", "all that the baseline has" },
	{ "hptsim check mine.yaml --update --baseline mine.json", "make a baseline" },
	{ "hptsim check before.db after.db", "two databases" },
	{ "hptsim check --ktap | tee results.ktap", "for tools of the kernel's" },
	{ 0 }
};

const struct command command_check = {
	.name = "check",
	.arguments = "[SCENARIO... | BASE.db NEW.db]",
	.summary = "Compare with a baseline: exit status 1 when anything got worse",
	.details = "Without a SCENARIO, all that the baseline has. Times are virtual and the same on every machine, so any\n"
		   "difference is one of the policies or the model. What cannot be compared makes it fail, too: another scenario,\n"
		   "cost profile or model than the baseline's, a scenario or policy that is missing, a scenario that the baseline\n"
		   "does not have, a number that the scenario does not 'expect', and what the scenario's 'search' finds\n"
		   "(docs/search.md). Of two databases, the last run of each scenario and policy. docs/ci/ has recipes for CI\n"
		   "and git bisect.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
