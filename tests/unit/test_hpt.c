/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shrinks of real guests' tables: which fail, where, and what they stored by then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/hpt.h"
#include "sim/units.h"
#include "tsv.h"

#define VRMA_SLOT	7u
#define NOBODY		UINT64_MAX

/* A guest's table, filled as boot and hotplug do it. */
struct box {
	struct mmu mmu;
	struct hpt *hpt;
	uint64_t vmemmap_pages;		/* mapped so far */
	uint64_t memory_bytes;
};

/* Memory [base, base + size) of a guest whose memory is contiguous from 0 on. */
static void map_linear(struct box *g, uint64_t base, uint64_t size)
{
	unsigned shift = g->mmu.shift[MMU_LINEAR];

	assert_int_equal(hpt_bolt(g->hpt, MMU_LINEAR, base >> shift, size >> shift, NULL), HPT_OK);
	g->memory_bytes = base + size;
}

static uint64_t vmemmap_pages_of(const struct box *g, uint64_t bytes)
{
	uint64_t covers = mmu_vmemmap_page_covers(&g->mmu);

	return (bytes + covers - 1) / covers;
}

static void map_vmemmap(struct box *g)
{
	uint64_t pages = vmemmap_pages_of(g, g->memory_bytes);

	assert_int_equal(hpt_bolt(g->hpt, MMU_VMEMMAP, g->vmemmap_pages, pages - g->vmemmap_pages,
				  NULL), HPT_OK);
	g->vmemmap_pages = pages;
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
	map_linear(g, 0, bytes);
	map_vmemmap(g);
}

static enum hpt_status resize(struct box *g, unsigned shift, struct hpt_rehash *rehash)
{
	return hpt_resize(g->hpt, shift, REHASH_SAME_SLOT, rehash);
}

static void add_lmb(struct box *g)
{
	map_linear(g, g->memory_bytes, SZ_256M);
	map_vmemmap(g);
}

static void remove_lmb(struct box *g, uint64_t base)
{
	uint64_t covers = mmu_vmemmap_page_covers(&g->mmu);
	unsigned shift = g->mmu.shift[MMU_LINEAR];

	assert_int_equal(hpt_unbolt(g->hpt, MMU_VMEMMAP, base / covers, SZ_256M / covers, NULL),
			 HPT_OK);
	assert_int_equal(hpt_unbolt(g->hpt, MMU_LINEAR, base >> shift, SZ_256M >> shift, NULL),
			 HPT_OK);
}

/* What a scan would meet if it did not stop: counted entry by entry. */
struct census {
	uint8_t *taken;			/* per PTEG of the new table: its slots */
	uint64_t new_mask;
	uint64_t moved, collided;
	uint64_t moved_before, first;	/* slots before the first collision; NOBODY: none */
};

static void census_entry(void *ctx, const struct hpt_entry *entry)
{
	struct census *c = ctx;
	uint8_t bit = (uint8_t)(1u << entry->slot);

	if (c->taken[entry->pteg & c->new_mask] & bit) {
		if (c->first == NOBODY) {
			c->first = entry->pteg * HPTES_PER_GROUP + entry->slot;
			c->moved_before = c->moved;
		}
		c->collided++;
		return;
	}
	c->taken[entry->pteg & c->new_mask] |= bit;
	c->moved++;
}

static void take_census(const struct box *g, unsigned to_shift, struct census *c)
{
	*c = (struct census){
		.new_mask = (UINT64_C(1) << (to_shift - PTEG_SHIFT)) - 1, .first = NOBODY,
	};
	c->taken = calloc(c->new_mask + 1, 1);
	assert_non_null(c->taken);
	assert_int_equal(hpt_for_each(g->hpt, census_entry, c), HPT_OK);
	free(c->taken);
}

