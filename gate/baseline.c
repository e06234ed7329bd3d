// SPDX-License-Identifier: GPL-2.0-or-later
/* The baseline's file: read, and written so that a review shows what moved. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/output.h"
#include "gate/internal.h"

#define FORMAT_NAME	"hptsim-baseline"
#define FORMAT_VERSION	1

static int refuse(const char *path, char message[GATE_MESSAGE_MAX], const char *what)
{
	snprintf(message, GATE_MESSAGE_MAX, "%s: %s", path, what);
	return -EINVAL;
}

/* Text of a member, or NULL if it is none; an integer, or -1. */
static char *text_of(json_t *object, const char *key)
{
	union {
		const char *is;
		char *as;	/* gate_add_*() copy what they are given */
	} text = { json_string_value(json_object_get(object, key)) };

	return text.as;
}

static int64_t number_of(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

static bool take_hash(json_t *object, const char *key, char hash[GATE_HASH_MAX])
{
	const char *text = text_of(object, key);

	if (!text || strlen(text) != GATE_HASH_MAX - 1 || strspn(text, "0123456789abcdef") != GATE_HASH_MAX - 1)
		return false;
	memcpy(hash, text, GATE_HASH_MAX);
	return true;
}

static bool take_scenario(json_t *object, struct gate_set *set)
{
	struct gate_scenario s = {
		.name = text_of(object, "scenario"), .path = text_of(object, "path"), .costs = text_of(object, "costs"),
		.sets = text_of(object, "sets"),
	};
	int64_t seed = number_of(object, "seed");

	if (!s.name || !s.path || !s.costs || !s.sets || seed < 0 || gate_find_scenario(set, s.name) ||
	    !take_hash(object, "sha256", s.sha256) || !take_hash(object, "costs_sha256", s.costs_sha256))
		return false;
	s.seed = (uint64_t)seed;
	gate_add_scenario(set, &s);
	return true;
}

/*
 * A line of a run: its status, or one metric. Lines of a run are together and
 * start with the status.
 */
static bool take_value(json_t *object, struct gate_set *set, unsigned *left)
{
	struct gate_run r = { .scenario = text_of(object, "scenario"), .policy = text_of(object, "policy") };
	const char *metric = text_of(object, "metric");
	struct gate_run *last = set->run_count ? &set->runs[set->run_count - 1] : NULL;
	int which;

	if (!r.scenario || !r.policy || !metric || !gate_find_scenario(set, r.scenario))
		return false;
	if (strcmp(metric, "status") == 0) {
		r.status = text_of(object, "value");
		if (!r.status || *left)
			return false;
		gate_add_run(set, &r);
		*left = strcmp(r.status, "ok") == 0 ? (1u << GATE_METRIC_COUNT) - 1 : 0;
		return true;
	}
	which = gate_metric_find(metric);
	if (which < 0 || !(*left & 1u << which) || !last || strcmp(last->scenario, r.scenario) != 0 ||
	    strcmp(last->policy, r.policy) != 0 || !json_is_integer(json_object_get(object, "value")))
		return false;
	*left &= ~(1u << which);
	last->values[which] = json_integer_value(json_object_get(object, "value"));
	return true;
}

static bool take_all(json_t *root, struct gate_set *set)
{
	json_t *scenarios = json_object_get(root, "scenarios"), *values = json_object_get(root, "values"), *item;
	unsigned left = 0;
	size_t i;

	if (!json_is_array(scenarios) || !json_is_array(values))
		return false;
	json_array_foreach(scenarios, i, item)
		if (!take_scenario(item, set))
			return false;
	json_array_foreach(values, i, item)
		if (!take_value(item, set, &left) || set->no_memory)
			return false;
	set->model = number_of(root, "model");
	return !left && set->model > 0;
}

static bool has_twins(const struct gate_set *set)
{
	for (size_t i = 1; i < set->run_count; i++)
		if (strcmp(set->runs[i - 1].scenario, set->runs[i].scenario) == 0 &&
		    strcmp(set->runs[i - 1].policy, set->runs[i].policy) == 0)
			return true;
	return false;
}

int gate_read_baseline(const char *path, struct gate_set *set, char message[GATE_MESSAGE_MAX])
{
	FILE *in = fopen(path, "r");
	json_error_t error;
	const char *format;
	json_t *root;
	int rc = 0;

	if (!in) {
		rc = -errno;
		snprintf(message, GATE_MESSAGE_MAX, "%s: cannot be read: %s", path, strerror(errno));
		return rc;
	}
	root = json_loadf(in, JSON_REJECT_DUPLICATES, &error);
	fclose(in);
	if (!root) {
		snprintf(message, GATE_MESSAGE_MAX, "%s:%d:%d: not a whole baseline: %s", path, error.line, error.column,
			 error.text);
		return -EINVAL;
	}
	format = text_of(root, "format");
	if (!format || strcmp(format, FORMAT_NAME) != 0)
		rc = refuse(path, message, "JSON, but not a baseline of hptsim");
	else if (number_of(root, "version") != FORMAT_VERSION)
		rc = refuse(path, message, "a baseline of another version of hptsim");
	else if (!take_all(root, set) && !set->no_memory)
		rc = refuse(path, message, "not a whole baseline: something is missing, double or not what it should be");
	json_decref(root);
	if (set->no_memory) {
		snprintf(message, GATE_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	gate_sort(set);
	if (!rc && has_twins(set))
		rc = refuse(path, message, "not a whole baseline: it has a run twice");
	return rc;
}

/* Takes over @object; one line, with what separates it from the one before. */
static bool write_line(FILE *out, json_t *object, bool first)
{
	bool ok = object && fputs(first ? "  " : ",\n  ", out) != EOF &&
		  json_dumpf(object, out, JSON_COMPACT | JSON_PRESERVE_ORDER) == 0;

	json_decref(object);
	return ok;
}

static bool write_scenarios(FILE *out, const struct gate_set *set)
{
	bool ok = true;

	for (size_t i = 0; i < set->scenario_count && ok; i++) {
		const struct gate_scenario *s = &set->scenarios[i];

		ok = write_line(out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "scenario", s->name,
					       "path", s->path, "sha256", s->sha256, "costs", s->costs,
					       "costs_sha256", s->costs_sha256, "seed", (json_int_t)s->seed,
					       "sets", s->sets), !i);
	}
	return ok;
}

static bool write_runs(FILE *out, const struct gate_set *set)
{
	bool ok = true;

	for (size_t i = 0; i < set->run_count && ok; i++) {
		const struct gate_run *r = &set->runs[i];

		ok = write_line(out, json_pack("{s:s, s:s, s:s, s:s}", "scenario", r->scenario, "policy", r->policy,
					       "metric", "status", "value", r->status), !i);
		for (int m = 0; m < GATE_METRIC_COUNT && ok && strcmp(r->status, "ok") == 0; m++)
			ok = write_line(out, json_pack("{s:s, s:s, s:s, s:I}", "scenario", r->scenario,
						       "policy", r->policy, "metric", gate_metric_info[m].name,
						       "value", (json_int_t)r->values[m]), false);
	}
	return ok;
}

static bool write_all(FILE *out, const struct gate_set *set)
{
	return fprintf(out, "{\n\"format\": \"" FORMAT_NAME "\",\n\"version\": %d,\n\"model\": %" PRId64
		       ",\n\"scenarios\": [\n", FORMAT_VERSION, set->model) > 0 &&
	       write_scenarios(out, set) && fputs("\n],\n\"values\": [\n", out) != EOF &&
	       write_runs(out, set) && fputs("\n]\n}\n", out) != EOF;
}

int gate_write(const char *path, const struct gate_set *set, char message[GATE_MESSAGE_MAX])
{
	struct output o;
	FILE *out = output_open(&o, path);
	int rc;

	if (out && output_close(&o, write_all(out, set)))
		return 0;
	rc = errno ? -errno : -EIO;
	snprintf(message, GATE_MESSAGE_MAX, "%s: cannot be written: %s", path, output_error(-rc));
	return rc;
}
