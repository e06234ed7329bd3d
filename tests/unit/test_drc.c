/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's connectors: what the guest may do with an LMB, and when a DIMM is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/hypervisor/drc.h"
#include "sim/lmb.h"
#include "sim/units.h"

/* 3 GiB at boot, room for 5 GiB more: LMBs 12 to 31 have connectors. */
static const struct guest_spec guest = {
	.memory_bytes = 3 * SZ_1G, .max_memory_bytes = 8 * SZ_1G, .lmb_bytes = SZ_256M,
};

static const struct hypervisor_spec qemu = { .kind = HV_QEMU_TCG };
static const struct hypervisor_spec powervm = { .kind = HV_POWERVM, .real_mode_bytes = 512 << 20 };

#define FIRST	12u

static int setup(void **state)
{
	struct drc_table *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_int_equal(drc_table_init(t, &guest, &qemu), DRC_OK);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	drc_table_fini(*state);
	free(*state);
	return 0;
}

static enum drc_status plug(struct drc_table *t, const char *id, uint64_t bytes, uint32_t *dimm)
{
	struct dimm_spec spec = { .id = id, .size_bytes = bytes };

	return drc_plug(t, &spec, false, dimm);
}

static uint32_t plug_ok(struct drc_table *t, const char *id, uint64_t bytes)
{
	uint32_t dimm = DIMM_NONE;

	assert_int_equal(plug(t, id, bytes, &dimm), DRC_OK);
	return dimm;
}

static uint64_t base_of(const struct drc_table *t, uint32_t dimm)
{
	return t->dimms[dimm].base_bytes / SZ_256M;
}

