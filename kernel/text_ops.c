/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks, time, hypercalls and messages, as a kernel's text asks for them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/text_internal.h"
#include "sim/guest/resize_hpt.h"
#include "sim/units.h"

/* hvcall.h */
#define H_RESIZE_HPT_PREPARE	0x36c
#define H_RESIZE_HPT_COMMIT	0x370

/* --- hypervisor --- */

static long op_hcall(void *cookie, unsigned long opcode, unsigned long a, unsigned long b)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	long rc = H_FUNCTION;

	if (text_is_booting(t))
		;
	else if (opcode == H_RESIZE_HPT_PREPARE)
		rc = plpar_resize_hpt_prepare(t->g, a, b);
	else if (opcode == H_RESIZE_HPT_COMMIT)
		rc = plpar_resize_hpt_commit(t->g, a, b);
	text_call_end(t, e);
	return rc;
}

struct stop {
	struct text *t;
	struct entry *e;
	int (*fn)(void *data);
	void *data;
};

/* The text's function, with the machine stopped; it is what learns of the new order. */
static int run_stopped(void *data)
{
	struct stop *stop = data;
	struct text *t = stop->t;
	int rc;

	text_call_end(t, stop->e);
	rc = stop->fn(stop->data);
	text_call_begin(t, false);
	if (*t->k->ppc64_pft_size != t->g->ppc64_pft_size)
		guest_set_pft_size(t->g, (unsigned)*t->k->ppc64_pft_size);
	return rc;
}

static int op_stop_machine(void *cookie, int cpuslocked, int (*fn)(void *data), void *data)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	struct stop stop = { .t = t, .e = e, .fn = fn, .data = data };
	int rc = guest_stop_machine(t->g, cpuslocked, run_stopped, &stop);

	text_call_end(t, e);
	return rc;
}

/* mmu_hash_ops.resize_hpt(): the text's own, and the record of the attempt. */
static int op_resize(void *cookie, unsigned long shift, int (*fn)(unsigned long shift), const void *caller)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	uint64_t mem = t->g->memblock_phys_mem_size;
	struct resize_attempt a;
	const char *why = NULL;
	uintptr_t offset;
	int rc;

	if (text_is_booting(t)) {
		text_call_end(t, e);
		return -EBUSY;
	}
	if (++t->idle_resizes > TEXT_IDLE_RESIZES)
		text_oops(t, NULL, "the kernel's text resizes without end: %u attempts, and nothing happened to an LMB meanwhile", TEXT_IDLE_RESIZES);
	if (e->mem_asked && htab_shift_for_mem_size(t->g, e->mem_asked) == shift)
		mem = e->mem_asked;
	if (so_offset(t->so, caller, &offset))
		why = symbols_find(t->symbols, offset - 1);
	resize_begin(t->g, &a, (int64_t)shift, mem, why ? why : "the kernel's text");
	text_call_end(t, e);
	rc = fn(shift);
	text_call_begin(t, false);
	resize_end(t->g, &a, rc);
	text_call_end(t, e);
	return rc;
}

/* --- locks --- */

static struct engine_mutex *mutex_of(struct text *t, struct hptsim_lock *lock)
{
	struct text_lock *l = lock->impl;

	if (l)
		return &l->mutex;
	l = calloc(1, sizeof(*l));
	if (!l) {
		t->g->failed = true;
		guest_halt(t->g);
		abort();	/* not reached: nobody wakes it */
	}
	l->mutex.name = lock->name ? lock->name : "mutex";
	l->next = t->locks;
	t->locks = l;
	lock->impl = l;
	return &l->mutex;
}

static void op_mutex_lock(void *cookie, struct hptsim_lock *lock)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (!text_is_booting(t))
		guest_mutex_lock(t->g, mutex_of(t, lock));
	text_call_end(t, e);
}

static int op_mutex_trylock(void *cookie, struct hptsim_lock *lock)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	int got = text_is_booting(t) || engine_mutex_trylock(t->g->engine, mutex_of(t, lock));

	text_call_end(t, e);
	return got;
}

