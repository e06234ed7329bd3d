// SPDX-License-Identifier: GPL-2.0-or-later
/* hptsim check --fail-on */
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"
#include "base/text.h"

static const struct text_unit percent[] = { { "%", 10000 }, { 0 } };	/* in millionths */

static int unknown_metric(const char *name)
{
	const char *names[GATE_METRIC_COUNT];

	for (int i = 0; i < GATE_METRIC_COUNT; i++)
		names[i] = gate_metric_info[i].name;
	cli_unknown("metric", name, "", names, GATE_METRIC_COUNT);
	fputs("  metrics:", stderr);
	for (int i = 0; i < GATE_METRIC_COUNT; i++)
		fprintf(stderr, " %s", names[i]);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

static bool parse_tolerance(enum gate_metric metric, const char *text, struct gate_rule *rule)
{
	const char *unit = gate_metric_info[metric].unit, *at;
	enum text_status status;
	uint64_t value = 0;
	bool relative = *text && text[strlen(text) - 1] == '%';

	if (relative)
		status = text_quantity(text, percent, &at, &value);
	else if (*unit)
		status = text_quantity(text, strcmp(unit, "ns") == 0 ? text_time_units : text_size_units, &at, &value);
	else
		status = text_uint(text, &value);
	/* more than a hundredfold is no tolerance, and its product might not fit */
	if (status != TEXT_OK || value > (relative ? 100u * 1000000u : (uint64_t)INT64_MAX))
		return false;
	*(relative ? &rule->ppm : &rule->absolute) = (int64_t)value;
	return true;
}

static int parse_one(char *word, struct gate_rules *rules)
{
	char *colon = strchr(word, ':');
	int metric;

	if (colon)
		*colon = '\0';
	metric = gate_metric_find(word);
	if (metric < 0)
		return unknown_metric(word);
	rules->of[metric].off = false;
	if (!colon || parse_tolerance((enum gate_metric)metric, colon + 1, &rules->of[metric]))
		return EXIT_FINE;
	cli_error("--fail-on: '%s' is no tolerance of %s: a percentage (2.5%%) or %s", colon + 1, word,
		  !*gate_metric_info[metric].unit ? "a number (2)" :
		  strcmp(gate_metric_info[metric].unit, "ns") == 0 ? "a time (10ms)" : "a size (64MiB)");
	return EXIT_USAGE;
}

int check_parse_rules(const char *value, struct gate_rules *rules)
{
	char *copy = strdup(value), *rest = copy;
	int code = EXIT_FINE;

	if (!copy) {
		cli_error("out of memory");
		return EXIT_TROUBLE;
	}
	for (int i = 0; i < GATE_METRIC_COUNT; i++)
		rules->of[i] = (struct gate_rule){ .off = true };
	while (rest && code == EXIT_FINE) {
		char *word = rest;

		rest = strchr(rest, ',');
		if (rest)
			*rest++ = '\0';
		code = parse_one(word, rules);
	}
	free(copy);
	return code;
}
