// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison in a few lines. */
#include "gate/gate.h"

void gate_add_notes(struct gate_diff *diff, const struct gate_diff *unmet)
{
	for (size_t i = 0; i < unmet->note_count; i++)
		gate_note(diff, unmet->notes[i].scenario, unmet->notes[i].policy, unmet->notes[i].verdict, "%s", unmet->notes[i].text);
}

void gate_sum_up(const struct gate_diff *diff, FILE *out)
{
	size_t count[GATE_VERDICT_COUNT] = { 0 };
	const char *comma = "hptsim: ";

	for (size_t i = 0; i < diff->row_count; i++)
		count[diff->rows[i].verdict]++;
	for (size_t i = 0; i < diff->note_count; i++)
		count[diff->notes[i].verdict]++;
	for (int v = 0; v < GATE_VERDICT_COUNT; v++) {
		if (!count[v] || !gate_verdict_info[v].red)
			continue;
		fprintf(out, "%s%zu %s", comma, count[v], gate_verdict_info[v].name);
		comma = ", ";
	}
	fputs(count[GATE_CHANGED] + count[GATE_UNKNOWN] + count[GATE_MISSING] ?
	      "; if that is meant, 'hptsim check --update'\n" : "\n", out);
}

void gate_tell_unmet(const struct gate_diff *unmet, FILE *out)
{
	for (size_t i = 0; i < unmet->note_count; i++)
		fprintf(out, "%s: %s: %s\n", unmet->notes[i].scenario, unmet->notes[i].policy, unmet->notes[i].text);
}

bool gate_print_markdown(const struct gate_diff *diff, const struct gate_set *now, bool all, FILE *out)
{
	fprintf(out, "### hptsim check: %s\n\n", diff->red ? "worse, or not comparable" : "no regression");
	return gate_print_tables(diff, now, all, TABLE_AS_MD, out) && !ferror(out);
}
