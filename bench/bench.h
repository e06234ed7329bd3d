/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_BENCH_H
#define HPTSIM_BENCH_H
/*
 * What all benchmarks share: options, interleaved repeats, medians, tables.
 *
 * The cases of a group run in turn, A B C A B C ..., so that whatever else the
 * machine does meanwhile meets all of them alike. The first case is ours; the
 * others are compared with it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_REPEATS_MAX	101u

struct bench {
	const char *tools;		/* directory of the helper programs, or NULL */
	const char *data;		/* where to write a data file, or NULL */
	const char *hptsim;		/* the program itself, or NULL */
	const char *source;		/* the source tree, or NULL */
	bool is_long;			/* --long: more repeats */
};

/* Returns false after printing why. */
bool bench_options(struct bench *b, int argc, char **argv);

/* One line: processor, compiler, flags. */
void bench_print_machine(void);

/* CPU time of this process and time of the day, in seconds. */
double bench_cpu(void);
double bench_wall(void);

struct bench_case {
	const char *name;
	double (*run)(void *ctx);	/* one repeat: the figure; negative: cannot be measured */
	void *ctx;
	unsigned every;			/* only in every n-th round; 0: in each */
	double samples[BENCH_REPEATS_MAX];
	unsigned count;
};

void bench_run(struct bench_case *cases, size_t count, unsigned repeats);
double bench_median(const struct bench_case *c);
double bench_min(const struct bench_case *c);
double bench_max(const struct bench_case *c);

/**
 * bench_print - a table of cases
 * @unit: of the figures, e.g. "M events/s"
 * @more_is_better: the ratio is ours to theirs, above 1 when ours is better
 */
void bench_print(const char *title, const char *unit, const struct bench_case *cases,
		 size_t count, bool more_is_better);

/* Keeps the compiler from leaving out what nobody uses. */
static inline void bench_use(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

#endif
