/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_REPORT_TRACE_LANES_H
#define HPTSIM_REPORT_TRACE_LANES_H
/* Inside of report/: the lanes of a trace, what is open in each, and the counters. */
#include <stdbool.h>

#include "base/output.h"
#include "report/trace_json.h"
#include "sim/events.h"

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
	struct output output;
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

void trace_saw(struct trace *t, int64_t ns);

/* Tell what a process or thread is called and where it is shown. */
void trace_metadata(struct trace *t, const char *what, unsigned tid, const char *name);

void trace_sort_index(struct trace *t, const char *what, unsigned tid, unsigned index);

void trace_name_lane(struct trace *t, struct lane *lane, const char *name, size_t number, unsigned sort);

/* Args may be added until trace_json_end(). */
void trace_begin(struct trace *t, struct lane *lane, int64_t ns, const char *category, const char *name);

void trace_end(struct trace *t, struct lane *lane, int64_t ns);

void trace_close_lane(struct trace *t, struct lane *lane);

void trace_write_gauge(struct trace *t, enum sim_gauge_kind kind, int64_t ns);

void trace_write_failed_attempts(struct trace *t, int64_t ns);

void trace_write_counters(struct trace *t, int64_t ns);

/* The actor of a request, or one that is free; NULL: out of memory. */
struct actor *trace_actor_of(struct trace *t, unsigned request_seq);

struct lane *trace_actor_lane(struct trace *t, struct actor *a, enum actor_lane lane);

#endif
