// SPDX-License-Identifier: GPL-2.0-or-later
/* Results out of a database: the last run of each scenario and policy, of those made by one model from the same as the last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gate/internal.h"
#include "store/read.h"

struct last_run {
	struct gate_run run;
	int64_t id, input_id, model;
	char *costs;
	uint64_t seed;
};

struct reading {
	struct last_run *runs;
	size_t count;
	struct gate_scenario *scenario;		/* that an input is read for */
	bool no_memory;
};

static struct last_run *slot_for(struct reading *rd, const struct store_run_row *row)
{
	struct last_run *runs;

	for (size_t i = 0; i < rd->count; i++)
		if (strcmp(rd->runs[i].run.scenario, row->scenario_) == 0 &&
		    strcmp(rd->runs[i].run.policy, row->policy_) == 0)
			return &rd->runs[i];
	runs = realloc(rd->runs, (rd->count + 1) * sizeof(*runs));
	if (!runs)
		return NULL;
	rd->runs = runs;
	runs[rd->count] = (struct last_run){
		.run = { .scenario = strdup(row->scenario_), .policy = strdup(row->policy_) },
	};
	return &runs[rd->count++];
}

static bool on_run(void *ctx, const struct store_run_row *row)
{
	struct reading *rd = ctx;
	struct last_run *last;

	if (row->rep_)
		return true;
	last = slot_for(rd, row);
	if (last) {
		free(last->run.status);
		free(last->costs);
		last->run.status = strdup(row->status_);
		last->costs = strdup(row->costs_);
	}
	if (!last || !last->run.scenario || !last->run.policy || !last->run.status || !last->costs) {
		rd->no_memory = true;
		return false;
	}
	last->id = row->id_;
	last->input_id = row->input_id_;
	last->model = row->model_;
	last->seed = (uint64_t)row->seed_;
	last->run.values[GATE_total_ns] = row->total_ns_;
	last->run.values[GATE_resize_attempts] = row->resize_attempts_;
	last->run.values[GATE_resize_failures] = row->resize_failures_;
	last->run.values[GATE_stall_max_ns] = row->stall_max_ns_;
	last->run.values[GATE_stall_total_ns] = row->stall_total_ns_;
	last->run.values[GATE_host_peak_bytes] = row->host_peak_bytes_;
	last->run.values[GATE_hpt_shift_end] = row->hpt_shift_end_;
	last->run.values[GATE_findings] = row->findings_;
	last->run.values[GATE_failed_requests] = row->failed_requests_;
	return true;
}

static bool on_input(void *ctx, const struct store_input_row *row)
{
	struct gate_scenario *s = ((struct reading *)ctx)->scenario;

	gate_hash_scenario(row->scenario_text_, s->sha256);
	gate_hash(row->costs_text_, s->costs_sha256);
	s->sets = strdup(row->sets_);
	return false;
}

/* Was it made by the latest run's model, and from the same as the scenario's latest run? Others say nothing about a policy beside it. */
static bool is_latest_kind(const struct reading *rd, const struct last_run *run)
{
	const struct last_run *latest = run, *last = run;

	for (size_t i = 0; i < rd->count; i++) {
		if (rd->runs[i].id > last->id)
			last = &rd->runs[i];
		if (strcmp(rd->runs[i].run.scenario, run->run.scenario) == 0 && rd->runs[i].id > latest->id)
			latest = &rd->runs[i];
	}
	return run->model == last->model && run->input_id == latest->input_id && run->seed == latest->seed && strcmp(run->costs, latest->costs) == 0;
}

static enum store_status take_run(struct reading *rd, struct store *st, struct last_run *last, struct gate_set *set)
{
	enum store_status status = STORE_OK;

	if (!gate_find_scenario(set, last->run.scenario)) {
		struct gate_scenario s = { .name = last->run.scenario, .costs = last->costs, .seed = last->seed };

		rd->scenario = &s;
		if (last->input_id)
			status = store_read_input(st, last->input_id, on_input, rd);
		rd->scenario = NULL;
		gate_add_scenario(set, &s);
		free(s.sets);
	}
	set->model = last->model;
	gate_add_run(set, &last->run);
	return status;
}

int gate_read_database(const char *path, struct gate_set *set, char message[GATE_MESSAGE_MAX])
{
	struct reading rd = { .count = 0 };
	struct store *st;
	enum store_status status = store_open_read(path, &st);

	if (status == STORE_OK)
		status = store_read_runs(st, 0, on_run, &rd);
	for (size_t i = 0; i < rd.count && status == STORE_OK && !rd.no_memory; i++)
		if (is_latest_kind(&rd, &rd.runs[i]))
			status = take_run(&rd, st, &rd.runs[i], set);
	snprintf(message, GATE_MESSAGE_MAX, "%s", rd.no_memory || set->no_memory ? "out of memory" : store_message(st));
	store_close(st);
	for (size_t i = 0; i < rd.count; i++) {
		free(rd.runs[i].run.scenario);
		free(rd.runs[i].run.policy);
		free(rd.runs[i].run.status);
		free(rd.runs[i].costs);
	}
	free(rd.runs);
	if (rd.no_memory || set->no_memory || status == STORE_ENOMEM)
		return -ENOMEM;
	gate_sort(set);
	return status == STORE_OK ? 0 : status == STORE_EFOREIGN || status == STORE_EVERSION ? -EINVAL : -EIO;
}

bool gate_is_database(const char *path)
{
	size_t length = strlen(path);

	return length > 3 && strcmp(path + length - 3, ".db") == 0;
}

int gate_read(const char *path, struct gate_set *set, char message[GATE_MESSAGE_MAX])
{
	return gate_is_database(path) ? gate_read_database(path, set, message) : gate_read_baseline(path, set, message);
}
