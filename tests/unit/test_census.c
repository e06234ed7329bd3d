/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rehash would meet if it went on: against the published numbers, and against counting one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/hypervisor/census.h"
#include "sim/units.h"
#include "tsv.h"

#define VRMA_SLOT	7u
#define NOBODY		MMU_REGION_COUNT

/* A guest's table, filled as boot and hotplug do it; memory is contiguous from 0 on. */
struct box {
	struct mmu mmu;
	struct hpt *hpt;
};

static void map(struct box *g, uint64_t base, uint64_t size)
{
	uint64_t covers = mmu_vmemmap_page_covers(&g->mmu);
	unsigned shift = g->mmu.shift[MMU_LINEAR];
	uint64_t first = (base + covers - 1) / covers, end = (base + size + covers - 1) / covers;

	assert_int_equal(hpt_bolt(g->hpt, MMU_LINEAR, base >> shift, size >> shift, NULL), HPT_OK);
	assert_int_equal(hpt_bolt(g->hpt, MMU_VMEMMAP, first, end - first, NULL), HPT_OK);
}

static void boot(struct box *g, bool kvm, unsigned max_page_shift, uint64_t bytes,
		 uint64_t max_bytes, unsigned shift)
{
	struct guest_spec guest = { .page_shift = 16, .kernel = KERNEL_VERSION(6, 1) };
	struct hypervisor_spec hv = { .max_hpt_page_shift = max_page_shift };
	struct hpt_config config = {
		.shift = shift, .max_bytes = max_bytes, .secondary_fallback = true,
		.tracks_valid = kvm,
	};

	*g = (struct box){ 0 };
	mmu_init(&g->mmu, &guest, &hv, bytes);
	assert_int_equal(hpt_new(&g->hpt, &g->mmu, &config), HPT_OK);
	if (kvm)
		assert_int_equal(hpt_bolt_exact(g->hpt, MMU_VRMA, 0, bytes >> g->mmu.shift[MMU_VRMA],
						VRMA_SLOT), HPT_OK);
	map(g, 0, bytes);
}

/* The same, entry by entry. */
struct count {
	struct hpt_census census;
	uint8_t (*holder)[HPTES_PER_GROUP];	/* per PTEG of the new table and slot: a region, or NOBODY */
};

static void count_entry(void *ctx, const struct hpt_entry *e)
{
	struct count *c = ctx;
	uint8_t *holder = &c->holder[e->pteg & (c->census.ptegs - 1)][e->slot];

	c->census.in_slot[e->region][e->slot]++;
	if (*holder == NOBODY) {
		*holder = (uint8_t)e->region;
		return;
	}
	c->census.met[e->region][*holder]++;
	c->census.total++;
}

/* Sums of bins, and where they are. */
struct binned {
	struct hpt_census census;
	uint64_t end;		/* of the bin before */
	uint64_t ptegs;		/* of a bin */
};

static void add_bin(void *ctx, uint64_t pteg, const struct hpt_bin *bin)
{
	struct binned *b = ctx;

	assert_true(pteg >= b->end && pteg % b->ptegs == 0);
	b->end = pteg + b->ptegs;
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
			assert_true(bin->late[r][slot] <= bin->entries[r][slot]);
			assert_true(bin->entries[r][slot] <= b->ptegs);
			b->census.in_slot[r][slot] += bin->entries[r][slot];
			b->census.total += bin->late[r][slot];
		}
	}
}

/* Bins of any size add up to the census. */
static void expect_binned(struct hpt *hpt, unsigned shift, const struct hpt_census *census)
{
	unsigned smaller = shift < hpt_shift(hpt) ? shift : hpt_shift(hpt);
	unsigned larger = shift < hpt_shift(hpt) ? hpt_shift(hpt) : shift;

	for (unsigned order = 0; order <= smaller - PTEG_SHIFT; order += 3) {
		struct binned b = { .ptegs = UINT64_C(1) << order };

		if (larger - PTEG_SHIFT > order + 12)
			continue;
		assert_int_equal(hpt_census_bins(hpt, shift, order, add_bin, &b), HPT_OK);
		assert_int_equal(b.census.total, census->total);
		assert_memory_equal(b.census.in_slot, census->in_slot, sizeof(census->in_slot));
		assert_true(b.end <= UINT64_C(1) << (larger - PTEG_SHIFT));
	}
	assert_int_equal(hpt_census_bins(hpt, shift, smaller - PTEG_SHIFT + 1, add_bin, NULL), HPT_ERANGE);
}

