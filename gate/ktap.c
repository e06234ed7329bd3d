// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's test protocol, version 1: a scenario is a test, its policies are tests within it.
 * Why one is not ok stands above its line.
 */
#include <string.h>

#include "gate/gate.h"

#define INNER	"  "

/* Nothing ends a line; a name cannot have what begins a directive, and there is no escape. */
static void put(const char *text, bool name, FILE *out)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ')
			fputc(' ', out);
		else if (name && *text == '#')
			fputc('_', out);
		else
			fputc(*text, out);
	}
}

struct ktap {
	const char *indent;
	FILE *out;
};

static void put_reason(void *ctx, const char *text)
{
	struct ktap *k = ctx;

	fprintf(k->out, "%s# ", k->indent);
	put(text, false, k->out);
	fputc('\n', k->out);
}

static void put_result(const char *indent, bool ok, size_t number, const char *name, FILE *out)
{
	fprintf(out, "%s%s %zu ", indent, ok ? "ok" : "not ok", number);
	put(name, true, out);
	fputc('\n', out);
}

/* Runs [@from, @to) of one scenario. */
static void put_scenario(const struct gate_diff *diff, const struct gate_set *now, size_t from, size_t to, size_t number,
			 FILE *out)
{
	struct ktap inner = { INNER, out };
	bool ok = true;

	fprintf(out, INNER "KTAP version 1\n" INNER "1..%zu\n", to - from);
	for (size_t i = from; i < to; i++) {
		const struct gate_run *run = &now->runs[i];
		bool bad = gate_has_reason(diff, run);

		if (bad)
			gate_each_reason(diff, now, run, put_reason, &inner);
		put_result(INNER, !bad, i - from + 1, run->policy, out);
		ok = ok && !bad;
	}
	put_result("", ok, number, now->runs[from].scenario, out);
}

static size_t count_scenarios(const struct gate_set *now)
{
	size_t count = 0;

	for (size_t i = 0; i < now->run_count; i++)
		count += !i || strcmp(now->runs[i].scenario, now->runs[i - 1].scenario) != 0;
	return count;
}

bool gate_print_ktap(const struct gate_diff *diff, const struct gate_set *now, FILE *out)
{
	struct ktap outer = { "", out };
	const struct gate_note *note;
	size_t number = 0, rest = 0;

	for (note = NULL; (note = gate_next_lost(diff, now, note)) != NULL; )
		rest++;
	fprintf(out, "KTAP version 1\n1..%zu\n", count_scenarios(now) + rest);
	for (size_t i = 0, end; i < now->run_count; i = end) {
		for (end = i; end < now->run_count && strcmp(now->runs[end].scenario, now->runs[i].scenario) == 0; )
			end++;
		put_scenario(diff, now, i, end, ++number, out);
	}
	for (note = NULL; (note = gate_next_lost(diff, now, note)) != NULL; ) {
		put_reason(&outer, note->text);
		put_result("", false, ++number, note->scenario ? note->scenario : "all", out);
	}
	return !ferror(out);
}
