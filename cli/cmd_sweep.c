// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim sweep: one scenario at many points. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/results_dir.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/place.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "sweep/sweep.h"
#include "sweep/winners.h"

#define SHARDS_MAX	1000000u
#define GOES_ON		"; --resume goes on with it"

/* Points that are named before the rest is only counted. */
#define NAMED_MAX	10

enum { OPT_VARY = INPUT_ID_END, OPT_JOBS, OPT_DB, OPT_SHARD, OPT_RESUME, OPT_ROWS, OPT_STRICT };

static const struct cli_option options[] = {
	{ "vary", "KEY=SPEC", "values of a key: [a, b], 2GiB..4TiB:x2 or 1..64:+1; may be repeated", OPT_VARY },
	{ "jobs", "N", "processes that simulate (default: as many as there are processors)", OPT_JOBS },
	{ "db", "FILE", "where results go: a file of the sweep's own (default: " RESULTS_DOC(STORE_SWEEP_NAME) ")", OPT_DB },
	{ "shard", "I/N", "every N-th point from the I-th on; 'hptsim merge' puts the files together", OPT_SHARD },
	{ "resume", NULL, "go on behind the last point that is complete in FILE, if it is there", OPT_RESUME },
	{ "rows", "few|all", "all: rows for each LMB, attempt and finding, too (default: few)", OPT_ROWS },
	{ "policy", "NAME[,NAME...]", "when to resize; 'all' for all (default: the scenario's own)", INPUT_POLICY },
	{ "strict", NULL, "exit status 2 at the first point that is not valid, which is else named and left out", OPT_STRICT },
	INPUT_OPTIONS,
	{ 0 }
};

static const struct cli_letter letters[] = { { 'j', OPT_JOBS }, { 0 } };

struct sweep_command {
	struct input input;
	struct sweep_plan plan;
	struct store_sweep sweep;
	struct store *store;
	struct sweep_options run;
	const char *db;		/* as given, then where it is */
	struct place place;
	bool resume;
	struct progress progress;
	uint64_t named;		/* points that were told about */
};

static int take_jobs(struct sweep_command *sc, const char *value)
{
	unsigned long long number;

	if (cli_parse_number(value, &number) && number >= 1 && number <= POOL_MAX) {
		sc->run.jobs = (unsigned)number;
		return EXIT_FINE;
	}
	cli_error("-j takes a number from 1 to %u, not '%s'", POOL_MAX, value);
	return EXIT_USAGE;
}

static int take_shard(struct sweep_command *sc, const char *value)
{
	char copy[32], *slash;
	unsigned long long shard, shards;

	snprintf(copy, sizeof(copy), "%s", value);
	slash = strchr(copy, '/');
	if (slash)
		*slash = '\0';
	if (slash && cli_parse_number(copy, &shard) && cli_parse_number(slash + 1, &shards) && shard >= 1 &&
	    shard <= shards && shards <= SHARDS_MAX && strlen(value) < sizeof(copy)) {
		sc->plan.shard = (unsigned)shard;
		sc->plan.shards = (unsigned)shards;
		return EXIT_FINE;
	}
	cli_error("--shard takes I/N with I from 1 to N and N at most %u, for example 1/8, not '%s'", SHARDS_MAX, value);
	return EXIT_USAGE;
}

static int take_rows(struct sweep_command *sc, const char *value)
{
	sc->plan.all_rows = strcmp(value, "all") == 0;
	if (sc->plan.all_rows || strcmp(value, "few") == 0)
		return EXIT_FINE;
	cli_error("--rows is 'few' or 'all', not '%s'", value);
	return EXIT_USAGE;
}

static int take_option(struct sweep_command *sc, int id, const char *value)
{
	switch (id) {
	case OPT_VARY:
		return input_vary(&sc->input, value);
	case OPT_JOBS:
		return take_jobs(sc, value);
	case OPT_DB:
		sc->db = value;
		if (*value)
			return EXIT_FINE;
		cli_error("--db needs the name of a file");
		return EXIT_USAGE;
	case OPT_SHARD:
		return take_shard(sc, value);
	case OPT_RESUME:
		sc->resume = true;
		return EXIT_FINE;
	case OPT_ROWS:
		return take_rows(sc, value);
	case OPT_STRICT:
		sc->run.strict = true;
		return EXIT_FINE;
	}
	return input_option(&sc->input, id, value);
}

