// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/search_check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/pool.h"
#include "cli/progress.h"
#include "search/command.h"

static void on_progress(void *ctx, uint64_t done, uint64_t points)
{
	progress_points(ctx, done, points);
}

static bool is_own(const struct scenario *sc, const struct policy *policy)
{
	for (size_t i = 0; i < sc->policy_count; i++)
		if (sc->policies[i] == policy)
			return true;
	return false;
}

static bool is_outside(const struct policy_list *outside, const struct policy *policy)
{
	for (size_t i = 0; i < outside->count; i++)
		if (outside->policies[i] == policy)
			return true;
	return false;
}

static int search_one(const struct search_options *options, const struct search_command *command, struct gate_diff *found)
{
	char message[GATE_MESSAGE_MAX];
	struct diag_list diags;
	int rc;

	diag_init(&diags);
	rc = gate_search(options, *command, found, &diags, message);
	progress_clear(options->ctx);
	diag_render(&diags, stderr);
	diag_release(&diags);
	if (rc == 0)
		return EXIT_FINE;
	if (rc == -ENOMEM)
		return cli_no_memory();
	if (rc == -EIO)
		cli_error("%s", message);
	return rc == -EINVAL ? EXIT_USAGE : EXIT_TROUBLE;
}

static int search_file(const struct input *input, const struct scenario_file *file, bool named,
		       const struct policy_list *outside, const struct search_command *command, struct gate_diff *found)
{
	const struct scenario *sc = scenario_get(file);
	struct policy_list list = input_policies(input, sc);
	struct progress progress;
	struct search_options options = {
		.file = file, .path = scenario_origin(file)->path, .costs_dir = input->costs_dir, .seed = input->seed,
		.known = outside->policies, .known_count = outside->count, .jobs = pool_usual_count(),
		.progress = on_progress, .ctx = &progress,
	};
	int code = EXIT_FINE;

	progress_init(&progress);
	for (size_t i = 0; i < list.count && code == EXIT_FINE; i++) {
		options.policy = list.policies[i];
		if (named || is_own(sc, options.policy) || is_outside(outside, options.policy))
			code = search_one(&options, command, found);
	}
	return code;
}

int search_check(const struct input *input, bool named, struct gate_diff *found)
{
	const char **words = calloc(2 * input->set_count + 2, sizeof(*words));
	struct search_command command = { .words = words, .word_count = 2 * input->set_count };
	struct policy_list outside = { .count = 0 };
	int code = words && input_outside(input, &outside) ? EXIT_FINE : cli_no_memory();

	for (size_t i = 0; code == EXIT_FINE && i < input->set_count; i++) {
		words[2 * i] = "set";
		words[2 * i + 1] = input->sets[i];
	}
	if (code == EXIT_FINE && input->costs_dir) {
		words[command.word_count++] = "costs-dir";
		words[command.word_count++] = input->costs_dir;
	}
	for (size_t i = 0; i < input->file_count && code == EXIT_FINE; i++)
		if (gate_searches(input->files[i]))
			code = search_file(input, input->files[i], named, &outside, &command, found);
	free(outside.policies);
	free(words);
	return code;
}
