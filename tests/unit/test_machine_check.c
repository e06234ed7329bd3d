/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does the invariant checker notice? Each test breaks one thing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sim/hypervisor/hpt_internal.h"
#include "sim/machine/machine.h"
#include "sim/machine/machine_boot.h"
#include "sim/machine/machine_check.h"
#include "sim/units.h"

struct fixture {
	struct scenario sc;
	struct dimm_spec dimm;
	struct machine m;
	struct sim_error error;
};

static void setup(struct fixture *f)
{
	static const struct sim_options options = { .check_invariants = true };

	*f = (struct fixture){ .dimm = { "d0", SZ_1G } };
	f->sc = (struct scenario){
		.name = "check", .description = "",
		.guest = {
			.memory_bytes = 2 * SZ_1G, .max_memory_bytes = 4 * SZ_1G, .lmb_bytes = SZ_256M,
			.dimms = &f->dimm, .dimm_count = 1, .page_shift = 16,
			.kernel = KERNEL_VERSION(6, 1), .vcpu_count = 1,
		},
		.hypervisor = { .kind = HV_KVM_HV, .max_hpt_page_shift = 16 },
	};
	assert_int_equal(machine_boot(&f->m, &f->sc, policy_find("per-section"), &options, NULL,
				      &f->error), SIM_OK);
	machine_check(&f->m, true);
	assert_int_equal(f->error.status, SIM_OK);
}

static void expect_noticed(struct fixture *f)
{
	machine_check(&f->m, true);
	assert_int_equal(f->error.status, SIM_EINVARIANT);
	assert_true(f->error.message[0]);
	machine_fini(&f->m);
}

/* Else: memory that no LMB stands for goes unnoticed. */
static void test_memory(void **state)
{
	struct fixture f;

	setup(&f);
	f.m.guest.memblock_phys_mem_size += SZ_256M;
	expect_noticed(&f);
}

/* Else: an LMB that a request lost goes unnoticed. */
static void test_lost_lmb(void **state)
{
	struct fixture f;

	setup(&f);
	f.m.guest.drmem_info.lmbs[8].flags &= ~DRCONF_MEM_ASSIGNED;
	expect_noticed(&f);
}

/* Else: a rollback that forgets its marks goes unnoticed. */
static void test_marked_lmb(void **state)
{
	struct fixture f;

	setup(&f);
	drmem_mark_lmb_reserved(&f.m.guest.drmem_info.lmbs[8]);
	expect_noticed(&f);
}

/* Else: pages and PTEGs may tell different stories. */
static void test_slots(void **state)
{
	struct fixture f;

	setup(&f);
	hpt_write(f.m.hv.hpt, &f.m.hv.hpt->used, &f.m.hv.hpt->user_cursors.used, 0x1b217, 0, 0);
	expect_noticed(&f);
}

/* Else: linear pages that were never bolted go unnoticed. */
static void test_unmapped(void **state)
{
	struct fixture f;

	setup(&f);
	assert_int_equal(hpt_unbolt(f.m.hv.hpt, MMU_LINEAR, 100, 1, NULL), HPT_OK);
	expect_noticed(&f);
}

/* Else: a slot that is empty may be VALID. */
static void test_valid(void **state)
{
	struct fixture f;

	setup(&f);
	ptree_var_set(f.m.hv.hpt->pool, &f.m.hv.hpt->valid, hpt_height(f.m.hv.hpt), 0xff);
	expect_noticed(&f);
}

/* Else: the guest may hash with the wrong mask. */
static void test_order(void **state)
{
	struct fixture f;

	setup(&f);
	f.m.guest.ppc64_pft_size--;
	expect_noticed(&f);
}

/* Else: host memory of a table leaks, or is counted twice. */
static void test_host_bytes(void **state)
{
	struct fixture f;

	setup(&f);
	f.m.hv.host_bytes++;
	expect_noticed(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_lost_lmb),
		cmocka_unit_test(test_marked_lmb),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_unmapped),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_host_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
