// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/pack.h"
#include "run/result.h"

static enum sweep_status trouble(struct replay *r, uint64_t point, const char *text)
{
	snprintf(r->message, SWEEP_MESSAGE_MAX, "point %" PRIu64 ": %s", point, text);
	return SWEEP_ETROUBLE;
}

static enum sweep_status of_store(enum store_status status)
{
	return status == STORE_OK ? SWEEP_OK : SWEEP_ESTORE;
}

static enum sweep_status begin_run(struct replay *r, uint64_t point)
{
	const char *texts[WIRE_RUN_TEXTS], *at;
	uint64_t seed;
	struct store_run run;

	free(r->run_data);
	r->run_data = malloc(r->record.head.size);
	if (!r->run_data)
		return trouble(r, point, "out of memory");
	memcpy(r->run_data, r->record.data, r->record.head.size);
	memcpy(&seed, r->run_data, sizeof(seed));
	at = r->run_data + sizeof(seed);
	for (size_t i = 0; i < WIRE_RUN_TEXTS; i++) {
		texts[i] = at;
		at += strlen(at) + 1;
	}
	r->policy = texts[2];
	run = (struct store_run){
		.scenario = texts[0], .description = texts[1], .policy = texts[2], .costs = texts[3],
		.policy_title = texts[4], .policy_source = texts[5],
		.hptsim_version = r->sweep->hptsim_version, .seed = seed,
		.id = store_sweep_run_id(r->sweep, point, r->policy_seq),
	};
	store_run_begin(r->st, &run, &r->sink);
	return SWEEP_OK;
}

/* The simulator's own trouble is none of a run's ends. */
static bool is_end(enum sim_status status)
{
	return status != SIM_ENOMEM && status != SIM_EINVARIANT;
}

static enum sweep_status end_run(struct replay *r, uint64_t point)
{
	const struct sim_error *error = r->record.data;
	enum store_status stored = store_run_finish(r->st, NULL);
	size_t seq = r->policy_seq++;

	if (stored != STORE_OK)
		return SWEEP_ESTORE;
	if (error->status == SIM_OK) {
		if (r->watch->run)
			r->watch->run(r->watch->ctx, point, seq, &r->end);
		return SWEEP_OK;
	}
	if (!is_end(error->status))
		return trouble(r, point, error->message);
	if (r->watch->failed)
		r->watch->failed(r->watch->ctx, point, r->policy, error);
	return of_store(store_sweep_miss(r->st, point, r->policy, result_status_name(error->status), error->message));
}

static enum sweep_status invalid(struct replay *r, uint64_t point)
{
	if (r->watch->invalid)
		r->watch->invalid(r->watch->ctx, point, r->record.data);
	if (r->options->strict)
		return SWEEP_EINVALID;
	return of_store(store_sweep_miss(r->st, point, "", "invalid", r->record.data));
}

static void finding(struct replay *r)
{
	struct sim_finding ev;

	memcpy(&ev, r->record.data, sizeof(ev));
	ev.text = (const char *)r->record.data + sizeof(ev);
	r->sink.finding(r->sink.ctx, &ev);
}

static enum sweep_status replay_record(struct replay *r, uint64_t point)
{
	void *data = r->record.data;
	union pack_any ev;

	switch ((enum wire_type)r->record.head.type) {
	case WIRE_INVALID:
		return invalid(r, point);
	case WIRE_TROUBLE:
		return trouble(r, point, data);
	case WIRE_RUN:
		return begin_run(r, point);
	case WIRE_RUN_START:
		r->sink.run_start(r->sink.ctx, data);
		break;
	case WIRE_LMB:
		r->sink.lmb(r->sink.ctx, data);
		break;
	case WIRE_RESIZE:
		if (!pack_take(PACK_resize, data, r->record.head.size, NULL, &ev))
			return trouble(r, point, "out of memory");
		r->sink.resize(r->sink.ctx, &ev.resize);
		break;
	case WIRE_REQUEST_END:
		r->sink.request_end(r->sink.ctx, data);
		break;
	case WIRE_FINDING:
		finding(r);
		break;
	case WIRE_RUN_END:
		memcpy(&r->end, data, sizeof(r->end));
		r->sink.run_end(r->sink.ctx, data);
		break;
	case WIRE_RUN_OVER:
		return end_run(r, point);
	case WIRE_POINT_END:
		break;
	}
	return SWEEP_OK;
}

enum sweep_status replay_point(struct replay *r, uint64_t point, FILE *in)
{
	enum sweep_status status = SWEEP_OK;

	r->policy_seq = 0;
	do {
		if (!wire_get(&r->record, in))
			return trouble(r, point, "the process that simulates it is gone");
		status = replay_record(r, point);
	} while (status == SWEEP_OK && r->record.head.type != WIRE_POINT_END);
	return status;
}

void replay_free(struct replay *r)
{
	free(r->run_data);
	free(r->record.data);
}
