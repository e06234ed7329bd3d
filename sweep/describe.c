// SPDX-License-Identifier: GPL-2.0-or-later
/* What a sweep's file says of it. */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "sim/policy.h"
#include "sweep/sweep.h"

static void put_option(FILE *out, const char *option, const char *value)
{
	fprintf(out, " %s ", option);
	escape_shell(value, strlen(value), out);
}

/* Options that change what is run, for a command that does it again. */
static char *arguments(const struct sweep_plan *plan, bool policies_given)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < plan->axis_count; i++) {
		const struct scenario_axis *axis = &plan->axes[i];
		char *vary = malloc(strlen(axis->key) + strlen(axis->spec) + 2);

		if (vary && strcmp(axis->from, "--vary") == 0) {
			sprintf(vary, "%s=%s", axis->key, axis->spec);
			put_option(out, "--vary", vary);
		}
		free(vary);
	}
	for (size_t i = 0; i < plan->set_count; i++)
		put_option(out, "--set", plan->sets[i]);
	for (size_t i = 0; i < plan->policy_count && policies_given; i++)
		fprintf(out, "%s%s", i ? "," : " --policy ", plan->policies[i]->name);
	if (plan->seed)
		fprintf(out, " --seed %llu", (unsigned long long)plan->seed);
	if (plan->all_rows)
		fputs(" --rows all", out);
	for (size_t i = 0; i + 1 < plan->loader_count; i += 2)
		put_option(out, plan->loaders[i], plan->loaders[i + 1]);
	return fclose(out) == 0 ? text : (free(text), NULL);
}

static char *join_sets(const struct sweep_plan *plan)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < plan->set_count; i++)
		fprintf(out, "%s\n", plan->sets[i]);
	return fclose(out) == 0 ? text : (free(text), NULL);
}

static struct store_sweep_axis describe_axis(const struct scenario_axis *axis)
{
	struct store_sweep_value *values = calloc(axis->count, sizeof(*values));
	char plain[24];

	for (size_t i = 0; i < axis->count && values; i++) {
		snprintf(plain, sizeof(plain), "%lld", (long long)axis->values[i].number);
		values[i] = (struct store_sweep_value){
			.text = axis->values[i].text, .number = axis->values[i].number,
			.is_whole = axis->unit == AXIS_NUMBER && strcmp(plain, axis->values[i].text) == 0,
		};
	}
	return (struct store_sweep_axis){
		.key = axis->key, .spec = axis->spec, .values = values, .count = axis->count,
		.unit = axis->unit == AXIS_BYTES ? "bytes" : axis->unit == AXIS_NS ? "ns" : NULL,
	};
}

/* A profile that is not there yet, as copies. */
static bool add_costs(struct store_sweep *out, struct store_sweep_name *costs, const struct scenario_file *file)
{
	const char *name = scenario_get(file)->costs_name;
	char *copies[2];

	for (size_t i = 0; i < out->costs_count; i++)
		if (strcmp(costs[i].name, name) == 0)
			return true;
	copies[0] = strdup(name);
	copies[1] = strdup(scenario_origin(file)->costs_text);
	costs[out->costs_count++] = (struct store_sweep_name){ copies[0], copies[1] };
	return copies[0] && copies[1];
}

static bool describe_costs(const struct sweep_plan *plan, struct store_sweep *out)
{
	struct store_sweep_name *costs;
	size_t room = 1;
	bool ok;

	for (size_t i = 0; i < plan->axis_count; i++)
		room += strcmp(plan->axes[i].key, "costs") == 0 ? plan->axes[i].count : 0;
	costs = calloc(room, sizeof(*costs));
	out->costs = costs;
	ok = costs && add_costs(out, costs, plan->base);
	for (size_t i = 0; i < plan->axis_count && ok; i++) {
		for (size_t j = 0; j < plan->axes[i].count && strcmp(plan->axes[i].key, "costs") == 0 && ok; j++) {
			struct scenario_file *file;
			struct diag_list diags;

			diag_init(&diags);
			/* one that is not valid is told with its points */
			if (sweep_plan_load_one(plan, i, j, &diags, &file) == SCENARIO_OK)
				ok = add_costs(out, costs, file);
			scenario_free(file);
			diag_release(&diags);
		}
	}
	return ok;
}

/* Two of one name are the same only if they are the same file. */
static char *policy_source(const struct sweep_plan *plan, const struct policy *policy)
{
	const char *source = policy->source ? policy->source : "", *digest = "";

	if (plan->digest)
		digest = plan->digest(plan->digest_ctx, policy);
	return text_format("%s%s%s%s", source, *source && *digest ? ", " : "", *digest ? "SHA-256 " : "", digest);
}

static bool describe_policies(const struct sweep_plan *plan, struct store_sweep *out)
{
	struct store_sweep_name *policies = calloc(plan->policy_count + 1, sizeof(*policies));
	bool ok = policies;

	out->policies = policies;
	for (size_t i = 0; i < plan->policy_count && ok; i++) {
		policies[i] = (struct store_sweep_name){ plan->policies[i]->name, policy_source(plan, plan->policies[i]) };
		out->policy_count++;
		ok = policies[i].text;
	}
	return ok;
}

bool sweep_describe(const struct sweep_plan *plan, bool policies_given, struct store_sweep *out)
{
	struct store_sweep_axis *axes = calloc(plan->axis_count + 1, sizeof(*axes));
	bool ok = axes;

	*out = (struct store_sweep){
		.scenario = scenario_get(plan->base)->name, .scenario_text = scenario_origin(plan->base)->text,
		.file = plan->path, .arguments = arguments(plan, policies_given),
		.sets = join_sets(plan), .hptsim_version = plan->version, .seed = plan->seed, .all_rows = plan->all_rows,
		.points = plan->points, .shard = plan->shard, .shards = plan->shards, .axes = axes,
	};
	for (size_t i = 0; i < plan->axis_count && ok; i++) {
		axes[out->axis_count++] = describe_axis(&plan->axes[i]);
		ok = axes[i].values;
	}
	return ok && out->arguments && out->sets && describe_policies(plan, out) && describe_costs(plan, out);
}

static void drop(const void *pointer)
{
	/* what was made here; the members are for reading */
	union {
		const void *of;
		void *to;
	} made = { pointer };

	free(made.to);
}

void sweep_describe_free(struct store_sweep *sweep)
{
	for (size_t i = 0; i < sweep->axis_count; i++)
		drop(sweep->axes[i].values);
	for (size_t i = 0; i < sweep->costs_count; i++) {
		drop(sweep->costs[i].name);
		drop(sweep->costs[i].text);
	}
	for (size_t i = 0; i < sweep->policy_count; i++)
		drop(sweep->policies[i].text);
	drop(sweep->axes);
	drop(sweep->costs);
	drop(sweep->policies);
	drop(sweep->arguments);
	drop(sweep->sets);
	*sweep = (struct store_sweep){ 0 };
}