static void on_point(void *ctx, uint64_t done, uint64_t count)
{
	struct sweep_command *sc = ctx;

	progress_points(&sc->progress, done, count);
	stop_guards(sc->store, sc->db, GOES_ON);
	stop_here();
}

/* True: one more line would be too many. */
static bool named_enough(struct sweep_command *sc)
{
	progress_clear(&sc->progress);
	return cli_quiet() || sc->named++ >= NAMED_MAX;
}

static void on_invalid(void *ctx, uint64_t point, const char *text)
{
	struct sweep_command *sc = ctx;
	char values[256];

	if (!named_enough(sc) || sc->run.strict)
		fprintf(stderr, "%s: point %" PRIu64 " (%s) is not valid%s: %s\n", sc->plan.path, point,
			sweep_plan_text(&sc->plan, point, values, sizeof(values)), sc->run.strict ? "" : ", left out", text);
}

static void on_failed(void *ctx, uint64_t point, const char *policy, const struct sim_error *error)
{
	struct sweep_command *sc = ctx;
	char values[256];

	if (!named_enough(sc))
		fprintf(stderr, "%s: point %" PRIu64 " (%s): %s: %s\n", sc->plan.path, point,
			sweep_plan_text(&sc->plan, point, values, sizeof(values)), policy, error->message);
}

static const char *digest_of(const void *ctx, const struct policy *policy)
{
	return policy_so_digest(ctx, policy);
}

/* Which scenario, and how many points. */
static int make_plan(struct sweep_command *sc)
{
	const struct scenario *scenario = scenario_get(sc->input.files[0]);
	struct policy_list list = input_policies(&sc->input, scenario);
	struct sweep_plan *plan = &sc->plan;
	enum scenario_status status;
	struct diag_list diags;

	plan->base = sc->input.files[0];
	plan->version = HPTSIM_VERSION;
	plan->sets = sc->input.sets;
	plan->set_count = sc->input.set_count;
	plan->costs_dir = sc->input.costs_dir;
	plan->seed = sc->input.seed;
	plan->policies = list.policies;
	plan->policy_count = list.count;
	plan->loaders = sc->input.loaders;
	plan->loader_count = sc->input.loader_count;
	plan->digest = digest_of;
	plan->digest_ctx = &sc->input.choice.sos;
	plan->own_policies = !sc->input.choice.policies.count && !sc->input.choice.sos.count;
	if (!sweep_plan_init(plan)) {
		cli_error("%s: more than %" PRIu64 " points: sweep fewer keys or take larger steps", plan->path,
			  SWEEP_POINTS_MAX);
		return EXIT_USAGE;
	}
	if (!plan->axis_count) {
		cli_error("%s: nothing is swept: give --vary KEY=SPEC, for example --vary guest.memory=2GiB..64GiB:x2, "
			  "or 'sweep' in the scenario", plan->path);
		return EXIT_USAGE;
	}
	diag_init(&diags);
	status = sweep_plan_check(plan, &diags);
	diag_render(&diags, stderr);
	diag_release(&diags);
	if (status == SCENARIO_ENOMEM)
		return cli_no_memory();
	return status == SCENARIO_OK ? EXIT_FINE : status == SCENARIO_EINVALID ? EXIT_USAGE : EXIT_TROUBLE;
}

static int open_file(struct sweep_command *sc)
{
	char *why;

	if (place_choose(&sc->place, sc->db, STORE_SWEEP_NAME) != EXIT_FINE)
		return EXIT_TROUBLE;
	sc->db = sc->place.path;
	why = place_make(&sc->place);
	if (why) {
		cli_error("%s; --db FILE keeps results elsewhere", why);
		free(why);
		return EXIT_TROUBLE;
	}
	if (!sweep_describe(&sc->plan, sc->input.choice.policies.count, &sc->sweep))
		return cli_no_memory();
	if (store_sweep_open(sc->db, &sc->sweep, sc->resume, &sc->store, &sc->run.next) != STORE_OK)
		return cli_store_trouble(sc->store);
	if (sc->run.next > 1)
		cli_note("%s: goes on at point %" PRIu64 " of %" PRIu64, sc->db, sc->run.next, sc->plan.points);
	return EXIT_FINE;
}

