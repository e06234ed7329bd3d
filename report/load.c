// SPDX-License-Identifier: GPL-2.0-or-later
/* From rows to what is reported. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/loading.h"

struct loading {
	struct report *r;
	struct store *st;
	struct report_run *runs;	/* all in the file */
	size_t run_count;
	struct report_run *run;		/* whose rows are read */
};

#define TEXT(r, text)	report_text(r, (text) ? (text) : "")

static bool on_run(void *ctx, const struct store_run_row *row)
{
	struct loading *l = ctx;
	struct report *r = l->r;

	if (!REPORT_PUSH(r, l->runs, l->run_count))
		return false;
	l->runs[l->run_count - 1] = (struct report_run){
		.id = row->id_, .seed = row->seed_, .rep = row->rep_, .input_id = row->input_id_,
		.total_ns = row->total_ns_, .resize_attempts = row->resize_attempts_,
		.resize_failures = row->resize_failures_, .stall_max_ns = row->stall_max_ns_,
		.stall_total_ns = row->stall_total_ns_, .prepare_ns = row->prepare_ns_,
		.commit_ns = row->commit_ns_, .hpt_shift_start = row->hpt_shift_start_,
		.hpt_shift_end = row->hpt_shift_end_, .memory_start_bytes = row->memory_start_bytes_,
		.host_start_bytes = row->host_start_bytes_,
		.memory_end_bytes = row->memory_end_bytes_, .host_peak_bytes = row->host_peak_bytes_,
		.memory_wanted_bytes = row->memory_wanted_bytes_, .failed_requests = row->failed_requests_,
		.findings = row->findings_, .workload_faults = row->workload_faults_,
		.workload_fault_ns = row->workload_fault_ns_, .scenario = report_name(r, row->scenario_),
		.description = TEXT(r, row->description_), .policy = report_name(r, row->policy_),
		.costs = TEXT(r, row->costs_), .version = TEXT(r, row->hptsim_version_),
		.status = TEXT(r, row->status_), .policy_title = TEXT(r, row->policy_title_),
		.policy_source = TEXT(r, row->policy_source_),
	};
	return !r->no_memory;
}

static bool on_request(void *ctx, const struct store_request_row *row)
{
	struct loading *l = ctx;

	if (!REPORT_PUSH(l->r, l->run->requests, l->run->request_count))
		return false;
	l->run->requests[l->run->request_count - 1] = (struct report_request){
		.id = row->id_, .seq = row->seq_, .kind = TEXT(l->r, row->kind_), .start_ns = row->start_ns_,
		.end_ns = row->end_ns_, .lmbs_requested = row->lmbs_requested_, .lmbs_done = row->lmbs_done_,
		.lmbs_already = row->lmbs_already_,
		.err = row->errno_, .memory_bytes = row->memory_bytes_,
	};
	return !l->r->no_memory;
}

static bool on_attempt(void *ctx, const struct store_attempt_row *row)
{
	struct loading *l = ctx;
	struct report *r = l->r;

	if (!REPORT_PUSH(r, l->run->attempts, l->run->attempt_count))
		return false;
	l->run->attempts[l->run->attempt_count - 1] = (struct report_attempt){
		.seq = row->seq_, .start_ns = row->start_ns_, .mem_bytes = row->mem_bytes_,
		.from_shift = row->from_shift_, .to_shift = row->to_shift_, .err = row->errno_,
		.prepare_ns = row->prepare_ns_, .commit_ns = row->commit_ns_,
		.slots_scanned = row->slots_scanned_, .hptes_moved = row->hptes_moved_,
		.host_bytes = row->host_bytes_, .why = TEXT(r, row->why_),
		.prepare_rc = report_text(r, row->prepare_rc_), .commit_rc = report_text(r, row->commit_rc_),
		.collision_entries = row->collision_entries_, .collision_slot = row->collision_slot_, .collided_pteg = row->collided_pteg_,
		.occupant_pteg = row->occupant_pteg_, .collided_region = report_text(r, row->collided_region_),
		.collided_ea = report_text(r, row->collided_ea_),
		.occupant_region = report_text(r, row->occupant_region_),
		.occupant_ea = report_text(r, row->occupant_ea_),
	};
	return !r->no_memory;
}