static void expect_counted(struct hpt *hpt, unsigned shift)
{
	struct count c = { .census.ptegs = UINT64_C(1) << (shift - PTEG_SHIFT) };
	size_t bytes = c.census.ptegs * sizeof(*c.holder);
	struct hpt_census got;

	c.holder = malloc(bytes);
	assert_non_null(c.holder);
	memset(c.holder, NOBODY, bytes);
	assert_int_equal(hpt_for_each(hpt, count_entry, &c), HPT_OK);
	free(c.holder);
	assert_int_equal(hpt_census(hpt, shift, &got), HPT_OK);
	assert_memory_equal(&got, &c.census, sizeof(got));
	expect_binned(hpt, shift, &got);
}

/* If this fails, explain gives other numbers than the tables of docs/model/resize.md. */
static void test_published(void **state)
{
	enum { BOOT, DIMM, HV, MAX_PAGE, FROM, TO, RESULT, COUNT, WHY, COLUMNS };
	struct tsv t;

	tsv_open(&t, "collisions.tsv", COLUMNS);
	while (tsv_next(&t)) {
		uint64_t boot_bytes = tsv_bytes(&t, BOOT), dimm = tsv_bytes(&t, DIMM);
		unsigned from = (unsigned)tsv_number(&t, FROM), to = (unsigned)tsv_number(&t, TO);
		bool fails = tsv_is(&t, RESULT, "fail");
		struct hpt_census census;
		unsigned smallest;
		struct box g;

		boot(&g, tsv_is(&t, HV, "kvm-hv"), tsv_bytes(&t, MAX_PAGE) == SZ_16M ? 24 : 16,
		     boot_bytes, boot_bytes + dimm, from);
		if (dimm)
			map(&g, boot_bytes, dimm);
		assert_int_equal(hpt_census(g.hpt, to, &census), HPT_OK);
		tsv_expect(&t, "entries that find their slot taken", census.total,
			   fails ? tsv_number(&t, COUNT) : 0);
		assert_int_equal(hpt_census_smallest(g.hpt, &smallest), HPT_OK);
		tsv_expect(&t, "a smaller order would do", smallest <= to, !fails);
		hpt_free(g.hpt);
	}
}

