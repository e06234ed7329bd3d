/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queue of pending events against a list that is searched. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sim/machine/event_wheel.h"

#define SEQUENCES	300
#define STEPS		2000
#define PENDING_MAX	3000u

struct pending {
	int64_t when_ns;
	uintptr_t id;		/* ascending: the order of pushing */
};

struct list {
	struct pending events[PENDING_MAX];
	size_t count;
};

static uint64_t next_random(uint64_t *x)
{
	*x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *x >> 33;
}

static size_t earliest(const struct list *l)
{
	size_t best = 0;

	for (size_t i = 1; i < l->count; i++) {
		const struct pending *a = &l->events[i], *b = &l->events[best];

		if (a->when_ns < b->when_ns || (a->when_ns == b->when_ns && a->id < b->id))
			best = i;
	}
	return best;
}

static void pop_and_compare(struct event_wheel *w, struct list *l, int64_t *now)
{
	size_t best = earliest(l);
	const struct wheel_event *ev;

	assert_int_equal(event_wheel_first_ns(w), l->events[best].when_ns);
	ev = event_wheel_pop(w);
	assert_int_equal(ev->when_ns, l->events[best].when_ns);
	assert_int_equal((uintptr_t)ev->arg, l->events[best].id);
	*now = l->events[best].when_ns;
	l->events[best] = l->events[--l->count];
}

/* Else: two events of one instant may change places, or one is lost among many. */
static void test_order(void **state)
{
	static struct list l;
	uint64_t x = 1;

	for (unsigned sequence = 0; sequence < SEQUENCES; sequence++) {
		struct event_wheel w = { 0 };
		int64_t now = next_random(&x) % 3 ? 0 : (int64_t)(next_random(&x) << 20);
		size_t most = 1 + next_random(&x) % (sequence % 10 ? 40 : PENDING_MAX);
		uint64_t span = UINT64_C(1) << (next_random(&x) % 30);
		uintptr_t id = 0;

		l.count = 0;
		for (unsigned i = 0; i < STEPS; i++) {
			bool fills = i / 300 % 2 == 0;
			bool push = l.count < most &&
				    (l.count == 0 || next_random(&x) % 10 < (fills ? 8u : 3u));

			if (push) {
				bool same_time = next_random(&x) % 4 == 0;
				int64_t delay = same_time ? 0 : (int64_t)(next_random(&x) % span);

				l.events[l.count++] = (struct pending){ now + delay, ++id };
				assert_true(event_wheel_push(&w, now + delay, false, NULL,
							     (void *)id));
			} else {
				pop_and_compare(&w, &l, &now);
			}
			assert_int_equal(event_wheel_empty(&w), l.count == 0);
		}
		event_wheel_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
