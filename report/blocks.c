// SPDX-License-Identifier: GPL-2.0-or-later
/* What all data of plots are made of: blocks with a label, seconds, and not too many rows. */
#include <string.h>

#include "report/curves.h"

#define NS_PER_S	1e9

const struct report_run *report_group_run(const struct report *r, const struct report_scenario *sc, size_t group)
{
	for (size_t i = 0; i < r->policy_count; i++)
		if (sc->runs[i] && !sc->runs[i]->trouble && sc->runs[i]->group == group)
			return sc->runs[i];
	return NULL;
}

const char *report_group_label(struct report *r, const struct report_scenario *sc, size_t group)
{
	const char *label = NULL;

	for (size_t i = 0; i < r->policy_count; i++)
		if (sc->runs[i] && !sc->runs[i]->trouble && sc->runs[i]->group == group)
			label = report_printf(r, "%s%s%s", label ? label : "", label ? ", " : "", sc->runs[i]->policy);
	return label ? label : "";
}

/* A field: gnuplot gives a meaning to tabs, line ends and double quotes only. */
void report_put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputs("\xe2\x80\x9d", out);
		else
			fputc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
	}
}

void report_begin_block(struct report *r, const struct report_scenario *sc, size_t group, bool first, FILE *out)
{
	if (!first)
		fputs("\n\n", out);
	report_put_text(out, report_group_label(r, sc, group));
}

double report_seconds(int64_t ns)
{
	return (double)ns / NS_PER_S;
}

bool report_keep(size_t i, size_t count, size_t max)
{
	return i % ((count + max - 1) / max) == 0 || i + 1 == count;
}
