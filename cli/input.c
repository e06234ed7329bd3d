// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/kernel_note.h"
#include "run/result.h"
#include "scenario/diag.h"

static int add(const char ***list, size_t *count, const char *value)
{
	const char **longer = realloc(*list, (*count + 1) * sizeof(*longer));

	if (!longer)
		return cli_no_memory();
	longer[(*count)++] = value;
	*list = longer;
	return EXIT_FINE;
}

int input_vary(struct input *input, const char *value)
{
	return add(&input->varies, &input->vary_count, value);
}

/* Kept in their order, for a command that does it again. */
static int keep_loader(struct input *input, int id, const char *value)
{
	static const char *const names[INPUT_ID_END] = {
		[INPUT_POLICY_SO] = "--policy-so", [INPUT_KERNEL_TREE] = "--kernel-tree", [INPUT_PATCH] = "--patch",
		[INPUT_SHIM] = "--shim", [INPUT_NAME] = "--name", [INPUT_COSTS_DIR] = "--costs-dir",
	};
	int code;

	if (!names[id])
		return EXIT_FINE;
	code = add(&input->loaders, &input->loader_count, names[id]);
	return code == EXIT_FINE ? add(&input->loaders, &input->loader_count, value) : code;
}

static int take_option(struct input *input, int id, const char *value)
{
	unsigned long long number;
	char *why;

	switch (id) {
	case INPUT_POLICY:
		return policy_choice_add(&input->choice, value, &why) ? EXIT_FINE : cli_refuse(why);
	case INPUT_POLICY_SO:
		return policy_so_add(&input->choice.sos, value, &why) ? EXIT_FINE : cli_refuse(why);
	case INPUT_KERNEL_TREE:
		return kernel_option_take(&input->kernels, KERNEL_TREE, value);
	case INPUT_PATCH:
		return kernel_option_take(&input->kernels, KERNEL_PATCH, value);
	case INPUT_SHIM:
		return kernel_option_take(&input->kernels, KERNEL_SHIM, value);
	case INPUT_NAME:
		return kernel_option_take(&input->kernels, KERNEL_NAME, value);
	case INPUT_SET:
		return add(&input->sets, &input->set_count, value);
	case INPUT_SEED:
		if (!cli_parse_number(value, &number)) {
			cli_error("--seed needs a whole number below 2^63, not '%s'", value);
			return EXIT_USAGE;
		}
		input->seed = number;
		return EXIT_FINE;
	case INPUT_QUIET:
		cli_set_quiet();
		return EXIT_FINE;
	case INPUT_COSTS_DIR:
		input->costs_dir = value;
		return EXIT_FINE;
	}
	return EXIT_USAGE;
}

int input_option(struct input *input, int id, const char *value)
{
	int code = take_option(input, id, value);

	return code == EXIT_FINE ? keep_loader(input, id, value) : code;
}

int input_options_done(struct input *input)
{
	int code = kernel_option_load(&input->kernels, &input->choice.sos);

	input->choice.has_kernels |= input->kernels.count > 0;
	kernel_option_release(&input->kernels);
	return code;
}

static void tell_error(void *ctx, const char *text)
{
	cli_error("%s", text);
}

static void tell_note(void *ctx, const char *text)
{
	cli_note("%s", text);
}

static int check_scenario(const struct input *input, const char *path, const struct scenario *sc,
			  struct policy_list *policies)
{
	static const struct policy_told told = { .error = tell_error };
	int code = EXIT_FINE;

	switch (policy_choice_of(&input->choice, path, sc, &told, policies)) {
	case POLICY_CHOICE_OK:
		break;
	case POLICY_CHOICE_EUNKNOWN:
		code = EXIT_USAGE;
		break;
	case POLICY_CHOICE_ENOMEM:
		return cli_no_memory();
	}
	policy_so_note(&input->choice.sos, path, sc, tell_note, NULL);
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

static int load_one(struct input *input, const char *path, struct scenario_file **out,
		    struct policy_list *policies)
{
	struct scenario_load_options options = {
		.sets = input->sets, .set_count = input->set_count,
		.costs_dir = input->costs_dir,
		.varies = input->varies, .vary_count = input->vary_count, .search = input->search,
	};
	struct diag_list diags;
	enum scenario_status status;
	int code = EXIT_TROUBLE;

