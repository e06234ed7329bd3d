/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prices: integers that round once and never wrap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/machine/cost.h"

__extension__ typedef unsigned __int128 wide;

static int64_t exact(uint64_t units, int64_t ps)
{
	wide ns = (wide)units * (wide)ps / 1000;

	return ns > (wide)INT64_MAX ? INT64_MAX : (int64_t)ns;
}

static const uint64_t edges[] = {
	0, 1, 2, 7, 999, 1000, 1001, 1999, 999999, 1000000, UINT64_C(1) << 27, UINT64_C(1) << 42,
	(UINT64_C(1) << 42) - 1, UINT64_C(9223372036854775), UINT64_C(9223372036854776),
	INT64_MAX / 1000, INT64_MAX / 1000 + 1, INT64_MAX - 1, INT64_MAX,
	(uint64_t)INT64_MAX + 1, UINT64_MAX / 1000, UINT64_MAX - 1, UINT64_MAX,
};

/* Prices have a limit, see COST_KEYS. */
static const int64_t prices[] = {
	0, 1, 2, 3, 499, 500, 501, 999, 1000, 1001, 2300, 220000, 999999, 1000000, 999999937,
	INT64_C(1000000000), INT64_C(60000000000), INT64_C(60000000000000),
};

/* If this fails, a price wraps to a small or a negative time, or is rounded twice. */
static void test_edges(void **state)
{
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		for (size_t j = 0; j < sizeof(prices) / sizeof(prices[0]); j++)
			assert_true(cost_per_unit_ps(edges[i], prices[j]) ==
				    exact(edges[i], prices[j]));
}

/* If this fails, the split in thousands loses something between the edges. */
static void test_random(void **state)
{
	uint64_t x = 1;

	for (unsigned i = 0; i < 200000; i++) {
		uint64_t units, ps;

		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		units = x >> (x >> 58);
		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		ps = (x >> 24) % UINT64_C(1000000000);
		ps >>= x >> 59;
		if (cost_per_unit_ps(units, (int64_t)ps) != exact(units, (int64_t)ps))
			fail_msg("%llu units of %llu ps", (unsigned long long)units,
				 (unsigned long long)ps);
	}
}

/* If this fails, a profile's key is read into the field of another one. */
static void test_keys(void **state)
{
	struct cost_profile profile = { 0 };

	assert_int_equal(cost_key_count * sizeof(int64_t), sizeof(profile));
	for (size_t i = 0; i < cost_key_count; i++) {
		assert_int_equal(cost_keys[i].offset, i * sizeof(int64_t));
		assert_true(cost_keys[i].max > 0);
		assert_true(strlen(cost_keys[i].doc) > 0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(cost_keys[i].name, cost_keys[j].name);
	}
}

/* If this fails, a sleep takes longer on a busy host, a price does not, or a large one overflows. */
static void test_pace(void **state)
{
	struct cost_profile costs = {
		.h_enter_ns = 2479, .scan_ps_hpte = 3, .msleep_slack_ns = 7000000, .reboot_ns = 6, .refault_ns = INT64_MAX,
	}, out;

	cost_at_pace(&costs, 250, &out);
	assert_int_equal(out.h_enter_ns, 6197);
	assert_int_equal(out.scan_ps_hpte, 7);
	assert_int_equal(out.msleep_slack_ns, 7000000);
	assert_int_equal(out.reboot_ns, 6);
	assert_int_equal(out.refault_ns, INT64_MAX);
	for (size_t i = 0; i < cost_key_count; i++)
		cost_set(&costs, i, cost_keys[i].max);
	cost_at_pace(&costs, 100, &out);
	for (size_t i = 0; i < cost_key_count; i++)
		assert_int_equal(cost_get(&out, i), cost_keys[i].max);
	cost_at_pace(&costs, 10000, &out);
	assert_int_equal(out.request_ns, INT64_C(6000000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
