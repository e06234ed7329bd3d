// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/result.h"
#include "scenario/diag.h"

static int add_policy(struct policy_list *list, const struct policy *policy)
{
	const struct policy **policies;

	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->policies[i]->name, policy->name) == 0) {
			cli_error("--policy names '%s' twice", policy->name);
			return EXIT_USAGE;
		}
	}
	policies = realloc(list->policies, (list->count + 1) * sizeof(*policies));
	if (!policies)
		return cli_no_memory();
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

static int unknown_policy(const struct input *input, const char *name, const char *path,
			  const struct scenario *sc)
{
	const char **names;
	size_t count = 0;

	while (policy_table[count])
		count++;
	names = calloc(count + 1 + sc->policy_count + input->policy_sos.count, sizeof(*names));
	if (!names)
		return cli_no_memory();
	for (size_t i = 0; i < count; i++)
		names[i] = policy_table[i]->name;
	names[count++] = "all";
	for (size_t i = 0; i < sc->policy_count; i++)
		names[count++] = sc->policies[i]->name;
	for (size_t i = 0; i < input->policy_sos.count; i++)
		names[count++] = policy_so_policy(input->policy_sos.sos[i])->name;
	cli_unknown("policy", name, "", names, count);
	fprintf(stderr, "  'hptsim list policies' lists them; %s makes none of that name\n", path);
	free(names);
	return EXIT_USAGE;
}

/* A policy that only a scenario can know: a stand-in until one is loaded. */
static int add_named(struct input *input, const char *name)
{
	struct policy **named = realloc(input->named, (input->named_count + 1) * sizeof(*named));
	struct policy *policy = calloc(1, sizeof(*policy));
	char *copy = strdup(name);

	if (named)
		input->named = named;
	if (!named || !policy || !copy) {
		free(policy);
		free(copy);
		return cli_no_memory();
	}
	policy->priv = copy;
	policy->name = copy;
	named[input->named_count++] = policy;
	return add_policy(&input->policies, policy);
}

static bool is_named(const struct input *input, const struct policy *policy)
{
	for (size_t i = 0; i < input->named_count; i++)
		if (input->named[i] == policy)
			return true;
	return false;
}

static const struct policy *find_own(const struct scenario *sc, const char *name)
{
	for (size_t i = 0; i < sc->policy_count; i++)
		if (strcmp(sc->policies[i]->name, name) == 0)
			return sc->policies[i];
	return NULL;
}

static bool is_listed(const struct policy_list *list, const struct policy *policy)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->policies[i] == policy)
			return true;
	return false;
}

static void list_sos(const struct input *input, struct policy_list *out)
{
	for (size_t i = 0; i < input->policy_sos.count; i++) {
		const struct policy *policy = policy_so_policy(input->policy_sos.sos[i]);

		if (!is_listed(out, policy))
			out->policies[out->count++] = policy;
	}
}

static bool lists_so(const struct input *input, const struct policy_list *out)
{
	for (size_t i = 0; i < input->policy_sos.count; i++)
		if (is_listed(out, policy_so_policy(input->policy_sos.sos[i])))
			return true;
	return false;
}

/* What --policy and --policy-so mean for this scenario. */
static int resolve_policies(const struct input *input, const char *path, const struct scenario *sc,
			    struct policy_list *out)
{
	const struct policy_list *list = &input->policies;
	int code = policy_so_clash(&input->policy_sos, path, sc);

	out->policies = calloc(list->count + sc->policy_count + input->policy_sos.count + 1,
			       sizeof(*out->policies));
	if (!out->policies)
		return cli_no_memory();
	for (size_t i = 0; i < list->count; i++) {
		const struct policy *policy = list->policies[i];

		if (is_named(input, policy))
			policy = find_own(sc, policy->name);
		if (!policy)
			policy = policy_so_find(&input->policy_sos, list->policies[i]->name);
		if (policy)
			out->policies[out->count++] = policy;
		else
			code = unknown_policy(input, list->policies[i]->name, path, sc);
	}
	for (size_t i = 0; i < sc->policy_count; i++)
		if (!list->count || (input->own_too && !is_listed(out, sc->policies[i])))
			out->policies[out->count++] = sc->policies[i];
	/* who gives a tree wants to see it, unless it is said which policies of one */
	if (!list->count || input->all || (input->has_kernels && !lists_so(input, out)))
		list_sos(input, out);
	return code;
}

