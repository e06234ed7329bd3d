/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <stdlib.h>

#include "sim/machine/engine_internal.h"

struct engine *engine_new(void)
{
	return calloc(1, sizeof(struct engine));
}

static void task_free(struct task *t)
{
	coro_free(t->coro);
	free(t);
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	while (e->tasks) {
		struct task *t = e->tasks;

		e->tasks = t->next;
		task_free(t);
	}
	event_wheel_free(&e->pending);
	event_wheel_free(&e->deferred);
	free(e);
}

int64_t engine_now(const struct engine *e)
{
	return e->now_ns;
}

uint64_t engine_event_count(const struct engine *e)
{
	return e->event_count;
}

bool engine_failed(const struct engine *e)
{
	return e->failed;
}

struct task *engine_current(const struct engine *e)
{
	return e->current;
}

const char *task_name(const struct task *t)
{
	return t->name;
}

void task_set_data(struct task *t, void *data)
{
	t->data = data;
}

void *task_data(const struct task *t)
{
	return t->data;
}

/* Apart, so that engine_at() is a few instructions. */
static void at_far(struct engine *e, int64_t when_ns, bool guest, void (*fn)(void *arg),
		   void *arg)
{
	if (!event_wheel_push_far(&e->pending, when_ns, guest, fn, arg))
		engine_fail(e);
}

void engine_at(struct engine *e, int64_t when_ns, enum task_domain domain,
	       void (*fn)(void *arg), void *arg)
{
	if (when_ns < e->now_ns)
		when_ns = e->now_ns;
	if (!event_wheel_push_near(&e->pending, when_ns, domain == TASK_GUEST, fn, arg))
		at_far(e, when_ns, domain == TASK_GUEST, fn, arg);
}

static void task_end(struct task *t)
{
	struct engine *e = t->engine;
	struct task **p = &e->tasks;

	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	task_free(t);
}

static void task_resume(void *arg)
{
	struct task *t = arg;
	struct engine *e = t->engine;

	e->current = t;
	coro_enter(t->coro);
	e->current = NULL;
	if (coro_ended(t->coro))
		task_end(t);
}

struct task *engine_spawn(struct engine *e, const char *name, enum task_domain domain,
			  void (*fn)(void *arg), void *arg)
{
	struct task *t = calloc(1, sizeof(*t));

	if (!t) {
		engine_fail(e);
		return NULL;
	}
	t->engine = e;
	t->name = name;
	t->domain = domain;
	t->coro = coro_new(fn, arg);
	if (!t->coro) {
		task_free(t);
		engine_fail(e);
		return NULL;
	}
	t->next = e->tasks;
	e->tasks = t;
	engine_at(e, e->now_ns, domain, task_resume, t);
	return t;
}

/* A guest's event while the machine stands still waits until it goes on; the stopper's own does not. */
static bool defer(struct engine *e, const struct wheel_event *ev)
{
	if (ev->arg == e->stopper)
		return false;
	if (!event_wheel_push(&e->deferred, ev->when_ns, true, ev->fn, ev->arg))
		engine_fail(e);
	return true;
}

void engine_run(struct engine *e)
{
	while (!event_wheel_empty(&e->pending) && !e->stopping) {
		const struct wheel_event *ev = event_wheel_pop(&e->pending);

		if (e->stopper && ev->guest && defer(e, ev))
			continue;
		assert(ev->when_ns >= e->now_ns);
		e->now_ns = ev->when_ns;
		e->event_count++;
		ev->fn(ev->arg);
	}
}

void engine_stop(struct engine *e)
{
	e->stopping = true;
}

void engine_sleep(struct engine *e, int64_t ns)
{
	struct task *t = e->current;
	int64_t when = e->now_ns + ns;

	assert(t && ns >= 0);
	/* an event of the same instant was scheduled before: it goes first */
	if ((event_wheel_empty(&e->pending) || event_wheel_first_ns(&e->pending) > when) && !e->stopping) {
		e->now_ns = when;
		e->event_count++;
		return;
	}
	engine_at(e, when, t->domain, task_resume, t);
	coro_leave(t->coro);
}

void engine_block(struct engine *e)
{
	coro_leave(e->current->coro);
}

void engine_wake(struct engine *e, struct task *t)
{
	engine_at(e, e->now_ns, t->domain, task_resume, t);
}

void engine_stop_machine(struct engine *e)
{
	assert(!e->stopper);
	e->stopper = e->current;
}

void engine_start_machine(struct engine *e)
{
	assert(e->stopper == e->current);
	e->stopper = NULL;
	while (!event_wheel_empty(&e->deferred)) {
		const struct wheel_event *ev = event_wheel_pop(&e->deferred);

		if (!event_wheel_push(&e->pending, e->now_ns, true, ev->fn, ev->arg))
			engine_fail(e);
	}
}
