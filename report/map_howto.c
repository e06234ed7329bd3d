// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands that make a sweep's runs again. */
#include <inttypes.h>
#include <string.h>

#include "report/map_pages.h"
#include "report/words.h"

static const char *shell(struct map *m, const char *text)
{
	return text ? words_shell(m->r, text, strlen(text)) : NULL;
}

/* A name that an option parser does not take for an option. */
static const char *file_of(struct map *m)
{
	return shell(m, m->file[0] == '-' && m->file[1] ? report_printf(m->r, "./%s", m->file) : m->file);
}

/* As --set reads it back: in YAML's quotes unless it is plain. */
static const char *yaml_of(struct map *m, const char *value)
{
	const char *text = "'";

	if (*value && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-") == strlen(value))
		return value;
	for (; *value && text; value++)
		text = report_printf(m->r, "%s%s%c", text, *value == '\'' ? "'" : "", *value);
	return text ? report_printf(m->r, "%s'", text) : NULL;
}

const char *map_command(struct map *m, uint64_t point, size_t policy)
{
	const char *text = report_printf(m->r, "hptsim run %s", file_of(m)), *sets = m->sets;
	int64_t seed = m->seed;

	for (; text && *sets; sets += strcspn(sets, "\n") + (sets[strcspn(sets, "\n")] != '\0'))
		text = report_printf(m->r, "%s --set %s", text, words_shell(m->r, sets, strcspn(sets, "\n")));
	for (size_t i = 0; i < m->axis_count && text; i++) {
		const struct map_axis *axis = &m->axes[i];
		size_t value = map_value(m, point, i);

		if (strcmp(axis->key, "seed") == 0)
			seed = axis->numbers[value];
		else
			text = report_printf(m->r, "%s --set %s", text,
					     shell(m, report_printf(m->r, "%s=%s", axis->key, yaml_of(m, axis->texts[value]))));
	}
	if (text && seed)
		text = report_printf(m->r, "%s --seed %" PRId64, text, seed);
	return text ? report_printf(m->r, "%s --policy %s", text, shell(m, m->policies[policy].name)) : NULL;
}

const char *map_sweep_command(struct map *m)
{
	return report_printf(m->r, "hptsim sweep %s%s --db sweep.db", file_of(m), m->arguments);
}
