/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/policies/external.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define HPTSIM_POLICY_HOST
#include "include/hptsim/policy.h"
#include "sim/guest/guest.h"
#include "sim/policies/external_places.h"
#include "sim/units.h"

#define WHY_MAX	128

/* A plug-in's mutex, in one run. */
struct external_mutex {
	struct engine_mutex mutex;
	struct external_mutex *next;
};

/* The hooks around one kind of request. */
struct batch_hooks {
	void (*begin)(unsigned lmbs);
	void (*end)(void);
};

struct external {
	const struct hptsim_policy *plugin;
	void (*reset)(void *ctx);
	void *reset_ctx;
	struct policy policy;
	struct batch_hooks add[LMB_BY_INDEXED_COUNT + 1], remove[LMB_BY_INDEXED_COUNT + 1];
	char why[PLACE_COUNT][WHY_MAX];

	/* this run's */
	unsigned long run;
	struct external_mutex *mutexes;
	bool adds_lmb;		/* the LMB under way; device_hotplug_lock allows one */
};

/* A hook under way: the cookie of its calls back. On the stack of its task. */
struct frame {
	struct external *x;
	struct guest *g;
	enum place place;
	uint64_t mem_bytes;	/* that it last asked an order for; 0: none yet */
};

/* --- calls back --- */

/* No locks, no time yet. */
static bool booting(const struct frame *f)
{
	return f->place == PLACE_INIT;
}

/* Other tasks may have been in the plug-in while this one waited. */
static void go_on(struct frame *f)
{
	f->x->plugin->call->cookie = f;
}

static unsigned long long op_memblock_phys_mem_size(void *cookie)
{
	const struct frame *f = cookie;

	return f->g->memblock_phys_mem_size;
}

static unsigned op_htab_shift_for_mem_size(void *cookie, unsigned long mem_size)
{
	struct frame *f = cookie;

	f->mem_bytes = mem_size;
	return htab_shift_for_mem_size(f->g, mem_size);
}

static unsigned long long op_ppc64_pft_size(void *cookie)
{
	const struct frame *f = cookie;

	return f->g->ppc64_pft_size;
}

static int op_has_resize_hpt(void *cookie)
{
	const struct frame *f = cookie;

	return mmu_hash_ops_resize_hpt(f->g);
}

static int op_resize_hpt(void *cookie, unsigned long shift)
{
	struct frame *f = cookie;
	int rc;

	if (booting(f))
		return -EBUSY;
	if (shift > UINT_MAX)
		return -EINVAL;
	rc = pseries_lpar_resize_hpt(f->g, (unsigned)shift,
				     f->mem_bytes ? f->mem_bytes : f->g->memblock_phys_mem_size,
				     f->x->why[f->place]);
	go_on(f);
	return rc;
}

static unsigned long long op_drmem_lmb_size(void *cookie)
{
	const struct frame *f = cookie;

	return f->g->drmem_info.lmb_size;
}

static int op_drmem_n_lmbs(void *cookie)
{
	const struct frame *f = cookie;

	return (int)f->g->drmem_info.n_lmbs;
}

static struct engine_mutex *mutex_of(struct frame *f, struct mutex *lock)
{
	struct external_mutex *m = lock->impl;

	if (m && lock->run == f->x->run)
		return &m->mutex;
	m = calloc(1, sizeof(*m));
	if (!m) {
		f->g->failed = true;
		guest_halt(f->g);
		abort();	/* not reached: nobody wakes it */
	}
	m->mutex.name = lock->name ? lock->name : "mutex";
	m->next = f->x->mutexes;
	f->x->mutexes = m;
	lock->impl = m;
	lock->run = f->x->run;
	return &m->mutex;
}

static void op_mutex_lock(void *cookie, struct mutex *lock)
{
	struct frame *f = cookie;

	if (booting(f))
		return;
	guest_mutex_lock(f->g, mutex_of(f, lock));
	go_on(f);
}

static int op_mutex_trylock(void *cookie, struct mutex *lock)
{
	struct frame *f = cookie;

	if (booting(f))
		return 1;
	return engine_mutex_trylock(f->g->engine, mutex_of(f, lock));
}

