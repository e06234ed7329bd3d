/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/text.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/text_internal.h"

static struct text *text_of(const struct guest *g)
{
	return g->policy->priv;
}

/* --- hptsim calls the text --- */

static void boot(struct guest *g)
{
	struct text *t = text_of(g);
	unsigned *flags = calloc(g->drmem_info.n_lmbs + 1, sizeof(*flags));
	struct hptsim_kernel_boot info = {
		.page_shift = g->mmu.page_shift, .linear_shift = g->mmu.shift[MMU_LINEAR],
		.lmb_bytes = g->drmem_info.lmb_size, .lmb_count = g->drmem_info.n_lmbs, .lmb_flags = flags,
		.first_drc = g->drcs->first, .hpt_shift = g->ppc64_pft_size, .resize_hpt = mmu_hash_ops_resize_hpt(g),
	};
	struct entry e;

	if (!t->g)
		guard_start();
	t->g = g;
	if (!flags || !text_blocks_boot(t)) {
		free(flags);
		g->failed = true;
		return;
	}
	for (uint64_t i = 0; i < g->drmem_info.n_lmbs; i++)
		flags[i] = g->drmem_info.lmbs[i].flags;
	so_reset(t->so);
	*t->k->call = (struct hptsim_kernel_call){ .ops = &text_ops, .cookie = t };
	text_enter(t, &e, ENTRY_BOOT);
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	else
		t->k->boot(&info);
	text_leave(t);
	free(flags);
}

static int dlpar_memory_text(struct guest *g, const struct dlpar_request *rq)
{
	struct text *t = text_of(g);
	static const int by[] = { [LMB_BY_COUNT] = 0, [LMB_BY_INDEX] = 1, [LMB_BY_INDEXED_COUNT] = 2 };
	struct entry e;
	int rc;

	text_enter(t, &e, ENTRY_DLPAR);
	e.rq = rq;
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	rc = t->k->dlpar_memory(rq->action == PSERIES_HP_ELOG_ACTION_REMOVE, by[rq->by], rq->count, rq->drc_index);
	text_leave(t);
	if (!e.begun)
		dlpar_begin(g, rq);
	guest_dlpar_end(g, rc);
	return rc;
}

static int create_section_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	struct text *t = text_of(g);
	struct entry e;
	int rc;

	text_enter(t, &e, ENTRY_CREATE);
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	rc = t->k->create_section_mapping(base, size);
	text_leave(t);
	return rc;
}

static void remove_section_mapping(struct guest *g, uint64_t base, uint64_t size)
{
	struct text *t = text_of(g);
	struct entry e;

	text_enter(t, &e, ENTRY_REMOVE);
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	t->k->remove_section_mapping(base, size);
	text_leave(t);
}

static int hpt_order_set_text(struct guest *g, uint64_t shift)
{
	struct text *t = text_of(g);
	struct entry e;
	int rc;

	text_enter(t, &e, ENTRY_HPT_ORDER);
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	rc = t->k->hpt_order_set(shift);
	text_leave(t);
	return rc;
}

/* The text cannot refuse an LMB that is no memory of the guest's: that is done here. */
static int remove_memblock(struct guest *g, uint32_t drc_index)
{
	struct text *t = text_of(g);
	uint64_t lmb, end;
	struct entry e;
	int rc = get_lmb_range(&g->drmem_info, drc_index, 1, &lmb, &end);

	if (rc || (g->drmem_info.lmbs[lmb].flags & DRCONF_MEM_RESERVED)) {
		guest_mutex_lock(g, &g->device_hotplug_lock);
		guest_spend(g, PHASE_EVENT, g->cost->request_ns);
		guest_mutex_unlock(g, &g->device_hotplug_lock);
		return -EINVAL;
	}
	text_enter(t, &e, ENTRY_DETACH);
	e.lmb = lmb;
	if (sigsetjmp(e.landing, 0))
		text_trapped(&e);
	rc = t->k->detach(lmb);
	text_leave(t);
	return rc;
}

static void end_of_run(struct guest *g)
{
	struct text *t = text_of(g);

	if (t->g)
		guard_stop();
	while (t->locks) {
		struct text_lock *l = t->locks;

		t->locks = l->next;
		free(l);
	}
	while (t->allocs) {
		struct text_alloc *a = t->allocs;

		t->allocs = a->next;
		free(a);
	}
	while (t->laters) {
		struct text_later *l = t->laters;

		t->laters = l->next;
		free(l);
	}
	free(t->blocks);
	t->blocks = NULL;
	t->g = NULL;
	t->entry = NULL;
	t->idle_calls = t->idle_resizes = 0;
}

static const struct guest_text guest_text = {
	.dlpar_memory = dlpar_memory_text,
	.pseries_remove_memblock = remove_memblock,
	.hpt_order_set = hpt_order_set_text,
	.hash__create_section_mapping = create_section_mapping,
	.hash__remove_section_mapping = remove_section_mapping,
	.exit = end_of_run,
};

/* --- a policy --- */

const char *text_check(const struct hptsim_kernel *kernel)
{
	/* the rest of it may be anything if this differs */
	if (kernel->abi != HPTSIM_KERNEL_ABI)
		return "it was built by another version of hptsim: build it again with 'hptsim kernel'";
	return NULL;
}

struct text *text_new(struct so *so, const char *path, const struct hptsim_kernel *kernel)
{
	struct text *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	*t = (struct text){ .so = so, .path = path, .k = kernel, .symbols = symbols_read(path) };
	t->policy = (struct policy){
		.name = kernel->name, .title = kernel->title, .source = kernel->source, .open = kernel->open,
		.hysteresis = 1, .priv = t, .outside = 1, .init = boot, .text = &guest_text,
	};
	return t;
}

void text_free(struct text *t)
{
	if (!t)
		return;
	symbols_free(t->symbols);
	free(t);
}

const struct policy *text_policy(const struct text *t)
{
	return &t->policy;
}

const char *text_version(const struct text *t)
{
	return t->k->version;
}
