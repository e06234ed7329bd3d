// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim calibrate: a cost profile from kernel logs. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/result.h"
#include "calibrate/source.h"
#include "cli/command.h"
#include "cli/input.h"
#include "scenario/costs.h"
#include "scenario/load.h"
#include "base/output.h"
#include "base/text.h"
#include "sim/policy.h"
#include "validate/validate.h"

enum { OPT_BASE = 1, OPT_NAME, OPT_OUT, OPT_HOLDOUT, OPT_SCENARIO, OPT_POLICY, OPT_COSTS_DIR, OPT_FORMAT };

static const struct cli_option options[] = {
	{ "base", "PROFILE", "where prices come from that the logs do not tell (default: of the first scenario)", OPT_BASE },
	{ "name", "NAME", "of the new profile (default: as --out says)", OPT_NAME },
	{ "out", "FILE", "write the profile to FILE (default: NAME.yaml if there is a --name)", OPT_OUT },
	{ "holdout", "[K]", "predict each log from the others too; with K: in K groups, every K-th log in one", OPT_HOLDOUT },
	{ "scenario", "LOG=FILE", "what was done when LOG was written (default: derived from it); may be repeated", OPT_SCENARIO },
	{ "policy", "NAME", "when the guest of the logs resizes (default: per-section)", OPT_POLICY },
	{ "format", TABLE_FORMATS, "what to print (default: text)", OPT_FORMAT },
	{ "costs-dir", "DIR", "where cost profiles are looked up", OPT_COSTS_DIR },
	{ 0 }
};

struct calibrate {
	const char *base, *name, *out, *costs_dir;
	const struct policy *policy;
	const char **pairs;			/* of --scenario */
	size_t pair_count;
	bool holdout;
	size_t folds;
	enum table_format format;

	struct calib_source *sources;
	size_t source_count;
	char *made;				/* name or out */
	struct cost_profile base_costs;
	struct calib_data data;
	struct calib_fit fit;
	struct calib_compared *left;		/* of --holdout, per log */
	struct calib_errors per_log, per_stretch;
};

/* --- the command line --- */

static int take_holdout(struct calibrate *c, const char *value)
{
	unsigned long long folds = 0;

	if (value && (!cli_parse_number(value, &folds) || folds < 2)) {
		cli_error("--holdout takes a number of groups from 2 on, not '%s'", value);
		return EXIT_USAGE;
	}
	c->holdout = true;
	c->folds = (size_t)folds;
	return EXIT_FINE;
}

static int take_option(struct calibrate *c, int id, const char *value)
{
	switch (id) {
	case OPT_BASE:
		c->base = value;
		break;
	case OPT_NAME:
		c->name = value;
		if (!text_is_name(value)) {
			cli_error("--name takes a name, not '%s'", value);
			return EXIT_USAGE;
		}
		break;
	case OPT_OUT:
		c->out = value;
		break;
	case OPT_HOLDOUT:
		return take_holdout(c, value);
	case OPT_SCENARIO:
		c->pairs[c->pair_count++] = value;
		if (!strchr(value, '=')) {
			cli_error("--scenario takes LOG=FILE, not '%s'", value);
			return EXIT_USAGE;
		}
		break;
	case OPT_POLICY:
		c->policy = policy_find(value);
		if (!c->policy) {
			cli_error("unknown policy '%s'; 'hptsim list policies' names them", value);
			return EXIT_USAGE;
		}
		break;
	case OPT_COSTS_DIR:
		c->costs_dir = value;
		break;
	case OPT_FORMAT:
		return cli_parse_format(value, &c->format) ? EXIT_FINE : EXIT_USAGE;
	}
	return EXIT_FINE;
}

static int settle_names(struct calibrate *c)
{
	char *why;

	return calib_settle_names(&c->name, &c->out, &c->made, &why) ? EXIT_FINE : cli_refuse(why);
}

/* --- the logs --- */

static const char *scenario_for(const struct calibrate *c, const char *path)
{
	size_t size = strlen(path);

	for (size_t i = 0; i < c->pair_count; i++)
		if (strncmp(c->pairs[i], path, size) == 0 && c->pairs[i][size] == '=')
			return c->pairs[i] + size + 1;
	return NULL;
}

/* @status as an exit_code; its message is told. */
static int told(const char *path, enum calib_status status, const char *message)
{
	switch (status) {
	case CALIB_OK:
		return EXIT_FINE;
	case CALIB_ENOMEM:
		return cli_no_memory();
	case CALIB_EMISMATCH:
	case CALIB_ESIM:
	case CALIB_ELOG:
	case CALIB_EIO:
		if (*message)
			cli_error("%s: %s", path, message);
		break;
	}
	return status == CALIB_EMISMATCH ? EXIT_SAYS_NO : status == CALIB_EIO ? EXIT_TROUBLE : EXIT_USAGE;
}