	diag_init(&diags);
	status = scenario_load(path, &options, &diags, out);
	diag_render(&diags, stderr);
	switch (status) {
	case SCENARIO_OK:
		code = check_scenario(input, path, scenario_get(*out), policies);
		break;
	case SCENARIO_EINVALID:
		code = EXIT_USAGE;
		break;
	case SCENARIO_EIO:
		break;
	case SCENARIO_ENOMEM:
		code = cli_no_memory();
		break;
	}
	diag_release(&diags);
	return code;
}

static char *join_sets(const struct input *input)
{
	size_t size = 1, length = 0;
	char *text;

	for (size_t i = 0; i < input->set_count; i++)
		size += strlen(input->sets[i]) + 1;
	text = malloc(size);
	if (!text)
		return NULL;
	*text = '\0';
	for (size_t i = 0; i < input->set_count; i++)
		length += (size_t)snprintf(text + length, size - length, "%s\n", input->sets[i]);
	return text;
}

static bool is_twice(const char *word, char **words, size_t count)
{
	unsigned times = 0;

	for (size_t i = 0; i < count; i++)
		times += strcmp(words[i], word) == 0;
	return times > 1;
}

int input_load(struct input *input, char **paths, size_t count)
{
	int worst = EXIT_FINE;

	if (!count) {
		cli_error("no scenario given");
		return EXIT_USAGE;
	}
	if (is_twice("-", paths, count)) {
		cli_error("'-' is standard input, which can be read once only");
		return EXIT_USAGE;
	}
	worst = input_options_done(input);
	if (worst != EXIT_FINE)
		return worst;
	input->sets_text = join_sets(input);
	if (!input->sets_text)
		return cli_no_memory();
	input->files = calloc(count, sizeof(*input->files));
	input->file_policies = calloc(count, sizeof(*input->file_policies));
	if (!input->files || !input->file_policies)
		return cli_no_memory();
	input->file_count = count;
	for (size_t i = 0; i < count; i++) {
		int code = load_one(input, paths[i], &input->files[i], &input->file_policies[i]);

		if (worst < code)
			worst = code;
	}
	return worst;
}

void input_free(struct input *input)
{
	for (size_t i = 0; i < input->file_count; i++) {
		scenario_free(input->files[i]);
		free(input->file_policies[i].policies);
	}
	free(input->files);
	free(input->file_policies);
	free(input->sets);
	free(input->varies);
	free(input->loaders);
	free(input->sets_text);
	policy_choice_release(&input->choice);
	kernel_option_release(&input->kernels);
	*input = (struct input){ 0 };
}

struct policy_list input_policies(const struct input *input, const struct scenario *sc)
{
	for (size_t i = 0; i < input->file_count; i++)
		if (input->files[i] && scenario_get(input->files[i]) == sc)
			return input->file_policies[i];
	return (struct policy_list){ .policies = sc->policies, .count = sc->policy_count };
}

bool input_outside(const struct input *input, struct policy_list *out)
{
	const struct policy_so_list *sos = &input->choice.sos;

	*out = (struct policy_list){ .policies = calloc(sos->count + 1, sizeof(*out->policies)) };
	for (; out->policies && out->count < sos->count; out->count++)
		out->policies[out->count] = policy_so_policy(sos->sos[out->count]);
	return out->policies != NULL;
}

void input_describe(const struct input *input, const struct scenario *sc, const struct policy *policy,
		    struct store_run *run, struct store_input *origin)
{
	*run = (struct store_run){
		.scenario = sc->name, .description = sc->description, .policy = policy->name,
		.costs = sc->costs_name, .hptsim_version = HPTSIM_VERSION, .seed = input->seed,
		.policy_title = policy->title, .policy_source = policy->source,
	};
	for (size_t i = 0; i < input->file_count; i++) {
		const struct scenario_origin *file;

		if (!input->files[i] || scenario_get(input->files[i]) != sc)
			continue;
		file = scenario_origin(input->files[i]);
		*origin = (struct store_input){
			.scenario_text = file->text, .sets = input->sets_text, .costs_text = file->costs_text,
			.costs_about = file->costs_about, .page_shift = virtual_page_shift(&sc->guest, &sc->hypervisor),
			.references = sc->references, .reference_count = sc->reference_count,
		};
		run->input = origin;
	}
}

void input_tell_void(const struct input *input)
{
	for (size_t i = 0; i < input->file_count && !cli_quiet(); i++) {
		const struct scenario *sc = scenario_get(input->files[i]);
		struct policy_list list = input_policies(input, sc);

		for (size_t j = 0; j < input->set_count; j++) {
			if (!scenario_list_void(sc, list.policies, list.count, input->sets[j], NULL))
				continue;
			fprintf(stderr, "%s: --set %s changes what 'expect' is about, not applied: ", sc->name,
				input->sets[j]);
			scenario_list_void(sc, list.policies, list.count, input->sets[j], stderr);
			fputc('\n', stderr);
		}
	}
}
