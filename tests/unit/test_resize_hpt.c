/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's resize driver, on a whole machine: a guest of 2 GiB whose
 * administrator writes to debugfs hpt_order.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/machine/machine.h"
#include "sim/machine/machine_boot.h"
#include "sim/units.h"

#define EVENTS_MAX	3u
#define BOOT_SHIFT	24u	/* QEMU's for 2 GiB */
#define PAGES		(SZ_1G * 2 / SZ_64K)
#define VMEMMAP_PAGES	32u

struct fixture {
	struct scenario sc;
	struct event_spec events[EVENTS_MAX];
	struct machine machine;
	/* what the run told */
	struct sim_resize resize[EVENTS_MAX];
	unsigned resize_count;
	int request_err[EVENTS_MAX];
	unsigned request_count;
};

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct fixture *f = ctx;

	if (f->resize_count < EVENTS_MAX)
		f->resize[f->resize_count] = *ev;
	f->resize_count++;
}

static void on_request_end(void *ctx, const struct sim_request_end *ev)
{
	struct fixture *f = ctx;

	if (f->request_count < EVENTS_MAX)
		f->request_err[f->request_count] = ev->err;
	f->request_count++;
}

static void init(struct fixture *f, enum hv_kind kind)
{
	*f = (struct fixture){
		.sc = {
			.name = "test", .description = "",
			.guest = {
				.memory_bytes = SZ_1G * 2, .max_memory_bytes = SZ_1G * 4,
				.lmb_bytes = SZ_256M, .page_shift = 16,
				.kernel = KERNEL_VERSION(6, 1), .vcpu_count = 8,
			},
			.hypervisor = { .kind = kind, .max_hpt_page_shift = 16 },
			.costs_name = "test",
		},
	};
	f->sc.events = f->events;
}

static void add_order(struct fixture *f, unsigned shift)
{
	f->events[f->sc.event_count++] = (struct event_spec){
		.kind = EVENT_HPT_ORDER, .hpt_shift = shift,
	};
}

/* Boot, let @change spoil something, run. */
static void run(struct fixture *f, void (*change)(struct machine *m))
{
	const struct sim_sink sink = {
		.ctx = f, .resize = on_resize, .request_end = on_request_end,
	};
	const struct sim_options options = { .seed = 1 };
	struct sim_error error;

	assert_int_equal(machine_boot(&f->machine, &f->sc, policy_find("per-section"), &options,
				      &sink, &error), SIM_OK);
	if (change)
		change(&f->machine);
	assert_int_equal(machine_run(&f->machine), SIM_OK);
	/* whatever happened: one table is left */
	assert_int_equal(f->machine.hv.host_bytes,
			 hv_table_bytes(f->sc.hypervisor.kind, f->machine.guest.ppc64_pft_size));
	assert_int_equal(f->machine.guest.ppc64_pft_size, hpt_shift(f->machine.hv.hpt));
	machine_fini(&f->machine);
}

static void small_host(struct machine *m)
{
	m->hv.host_shift_max = 22;
}

static void radix(struct machine *m)
{
	m->hv.no_hpt = true;
}

/* If this fails, a policy sees another error than the kernel's, and goes on where it must not. */
static void test_errno(void **state)
{
	static const struct {
		unsigned shift;
		void (*change)(struct machine *m);
		int err;
		const char *prepare_rc, *commit_rc;
		unsigned busy;
	} cases[] = {
		{ 23, NULL, 0, "H_SUCCESS", "H_SUCCESS", 1 },
		{ 24, NULL, 0, "H_SUCCESS", "H_SUCCESS", 1 },
		{ 25, NULL, 0, "H_SUCCESS", "H_SUCCESS", 1 },
		{ 21, NULL, -ENOSPC, "H_SUCCESS", "H_PTEG_FULL", 1 },
		{ 26, NULL, -EPERM, "H_RESOURCE", NULL, 0 },
		{ 17, NULL, -EINVAL, "H_PARAMETER", NULL, 0 },
		{ 47, NULL, -EINVAL, "H_PARAMETER", NULL, 0 },
		{ 23, small_host, -EIO, "H_NO_MEM", NULL, 1 },
		{ 23, radix, -EIO, "H_NOT_AVAILABLE", NULL, 0 },
		{ 0, NULL, -EIO, "H_SUCCESS", "H_CLOSED", 0 },
	};

	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		size_t c = i / 2;
		struct fixture f;

		init(&f, i % 2 ? HV_KVM_HV : HV_QEMU_TCG);
		add_order(&f, cases[c].shift);
		run(&f, cases[c].change);
		assert_int_equal(f.request_count, 1);
		assert_int_equal(f.request_err[0], cases[c].err);
		assert_int_equal(f.resize_count, 1);
		assert_int_equal(f.resize[0].err, cases[c].err);
		assert_int_equal(f.resize[0].from_shift, BOOT_SHIFT);
		assert_int_equal(f.resize[0].to_shift, cases[c].shift);
		assert_int_equal(f.resize[0].prepare_busy_count, cases[c].busy);
		assert_string_equal(f.resize[0].prepare_rc, cases[c].prepare_rc);
		if (cases[c].commit_rc)
			assert_string_equal(f.resize[0].commit_rc, cases[c].commit_rc);
		else
			assert_null(f.resize[0].commit_rc);
	}
}

