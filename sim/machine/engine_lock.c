/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <stdio.h>

#include "sim/machine/engine_internal.h"

/* First come, first served: the queue of a mutex or of a rwsem. */
static void enqueue(struct task **first, struct task **last, struct task *t)
{
	t->next_waiter = NULL;
	if (*last)
		(*last)->next_waiter = t;
	else
		*first = t;
	*last = t;
}

static struct task *dequeue(struct task **first, struct task **last)
{
	struct task *t = *first;

	*first = t->next_waiter;
	if (!*first)
		*last = NULL;
	return t;
}

bool engine_mutex_trylock(struct engine *e, struct engine_mutex *m)
{
	if (m->owner)
		return false;
	m->owner = e->current;
	return true;
}

void engine_mutex_lock(struct engine *e, struct engine_mutex *m)
{
	struct task *t = e->current;

	if (engine_mutex_trylock(e, m))
		return;
	t->waits_mutex = m;
	enqueue(&m->first_waiter, &m->last_waiter, t);
	engine_block(e);	/* whoever unlocks hands it over */
	t->waits_mutex = NULL;
}

void engine_mutex_unlock(struct engine *e, struct engine_mutex *m)
{
	assert(m->owner == e->current);
	m->owner = m->first_waiter;
	if (m->owner)
		engine_wake(e, dequeue(&m->first_waiter, &m->last_waiter));
}

bool engine_mutex_held(const struct engine *e, const struct engine_mutex *m)
{
	return e->current && m->owner == e->current;
}

static bool reads(const struct engine_rwsem *s, const struct task *t)
{
	for (unsigned i = 0; i < s->reader_count; i++)
		if (s->readers[i] == t)
			return true;
	return false;
}

bool engine_rwsem_held(const struct engine *e, const struct engine_rwsem *s)
{
	return e->current && (s->writer == e->current || reads(s, e->current));
}

static void add_reader(struct engine *e, struct engine_rwsem *s, struct task *t)
{
	if (s->reader_count == ENGINE_RWSEM_READERS)
		engine_fail(e);
	else
		s->readers[s->reader_count++] = t;
}

static void wait_for(struct engine *e, struct engine_rwsem *s, bool to_write)
{
	struct task *t = e->current;

	t->waits_rwsem = s;
	t->waits_to_write = to_write;
	enqueue(&s->first_waiter, &s->last_waiter, t);
	engine_block(e);	/* whoever lets go hands it over */
	t->waits_rwsem = NULL;
}

/* Let in who is first: one writer, or all readers up to the next writer. */
static void hand_over(struct engine *e, struct engine_rwsem *s)
{
	while (s->first_waiter && !s->writer) {
		struct task *t = s->first_waiter;

		if (t->waits_to_write && s->reader_count)
			return;
		dequeue(&s->first_waiter, &s->last_waiter);
		if (t->waits_to_write)
			s->writer = t;
		else
			add_reader(e, s, t);
		engine_wake(e, t);
	}
}

void engine_down_read(struct engine *e, struct engine_rwsem *s)
{
	if (reads(s, e->current) || (!s->writer && !s->first_waiter))
		add_reader(e, s, e->current);
	else
		wait_for(e, s, false);
}

void engine_up_read(struct engine *e, struct engine_rwsem *s)
{
	unsigned i = 0;

	while (i < s->reader_count && s->readers[i] != e->current)
		i++;
	assert(i < s->reader_count);
	s->readers[i] = s->readers[--s->reader_count];
	hand_over(e, s);
}

void engine_down_write(struct engine *e, struct engine_rwsem *s)
{
	if (!s->writer && !s->reader_count && !s->first_waiter)
		s->writer = e->current;
	else
		wait_for(e, s, true);
}

void engine_up_write(struct engine *e, struct engine_rwsem *s)
{
	assert(s->writer == e->current);
	s->writer = NULL;
	hand_over(e, s);
}

static const struct task *holder_of(const struct task *t)
{
	const struct engine_rwsem *s = t->waits_rwsem;

	if (t->waits_mutex)
		return t->waits_mutex->owner;
	return s->writer ? s->writer : s->reader_count ? s->readers[0] : NULL;
}

bool engine_deadlock(const struct engine *e, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const struct task *t = e->tasks; t; t = t->next) {
		const struct task *holder;
		int n;

		if (!t->waits_mutex && !t->waits_rwsem)
			continue;
		holder = holder_of(t);
		n = snprintf(text + used, size - used, "%s%s waits for %s held by %s", used ? "; " : "",
			     t->name, t->waits_mutex ? t->waits_mutex->name : t->waits_rwsem->name,
			     !holder ? "nobody" : holder == t ? "itself" : holder->name);
		used = n > 0 && (size_t)n < size - used ? used + (size_t)n : size - 1;
	}
	return used > 0;
}
