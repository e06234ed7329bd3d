/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does an LMB cost the same in a guest of any size? Whole runs in this process:
 * 4,096 LMBs, or half the guest if that is less, come and go again. Apart are boot and what
 * follows the run: both are for the whole guest.
 * Writes a data file for plot/lmb_cost.gp when asked to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "sim/sim.h"
#include "sim/units.h"

#define MOVED_MAX	4096u

static const unsigned lmb_counts[] = { 1000, 2000, 4000, 8192, 16384, 32768, 65536, 131072, 262144 };
#define COUNTS (sizeof(lmb_counts) / sizeof(lmb_counts[0]))

/* Most LMBs: what a guest of 64 TiB has. */
static const struct group {
	const char *policy, *name;
	uint64_t lmb_bytes, lmbs_max;
} groups[] = {
	{ "per-section", "256 MiB", SZ_256M, 262144 },
	{ "outer-batch", "256 MiB", SZ_256M, 262144 },
	{ "feasible-target", "256 MiB", SZ_256M, 262144 },
	{ "per-section", "4 GiB", 16 * SZ_256M, 16384 },
	{ "feasible-target", "4 GiB", 16 * SZ_256M, 16384 },
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))
#define GROUPS_DRAWN	2u	/* the first of them */

struct guest_run {
	unsigned lmbs;			/* once all are there */
	unsigned moved;			/* come, and go */
	uint64_t lmb_bytes;
	const struct policy *policy;
	double booted, ended;		/* CPU time */
	double boot[BENCH_REPEATS_MAX];	/* and what follows the run, milliseconds */
	unsigned count;
};

static void on_start(void *ctx, const struct sim_run_start *ev)
{
	struct guest_run *g = ctx;

	g->booted = bench_cpu();
}

static void on_end(void *ctx, const struct sim_run_end *ev)
{
	struct guest_run *g = ctx;

	g->ended = bench_cpu();
}

/* Microseconds for each LMB that comes and goes. */
static double run(void *ctx)
{
	struct guest_run *g = ctx;
	uint64_t moved = g->moved * g->lmb_bytes, all = g->lmbs * g->lmb_bytes;
	const struct event_spec events[] = {
		{ .kind = EVENT_PLUG, .dimm = { "d1", moved }, .notify = true },
		{ .kind = EVENT_UNPLUG, .dimm = { "d1", 0 } },
	};
	struct scenario sc = {
		.name = "bench", .description = "", .costs_name = "bench",
		.guest = {
			.memory_bytes = all - moved, .max_memory_bytes = all, .lmb_bytes = g->lmb_bytes,
			.page_shift = 16, .kernel = KERNEL_VERSION(6, 1), .vcpu_count = 8,
		},
		.hypervisor = { .kind = HV_KVM_HV, .max_hpt_page_shift = 16, .resize_hpt = RESIZE_HPT_ENABLED },
		.policies = &g->policy, .policy_count = 1, .events = events, .event_count = 2,
	};
	const struct sim_options options = { .seed = 0 };
	const struct sim_sink sink = { .ctx = g, .run_start = on_start, .run_end = on_end };
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
	g->boot[g->count++] = (g->booted - start + bench_cpu() - g->ended) * 1e3;
	return (g->ended - g->booted) * 1e6 / (2.0 * g->moved);
}

static void write_data(FILE *out, const struct bench_case cases[GROUPS][COUNTS])
{
	fprintf(out, "# LMBs");
	for (size_t p = 0; p < GROUPS_DRAWN; p++)
		fprintf(out, "  %s: median min max [us/LMB]", groups[p].policy);
	for (size_t i = 0; i < COUNTS; i++) {
		fprintf(out, "\n%u", lmb_counts[i]);
		for (size_t p = 0; p < GROUPS_DRAWN; p++) {
			const struct bench_case *c = &cases[p][i];

			fprintf(out, " %.4f %.4f %.4f", bench_median(c), bench_min(c), bench_max(c));
		}
	}
	fprintf(out, "\n");
}

int main(int argc, char **argv)
{
	static struct guest_run runs[GROUPS][COUNTS];
	static struct bench_case cases[GROUPS][COUNTS], boots[COUNTS];
	static char names[COUNTS][32];
	size_t count[GROUPS] = { 0 };
	struct bench b;
	FILE *out;

	if (!bench_options(&b, argc, argv))
		return 2;
	bench_print_machine();
	for (size_t p = 0; p < GROUPS; p++) {
		for (size_t i = 0; i < COUNTS && lmb_counts[i] <= groups[p].lmbs_max; i++) {
			struct guest_run *g = &runs[p][i];

			g->lmbs = lmb_counts[i];
			g->moved = g->lmbs / 2 < MOVED_MAX ? g->lmbs / 2 : MOVED_MAX;
			g->lmb_bytes = groups[p].lmb_bytes;
			g->policy = policy_find(groups[p].policy);
			snprintf(names[i], sizeof(names[i]), "%u LMBs, %u of them", g->lmbs, g->moved);
			cases[p][i] = (struct bench_case){ .name = names[i], .run = run, .ctx = g };
			count[p]++;
		}
	}
	/* a size in turn with all others, a policy after the other */
	for (size_t p = 0; p < GROUPS; p++) {
		char title[64];

		bench_run(cases[p], count[p], b.is_long ? 31 : 7);
		snprintf(title, sizeof(title), "%s, each LMB of %s in and out", groups[p].policy, groups[p].name);
		bench_print(title, "us", cases[p], count[p], false);
	}
	for (size_t i = 0; i < COUNTS; i++) {
		boots[i].name = names[i];
		boots[i].count = runs[0][i].count;
		memcpy(boots[i].samples, runs[0][i].boot, sizeof(boots[i].samples));
	}
	bench_print("boot and what follows the run", "ms", boots, COUNTS, false);

	if (!b.data)
		return 0;
	out = fopen(b.data, "w");
	if (!out) {
		perror(b.data);
		return 1;
	}
	write_data(out, cases);
	return fclose(out) ? 1 : 0;
}
