// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/json.h"

#include <jansson.h>

#include "run/reps.h"
#include "run/result.h"

/* Takes over @value, which may be NULL for want of memory. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

static bool set_int(json_t *object, const char *key, int64_t value)
{
	return set(object, key, json_integer(value));
}

static json_t *phases_json(const int64_t ns[PHASE_COUNT])
{
	json_t *object = json_object();

	for (int i = 0; i < PHASE_COUNT; i++) {
		if (!set_int(object, sim_phase_info[i].name, ns[i])) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *request_json(const struct sim_request_end *ev)
{
	json_t *object = json_object();

	if (set_int(object, "seq", ev->seq) &&
	    set(object, "kind", json_string(event_kind_name(ev->kind))) &&
	    set_int(object, "start_ns", ev->start_ns) &&
	    set_int(object, "end_ns", ev->end_ns) &&
	    set_int(object, "lmbs_requested", (int64_t)ev->lmbs_requested) &&
	    set_int(object, "lmbs_done", (int64_t)ev->lmbs_done) &&
	    set_int(object, "lmbs_already", (int64_t)ev->lmbs_already) &&
	    set_int(object, "errno", ev->err) &&
	    set_int(object, "memory_bytes", (int64_t)ev->memory_bytes) &&
	    set(object, "phases_ns", phases_json(ev->phase_ns)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *requests_json(const struct result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->request_count; i++) {
		if (json_array_append_new(array, request_json(&r->requests[i])) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *finding_json(const struct finding_entry *entry, const struct finding_group *group)
{
	json_t *object = json_object();

	if (set(object, "kind", json_string(sim_finding_name(group->kind))) &&
	    set_int(object, "at_ns", entry->at_ns) &&
	    set(object, "request", entry->request_seq ? json_integer(entry->request_seq) : json_null()) &&
	    set(object, "text", json_string(group->text)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *findings_json(const struct findings *f)
{
	json_t *array = json_array();

	for (size_t i = 0; i < f->entry_count; i++) {
		if (json_array_append_new(array, finding_json(&f->entries[i], &f->groups[f->entries[i].group])) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static bool set_numbers(json_t *object, const struct result *r)
{
#define RESULT_SET(A, type, name, what) && set_int(object, #name, (int64_t)r->end.name)
	return true SIM_RUN_NUMBERS(RESULT_SET, );
#undef RESULT_SET
}

static json_t *run_json(const struct result *r)
{
	json_t *object = json_object();
	bool ok = set(object, "scenario", json_string(r->scenario->name)) &&
		  set(object, "policy", json_string(r->policy->name)) &&
		  set_int(object, "seed", (int64_t)r->seed) &&
		  (!r->rep || set_int(object, "rep", r->rep)) &&
		  set(object, "costs", json_string(r->scenario->costs_name)) &&
		  set(object, "status", json_string(result_status_name(r->error.status)));

	if (ok && r->error.status != SIM_OK)
		ok = set(object, "message", json_string(r->error.message));
	else if (ok)
		ok = set_numbers(object, r) &&
		     set(object, "phases_ns", phases_json(r->end.phase_ns)) &&
		     set(object, "requests", requests_json(r));
	/* instead of the number of them */
	ok = ok && set(object, "findings", findings_json(&r->findings));
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}

/* One for each scenario and policy. */
static bool set_summaries(json_t *root, const struct result *results, size_t count)
{
	json_t *summaries = json_array();
	bool ok = true;

	for (size_t i = 0, same; i < count && ok; i += same) {
		same = result_repetitions(results + i, count - i);
		ok = json_array_append_new(summaries, reps_json(results + i, same)) == 0;
	}
	return set(root, "summaries", summaries) && ok;
}

bool result_print_json(const struct result *results, size_t count, bool summaries, FILE *out)
{
	json_t *root = json_object(), *runs = json_array();
	bool ok = true;

	for (size_t i = 0; i < count && ok; i++)
		ok = json_array_append_new(runs, run_json(&results[i])) == 0;
	/* takes over runs, whatever it returns */
	ok = set(root, "runs", runs) && ok;
	if (summaries)
		ok = ok && set_summaries(root, results, count);
	ok = ok && json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0;
	json_decref(root);
	if (ok)
		fputc('\n', out);
	return ok;
}
