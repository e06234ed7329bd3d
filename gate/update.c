// SPDX-License-Identifier: GPL-2.0-or-later
/* A new baseline from new results, and of the old one what they say nothing about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

/* What of the old baseline stays: scenarios and policies that were left out. */
static void keep_others(const struct gate_set *base, const struct gate_set *now, const struct gate_rules *rules,
			struct gate_set *fresh)
{
	for (size_t i = 0; i < base->scenario_count; i++)
		if (rules->some_scenarios && !gate_find_scenario(now, base->scenarios[i].name))
			gate_add_scenario(fresh, &base->scenarios[i]);
	for (size_t i = 0; i < base->run_count; i++) {
		const struct gate_run *run = &base->runs[i];
		const struct gate_scenario *was = gate_find_scenario(base, run->scenario);
		const struct gate_scenario *is = gate_find_scenario(now, run->scenario);

		if (gate_find_run(now, run->scenario, run->policy))
			continue;
		if (!is ? rules->some_scenarios : rules->some_policies && strcmp(was->sha256, is->sha256) == 0 &&
		    strcmp(was->costs_sha256, is->costs_sha256) == 0)
			gate_add_run(fresh, run);
	}
}

int gate_update(const char *path, const struct gate_set *base, const struct gate_set *now,
		const struct gate_rules *rules, struct gate_set *fresh, char message[GATE_MESSAGE_MAX])
{
	int rc = 0;

	*fresh = (struct gate_set){ .model = now->model };
	for (size_t i = 0; i < now->scenario_count && !rc; i++) {
		struct gate_scenario s = now->scenarios[i];

		s.path = gate_path_from(path, s.path);
		if (!s.path) {
			snprintf(message, GATE_MESSAGE_MAX, "%s: has no path from '%s'", now->scenarios[i].path, path);
			rc = -ENOENT;
		}
		gate_add_scenario(fresh, &s);
		free(s.path);
	}
	for (size_t i = 0; i < now->run_count; i++)
		gate_add_run(fresh, &now->runs[i]);
	/* values of another model are none of this one */
	if (base->model == now->model)
		keep_others(base, now, rules, fresh);
	gate_sort(fresh);
	if (fresh->no_memory) {
		snprintf(message, GATE_MESSAGE_MAX, "out of memory");
		rc = -ENOMEM;
	}
	return rc ? rc : gate_write(path, fresh, message);
}
