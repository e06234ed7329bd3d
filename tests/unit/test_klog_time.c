// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the time in front of a message read as what it is? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "log/internal.h"

#define S	INT64_C(1000000)
#define DAY	(86400 * S)

static int64_t time_of(const char *prefix, enum klog_clock want)
{
	int64_t us;

	assert_int_equal(klog_prefix_time((struct span){ prefix, prefix + strlen(prefix) }, &us), want);
	return us;
}

/* If this fails, what took a millisecond is said to have taken another time. */
static void test_fractions(void **state)
{
	static const struct {
		const char *prefix;
		int64_t us;
	} cases[] = {
		{ "[    1.750076] ", 1750076 }, { "[    0.000001] ", 1 }, { "[12345.123456] ", 12345 * S + 123456 },
		{ "[    2.5] ", 2500000 }, { "[    2.25] ", 2250000 }, { "[    2.125] ", 2125000 },
		{ "[    1.750076 <    0.000012>] ", 1750076 }, { "[    1.123456789] ", 1123456 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(time_of(cases[i].prefix, KLOG_CLOCK_BOOT), cases[i].us);
}

/* If this fails, a request over midnight or a month's end took days, or less than nothing. */
static void test_dates(void **state)
{
	static const struct {
		const char *from, *to;
		int64_t us;
	} cases[] = {
		{ "2026-11-23T17:00:01 host kernel: ", "2026-11-23T17:00:02.5 host kernel: ", 1500000 },
		{ "2026-01-31T23:59:59 ", "2026-02-01T00:00:00 ", S },
		{ "2026-02-28T23:59:59 ", "2026-03-01T00:00:00 ", S },
		{ "2024-02-28T23:59:59 ", "2024-02-29T00:00:00 ", S },
		{ "2024-02-29T23:59:59 ", "2024-03-01T00:00:00 ", S },
		{ "2026-12-31T23:59:59 ", "2027-01-01T00:00:00 ", S },
		{ "2026-01-01T00:00:00 ", "2027-01-01T00:00:00 ", 365 * DAY },
		{ "2024-01-01T00:00:00 ", "2025-01-01T00:00:00 ", 366 * DAY },
		{ "Jan 31 23:59:59 ", "Feb  1 00:00:00 ", S },
		{ "Feb 28 23:59:59 ", "Feb 29 00:00:00 ", S },
		{ "1795402701.123456 ", "1795402702.5 ", 1376544 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(time_of(cases[i].to, KLOG_CLOCK_WALL) - time_of(cases[i].from, KLOG_CLOCK_WALL), cases[i].us);
}

/* If this fails, a number in a message is taken for its time. */
static void test_none(void **state)
{
	static const char *const cases[] = { "", "pseries-hotplug-mem: ", "[drm] ", "<6>", "2026-13-01T00:00:00 ", "25:00:00 " };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(time_of(cases[i], KLOG_CLOCK_NONE), KLOG_NO_TIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fractions), cmocka_unit_test(test_dates), cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
