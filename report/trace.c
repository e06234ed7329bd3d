// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/trace_lanes.h"

static void on_run_start(void *ctx, const struct sim_run_start *ev)
{
	struct trace *t = ctx;

	t->begun = true;
#define COUNTER_START(id, counter, unit, field, shift) t->gauges[GAUGE_##id] = ev->field;
	COUNTERS(COUNTER_START)
#undef COUNTER_START
	trace_write_counters(t, 0);
}

static void on_gauge(void *ctx, const struct sim_gauge *ev)
{
	struct trace *t = ctx;

	trace_saw(t, ev->at_ns);
	if (t->gauges[ev->kind] == ev->value)
		return;
	t->gauges[ev->kind] = ev->value;
	trace_write_gauge(t, ev->kind, ev->at_ns);
}

static void on_request_start(void *ctx, const struct sim_request_start *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->seq);
	char name[NAME_MAX_BYTES];

	trace_saw(t, ev->start_ns);
	if (!a)
		return;
	if (ev->event->dimm.id)
		snprintf(name, sizeof(name), "%s %s", event_kind_name(ev->kind), ev->event->dimm.id);
	else if (ev->kind == EVENT_HPT_ORDER)
		snprintf(name, sizeof(name), "%s %" PRId64, event_kind_name(ev->kind), ev->event->hpt_shift);
	else
		snprintf(name, sizeof(name), "%s", event_kind_name(ev->kind));
	trace_begin(t, trace_actor_lane(t, a, LANE_REQUEST), ev->start_ns, "request", name);
	trace_json_arg_int(&t->json, "request", ev->seq);
	trace_json_arg_int(&t->json, "lmbs_requested", (int64_t)ev->lmbs_requested);
	trace_json_end(&t->json);
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->seq);

	trace_saw(t, ev->end_ns);
	if (!a)
		return;
	trace_end(t, trace_actor_lane(t, a, LANE_REQUEST), ev->end_ns);
	trace_json_arg_int(&t->json, "lmbs_done", (int64_t)ev->lmbs_done);
	trace_json_arg_int(&t->json, "errno", ev->err);
	trace_json_arg_int(&t->json, "memory_bytes", (int64_t)ev->memory_bytes);
	trace_json_end(&t->json);
	a->busy = false;
}

static void on_lmb_start(void *ctx, const struct sim_lmb_start *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->request_seq);
	char name[NAME_MAX_BYTES];

	trace_saw(t, ev->at_ns);
	if (!a)
		return;
	snprintf(name, sizeof(name), "%s 0x%08" PRIx32, ev->add ? "add" : "remove", ev->drc_index);
	trace_begin(t, trace_actor_lane(t, a, LANE_LMB), ev->at_ns, "lmb", name);
	trace_json_end(&t->json);
}

static void on_lmb_end(void *ctx, const struct sim_lmb_end *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->request_seq);

	trace_saw(t, ev->at_ns);
	if (!a)
		return;
	trace_end(t, trace_actor_lane(t, a, LANE_LMB), ev->at_ns);
	trace_json_arg_int(&t->json, "errno", ev->err);
	trace_json_end(&t->json);
}

static void on_resize_start(void *ctx, const struct sim_resize_start *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->request_seq);
	char name[NAME_MAX_BYTES];

	trace_saw(t, ev->start_ns);
	if (!a)
		return;
	a->part = PART_NONE;
	snprintf(name, sizeof(name), "resize %u to %" PRId64, ev->from_shift, ev->to_shift);
	trace_begin(t, trace_actor_lane(t, a, LANE_RESIZE), ev->start_ns, "resize", name);
	trace_json_arg_int(&t->json, "from_shift", ev->from_shift);
	trace_json_arg_int(&t->json, "to_shift", ev->to_shift);
	trace_json_end(&t->json);
}

static void end_part(struct trace *t, struct actor *a, int64_t ns)
{
	if (a->part == PART_NONE)
		return;
	trace_end(t, trace_actor_lane(t, a, LANE_RESIZE), ns);
	trace_json_end(&t->json);
	if (a->part == PART_COMMIT) {
		trace_end(t, &t->stopped, ns);
		trace_json_end(&t->json);
	}
	a->part = PART_NONE;
}