/* If this fails, a shrink succeeds that fails on a real guest, or the other way. */
static void test_collisions(void **state)
{
	enum { BOOT, DIMM, HV, MAX_PAGE, FROM, TO, RESULT, COUNT, WHY, COLUMNS };
	struct tsv t;

	tsv_open(&t, "collisions.tsv", COLUMNS);
	while (tsv_next(&t)) {
		uint64_t boot_bytes = tsv_bytes(&t, BOOT), dimm = tsv_bytes(&t, DIMM);
		uint64_t from = tsv_number(&t, FROM), to = tsv_number(&t, TO);
		bool fails = tsv_is(&t, RESULT, "fail");
		struct box g;
		struct census census;
		struct hpt_rehash rehash;
		enum hpt_status rc;

		if (!fails && !tsv_is(&t, RESULT, "ok"))
			tsv_fail(&t, "result is '%s'", t.field[RESULT]);
		boot(&g, tsv_is(&t, HV, "kvm-hv"), tsv_is(&t, MAX_PAGE, "16MiB") ? 24 : 16,
		     boot_bytes, boot_bytes + dimm, (unsigned)from);
		while (g.memory_bytes < boot_bytes + dimm)
			add_lmb(&g);
		take_census(&g, (unsigned)to, &census);
		rc = resize(&g, (unsigned)to, &rehash);
		tsv_expect(&t, "fails", rc == HPT_ECOLLIDE, fails);
		tsv_expect(&t, "count", fails ? census.collided : rehash.hptes_moved,
			   tsv_number(&t, COUNT));
		tsv_expect(&t, "shift after", hpt_shift(g.hpt), fails ? from : to);
		tsv_expect(&t, "slots scanned", rehash.slots_scanned,
			   fails ? census.first : UINT64_C(1) << (from - HPTE_SHIFT));
		if (fails)
			tsv_expect(&t, "moved", rehash.hptes_moved, census.moved_before);
		hpt_free(g.hpt);
	}
}

/* If this fails, a failing attempt takes more or less time than on a real guest. */
static void test_first_collision(void **state)
{
	enum { REQUEST, LMB, MEM, TO, SCANNED, MOVED, WHY, COLUMNS };
	const uint64_t boot_bytes = 129 * SZ_1G, dimm_lmbs = 1024;
	struct tsv t;

	tsv_open(&t, "first_collision.tsv", COLUMNS);
	while (tsv_next(&t)) {
		bool plug = tsv_is(&t, REQUEST, "plug");
		uint64_t lmb = tsv_number(&t, LMB), mem = tsv_bytes(&t, MEM);
		struct hpt_rehash rehash;
		struct box g;

		boot(&g, false, 16, boot_bytes, boot_bytes + dimm_lmbs * SZ_256M, 31);
		/* an add asks before it bolts, a removal after it unbolted */
		for (uint64_t i = 0; i < (plug ? lmb - 1 : dimm_lmbs); i++)
			add_lmb(&g);
		for (uint64_t i = 0; i < (plug ? 0 : lmb); i++)
			remove_lmb(&g, boot_bytes + i * SZ_256M);
		tsv_expect(&t, "memory", mem, boot_bytes +
			   (plug ? lmb : dimm_lmbs - lmb + 1) * SZ_256M);
		tsv_expect(&t, "target", mmu_htab_shift_for_mem_size(&g.mmu, mem),
			   tsv_number(&t, TO));
		tsv_expect(&t, "status", resize(&g, (unsigned)tsv_number(&t, TO), &rehash),
			   HPT_ECOLLIDE);
		tsv_expect(&t, "slots scanned", rehash.slots_scanned, tsv_number(&t, SCANNED));
		tsv_expect(&t, "moved", rehash.hptes_moved, tsv_number(&t, MOVED));
		tsv_expect(&t, "shift after", hpt_shift(g.hpt), 31);
		hpt_free(g.hpt);
	}
}

