// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/artist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/leave.h"
#include "explain/draw.h"
#include "scenario/load.h"

#define SETS_MAX	64u
#define NAME_LENGTH	256u

/* The reader takes cost profiles from files only. */
struct workplace {
	char directory[64];
	char costs[NAME_LENGTH + 64];	/* "" until there is one */
	int left;
};

static bool write_costs(struct workplace *w, const char *name, const char *text)
{
	FILE *out;
	bool ok;

	strcpy(w->directory, "/tmp/hptsim-XXXXXX");
	w->costs[0] = '\0';
	if (!mkdtemp(w->directory)) {
		w->directory[0] = '\0';
		return false;
	}
	w->left = leave_directory(w->directory);
	snprintf(w->costs, sizeof(w->costs), "%s/%s.yaml", w->directory, name);
	out = fopen(w->costs, "w");
	if (!out)
		return false;
	ok = fputs(text, out) >= 0;
	return fclose(out) == 0 && ok;
}

static void clean_up(const struct workplace *w)
{
	if (*w->costs)
		unlink(w->costs);
	if (!*w->directory)
		return;
	rmdir(w->directory);
	leave_done(w->left);
}

/* "a=b\nc=d\n" in pieces, and the profile by the name that it has here. Returns how many; changes @text. */
static size_t split_sets(char *text, char *costs_set, const char *sets[SETS_MAX])
{
	size_t count = 0;

	for (char *line = strtok(text, "\n"); line && count + 1 < SETS_MAX; line = strtok(NULL, "\n"))
		sets[count++] = line;
	sets[count++] = costs_set;
	return count;
}

static const struct policy *find_policy(const struct scenario *sc, const char *name)
{
	for (size_t i = 0; i < sc->policy_count; i++)
		if (strcmp(sc->policies[i]->name, name) == 0)
			return sc->policies[i];
	return policy_find(name);
}

static bool draw_file(const struct report_sitting *s, const struct scenario *sc, char *message)
{
	const struct policy *policy = find_policy(sc, s->policy);
	char why[EXPLAIN_MESSAGE_MAX];

	/* one from a shared object is not in the database */
	if (!policy || explain_draw_run(sc, policy, s->seed, s->directory, s->stem, why) == EXPLAIN_DRAW_OK)
		return true;
	snprintf(message, REPORT_MESSAGE_MAX, "%s", why);
	return false;
}

/* What cannot be read again is not drawn: it has been run, so the page has everything else. */
static bool draw(const struct report_sitting *s, char *message)
{
	char costs[NAME_LENGTH], costs_set[NAME_LENGTH + 16], *sets_text = strdup(s->sets);
	const char *sets[SETS_MAX];
	struct scenario_load_options options = { .sets = sets };
	struct scenario_file *file = NULL;
	struct workplace w;
	struct diag_list diags;
	bool ok = true;

	snprintf(costs, sizeof(costs), "%.*s", (int)strcspn(s->costs, "+/"), s->costs);
	snprintf(costs_set, sizeof(costs_set), "costs=%s", costs);
	if (!sets_text)
		return true;
	options.set_count = split_sets(sets_text, costs_set, sets);
	options.costs_dir = w.directory;
	diag_init(&diags);
	if (write_costs(&w, costs, s->costs_text) &&
	    scenario_load_text("scenario", s->scenario_text, &options, &diags, &file) == SCENARIO_OK)
		ok = draw_file(s, scenario_get(file), message);
	scenario_free(file);
	diag_release(&diags);
	clean_up(&w);
	free(sets_text);
	return ok;
}

const struct report_artist explain_table_artist = { .draw = draw };