/* dlpar_acquire_drc(), ibm,configure-connector: the guest takes the LMB. */
static void take(struct drc_table *t, uint64_t lmb)
{
	enum rtas_rc rc;

	assert_int_equal(drc_entity_sense(t, lmb, &rc), DRC_SENSE_UNUSABLE);
	assert_int_equal(rc, RTAS_OUT_SUCCESS);
	assert_int_equal(drc_set_usable(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_unisolate(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_configure_connector(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_entity_sense(t, lmb, &rc), DRC_SENSE_PRESENT);
	assert_int_equal(t->drcs[lmb].state, DRC_CONFIGURED);
}

/* dlpar_release_drc(): and gives it back. */
static void give_back(struct drc_table *t, uint64_t lmb)
{
	assert_int_equal(drc_isolate(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_set_unusable(t, lmb), RTAS_OUT_SUCCESS);
}

/* If this fails, requests name LMBs that have no connector, or the range is cut. */
static void test_layout(void **state)
{
	struct drc_table *t = *state, odd;
	struct guest_spec uneven = guest;

	assert_int_equal(t->first, FIRST);
	assert_int_equal(t->lmb_count, 32);
	assert_int_equal(drc_index_of(FIRST), 0x8000000c);
	/* device memory starts at a multiple of 1 GiB, and keeps its size */
	uneven.memory_bytes = 2 * SZ_1G + SZ_256M;
	assert_int_equal(drc_table_init(&odd, &uneven, &qemu), DRC_OK);
	assert_int_equal(odd.first, 12);
	assert_int_equal(odd.lmb_count, 12 + (8 * SZ_1G - uneven.memory_bytes) / SZ_256M);
	drc_table_fini(&odd);
}

/* If this fails, the guest gets memory that is not plugged, or keeps what it released. */
static void test_acquire_and_release(void **state)
{
	struct drc_table *t = *state;
	uint32_t dimm = plug_ok(t, "d1", SZ_1G);
	uint64_t lmb = base_of(t, dimm);

	assert_int_equal(drc_set_usable(t, lmb + 4), RTAS_OUT_NO_SUCH_INDICATOR);	/* empty */
	assert_int_equal(drc_unisolate(t, lmb), RTAS_OUT_NO_SUCH_INDICATOR);	/* not usable yet */
	assert_int_equal(drc_configure_connector(t, lmb), RTAS_OUT_PARAM_ERROR);
	take(t, lmb);
	/* each step twice does no harm */
	assert_int_equal(drc_set_usable(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_unisolate(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_configure_connector(t, lmb), RTAS_OUT_SUCCESS);
	/* in use: it cannot just be made unusable */
	assert_int_equal(drc_set_unusable(t, lmb), RTAS_OUT_NO_SUCH_INDICATOR);
	assert_int_equal(t->plugged_bytes, SZ_1G);
}

/* If this fails, LMBs of boot memory can be asked for. */
static void test_no_connector(void **state)
{
	struct drc_table *t = *state;
	static const uint64_t lmbs[] = { 0, FIRST - 1, 32, 1000 };
	enum rtas_rc rc;

	for (size_t i = 0; i < sizeof(lmbs) / sizeof(lmbs[0]); i++) {
		assert_int_equal(drc_entity_sense(t, lmbs[i], &rc), DRC_SENSE_UNUSABLE);
		assert_int_equal(rc, RTAS_OUT_PARAM_ERROR);
		assert_int_equal(drc_set_usable(t, lmbs[i]), RTAS_OUT_PARAM_ERROR);
		assert_int_equal(drc_set_unusable(t, lmbs[i]), RTAS_OUT_PARAM_ERROR);
		assert_int_equal(drc_isolate(t, lmbs[i]), RTAS_OUT_PARAM_ERROR);
		assert_int_equal(drc_unisolate(t, lmbs[i]), RTAS_OUT_PARAM_ERROR);
		assert_int_equal(drc_configure_connector(t, lmbs[i]), RTAS_OUT_PARAM_ERROR);
	}
}

/*
 * If this fails, a guest can give back an LMB that nobody asked for, as a
 * "remove by count" through /sys/kernel/dlpar does: QEMU refuses.
 */
static void test_isolate_needs_unplug(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "d1", SZ_256M));
	uint32_t dimm;

	take(t, lmb);
	assert_int_equal(drc_isolate(t, lmb), RTAS_OUT_HW_ERROR);
	assert_int_equal(t->drcs[lmb].state, DRC_CONFIGURED);
	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_OK);
	assert_int_equal(drc_isolate(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(t->drcs[lmb].state, DRC_AVAILABLE);
	/* taken, not configured: an error even then */
	lmb = base_of(t, plug_ok(t, "d2", SZ_256M));
	assert_int_equal(drc_set_usable(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_unisolate(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_isolate(t, lmb), RTAS_OUT_PARAM_ERROR);
}

/* If this fails, a DIMM goes before its last LMB, or not with it. */
static void test_unplug(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "d1", SZ_1G));
	uint32_t dimm, none;

	for (unsigned i = 0; i < 4; i++)
		take(t, lmb + i);
	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_OK);
	assert_int_equal(drc_unplug_request(t, "d1", &none), DRC_EBUSY);
	assert_int_equal(drc_unplug_request(t, "d2", &none), DRC_ENOENT);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(t->plugged_bytes, SZ_1G);
		assert_true(t->dimms[dimm].plugged);
		give_back(t, lmb + i);
		assert_int_equal(t->drcs[lmb + i].dimm, DIMM_NONE);
		assert_int_equal(drc_set_usable(t, lmb + i), RTAS_OUT_NO_SUCH_INDICATOR);
	}
	assert_int_equal(t->plugged_bytes, 0);
	assert_false(t->dimms[dimm].plugged);
	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_ENOENT);
	plug_ok(t, "d1", SZ_1G);	/* its id is free again */
}

/* If this fails, an unplug waits for LMBs that the guest never had. */
static void test_unplug_of_never_taken(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "d1", SZ_1G));
	uint32_t dimm;

	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_OK);
	assert_false(t->dimms[dimm].plugged);
	assert_int_equal(t->plugged_bytes, 0);

	/* two of four taken: the others go at once */
	lmb = base_of(t, plug_ok(t, "d2", SZ_1G));
	take(t, lmb + 1);
	take(t, lmb + 2);
	assert_int_equal(drc_unplug_request(t, "d2", &dimm), DRC_OK);
	assert_int_equal(t->dimms[dimm].lmbs_left, 2);
	assert_int_equal(t->drcs[lmb].dimm, DIMM_NONE);
	assert_int_equal(t->drcs[lmb + 3].dimm, DIMM_NONE);
	give_back(t, lmb + 2);
	assert_true(t->dimms[dimm].plugged);
	give_back(t, lmb + 1);
	assert_false(t->dimms[dimm].plugged);
}

/* If this fails, a guest takes an LMB that is on its way out. */
static void test_usable_while_unplugging(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "d1", SZ_256M * 2));
	uint32_t dimm;

	take(t, lmb);
	take(t, lmb + 1);
	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_OK);
	assert_int_equal(drc_isolate(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_set_unusable(t, lmb), RTAS_OUT_SUCCESS);
	assert_int_equal(drc_set_usable(t, lmb), RTAS_OUT_NO_SUCH_INDICATOR);
}

