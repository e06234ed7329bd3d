/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual time: who runs when, and in which order. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/machine/engine.h"

/* What happened, as text: "name@time " each. */
struct journal {
	struct engine *engine;
	char text[4096];
	struct engine_mutex mutex;
	struct task *sleeper;
};

/* Something that happens in it. */
struct actor {
	struct journal *journal;
	const char *name;
	int64_t ns;
};

static void note(struct journal *j, const char *name)
{
	size_t length = strlen(j->text);

	snprintf(j->text + length, sizeof(j->text) - length, "%s@%" PRId64 " ", name,
		 engine_now(j->engine));
}

static int setup(void **state)
{
	struct journal *j = calloc(1, sizeof(*j));

	assert_non_null(j);
	j->engine = engine_new();
	assert_non_null(j->engine);
	*state = j;
	return 0;
}

static int teardown(void **state)
{
	struct journal *j = *state;

	assert_false(engine_failed(j->engine));
	engine_free(j->engine);
	free(j);
	return 0;
}

static void event(void *arg)
{
	const struct actor *a = arg;

	assert_null(engine_current(a->journal->engine));
	note(a->journal, a->name);
}

/* If this fails, results depend on how the queue happens to be laid out. */
static void test_total_order(void **state)
{
	struct journal *j = *state;
	struct actor actors[] = {
		{ j, "a", 30 }, { j, "b", 10 }, { j, "c", 10 }, { j, "d", 30 }, { j, "e", 0 },
		{ j, "f", 10 }, { j, "g", 20 }, { j, "h", 10 }, { j, "i", 30 }, { j, "j", 0 },
	};

	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++)
		engine_at(j->engine, actors[i].ns, i % 2 ? TASK_GUEST : TASK_HOST, event, &actors[i]);
	engine_run(j->engine);
	assert_string_equal(j->text, "e@0 j@0 b@10 c@10 f@10 h@10 g@20 a@30 d@30 i@30 ");
	assert_int_equal(engine_event_count(j->engine), 10);
}

static void late_event(void *arg)
{
	struct actor *a = arg;

	note(a->journal, a->name);
	/* in the past: now, after what is there already */
	engine_at(a->journal->engine, 1, TASK_HOST, event, a + 1);
}

/* If this fails, time goes backwards. */
static void test_past_is_now(void **state)
{
	struct journal *j = *state;
	struct actor actors[] = { { j, "first", 50 }, { j, "past", 0 }, { j, "same", 50 } };

	engine_at(j->engine, 50, TASK_HOST, late_event, &actors[0]);
	engine_at(j->engine, 50, TASK_HOST, event, &actors[2]);
	engine_run(j->engine);
	assert_string_equal(j->text, "first@50 same@50 past@50 ");
}

static void sleep_twice(void *arg)
{
	const struct actor *a = arg;
	struct engine *e = a->journal->engine;

	note(a->journal, a->name);
	engine_sleep(e, a->ns);
	note(a->journal, a->name);
	engine_sleep(e, a->ns);
	note(a->journal, a->name);
}

/* If this fails, a task that waits alone and one that waits among others differ. */
static void test_sleep(void **state)
{
	struct journal *j = *state;
	struct actor a = { j, "a", 100 }, b = { j, "b", 60 }, ev = { j, "ev", 100 };

	engine_spawn(j->engine, a.name, TASK_GUEST, sleep_twice, &a);
	engine_spawn(j->engine, b.name, TASK_HOST, sleep_twice, &b);
	engine_at(j->engine, ev.ns, TASK_HOST, event, &ev);
	engine_run(j->engine);
	/* the event of that instant was scheduled before a went to sleep */
	assert_string_equal(j->text, "a@0 b@0 b@60 ev@100 a@100 b@120 a@200 ");
	assert_int_equal(engine_now(j->engine), 200);
}

static void sleep_nothing(void *arg)
{
	const struct actor *a = arg;

	for (int i = 0; i < 3; i++) {
		note(a->journal, a->name);
		engine_sleep(a->journal->engine, 0);
	}
}

/* If this fails, a wait of no time lets nobody else run, or passes time. */
static void test_sleep_zero(void **state)
{
	struct journal *j = *state;
	struct actor a = { j, "a", 0 }, b = { j, "b", 0 };

	engine_spawn(j->engine, a.name, TASK_GUEST, sleep_nothing, &a);
	engine_spawn(j->engine, b.name, TASK_GUEST, sleep_nothing, &b);
	engine_run(j->engine);
	assert_string_equal(j->text, "a@0 b@0 a@0 b@0 a@0 b@0 ");
}

