/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_ENGINE_H
#define HPTSIM_ENGINE_H
/*
 * Virtual time: a clock, a queue of events in a total order (time, then the
 * order in which they were scheduled), and tasks that read as straight-line
 * code. A task that waits gives way to whatever happens before it goes on; a
 * wait that nothing can interrupt only moves the clock.
 *
 * Tasks are stackful coroutines on one thread: exactly one runs at a time, and
 * it gives way only inside the calls below marked "waits".
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct engine;
struct task;

enum task_domain {
	TASK_GUEST,	/* stands still during the guest's stop_machine() */
	TASK_HOST,	/* the hypervisor: goes on */
};

/* Returns NULL when out of memory. */
struct engine *engine_new(void);

/* Tasks that have not ended are dropped where they wait. */
void engine_free(struct engine *e);

/* Virtual nanoseconds since engine_new(). */
int64_t engine_now(const struct engine *e);

/* Events dispatched so far; a task going on after a wait is one. */
uint64_t engine_event_count(const struct engine *e);

/* Out of memory happened inside the engine; engine_run() returned for it. */
bool engine_failed(const struct engine *e);

/**
 * engine_at - call fn(arg) at @when_ns (now, if that is past)
 */
void engine_at(struct engine *e, int64_t when_ns, enum task_domain domain,
	       void (*fn)(void *arg), void *arg);

/**
 * engine_spawn - start a task now, after what is scheduled for now already
 * @name: for messages; kept by reference
 */
struct task *engine_spawn(struct engine *e, const char *name, enum task_domain domain,
			  void (*fn)(void *arg), void *arg);

/* Dispatch events until there is none left or engine_stop() is called. */
void engine_run(struct engine *e);

/* Ends engine_run() at the next wait; for runs that cannot go on. */
void engine_stop(struct engine *e);

/* The task that runs; NULL in a plain event and outside engine_run(). */
struct task *engine_current(const struct engine *e);
const char *task_name(const struct task *t);

/* A pointer of the task's own, inherited by nobody. */
void task_set_data(struct task *t, void *data);
void *task_data(const struct task *t);

/* Waits @ns (0 or more) of virtual time. */
void engine_sleep(struct engine *e, int64_t ns);

/* Waits until engine_wake() is called for this task. */
void engine_block(struct engine *e);
/* Lets a blocked task go on now, after what is scheduled for now already. */
void engine_wake(struct engine *e, struct task *t);

/* A mutex; waiters get it in the order in which they came. */
struct engine_mutex {
	const char *name;
	struct task *owner;
	struct task *first_waiter, *last_waiter;
};

/* Waits until the mutex is free. */
void engine_mutex_lock(struct engine *e, struct engine_mutex *m);
bool engine_mutex_trylock(struct engine *e, struct engine_mutex *m);
void engine_mutex_unlock(struct engine *e, struct engine_mutex *m);

/* Does the running task hold it? */
bool engine_mutex_held(const struct engine *e, const struct engine_mutex *m);

/* Tasks that may hold a rwsem for reading at once. */
#define ENGINE_RWSEM_READERS 1280u

/* A read-write semaphore; waiters get it in the order in which they came. */
struct engine_rwsem {
	const char *name;
	struct task *writer;
	struct task *readers[ENGINE_RWSEM_READERS];	/* once for each time it is held */
	unsigned reader_count;
	struct task *first_waiter, *last_waiter;
};

/*
 * Wait until the semaphore is free for that use. A task that has it for reading
 * gets it for reading again at once. More than ENGINE_RWSEM_READERS: fails the
 * engine as when memory runs out.
 */
void engine_down_read(struct engine *e, struct engine_rwsem *s);
void engine_up_read(struct engine *e, struct engine_rwsem *s);
void engine_down_write(struct engine *e, struct engine_rwsem *s);
void engine_up_write(struct engine *e, struct engine_rwsem *s);

/* Does the running task hold it, for reading or writing? */
bool engine_rwsem_held(const struct engine *e, const struct engine_rwsem *s);

/**
 * engine_deadlock - who waits for whom, once engine_run() is over
 * @text: filled with one sentence; "" when no task waits for a lock
 *
 * Returns whether a task waits for a lock, which nobody will give it any more.
 */
bool engine_deadlock(const struct engine *e, char *text, size_t size);

/**
 * engine_stop_machine - the other guest tasks stand still until
 * engine_start_machine()
 *
 * What they had scheduled meanwhile happens when the machine goes on, in its
 * order. Does not wait itself and does not nest.
 */
void engine_stop_machine(struct engine *e);
void engine_start_machine(struct engine *e);

#endif