/* If this fails, a table of a size that does not exist is made. */
static void test_range(void **state)
{
	struct hpt_rehash rehash;
	struct hpt_config config = { .max_bytes = SZ_1G };
	struct hpt *hpt;
	struct box g;

	boot(&g, false, 16, SZ_1G, SZ_1G, 20);
	assert_int_equal(resize(&g, HPT_SHIFT_MIN - 1, &rehash), HPT_ERANGE);
	assert_int_equal(resize(&g, HPT_SHIFT_MAX + 1, &rehash), HPT_ERANGE);
	assert_int_equal(hpt_shift(g.hpt), 20);
	config.shift = HPT_SHIFT_MIN - 1;
	assert_int_equal(hpt_new(&hpt, &g.mmu, &config), HPT_ERANGE);
	config.shift = HPT_SHIFT_MAX + 1;
	assert_int_equal(hpt_new(&hpt, &g.mmu, &config), HPT_ERANGE);
	assert_null(hpt);
	hpt_free(g.hpt);
}

/*
 * If this fails, a grow fails or loses entries: it never can, whatever the
 * slots (domain rule: each old PTEG goes to one of its own).
 */
static void test_grow_never_collides(void **state)
{
	struct hpt_rehash rehash;
	struct box g;

	boot(&g, true, 16, SZ_1G * 2, SZ_1G * 2, 20);	/* 4 pages share a PTEG */
	for (unsigned shift = 21; shift <= HPT_SHIFT_MAX; shift++) {
		uint64_t bolted = hpt_bolted_count(g.hpt);

		assert_int_equal(resize(&g, shift, &rehash), HPT_OK);
		assert_int_equal(rehash.hptes_moved, bolted);
		assert_int_equal(rehash.slots_scanned, UINT64_C(1) << (shift - 1 - HPTE_SHIFT));
		assert_int_equal(hpt_bolted_count(g.hpt), bolted);
	}
	/* and back: the slots are from the small table, so they fold cleanly */
	assert_int_equal(resize(&g, 20, &rehash), HPT_OK);
	hpt_free(g.hpt);
}

/* If this fails, entries that no guest touched cost an unmap, or touched ones none. */
static void test_valid_and_absent(void **state)
{
	struct hpt_rehash rehash;
	uint64_t faults;
	struct box g;

	boot(&g, true, 16, SZ_1G * 2, SZ_1G * 2, 24);
	assert_int_equal(hpt_valid_count(g.hpt), 0);
	assert_int_equal(hpt_touch(g.hpt, MMU_LINEAR, 0, 1000, &faults), HPT_OK);
	assert_int_equal(faults, 1000);
	assert_int_equal(hpt_touch(g.hpt, MMU_LINEAR, 500, 1000, &faults), HPT_OK);
	assert_int_equal(faults, 500);
	/* a good COMMIT leaves all of them ABSENT */
	assert_int_equal(resize(&g, 25, &rehash), HPT_OK);
	assert_int_equal(rehash.hptes_unmapped, 1500);
	assert_int_equal(hpt_valid_count(g.hpt), 0);
	/* a failing one those before the collision */
	assert_int_equal(hpt_touch(g.hpt, MMU_LINEAR, 0, SZ_1G * 2 / SZ_64K, &faults), HPT_OK);
	assert_int_equal(resize(&g, 21, &rehash), HPT_ECOLLIDE);
	assert_true(rehash.hptes_unmapped > 0 && rehash.hptes_unmapped <= rehash.hptes_moved + 1);
	assert_int_equal(hpt_valid_count(g.hpt), SZ_1G * 2 / SZ_64K - rehash.hptes_unmapped);
	hpt_free(g.hpt);
	/* QEMU has no such thing */
	boot(&g, false, 16, SZ_1G * 2, SZ_1G * 2, 24);
	assert_int_equal(hpt_touch(g.hpt, MMU_LINEAR, 0, 1000, &faults), HPT_OK);
	assert_int_equal(faults, 0);
	assert_int_equal(resize(&g, 25, &rehash), HPT_OK);
	assert_int_equal(rehash.hptes_unmapped, 0);
	hpt_free(g.hpt);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collisions),
		cmocka_unit_test(test_first_collision),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_grow_never_collides),
		cmocka_unit_test(test_valid_and_absent),
	};

	if (argc > 1)
		tsv_set_directory(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
