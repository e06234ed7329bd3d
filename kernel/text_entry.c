/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In and out of a kernel's text, and out of it when something is wrong. */
#include <execinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/text_internal.h"

void text_enter(struct text *t, struct entry *e, enum entry_kind kind)
{
	*e = (struct entry){ .t = t, .kind = kind };
	t->entry = e;
	guard_in(&e->landing);
}

void text_leave(struct text *t)
{
	guard_out();
	t->entry = NULL;
}

/* The first thing that goes wrong is what is told. */
__attribute__((format(printf, 3, 0)))
static void note_oops(struct text *t, const char *where, const char *format, va_list args)
{
	char *oops = t->g->oops;
	int length;

	if (*oops)
		return;
	length = *where ? snprintf(oops, SIM_MESSAGE_MAX, "%s: ", where) : 0;
	if (length > SIM_MESSAGE_MAX - 1)
		length = SIM_MESSAGE_MAX - 1;
	vsnprintf(oops + length, (size_t)(SIM_MESSAGE_MAX - length), format, args);
}

__attribute__((format(printf, 3, 4)))
static void note(struct text *t, const char *where, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note_oops(t, where, format, args);
	va_end(args);
}

void text_oops(struct text *t, const char *where, const char *format, ...)
{
	char here[SIM_MESSAGE_MAX / 2];
	va_list args;

	if (!where) {
		void *places[GUARD_PLACES_MAX];
		int count = backtrace(places, GUARD_PLACES_MAX);

		/* a return address is behind the call */
		for (int i = 0; i < count; i++)
			places[i] = (char *)places[i] - 1;
		where_is(t->so, t->path, (const void *const *)(void *)places, (size_t)count, here, sizeof(here));
	}
	va_start(args, format);
	note_oops(t, where ? where : here, format, args);
	va_end(args);
	guest_halt(t->g);
	/* booting: there is no task to be left where it is */
	siglongjmp(t->entry->landing, 1);
}

static void note_trap(struct text *t)
{
	const struct guard_trap *trap = guard_trap();
	char where[SIM_MESSAGE_MAX / 2];

	where_is(t->so, t->path, trap->places, trap->place_count, where, sizeof(where));
	switch (trap->signal) {
	case SIGVTALRM:
		note(t, where, "the kernel's text does not come back");
		break;
	case SIGFPE:
		note(t, where, "the kernel's text divides by 0");
		break;
	case SIGSEGV:
	case SIGBUS:
		note(t, where, "the kernel's text %s",
		     trap->is_null ? "follows a NULL pointer" : "follows a bad pointer, or recurses without end");
		break;
	default:
		note(t, where, "the kernel's text crashes (%s)", strsignal(trap->signal));
	}
}

void text_trapped(struct entry *e)
{
	if (!e->t->g->oops[0])
		note_trap(e->t);
	guest_halt(e->t->g);
}

struct entry *text_call_begin(struct text *t, bool progress)
{
	struct entry *e = t->entry;

	guard_out();
	if (progress) {
		t->idle_calls = t->idle_resizes = 0;
		if (++e->lmb_ops > (t->g->drmem_info.n_lmbs + 64) * TEXT_OPS_PER_LMB)
			text_oops(t, NULL, "the kernel's text works on LMBs without end");
	} else if (++t->idle_calls > TEXT_IDLE_CALLS) {
		text_oops(t, NULL, "the kernel's text waits without end");
	}
	return e;
}

void text_call_end(struct text *t, struct entry *e)
{
	t->entry = e;
	guard_in(&e->landing);
}

bool text_is_booting(const struct text *t)
{
	return !engine_current(t->g->engine);
}