static void op_mutex_unlock(void *cookie, struct hptsim_lock *lock)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (!text_is_booting(t)) {
		struct engine_mutex *m = mutex_of(t, lock);

		if (engine_mutex_held(t->g->engine, m))
			guest_mutex_unlock(t->g, m);
		else
			guest_finding(t->g, FINDING_UNLOCK, "the kernel's text unlocks %s, which it does not hold", m->name);
	}
	text_call_end(t, e);
}

static int op_mutex_is_locked(void *cookie, struct hptsim_lock *lock)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	int is = !text_is_booting(t) && mutex_of(t, lock)->owner;

	text_call_end(t, e);
	return is;
}

/* What comes first in a request: its fixed part, and its first line of the record. */
static void op_lock_device_hotplug(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	struct guest *g = t->g;

	if (!text_is_booting(t))
		guest_mutex_lock(g, &g->device_hotplug_lock);
	if (e->kind == ENTRY_DETACH || (e->kind == ENTRY_DLPAR && !e->begun))
		guest_spend(g, PHASE_EVENT, g->cost->request_ns);
	if (e->kind == ENTRY_DLPAR && !e->begun) {
		e->begun = true;
		dlpar_begin(g, e->rq);
	}
	text_call_end(t, e);
}

static void op_unlock_device_hotplug(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (e->kind == ENTRY_DETACH)
		text_detached(t, e);
	if (text_is_booting(t))
		;
	else if (engine_mutex_held(t->g->engine, &t->g->device_hotplug_lock))
		guest_mutex_unlock(t->g, &t->g->device_hotplug_lock);
	else
		guest_finding(t->g, FINDING_UNLOCK, "unlock_device_hotplug() without the lock");
	text_call_end(t, e);
}

static void op_cpus_read_lock(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (!text_is_booting(t))
		guest_cpus_read_lock(t->g);
	text_call_end(t, e);
}

static void op_cpus_read_unlock(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (text_is_booting(t))
		;
	else if (guest_cpus_held(t->g))
		guest_cpus_read_unlock(t->g);
	else
		guest_finding(t->g, FINDING_UNLOCK, "the kernel's text calls cpus_read_unlock() without the lock");
	text_call_end(t, e);
}

static void op_get_online_mems(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (!text_is_booting(t))
		guest_get_online_mems(t->g);
	text_call_end(t, e);
}

static void op_put_online_mems(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);

	if (text_is_booting(t))
		;
	else if (engine_rwsem_held(t->g->engine, &t->g->mem_hotplug_lock))
		guest_put_online_mems(t->g);
	else
		guest_finding(t->g, FINDING_UNLOCK, "the kernel's text calls put_online_mems() without the lock");
	text_call_end(t, e);
}

/* --- time --- */

static void op_sleep(void *cookie, unsigned long long ns)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	const struct request *rq = guest_request(t->g);
	int64_t wait = ns < INT64_MAX / 4 ? (int64_t)ns : INT64_MAX / 4;

	if (rq && rq->attempt)
		resize_msleep(t->g, wait);
	else if (!text_is_booting(t))
		guest_spend(t->g, PHASE_IDLE, wait + t->g->cost->msleep_slack_ns);
	text_call_end(t, e);
}

static unsigned long long op_ktime_get_ns(void *cookie)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	int64_t now = engine_now(t->g->engine);

	text_call_end(t, e);
	return (unsigned long long)now;
}

static void later_task(void *arg)
{
	struct text_later *later = arg;
	struct text *t = later->t;
	struct entry e;

	task_set_data(engine_current(t->g->engine), &later->rq);
	engine_sleep(t->g->engine, later->ns);
	text_enter(t, &e, ENTRY_LATER);
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	later->fn(later->data);
	text_leave(t);
	task_set_data(engine_current(t->g->engine), NULL);
}

static void op_call_later(void *cookie, unsigned long long ns, void (*fn)(void *data), void *data)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	struct text_later *later = calloc(1, sizeof(*later));

	if (later) {
		*later = (struct text_later){
			.t = t, .ns = ns < INT64_MAX / 4 ? (int64_t)ns : INT64_MAX / 4, .fn = fn, .data = data,
			.next = t->laters,
		};
		t->laters = later;
		engine_spawn(t->g->engine, "kworker", TASK_GUEST, later_task, later);
	} else {
		t->g->failed = true;
	}
	text_call_end(t, e);
}

