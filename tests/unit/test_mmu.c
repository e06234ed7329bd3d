/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, hashes and sizes: does the model compute what the kernel does? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/hcall.h"
#include "sim/units.h"
#include "tsv.h"

static struct mmu layout(unsigned page_shift, unsigned max_page_shift, unsigned kernel)
{
	struct guest_spec guest = { .page_shift = page_shift, .kernel = kernel };
	struct hypervisor_spec hv = { .max_hpt_page_shift = max_page_shift };
	struct mmu mmu;

	mmu_init(&mmu, &guest, &hv, SZ_1G * 4);
	return mmu;
}

static struct mmu layout_of_page(const struct tsv *t, size_t column)
{
	return layout(tsv_is(t, column, "4KiB") ? 12 : 16, 16, KERNEL_VERSION(6, 1));
}

static unsigned log2_of(uint64_t bytes)
{
	return 63u - (unsigned)__builtin_clzll(bytes);
}

/* If this fails, every entry sits in another PTEG than on a real machine. */
static void test_vsid(void **state)
{
	enum { EA, PAGE, SEGMENT, CTX, ESID, PROTO, VSID, HASH, WHY, COLUMNS };
	struct tsv t;

	tsv_open(&t, "vsid.tsv", COLUMNS);
	while (tsv_next(&t)) {
		struct mmu mmu = layout_of_page(&t, PAGE);
		bool tera = tsv_is(&t, SEGMENT, "1T");
		enum mmu_ssize ssize = tera ? MMU_SEGSIZE_1T : MMU_SEGSIZE_256M;
		unsigned esid_bits = tera ? 9 : 21;
		uint64_t ea = tsv_hex(&t, EA), context = mmu_kernel_context(&mmu, ea);
		uint64_t esid = ea >> (tera ? SID_SHIFT_1T : SID_SHIFT), vsid;

		if (!tera && !tsv_is(&t, SEGMENT, "256M"))
			tsv_fail(&t, "segment is '%s'", t.field[SEGMENT]);
		tsv_expect(&t, "context", context, tsv_number(&t, CTX));
		/* the table must agree with itself as well */
		tsv_expect_hex(&t, "esid", esid, tsv_hex(&t, ESID));
		tsv_expect_hex(&t, "proto", context << esid_bits | (esid & ((1u << esid_bits) - 1)),
			       tsv_hex(&t, PROTO));
		vsid = mmu_vsid(context, ea, ssize);
		tsv_expect_hex(&t, "vsid", vsid, tsv_hex(&t, VSID));
		tsv_expect_hex(&t, "hash", mmu_hash(vsid, ea, log2_of(tsv_bytes(&t, PAGE)), ssize),
			       tsv_hex(&t, HASH));
	}
}

static enum mmu_region region_of(const struct tsv *t, size_t column)
{
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		if (tsv_is(t, column, mmu_region_name(r)))
			return r;
	tsv_fail(t, "region is '%s'", t->field[column]);
}

/* If this fails, the region's base, the segment's hash or the mask is wrong. */
static void test_pteg(void **state)
{
	enum { EA, PAGE, REGION, BASE_SHIFT, HPT_SHIFT, PTEG, WHY, COLUMNS };
	struct tsv t;

	tsv_open(&t, "pteg.tsv", COLUMNS);
	while (tsv_next(&t)) {
		unsigned page_shift = log2_of(tsv_bytes(&t, PAGE));
		unsigned base_shift = (unsigned)tsv_number(&t, BASE_SHIFT);
		struct mmu mmu = layout(page_shift, base_shift == 24 ? 24 : 16, KERNEL_VERSION(6, 1));
		enum mmu_region region = region_of(&t, REGION);
		uint64_t ea = tsv_hex(&t, EA);
		uint64_t page = (ea - mmu_region_base(&mmu, region)) >> base_shift;
		unsigned bits = mmu_segment_bits(&mmu, region);
		uint64_t hash = mmu_segment_hash(&mmu, region, page >> bits) ^
				(page & ((UINT64_C(1) << bits) - 1));

		tsv_expect(&t, "base page shift", mmu.shift[region], base_shift);
		tsv_expect_hex(&t, "ea", mmu_page_ea(&mmu, region, page), ea);
		tsv_expect_hex(&t, "pteg",
			       hash & ((UINT64_C(1) << (tsv_number(&t, HPT_SHIFT) - PTEG_SHIFT)) - 1),
			       tsv_hex(&t, PTEG));
	}
}

