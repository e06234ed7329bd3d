/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef BENCH_FLAGS
#define BENCH_FLAGS "unknown flags"
#endif

bool bench_options(struct bench *b, int argc, char **argv)
{
	*b = (struct bench){ 0 };
	for (int i = 1; i < argc; i++) {
		const char **value = NULL;

		if (strcmp(argv[i], "--long") == 0) {
			b->is_long = true;
			continue;
		}
		if (strcmp(argv[i], "--tools") == 0)
			value = &b->tools;
		else if (strcmp(argv[i], "--data") == 0)
			value = &b->data;
		else if (strcmp(argv[i], "--hptsim") == 0)
			value = &b->hptsim;
		else if (strcmp(argv[i], "--source") == 0)
			value = &b->source;
		if (!value || i + 1 == argc) {
			fprintf(stderr, "usage: %s [--long] [--tools DIR] [--data FILE] [--hptsim PROGRAM] [--source DIR]\n",
				argv[0]);
			return false;
		}
		*value = argv[++i];
	}
	return true;
}

static void print_processor(void)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		char *colon = strchr(line, ':');

		/* x86, powerpc */
		if (!colon || (strncmp(line, "model name", 10) != 0 && strncmp(line, "cpu\t", 4) != 0))
			continue;
		line[strcspn(line, "\n")] = '\0';
		printf("machine:%s, ", colon + 1);
		fclose(f);
		return;
	}
	if (f)
		fclose(f);
	printf("machine: unknown processor, ");
}

void bench_print_machine(void)
{
	print_processor();
#ifdef __clang__
	printf("clang %s, %s\n", __clang_version__, BENCH_FLAGS);
#else
	printf("gcc %s, %s\n", __VERSION__, BENCH_FLAGS);
#endif
}

static double seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

double bench_cpu(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_wall(void)
{
	return seconds(CLOCK_MONOTONIC);
}

void bench_run(struct bench_case *cases, size_t count, unsigned repeats)
{
	for (unsigned r = 0; r < repeats && r < BENCH_REPEATS_MAX; r++) {
		for (size_t i = 0; i < count; i++) {
			struct bench_case *c = &cases[i];
			double figure;

			if (c->every && r % c->every)
				continue;
			figure = c->run(c->ctx);
			if (figure >= 0)
				c->samples[c->count++] = figure;
		}
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at_rank(const struct bench_case *c, double rank)
{
	double sorted[BENCH_REPEATS_MAX];
	size_t last = c->count ? c->count - 1 : 0;

	if (!c->count)
		return 0;
	memcpy(sorted, c->samples, c->count * sizeof(sorted[0]));
	qsort(sorted, c->count, sizeof(sorted[0]), compare);
	return (sorted[(size_t)((double)last * rank)] +
		sorted[last - (size_t)((double)last * (1 - rank))]) / 2;
}

double bench_median(const struct bench_case *c)
{
	return at_rank(c, 0.5);
}

double bench_min(const struct bench_case *c)
{
	return at_rank(c, 0);
}

double bench_max(const struct bench_case *c)
{
	return at_rank(c, 1);
}

void bench_print(const char *title, const char *unit, const struct bench_case *cases,
		 size_t count, bool more_is_better)
{
	double ours = count ? bench_median(&cases[0]) : 0;

	printf("\n%s [%s]\n", title, unit);
	printf("  %-36s %10s %10s %10s %8s\n", "case", "median", "min", "max", "ratio");
	for (size_t i = 0; i < count; i++) {
		const struct bench_case *c = &cases[i];
		double median = bench_median(c);

		if (!c->count) {
			printf("  %-36s %10s\n", c->name, "-");
			continue;
		}
		printf("  %-36s %10.4g %10.4g %10.4g", c->name, median, bench_min(c), bench_max(c));
		if (i && median > 0 && ours > 0)
			printf(" %8.2f", more_is_better ? ours / median : median / ours);
		printf("\n");
	}
	fflush(stdout);
}