static enum report_band band_of(const char *phase)
{
	for (int band = 0; band < BAND_REST; band++) {
		const char *phases = report_band_info[band].phases;
		size_t length = strlen(phase);

		for (; *phases; phases += strcspn(phases, " ") + (phases[strcspn(phases, " ")] != '\0'))
			if (strcspn(phases, " ") == length && strncmp(phases, phase, length) == 0)
				return (enum report_band)band;
	}
	return BAND_REST;
}

static bool on_phase(void *ctx, const struct store_phase_row *row)
{
	struct loading *l = ctx;

	for (size_t i = 0; i < l->run->request_count && row->phase_; i++)
		if (l->run->requests[i].id == row->request_id_)
			l->run->requests[i].band_ns[band_of(row->phase_)] += row->ns_;
	return true;
}

static bool on_lmb(void *ctx, const struct store_lmb_row *row)
{
	struct loading *l = ctx;

	if (!REPORT_PUSH(l->r, l->run->lmbs, l->run->lmb_count))
		return false;
	l->run->lmbs[l->run->lmb_count - 1] = (struct report_lmb){ row->at_ns_, row->memory_bytes_ };
	return true;
}

static bool on_finding(void *ctx, const struct store_finding_row *row)
{
	struct loading *l = ctx;

	if (!REPORT_PUSH(l->r, l->run->finding_groups, l->run->finding_group_count))
		return false;
	l->run->finding_groups[l->run->finding_group_count - 1] = (struct report_finding){
		TEXT(l->r, row->kind_), TEXT(l->r, row->text_), row->count_
	};
	return !l->r->no_memory;
}

static bool on_input(void *ctx, const struct store_input_row *row)
{
	struct report *r = ctx;

	if (!REPORT_PUSH(r, r->inputs, r->input_count))
		return false;
	r->inputs[r->input_count - 1] = (struct report_input){
		.id = row->id_, .page_shift = row->page_shift_, .scenario_sha256 = TEXT(r, row->scenario_sha256_),
		.sets = TEXT(r, row->sets_), .costs_sha256 = TEXT(r, row->costs_sha256_),
		.scenario_text = TEXT(r, row->scenario_text_), .costs_text = TEXT(r, row->costs_text_),
		.costs_about = TEXT(r, row->costs_about_),
	};
	return !r->no_memory;
}

struct published_loading {
	struct report *r;
	struct report_scenario *sc;
};

static bool on_published(void *ctx, const struct store_published_row *row)
{
	struct published_loading *l = ctx;

	if (!REPORT_PUSH(l->r, l->sc->published, l->sc->published_count))
		return false;
	l->sc->published[l->sc->published_count - 1] = (struct report_published){
		.policy = TEXT(l->r, row->policy_), .source = TEXT(l->r, row->source_),
		.request_seq = row->request_seq_, .ns = row->ns_,
	};
	return !l->r->no_memory;
}

static enum store_status load_rows(struct loading *l, struct report_run *run)
{
	enum store_status status;

	l->run = run;
	status = store_read_requests(l->st, run->id, on_request, l);
	if (status == STORE_OK)
		status = store_read_attempts(l->st, run->id, on_attempt, l);
	if (status == STORE_OK)
		status = store_read_phases(l->st, run->id, on_phase, l);
	if (status == STORE_OK)
		status = store_read_lmbs(l->st, run->id, on_lmb, l);
	if (status == STORE_OK)
		status = store_read_findings(l->st, run->id, on_finding, l);
	return status;
}

/* Made from the same: may be compared. */
static bool same_input(const struct report_run *a, const struct report_run *b)
{
	return a->input_id == b->input_id && a->seed == b->seed && a->rep == b->rep &&
	       strcmp(a->scenario, b->scenario) == 0 && strcmp(a->version, b->version) == 0 &&
	       strcmp(a->costs, b->costs) == 0 && strcmp(a->description, b->description) == 0;
}

static bool is_shown(const struct loading *l, size_t index)
{
	const struct report_options *options = l->r->options;
	const struct report_run *run = &l->runs[index];

	if (options->run_ids) {
		for (size_t i = 0; i < options->run_count; i++)
			if (options->run_ids[i] == run->id)
				return true;
		return false;
	}
	/* of each scenario what was made from the same as its latest run */
	if (run->rep)
		return false;
	for (size_t i = l->run_count; i > index + 1; i--)
		if (!l->runs[i - 1].rep && strcmp(l->runs[i - 1].scenario, run->scenario) == 0)
			return same_input(&l->runs[i - 1], run);
	return true;
}

