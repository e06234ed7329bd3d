// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/trace_json.h"

#define NAME_MAX_BYTES	96
#define TID_FIRST	1000000u	/* above all pids: none is a main thread */

/* X(id, name): the lanes of one request; what overlaps it has others. */
#define ACTOR_LANES(X) \
	X(REQUEST, "requests") \
	X(LMB,     "LMBs") \
	X(RESIZE,  "resizes")

enum actor_lane {
#define ACTOR_LANE_ENUM(id, name) LANE_##id,
	ACTOR_LANES(ACTOR_LANE_ENUM)
#undef ACTOR_LANE_ENUM
	ACTOR_LANE_COUNT
};

/* In the order in which they are shown, behind the requests' lanes. */
#define SORT_STOPPED	1000000u
#define SORT_WORKERS	1000001u

enum resize_part { PART_NONE, PART_PREPARE, PART_COMMIT };

/* A lane; `open` slices are nested in it. */
struct lane {
	unsigned tid;			/* 0: has nothing yet */
	unsigned open;
};

/* Whoever works for one request: a row of lanes. */
struct actor {
	bool busy;
	unsigned request_seq;
	struct lane lanes[ACTOR_LANE_COUNT];
	enum resize_part part;
};

struct worker {
	unsigned seq;			/* 0: idle */
	struct lane lane;
};

/* X(id, counter, unit, gauge of sim_run_start, shift): unit is 2^shift of the gauge's */
#define COUNTERS(X) \
	X(HPT_SHIFT, "HPT",            "order",   hpt_shift,    0) \
	X(MEMORY,    "memory",         "GiB",     memory_bytes, 30) \
	X(BOLTED,    "bolted",         "entries", bolted_count, 0) \
	X(HOST,      "host memory of HPTs", "MiB", host_bytes,  20)

struct trace {
	struct trace_json json;
	int error;			/* errno: out of memory; the file knows its own */
	unsigned pid, last_tid;

	/* the run's */
	bool begun;
	int64_t now_ns;			/* latest time that was seen */
	uint64_t gauges[GAUGE_COUNT];
	unsigned failed_attempts;
	struct actor *actors;
	size_t actor_count;
	struct worker *workers;
	size_t worker_count;
	struct lane stopped;
};

/* --- events --- */

static void saw(struct trace *t, int64_t ns)
{
	if (t->now_ns < ns)
		t->now_ns = ns;
}

/* Tell what a process or thread is called and where it is shown. */
static void metadata(struct trace *t, const char *what, unsigned tid, const char *name)
{
	trace_json_event(&t->json, 'M', t->pid);
	if (tid)
		trace_json_tid(&t->json, tid);
	trace_json_field(&t->json, "name", what);
	trace_json_arg(&t->json, strcmp(what, "process_labels") ? "name" : "labels", name);
	trace_json_end(&t->json);
}

static void sort_index(struct trace *t, const char *what, unsigned tid, unsigned index)
{
	trace_json_event(&t->json, 'M', t->pid);
	if (tid)
		trace_json_tid(&t->json, tid);
	trace_json_field(&t->json, "name", what);
	trace_json_arg_int(&t->json, "sort_index", index);
	trace_json_end(&t->json);
}

static void name_lane(struct trace *t, struct lane *lane, const char *name, size_t number, unsigned sort)
{
	char text[NAME_MAX_BYTES];

	if (lane->tid)
		return;
	lane->tid = ++t->last_tid;
	if (number)
		snprintf(text, sizeof(text), "%s (%zu)", name, number + 1);
	else
		snprintf(text, sizeof(text), "%s", name);
	metadata(t, "thread_name", lane->tid, text);
	sort_index(t, "thread_sort_index", lane->tid, sort);
}

/* Args may be added until trace_json_end(). */
static void begin(struct trace *t, struct lane *lane, int64_t ns, const char *category, const char *name)
{
	lane->open++;
	trace_json_event(&t->json, 'B', t->pid);
	trace_json_tid(&t->json, lane->tid);
	trace_json_ts(&t->json, ns);
	trace_json_field(&t->json, "cat", category);
	trace_json_field(&t->json, "name", name);
}

