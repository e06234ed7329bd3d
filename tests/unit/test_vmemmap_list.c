/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmemmap_list against the list itself, newest page first, walked as the kernel walks it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sim/guest/vmemmap_list.h"

#define GROUPS		13u
#define PAGES_OF_GROUP	5u
#define STEPS		20000

struct page {
	uint64_t group, number;
};

/* The newest last. */
struct pages {
	struct page page[GROUPS * PAGES_OF_GROUP];
	size_t count;
	uint64_t first[GROUPS], end[GROUPS];	/* numbers of those that are there */
};

static uint64_t next_random(uint64_t *x)
{
	*x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *x >> 33;
}

static uint64_t walk_and_free(struct pages *p, uint64_t group, uint64_t number)
{
	uint64_t passed = 1;
	size_t i = p->count - 1;

	while (p->page[i].group != group || p->page[i].number != number) {
		assert_true(i);
		i--;
		passed++;
	}
	for (p->count--; i < p->count; i++)
		p->page[i] = p->page[i + 1];
	return passed;
}

/* Else: a removal costs what another place in the list would, or places run out when LMBs come and go. */
static void test_walks(void **state)
{
	static struct pages p;
	struct vmemmap_list list = { 0 };
	uint64_t x = 7;

	assert_true(vmemmap_list_init(&list, GROUPS));
	for (int step = 0; step < STEPS; step++) {
		uint64_t group = next_random(&x) % GROUPS, n, passed = 0;

		if (p.first[group] == p.end[group]) {
			n = 1 + next_random(&x) % PAGES_OF_GROUP;
			p.first[group] = 0;
			p.end[group] = n;
			for (uint64_t i = 0; i < n; i++)
				p.page[p.count++] = (struct page){ group, i };
			vmemmap_list_populate(&list, group, n);
		} else {
			n = 1 + next_random(&x) % (p.end[group] - p.first[group]);
			for (uint64_t i = 0; i < n; i++)
				passed += walk_and_free(&p, group, p.first[group]++);
			assert_int_equal(vmemmap_list_free(&list, group, n), passed);
		}
		assert_int_equal(list.total, p.count);
	}
	vmemmap_list_fini(&list);
}

/* Else: what was never populated is walked for, or counted below zero. */
static void test_nothing_there(void **state)
{
	struct vmemmap_list list = { 0 };

	assert_true(vmemmap_list_init(&list, 2));
	assert_int_equal(vmemmap_list_free(&list, 1, 4), 0);
	vmemmap_list_populate(&list, 0, 2);
	assert_int_equal(vmemmap_list_free(&list, 0, 4), 2 + 1);
	assert_int_equal(list.total, 0);
	vmemmap_list_fini(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_nothing_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