/*
 * If this fails, a guest that could not remove a DIMM leaves its unplug pending
 * for good, or QEMU takes the DIMM away all the same.
 */
static void test_rollback(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "d1", SZ_1G));
	uint32_t dimm;

	for (unsigned i = 0; i < 4; i++)
		take(t, lmb + i);
	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_OK);
	/* the guest unisolates an LMB that it has: it refuses the unplug */
	assert_int_equal(drc_unisolate(t, lmb + 2), RTAS_OUT_SUCCESS);
	assert_int_equal(t->dimms[dimm].lmbs_left, 0);
	for (unsigned i = 0; i < 4; i++) {
		assert_false(t->drcs[lmb + i].unplug_requested);
		assert_int_equal(drc_isolate(t, lmb + i), RTAS_OUT_HW_ERROR);
	}
	assert_int_equal(t->plugged_bytes, SZ_1G);
	/* and it can be asked again */
	assert_int_equal(drc_unplug_request(t, "d1", &dimm), DRC_OK);
	for (unsigned i = 0; i < 4; i++)
		give_back(t, lmb + i);
	assert_int_equal(t->plugged_bytes, 0);
}

/* If this fails, DIMMs are elsewhere than in QEMU, and so are their entries. */
static void test_first_gap(void **state)
{
	struct drc_table *t = *state;
	uint32_t dimm;

	assert_int_equal(base_of(t, plug_ok(t, "a", SZ_1G)), FIRST);
	assert_int_equal(base_of(t, plug_ok(t, "b", SZ_1G * 2)), FIRST + 4);
	assert_int_equal(base_of(t, plug_ok(t, "c", SZ_1G)), FIRST + 12);
	assert_int_equal(plug(t, "c", SZ_256M, &dimm), DRC_EEXIST);
	assert_int_equal(drc_unplug_request(t, "b", &dimm), DRC_OK);
	/* too large for the hole at b, and larger than what is left */
	assert_int_equal(plug(t, "d", SZ_1G * 2 + SZ_256M, &dimm), DRC_ENOSPACE);
	assert_int_equal(base_of(t, plug_ok(t, "e", SZ_256M)), FIRST + 4);
	assert_int_equal(base_of(t, plug_ok(t, "f", SZ_1G * 2 - SZ_256M)), FIRST + 5);
	assert_int_equal(base_of(t, plug_ok(t, "g", SZ_1G)), FIRST + 16);
	assert_int_equal(plug(t, "h", SZ_256M, &dimm), DRC_ENOSPACE);
	assert_int_equal(t->plugged_bytes, SZ_1G * 5);
}

/*
 * If this fails, part of a DIMM's place is given to another one while it is
 * still there: QEMU looks for a gap among its DIMMs, not among its connectors.
 */
static void test_gap_while_unplugging(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "a", SZ_1G));
	uint32_t dimm;

	for (unsigned i = 0; i < 4; i++)
		take(t, lmb + i);
	assert_int_equal(drc_unplug_request(t, "a", &dimm), DRC_OK);
	give_back(t, lmb);
	give_back(t, lmb + 1);
	/* the id is taken until the last LMB is gone */
	assert_int_equal(plug(t, "a", SZ_256M, &dimm), DRC_EEXIST);
	assert_int_equal(t->plugged_bytes, SZ_1G);
	assert_int_equal(base_of(t, plug_ok(t, "b", SZ_256M)), FIRST + 4);
}

/*
 * If this fails, an unplug after one that the guest refused reaches for LMBs
 * that went with the first. (QEMU asserts there; whatever the answer is, the
 * table must stay whole.)
 */
static void test_unplug_after_partial_rollback(void **state)
{
	struct drc_table *t = *state;
	uint64_t lmb = base_of(t, plug_ok(t, "a", SZ_1G));
	uint32_t dimm;

	take(t, lmb);
	take(t, lmb + 1);
	assert_int_equal(drc_unplug_request(t, "a", &dimm), DRC_OK);	/* two go at once */
	assert_int_equal(drc_unisolate(t, lmb), RTAS_OUT_SUCCESS);	/* the guest keeps its two */
	drc_unplug_request(t, "a", &dimm);
	assert_int_equal(t->plugged_bytes, SZ_1G);
	assert_int_equal(t->drcs[lmb].dimm, dimm);
	assert_int_equal(t->drcs[lmb + 2].dimm, DIMM_NONE);
}