static void block_once(void *arg)
{
	const struct actor *a = arg;
	struct journal *j = a->journal;

	j->sleeper = engine_current(j->engine);
	assert_string_equal(task_name(j->sleeper), a->name);
	note(j, a->name);
	engine_block(j->engine);
	note(j, a->name);
}

static void wake_later(void *arg)
{
	const struct actor *a = arg;
	struct journal *j = a->journal;

	engine_sleep(j->engine, a->ns);
	note(j, a->name);
	engine_wake(j->engine, j->sleeper);
	note(j, a->name);	/* goes on first: waking does not give way */
	engine_sleep(j->engine, 5);
	note(j, a->name);
}

/* If this fails, the hotplug worker starts too early, too late, or never. */
static void test_block_and_wake(void **state)
{
	struct journal *j = *state;
	struct actor a = { j, "sleeper", 0 }, b = { j, "waker", 40 };

	engine_spawn(j->engine, a.name, TASK_GUEST, block_once, &a);
	engine_spawn(j->engine, b.name, TASK_GUEST, wake_later, &b);
	engine_run(j->engine);
	assert_string_equal(j->text, "sleeper@0 waker@40 waker@40 sleeper@40 waker@45 ");
}

static void hold_mutex(void *arg)
{
	const struct actor *a = arg;
	struct journal *j = a->journal;

	engine_mutex_lock(j->engine, &j->mutex);
	note(j, a->name);
	engine_sleep(j->engine, a->ns);
	engine_mutex_unlock(j->engine, &j->mutex);
}

static void try_mutex(void *arg)
{
	const struct actor *a = arg;
	struct journal *j = a->journal;

	engine_sleep(j->engine, a->ns);
	note(j, engine_mutex_trylock(j->engine, &j->mutex) ? "got" : "busy");
	if (j->mutex.owner == engine_current(j->engine))
		engine_mutex_unlock(j->engine, &j->mutex);
}

/*
 * If this fails, a later waiter overtakes an earlier one, or trylock gets a mutex
 * that is on its way to a waiter.
 */
static void test_mutex(void **state)
{
	struct journal *j = *state;
	struct actor a = { j, "a", 10 }, b = { j, "b", 10 }, c = { j, "c", 10 }, d = { j, "d", 10 };
	struct actor early = { j, "early", 10 }, late = { j, "late", 40 };

	engine_spawn(j->engine, early.name, TASK_GUEST, try_mutex, &early);
	engine_spawn(j->engine, a.name, TASK_GUEST, hold_mutex, &a);
	engine_spawn(j->engine, b.name, TASK_GUEST, hold_mutex, &b);
	engine_spawn(j->engine, c.name, TASK_HOST, hold_mutex, &c);
	engine_spawn(j->engine, d.name, TASK_GUEST, hold_mutex, &d);
	engine_spawn(j->engine, late.name, TASK_GUEST, try_mutex, &late);
	engine_run(j->engine);
	assert_string_equal(j->text, "a@0 busy@10 b@10 c@20 d@30 busy@40 ");
	assert_null(j->mutex.owner);
}

static void stop_machine(void *arg)
{
	const struct actor *a = arg;
	struct journal *j = a->journal;

	engine_sleep(j->engine, 10);
	engine_stop_machine(j->engine);
	note(j, "stop");
	engine_sleep(j->engine, 50);
	engine_sleep(j->engine, 50);
	engine_start_machine(j->engine);
	note(j, "start");
	engine_sleep(j->engine, 15);
	note(j, "after");
}

/*
 * If this fails, a guest CPU runs while all of them spin in stop_machine(), or
 * the hypervisor's prepare worker stands still with them.
 */
static void test_stop_machine(void **state)
{
	struct journal *j = *state;
	struct actor s = { j, "s", 0 };
	struct actor guests[] = {
		{ j, "g5", 5 }, { j, "g90", 90 }, { j, "g60", 60 }, { j, "g60too", 60 },
		{ j, "g110", 110 }, { j, "g120", 120 }, { j, "g130", 130 },
	};
	struct actor hosts[] = { { j, "h60", 60 }, { j, "h120", 120 } };

	for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++)
		engine_at(j->engine, guests[i].ns, TASK_GUEST, event, &guests[i]);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		engine_at(j->engine, hosts[i].ns, TASK_HOST, event, &hosts[i]);
	engine_spawn(j->engine, s.name, TASK_GUEST, stop_machine, &s);
	engine_run(j->engine);
	assert_string_equal(j->text,
		"g5@5 stop@10 h60@60 start@110 g60@110 g60too@110 g90@110 g110@110 "
		"g120@120 h120@120 after@125 g130@130 ");
}

