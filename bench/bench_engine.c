/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event engine against other queues and simulators; see models.h. Peers in
 * other processes (SimPy, ns-3, SimGrid) measure themselves and print the rate.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/models.h"

#define PEERS_MAX	12u
#define EVENTS_SHORT	UINT64_C(600000)
#define EVENTS_LONG	UINT64_C(4000000)
#define RATE_UNIT	1e6

static const unsigned depths[] = { 1, 10, 1000, 40000 };

enum model_kind { MODEL_CHURN, MODEL_HOLD, MODEL_MM1 };
static const char *const model_names[] = { "churn", "hold", "mm1" };
static const char *const model_titles[] = {
	"bare queue, pop and push", "hold model, whole dispatch", "M/M/1 stations, whole dispatch",
};

/* A simulator of its own process: "program model depth events" prints events a second. */
struct outside {
	const char *name;
	const char *program;		/* in the directory of tools */
	const char *argument;		/* first argument, or NULL */
	uint64_t event_count;		/* per repeat, so that it does not take for ever */
	uint64_t events_per_pending;	/* and at least as many for each event pending */
	bool missing;
};

static struct outside outsides[] = {
	{ "ns-3", "peer_ns3", "", 100000, 3, false },
	{ "ns-3, heap scheduler", "peer_ns3", "ns3::HeapScheduler", 100000, 3, false },
	{ "SimGrid", "peer_simgrid", "", 60000, 2, false },
	{ "SimPy", "peer_simpy.py", "", 40000, 1, false },
};
#define OUTSIDE_COUNT (sizeof(outsides) / sizeof(outsides[0]))

struct measured {
	const struct model_queue *queue;	/* or */
	const struct outside *outside;
	const struct bench *bench;
	enum model_kind kind;
	struct model_run run;
	int64_t end_ns;
};

double model_cpu_seconds(void)
{
	return bench_cpu();
}

static double measure_outside(const struct measured *m)
{
	const struct outside *o = m->outside;
	uint64_t count = o->event_count, least = o->events_per_pending * m->run.depth;
	char command[1024];
	double rate = -1;
	FILE *f;

	snprintf(command, sizeof(command), "%s/%s %s %u %" PRIu64 " %s", m->bench->tools, o->program,
		 model_names[m->kind], m->run.depth, count > least ? count : least, o->argument);
	f = popen(command, "r");
	if (!f)
		return -1;
	if (fscanf(f, "%lf", &rate) != 1)
		rate = -1;
	pclose(f);
	return rate > 0 ? rate / RATE_UNIT : -1;
}

static double measure(void *ctx)
{
	struct measured *m = ctx;
	struct model_result result;

	if (m->outside)
		return measure_outside(m);
	switch (m->kind) {
	case MODEL_CHURN:
		result = m->queue->churn(&m->run);
		break;
	case MODEL_HOLD:
		result = m->queue->hold(&m->run);
		break;
	default:
		result = m->queue->mm1(&m->run);
	}
	m->end_ns = result.end_ns;
	return (double)m->run.event_count / result.seconds / RATE_UNIT;
}

/* Does it run here? A Python script may lack its module, a library may be gone. */
static void find_outsides(const struct bench *b)
{
	for (size_t i = 0; i < OUTSIDE_COUNT; i++) {
		struct measured probe = {
			.bench = b, .outside = &outsides[i], .kind = MODEL_HOLD, .run = { .depth = 1 },
		};
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", b->tools ? b->tools : ".", outsides[i].program);
		outsides[i].missing = !b->tools || access(path, X_OK) != 0 || measure_outside(&probe) < 0;
		if (outsides[i].missing)
			printf("skipped: %s is not installed\n", outsides[i].name);
	}
}

static bool bench_model(const struct bench *b, enum model_kind kind, unsigned depth,
			const uint32_t *increments)
{
	const struct model_queue *queues[] = {
		kind == MODEL_CHURN ? &queue_event_wheel : &queue_engine, &queue_binary_heap,
#ifdef BENCH_HAVE_CPP
		&queue_priority_queue,
#endif
	};
	struct measured measured[PEERS_MAX];
	struct bench_case cases[PEERS_MAX] = { 0 };
	size_t count = 0, queue_count = sizeof(queues) / sizeof(queues[0]);
	char title[128];

	for (size_t i = 0; i < queue_count; i++)
		measured[count++] = (struct measured){ .queue = queues[i] };
	for (size_t i = 0; i < OUTSIDE_COUNT && kind != MODEL_CHURN; i++)
		if (!outsides[i].missing)
			measured[count++] = (struct measured){ .outside = &outsides[i] };
	for (size_t i = 0; i < count; i++) {
		struct measured *m = &measured[i];

		m->bench = b;
		m->kind = kind;
		m->run = (struct model_run){
			.depth = depth, .increments = increments,
			.event_count = b->is_long ? EVENTS_LONG : EVENTS_SHORT,
		};
		cases[i].name = m->outside ? m->outside->name : m->queue->name;
		cases[i].run = measure;
		cases[i].ctx = m;
		cases[i].every = m->outside ? 5 : 0;
	}
	bench_run(cases, count, b->is_long ? 31 : 9);
	snprintf(title, sizeof(title), "%s, %u pending", model_titles[kind], depth);
	bench_print(title, "M events/s", cases, count, true);
	for (size_t i = 1; i < queue_count; i++) {
		if (measured[i].end_ns != measured[0].end_ns) {
			fprintf(stderr, "%s: ended at %" PRId64 " ns, %s at %" PRId64 " ns\n",
				cases[i].name, measured[i].end_ns, cases[0].name, measured[0].end_ns);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	uint32_t increments[1u << MODEL_TABLE_BITS];
	struct bench b;

	if (!bench_options(&b, argc, argv))
		return 2;
	bench_print_machine();
	find_outsides(&b);
	for (unsigned i = 0; i < 1u << MODEL_TABLE_BITS; i++)
		increments[i] = (uint32_t)(-MODEL_MEAN_NS * log((i + 0.5) / (1u << MODEL_TABLE_BITS)));
	for (int kind = MODEL_CHURN; kind <= MODEL_MM1; kind++)
		for (size_t d = 0; d < sizeof(depths) / sizeof(depths[0]); d++)
			if (!bench_model(&b, (enum model_kind)kind, depths[d], increments))
				return 1;
	return 0;
}