/* If this fails, DIMMs at boot have to be taken once more, or cannot be unplugged. */
static void test_coldplugged(void **state)
{
	struct drc_table *t = *state;
	struct dimm_spec spec = { .id = "boot", .size_bytes = SZ_256M };
	struct drmem_lmb_info lmbs;
	enum rtas_rc rc;
	uint32_t dimm;

	assert_int_equal(drc_plug(t, &spec, true, &dimm), DRC_OK);
	assert_int_equal(drc_entity_sense(t, FIRST, &rc), DRC_SENSE_PRESENT);
	assert_int_equal(t->drcs[FIRST].state, DRC_CONFIGURED);
	assert_true(drmem_init(&lmbs, t));
	assert_true(lmb_is_removable(&lmbs.lmbs[FIRST]));
	assert_false(lmb_is_removable(&lmbs.lmbs[FIRST - 1]));	/* boot memory */
	assert_false(lmb_is_removable(&lmbs.lmbs[FIRST + 1]));	/* not there */
	drmem_fini(&lmbs);
	assert_int_equal(drc_unplug_request(t, "boot", &dimm), DRC_OK);
	give_back(t, FIRST);
	assert_int_equal(t->plugged_bytes, 0);
}

/* If this fails, memory that a partition gave back is lost, or its boot memory cannot go. */
static void test_powervm(void **state)
{
	struct drmem_lmb_info lmbs;
	struct drc_table t;
	enum rtas_rc rc;

	assert_int_equal(drc_table_init(&t, &guest, &powervm), DRC_OK);
	assert_int_equal(t.first, 2);		/* above the real mode area of 512 MiB */
	assert_int_equal(t.lmb_count, 32);	/* no gap above boot memory */
	assert_true(drmem_init(&lmbs, &t));
	assert_false(lmb_is_removable(&lmbs.lmbs[1]));
	assert_true(lmb_is_removable(&lmbs.lmbs[2]));
	assert_true(lmb_is_removable(&lmbs.lmbs[11]));
	assert_false(lmb_is_removable(&lmbs.lmbs[12]));
	drmem_fini(&lmbs);
	for (int again = 0; again < 2; again++) {
		give_back(&t, 5);
		assert_int_equal(drc_entity_sense(&t, 5, &rc), DRC_SENSE_UNUSABLE);
		take(&t, 5);
	}
	take(&t, 31);
	give_back(&t, 3);
	drc_reset(&t);
	assert_int_equal(t.drcs[31].state, DRC_CONFIGURED);
	assert_int_equal(t.drcs[3].state, DRC_UNUSABLE);
	drc_table_fini(&t);
}

/* If this fails, a DIMM is not where it was told to be, or over another one. */
static void test_address(void **state)
{
	struct drc_table *t = *state;
	struct dimm_spec spec = { .id = "a", .size_bytes = SZ_1G, .address_bytes = 5 * SZ_1G };
	uint32_t dimm;

	assert_int_equal(drc_plug(t, &spec, false, &dimm), DRC_OK);
	assert_int_equal(base_of(t, dimm), 20);
	assert_int_equal(base_of(t, plug_ok(t, "b", 2 * SZ_1G)), FIRST);	/* the gap before it */
	assert_int_equal(base_of(t, plug_ok(t, "c", SZ_1G)), 24);
	spec = (struct dimm_spec){ .id = "d", .size_bytes = SZ_256M, .address_bytes = 23 * SZ_256M };
	assert_int_equal(drc_plug(t, &spec, false, &dimm), DRC_ENOSPACE);	/* the last LMB of a */
	spec.address_bytes = 11 * SZ_256M;
	assert_int_equal(drc_plug(t, &spec, false, &dimm), DRC_ENOSPACE);	/* boot memory */
	spec.address_bytes = 32 * SZ_256M;
	assert_int_equal(drc_plug(t, &spec, false, &dimm), DRC_ENOSPACE);	/* behind the last one */
	spec.address_bytes = 31 * SZ_256M;
	assert_int_equal(drc_plug(t, &spec, false, &dimm), DRC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_layout, setup, teardown),
		cmocka_unit_test_setup_teardown(test_acquire_and_release, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_connector, setup, teardown),
		cmocka_unit_test_setup_teardown(test_isolate_needs_unplug, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unplug, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unplug_of_never_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_usable_while_unplugging, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rollback, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_gap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gap_while_unplugging, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unplug_after_partial_rollback, setup, teardown),
		cmocka_unit_test_setup_teardown(test_coldplugged, setup, teardown),
		cmocka_unit_test(test_powervm),
		cmocka_unit_test_setup_teardown(test_address, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