static void begin_part(struct trace *t, struct actor *a, enum resize_part part, int64_t ns)
{
	if (a->part == part)
		return;
	end_part(t, a, ns);
	a->part = part;
	trace_begin(t, trace_actor_lane(t, a, LANE_RESIZE), ns, "resize", part == PART_PREPARE ? "prepare" : "stop_machine");
	trace_json_end(&t->json);
	if (part != PART_COMMIT)
		return;
	trace_name_lane(t, &t->stopped, "all other CPUs", 0, SORT_STOPPED);
	trace_begin(t, &t->stopped, ns, "stall", "stopped");
	trace_json_end(&t->json);
}

static void arg_mapping(struct trace *t, const char *who, const struct sim_mapping *m)
{
	char text[NAME_MAX_BYTES];

	if (!m->region)
		return;
	snprintf(text, sizeof(text), "%s 0x%" PRIx64 " in PTEG %" PRIu64, m->region, m->ea, m->pteg);
	trace_json_arg(&t->json, who, text);
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->request_seq);
	int64_t now = ev->start_ns + ev->prepare_ns + ev->commit_ns;

	trace_saw(t, now);
	if (!a)
		return;
	end_part(t, a, now);
	trace_end(t, trace_actor_lane(t, a, LANE_RESIZE), now);
	trace_json_arg_int(&t->json, "attempt", ev->seq);
	trace_json_arg(&t->json, "why", ev->why);
	trace_json_arg_int(&t->json, "for_bytes", (int64_t)ev->mem_bytes);
	trace_json_arg(&t->json, "prepare_rc", ev->prepare_rc);
	trace_json_arg(&t->json, "commit_rc", ev->commit_rc);
	trace_json_arg_int(&t->json, "errno", ev->err);
	trace_json_arg_int(&t->json, "prepare_busy_count", ev->prepare_busy_count);
	trace_json_arg_int(&t->json, "slots_scanned", (int64_t)ev->slots_scanned);
	trace_json_arg_int(&t->json, "hptes_moved", (int64_t)ev->hptes_moved);
	trace_json_arg_int(&t->json, "hptes_unmapped", (int64_t)ev->hptes_unmapped);
	if (ev->collided.region)
		trace_json_arg_int(&t->json, "collision_slot", ev->collision_slot);
	arg_mapping(t, "collided", &ev->collided);
	arg_mapping(t, "occupant", &ev->occupant);
	trace_json_end(&t->json);
	if (!ev->err)
		return;
	t->failed_attempts++;
	trace_write_failed_attempts(t, now);
}

/* Where a step goes: the innermost lane that has something open. */
static struct lane *lane_of(struct trace *t, struct actor *a, enum sim_phase phase)
{
	if (phase == PHASE_PREPARE || phase == PHASE_COMMIT)
		return trace_actor_lane(t, a, LANE_RESIZE);
	return trace_actor_lane(t, a, a->lanes[LANE_LMB].open ? LANE_LMB : LANE_REQUEST);
}

static void on_step(void *ctx, const struct sim_step *ev)
{
	struct trace *t = ctx;
	struct actor *a = trace_actor_of(t, ev->request_seq);
	char category[NAME_MAX_BYTES];
	struct lane *lane;

	trace_saw(t, ev->end_ns);
	if (!a)
		return;
	if (ev->phase == PHASE_PREPARE || ev->phase == PHASE_COMMIT)
		begin_part(t, a, ev->phase == PHASE_PREPARE ? PART_PREPARE : PART_COMMIT, ev->start_ns);
	if (ev->start_ns == ev->end_ns)
		return;
	lane = lane_of(t, a, ev->phase);
	snprintf(category, sizeof(category), "step,%s", sim_phase_info[ev->phase].name);
	trace_begin(t, lane, ev->start_ns, category,
	      ev->what && ev->phase != PHASE_LOCK ? ev->what : sim_phase_info[ev->phase].name);
	if (ev->phase == PHASE_LOCK)
		trace_json_arg(&t->json, "waits_for", ev->what);
	if (ev->end_ns - ev->start_ns != ev->booked_ns)
		trace_json_arg_int(&t->json, "stopped_ns", ev->end_ns - ev->start_ns - ev->booked_ns);
	trace_json_end(&t->json);
	trace_end(t, lane, ev->end_ns);
	trace_json_end(&t->json);
}

