// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands that make the report again. */
#include <inttypes.h>
#include <string.h>

#include "report/words.h"

const char *words_shell(struct report *r, const char *word, size_t length)
{
	char *text, *out;

	if (length && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.=/:,+-") >= length)
		return report_printf(r, "%.*s", (int)length, word);
	text = out = report_alloc(r, 4 * length + 3);
	if (!text)
		return NULL;
	*out++ = '\'';
	for (size_t i = 0; i < length; i++) {
		if (word[i] == '\'') {
			memcpy(out, "'\\''", 4);
			out += 4;
		} else {
			*out++ = word[i];
		}
	}
	*out = '\'';
	return text;
}

static const char *same_inputs_options(struct report *r, const struct report_scenario *sc)
{
	const char *sets = sc->input ? sc->input->sets : "", *text = "";

	for (; text && *sets; sets += strcspn(sets, "\n") + (sets[strcspn(sets, "\n")] != '\0'))
		text = report_printf(r, "%s --set %s", text, words_shell(r, sets, strcspn(sets, "\n")));
	return text && sc->seed ? report_printf(r, "%s --seed %" PRId64, text, sc->seed) : text;
}

static const char *file_of(struct report *r, const struct report_scenario *sc)
{
	const char *name = report_printf(r, "%s.yaml", sc->name);

	return name ? words_shell(r, name, strlen(name)) : NULL;
}

/* @sc: those that it was run with; NULL: all */
static const char *policies_of(struct report *r, const struct report_scenario *sc)
{
	const char *list = NULL;

	for (size_t i = 0; i < r->policy_count; i++)
		if (!sc || sc->runs[i] || sc->missing[i])
			list = list ? report_printf(r, "%s,%s", list, r->policies[i].name) : r->policies[i].name;
	return list ? words_shell(r, list, strlen(list)) : "";
}

static bool all_alike(struct report *r)
{
	const char *first = r->scenario_count ? same_inputs_options(r, &r->scenarios[0]) : "";

	for (size_t i = 1; i < r->scenario_count; i++) {
		const char *other = same_inputs_options(r, &r->scenarios[i]);

		if (!first || !other || strcmp(first, other) != 0)
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(r->scenarios[i].name, r->scenarios[j].name) == 0)
				return false;
	}
	return true;
}

/* --set is of all scenarios of a command: what was set in some only takes a command for each. */
static const char *one_by_one(struct report *r, size_t lines_max)
{
	const char *text = "";

	for (size_t i = 0; i < r->scenario_count && text; i++) {
		const struct report_scenario *sc = &r->scenarios[i];

		if (i == lines_max)
			text = report_printf(r, "%s# and so on: report.json has all %zu commands\n", text, r->scenario_count);
		if (i < lines_max)
			text = report_printf(r, "%shptsim run %s --policy %s%s --db new.db\n", text, file_of(r, sc),
					     policies_of(r, sc), same_inputs_options(r, sc));
	}
	return text ? report_printf(r, "%shptsim report --db new.db --run $(seq -s, %zu)", text, r->shown) : NULL;
}

const char *words_command(struct report *r, size_t lines_max)
{
	const char *text = "hptsim compare";

	if (!all_alike(r))
		return one_by_one(r, lines_max);
	for (size_t i = 0; i < r->scenario_count && text; i++)
		text = report_printf(r, "%s %s", text, file_of(r, &r->scenarios[i]));
	if (text && r->policy_count)
		text = report_printf(r, "%s --policy %s", text, policies_of(r, NULL));
	return text && r->scenario_count ? report_printf(r, "%s%s", text, same_inputs_options(r, &r->scenarios[0])) : text;
}
