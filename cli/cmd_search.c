// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim search: the smallest scenario in which a policy does what it should not. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/output.h"
#include "base/pool.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "search/command.h"
#include "search/search.h"

#define POINTS_MAX	1000000000u
#define WORDS_MAX	512u

enum { OPT_FIND = INPUT_ID_END, OPT_VARY, OPT_EVENTS, OPT_KINDS, OPT_POINTS, OPT_TIME, OPT_JOBS, OPT_OUTPUT, OPT_FORCE };

static const struct cli_option options[] = {
	{ "policy", "NAME", "whose runs are looked at (default: the scenario's only one)", INPUT_POLICY },
	{ "find", "EXPR", "what a counterexample is: 'failures > 0', 'total > 1.01 * per-section.total', 'finding'", OPT_FIND },
	{ "vary", "KEY=SPEC", "what a key may be: [a, b], 2GiB..64GiB:x2, or one value; sizes=SPEC: of what events bring", OPT_VARY },
	{ "events", "N", "at most so many in a sequence (default 4); 0: those of the scenario", OPT_EVENTS },
	{ "kinds", "KIND[,KIND...]", "what sequences are made of (default: all but hpt_order, wait and migrate)", OPT_KINDS },
	{ "points", "N", "try at most so many (default 2000)", OPT_POINTS },
	{ "time", "TIME", "look no longer, 30s or 5min: what is found may differ between machines then", OPT_TIME },
	{ "jobs", "N", "processes that simulate (default: as many as there are processors)", OPT_JOBS },
	{ "output", "FILE", "where the counterexample goes: a new file (default: standard output)", OPT_OUTPUT },
	{ "force", NULL, "write FILE also when it is there", OPT_FORCE },
	INPUT_OPTIONS,
	{ 0 }
};

static const struct cli_letter letters[] = { { 'j', OPT_JOBS }, { 'o', OPT_OUTPUT }, { 0 } };

struct search_command_line {
	struct input input;
	struct search_options search;
	unsigned events, kinds;		/* above SEARCH_EVENTS_MAX, 0: not given */
	uint64_t points;
	const char *output;
	bool force;
	const char *words[WORDS_MAX];	/* options that what is found depends on */
	size_t word_count;
	struct policy_list outside;	/* that the scenario may not know */
	struct progress progress;
};

static int take_number(const char *option, const char *value, unsigned long long low, unsigned long long high,
		       unsigned long long *number)
{
	if (cli_parse_number(value, number) && *number >= low && *number <= high)
		return EXIT_FINE;
	cli_error("%s takes a number from %llu to %llu, not '%s'", option, low, high, value);
	return EXIT_USAGE;
}

static int take_kinds(struct search_command_line *sc, const char *value)
{
	sc->kinds = 0;
	for (size_t size; *value; value += size + (value[size] == ',')) {
		char name[32];
		unsigned kind;

		size = strcspn(value, ",");
		snprintf(name, sizeof(name), "%.*s", size < sizeof(name) ? (int)size : 31, value);
		kind = search_kind(name);
		sc->kinds |= kind;
		if (kind)
			continue;
		cli_error("--kinds: no kind of event '%s'; kinds are %s", name, search_kind_list());
		return EXIT_USAGE;
	}
	if (sc->kinds & ~SEARCH_AT)
		return EXIT_FINE;
	cli_error("--kinds needs at least one kind of event; kinds are %s", search_kind_list());
	return EXIT_USAGE;
}

static int take_time(struct search_command_line *sc, const char *value)
{
	const char *unit;
	uint64_t ns;

	if (text_quantity(value, text_time_units, &unit, &ns) == TEXT_OK && ns && ns <= INT64_MAX / 2) {
		sc->search.time_ns = (int64_t)ns;
		return EXIT_FINE;
	}
	cli_error("--time takes a time with its unit, such as 30s or 5min, not '%s'", value);
	return EXIT_USAGE;
}

/* Does what is found depend on that option? Then the counterexample's head has it. */
static bool matters(int id)
{
	return id != OPT_FIND && id != OPT_JOBS && id != OPT_TIME && id != OPT_OUTPUT && id != OPT_FORCE &&
	       id != INPUT_POLICY && id != INPUT_SEED && id != INPUT_QUIET;
}

