/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks that wait: alone, and with others that go on in between. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "sim/machine/engine.h"

#define WAITS_SHORT	1000000u
#define WAITS_LONG	4000000u
#define TASKS_MAX	100u

struct waits {
	struct engine *engine;
	unsigned tasks, waits;		/* waits: of each task */
};

static void waiter(void *arg)
{
	const struct waits *w = arg;

	for (unsigned i = 0; i < w->waits; i++)
		engine_sleep(w->engine, 10);
}

/* Waits a second, in millions. */
static double measure(void *ctx)
{
	struct waits *w = ctx;
	double start;

	w->engine = engine_new();
	if (!w->engine)
		return -1;
	for (unsigned i = 0; i < w->tasks; i++)
		engine_spawn(w->engine, "waiter", TASK_GUEST, waiter, w);
	start = bench_cpu();
	engine_run(w->engine);
	start = bench_cpu() - start;
	engine_free(w->engine);
	return (double)w->tasks * w->waits / start / 1e6;
}

int main(int argc, char **argv)
{
	struct bench b;
	struct waits alone = { .tasks = 1 }, two = { .tasks = 2 }, many = { .tasks = TASKS_MAX };
	struct bench_case cases[] = {
		{ .name = "alone: the clock moves", .run = measure, .ctx = &alone },
		{ .name = "two tasks in turn", .run = measure, .ctx = &two },
		{ .name = "100 tasks in turn", .run = measure, .ctx = &many },
	};

	if (!bench_options(&b, argc, argv))
		return 2;
	alone.waits = b.is_long ? WAITS_LONG : WAITS_SHORT;
	two.waits = alone.waits / 2;
	many.waits = alone.waits / TASKS_MAX;
	bench_print_machine();
	bench_run(cases, 3, b.is_long ? 31 : 11);
	bench_print("engine_sleep()", "M waits/s", cases, 3, true);
	return 0;
}
