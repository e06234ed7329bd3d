// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wrong with a run, for those who tell it test by test. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gate/gate.h"

/* Of that run, or of all of its scenario, or of all there is. */
static bool is_about(const char *scenario, const char *policy, const struct gate_run *run)
{
	return (!scenario || strcmp(scenario, run->scenario) == 0) && (!policy || strcmp(policy, run->policy) == 0);
}

static bool is_red(enum gate_verdict verdict)
{
	return gate_verdict_info[verdict].red;
}

bool gate_has_reason(const struct gate_diff *diff, const struct gate_run *run)
{
	for (size_t i = 0; i < diff->row_count; i++)
		if (is_red(diff->rows[i].verdict) && is_about(diff->rows[i].scenario, diff->rows[i].policy, run))
			return true;
	for (size_t i = 0; i < diff->note_count; i++)
		if (is_red(diff->notes[i].verdict) && is_about(diff->notes[i].scenario, diff->notes[i].policy, run))
			return true;
	return false;
}

/* Takes @text; without memory that reason is not told. */
static void tell(char *text, void (*each)(void *ctx, const char *text), void *ctx)
{
	if (text)
		each(ctx, text);
	free(text);
}

void gate_each_reason(const struct gate_diff *diff, const struct gate_set *now, const struct gate_run *run,
		      void (*each)(void *ctx, const char *text), void *ctx)
{
	char base[GATE_VALUE_MAX], value[GATE_VALUE_MAX], delta[GATE_VALUE_MAX], *command;

	for (size_t i = 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];

		if (is_red(note->verdict) && is_about(note->scenario, note->policy, run))
			tell(text_format("%s: %s", gate_verdict_info[note->verdict].name, note->text), each, ctx);
	}
	for (size_t i = 0; i < diff->row_count; i++) {
		const struct gate_row *row = &diff->rows[i];

		if (is_red(row->verdict) && is_about(row->scenario, row->policy, run))
			tell(text_format("%s: %s, in the base %s (%s)", gate_metric_info[row->metric].name,
					 gate_show(value, row->metric, row->now), gate_show(base, row->metric, row->base),
					 gate_show_delta(delta, row)), each, ctx);
	}
	command = gate_explain_command(now, run->scenario, run->policy);
	if (command)
		tell(text_format("to see why: %s", command), each, ctx);
	free(command);
}

const struct gate_note *gate_next_lost(const struct gate_diff *diff, const struct gate_set *now,
				       const struct gate_note *after)
{
	for (size_t i = after ? (size_t)(after - diff->notes) + 1 : 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];
		bool shown = !is_red(note->verdict);

		for (size_t j = 0; j < now->run_count && !shown; j++)
			shown = is_about(note->scenario, note->policy, &now->runs[j]);
		if (!shown)
			return note;
	}
	return NULL;
}