static void end(struct trace *t, struct lane *lane, int64_t ns)
{
	lane->open--;
	trace_json_event(&t->json, 'E', t->pid);
	trace_json_tid(&t->json, lane->tid);
	trace_json_ts(&t->json, ns);
}

static void close_lane(struct trace *t, struct lane *lane)
{
	while (lane->open) {
		end(t, lane, t->now_ns);
		trace_json_arg_bool(&t->json, "unfinished");
		trace_json_end(&t->json);
	}
}

static void counter_start(struct trace *t, const char *name, int64_t ns)
{
	trace_json_event(&t->json, 'C', t->pid);
	trace_json_ts(&t->json, ns);
	trace_json_field(&t->json, "name", name);
}

static void write_gauge(struct trace *t, enum sim_gauge_kind kind, int64_t ns)
{
	static const struct { const char *name, *unit; unsigned shift; } counters[] = {
#define COUNTER_ROW(id, counter, unit, field, shift) [GAUGE_##id] = { counter, unit, shift },
		COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
	};

	counter_start(t, counters[kind].name, ns);
	trace_json_arg_fixed(&t->json, counters[kind].unit, t->gauges[kind], counters[kind].shift);
	trace_json_end(&t->json);
}

static void write_failed_attempts(struct trace *t, int64_t ns)
{
	counter_start(t, "resize attempts", ns);
	trace_json_arg_int(&t->json, "failed", t->failed_attempts);
	trace_json_end(&t->json);
}

static void write_counters(struct trace *t, int64_t ns)
{
	for (int i = 0; i < GAUGE_COUNT; i++)
		write_gauge(t, (enum sim_gauge_kind)i, ns);
	write_failed_attempts(t, ns);
}

/* --- who works for whom --- */

/* The actor of a request, or one that is free; NULL: out of memory. */
static struct actor *actor_of(struct trace *t, unsigned request_seq)
{
	struct actor *free_one = NULL, *actors;

	for (size_t i = 0; i < t->actor_count; i++) {
		if (t->actors[i].busy && t->actors[i].request_seq == request_seq)
			return &t->actors[i];
		if (!t->actors[i].busy && !free_one)
			free_one = &t->actors[i];
	}
	if (!free_one) {
		actors = realloc(t->actors, (t->actor_count + 1) * sizeof(*actors));
		if (!actors) {
			t->error = ENOMEM;
			return NULL;
		}
		t->actors = actors;
		free_one = &actors[t->actor_count++];
		*free_one = (struct actor){ 0 };
	}
	free_one->busy = true;
	free_one->request_seq = request_seq;
	return free_one;
}

static struct lane *actor_lane(struct trace *t, struct actor *a, enum actor_lane lane)
{
	static const char *const names[] = {
#define ACTOR_LANE_NAME(id, name) name,
		ACTOR_LANES(ACTOR_LANE_NAME)
#undef ACTOR_LANE_NAME
	};
	size_t number = (size_t)(a - t->actors);

	name_lane(t, &a->lanes[lane], names[lane], number, (unsigned)(number * ACTOR_LANE_COUNT + lane));
	return &a->lanes[lane];
}

/* --- the stream --- */

static void on_run_start(void *ctx, const struct sim_run_start *ev)
{
	struct trace *t = ctx;

	t->begun = true;
#define COUNTER_START(id, counter, unit, field, shift) t->gauges[GAUGE_##id] = ev->field;
	COUNTERS(COUNTER_START)
#undef COUNTER_START
	write_counters(t, 0);
}

static void on_gauge(void *ctx, const struct sim_gauge *ev)
{
	struct trace *t = ctx;

	saw(t, ev->at_ns);
	if (t->gauges[ev->kind] == ev->value)
		return;
	t->gauges[ev->kind] = ev->value;
	write_gauge(t, ev->kind, ev->at_ns);
}

