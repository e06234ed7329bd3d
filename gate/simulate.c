// SPDX-License-Identifier: GPL-2.0-or-later
/* Simulate, and keep what runs are judged by. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "gate/gate.h"
#include "run/apart.h"
#include "run/result.h"
#include "run/tee.h"

static void take_values(const struct result *r, int64_t values[GATE_METRIC_COUNT])
{
	for (int m = 0; m < GATE_METRIC_COUNT; m++) {
		bool found = result_number(r, gate_metric_info[m].name, &values[m]);

		assert(found);	/* metrics are columns of table run */
		(void)found;
	}
}

static void note_unmet(const struct result *r, const char *scenario, struct gate_diff *unmet)
{
	for (size_t i = 0; i < r->scenario->expect_count; i++) {
		const struct expect_spec *expect = &r->scenario->expects[i];
		char text[RESULT_UNMET_MAX];
		int64_t got;

		if (!result_meets(r, expect, &got))
			gate_note(unmet, scenario, expect->policy, GATE_UNMET,
				  "the scenario expects %s", result_unmet(expect, got, text));
	}
}

bool gate_simulate(const struct scenario *sc, const struct policy *policy, uint64_t seed, struct sim_sink watch,
		   struct gate_set *set, struct gate_diff *unmet, struct sim_error *error)
{
	const struct sim_options options = { .seed = seed };
	struct result r = { .scenario = sc, .policy = policy, .seed = seed };
	union {
		const char *is;
		char *as;	/* copied by gate_add_run() */
	} scenario = { sc->name }, name = { policy->name }, status;
	struct gate_run run = { .scenario = scenario.as, .policy = name.as };
	struct tee tee = { .count = 0 };
	struct sim_sink sink;

	tee_add(&tee, result_sink(&r));
	tee_add(&tee, watch);
	sink = tee_sink(&tee);
	apart_run(sc, policy, &options, &sink, &r.error);
	status.is = result_status_name(r.error.status);
	run.status = status.as;
	if (r.error.status == SIM_OK && !r.no_memory) {
		take_values(&r, run.values);
		note_unmet(&r, sc->name, unmet);
	}
	gate_add_run(set, &run);
	result_free(&r);
	*error = r.error;
	return r.error.status != SIM_ENOMEM && !r.no_memory && !set->no_memory && !unmet->no_memory;
}
