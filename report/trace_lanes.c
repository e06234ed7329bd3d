// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/trace_lanes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- events --- */

void trace_saw(struct trace *t, int64_t ns)
{
	if (t->now_ns < ns)
		t->now_ns = ns;
}

/* Tell what a process or thread is called and where it is shown. */
void trace_metadata(struct trace *t, const char *what, unsigned tid, const char *name)
{
	trace_json_event(&t->json, 'M', t->pid);
	if (tid)
		trace_json_tid(&t->json, tid);
	trace_json_field(&t->json, "name", what);
	trace_json_arg(&t->json, strcmp(what, "process_labels") ? "name" : "labels", name);
	trace_json_end(&t->json);
}

void trace_sort_index(struct trace *t, const char *what, unsigned tid, unsigned index)
{
	trace_json_event(&t->json, 'M', t->pid);
	if (tid)
		trace_json_tid(&t->json, tid);
	trace_json_field(&t->json, "name", what);
	trace_json_arg_int(&t->json, "sort_index", index);
	trace_json_end(&t->json);
}

void trace_name_lane(struct trace *t, struct lane *lane, const char *name, size_t number, unsigned sort)
{
	char text[NAME_MAX_BYTES];

	if (lane->tid)
		return;
	lane->tid = ++t->last_tid;
	if (number)
		snprintf(text, sizeof(text), "%s (%zu)", name, number + 1);
	else
		snprintf(text, sizeof(text), "%s", name);
	trace_metadata(t, "thread_name", lane->tid, text);
	trace_sort_index(t, "thread_sort_index", lane->tid, sort);
}

/* Args may be added until trace_json_end(). */
void trace_begin(struct trace *t, struct lane *lane, int64_t ns, const char *category, const char *name)
{
	lane->open++;
	trace_json_event(&t->json, 'B', t->pid);
	trace_json_tid(&t->json, lane->tid);
	trace_json_ts(&t->json, ns);
	trace_json_field(&t->json, "cat", category);
	trace_json_field(&t->json, "name", name);
}

void trace_end(struct trace *t, struct lane *lane, int64_t ns)
{
	lane->open--;
	trace_json_event(&t->json, 'E', t->pid);
	trace_json_tid(&t->json, lane->tid);
	trace_json_ts(&t->json, ns);
}

void trace_close_lane(struct trace *t, struct lane *lane)
{
	while (lane->open) {
		trace_end(t, lane, t->now_ns);
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

void trace_write_gauge(struct trace *t, enum sim_gauge_kind kind, int64_t ns)
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

void trace_write_failed_attempts(struct trace *t, int64_t ns)
{
	counter_start(t, "resize attempts", ns);
	trace_json_arg_int(&t->json, "failed", t->failed_attempts);
	trace_json_end(&t->json);
}

void trace_write_counters(struct trace *t, int64_t ns)
{
	for (int i = 0; i < GAUGE_COUNT; i++)
		trace_write_gauge(t, (enum sim_gauge_kind)i, ns);
	trace_write_failed_attempts(t, ns);
}

/* --- who works for whom --- */

/* The actor of a request, or one that is free; NULL: out of memory. */
struct actor *trace_actor_of(struct trace *t, unsigned request_seq)
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

struct lane *trace_actor_lane(struct trace *t, struct actor *a, enum actor_lane lane)
{
	static const char *const names[] = {
#define ACTOR_LANE_NAME(id, name) name,
		ACTOR_LANES(ACTOR_LANE_NAME)
#undef ACTOR_LANE_NAME
	};
	size_t number = (size_t)(a - t->actors);

	trace_name_lane(t, &a->lanes[lane], names[lane], number, (unsigned)(number * ACTOR_LANE_COUNT + lane));
	return &a->lanes[lane];
}