static void on_request_start(void *ctx, const struct sim_request_start *ev)
{
	struct trace *t = ctx;
	struct actor *a = actor_of(t, ev->seq);
	char name[NAME_MAX_BYTES];

	saw(t, ev->start_ns);
	if (!a)
		return;
	if (ev->event->dimm.id)
		snprintf(name, sizeof(name), "%s %s", event_kind_name(ev->kind), ev->event->dimm.id);
	else if (ev->kind == EVENT_HPT_ORDER)
		snprintf(name, sizeof(name), "%s %" PRId64, event_kind_name(ev->kind), ev->event->hpt_shift);
	else
		snprintf(name, sizeof(name), "%s", event_kind_name(ev->kind));
	begin(t, actor_lane(t, a, LANE_REQUEST), ev->start_ns, "request", name);
	trace_json_arg_int(&t->json, "request", ev->seq);
	trace_json_arg_int(&t->json, "lmbs_requested", (int64_t)ev->lmbs_requested);
	trace_json_end(&t->json);
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	struct trace *t = ctx;
	struct actor *a = actor_of(t, ev->seq);

	saw(t, ev->end_ns);
	if (!a)
		return;
	end(t, actor_lane(t, a, LANE_REQUEST), ev->end_ns);
	trace_json_arg_int(&t->json, "lmbs_done", (int64_t)ev->lmbs_done);
	trace_json_arg_int(&t->json, "errno", ev->err);
	trace_json_arg_int(&t->json, "memory_bytes", (int64_t)ev->memory_bytes);
	trace_json_end(&t->json);
	a->busy = false;
}

static void on_lmb_start(void *ctx, const struct sim_lmb_start *ev)
{
	struct trace *t = ctx;
	struct actor *a = actor_of(t, ev->request_seq);
	char name[NAME_MAX_BYTES];

	saw(t, ev->at_ns);
	if (!a)
		return;
	snprintf(name, sizeof(name), "%s 0x%08" PRIx32, ev->add ? "add" : "remove", ev->drc_index);
	begin(t, actor_lane(t, a, LANE_LMB), ev->at_ns, "lmb", name);
	trace_json_end(&t->json);
}

static void on_lmb_end(void *ctx, const struct sim_lmb_end *ev)
{
	struct trace *t = ctx;
	struct actor *a = actor_of(t, ev->request_seq);

	saw(t, ev->at_ns);
	if (!a)
		return;
	end(t, actor_lane(t, a, LANE_LMB), ev->at_ns);
	trace_json_arg_int(&t->json, "errno", ev->err);
	trace_json_end(&t->json);
}

static void on_resize_start(void *ctx, const struct sim_resize_start *ev)
{
	struct trace *t = ctx;
	struct actor *a = actor_of(t, ev->request_seq);
	char name[NAME_MAX_BYTES];

	saw(t, ev->start_ns);
	if (!a)
		return;
	a->part = PART_NONE;
	snprintf(name, sizeof(name), "resize %u to %" PRId64, ev->from_shift, ev->to_shift);
	begin(t, actor_lane(t, a, LANE_RESIZE), ev->start_ns, "resize", name);
	trace_json_arg_int(&t->json, "from_shift", ev->from_shift);
	trace_json_arg_int(&t->json, "to_shift", ev->to_shift);
	trace_json_end(&t->json);
}

