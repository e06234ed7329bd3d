// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim check: simulate, and keep what runs are judged by. */
#include <inttypes.h>
#include <string.h>

#include "cli/check.h"
#include "cli/progress.h"
#include "run/result.h"
#include "run/tee.h"

static int64_t failed_hotplugs(const struct result *r)
{
	int64_t count = 0;

	for (size_t i = 0; i < r->request_count; i++)
		count += r->requests[i].err || r->requests[i].lmbs_done < r->requests[i].lmbs_requested;
	return count;
}

static void take_values(const struct result *r, int64_t values[GATE_METRIC_COUNT])
{
	for (int m = 0; m < GATE_METRIC_COUNT; m++)
		if (!result_number(r, gate_metric_info[m].name, &values[m]))
			values[m] = failed_hotplugs(r);	/* no column of table run */
}

static void note_unmet(const struct result *r, const char *scenario, struct gate_diff *unmet)
{
	for (size_t i = 0; i < r->scenario->expect_count; i++) {
		const struct expect_spec *expect = &r->scenario->expects[i];
		int64_t got;

		if (!result_meets(r, expect, &got))
			gate_note(unmet, scenario, expect->policy, GATE_UNMET,
				  "the scenario expects %s %" PRId64 ", got %" PRId64, expect->what, expect->value, got);
	}
}

static int run_one(const struct input *input, const struct scenario *sc, const struct policy *policy,
		   struct progress *progress, struct gate_set *set, struct gate_diff *unmet)
{
	const struct sim_options options = { .seed = input->seed };
	struct result r = { .scenario = sc, .policy = policy, .seed = input->seed, .keep_requests = true };
	union {
		const char *is;
		char *as;	/* copied by gate_add_run() */
	} scenario = { sc->name }, name = { policy->name }, status;
	struct gate_run run = { .scenario = scenario.as, .policy = name.as };
	struct tee tee = { .count = 0 };
	struct sim_sink sink;

	tee_add(&tee, result_sink(&r));
	tee_add(&tee, progress_sink(progress, sc->name, policy->name));
	sink = tee_sink(&tee);
	sim_run(sc, policy, &options, &sink, &r.error);
	progress_clear(progress);
	status.is = result_status_name(r.error.status);
	run.status = status.as;
	if (r.error.status == SIM_OK && !r.no_memory) {
		take_values(&r, run.values);
		note_unmet(&r, sc->name, unmet);
	}
	gate_add_run(set, &run);
	result_free(&r);
	if (r.error.status == SIM_ENOMEM || r.no_memory || set->no_memory || unmet->no_memory)
		return cli_no_memory();
	/* a bug of hptsim is nothing to compare */
	return r.error.status == SIM_EINVARIANT ? input_sim_failed(sc, policy, &r.error) : EXIT_FINE;
}

static int add_scenario(const struct input *input, size_t which, char *path, struct gate_set *set)
{
	const struct scenario *sc = scenario_get(input->files[which]);
	const struct scenario_origin *origin = scenario_origin(input->files[which]);
	union {
		const char *is;
		char *as;	/* copied by gate_add_scenario() */
	} name = { sc->name }, costs = { sc->costs_name };
	struct gate_scenario s = {
		.name = name.as, .path = path, .costs = costs.as, .sets = input->sets_text, .seed = input->seed,
	};

	if (gate_find_scenario(set, sc->name)) {
		cli_error("%s: another of the scenarios is called '%s', too", path, sc->name);
		return EXIT_USAGE;
	}
	gate_hash_scenario(origin->text, s.sha256);
	gate_hash(origin->costs_text, s.costs_sha256);
	gate_add_scenario(set, &s);
	return set->no_memory ? cli_no_memory() : EXIT_FINE;
}

int check_simulate(const struct input *input, char **paths, struct gate_set *set, struct gate_diff *unmet)
{
	struct progress progress;
	int code = EXIT_FINE;

	progress_init(&progress);
	set->model = SIM_MODEL_VERSION;
	for (size_t i = 0; i < input->file_count && code == EXIT_FINE; i++) {
		const struct scenario *sc = scenario_get(input->files[i]);
		struct policy_list list = input_policies(input, sc);

		code = add_scenario(input, i, paths[i], set);
		for (size_t j = 0; j < list.count && code == EXIT_FINE; j++)
			code = run_one(input, sc, list.policies[j], &progress, set, unmet);
	}
	gate_sort(set);
	return code;
}