static void op_mutex_unlock(void *cookie, struct mutex *lock)
{
	struct frame *f = cookie;
	struct engine_mutex *m;

	if (booting(f))
		return;
	m = mutex_of(f, lock);
	if (engine_mutex_held(f->g->engine, m))
		guest_mutex_unlock(f->g, m);
	else
		guest_finding(f->g, FINDING_UNLOCK, "%s unlocks %s, which it does not hold",
			      f->x->why[f->place], m->name);
}

static int op_mutex_is_locked(void *cookie, struct mutex *lock)
{
	struct frame *f = cookie;

	return !booting(f) && mutex_of(f, lock)->owner;
}

static void op_cpus_read_lock(void *cookie)
{
	struct frame *f = cookie;

	if (booting(f))
		return;
	guest_cpus_read_lock(f->g);
	go_on(f);
}

static void op_cpus_read_unlock(void *cookie)
{
	struct frame *f = cookie;

	if (booting(f))
		return;
	if (guest_cpus_held(f->g))
		guest_cpus_read_unlock(f->g);
	else
		guest_finding(f->g, FINDING_UNLOCK, "%s calls cpus_read_unlock() without the lock",
			      f->x->why[f->place]);
}

static void op_msleep(void *cookie, unsigned msecs)
{
	struct frame *f = cookie;

	if (booting(f))
		return;
	guest_spend(f->g, PHASE_IDLE, msecs * NSEC_PER_MSEC + f->g->cost->msleep_slack_ns);
	go_on(f);
}

static unsigned long long op_ktime_get_ns(void *cookie)
{
	const struct frame *f = cookie;

	return (unsigned long long)engine_now(f->g->engine);
}

static const struct hptsim_ops ops = {
	.memblock_phys_mem_size = op_memblock_phys_mem_size,
	.htab_shift_for_mem_size = op_htab_shift_for_mem_size,
	.ppc64_pft_size = op_ppc64_pft_size,
	.has_resize_hpt = op_has_resize_hpt,
	.resize_hpt = op_resize_hpt,
	.drmem_lmb_size = op_drmem_lmb_size,
	.drmem_n_lmbs = op_drmem_n_lmbs,
	.mutex_lock = op_mutex_lock,
	.mutex_trylock = op_mutex_trylock,
	.mutex_unlock = op_mutex_unlock,
	.mutex_is_locked = op_mutex_is_locked,
	.cpus_read_lock = op_cpus_read_lock,
	.cpus_read_unlock = op_cpus_read_unlock,
	.msleep = op_msleep,
	.ktime_get_ns = op_ktime_get_ns,
};

/* --- hooks --- */

static struct external *external_of(const struct guest *g)
{
	return g->policy->priv;
}

static void enter(struct frame *f, struct guest *g, enum place place)
{
	*f = (struct frame){ .x = external_of(g), .g = g, .place = place };
	*f->x->plugin->call = (struct hptsim_call){ .ops = &ops, .cookie = f };
}

static void leave(struct frame *f)
{
	f->x->plugin->call->cookie = NULL;
}

static void call(struct guest *g, enum place place, void (*hook)(void))
{
	struct frame f;

	if (!hook)
		return;
	enter(&f, g, place);
	hook();
	leave(&f);
}

static void call_section(struct guest *g, enum place place, int (*hook)(unsigned long mem_size),
			 uint64_t mem_bytes)
{
	struct frame f;

	if (!hook)
		return;
	enter(&f, g, place);
	hook(mem_bytes);
	leave(&f);
}

static void call_batch(struct guest *g, enum place place, void (*hook)(unsigned lmbs),
		       const struct lmb_batch *batch)
{
	struct frame f;

	if (!hook)
		return;
	enter(&f, g, place);
	hook((unsigned)batch->lmb_count);
	leave(&f);
}

static void free_mutexes(struct external *x)
{
	while (x->mutexes) {
		struct external_mutex *m = x->mutexes;

		x->mutexes = m->next;
		free(m);
	}
}

static void init(struct guest *g)
{
	struct external *x = external_of(g);

	free_mutexes(x);
	x->run++;
	if (x->reset)
		x->reset(x->reset_ctx);
	call(g, PLACE_INIT, x->plugin->init);
}

static void create_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	call_section(g, PLACE_CREATE_SECTION, external_of(g)->plugin->create_section_mapping, mem_bytes);
}

static void remove_section_mapping(struct guest *g, uint64_t mem_bytes)
{
	call_section(g, PLACE_REMOVE_SECTION, external_of(g)->plugin->remove_section_mapping, mem_bytes);
}

