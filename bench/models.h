/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_BENCH_MODELS_H
#define HPTSIM_BENCH_MODELS_H
/*
 * Models that keep a given number of events pending, the same for every queue.
 *
 * churn: pop the earliest, push one at its time plus a random increment.
 * hold:  the same with each event calling the function that it carries, which
 *        schedules the next one: what a simulation does.
 * mm1:   stations with one server each; an arrival schedules the next arrival,
 *        and a departure when the server was idle. Load 1/2: 1.5 events pending for
 *        each station.
 *
 * Increments are exponential, so that the filled queue is stationary at once.
 * Same increments for all: whoever keeps the order ends at the same time.
 */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MODEL_TABLE_BITS	10u
#define MODEL_MEAN_NS		1000000.0

/* What a run of a model came to. */
struct model_result {
	int64_t end_ns;			/* time of the last event */
	double seconds;			/* CPU time, filling the queue apart */
};

struct model_run {
	unsigned depth;			/* events pending; mm1: on average */
	uint64_t event_count;
	const uint32_t *increments;	/* 2^MODEL_TABLE_BITS of them */
};

struct model_queue {
	const char *name;
	struct model_result (*churn)(const struct model_run *run);	/* NULL: has none */
	struct model_result (*hold)(const struct model_run *run);
	struct model_result (*mm1)(const struct model_run *run);
};

extern const struct model_queue queue_engine, queue_event_wheel, queue_binary_heap;
extern const struct model_queue queue_priority_queue;

/* Stations that have about @depth events pending. */
static inline unsigned model_station_count(unsigned depth)
{
	return depth < 2 ? 1 : (depth * 2 + 1) / 3;
}

static inline uint32_t model_increment(const uint32_t *increments, uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return increments[*state >> (64 - MODEL_TABLE_BITS)];
}

/* CPU time of this process, in seconds. */
double model_cpu_seconds(void);

#ifdef __cplusplus
}
#endif

#endif