/* If this fails, a guest asks a hypervisor that offers no resizing. */
static void test_no_feature(void **state)
{
	struct fixture f;

	init(&f, HV_QEMU_TCG);
	f.sc.hypervisor.resize_hpt = RESIZE_HPT_DISABLED;
	add_order(&f, 23);
	run(&f, NULL);
	assert_int_equal(f.resize_count, 0);
	assert_int_equal(f.request_err[0], -ENODEV);
}

static void prepare_takes(struct fixture *f, enum hv_kind kind, int64_t ns)
{
	init(f, kind);
	f->sc.costs.prepare_alloc_ns = ns;
	add_order(f, 23);
	run(f, NULL);
	assert_int_equal(f->resize_count, 1);
}

/*
 * If this fails, a guest gives up too early or too late: the kernel counts the
 * sleeps it was asked for, and cancels before the one that exceeds 10 s.
 */
static void test_timeout(void **state)
{
	static const enum hv_kind kinds[] = { HV_QEMU_TCG, HV_KVM_HV };

	for (size_t i = 0; i < 2; i++) {
		struct fixture f;

		prepare_takes(&f, kinds[i], 10 * NSEC_PER_SEC);
		assert_int_equal(f.resize[0].err, 0);
		assert_int_equal(f.resize[0].prepare_busy_count, 100);
		assert_int_equal(f.resize[0].prepare_ns, 10 * NSEC_PER_SEC);

		prepare_takes(&f, kinds[i], 10 * NSEC_PER_SEC + 1);
		assert_int_equal(f.resize[0].err, -ETIMEDOUT);
		assert_int_equal(f.resize[0].prepare_busy_count, 101);
		assert_int_equal(f.resize[0].prepare_ns, 10 * NSEC_PER_SEC);
		assert_string_equal(f.resize[0].prepare_rc, "H_LONG_BUSY_ORDER_100_MSEC");
		assert_null(f.resize[0].commit_rc);
		assert_int_equal(f.resize[0].slots_scanned, 0);

		prepare_takes(&f, kinds[i], 60 * NSEC_PER_SEC);
		assert_int_equal(f.resize[0].err, -ETIMEDOUT);
		assert_int_equal(f.resize[0].prepare_ns, 10 * NSEC_PER_SEC);
	}
}

/* If this fails, the prices of the calls and of msleep() count towards the 10 s. */
static void test_timeout_counts_requested_sleep(void **state)
{
	struct fixture f;

	init(&f, HV_QEMU_TCG);
	f.sc.costs.prepare_alloc_ns = 60 * NSEC_PER_SEC;
	f.sc.costs.hcall_ns = 7 * NSEC_PER_MSEC;
	f.sc.costs.msleep_slack_ns = 4 * NSEC_PER_MSEC;
	add_order(&f, 23);
	run(&f, NULL);
	assert_int_equal(f.resize[0].err, -ETIMEDOUT);
	/* 101 answers, the call that cancels, 100 sleeps */
	assert_int_equal(f.resize[0].prepare_busy_count, 101);
	assert_int_equal(f.resize[0].prepare_ns, 102 * 7 * NSEC_PER_MSEC + 100 * 104 * NSEC_PER_MSEC);
}

