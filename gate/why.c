// SPDX-License-Identifier: GPL-2.0-or-later
/* How to find out why a run is as it is. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "gate/gate.h"

char *gate_explain_command(const struct gate_set *now, const char *scenario, const char *policy)
{
	const struct gate_scenario *s = gate_find_scenario(now, scenario);
	const struct gate_run *run = gate_find_run(now, scenario, policy);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!s || !s->path)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fputs("hptsim explain ", out);
	escape_shell(s->path, strlen(s->path), out);
	if (run && run->so) {
		fputs(" --policy-so ", out);
		escape_shell(run->so, strlen(run->so), out);
	}
	fputs(" --policy ", out);
	escape_shell(policy, strlen(policy), out);
	for (const char *set = s->sets; set && *set; set += strcspn(set, "\n") + (strchr(set, '\n') != NULL)) {
		fputs(" --set ", out);
		escape_shell(set, strcspn(set, "\n"), out);
	}
	if (s->seed)
		fprintf(out, " --seed %" PRIu64, s->seed);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static bool is_of(const char *scenario, const char *policy, const struct gate_run *run)
{
	return scenario && policy && strcmp(scenario, run->scenario) == 0 && strcmp(policy, run->policy) == 0;
}

bool gate_is_red(const struct gate_diff *diff, const struct gate_run *run)
{
	for (size_t i = 0; i < diff->row_count; i++)
		if (gate_verdict_info[diff->rows[i].verdict].red && is_of(diff->rows[i].scenario, diff->rows[i].policy, run))
			return true;
	for (size_t i = 0; i < diff->note_count; i++)
		if (gate_verdict_info[diff->notes[i].verdict].red && is_of(diff->notes[i].scenario, diff->notes[i].policy, run))
			return true;
	return false;
}
