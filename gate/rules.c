// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules as a command line has them: METRIC[:TOLERANCE],... */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gate/gate.h"

static const struct text_unit percent[] = { { "%", 10000 }, { 0 } };	/* in millionths */

/* Says which there are. */
static int unknown_metric(const char *name, char message[GATE_MESSAGE_MAX])
{
	struct text_nearest near = { .word = name };
	size_t used;

	for (int i = 0; i < GATE_METRIC_COUNT; i++)
		text_nearest_offer(&near, gate_metric_info[i].name);
	/* a name may be of any length, and what follows it is what helps */
	used = (size_t)snprintf(message, GATE_MESSAGE_MAX / 3, "unknown metric '%s'", name);
	if (used >= GATE_MESSAGE_MAX / 3)
		used = GATE_MESSAGE_MAX / 3 - 1;
	if (near.best)
		used += (size_t)snprintf(message + used, GATE_MESSAGE_MAX - used, "\n  did you mean '%s'?", near.best);
	used += (size_t)snprintf(message + used, GATE_MESSAGE_MAX - used, "\n  metrics:");
	for (int i = 0; i < GATE_METRIC_COUNT && used < GATE_MESSAGE_MAX; i++)
		used += (size_t)snprintf(message + used, GATE_MESSAGE_MAX - used, " %s", gate_metric_info[i].name);
	return -EINVAL;
}

static bool parse_tolerance(enum gate_metric metric, const char *text, struct gate_rule *rule)
{
	const char *unit = gate_metric_info[metric].unit, *at;
	enum text_status status;
	uint64_t value = 0;
	bool relative = *text && text[strlen(text) - 1] == '%';

	if (relative)
		status = text_quantity(text, percent, &at, &value);
	else if (strcmp(unit, "ns") == 0 || strcmp(unit, "bytes") == 0)
		status = text_quantity(text, strcmp(unit, "ns") == 0 ? text_time_units : text_size_units, &at, &value);
	else
		status = text_uint(text, &value);
	/* more than a hundredfold is no tolerance, and its product might not fit */
	if (status != TEXT_OK || value > (relative ? 100u * 1000000u : (uint64_t)INT64_MAX))
		return false;
	*(relative ? &rule->ppm : &rule->absolute) = (int64_t)value;
	return true;
}

static int parse_one(char *word, struct gate_rules *rules, char message[GATE_MESSAGE_MAX])
{
	char *colon = strchr(word, ':');
	const char *unit;
	int metric;

	if (colon)
		*colon = '\0';
	metric = gate_metric_find(word);
	if (metric < 0)
		return unknown_metric(word, message);
	rules->of[metric].off = false;
	if (!colon || parse_tolerance((enum gate_metric)metric, colon + 1, &rules->of[metric]))
		return 0;
	unit = gate_metric_info[metric].unit;
	snprintf(message, GATE_MESSAGE_MAX, "--fail-on: '%s' is no tolerance of %s: a percentage (2.5%%) or %s", colon + 1,
		 word, strcmp(unit, "ns") == 0 ? "a time (10ms)" : strcmp(unit, "bytes") == 0 ? "a size (64MiB)" : "a number (2)");
	return -EINVAL;
}

int gate_parse_rules(const char *value, struct gate_rules *rules, char message[GATE_MESSAGE_MAX])
{
	char *copy = strdup(value), *rest = copy;
	int rc = 0;

	if (!copy) {
		snprintf(message, GATE_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	for (int i = 0; i < GATE_METRIC_COUNT; i++)
		rules->of[i] = (struct gate_rule){ .off = true };
	while (rest && !rc) {
		char *word = rest;

		rest = strchr(rest, ',');
		if (rest)
			*rest++ = '\0';
		rc = parse_one(word, rules, message);
	}
	free(copy);
	return rc;
}
