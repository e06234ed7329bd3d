// SPDX-License-Identifier: GPL-2.0-or-later
/* A scenario's search as part of a gate. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "gate/gate.h"
#include "search/command.h"

bool gate_searches(const struct scenario_file *file)
{
	return scenario_search(file).find != NULL;
}

static void note_found(const struct search_options *options, const struct search_report *report, const char *command,
		       struct gate_diff *found)
{
	gate_note(found, scenario_get(options->file)->name, options->policy->name, GATE_FOUND, "%s: %s; the smallest case: %s",
		  options->search.find, report->facts, command);
}

static void note_nothing(const struct search_options *options, const struct search_report *report, struct gate_diff *found)
{
	gate_note(found, scenario_get(options->file)->name, options->policy->name, GATE_SEARCHED,
		  "%s: nothing at %" PRIu64 " points, which is no proof", options->search.find, report->points);
}

int gate_search(const struct search_options *options, struct search_command command, struct gate_diff *found,
		struct diag_list *diags, char message[GATE_MESSAGE_MAX])
{
	struct search_options mine = *options;
	struct search_report report;
	char *text;
	int rc = 0;

	command.path = options->path;
	command.policy = options->policy->name;
	command.seed = options->seed;
	text = search_command_text(&command);
	if (!text)
		return -ENOMEM;
	mine.search = scenario_search(options->file);
	switch (search_run(&mine, diags, &report)) {
	case SEARCH_FOUND:
		note_found(&mine, &report, text, found);
		break;
	case SEARCH_NOTHING:
		note_nothing(&mine, &report, found);
		break;
	case SEARCH_EINVALID:
		rc = -EINVAL;
		break;
	case SEARCH_ETROUBLE:
		snprintf(message, GATE_MESSAGE_MAX, "%.200s: %.300s", options->path, report.message);
		rc = -EIO;
	}
	search_report_free(&report);
	free(text);
	return found->no_memory ? -ENOMEM : rc;
}
