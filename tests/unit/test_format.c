// SPDX-License-Identifier: GPL-2.0-or-later
/* Do numbers for people say what they are? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/format.h"

/* If this fails, a table left behind is said to be larger or smaller than it is. */
static void test_orders(void **state)
{
	static const struct {
		int64_t orders;
		const char *times;
	} cases[] = {
		{ -1, "1" }, { 0, "1" }, { 1, "2" }, { 2, "4" }, { 3, "8" }, { 4, "16" }, { 10, "1,024" },
		{ 28, "268,435,456" }, { 63, "9,223,372,036,854,775,808" }, { 64, "9,223,372,036,854,775,808" },
	};
	char text[FORMAT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(format_orders(text, cases[i].orders), cases[i].times);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_orders) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