static int finish(struct sweep_command *sc)
{
	int64_t invalid, failed;
	uint64_t count = sweep_plan_shard_count(&sc->plan);

	if (store_sweep_misses(sc->store, &invalid, &failed) != STORE_OK ||
	    winners_print(&sc->plan, sc->store, stdout) != STORE_OK || store_sweep_finish(sc->store) != STORE_OK)
		return cli_store_trouble(sc->store);
	putchar('\n');
	if (sc->named > NAMED_MAX)
		cli_note("%s: and %" PRIu64 " more; table 'sweep_miss' of %s has all", sc->plan.path, sc->named - NAMED_MAX,
			 sc->db);
	printf("%s: %" PRIu64 " point%s, %zu polic%s: %" PRIu64 " runs", sc->db, count, count == 1 ? "" : "s",
	       sc->plan.policy_count, sc->plan.policy_count == 1 ? "y" : "ies",
	       (count - (uint64_t)invalid) * sc->plan.policy_count - (uint64_t)failed);
	if (sc->plan.shards > 1)
		printf("; shard %u of %u", sc->plan.shard, sc->plan.shards);
	if (failed)
		printf("; runs that did not end: %" PRId64, failed);
	if (invalid)
		printf("; points that are not valid: %" PRId64, invalid);
	putchar('\n');
	return cli_finish_output(failed ? EXIT_SAYS_NO : EXIT_FINE);
}

static int sweep(struct sweep_command *sc)
{
	const struct sweep_watch watch = {
		.ctx = sc, .point = on_point, .invalid = on_invalid, .failed = on_failed,
	};
	char message[SWEEP_MESSAGE_MAX];
	enum sweep_status status;

	progress_init(&sc->progress);
	stop_guards(sc->store, sc->db, GOES_ON);
	status = sweep_run(&sc->plan, &sc->sweep, sc->store, &sc->run, &watch, message);
	progress_clear(&sc->progress);
	stop_here();
	stop_guards(NULL, NULL, NULL);
	switch (status) {
	case SWEEP_OK:
		return finish(sc);
	case SWEEP_EINVALID:
		return EXIT_USAGE;
	case SWEEP_ESTORE:
		return cli_store_trouble(sc->store);
	case SWEEP_ETROUBLE:
		break;
	}
	cli_error("%s: %s", sc->plan.path, message);
	return EXIT_TROUBLE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct sweep_command sc = {
		.plan = { .shard = 1, .shards = 1 },
		.run = { .jobs = pool_usual_count() },
	};
	const char *value;
	int id, code = EXIT_FINE;

	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_HELP || id == CLI_OPTIONS_BAD) {
			input_free(&sc.input);
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		}
		code = take_option(&sc, id, value);
	}
	if (code == EXIT_FINE && argc - optind != 1) {
		cli_error("sweep takes one scenario, not %d", argc - optind);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = input_options_done(&sc.input);
	if (code == EXIT_FINE)
		code = input_load(&sc.input, argv + optind, 1);
	if (code == EXIT_FINE) {
		sc.plan.path = scenario_origin(sc.input.files[0])->path;
		code = make_plan(&sc);
	}
	if (code == EXIT_FINE)
		code = open_file(&sc);
	if (code == EXIT_FINE)
		code = sweep(&sc);
	store_close(sc.store);
	sweep_describe_free(&sc.sweep);
	place_free(&sc.place);
	input_free(&sc.input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim sweep 256g_on_2g --vary 'guest.memory=2GiB..64GiB:x2'", "for which guests?" },
	{ "hptsim sweep 256g_on_2g --vary 'seed=1..9:+1' --shard 1/2 --db 1.db", "a part of it" },
	{ 0 }
};

const struct command command_sweep = {
	.name = "sweep",
	.arguments = "SCENARIO",
	.summary = "Simulate a scenario at many points: all combinations of values of its keys",
	.details = "Keys are those of the scenario joined by dots (guest.memory, events.0.plug.size, costs, ...), and 'seed';\n"
		   "each is given with --vary, or in 'sweep' of the scenario. Every point is run under each policy. The file\n"
		   "does not depend on -j; it holds a whole number of points in their order, whenever the sweep is stopped, but for\n"
		   "the last one. Its view 'point' has a row per run with a column for each key: docs/sweeps.md.\n"
		   "\nPrinted is which policy was the fastest at each point, of 64 at most, and at how many; a run that fell short\n"
		   "of what it was asked for never is.\n"
		   "\nExit status 1: a run did not end, as the hypervisor aborted or an event could not happen. 'expect' is not checked.\n",
	.examples = examples,
	.options = options,
	.letters = letters,
	.run = run,
};