/* NAME[,NAME...], or all */
static int add_policies(struct input *input, const char *value)
{
	struct policy_list *list = &input->policies;
	char *copy = strdup(value), *rest = copy, *comma;
	int code = EXIT_FINE;

	if (!copy)
		return cli_no_memory();
	do {
		char *name = rest;
		const struct policy *policy;

		comma = strchr(rest, ',');
		if (comma) {
			*comma = '\0';
			rest = comma + 1;
		}
		policy = policy_find(name);
		if (policy) {
			code = add_policy(list, policy);
		} else if (strcmp(name, "all") == 0) {
			input->all = true;
			code = add_all_policies(list);
		} else {
			code = add_named(input, name);
		}
	} while (comma && code == EXIT_FINE);
	free(copy);
	return code;
}

static int add_set(struct input *input, const char *value)
{
	const char **sets = realloc(input->sets, (input->set_count + 1) * sizeof(*sets));

	if (!sets)
		return cli_no_memory();
	sets[input->set_count++] = value;
	input->sets = sets;
	return EXIT_FINE;
}

int input_option(struct input *input, int id, const char *value)
{
	unsigned long long number;

	switch (id) {
	case INPUT_POLICY:
		return add_policies(input, value);
	case INPUT_POLICY_SO:
		return policy_so_add(&input->policy_sos, value);
	case INPUT_KERNEL_TREE:
		return kernel_option_take(&input->kernels, KERNEL_TREE, value);
	case INPUT_PATCH:
		return kernel_option_take(&input->kernels, KERNEL_PATCH, value);
	case INPUT_SHIM:
		return kernel_option_take(&input->kernels, KERNEL_SHIM, value);
	case INPUT_NAME:
		return kernel_option_take(&input->kernels, KERNEL_NAME, value);
	case INPUT_SET:
		return add_set(input, value);
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

int input_options_done(struct input *input)
{
	int code = kernel_option_load(&input->kernels, &input->policy_sos);

	input->has_kernels |= input->kernels.count > 0;
	kernel_option_release(&input->kernels);
	return code;
}

static int check_scenario(const struct input *input, const char *path, const struct scenario *sc,
			  struct policy_list *policies)
{
	int code = resolve_policies(input, path, sc, policies);

	if (!input->policies.count && !input->policy_sos.count && !sc->policy_count) {
		cli_error("%s: names no policies; say which with --policy", path);
		code = EXIT_USAGE;
	}
	kernel_option_note(&input->policy_sos, path, sc);
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
		.varies = input->varies, .vary_count = input->vary_count,
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
	for (size_t i = 0; i < input->named_count; i++) {
		free(input->named[i]->priv);
		free(input->named[i]);
	}
	free(input->named);
	free(input->sets);
	free(input->varies);
	free(input->sets_text);
	free(input->policies.policies);
	policy_so_release(&input->policy_sos);
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

/* "v1 (total_ns, findings), v2-p1 (total_ns)": what of the policies that are run @set makes void; false: nothing. */
static bool list_void(const struct scenario *sc, const struct policy_list *list, const char *set, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		const char *before = NULL;

		for (size_t j = 0; j < sc->expect_count; j++) {
			const struct expect_spec *e = &sc->expects[j];

			if (strcmp(e->policy, list->policies[i]->name) != 0 || !e->void_by || strcmp(e->void_by, set) != 0)
				continue;
			if (out && !before)
				fprintf(out, "%s%s (", any ? ", " : "", e->policy);
			if (out)
				fprintf(out, "%s%s", before ? ", " : "", e->what);
			before = e->what;
			any = true;
		}
		if (out && before)
			fputc(')', out);
	}
	return any;
}

void input_tell_void(const struct input *input)
{
	for (size_t i = 0; i < input->file_count && !cli_quiet(); i++) {
		const struct scenario *sc = scenario_get(input->files[i]);
		struct policy_list list = input_policies(input, sc);

		for (size_t j = 0; j < input->set_count; j++) {
			if (!list_void(sc, &list, input->sets[j], NULL))
				continue;
			fprintf(stderr, "%s: --set %s changes what 'expect' is about, not applied: ", sc->name,
				input->sets[j]);
			list_void(sc, &list, input->sets[j], stderr);
			fputc('\n', stderr);
		}
	}
}
