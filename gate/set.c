// SPDX-License-Identifier: GPL-2.0-or-later
/* Results, whatever they come from. */
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

const struct gate_metric_info gate_metric_info[GATE_METRIC_COUNT] = {
#define GATE_METRIC_INFO(name, unit, doc) { #name, unit, doc },
	GATE_METRICS(GATE_METRIC_INFO)
#undef GATE_METRIC_INFO
};

int gate_metric_find(const char *name)
{
	/* as model 1 called it */
	if (strcmp(name, "failed_hotplugs") == 0)
		return GATE_failed_requests;
	for (int i = 0; i < GATE_METRIC_COUNT; i++)
		if (strcmp(gate_metric_info[i].name, name) == 0)
			return i;
	return -1;
}

/* Room for one more; NULL: there is none, and @array stays. */
static void *push(void *array, size_t count, size_t size)
{
	/* room is doubled when the count is a power of two */
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? 2 * count : 1) * size);
}

static char *copy(struct gate_set *set, const char *text)
{
	char *result;

	if (!text)
		return NULL;
	result = strdup(text);
	if (!result)
		set->no_memory = true;
	return result;
}

void gate_add_scenario(struct gate_set *set, const struct gate_scenario *scenario)
{
	struct gate_scenario *scenarios = push(set->scenarios, set->scenario_count, sizeof(*scenarios)), *s;

	if (!scenarios) {
		set->no_memory = true;
		return;
	}
	set->scenarios = scenarios;
	s = &scenarios[set->scenario_count++];
	*s = *scenario;
	s->name = copy(set, scenario->name);
	s->path = copy(set, scenario->path);
	s->costs = copy(set, scenario->costs);
	s->sets = copy(set, scenario->sets ? scenario->sets : "");
}

void gate_add_run(struct gate_set *set, const struct gate_run *run)
{
	struct gate_run *runs = push(set->runs, set->run_count, sizeof(*runs)), *r;

	if (!runs) {
		set->no_memory = true;
		return;
	}
	set->runs = runs;
	r = &runs[set->run_count++];
	*r = *run;
	r->scenario = copy(set, run->scenario);
	r->policy = copy(set, run->policy);
	r->status = copy(set, run->status);
	r->so = copy(set, run->so);
}

void gate_say_so(struct gate_set *set, const char *policy, const char *path)
{
	for (size_t i = 0; i < set->run_count; i++) {
		struct gate_run *run = &set->runs[i];

		if (strcmp(run->policy, policy) != 0)
			continue;
		free(run->so);
		run->so = copy(set, path);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct gate_scenario *)a)->name, ((const struct gate_scenario *)b)->name);
}

static int by_names(const void *a, const void *b)
{
	const struct gate_run *x = a, *y = b;
	int order = strcmp(x->scenario, y->scenario);

	return order ? order : strcmp(x->policy, y->policy);
}

void gate_sort(struct gate_set *set)
{
	if (set->no_memory)
		return;
	if (set->scenario_count)
		qsort(set->scenarios, set->scenario_count, sizeof(*set->scenarios), by_name);
	if (set->run_count)
		qsort(set->runs, set->run_count, sizeof(*set->runs), by_names);
}

const struct gate_scenario *gate_find_scenario(const struct gate_set *set, const char *name)
{
	for (size_t i = 0; i < set->scenario_count; i++)
		if (strcmp(set->scenarios[i].name, name) == 0)
			return &set->scenarios[i];
	return NULL;
}

const struct gate_run *gate_find_run(const struct gate_set *set, const char *scenario, const char *policy)
{
	size_t low = 0, high = set->run_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct gate_run *r = &set->runs[middle];
		int order = strcmp(r->scenario, scenario);

		if (!order)
			order = strcmp(r->policy, policy);
		if (!order)
			return r;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void gate_free(struct gate_set *set)
{
	for (size_t i = 0; i < set->scenario_count; i++) {
		free(set->scenarios[i].name);
		free(set->scenarios[i].path);
		free(set->scenarios[i].costs);
		free(set->scenarios[i].sets);
	}
	for (size_t i = 0; i < set->run_count; i++) {
		free(set->runs[i].scenario);
		free(set->runs[i].policy);
		free(set->runs[i].status);
		free(set->runs[i].so);
	}
	free(set->scenarios);
	free(set->runs);
	*set = (struct gate_set){ 0 };
}

void gate_hash(const char *text, char hash[GATE_HASH_MAX])
{
	SHA256Data((const uint8_t *)text, strlen(text), hash);
}

/* Does a key of the file's top level begin here? Items of a list may stand as far left. */
static bool begins_key(const char *line)
{
	return *line && !strchr(" \t\r\n#-}]", *line);
}

static bool is_key(const char *line, const char *key)
{
	size_t length = strlen(key);

	return strncmp(line, key, length) == 0 && line[length] == ':';
}

void gate_hash_scenario(const char *text, char hash[GATE_HASH_MAX])
{
	SHA2_CTX ctx;
	bool skip = false;

	SHA256Init(&ctx);
	while (*text) {
		size_t length = strcspn(text, "\n");

		length += text[length] == '\n';
		if (begins_key(text))
			skip = is_key(text, "policies") || is_key(text, "expect") || is_key(text, "search");
		if (!skip)
			SHA256Update(&ctx, (const uint8_t *)text, length);
		text += length;
	}
	SHA256End(&ctx, hash);
}