static struct report_policy *policy_of(struct report *r, const char *name, const char *title, const char *source)
{
	struct report_policy *p;

	for (size_t i = 0; i < r->policy_count; i++) {
		p = &r->policies[i];
		if (strcmp(p->name, name) != 0)
			continue;
		if (!*p->title)
			p->title = title;
		if (!*p->source)
			p->source = source;
		return p;
	}
	if (!REPORT_PUSH(r, r->policies, r->policy_count))
		return NULL;
	p = &r->policies[r->policy_count - 1];
	*p = (struct report_policy){ .name = name, .title = title, .source = source };
	if (strcmp(name, MAINLINE) == 0) {
		struct report_policy mainline = *p;

		memmove(r->policies + 1, r->policies, (r->policy_count - 1) * sizeof(*p));
		r->policies[0] = mainline;
		p = r->policies;
	}
	return p;
}

/* Only characters that need no care in names of files, HTML or gnuplot. */
static const char *make_slug(struct report *r, const char *name)
{
	char slug[64];
	size_t length = 0;
	int number = 1;
	const char *text;

	for (; *name && length + 1 < sizeof(slug); name++) {
		bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
			     (*name >= '0' && *name <= '9') || *name == '_' || (*name == '-' && length);

		slug[length++] = plain ? *name : '_';
	}
	slug[length] = '\0';
	text = report_printf(r, "%s", length ? slug : "_");
	for (size_t i = 0; text && i + 1 < r->scenario_count; i++) {
		if (strcmp(r->scenarios[i].slug, text) != 0)
			continue;
		text = report_printf(r, "%s-%d", slug, ++number);
		i = (size_t)-1;
	}
	return text;
}

static struct report_scenario *scenario_of(struct report *r, const struct report_run *run)
{
	struct report_scenario *sc;

	for (size_t i = 0; i < r->scenario_count; i++) {
		const struct report_run key = {
			.input_id = r->scenarios[i].input_id, .seed = r->scenarios[i].seed,
			.rep = r->scenarios[i].rep, .scenario = r->scenarios[i].name,
			.version = r->scenarios[i].version, .costs = r->scenarios[i].costs,
			.description = r->scenarios[i].description,
		};

		if (same_input(&key, run))
			return &r->scenarios[i];
	}
	if (!REPORT_PUSH(r, r->scenarios, r->scenario_count))
		return NULL;
	sc = &r->scenarios[r->scenario_count - 1];
	*sc = (struct report_scenario){
		.name = run->scenario, .description = run->description, .costs = run->costs,
		.version = run->version, .seed = run->seed, .rep = run->rep, .input_id = run->input_id,
	};
	sc->slug = make_slug(r, run->scenario);
	return sc->slug ? sc : NULL;
}

static size_t policy_index(const struct report *r, const char *name)
{
	size_t i = 0;

	while (i < r->policy_count && strcmp(r->policies[i].name, name) != 0)
		i++;
	return i;
}

/* A scenario of which no run came to anything has no row to tell its name. */
static bool add_failures(struct report *r)
{
	for (size_t i = 0; i < r->options->failure_count; i++) {
		const struct report_failure *f = &r->options->failures[i];
		const char *name = report_text(r, f->scenario), *policy = report_text(r, f->policy);
		size_t j = 0;

		if (!name || !policy)
			return false;
		while (j < r->scenario_count && strcmp(r->scenarios[j].name, name) != 0)
			j++;
		if (j == r->scenario_count) {
			struct report_run run = { .scenario = name, .description = "", .costs = "", .version = "" };

			if (!scenario_of(r, &run))
				return false;
		}
		if (!policy_of(r, policy, "", ""))
			return false;
	}
	return true;
}