static int remember(struct search_command_line *sc, int id, const char *value)
{
	const struct cli_option *option = options;

	if (!matters(id))
		return EXIT_FINE;
	while (option->id != id)
		option++;
	if (sc->word_count + 2 > WORDS_MAX) {
		cli_error("more than %u options", WORDS_MAX / 2);
		return EXIT_USAGE;
	}
	sc->words[sc->word_count++] = option->name;
	sc->words[sc->word_count++] = value;
	return EXIT_FINE;
}

static int take_option(struct search_command_line *sc, int id, const char *value)
{
	unsigned long long number = 0;
	int code;

	switch (id) {
	case OPT_FIND:
		sc->search.find = value;
		return EXIT_FINE;
	case OPT_VARY:
		return input_vary(&sc->input, value);
	case OPT_EVENTS:
		code = take_number("--events", value, 0, SEARCH_EVENTS_MAX, &number);
		sc->events = (unsigned)number;
		return code;
	case OPT_KINDS:
		return take_kinds(sc, value);
	case OPT_POINTS:
		code = take_number("--points", value, 1, POINTS_MAX, &number);
		sc->points = number;
		return code;
	case OPT_JOBS:
		code = take_number("-j", value, 1, POOL_MAX, &number);
		sc->search.jobs = (unsigned)number;
		return code;
	case OPT_TIME:
		return take_time(sc, value);
	case OPT_OUTPUT:
		sc->output = value;
		return EXIT_FINE;
	case OPT_FORCE:
		sc->force = true;
		return EXIT_FINE;
	}
	return input_option(&sc->input, id, value);
}

/* Before the search: nobody wants to wait for a file that cannot be written. */
static int check_output(const struct search_command_line *sc)
{
	struct stat st;

	/* /dev/stdout and a FIFO lose nothing */
	if (!sc->output || sc->force || stat(sc->output, &st) != 0 || !S_ISREG(st.st_mode))
		return EXIT_FINE;
	cli_error("%s: is there already: -o takes another name, --force writes it anew", sc->output);
	return EXIT_USAGE;
}

static int write_output(const struct search_command_line *sc, const char *yaml)
{
	struct output output;
	FILE *out;

	if (!sc->output) {
		fputs(yaml, stdout);
		return cli_finish_output(EXIT_FINE);
	}
	out = output_open(&output, sc->output);
	if (output_close(&output, out && fputs(yaml, out) >= 0))
		return EXIT_FINE;
	cli_error("%s: cannot be written: %s", sc->output, output_error(errno));
	return EXIT_TROUBLE;
}

static void on_progress(void *ctx, uint64_t done, uint64_t points)
{
	struct search_command_line *sc = ctx;

	progress_points(&sc->progress, done, points);
}

/* One policy is searched with. */
static int choose_policy(struct search_command_line *sc)
{
	struct policy_list list = input_policies(&sc->input, scenario_get(sc->search.file));

	sc->search.policy = list.policies[0];
	if (list.count == 1)
		return EXIT_FINE;
	cli_error("%s: a search is for one policy, and there are %zu: give --policy NAME", sc->search.path, list.count);
	return EXIT_USAGE;
}

static int choose_search(struct search_command_line *sc)
{
	struct scenario_search own = scenario_search(sc->search.file);

	if (sc->kinds)
		own.kinds = sc->kinds;
	if (sc->events <= SEARCH_EVENTS_MAX)
		own.events = sc->events;
	if (sc->points)
		own.points = sc->points;
	sc->search.search = own;
	if (sc->search.find || own.find)
		return EXIT_FINE;
	cli_error("%s: nothing to look for: give --find EXPR, for example --find 'failures > 0', or 'find' in 'search' of the scenario",
		  sc->search.path);
	return EXIT_USAGE;
}