/* If this fails, a task with a sleep that ends during stop_machine() runs in it. */
static void test_stop_machine_tasks(void **state)
{
	struct journal *j = *state;
	struct actor s = { j, "s", 0 }, g = { j, "guest", 40 }, h = { j, "host", 40 };

	engine_spawn(j->engine, s.name, TASK_GUEST, stop_machine, &s);
	engine_spawn(j->engine, g.name, TASK_GUEST, sleep_twice, &g);
	engine_spawn(j->engine, h.name, TASK_HOST, sleep_twice, &h);
	engine_run(j->engine);
	assert_string_equal(j->text, "guest@0 host@0 stop@10 host@40 host@80 start@110 guest@110 "
			    "after@125 guest@150 ");
}

static void stop_engine(void *arg)
{
	const struct actor *a = arg;

	engine_stop(a->journal->engine);
	note(a->journal, a->name);
	engine_sleep(a->journal->engine, 1);
	note(a->journal, "never");
}

/* If this fails, a run that cannot go on does, or its tasks leak (AddressSanitizer says so). */
static void test_stop(void **state)
{
	struct journal *j = *state;
	struct actor a = { j, "stopper", 0 }, b = { j, "b", 1 }, c = { j, "blocked", 0 };

	engine_spawn(j->engine, c.name, TASK_GUEST, block_once, &c);
	engine_spawn(j->engine, a.name, TASK_GUEST, stop_engine, &a);
	engine_spawn(j->engine, b.name, TASK_GUEST, sleep_twice, &b);
	engine_run(j->engine);
	assert_string_equal(j->text, "blocked@0 stopper@0 ");
}

static void set_data(void *arg)
{
	struct actor *a = arg;
	struct engine *e = a->journal->engine;

	assert_null(task_data(engine_current(e)));
	task_set_data(engine_current(e), a);
	engine_sleep(e, a->ns);
	assert_ptr_equal(task_data(engine_current(e)), a);
}

/* If this fails, the time of a request is booked to another one. */
static void test_task_data(void **state)
{
	struct journal *j = *state;
	struct actor a = { j, "a", 10 }, b = { j, "b", 5 };

	engine_spawn(j->engine, a.name, TASK_GUEST, set_data, &a);
	engine_spawn(j->engine, b.name, TASK_GUEST, set_data, &b);
	engine_run(j->engine);
	assert_int_equal(engine_now(j->engine), 10);
}

#define MANY		500u
#define MANY_STEPS	40u

/* Tasks that do something different each time, and a fingerprint of the order. */
struct crowd {
	struct engine *engine;
	struct engine_mutex mutex;
	uint64_t fingerprint;
	unsigned ended;
};

struct member {
	struct crowd *crowd;
	uint64_t rng;
};

static void jostle(void *arg)
{
	struct member *m = arg;
	struct crowd *c = m->crowd;

	for (unsigned i = 0; i < MANY_STEPS; i++) {
		m->rng = m->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		c->fingerprint = (c->fingerprint ^ (m->rng >> 20)) * UINT64_C(0x100000001b3) +
				 (uint64_t)engine_now(c->engine);
		if (m->rng >> 62 == 0) {
			engine_mutex_lock(c->engine, &c->mutex);
			engine_sleep(c->engine, (int64_t)(m->rng >> 58));
			engine_mutex_unlock(c->engine, &c->mutex);
		} else {
			engine_sleep(c->engine, (int64_t)(m->rng >> 57));
		}
	}
	c->ended++;
}

static uint64_t run_crowd(int64_t *end_ns)
{
	struct crowd c = { .engine = engine_new() };
	struct member *members = calloc(MANY, sizeof(*members));

	assert_non_null(c.engine);
	assert_non_null(members);
	for (unsigned i = 0; i < MANY; i++) {
		members[i] = (struct member){ .crowd = &c, .rng = i };
		assert_non_null(engine_spawn(c.engine, "member", i % 3 ? TASK_GUEST : TASK_HOST,
					     jostle, &members[i]));
	}
	engine_run(c.engine);
	assert_int_equal(c.ended, MANY);
	assert_null(c.mutex.owner);
	*end_ns = engine_now(c.engine);
	engine_free(c.engine);
	free(members);
	return c.fingerprint;
}

/* If this fails, two runs of the same scenario differ, or tasks get lost among many. */
static void test_many_tasks_twice(void **state)
{
	int64_t first_ns, second_ns;
	uint64_t first = run_crowd(&first_ns), second = run_crowd(&second_ns);

	assert_true(first == second);
	assert_true(first_ns == second_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_total_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_past_is_now, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sleep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sleep_zero, setup, teardown),
		cmocka_unit_test_setup_teardown(test_block_and_wake, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mutex, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop_machine_tasks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_task_data, setup, teardown),
		cmocka_unit_test(test_many_tasks_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
