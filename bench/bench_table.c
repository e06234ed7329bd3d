/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table against the array of entries of tests/reference/, on the same
 * operations, and against what the machine's memory allows an array at best.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "sim/hpt.h"
#include "sim/units.h"
#include "tests/reference/ref_hpt.h"

#define BUFFER_BYTES	(SZ_256M)
#define LMB_PAGES	4096u		/* 256 MiB of 64K pages */

/* The common part: 12 GiB, which fit into a table of order 25 but not of order 24. */
#define SMALL_SHIFT	26u
#define SMALL_LMBS	48u
/* The seed scenario: 129 GiB in 2 GiB, asked to shrink to 256 MiB. */
#define SEED_SHIFT	31u
#define SEED_WISH	28u
#define SEED_LMBS	516u
#define SEED_ADDED	1024u

enum op { OP_INSERT, OP_REMOVE, OP_SHRINK, OP_FAIL, OP_GROW };

struct work {
	enum op op;
	bool reference;
	struct mmu mmu;
	struct ref_layout layout;
};

static void prepare(struct mmu *mmu, struct ref_layout *layout)
{
	struct guest_spec guest = { .kernel = KERNEL_VERSION(6, 1), .page_shift = 16 };
	struct hypervisor_spec hv = { .kind = HV_KVM_HV, .max_hpt_page_shift = 16 };

	mmu_init(mmu, &guest, &hv, SZ_1G * 129);
	ref_layout_init(layout, 6, 1, 16, 16, SZ_1G * 129);
}

static unsigned wish(enum op op)
{
	return op == OP_SHRINK ? SMALL_SHIFT - 1 : op == OP_FAIL ? SMALL_SHIFT - 2 : SMALL_SHIFT + 1;
}

static double time_reference(const struct work *w)
{
	struct ref_hpt t;
	struct ref_calls calls = { 0 };
	struct ref_rehash result;
	double start;

	if (!ref_init(&t, &w->layout, SMALL_SHIFT, true, true))
		return -1;
	start = bench_cpu();
	for (unsigned i = 0; i < SMALL_LMBS; i++)
		ref_bolt(&t, REF_LINEAR, (uint64_t)i * LMB_PAGES, LMB_PAGES, &calls);
	if (w->op == OP_INSERT)
		goto done;
	start = bench_cpu();
	if (w->op == OP_REMOVE)
		for (unsigned i = 0; i < SMALL_LMBS; i++)
			ref_unbolt(&t, REF_LINEAR, (uint64_t)i * LMB_PAGES, LMB_PAGES, &calls);
	else
		ref_resize(&t, wish(w->op), false, &result);
done:
	start = bench_cpu() - start;
	ref_fini(&t);
	return start;
}

static double time_table(const struct work *w)
{
	struct hpt_config config = {
		.shift = SMALL_SHIFT, .max_bytes = SZ_1T, .secondary_fallback = true, .tracks_valid = true,
	};
	struct hpt_rehash result;
	struct hpt *t;
	double start;

	if (hpt_new(&t, &w->mmu, &config) != HPT_OK)
		return -1;
	start = bench_cpu();
	for (unsigned i = 0; i < SMALL_LMBS; i++)
		hpt_bolt(t, MMU_LINEAR, (uint64_t)i * LMB_PAGES, LMB_PAGES, NULL);
	if (w->op == OP_INSERT)
		goto done;
	start = bench_cpu();
	if (w->op == OP_REMOVE)
		for (unsigned i = 0; i < SMALL_LMBS; i++)
			hpt_unbolt(t, MMU_LINEAR, (uint64_t)i * LMB_PAGES, LMB_PAGES, NULL);
	else
		hpt_resize(t, wish(w->op), REHASH_SAME_SLOT, &result);
done:
	start = bench_cpu() - start;
	hpt_free(t);
	return start;
}

/* Microseconds: for each LMB, or for the one resize. */
static double measure(void *ctx)
{
	const struct work *w = ctx;
	double seconds = w->reference ? time_reference(w) : time_table(w);

	return seconds * 1e6 / (w->op == OP_INSERT || w->op == OP_REMOVE ? SMALL_LMBS : 1);
}

static void compare(const struct bench *b, enum op op, const char *title)
{
	struct work ours = { .op = op }, theirs = { .op = op, .reference = true };
	struct bench_case cases[] = {
		{ .name = "hptsim", .run = measure, .ctx = &ours },
		{ .name = "array of entries", .run = measure, .ctx = &theirs },
	};

	prepare(&ours.mmu, &ours.layout);
	prepare(&theirs.mmu, &theirs.layout);
	bench_run(cases, 2, b->is_long ? 31 : 9);
	bench_print(title, "us", cases, 2, false);
}

