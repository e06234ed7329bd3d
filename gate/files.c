// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of scenarios that are simulated for a comparison. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/gate.h"
#include "scenario/load.h"

bool gate_choose_paths(const struct gate_set *base, const char *baseline, char **given, size_t count, char ***paths,
		       size_t *path_count)
{
	*path_count = 0;
	*paths = calloc(count + base->scenario_count + 1, sizeof(**paths));
	if (!*paths)
		return false;
	for (; *path_count < count; ++*path_count) {
		(*paths)[*path_count] = strdup(given[*path_count]);
		if (!(*paths)[*path_count])
			return false;
	}
	for (size_t i = 0; i < base->scenario_count && !count; i++) {
		const char *path = base->scenarios[i].path;
		char *here = path ? gate_path_at(baseline, path) : NULL;

		if (path && !here)
			return false;
		if (here && access(here, F_OK) == 0)
			(*paths)[(*path_count)++] = here;
		else
			free(here);	/* the comparison will miss it */
	}
	return true;
}

int gate_add_file(struct gate_set *set, const struct gate_file *file)
{
	const struct scenario *sc = scenario_get(file->file);
	const struct scenario_origin *origin = scenario_origin(file->file);
	union {
		const char *is;
		char *as;	/* copied by gate_add_scenario() */
	} name = { sc->name }, path = { file->path }, costs = { sc->costs_name }, sets = { file->sets };
	struct gate_scenario s = {
		.name = name.as, .path = path.as, .costs = costs.as, .sets = sets.as, .seed = file->seed,
	};

	if (gate_find_scenario(set, sc->name))
		return -EEXIST;
	gate_hash_scenario(origin->text, s.sha256);
	gate_hash(origin->costs_text, s.costs_sha256);
	gate_add_scenario(set, &s);
	return set->no_memory ? -ENOMEM : 0;
}