static bool fill_table(struct loading *l, const bool *shown)
{
	struct report *r = l->r;

	for (size_t i = 0; i < r->scenario_count; i++) {
		r->scenarios[i].runs = report_alloc(r, r->policy_count * sizeof(*r->scenarios[i].runs));
		r->scenarios[i].missing = report_alloc(r, r->policy_count * sizeof(*r->scenarios[i].missing));
	}
	if (r->no_memory)
		return false;
	/* of several runs of a policy the last */
	for (size_t i = 0; i < l->run_count; i++) {
		struct report_scenario *sc = shown[i] ? scenario_of(r, &l->runs[i]) : NULL;

		if (sc)
			sc->runs[policy_index(r, l->runs[i].policy)] = &l->runs[i];
	}
	for (size_t i = 0; i < r->scenario_count; i++)
		for (size_t j = 0; j < r->policy_count; j++)
			r->shown += r->scenarios[i].runs[j] != NULL;
	for (size_t i = 0; i < r->options->failure_count; i++) {
		const struct report_failure *f = &r->options->failures[i];
		const char *name = report_text(r, f->scenario), *policy = report_text(r, f->policy);

		for (size_t j = 0; name && policy && j < r->scenario_count; j++)
			if (strcmp(r->scenarios[j].name, name) == 0)
				r->scenarios[j].missing[policy_index(r, policy)] = report_text(r, f->why);
	}
	return !r->no_memory;
}

static enum store_status load_inputs(struct loading *l)
{
	struct report *r = l->r;
	enum store_status status = STORE_OK;

	for (size_t i = 0; i < r->scenario_count && status == STORE_OK; i++) {
		struct published_loading p = { r, &r->scenarios[i] };
		int64_t id = r->scenarios[i].input_id;
		size_t j = 0;

		while (j < r->input_count && r->inputs[j].id != id)
			j++;
		if (id && j == r->input_count)
			status = store_read_input(l->st, id, on_input, r);
		if (id && status == STORE_OK)
			status = store_read_published(l->st, id, on_published, &p);
	}
	for (size_t i = 0; i < r->scenario_count; i++)
		for (size_t j = 0; j < r->input_count; j++)
			if (r->inputs[j].id == r->scenarios[i].input_id)
				r->scenarios[i].input = &r->inputs[j];
	return status;
}

static enum report_status check_ids(const struct loading *l)
{
	struct report *r = l->r;

	for (size_t i = 0; i < r->options->run_count; i++) {
		size_t j = 0;

		while (j < l->run_count && l->runs[j].id != r->options->run_ids[i])
			j++;
		if (j < l->run_count)
			continue;
		snprintf(r->error, sizeof(r->error), "%s: there is no run %" PRId64, r->options->db,
			 r->options->run_ids[i]);
		return REPORT_EUSAGE;
	}
	if (l->run_count || r->options->failure_count)
		return REPORT_OK;
	snprintf(r->error, sizeof(r->error), "%s: there are no runs in it", r->options->db);
	return REPORT_EUSAGE;
}

static enum report_status load(struct loading *l)
{
	struct report *r = l->r;
	enum store_status status = store_read_runs(l->st, 0, on_run, l);
	enum report_status result;
	size_t chosen = 0;
	bool *shown;

	if (status != STORE_OK || r->no_memory)
		return REPORT_ETROUBLE;
	result = check_ids(l);
	if (result != REPORT_OK)
		return result;
	shown = report_alloc(r, l->run_count * sizeof(*shown));
	for (size_t i = 0; shown && i < l->run_count; i++) {
		const struct report_run *run = &l->runs[i];

		shown[i] = is_shown(l, i);
		chosen += shown[i] || !r->options->run_ids;
		if (shown[i] && (!policy_of(r, run->policy, run->policy_title, run->policy_source) ||
				 !scenario_of(r, run)))
			return REPORT_ETROUBLE;
	}
	if (!shown || !add_failures(r) || !fill_table(l, shown) || load_inputs(l) != STORE_OK)
		return REPORT_ETROUBLE;
	r->left_out = chosen - r->shown;
	if (r->left_out && report_load_left_out(r, l->st, l->runs, l->run_count, shown) != STORE_OK)
		return REPORT_ETROUBLE;
	for (size_t i = 0; i < r->scenario_count; i++)
		for (size_t j = 0; j < r->policy_count; j++)
			if (r->scenarios[i].runs[j] && load_rows(l, r->scenarios[i].runs[j]) != STORE_OK)
				return REPORT_ETROUBLE;
	return r->no_memory ? REPORT_ETROUBLE : REPORT_OK;
}

enum report_status report_load(struct report *r)
{
	struct loading l = { .r = r };
	enum report_status status = REPORT_ETROUBLE;

	if (store_open_read(r->options->db, &l.st) == STORE_OK)
		status = load(&l);
	if (status == REPORT_ETROUBLE && !r->no_memory)
		snprintf(r->error, sizeof(r->error), "%s", store_message(l.st));
	store_close(l.st);
	return status;
}
