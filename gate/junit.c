// SPDX-License-Identifier: GPL-2.0-or-later
/* JUnit's XML, which CI systems show as a list of tests. */
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"
#include "base/escape.h"

/* XML has no way to write most control characters. */
static void xml(const char *text, FILE *out)
{
	char one[2] = "";

	for (; *text; text++) {
		one[0] = (unsigned char)*text < ' ' ? ' ' : *text;
		escape_html(one, out);
	}
}

static bool is_of(const char *scenario, const char *policy, const struct gate_run *run)
{
	return (!scenario || strcmp(scenario, run->scenario) == 0) && (!policy || strcmp(policy, run->policy) == 0);
}

static bool is_red(enum gate_verdict verdict)
{
	return gate_verdict_info[verdict].red;
}

static bool is_bad(const struct gate_diff *diff, const struct gate_run *run)
{
	for (size_t i = 0; i < diff->row_count; i++)
		if (is_red(diff->rows[i].verdict) && is_of(diff->rows[i].scenario, diff->rows[i].policy, run))
			return true;
	for (size_t i = 0; i < diff->note_count; i++)
		if (is_red(diff->notes[i].verdict) && is_of(diff->notes[i].scenario, diff->notes[i].policy, run))
			return true;
	return false;
}

static void print_reasons(const struct gate_diff *diff, const struct gate_run *run, FILE *out)
{
	char base[GATE_VALUE_MAX], now[GATE_VALUE_MAX], delta[GATE_VALUE_MAX];

	for (size_t i = 0; i < diff->note_count; i++) {
		if (!is_red(diff->notes[i].verdict) || !is_of(diff->notes[i].scenario, diff->notes[i].policy, run))
			continue;
		fprintf(out, "%s: ", gate_verdict_info[diff->notes[i].verdict].name);
		xml(diff->notes[i].text, out);
		fputc('\n', out);
	}
	for (size_t i = 0; i < diff->row_count; i++) {
		const struct gate_row *row = &diff->rows[i];

		if (is_red(row->verdict) && is_of(row->scenario, row->policy, run))
			fprintf(out, "%s: %s, in the base %s (%s)\n", gate_metric_info[row->metric].name,
				gate_show(now, row->metric, row->now), gate_show(base, row->metric, row->base),
				gate_show_delta(delta, row));
	}
}

static void print_command(const struct gate_set *now, const struct gate_run *run, FILE *out)
{
	char *command = gate_explain_command(now, run->scenario, run->policy);

	if (command) {
		fputs("to see why: ", out);
		xml(command, out);
		fputc('\n', out);
	}
	free(command);
}

static void print_case(const struct gate_diff *diff, const struct gate_set *now, const struct gate_run *run,
		       bool bad, FILE *out)
{
	fputs("    <testcase classname=\"", out);
	xml(run->scenario, out);
	fputs("\" name=\"", out);
	xml(run->policy, out);
	if (!bad) {
		fputs("\"/>\n", out);
		return;
	}
	fputs("\">\n      <failure message=\"worse than the base, or not comparable\">", out);
	print_reasons(diff, run, out);
	print_command(now, run, out);
	fputs("</failure>\n    </testcase>\n", out);
}

/* What is of no run: a scenario that is missing, say. */
static size_t print_rest(const struct gate_diff *diff, const struct gate_set *now, bool count_only, FILE *out)
{
	size_t count = 0;

	for (size_t i = 0; i < diff->note_count; i++) {
		const struct gate_note *note = &diff->notes[i];
		bool shown = false;

		for (size_t j = 0; j < now->run_count && !shown; j++)
			shown = is_of(note->scenario, note->policy, &now->runs[j]);
		if (shown || !is_red(note->verdict))
			continue;
		count++;
		if (count_only)
			continue;
		fputs("    <testcase classname=\"", out);
		xml(note->scenario ? note->scenario : "all", out);
		fputs("\" name=\"", out);
		xml(note->policy ? note->policy : "all", out);
		fprintf(out, "\">\n      <failure message=\"%s\">", gate_verdict_info[note->verdict].name);
		xml(note->text, out);
		fputs("</failure>\n    </testcase>\n", out);
	}
	return count;
}

bool gate_print_junit(const struct gate_diff *diff, const struct gate_set *now, FILE *out)
{
	size_t rest = print_rest(diff, now, true, out);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hptsim check\">\n", out);
	for (size_t i = 0, end; i < now->run_count; i = end) {
		size_t bad = 0;

		for (end = i; end < now->run_count && strcmp(now->runs[end].scenario, now->runs[i].scenario) == 0; end++)
			bad += is_bad(diff, &now->runs[end]);
		fputs("  <testsuite name=\"", out);
		xml(now->runs[i].scenario, out);
		fprintf(out, "\" tests=\"%zu\" failures=\"%zu\">\n", end - i, bad);
		for (size_t j = i; j < end; j++)
			print_case(diff, now, &now->runs[j], is_bad(diff, &now->runs[j]), out);
		fputs("  </testsuite>\n", out);
	}
	if (rest) {
		fprintf(out, "  <testsuite name=\"not run\" tests=\"%zu\" failures=\"%zu\">\n", rest, rest);
		print_rest(diff, now, false, out);
		fputs("  </testsuite>\n", out);
	}
	fputs("</testsuites>\n", out);
	return !ferror(out);
}
