// SPDX-License-Identifier: GPL-2.0-or-later
/* The report for programs. Times are nanoseconds, sizes bytes; null is what there is not. */
#include <jansson.h>
#include <string.h>

#include "report/pages.h"
#include "report/plots.h"
#include "report/words.h"

#define RATIO_DIGITS	9

/* jansson's setters take the reference and mind NULL, so only the last result is looked at. */
static void set_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, text ? json_string(text) : json_null());
}

static void set_int(json_t *o, const char *key, int64_t value)
{
	json_object_set_new(o, key, json_integer(value));
}

static void set_ratio(json_t *o, const char *key, double ratio)
{
	json_object_set_new(o, key, ratio > 0 ? json_real(ratio) : json_null());
}

static json_t *requests_json(const struct report_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; i < run->request_count; i++) {
		const struct report_request *q = &run->requests[i];
		json_t *o = json_object(), *bands = json_object();

		set_text(o, "kind", q->kind);
		set_int(o, "start_ns", q->start_ns);
		set_int(o, "end_ns", q->end_ns);
		set_int(o, "lmbs_requested", q->lmbs_requested);
		set_int(o, "lmbs_done", q->lmbs_done);
		set_int(o, "errno", q->err);
		for (int band = 0; band < BAND_COUNT; band++)
			set_int(bands, report_band_info[band].name, q->band_ns[band]);
		json_object_set_new(o, "phases_ns", bands);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *findings_json(const struct report_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; i < run->finding_group_count; i++) {
		json_t *o = json_object();

		set_text(o, "kind", run->finding_groups[i].kind);
		set_text(o, "text", run->finding_groups[i].text);
		set_int(o, "count", run->finding_groups[i].count);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *run_json(struct report *r, const struct report_scenario *sc, size_t policy)
{
	const struct report_run *run = sc->runs[policy];
	json_t *o = json_object();

	set_text(o, "policy", r->policies[policy].name);
	if (!run || run->trouble) {
		set_text(o, "status", run ? "unsound" : sc->missing[policy] ? "failed" : "missing");
		set_text(o, "why", words_missing(r, sc, policy));
		set_ratio(o, "ratio", 0);
		return o;
	}
	set_text(o, "status", "ok");
	set_ratio(o, "ratio", run->ratio);
	if (run->no_ratio)
		set_text(o, "why_no_ratio", run->no_ratio);
	set_text(o, "shortfall", run->shortfall);
	set_int(o, "total_ns", run->total_ns);
	set_int(o, "resize_attempts", run->resize_attempts);
	set_int(o, "resize_failures", run->resize_failures);
	set_int(o, "prepare_ns", run->prepare_ns);
	set_int(o, "commit_ns", run->commit_ns);
	set_int(o, "stall_max_ns", run->stall_max_ns);
	set_int(o, "stall_total_ns", run->stall_total_ns);
	set_int(o, "hpt_shift_start", run->hpt_shift_start);
	set_int(o, "hpt_shift_end", run->hpt_shift_end);
	json_object_set_new(o, "hpt_shift_wished", run->wish_shift_end ? json_integer(run->wish_shift_end) : json_null());
	set_int(o, "memory_start_bytes", run->memory_start_bytes);
	set_int(o, "memory_end_bytes", run->memory_end_bytes);
	set_int(o, "host_peak_bytes", run->host_peak_bytes);
	set_int(o, "failed_requests", run->failed_requests);
	set_int(o, "missing_lmbs", run->missing_lmbs);
	set_int(o, "workload_faults", run->workload_faults);
	set_text(o, "first_failure", run->first_failure ? words_failure(r, run) : NULL);
	json_object_set_new(o, "requests", requests_json(run));
	json_object_set_new(o, "findings", findings_json(run));
	return o;
}

static json_t *published_json(const struct report_scenario *sc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sc->published_count; i++) {
		const struct report_published *p = &sc->published[i];
		json_t *o = json_object();

		set_text(o, "policy", p->policy);
		json_object_set_new(o, "request", p->request_seq ? json_integer(p->request_seq) : json_null());
		set_int(o, "published_ns", p->ns);
		json_object_set_new(o, "simulated_ns", p->simulated_ns < 0 ? json_null() : json_integer(p->simulated_ns));
		set_text(o, "source", p->source);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *input_json(const struct report_input *input)
{
	json_t *o, *sets;
	const char *line;

	if (!input)
		return json_null();
	o = json_object();
	sets = json_array();
	for (line = input->sets; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0'))
		json_array_append_new(sets, json_stringn(line, strcspn(line, "\n")));
	set_text(o, "scenario_sha256", input->scenario_sha256);
	set_text(o, "costs_sha256", input->costs_sha256);
	json_object_set_new(o, "set", sets);
	set_text(o, "costs_about", input->costs_about);
	set_text(o, "scenario_text", input->scenario_text);
	set_text(o, "costs_text", input->costs_text);
	return o;
}

static json_t *scenario_json(struct report *r, const struct report_scenario *sc)
{
	json_t *o = json_object(), *runs = json_array();

	set_text(o, "name", sc->name);
	set_text(o, "files", sc->slug);
	set_text(o, "description", sc->description);
	set_text(o, "costs", sc->costs);
	set_text(o, "hptsim_version", sc->version);
	set_int(o, "seed", sc->seed);
	json_object_set_new(o, "input", input_json(sc->input));
	for (size_t i = 0; i < r->policy_count; i++)
		json_array_append_new(runs, run_json(r, sc, i));
	json_object_set_new(o, "runs", runs);
	json_object_set_new(o, "published", published_json(sc));
	return o;
}

static json_t *policy_json(const struct report_policy *p)
{
	json_t *o = json_object();

	set_text(o, "name", p->name);
	set_text(o, "title", p->title);
	set_text(o, "source", p->source);
	set_ratio(o, "geometric_mean_ratio", p->geomean);
	json_object_set_new(o, "ranked", json_boolean(p->geomean > 0 && !p->short_count));
	set_int(o, "stall_max_ns", p->stall_max_ns);
	set_int(o, "stall_total_ns", p->stall_total_ns);
	set_int(o, "host_peak_bytes", p->host_peak_bytes);
	set_int(o, "orders_too_large", p->oversize_shift);
	set_int(o, "resize_failures", p->resize_failures);
	set_int(o, "failed_requests", p->failed_requests);
	set_int(o, "workload_faults", p->workload_faults);
	set_int(o, "findings", p->findings);
	return o;
}

/* All of a tie. */
static json_t *fastest_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->policy_count; i++)
		if (r->policies[i].fastest)
			json_array_append_new(list, json_string(r->policies[i].name));
	return list;
}

bool report_json(struct report *r, FILE *out)
{
	json_t *o = json_object(), *policies = json_array(), *scenarios = json_array();
	bool ok;

	set_text(o, "hptsim_version", r->options->version);
	set_text(o, "mainline", MAINLINE);
	set_text(o, "best", r->best ? r->best->name : NULL);
	json_object_set_new(o, "fastest", fastest_json(r));
	set_text(o, "not_done", words_not_done(r));
	set_text(o, "verdict", words_verdict(r));
	set_text(o, "why", words_why(r));
	set_text(o, "left_out", words_left_out(r));
	set_text(o, "command", words_command(r, SIZE_MAX));
	for (size_t i = 0; i < r->policy_count; i++)
		json_array_append_new(policies, policy_json(&r->policies[i]));
	json_object_set_new(o, "policies", policies);
	for (size_t i = 0; i < r->scenario_count; i++)
		json_array_append_new(scenarios, scenario_json(r, &r->scenarios[i]));
	ok = json_object_set_new(o, "scenarios", scenarios) == 0 &&
	     (json_dumpf(o, out, JSON_INDENT(1) | JSON_REAL_PRECISION(RATIO_DIGITS)) == 0 || ferror(out));
	fputc('\n', out);
	json_decref(o);
	if (!ok)
		r->no_memory = true;
	return ok;
}