/* If this fails, the guest asks for another size, and fails for another reason. */
static void test_shift_for_mem(void **state)
{
	enum { MEM, PAGE, SHIFT, WHY, COLUMNS };
	struct tsv t;

	tsv_open(&t, "shift_for_mem.tsv", COLUMNS);
	while (tsv_next(&t)) {
		struct mmu mmu = layout_of_page(&t, PAGE);

		tsv_expect(&t, "shift", mmu_htab_shift_for_mem_size(&mmu, tsv_bytes(&t, MEM)),
			   tsv_number(&t, SHIFT));
	}
}

/* If this fails, the guest boots with a table of another size. */
static void test_qemu_shift(void **state)
{
	enum { RAM, SHIFT, WHY, COLUMNS };
	struct tsv t;

	tsv_open(&t, "qemu_shift.tsv", COLUMNS);
	while (tsv_next(&t))
		tsv_expect(&t, "shift", hv_hpt_shift_for_ramsize(tsv_bytes(&t, RAM)),
			   tsv_number(&t, SHIFT));
}

/*
 * If this fails, linear or vmemmap pages have a size that the kernel would not
 * choose: 16M only when offered, for vmemmap only from 1 GiB of memory on.
 */
static void test_page_sizes(void **state)
{
	static const struct {
		unsigned page_shift, max_page_shift;
		uint64_t boot_bytes;
		unsigned linear, vmemmap;
		/* all that follows as guest_spec has it */
		unsigned kernel, linear_page_shift, vmemmap_page_shift;
		enum kfence_mode kfence;
		bool debug_pagealloc;
	} cases[] = {
		{ 16, 16, SZ_1G * 8, 16, 16, .kernel = 0 },
		{ 16, 24, SZ_1G * 8, 24, 24, .kernel = 0 },
		{ 16, 24, SZ_1G, 24, 24, .kernel = 0 },
		{ 16, 24, SZ_1G - SZ_256M, 24, 16, .kernel = 0 },
		{ 12, 16, SZ_1G * 8, 12, 12, .kernel = 0 },
		{ 12, 24, SZ_1G * 8, 24, 24, .kernel = 0 },
		/* said by the scenario */
		{ 16, 24, SZ_1G * 8, 16, 24, .linear_page_shift = 16 },
		{ 16, 24, SZ_1G * 8, 24, 16, .vmemmap_page_shift = 16 },
		/* built into most kernels from 6.2 on; single pages until 6.12 */
		{ 16, 24, SZ_1G * 8, 16, 24, .kernel = KERNEL_VERSION(6, 2) },
		{ 12, 24, SZ_1G * 8, 12, 24, .kernel = KERNEL_VERSION(6, 12) },
		{ 16, 24, SZ_1G * 8, 24, 24, .kernel = KERNEL_VERSION(6, 12), .kfence = KFENCE_ABSENT },
		{ 16, 24, SZ_1G * 8, 16, 24, .kernel = KERNEL_VERSION(6, 1), .kfence = KFENCE_BUILT_IN },
		{ 16, 24, SZ_1G * 8, 24, 24, .kernel = KERNEL_VERSION(6, 13) },
		{ 16, 24, SZ_1G * 8, 24, 24, .kernel = KERNEL_VERSION(7, 3), .kfence = KFENCE_BUILT_IN },
		{ 16, 24, SZ_1G * 8, 16, 24, .kernel = KERNEL_VERSION(7, 3), .kfence = KFENCE_ON },
		/* from 6.13 on a byte per page has to fit a quarter of the RMA */
		{ 16, 24, SZ_1G * 8, 16, 24, .kernel = KERNEL_VERSION(5, 10), .debug_pagealloc = true },
		{ 16, 24, SZ_1T * 32, 16, 24, .kernel = KERNEL_VERSION(6, 12), .debug_pagealloc = true },
		{ 16, 24, SZ_1T * 16, 16, 24, .kernel = KERNEL_VERSION(6, 13), .debug_pagealloc = true },
		{ 16, 24, SZ_1T * 32, 24, 24, .kernel = KERNEL_VERSION(6, 13), .debug_pagealloc = true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct guest_spec guest = {
			.page_shift = cases[i].page_shift, .memory_bytes = cases[i].boot_bytes,
			.kernel = cases[i].kernel ? cases[i].kernel : KERNEL_VERSION(6, 1),
			.linear_page_shift = cases[i].linear_page_shift,
			.vmemmap_page_shift = cases[i].vmemmap_page_shift,
			.kfence = cases[i].kfence, .debug_pagealloc = cases[i].debug_pagealloc,
		};
		struct hypervisor_spec hv = { .max_hpt_page_shift = cases[i].max_page_shift };
		struct mmu mmu;

		mmu_init(&mmu, &guest, &hv, cases[i].boot_bytes);
		assert_int_equal(mmu.shift[MMU_LINEAR], cases[i].linear);
		assert_int_equal(mmu.shift[MMU_VMEMMAP], cases[i].vmemmap);
	}
}

/* If this fails, vmemmap has too many entries, or too few: 64 bytes per page. */
static void test_vmemmap_covers(void **state)
{
	struct mmu small = layout(12, 16, KERNEL_VERSION(6, 1));
	struct mmu usual = layout(16, 16, KERNEL_VERSION(6, 1));
	struct mmu huge = layout(16, 24, KERNEL_VERSION(6, 1));

	assert_int_equal(mmu_vmemmap_page_covers(&small), SZ_4K / 64 * SZ_4K);
	assert_int_equal(mmu_vmemmap_page_covers(&usual), SZ_1M * 64);
	assert_int_equal(mmu_vmemmap_page_covers(&huge), SZ_1G * 16);
}

/* If this fails, an old kernel's vmemmap is in the place of a new one's, or the other way. */
static void test_layout_by_version(void **state)
{
	static const struct {
		unsigned kernel, page_shift;
		uint64_t vmemmap, context;
	} cases[] = {
		{ KERNEL_VERSION(4, 12), 16, UINT64_C(0xf000000000000000), 4 },
		{ KERNEL_VERSION(5, 1), 12, UINT64_C(0xf000000000000000), 4 },
		{ KERNEL_VERSION(5, 2), 16, UINT64_C(0xc00c000000000000), 7 },
		{ KERNEL_VERSION(5, 2), 12, UINT64_C(0xc000300000000000), 4 },
		{ KERNEL_VERSION(5, 7), 12, UINT64_C(0xc000300000000000), 4 },
		{ KERNEL_VERSION(5, 8), 12, UINT64_C(0xc0003f0000000000), 4 },
		{ KERNEL_VERSION(6, 1), 16, UINT64_C(0xc00c000000000000), 7 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mmu mmu = layout(cases[i].page_shift, 16, cases[i].kernel);
		uint64_t base = mmu_region_base(&mmu, MMU_VMEMMAP);

		assert_true(base == cases[i].vmemmap);
		assert_int_equal(mmu_kernel_context(&mmu, base), cases[i].context);
		assert_int_equal(mmu_kernel_context(&mmu, mmu_region_base(&mmu, MMU_LINEAR)), 1);
	}
}

/*
 * If this fails, a linear map above 512 TiB shares VSIDs with the one below, or
 * a user address passes for a kernel address.
 */
static void test_contexts(void **state)
{
	struct mmu mmu = layout(16, 16, KERNEL_VERSION(6, 1));
	uint64_t base = mmu_region_base(&mmu, MMU_LINEAR);

	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(mmu_kernel_context(&mmu, base + i * SZ_1T * 512), 1 + i);
	assert_int_equal(mmu_kernel_context(&mmu, 0), 0);
	assert_int_equal(mmu_kernel_context(&mmu, UINT64_C(0x7fffffffffffffff)), 0);
	assert_true(mmu_vsid(1, base, MMU_SEGSIZE_1T) != mmu_vsid(2, base, MMU_SEGSIZE_1T));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vsid),
		cmocka_unit_test(test_pteg),
		cmocka_unit_test(test_shift_for_mem),
		cmocka_unit_test(test_qemu_shift),
		cmocka_unit_test(test_page_sizes),
		cmocka_unit_test(test_vmemmap_covers),
		cmocka_unit_test(test_layout_by_version),
		cmocka_unit_test(test_contexts),
	};

	if (argc > 1)
		tsv_set_directory(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