static int read_sources(struct calibrate *c, char **paths, size_t count)
{
	int code = EXIT_FINE;

	if (!count) {
		cli_error("calibrate needs a log");
		return EXIT_USAGE;
	}
	c->sources = calloc(count, sizeof(*c->sources));
	c->left = calloc(count, sizeof(*c->left));
	if (!c->sources || !c->left)
		return cli_no_memory();
	for (size_t i = 0; i < count; i++) {
		char message[CALIB_MESSAGE_MAX] = "";
		int one;

		c->source_count++;
		one = told(paths[i], calib_source_read(&c->sources[i], paths[i], scenario_for(c, paths[i]), c->costs_dir,
						       c->policy, stderr, message), message);
		code = one > code ? one : code;
	}
	for (size_t i = 0; i < c->pair_count && code == EXIT_FINE; i++) {
		bool used = false;

		for (size_t j = 0; j < count; j++)
			used = used || c->sources[j].scenario_path == strchr(c->pairs[i], '=') + 1;
		if (!used) {
			cli_error("--scenario %s: that log is not among the arguments, or was named before", c->pairs[i]);
			code = EXIT_USAGE;
		}
	}
	return code;
}

static int load_base(struct calibrate *c)
{
	enum scenario_status status;
	struct diag_list diags;

	if (!c->base) {
		const struct scenario *sc = calib_source_scenario(&c->sources[0]);

		c->base = sc->costs_name;
		c->base_costs = sc->costs;
		return EXIT_FINE;
	}
	diag_init(&diags);
	status = costs_load(c->base, c->costs_dir, &diags, &c->base_costs, NULL);
	diag_render(&diags, stderr);
	diag_release(&diags);
	if (status == SCENARIO_ENOMEM)
		return cli_no_memory();
	return status == SCENARIO_OK ? EXIT_FINE : status == SCENARIO_EINVALID ? EXIT_USAGE : EXIT_TROUBLE;
}

static int observe(struct calibrate *c)
{
	int code = EXIT_FINE;

	for (size_t i = 0; i < c->source_count && code < EXIT_TROUBLE; i++) {
		struct calib_source *s = &c->sources[i];
		char message[CALIB_MESSAGE_MAX] = "";

		code = cli_worse(code, told(s->path, calib_source_observe(s, c->policy, &c->data, message), message));
	}
	if (code == EXIT_FINE && !c->data.row_count) {
		cli_error("the logs have no times: neither time stamps nor a completed resize");
		code = EXIT_USAGE;
	}
	return code;
}

static int fit(struct calibrate *c)
{
	enum calib_status status = calib_solve(&c->data, NULL, &c->base_costs, &c->fit);

	if (status == CALIB_OK && c->holdout && c->source_count < 2) {
		cli_error("--holdout needs two logs at least");
		return EXIT_USAGE;
	}
	if (status == CALIB_OK && c->holdout)
		status = calib_holdout(&c->data, &c->base_costs, c->folds, c->left, &c->per_log, &c->per_stretch);
	return status == CALIB_OK ? EXIT_FINE : cli_no_memory();
}

static int write_profile(struct calibrate *c)
{
	const struct calib_result result = {
		.data = &c->data, .fit = &c->fit, .sources = c->sources, .source_count = c->source_count, .holdout = c->holdout,
		.folds = c->folds, .per_log = &c->per_log,
	};

	switch (calib_write_result(&result, c->name, c->base, c->out)) {
	case CALIB_OK:
		return EXIT_FINE;
	case CALIB_ENOMEM:
		return cli_no_memory();
	default:
		cli_error("%s: cannot be written: %s", c->out, output_error(errno));
		return EXIT_TROUBLE;
	}
}

static void calibrate_free(struct calibrate *c)
{
	for (size_t i = 0; i < c->source_count; i++)
		calib_source_free(&c->sources[i]);
	calib_free(&c->data);
	free(c->sources);
	free(c->left);
	free(c->per_log.values);
	free(c->per_stretch.values);
	free(c->pairs);
	free(c->made);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct calibrate c = { .policy = policy_find("per-section"), .pairs = calloc((size_t)argc, sizeof(*c.pairs)) };
	const char *value;
	int id, code = c.pairs ? EXIT_FINE : cli_no_memory();

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id < 0) {
			calibrate_free(&c);
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		}
		code = take_option(&c, id, value);
	}
	if (code == EXIT_FINE)
		code = settle_names(&c);
	if (code == EXIT_FINE)
		code = read_sources(&c, argv + optind, (size_t)(argc - optind));
	if (code == EXIT_FINE)
		code = load_base(&c);
	if (code == EXIT_FINE) {
		cli_busy("calibrating");
		code = observe(&c);
	}
	if (code == EXIT_FINE)
		code = fit(&c);
	if (code == EXIT_FINE && c.out)
		code = write_profile(&c);
	if (code == EXIT_FINE) {
		const struct calibrate_report report = {
			.data = &c.data, .fit = &c.fit, .base = &c.base_costs, .holdout = c.holdout, .folds = c.folds,
			.left = c.left, .per_log = &c.per_log, .per_stretch = &c.per_stretch,
		};

		cli_idle();
		code = cli_finish_printed(calibrate_print(&report, c.format, stdout));
	}
	cli_idle();
	calibrate_free(&c);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim calibrate guest.log --name mine", "a profile, in mine.yaml" },
	{ "hptsim calibrate *.log --holdout", "how well it predicts other logs" },
	{ 0 }
};

const struct command command_calibrate = {
	.name = "calibrate",
	.arguments = "LOG...",
	.summary = "Fit a cost profile to kernel logs",
	.details = "A LOG is a guest's dmesg or the like, '-' standard input. Prices are fitted to the time between its lines,\n"
		   "by least squares on what the model counts for the same events. What the logs cannot tell is kept from the\n"
		   "base profile, and said so. Exit status 1: the model does not make the attempts of a log.\n",
	.examples = examples,
	.options = options,
	.run = run,
};