static void lmb_begin(struct guest *g, uint64_t final_bytes)
{
	struct external *x = external_of(g);

	x->adds_lmb = final_bytes > g->memblock_phys_mem_size;
	if (x->adds_lmb)
		call(g, PLACE_ADD_LMB_BEGIN, x->plugin->dlpar_add_lmb_begin);
	else
		call(g, PLACE_REMOVE_LMB_BEGIN, x->plugin->dlpar_remove_lmb_begin);
}

static void lmb_end(struct guest *g)
{
	struct external *x = external_of(g);

	if (x->adds_lmb)
		call(g, PLACE_ADD_LMB_END, x->plugin->dlpar_add_lmb_end);
	else
		call(g, PLACE_REMOVE_LMB_END, x->plugin->dlpar_remove_lmb_end);
}

static void add_begin(struct guest *g, const struct lmb_batch *batch)
{
	call_batch(g, PLACE_ADD_BEGIN, external_of(g)->add[batch->by].begin, batch);
}

static void add_end(struct guest *g, const struct lmb_batch *batch)
{
	call(g, PLACE_ADD_END, external_of(g)->add[batch->by].end);
}

static void remove_begin(struct guest *g, const struct lmb_batch *batch)
{
	call_batch(g, PLACE_REMOVE_BEGIN, external_of(g)->remove[batch->by].begin, batch);
}

static void remove_end(struct guest *g, const struct lmb_batch *batch)
{
	call(g, PLACE_REMOVE_END, external_of(g)->remove[batch->by].end);
}

static void rollback_begin(struct guest *g)
{
	call(g, PLACE_ROLLBACK_BEGIN, external_of(g)->plugin->dlpar_memory_add_rollback_begin);
}

static void rollback_end(struct guest *g)
{
	call(g, PLACE_ROLLBACK_END, external_of(g)->plugin->dlpar_memory_add_rollback_end);
}

static void set_batch_hooks(struct external *x, const struct hptsim_policy *p)
{
#define HOOKS(name) (struct batch_hooks){ p->name##_begin, p->name##_end }
	x->add[LMB_BY_COUNT] = HOOKS(dlpar_memory_add_by_count);
	x->add[LMB_BY_INDEX] = HOOKS(dlpar_memory_add_by_index);
	x->add[LMB_BY_INDEXED_COUNT] = HOOKS(dlpar_memory_add_by_ic);
	x->remove[LMB_BY_COUNT] = HOOKS(dlpar_memory_remove_by_count);
	x->remove[LMB_BY_INDEX] = HOOKS(dlpar_memory_remove_by_index);
	x->remove[LMB_BY_INDEXED_COUNT] = HOOKS(dlpar_memory_remove_by_ic);
#undef HOOKS
}

struct external *external_new(const struct hptsim_policy *plugin, void (*reset)(void *ctx), void *ctx)
{
	static const char *const places[] = {
#define PLACE_TEXT(id, text) [PLACE_##id] = text,
		PLACES(PLACE_TEXT)
#undef PLACE_TEXT
	};
	struct external *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->plugin = plugin;
	x->reset = reset;
	x->reset_ctx = ctx;
	set_batch_hooks(x, plugin);
	for (int i = 0; i < PLACE_COUNT; i++)
		snprintf(x->why[i], WHY_MAX, "%s: %s", plugin->name, places[i]);
	x->policy = (struct policy){
		.name = plugin->name,
		.title = plugin->title ? plugin->title : "",
		.source = plugin->source ? plugin->source : "",
		.open = "",
		.hysteresis = 1,
		.priv = x, .outside = 1,
		.init = init,
		.create_section_mapping = create_section_mapping,
		.remove_section_mapping = remove_section_mapping,
		.lmb_begin = lmb_begin,
		.lmb_end = lmb_end,
		.add_begin = add_begin,
		.add_end = add_end,
		.remove_begin = remove_begin,
		.remove_end = remove_end,
		.rollback_begin = rollback_begin,
		.rollback_end = rollback_end,
	};
	return x;
}

void external_free(struct external *x)
{
	if (!x)
		return;
	free_mutexes(x);
	free(x);
}

const struct policy *external_policy(const struct external *x)
{
	return &x->policy;
}
