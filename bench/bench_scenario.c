/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole processes, as a user starts them: time and memory from the kernel's own
 * account of each child.
 */
#define _DEFAULT_SOURCE		/* wait4() */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

#define ARGS_MAX	16

struct program {
	const char *name;
	const char *argv[ARGS_MAX];
	const char *database;		/* removed after each run */
	double cpu[BENCH_REPEATS_MAX];	/* beside the wall time, which bench.c keeps */
	unsigned count;
	long peak_kib;
};

/* Runs it once, its output thrown away; returns wall milliseconds, negative on failure. */
static double run(void *ctx)
{
	struct program *p = ctx;
	struct rusage usage;
	double start = bench_wall();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execv(p->argv[0], (char *const *)(uintptr_t)p->argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		return -1;
	start = bench_wall() - start;
	if (p->database)
		unlink(p->database);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return -1;
	p->cpu[p->count++] = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
			     (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-3;
	if (usage.ru_maxrss > p->peak_kib)
		p->peak_kib = usage.ru_maxrss;
	return start * 1e3;
}

static const char large_scenario[] =
	"name: large\n"
	"description: 1 TiB in and out of a guest of 63 TiB.\n"
	"guest: {memory: 63TiB, max_memory: 64TiB, page_size: 64KiB, kernel: \"6.1\", vcpus: 8}\n"
	"hypervisor: {kind: kvm-hv, max_hpt_page_size: 64KiB, resize_hpt: enabled}\n"
	"costs: mail-2021\n"
	"policies: [per-section, outer-batch]\n"
	"events:\n"
	"  - plug: {id: d1, size: 1TiB}\n"
	"  - unplug: {id: d1}\n";

static bool write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	return f && fputs(text, f) >= 0 && fclose(f) == 0;
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/hptsim-bench-XXXXXX", db[64], large[64], seed[512], costs[512];
	struct bench b;

	if (!bench_options(&b, argc, argv))
		return 2;
	if (!b.hptsim || !b.source) {
		fprintf(stderr, "%s: needs --hptsim and --source\n", argv[0]);
		return 2;
	}
	if (!mkdtemp(dir))
		return 1;
	snprintf(db, sizeof(db), "%s/x.db", dir);
	snprintf(large, sizeof(large), "%s/large.yaml", dir);
	snprintf(seed, sizeof(seed), "%s/scenarios/256g_on_129g.yaml", b.source);
	snprintf(costs, sizeof(costs), "%s/scenarios/costs", b.source);
	if (!write_file(large, large_scenario))
		return 1;

	struct program programs[] = {
		{ .name = "seed, all eleven policies, SQLite",
		  .argv = { b.hptsim, "run", "--costs-dir", costs, "--policy", "all", "--db", db, seed }, .database = db },
		{ .name = "seed, all eleven policies, no SQLite",
		  .argv = { b.hptsim, "run", "--costs-dir", costs, "--policy", "all", "--no-db", seed }, .database = NULL },
		{ .name = "seed, its own three, SQLite",
		  .argv = { b.hptsim, "run", "--costs-dir", costs, "--db", db, seed }, .database = db },
		{ .name = "seed, its own three, no SQLite",
		  .argv = { b.hptsim, "run", "--costs-dir", costs, "--no-db", seed }, .database = NULL },
		{ .name = "63 TiB +1 -1, two policies, SQLite",
		  .argv = { b.hptsim, "run", "--costs-dir", costs, "--db", db, large }, .database = db },
		{ .name = "hptsim --version, to start a process",
		  .argv = { b.hptsim, "--version" }, .database = NULL },
	};
	size_t count = sizeof(programs) / sizeof(programs[0]);
	struct bench_case wall[sizeof(programs) / sizeof(programs[0])] = { 0 };
	struct bench_case cpu[sizeof(programs) / sizeof(programs[0])] = { 0 };

	for (size_t i = 0; i < count; i++)
		wall[i] = (struct bench_case){ .name = programs[i].name, .run = run, .ctx = &programs[i] };
	bench_print_machine();
	bench_run(wall, count, b.is_long ? 51 : 15);
	for (size_t i = 0; i < count; i++) {
		cpu[i].name = programs[i].name;
		cpu[i].count = programs[i].count;
		memcpy(cpu[i].samples, programs[i].cpu, sizeof(cpu[i].samples));
	}
	bench_print("whole process, wall time", "ms", wall, count, false);
	bench_print("whole process, CPU time", "ms", cpu, count, false);
	printf("\nwhole process, most memory resident [MiB]\n");
	for (size_t i = 0; i < count; i++)
		printf("  %-36s %10.1f\n", programs[i].name, (double)programs[i].peak_kib / 1024);
	unlink(large);
	rmdir(dir);
	return 0;
}
