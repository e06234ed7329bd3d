// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/result.h"
#include "scenario/diag.h"

static int out_of_memory(void)
{
	cli_error("out of memory");
	return EXIT_TROUBLE;
}

static int add_policy(struct policy_list *list, const struct policy *policy)
{
	const struct policy **policies;

	for (size_t i = 0; i < list->count; i++) {
		if (list->policies[i] == policy) {
			cli_error("--policy names '%s' twice", policy->name);
			return EXIT_USAGE;
		}
	}
	policies = realloc(list->policies, (list->count + 1) * sizeof(*policies));
	if (!policies)
		return out_of_memory();
	policies[list->count++] = policy;
	list->policies = policies;
	return EXIT_FINE;
}

static int add_all_policies(struct policy_list *list)
{
	int code = EXIT_FINE;

	for (size_t i = 0; policy_table[i] && code == EXIT_FINE; i++)
		code = add_policy(list, policy_table[i]);
	return code;
}

static int unknown_policy(const char *name)
{
	const char **names;
	size_t count = 0;

	while (policy_table[count])
		count++;
	names = calloc(count + 1, sizeof(*names));
	if (!names)
		return out_of_memory();
	for (size_t i = 0; i < count; i++)
		names[i] = policy_table[i]->name;
	names[count] = "all";
	cli_unknown("policy", name, "", names, count + 1);
	fprintf(stderr, "  'hptsim list policies' lists them\n");
	free(names);
	return EXIT_USAGE;
}

/* NAME[,NAME...], or all */
static int add_policies(struct policy_list *list, const char *value)
{
	char *copy = strdup(value), *rest = copy, *comma;
	int code = EXIT_FINE;

	if (!copy)
		return out_of_memory();
	do {
		char *name = rest;
		const struct policy *policy;

		comma = strchr(rest, ',');
		if (comma) {
			*comma = '\0';
			rest = comma + 1;
		}
		policy = policy_find(name);
		if (policy)
			code = add_policy(list, policy);
		else if (strcmp(name, "all") == 0)
			code = add_all_policies(list);
		else
			code = unknown_policy(name);
	} while (comma && code == EXIT_FINE);
	free(copy);
	return code;
}

static int add_set(struct input *input, const char *value)
{
	const char **sets = realloc(input->sets, (input->set_count + 1) * sizeof(*sets));

	if (!sets)
		return out_of_memory();
	sets[input->set_count++] = value;
	input->sets = sets;
	return EXIT_FINE;
}

int input_option(struct input *input, int id, const char *value)
{
	unsigned long long number;

	switch (id) {
	case INPUT_POLICY:
		return add_policies(&input->policies, value);
	case INPUT_SET:
		return add_set(input, value);
	case INPUT_SEED:
		if (!cli_parse_number(value, &number)) {
			cli_error("--seed needs a whole number below 2^63, not '%s'", value);
			return EXIT_USAGE;
		}
		input->seed = number;
		return EXIT_FINE;
	case INPUT_COSTS_DIR:
		input->costs_dir = value;
		return EXIT_FINE;
	}
	return EXIT_USAGE;
}

static int check_scenario(const struct input *input, const char *path, const struct scenario *sc)
{
	int code = EXIT_FINE;

	if (!input_policies(input, sc).count) {
		cli_error("%s: names no policies; say which with --policy", path);
		code = EXIT_USAGE;
	}
	for (size_t i = 0; i < sc->expect_count; i++) {
		struct result none = { 0 };
		int64_t value;

		if (!result_number(&none, sc->expects[i].what, &value)) {
			cli_error("%s: expect: a run has no number '%s'", path, sc->expects[i].what);
			code = EXIT_USAGE;
		}
	}
	return code;
}

static int load_one(struct input *input, const char *path, struct scenario_file **out)
{
	struct scenario_load_options options = {
		.sets = input->sets,
		.set_count = input->set_count,
		.costs_dir = input->costs_dir,
	};
	struct diag_list diags;
	enum scenario_status status;
	int code = EXIT_TROUBLE;

	diag_init(&diags);
	status = scenario_load(path, &options, &diags, out);
	diag_render(&diags, stderr);
	switch (status) {
	case SCENARIO_OK:
		code = check_scenario(input, path, scenario_get(*out));
		break;
	case SCENARIO_EINVALID:
		code = EXIT_USAGE;
		break;
	case SCENARIO_EIO:
		break;
	case SCENARIO_ENOMEM:
		code = out_of_memory();
		break;
	}
	diag_release(&diags);
	return code;
}

int input_load(struct input *input, char **paths, size_t count)
{
	int worst = EXIT_FINE;

	if (!count) {
		cli_error("no scenario given");
		return EXIT_USAGE;
	}
	input->files = calloc(count, sizeof(*input->files));
	if (!input->files)
		return out_of_memory();
	input->file_count = count;
	for (size_t i = 0; i < count; i++) {
		int code = load_one(input, paths[i], &input->files[i]);

		if (worst < code)
			worst = code;
	}
	return worst;
}

void input_free(struct input *input)
{
	for (size_t i = 0; i < input->file_count; i++)
		scenario_free(input->files[i]);
	free(input->files);
	free(input->sets);
	free(input->policies.policies);
	*input = (struct input){ 0 };
}

struct policy_list input_policies(const struct input *input, const struct scenario *sc)
{
	if (input->policies.count)
		return input->policies;
	return (struct policy_list){ .policies = sc->policies, .count = sc->policy_count };
}

int input_sim_failed(const struct scenario *sc, const struct policy *policy, const struct sim_error *error)
{
	fprintf(stderr, "%s: %s: ", sc->name, policy->name);
	if (error->status == SIM_EEVENT)
		fprintf(stderr, "event %zu: ", error->event + 1);
	fprintf(stderr, "%s\n", error->message);
	switch (error->status) {
	case SIM_OK:
		return EXIT_FINE;
	case SIM_EHVABORT:
		return EXIT_SAYS_NO;
	case SIM_EBOOT:
	case SIM_EEVENT:
		return EXIT_USAGE;
	case SIM_ENOMEM:
		break;
	}
	return EXIT_TROUBLE;
}
