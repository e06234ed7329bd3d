/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_ENGINE_INTERNAL_H
#define HPTSIM_ENGINE_INTERNAL_H
/* What engine.c and engine_lock.c share. */
#include "sim/machine/coro.h"
#include "sim/machine/engine.h"
#include "sim/machine/event_wheel.h"

struct task {
	struct engine *engine;
	const char *name;
	enum task_domain domain;
	struct coro *coro;
	void *data;
	struct task *next_waiter;	/* in a lock's queue */
	struct engine_mutex *waits_mutex;	/* what it waits for, if anything */
	struct engine_rwsem *waits_rwsem;
	bool waits_to_write;
	struct task *next;		/* in the engine's list */
};

struct engine {
	struct event_wheel pending;
	struct event_wheel deferred;	/* guest events while the machine stands still */
	int64_t now_ns;
	uint64_t event_count;
	struct task *current;
	struct task *tasks;
	struct task *stopper;		/* who called engine_stop_machine() */
	bool failed;
	bool stopping;			/* engine_stop(), or it has failed */
};

static inline void engine_fail(struct engine *e)
{
	e->failed = e->stopping = true;
}

#endif