static void end_part(struct trace *t, struct actor *a, int64_t ns)
{
	if (a->part == PART_NONE)
		return;
	end(t, actor_lane(t, a, LANE_RESIZE), ns);
	trace_json_end(&t->json);
	if (a->part == PART_COMMIT) {
		end(t, &t->stopped, ns);
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
	begin(t, actor_lane(t, a, LANE_RESIZE), ns, "resize", part == PART_PREPARE ? "prepare" : "stop_machine");
	trace_json_end(&t->json);
	if (part != PART_COMMIT)
		return;
	name_lane(t, &t->stopped, "all other CPUs", 0, SORT_STOPPED);
	begin(t, &t->stopped, ns, "stall", "stopped");
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
	struct actor *a = actor_of(t, ev->request_seq);
	int64_t now = ev->start_ns + ev->prepare_ns + ev->commit_ns;

	saw(t, now);
	if (!a)
		return;
	end_part(t, a, now);
	end(t, actor_lane(t, a, LANE_RESIZE), now);
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
	write_failed_attempts(t, now);
}

/* Where a step goes: the innermost lane that has something open. */
static struct lane *lane_of(struct trace *t, struct actor *a, enum sim_phase phase)
{
	if (phase == PHASE_PREPARE || phase == PHASE_COMMIT)
		return actor_lane(t, a, LANE_RESIZE);
	return actor_lane(t, a, a->lanes[LANE_LMB].open ? LANE_LMB : LANE_REQUEST);
}

static void on_step(void *ctx, const struct sim_step *ev)
{
	struct trace *t = ctx;
	struct actor *a = actor_of(t, ev->request_seq);
	char category[NAME_MAX_BYTES];
	struct lane *lane;

	saw(t, ev->end_ns);
	if (!a)
		return;
	if (ev->phase == PHASE_PREPARE || ev->phase == PHASE_COMMIT)
		begin_part(t, a, ev->phase == PHASE_PREPARE ? PART_PREPARE : PART_COMMIT, ev->start_ns);
	if (ev->start_ns == ev->end_ns)
		return;
	lane = lane_of(t, a, ev->phase);
	snprintf(category, sizeof(category), "step,%s", sim_phase_info[ev->phase].name);
	begin(t, lane, ev->start_ns, category,
	      ev->what && ev->phase != PHASE_LOCK ? ev->what : sim_phase_info[ev->phase].name);
	if (ev->phase == PHASE_LOCK)
		trace_json_arg(&t->json, "waits_for", ev->what);
	if (ev->end_ns - ev->start_ns != ev->booked_ns)
		trace_json_arg_int(&t->json, "stopped_ns", ev->end_ns - ev->start_ns - ev->booked_ns);
	trace_json_end(&t->json);
	end(t, lane, ev->end_ns);
	trace_json_end(&t->json);
}

static void on_worker_start(void *ctx, const struct sim_worker_start *ev)
{
	struct trace *t = ctx;
	char name[NAME_MAX_BYTES];
	size_t i = 0;

	saw(t, ev->at_ns);
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
	name_lane(t, &t->workers[i].lane, "hypervisor: prepare worker", i, SORT_WORKERS + (unsigned)i);
	snprintf(name, sizeof(name), "allocate and clear order %u", ev->shift);
	begin(t, &t->workers[i].lane, ev->at_ns, "hypervisor", name);
	trace_json_arg_int(&t->json, "table_bytes", (int64_t)ev->table_bytes);
	trace_json_end(&t->json);
}

static void on_worker_end(void *ctx, const struct sim_worker_end *ev)
{
	struct trace *t = ctx;

	saw(t, ev->at_ns);
	for (size_t i = 0; i < t->worker_count; i++) {
		if (t->workers[i].seq != ev->seq)
			continue;
		t->workers[i].seq = 0;
		end(t, &t->workers[i].lane, ev->at_ns);
		trace_json_arg(&t->json, "rc", ev->rc);
		if (ev->cancelled)
			trace_json_arg_bool(&t->json, "cancelled");
		trace_json_end(&t->json);
	}
}

static void on_finding(void *ctx, const struct sim_finding *ev)
{
	struct trace *t = ctx;
	struct actor *a = ev->request_seq ? actor_of(t, ev->request_seq) : NULL;

	saw(t, ev->at_ns);
	if (a)
		actor_lane(t, a, LANE_REQUEST);
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
	saw(ctx, ev->total_ns);
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
	metadata(t, "process_name", 0, name);
	sort_index(t, "process_sort_index", 0, t->pid);
	if (*sc->description)
		metadata(t, "process_labels", 0, sc->description);
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
			close_lane(t, &t->actors[i].lanes[lane]);
	close_lane(t, &t->stopped);
	for (size_t i = 0; i < t->worker_count; i++)
		close_lane(t, &t->workers[i].lane);
	write_counters(t, t->now_ns);

	free(t->actors);
	free(t->workers);
	*t = (struct trace){
		.json = t->json, .error = t->error, .pid = t->pid, .last_tid = t->last_tid,
	};
}

struct trace *trace_open(const char *path, const char *version)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->json.file = fopen(path, "w");
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
	errno = 0;
	if ((fflush(t->json.file) || ferror(t->json.file)) && !error)
		error = errno ? errno : EIO;
	if (fclose(t->json.file) && !error)
		error = errno ? errno : EIO;
	free(t);
	return error;
}