/* If this fails, a time-out leaves something behind that the next attempt meets. */
static void test_again_after_timeout(void **state)
{
	struct fixture f;

	init(&f, HV_QEMU_TCG);
	f.sc.costs.prepare_alloc_ns = 15 * NSEC_PER_SEC;
	add_order(&f, 23);
	f.events[f.sc.event_count++] = (struct event_spec){
		.kind = EVENT_WAIT, .wait_ns = NSEC_PER_SEC,
	};
	add_order(&f, 23);
	run(&f, NULL);
	assert_int_equal(f.resize_count, 2);
	assert_int_equal(f.resize[1].err, -ETIMEDOUT);
	assert_int_equal(f.resize[1].prepare_busy_count, 101);
	/* the first worker's table was still there when the second one started */
	assert_int_equal(f.machine.hv.host_peak_bytes,
			 hv_table_bytes(HV_QEMU_TCG, 24) + 2 * hv_table_bytes(HV_QEMU_TCG, 23));
}

static void set_commit_costs(struct fixture *f)
{
	f->sc.costs.stop_machine_ns = 1000000;
	f->sc.costs.stop_machine_cpu_ns = 10000;
	f->sc.costs.hcall_ns = 100;
	f->sc.costs.scan_ps_hpte = 3000;
	f->sc.costs.move_ps_hpte = 5000;
	f->sc.costs.unmap_ps_hpte = 7000;
}

/* If this fails, a COMMIT is not charged for what it does: slots, entries, unmaps. */
static void test_commit_price(void **state)
{
	struct fixture f;

	init(&f, HV_QEMU_TCG);
	set_commit_costs(&f);
	add_order(&f, 23);
	run(&f, NULL);
	assert_int_equal(f.resize[0].slots_scanned, 1 << (BOOT_SHIFT - HPTE_SHIFT));
	assert_int_equal(f.resize[0].hptes_moved, PAGES + VMEMMAP_PAGES);
	assert_int_equal(f.resize[0].hptes_unmapped, 0);
	assert_int_equal(f.resize[0].commit_ns, 1000000 + 7 * 10000 + 100 +
			 3 * (1 << (BOOT_SHIFT - HPTE_SHIFT)) + 5 * (PAGES + VMEMMAP_PAGES));

	/* KVM HV: VRMA entries as well, and what the guest touched, vmemmap too, is unmapped */
	init(&f, HV_KVM_HV);
	set_commit_costs(&f);
	f.sc.guest.touched_bytes = SZ_256M;
	add_order(&f, 23);
	run(&f, NULL);
	assert_int_equal(f.resize[0].hptes_moved, 2 * PAGES + VMEMMAP_PAGES);
	assert_int_equal(f.resize[0].hptes_unmapped, 2 * SZ_256M / SZ_64K + VMEMMAP_PAGES);
	assert_int_equal(f.resize[0].commit_ns, 1000000 + 7 * 10000 + 100 +
			 3 * (1 << (BOOT_SHIFT - HPTE_SHIFT)) + 5 * (2 * PAGES + VMEMMAP_PAGES) +
			 7 * (2 * SZ_256M / SZ_64K + VMEMMAP_PAGES));
}

/* If this fails, a COMMIT that stops early is charged for the whole table. */
static void test_failed_commit_price(void **state)
{
	struct fixture f;

	init(&f, HV_QEMU_TCG);
	set_commit_costs(&f);
	add_order(&f, 21);
	run(&f, NULL);
	assert_int_equal(f.resize[0].err, -ENOSPC);
	assert_true(f.resize[0].slots_scanned > 0);
	assert_true(f.resize[0].slots_scanned < 1 << (BOOT_SHIFT - HPTE_SHIFT));
	assert_int_equal((uint64_t)f.resize[0].commit_ns, 1000000 + 7 * 10000 + 100 +
			 3 * f.resize[0].slots_scanned + 5 * f.resize[0].hptes_moved);
	assert_string_equal(f.resize[0].collided.region, "linear");
	assert_string_equal(f.resize[0].occupant.region, "linear");
	assert_int_equal(f.resize[0].collision_slot, 0);
	/* at most one of each page, and at least the two that met */
	assert_in_range(f.resize[0].collision_entries, 2, PAGES + VMEMMAP_PAGES);
	assert_true(f.resize[0].occupant.pteg < f.resize[0].collided.pteg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_no_feature),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_timeout_counts_requested_sleep),
		cmocka_unit_test(test_again_after_timeout),
		cmocka_unit_test(test_commit_price),
		cmocka_unit_test(test_failed_commit_price),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
