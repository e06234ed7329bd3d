// SPDX-License-Identifier: GPL-2.0-or-later
/* JUnit's XML, which CI systems show as a list of tests. */
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

static void print_reason(void *ctx, const char *text)
{
	xml(text, ctx);
	fputc('\n', ctx);
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
	gate_each_reason(diff, now, run, print_reason, out);
	fputs("</failure>\n    </testcase>\n", out);
}

/* What is of no run: a scenario that is missing, say. */
static void print_lost(const struct gate_note *note, FILE *out)
{
	fputs("    <testcase classname=\"", out);
	xml(note->scenario ? note->scenario : "all", out);
	fputs("\" name=\"", out);
	xml(note->policy ? note->policy : "all", out);
	fprintf(out, "\">\n      <failure message=\"%s\">", gate_verdict_info[note->verdict].name);
	xml(note->text, out);
	fputs("</failure>\n    </testcase>\n", out);
}

bool gate_print_junit(const struct gate_diff *diff, const struct gate_set *now, FILE *out)
{
	const struct gate_note *note = NULL;
	size_t lost = 0;

	while ((note = gate_next_lost(diff, now, note)) != NULL)
		lost++;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hptsim check\">\n", out);
	for (size_t i = 0, end; i < now->run_count; i = end) {
		size_t bad = 0;

		for (end = i; end < now->run_count && strcmp(now->runs[end].scenario, now->runs[i].scenario) == 0; end++)
			bad += gate_has_reason(diff, &now->runs[end]);
		fputs("  <testsuite name=\"", out);
		xml(now->runs[i].scenario, out);
		fprintf(out, "\" tests=\"%zu\" failures=\"%zu\">\n", end - i, bad);
		for (size_t j = i; j < end; j++)
			print_case(diff, now, &now->runs[j], gate_has_reason(diff, &now->runs[j]), out);
		fputs("  </testsuite>\n", out);
	}
	if (lost) {
		fprintf(out, "  <testsuite name=\"not run\" tests=\"%zu\" failures=\"%zu\">\n", lost, lost);
		while ((note = gate_next_lost(diff, now, note)) != NULL)
			print_lost(note, out);
		fputs("  </testsuite>\n", out);
	}
	fputs("</testsuites>\n", out);
	return !ferror(out);
}