/* --- for the record --- */

static void op_lmb_begin(void *cookie, unsigned long lmb, int add)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);

	guest_lmb_start(t->g, lmb, add);
	text_call_end(t, e);
}

static void op_lmb_end(void *cookie, unsigned long lmb, int add, int err)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, true);

	guest_lmb_end(t->g, lmb, add, err);
	text_call_end(t, e);
}

static void op_mem_size_asked(void *cookie, unsigned long long bytes)
{
	struct text *t = cookie;

	t->entry->mem_asked = bytes;
}

static void op_log(void *cookie, int level, const char *text)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	const struct sim_sink *sink = t->g->sink;

	if (sink && sink->printk)
		sink->printk(sink->ctx, &(struct sim_printk){
			.at_ns = engine_now(t->g->engine), .level = (unsigned)level, .text = text,
		});
	text_call_end(t, e);
}

static void op_bug(void *cookie, const char *file, int line, const char *what)
{
	struct text *t = cookie;
	char where[SIM_MESSAGE_MAX];

	text_call_begin(t, false);
	snprintf(where, sizeof(where), "%s:%d", file, line);
	text_oops(t, where, "kernel BUG: %s", what);
}

/* --- memory of the text's own --- */

static struct text_alloc **find_alloc(struct text *t, const void *p)
{
	struct text_alloc **a = &t->allocs;

	while (*a && (*a)->data != p)
		a = &(*a)->next;
	return a;
}

static void *op_alloc(void *cookie, unsigned long size)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	struct text_alloc *a = calloc(1, sizeof(*a) + size);

	if (a) {
		a->size = size;
		a->next = t->allocs;
		t->allocs = a;
	}
	text_call_end(t, e);
	return a ? a->data : NULL;
}

static int op_free(void *cookie, void *p)
{
	struct text *t = cookie;
	struct entry *e = text_call_begin(t, false);
	struct text_alloc **a = find_alloc(t, p), *found = *a;

	if (found) {
		*a = found->next;
		free(found);
	}
	text_call_end(t, e);
	return found != NULL;
}

static unsigned long op_alloc_size(void *cookie, const void *p)
{
	const struct text_alloc *a = *find_alloc(cookie, p);

	return a ? a->size : 0;
}

const struct hptsim_kernel_ops text_ops = {
	.memblock_phys_mem_size = text_memblock_phys_mem_size,
	.memblock_add = text_memblock_add,
	.memblock_remove = text_memblock_remove,
	.add_memory = text_add_memory,
	.remove_memory = text_remove_memory,
	.memory_block = text_memory_block,
	.device_online = text_device_online,
	.device_offline = text_device_offline,
	.bolt_linear = text_bolt_linear,
	.unbolt_linear = text_unbolt_linear,
	.search_lmbs = text_search_lmbs,
	.configure_connector = text_configure_connector,
	.rtas_get_sensor = text_rtas_get_sensor,
	.rtas_set_indicator = text_rtas_set_indicator,
	.hcall = op_hcall,
	.stop_machine = op_stop_machine,
	.mutex_lock = op_mutex_lock,
	.mutex_trylock = op_mutex_trylock,
	.mutex_unlock = op_mutex_unlock,
	.mutex_is_locked = op_mutex_is_locked,
	.lock_device_hotplug = op_lock_device_hotplug,
	.unlock_device_hotplug = op_unlock_device_hotplug,
	.cpus_read_lock = op_cpus_read_lock,
	.cpus_read_unlock = op_cpus_read_unlock,
	.get_online_mems = op_get_online_mems,
	.put_online_mems = op_put_online_mems,
	.sleep = op_sleep,
	.ktime_get_ns = op_ktime_get_ns,
	.call_later = op_call_later,
	.lmb_begin = op_lmb_begin,
	.lmb_end = op_lmb_end,
	.mem_size_asked = op_mem_size_asked,
	.resize = op_resize,
	.log = op_log,
	.alloc = op_alloc,
	.free = op_free,
	.alloc_size = op_alloc_size,
	.bug = op_bug,
};
