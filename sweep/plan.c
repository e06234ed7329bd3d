// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sweep_plan_init(struct sweep_plan *plan)
{
	plan->axes = scenario_axes(plan->base, &plan->axis_count);
	plan->points = 1;
	for (size_t i = 0; i < plan->axis_count; i++) {
		plan->points *= plan->axes[i].count;
		if (plan->points > SWEEP_POINTS_MAX)
			return false;
	}
	return true;
}

size_t sweep_plan_value(const struct sweep_plan *plan, uint64_t point, size_t axis)
{
	uint64_t rest = point - 1;

	for (size_t i = plan->axis_count; --i > axis;)
		rest /= plan->axes[i].count;
	return (size_t)(rest % plan->axes[axis].count);
}

static bool is_seed(const struct scenario_axis *axis)
{
	return strcmp(axis->key, AXIS_SEED) == 0;
}

/* "KEY=VALUE" for some of the axes. */
struct point_sets {
	char **texts;
	const char **from;
	size_t count;
};

static bool sets_add(struct point_sets *sets, const struct scenario_axis *axis, size_t value)
{
	size_t size = strlen(axis->key) + strlen(axis->values[value].yaml) + 2;
	char *text = malloc(size);

	if (!text)
		return false;
	snprintf(text, size, "%s=%s", axis->key, axis->values[value].yaml);
	sets->texts[sets->count] = text;
	sets->from[sets->count++] = axis->from;
	return true;
}

static bool sets_init(struct point_sets *sets, size_t room)
{
	*sets = (struct point_sets){ .texts = calloc(room + 1, sizeof(*sets->texts)),
				     .from = calloc(room + 1, sizeof(*sets->from)) };
	return sets->texts && sets->from;
}

static void sets_free(struct point_sets *sets)
{
	for (size_t i = 0; i < sets->count; i++)
		free(sets->texts[i]);
	free(sets->texts);
	free(sets->from);
}

static enum scenario_status load(const struct sweep_plan *plan, const struct point_sets *sets, struct diag_list *diags,
				 struct scenario_file **out)
{
	const struct scenario_load_options options = {
		.sets = plan->sets, .set_count = plan->set_count, .costs_dir = plan->costs_dir, .point = true,
		.point_sets = (const char *const *)sets->texts, .point_from = sets->from, .point_set_count = sets->count,
	};

	return scenario_load_text(strcmp(plan->path, "-") == 0 ? "stdin" : plan->path, scenario_origin(plan->base)->text,
				  &options, diags, out);
}

enum scenario_status sweep_plan_load(const struct sweep_plan *plan, uint64_t point, struct diag_list *diags,
				     struct scenario_file **out, uint64_t *seed)
{
	enum scenario_status status = SCENARIO_ENOMEM;
	struct point_sets sets;
	bool ok = sets_init(&sets, plan->axis_count);

	*out = NULL;
	*seed = plan->seed;
	for (size_t i = 0; i < plan->axis_count && ok; i++) {
		size_t value = sweep_plan_value(plan, point, i);

		if (is_seed(&plan->axes[i]))
			*seed = (uint64_t)plan->axes[i].values[value].number;
		else
			ok = sets_add(&sets, &plan->axes[i], value);
	}
	if (ok)
		status = load(plan, &sets, diags, out);
	sets_free(&sets);
	return status;
}

enum scenario_status sweep_plan_load_one(const struct sweep_plan *plan, size_t axis, size_t value,
					 struct diag_list *diags, struct scenario_file **out)
{
	enum scenario_status status = SCENARIO_ENOMEM;
	struct point_sets sets;

	*out = NULL;
	if (sets_init(&sets, 1) && (is_seed(&plan->axes[axis]) || sets_add(&sets, &plan->axes[axis], value)))
		status = load(plan, &sets, diags, out);
	sets_free(&sets);
	return status;
}

enum scenario_status sweep_plan_check(const struct sweep_plan *plan, struct diag_list *diags)
{
	for (size_t i = 0; i < plan->axis_count; i++) {
		struct diag_list own;
		struct scenario_file *file;
		enum scenario_status status;

		diag_init(&own);
		status = sweep_plan_load_one(plan, i, 0, &own, &file);
		scenario_free(file);
		if (status == SCENARIO_EINVALID && !axis_is_own_fault(&own))
			status = SCENARIO_OK;
		diag_release(&own);
		if (status == SCENARIO_OK)
			continue;
		/* once more, for whoever tells about it */
		status = sweep_plan_load_one(plan, i, 0, diags, &file);
		scenario_free(file);
		return status;
	}
	return SCENARIO_OK;
}

const char *sweep_plan_text(const struct sweep_plan *plan, uint64_t point, char *buf, size_t size)
{
	size_t length = 0;

	*buf = '\0';
	for (size_t i = 0; i < plan->axis_count && length < size; i++)
		length += (size_t)snprintf(buf + length, size - length, "%s%s=%s", i ? ", " : "", plan->axes[i].key,
					   plan->axes[i].values[sweep_plan_value(plan, point, i)].text);
	return buf;
}

uint64_t sweep_plan_shard_count(const struct sweep_plan *plan)
{
	return plan->points < plan->shard ? 0 : (plan->points - plan->shard) / plan->shards + 1;
}

uint64_t sweep_plan_shard_point(const struct sweep_plan *plan, uint64_t i)
{
	return plan->shard + i * plan->shards;
}