enum memory_op { MEMORY_CLEAR, MEMORY_COPY, MEMORY_READ };

struct memory {
	enum memory_op op;
	uint64_t *a, *b;
};

/* GB a second, reads and writes both counted. */
static double memory_rate(void *ctx)
{
	struct memory *m = ctx;
	double start = bench_cpu(), bytes = (double)BUFFER_BYTES;
	uint64_t sum = 0;

	switch (m->op) {
	case MEMORY_CLEAR:
		memset(m->a, 1, BUFFER_BYTES);
		break;
	case MEMORY_COPY:
		memcpy(m->a, m->b, BUFFER_BYTES);
		bytes *= 2;
		break;
	case MEMORY_READ:
		for (size_t i = 0; i < BUFFER_BYTES / sizeof(*m->a); i++)
			sum += m->a[i];
		break;
	}
	bench_use(m->a);
	bench_use(&sum);
	return bytes / (bench_cpu() - start) * 1e-9;
}

/* The seed scenario's attempts: the first one, or the mean of those after each LMB. */
struct attempts {
	struct mmu mmu;
	bool first;
};

static double attempt(void *ctx)
{
	const struct attempts *a = ctx;
	struct hpt_config config = {
		.shift = SEED_SHIFT, .max_bytes = SZ_1T, .secondary_fallback = true, .tracks_valid = true,
	};
	struct hpt_rehash result;
	struct hpt *t;
	double start, total = 0;

	if (hpt_new(&t, &a->mmu, &config) != HPT_OK)
		return -1;
	hpt_bolt(t, MMU_LINEAR, 0, (uint64_t)SEED_LMBS * LMB_PAGES, NULL);
	start = bench_cpu();
	hpt_resize(t, SEED_WISH, REHASH_SAME_SLOT, &result);
	total = bench_cpu() - start;
	if (!a->first) {
		total = 0;
		for (unsigned i = 0; i < SEED_ADDED; i++) {
			hpt_bolt(t, MMU_LINEAR, (uint64_t)(SEED_LMBS + i) * LMB_PAGES, LMB_PAGES, NULL);
			start = bench_cpu();
			hpt_resize(t, SEED_WISH, REHASH_SAME_SLOT, &result);
			total += bench_cpu() - start;
		}
		total /= SEED_ADDED;
	}
	hpt_free(t);
	return total * 1e6;
}

int main(int argc, char **argv)
{
	struct bench b;
	struct memory memory[3];
	struct bench_case bandwidth[] = {
		{ .name = "memset" }, { .name = "memcpy" }, { .name = "read" },
	};
	struct attempts first = { .first = true }, next = { .first = false };
	struct bench_case attempts[] = {
		{ .name = "after one more LMB", .run = attempt, .ctx = &next },
		{ .name = "the first one", .run = attempt, .ctx = &first },
	};
	uint64_t *a = malloc(BUFFER_BYTES), *copy = malloc(BUFFER_BYTES);
	struct ref_layout ignored;

	if (!bench_options(&b, argc, argv) || !a || !copy)
		return 2;
	bench_print_machine();
	memset(a, 0, BUFFER_BYTES);
	memset(copy, 0, BUFFER_BYTES);
	for (int i = 0; i < 3; i++) {
		memory[i] = (struct memory){ .op = (enum memory_op)i, .a = a, .b = copy };
		bandwidth[i].run = memory_rate;
		bandwidth[i].ctx = &memory[i];
	}
	bench_run(bandwidth, 3, b.is_long ? 31 : 7);
	bench_print("memory bandwidth, 256 MiB", "GB/s", bandwidth, 3, true);
	free(a);
	free(copy);

	compare(&b, OP_INSERT, "insert, each LMB of 4096 pages");
	compare(&b, OP_REMOVE, "remove, each LMB of 4096 pages");
	compare(&b, OP_SHRINK, "a shrink that works, order 26 to 25, 196608 entries");
	compare(&b, OP_FAIL, "a shrink that fails, order 26 to 24");
	compare(&b, OP_GROW, "a grow, order 26 to 27");

	prepare(&first.mmu, &ignored);
	next.mmu = first.mmu;
	bench_run(attempts, 2, b.is_long ? 31 : 9);
	bench_print("failing attempt of the seed scenario, order 31 to 28", "us", attempts, 2, false);
	printf("  reading the 2 GiB of that table once, at the rate above, takes %.0f us\n",
	       (double)(UINT64_C(1) << SEED_SHIFT) / bench_median(&bandwidth[2]) * 1e-3);
	return 0;
}