static int search(struct search_command_line *sc)
{
	struct search_report report;
	struct diag_list diags;
	enum search_status status;
	int code = EXIT_FINE;

	diag_init(&diags);
	progress_init(&sc->progress);
	status = search_run(&sc->search, &diags, &report);
	progress_clear(&sc->progress);
	diag_render(&diags, stderr);
	diag_release(&diags);
	switch (status) {
	case SEARCH_FOUND:
		code = cli_worse(EXIT_SAYS_NO, write_output(sc, report.yaml));
		/* fall through */
	case SEARCH_NOTHING:
		if (!cli_quiet())
			search_print_report(&report, status, stderr);
		break;
	case SEARCH_EINVALID:
		code = EXIT_USAGE;
		break;
	case SEARCH_ETROUBLE:
		cli_error("%s: %s", sc->search.path, report.message);
		code = EXIT_TROUBLE;
	}
	search_report_free(&report);
	return code;
}

static int prepare(struct search_command_line *sc, char *path, char **command_text)
{
	struct search_command command;
	int code = check_output(sc);

	sc->search.path = path;
	sc->input.search = true;
	if (code == EXIT_FINE)
		code = input_load(&sc->input, &path, 1);
	if (code != EXIT_FINE)
		return code;
	sc->search.file = sc->input.files[0];
	sc->search.path = scenario_origin(sc->search.file)->path;
	sc->search.costs_dir = sc->input.costs_dir;
	sc->search.seed = sc->input.seed;
	code = choose_policy(sc);
	if (code == EXIT_FINE)
		code = choose_search(sc);
	if (code != EXIT_FINE)
		return code;
	if (!input_outside(&sc->input, &sc->outside))
		return cli_no_memory();
	sc->search.known = sc->outside.policies;
	sc->search.known_count = sc->outside.count;
	command = (struct search_command){
		.path = path, .policy = sc->search.policy->name, .find = sc->search.find, .seed = sc->search.seed,
		.words = sc->words, .word_count = sc->word_count,
	};
	sc->search.command = *command_text = search_command_text(&command);
	return EXIT_FINE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct search_command_line sc = {
		.search = { .jobs = pool_usual_count(), .progress = on_progress },
		.events = SEARCH_EVENTS_MAX + 1,
	};
	char *command_text = NULL;
	const char *value;
	int id, code = EXIT_FINE;

	sc.search.ctx = &sc;
	while (code == EXIT_FINE && (id = cli_next_option(command, argc, argv, &value)) != CLI_OPTIONS_END) {
		if (id == CLI_OPTIONS_HELP || id == CLI_OPTIONS_BAD) {
			input_free(&sc.input);
			return id == CLI_OPTIONS_HELP ? cli_finish_output(EXIT_FINE) : EXIT_USAGE;
		}
		code = cli_worse(take_option(&sc, id, value), remember(&sc, id, value));
	}
	if (code == EXIT_FINE && argc - optind != 1) {
		cli_error("search takes one scenario, not %d", argc - optind);
		code = EXIT_USAGE;
	}
	if (code == EXIT_FINE)
		code = prepare(&sc, argv[optind], &command_text);
	if (code == EXIT_FINE)
		code = search(&sc);
	free(sc.outside.policies);
	free(command_text);
	input_free(&sc.input);
	return code;
}

static const struct cli_example examples[] = {
	{ "hptsim search 256g_on_2g --policy v1 --find 'failures > 0'", "when does a resize fail?" },
	{ "hptsim search mine.yaml --policy v1 --find finding -o found.yaml", "into a file" },
	{ 0 }
};

const struct command command_search = {
	.name = "search",
	.arguments = "SCENARIO",
	.summary = "Find the smallest scenario in which a policy does what it should not",
	.details = "Guests and events are tried, from the scenario on and within bounds, until a run of the policy has what EXPR\n"
		   "says; of that the smallest scenario is made that still has it, and printed with what it is expected to end\n"
		   "with. Same scenario, policy, EXPR, bounds and --seed: same counterexample, whatever -j is.\n"
		   "\nEXPR compares numbers of runs, the columns of table 'run' or the words of its table, with 'and', 'or',\n"
		   "'not'; POLICY.NAME is another policy's, finding and aborted stand by themselves: docs/search.md.\n"
		   "\nExit status 1: found; 0: nothing was found, which proves nothing.\n",
	.examples = examples,
	.options = options,
	.letters = letters,
	.run = run,
};
