/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does an LMB cost the same in a guest of any size? Whole runs in this process:
 * 1 TiB, or half the guest if that is less, comes and goes again. Boot is apart.
 * Writes a data file for plot/lmb_cost.gp when asked to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "sim/sim.h"
#include "sim/units.h"

#define LMB_BYTES	SZ_256M
#define TIB_LMBS	4096u

static const unsigned lmb_counts[] = { 1000, 2000, 4000, 8192, 16384, 32768, 65536, 131072, 262144 };
#define COUNTS (sizeof(lmb_counts) / sizeof(lmb_counts[0]))

static const char *const policies[] = { "per-section", "outer-batch" };
#define POLICIES (sizeof(policies) / sizeof(policies[0]))

struct guest_run {
	unsigned lmbs;			/* once all are there */
	unsigned moved;			/* come, and go */
	const struct policy *policy;
	double booted;			/* CPU time at the end of boot */
	double boot[BENCH_REPEATS_MAX];	/* milliseconds */
	unsigned count;
};

static void on_start(void *ctx, const struct sim_run_start *ev)
{
	struct guest_run *g = ctx;

	g->booted = bench_cpu();
}

/* Microseconds for each LMB that comes and goes. */
static double run(void *ctx)
{
	struct guest_run *g = ctx;
	uint64_t moved = (uint64_t)g->moved * LMB_BYTES, all = (uint64_t)g->lmbs * LMB_BYTES;
	const struct event_spec events[] = {
		{ .kind = EVENT_PLUG, .dimm = { "d1", moved }, .notify = true },
		{ .kind = EVENT_UNPLUG, .dimm = { "d1", 0 } },
	};
	struct scenario sc = {
		.name = "bench", .description = "", .costs_name = "bench",
		.guest = {
			.memory_bytes = all - moved, .max_memory_bytes = all, .lmb_bytes = LMB_BYTES,
			.page_shift = 16, .kernel = KERNEL_VERSION(6, 1), .vcpu_count = 8,
		},
		.hypervisor = { .kind = HV_KVM_HV, .max_hpt_page_shift = 16, .resize_hpt = RESIZE_HPT_ENABLED },
		.policies = &g->policy, .policy_count = 1, .events = events, .event_count = 2,
	};
	const struct sim_options options = { .seed = 0 };
	const struct sim_sink sink = { .ctx = g, .run_start = on_start };
	struct sim_error error;
	double start = bench_cpu();

	/*
	 * Any prices will do, but clearing a table must take no time: the guest polls
	 * meanwhile, and polls of larger tables are more events, not dearer ones.
	 */
	for (size_t i = 0; i < cost_key_count; i++)
		*(int64_t *)(void *)((char *)&sc.costs + cost_keys[i].offset) = 1;
	sc.costs.prepare_clear_ps_byte = 0;
	if (sim_run(&sc, g->policy, &options, &sink, &error) != SIM_OK) {
		fprintf(stderr, "%u LMBs: %s\n", g->lmbs, error.message);
		return -1;
	}
	g->boot[g->count++] = (g->booted - start) * 1e3;
	return (bench_cpu() - g->booted) * 1e6 / (2.0 * g->moved);
}

int main(int argc, char **argv)
{
	static struct guest_run runs[POLICIES][COUNTS];
	static struct bench_case cases[POLICIES * COUNTS], boots[COUNTS];
	static char names[COUNTS][32];
	struct bench b;
	FILE *out = NULL;

	if (!bench_options(&b, argc, argv))
		return 2;
	bench_print_machine();
	for (size_t p = 0; p < POLICIES; p++) {
		for (size_t i = 0; i < COUNTS; i++) {
			struct guest_run *g = &runs[p][i];

			g->lmbs = lmb_counts[i];
			g->moved = g->lmbs / 2 < TIB_LMBS ? g->lmbs / 2 : TIB_LMBS;
			g->policy = policy_find(policies[p]);
			snprintf(names[i], sizeof(names[i]), "%u LMBs, %u of them", g->lmbs, g->moved);
			cases[p * COUNTS + i] = (struct bench_case){ .name = names[i], .run = run, .ctx = g };
		}
	}
	bench_run(cases, POLICIES * COUNTS, b.is_long ? 31 : 7);
	for (size_t p = 0; p < POLICIES; p++) {
		char title[64];

		snprintf(title, sizeof(title), "%s, each LMB in and out", policies[p]);
		bench_print(title, "us", &cases[p * COUNTS], COUNTS, false);
	}
	for (size_t i = 0; i < COUNTS; i++) {
		boots[i].name = names[i];
		boots[i].count = runs[0][i].count;
		memcpy(boots[i].samples, runs[0][i].boot, sizeof(boots[i].samples));
	}
	bench_print("boot", "ms", boots, COUNTS, false);

	if (b.data && !(out = fopen(b.data, "w"))) {
		perror(b.data);
		return 1;
	}
	if (!out)
		return 0;
	fprintf(out, "# LMBs");
	for (size_t p = 0; p < POLICIES; p++)
		fprintf(out, "  %s: median min max [us/LMB]", policies[p]);
	for (size_t i = 0; i < COUNTS; i++) {
		fprintf(out, "\n%u", lmb_counts[i]);
		for (size_t p = 0; p < POLICIES; p++) {
			const struct bench_case *c = &cases[p * COUNTS + i];

			fprintf(out, " %.4f %.4f %.4f", bench_median(c), bench_min(c), bench_max(c));
		}
	}
	fprintf(out, "\n");
	return fclose(out) ? 1 : 0;
}