/* If this fails, explain says of the mail's case that other kinds of entries meet. */
static void test_kinds(void **state)
{
	struct hpt_census census;
	unsigned smallest;
	struct box g;

	boot(&g, true, 16, SZ_1G * 129, SZ_1G * 385, 31);
	assert_int_equal(hpt_census(g.hpt, 28, &census), HPT_OK);
	assert_int_equal(census.ptegs, 2097152);
	assert_int_equal(census.in_slot[MMU_LINEAR][0], 2113536);
	assert_int_equal(census.in_slot[MMU_VRMA][VRMA_SLOT], 2113536);
	assert_int_equal(census.met[MMU_LINEAR][MMU_LINEAR], 16384);
	assert_int_equal(census.met[MMU_VRMA][MMU_VRMA], 16384);
	assert_int_equal(census.met[MMU_LINEAR][MMU_VMEMMAP] + census.met[MMU_VMEMMAP][MMU_LINEAR],
			 2064);
	assert_int_equal(census.total, 34832);
	assert_int_equal(hpt_census_smallest(g.hpt, &smallest), HPT_OK);
	assert_int_equal(smallest, 30);
	/* as large as it is, or larger */
	assert_int_equal(hpt_census(g.hpt, 31, &census), HPT_OK);
	assert_int_equal(census.total, 0);
	assert_int_equal(hpt_census(g.hpt, 32, &census), HPT_OK);
	assert_int_equal(census.total, 0);
	assert_int_equal(hpt_census(g.hpt, HPT_SHIFT_MIN - 1, &census), HPT_ERANGE);
	assert_int_equal(hpt_census(g.hpt, HPT_SHIFT_MAX + 1, &census), HPT_ERANGE);
	hpt_free(g.hpt);
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

/* If this fails, the trees and the entries disagree. */
static void test_counted(void **state)
{
	uint64_t random = 5;

	for (unsigned round = 0; round < 60; round++) {
		unsigned shift = 20 + (unsigned)(next_random(&random) % 4);
		uint64_t bytes = SZ_256M * (1 + next_random(&random) % 4);
		unsigned max_page = next_random(&random) % 8 ? 16 : 24;
		struct box g;

		boot(&g, next_random(&random) & 1, max_page, bytes, SZ_1G * 4, shift);
		/* single pages far from each other, and holes */
		for (unsigned i = 0; i < 300; i++) {
			unsigned r = next_random(&random) & 1 ? MMU_LINEAR : MMU_VMEMMAP;
			uint64_t end = (r == MMU_LINEAR ? SZ_1G * 4 : SZ_16M / 4) >> g.mmu.shift[r];
			uint64_t page = next_random(&random) % (end ? end : 1);

			assert_int_equal(hpt_unbolt(g.hpt, r, page, 1, NULL), HPT_OK);
			if (next_random(&random) % 3)
				assert_int_equal(hpt_bolt(g.hpt, r, page, 1, NULL), HPT_OK);
		}
		for (unsigned to = HPT_SHIFT_MIN; to < shift; to++)
			expect_counted(g.hpt, to);
		assert_null(hpt_check(g.hpt));
		hpt_free(g.hpt);
	}
}

/* If this fails, a census changes what it looks at. */
static void test_only_looks(void **state)
{
	struct hpt_rehash before, after;
	struct hpt_census census;
	struct box a, b;

	boot(&a, false, 16, SZ_1G * 8, SZ_1G * 16, 26);
	boot(&b, false, 16, SZ_1G * 8, SZ_1G * 16, 26);
	for (unsigned to = 25; to >= HPT_SHIFT_MIN; to--)
		assert_int_equal(hpt_census(b.hpt, to, &census), HPT_OK);
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	assert_int_equal(hpt_resize(a.hpt, 24, REHASH_SAME_SLOT, &before), HPT_ECOLLIDE);
	assert_int_equal(hpt_resize(b.hpt, 24, REHASH_SAME_SLOT, &after), HPT_ECOLLIDE);
	assert_int_equal(before.slots_scanned, after.slots_scanned);
	assert_int_equal(before.hptes_moved, after.hptes_moved);
	assert_null(hpt_check(b.hpt));
	hpt_free(a.hpt);
	hpt_free(b.hpt);
}

/* If this fails, a census counts by a rule that does not hold for entries in their secondary PTEG. */
static void test_secondary(void **state)
{
	struct hpt_census census;
	unsigned smallest;
	struct box g;

	/* 2048 PTEGs with six or seven entries: the next three of one do not fit */
	boot(&g, false, 16, SZ_256M * 3, SZ_1G * 4, 18);
	assert_int_equal(hpt_census(g.hpt, 18, &census), HPT_OK);
	for (uint64_t page = 6; page < 9; page++)
		assert_int_equal(hpt_bolt(g.hpt, MMU_LINEAR, page * 2048, 1, NULL), HPT_OK);
	assert_int_equal(hpt_census(g.hpt, 18, &census), HPT_EABORT);
	assert_int_equal(hpt_census_smallest(g.hpt, &smallest), HPT_EABORT);
	hpt_free(g.hpt);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_only_looks),
		cmocka_unit_test(test_secondary),
	};

	tsv_set_directory(argc > 1 ? argv[1] : "tests/data");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