static void on_worker_start(void *ctx, const struct sim_worker_start *ev)
{
	struct trace *t = ctx;
	char name[NAME_MAX_BYTES];
	size_t i = 0;

	trace_saw(t, ev->at_ns);
	while (i < t->worker_count && t->workers[i].seq)
		i++;
	if (i == t->worker_count) {
		struct worker *workers = realloc(t->workers, (t->worker_count + 1) * sizeof(*workers));

		if (!workers) {
			t->error = ENOMEM;
			return;
		}
		t->workers = workers;
		t->workers[t->worker_count++] = (struct worker){ 0 };
	}
	t->workers[i].seq = ev->seq;
	trace_name_lane(t, &t->workers[i].lane, "hypervisor: prepare worker", i, SORT_WORKERS + (unsigned)i);
	snprintf(name, sizeof(name), "allocate and clear order %u", ev->shift);
	trace_begin(t, &t->workers[i].lane, ev->at_ns, "hypervisor", name);
	trace_json_arg_int(&t->json, "table_bytes", (int64_t)ev->table_bytes);
	trace_json_end(&t->json);
}

static void on_worker_end(void *ctx, const struct sim_worker_end *ev)
{
	struct trace *t = ctx;

	trace_saw(t, ev->at_ns);
	for (size_t i = 0; i < t->worker_count; i++) {
		if (t->workers[i].seq != ev->seq)
			continue;
		t->workers[i].seq = 0;
		trace_end(t, &t->workers[i].lane, ev->at_ns);
		trace_json_arg(&t->json, "rc", ev->rc);
		if (ev->cancelled)
			trace_json_arg_bool(&t->json, "cancelled");
		trace_json_end(&t->json);
	}
}

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	struct trace *t = ctx;
	struct actor *a = ev->request_seq ? trace_actor_of(t, ev->request_seq) : NULL;

	trace_saw(t, ev->at_ns);
	if (a)
		trace_actor_lane(t, a, LANE_REQUEST);
	trace_json_event(&t->json, 'i', t->pid);
	if (a)
		trace_json_tid(&t->json, a->lanes[LANE_REQUEST].tid);
	trace_json_ts(&t->json, ev->at_ns);
	trace_json_field(&t->json, "s", a ? "t" : "p");
	trace_json_field(&t->json, "cat", "finding");
	trace_json_field(&t->json, "name", sim_finding_name(ev->kind));
	trace_json_arg(&t->json, "text", ev->text);
	trace_json_end(&t->json);
}

static void on_run_end(void *ctx, const struct sim_run_end *ev)
{
	trace_saw(ctx, ev->total_ns);
}

struct sim_sink trace_run_begin(struct trace *t, const struct scenario *sc, const char *policy,
				unsigned rep)
{
	char name[256];

	t->pid++;
	if (rep)
		snprintf(name, sizeof(name), "%s: %s, repetition %u", sc->name, policy, rep);
	else
		snprintf(name, sizeof(name), "%s: %s", sc->name, policy);
	trace_metadata(t, "process_name", 0, name);
	trace_sort_index(t, "process_sort_index", 0, t->pid);
	if (*sc->description)
		trace_metadata(t, "process_labels", 0, sc->description);
	return (struct sim_sink){
		.ctx = t,
		.run_start = on_run_start,
		.request_start = on_request_start,
		.lmb_start = on_lmb_start,
		.lmb_end = on_lmb_end,
		.resize_start = on_resize_start,
		.resize = on_resize,
		.step = on_step,
		.worker_start = on_worker_start,
		.worker_end = on_worker_end,
		.gauge = on_gauge,
		.request_end = on_request_end,
		.finding = on_finding,
		.run_end = on_run_end,
	};
}

void trace_run_finish(struct trace *t)
{
	if (!t->begun)
		return;
	for (size_t i = 0; i < t->actor_count; i++)
		for (int lane = ACTOR_LANE_COUNT - 1; lane >= 0; lane--)
			trace_close_lane(t, &t->actors[i].lanes[lane]);
	trace_close_lane(t, &t->stopped);
	for (size_t i = 0; i < t->worker_count; i++)
		trace_close_lane(t, &t->workers[i].lane);
	trace_write_counters(t, t->now_ns);

	free(t->actors);
	free(t->workers);
	*t = (struct trace){
		.output = t->output, .json = t->json, .error = t->error, .pid = t->pid, .last_tid = t->last_tid,
	};
}

struct trace *trace_open(const char *path, const char *version)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->json.file = output_open(&t->output, path);
	if (!t->json.file) {
		free(t);
		return NULL;
	}
	t->last_tid = TID_FIRST;
	trace_json_start(&t->json, version);
	return t;
}

int trace_close(struct trace *t)
{
	int error;

	if (!t)
		return 0;
	trace_run_finish(t);
	trace_json_finish(&t->json);
	error = t->error;
	if (!output_close(&t->output, !error) && !error)
		error = errno;
	free(t);
	return error;
}
