/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text is the arguments of --vary, a line each, then an empty line and a scenario, perhaps with a `sweep`. */
#include <string.h>

#include "fuzz.h"
#include "scenario/load.h"
#include "sweep/plan.h"

#define VARIES_MAX	8

static void check_point(const struct sweep_plan *plan, uint64_t point)
{
	struct scenario_file *file;
	struct diag_list diags;
	enum scenario_status status;
	uint64_t seed;
	char text[256];

	for (size_t i = 0; i < plan->axis_count; i++)
		CHECK(sweep_plan_value(plan, point, i) < plan->axes[i].count);
	CHECK(strlen(sweep_plan_text(plan, point, text, sizeof(text))) < sizeof(text));
	diag_init(&diags);
	status = sweep_plan_load(plan, point, &diags, &file, &seed);
	CHECK(status == SCENARIO_OK || status == SCENARIO_EINVALID);
	CHECK((status == SCENARIO_OK) == (file != NULL) && (file != NULL) == !diags.count);
	scenario_free(file);
	diag_release(&diags);
}

static void check_plan(const struct scenario_file *base)
{
	const struct scenario *sc = scenario_get(base);
	struct sweep_plan plan = {
		.path = "fuzz.yaml", .version = "0", .base = base, .policies = sc->policies, .policy_count = sc->policy_count,
		.own_policies = true, .seed = 1, .shard = 1, .shards = 1,
	};
	struct diag_list diags;
	enum scenario_status status;

	if (!sweep_plan_init(&plan))
		return;
	CHECK(plan.points && plan.points <= SWEEP_POINTS_MAX);
	for (size_t i = 0; i < plan.axis_count; i++)
		CHECK(plan.axes[i].count && plan.axes[i].count <= AXIS_VALUES_MAX);
	if (plan.axis_count > VARIES_MAX)
		return;
	diag_init(&diags);
	status = sweep_plan_check(&plan, &diags);
	CHECK((status == SCENARIO_OK) == !diags.count);
	diag_release(&diags);
	if (status != SCENARIO_OK)
		return;
	check_point(&plan, 1);
	check_point(&plan, plan.points);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *at = text;
	const char *varies[VARIES_MAX];
	struct scenario_load_options options = { .varies = varies };
	struct scenario_file *file;
	struct diag_list diags;
	enum scenario_status status;

	while (options.vary_count < VARIES_MAX && *at && *at != '\n') {
		char *end = strchr(at, '\n');

		if (!end)
			break;
		*end = '\0';
		varies[options.vary_count++] = at;
		at = end + 1;
	}
	diag_init(&diags);
	status = scenario_load_text("fuzz.yaml", *at == '\n' ? at + 1 : at, &options, &diags, &file);
	CHECK(status == SCENARIO_OK || status == SCENARIO_EINVALID);
	CHECK((status == SCENARIO_OK) == (file != NULL) && (file != NULL) == !diags.count);
	if (file)
		check_plan(file);
	scenario_free(file);
	diag_release(&diags);
	free(text);
	return 0;
}
