// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gate/internal.h"
#include "base/format.h"

const struct gate_verdict_info gate_verdict_info[GATE_VERDICT_COUNT] = {
#define GATE_VERDICT_INFO(id, name, red) { name, red },
	GATE_VERDICTS(GATE_VERDICT_INFO)
#undef GATE_VERDICT_INFO
};

#define MILLION	1000000

static enum gate_verdict judge(const struct gate_rule *rule, int64_t base, int64_t now)
{
	/* in parts, so that nothing overflows */
	int64_t allowed = base / MILLION * rule->ppm + base % MILLION * rule->ppm / MILLION;

	if (now == base)
		return GATE_EQUAL;
	if (now < base)
		return GATE_BETTER;
	if (allowed < rule->absolute)
		allowed = rule->absolute;
	return rule->off || now - base <= allowed ? GATE_TOLERATED : GATE_WORSE;
}

void gate_note(struct gate_diff *diff, const char *scenario, const char *policy, enum gate_verdict verdict,
	       const char *format, ...)
{
	struct gate_note *notes = realloc(diff->notes, (diff->note_count + 1) * sizeof(*notes));
	char text[GATE_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	diff->red |= gate_verdict_info[verdict].red;
	if (!notes) {
		diff->no_memory = true;
		return;
	}
	diff->notes = notes;
	notes[diff->note_count] = (struct gate_note){
		.scenario = scenario, .policy = policy, .verdict = verdict, .text = strdup(text),
	};
	if (notes[diff->note_count].text)
		diff->note_count++;
	else
		diff->no_memory = true;
}

static void add_row(struct gate_diff *diff, const struct gate_row *row)
{
	struct gate_total *total = &diff->totals[row->metric];

	diff->rows[diff->row_count++] = *row;
	diff->red |= gate_verdict_info[row->verdict].red;
	total->count[row->verdict]++;
	if (row->base > 0 && row->now > 0) {
		total->ratio_count++;
		total->log_sum += gate_is_order(row->metric) ? log(2) * (double)(row->now - row->base) :
							       log((double)row->now / (double)row->base);
	}
}

/* What a scenario's runs were made from; false: something else, and it is said what. */
static bool same_origin(struct gate_diff *diff, const struct gate_scenario *base, const struct gate_scenario *now)
{
	bool same = true;

	if (*base->sha256 && *now->sha256 && strcmp(base->sha256, now->sha256) != 0) {
		gate_note(diff, now->name, NULL, GATE_CHANGED, "the scenario is not the one of the base");
		same = false;
	}
	if (strcmp(base->costs, now->costs) != 0) {
		gate_note(diff, now->name, NULL, GATE_CHANGED, "cost profile '%s', in the base '%s'", now->costs,
			  base->costs);
		same = false;
	} else if (*base->costs_sha256 && *now->costs_sha256 && strcmp(base->costs_sha256, now->costs_sha256) != 0) {
		gate_note(diff, now->name, NULL, GATE_CHANGED, "the cost profile '%s' is not the one of the base",
			  now->costs);
		same = false;
	}
	if (strcmp(base->sets, now->sets) != 0) {
		gate_note(diff, now->name, NULL, GATE_CHANGED, "made with another --set than the base");
		same = false;
	}
	if (base->seed != now->seed) {
		gate_note(diff, now->name, NULL, GATE_CHANGED, "seed %" PRIu64 ", in the base %" PRIu64, now->seed,
			  base->seed);
		same = false;
	}
	return same;
}

static bool is_ok(const struct gate_run *run)
{
	return strcmp(run->status, "ok") == 0;
}

/* Do both have values? If not, say what became of it. */
static bool both_ended(struct gate_diff *diff, const struct gate_run *base, const struct gate_run *now)
{
	if (is_ok(base) && is_ok(now))
		return true;
	if (is_ok(base))
		gate_note(diff, now->scenario, now->policy, GATE_BROKEN, "ends early (%s), in the base it did not",
			  now->status);
	else if (is_ok(now))
		gate_note(diff, now->scenario, now->policy, GATE_BETTER, "ends well, in the base early (%s)",
			  base->status);
	else if (strcmp(base->status, now->status) != 0)
		gate_note(diff, now->scenario, now->policy, GATE_CHANGED, "ends early (%s), in the base so, too (%s)",
			  now->status, base->status);
	return false;
}

/* Runs of one scenario are comparable: finds each one's base, and notes those that only one side has. */
static void match_runs(struct gate_diff *diff, const struct gate_set *base, const struct gate_set *now,
		       const struct gate_rules *rules, const char *scenario, const struct gate_run **bases)
{
	for (size_t i = 0; i < now->run_count; i++) {
		const struct gate_run *n = &now->runs[i], *b;

		if (strcmp(n->scenario, scenario) != 0)
			continue;
		b = gate_find_run(base, scenario, n->policy);
		if (!b)
			gate_note(diff, scenario, n->policy, GATE_NEW, "the base has no such policy%s%s",
				  is_ok(n) ? "" : "; ends early: ", is_ok(n) ? "" : n->status);
		if (b && both_ended(diff, b, n))
			bases[i] = b;
	}
	for (size_t i = 0; i < base->run_count && !rules->some_policies; i++) {
		const struct gate_run *b = &base->runs[i];

		if (strcmp(b->scenario, scenario) == 0 && !gate_find_run(now, scenario, b->policy))
			gate_note(diff, b->scenario, b->policy, GATE_MISSING, "the base has this policy, and now there is none");
	}
}

static void match(struct gate_diff *diff, const struct gate_set *base, const struct gate_set *now,
		  const struct gate_rules *rules, const struct gate_run **bases)
{
	if (base->model && now->model && base->model != now->model) {
		gate_note(diff, NULL, NULL, GATE_CHANGED, "model %" PRId64 ", in the base %" PRId64 ": nothing is comparable",
			  now->model, base->model);
		return;
	}
	for (size_t i = 0; i < now->scenario_count; i++) {
		const struct gate_scenario *n = &now->scenarios[i], *b = gate_find_scenario(base, n->name);

		if (!b)
			gate_note(diff, n->name, NULL, GATE_UNKNOWN, "the base does not have this scenario");
		else if (same_origin(diff, b, n))
			match_runs(diff, base, now, rules, n->name, bases);
	}
	for (size_t i = 0; i < base->scenario_count && !rules->some_scenarios; i++)
		if (!gate_find_scenario(now, base->scenarios[i].name))
			gate_note(diff, base->scenarios[i].name, NULL, GATE_MISSING,
				  "the base has this scenario, and now there is none%s%s",
				  base->scenarios[i].path ? "; it was in " : "",
				  base->scenarios[i].path ? base->scenarios[i].path : "");
}

void gate_compare(const struct gate_set *base, const struct gate_set *now, const struct gate_rules *rules,
		  struct gate_diff *diff)
{
	/* of each run of @now; NULL: not comparable */
	const struct gate_run **bases = calloc(now->run_count + 1, sizeof(*bases));

	*diff = (struct gate_diff){ .rows = calloc(now->run_count * GATE_METRIC_COUNT + 1, sizeof(*diff->rows)) };
	if (!bases || !diff->rows) {
		diff->no_memory = true;
		free(bases);
		return;
	}
	match(diff, base, now, rules, bases);
	for (int m = 0; m < GATE_METRIC_COUNT; m++) {
		for (size_t i = 0; i < now->run_count; i++) {
			const struct gate_run *n = &now->runs[i], *b = bases[i];

			if (!b)
				continue;
			add_row(diff, &(struct gate_row){
				.scenario = n->scenario, .policy = n->policy, .metric = (enum gate_metric)m,
				.base = b->values[m], .now = n->values[m],
				.verdict = judge(&rules->of[m], b->values[m], n->values[m]),
			});
		}
	}
	free(bases);
}

void gate_diff_free(struct gate_diff *diff)
{
	for (size_t i = 0; i < diff->note_count; i++)
		free(diff->notes[i].text);
	free(diff->notes);
	free(diff->rows);
	*diff = (struct gate_diff){ 0 };
}

bool gate_is_order(enum gate_metric metric)
{
	return strcmp(gate_metric_info[metric].unit, "order") == 0;
}

char *gate_show(char text[GATE_VALUE_MAX], enum gate_metric metric, int64_t value)
{
	const char *unit = gate_metric_info[metric].unit;

	if (strcmp(unit, "ns") == 0)
		return format_ns(text, value);
	if (strcmp(unit, "bytes") == 0 && value >= 0)
		return format_bytes(text, (uint64_t)value);
	snprintf(text, GATE_VALUE_MAX, "%" PRId64, value);
	return text;
}

void gate_show_percent(char text[GATE_VALUE_MAX], double ratio)
{
	double percent = 100 * (ratio - 1);

	/* three digits, but 1,000 is no "1e+03" */
	snprintf(text, GATE_VALUE_MAX, percent < 999.5 ? "%+.3g%%" : "%+.0f%%", percent);
}

char *gate_show_delta(char text[GATE_VALUE_MAX], const struct gate_row *row)
{
	int64_t delta = row->now - row->base;
	char size[GATE_VALUE_MAX];

	if (!delta)
		snprintf(text, GATE_VALUE_MAX, "~");
	else if (row->base <= 0 || gate_is_order(row->metric))
		snprintf(text, GATE_VALUE_MAX, "%c%.*s", delta < 0 ? '-' : '+', GATE_VALUE_MAX - 2,
			 gate_show(size, row->metric, delta < 0 ? -delta : delta));
	else
		gate_show_percent(text, (double)row->now / (double)row->base);
	return text;
}
