// SPDX-License-Identifier: GPL-2.0-or-later
/* What a run tells of its resize attempts, kept for those that are asked for. */
#include "explain/explain.h"

#include <stdlib.h>
#include <string.h>

#include "sim/hcall.h"

const char *const explain_kind_names[EXPLAIN_KINDS] = {
	"linear/linear", "linear/vmemmap", "vmemmap/vmemmap", "linear/vrma", "vmemmap/vrma", "vrma/vrma",
};

static unsigned kind_of(enum mmu_region a, enum mmu_region b)
{
	static const unsigned char kinds[MMU_REGION_COUNT][MMU_REGION_COUNT] = {
		[MMU_LINEAR] = { [MMU_LINEAR] = 0, [MMU_VMEMMAP] = 1, [MMU_VRMA] = 3 },
		[MMU_VMEMMAP] = { [MMU_LINEAR] = 1, [MMU_VMEMMAP] = 2, [MMU_VRMA] = 4 },
		[MMU_VRMA] = { [MMU_LINEAR] = 3, [MMU_VMEMMAP] = 4, [MMU_VRMA] = 5 },
	};

	return kinds[a][b];
}

const char *explain_rc(const struct sim_resize *ev)
{
	return ev->commit_rc ? ev->commit_rc : ev->prepare_rc;
}

static void on_boot(void *ctx, const struct sim_boot *ev)
{
	struct explain *x = ctx;

	if (!x->boot.memory_bytes)
		x->boot = *ev;
}

static void on_request_start(void *ctx, const struct sim_request_start *ev)
{
	struct explain *x = ctx;

	x->request_seq = ev->seq;
	x->request_kind = ev->kind;
	x->request_lmbs = ev->lmbs_requested;
}

/* The attempt that begins is the one to explain, as far as one can know. */
static bool is_wanted(const struct explain *x)
{
	if (x->wanted)
		return x->attempts + 1 == x->wanted;
	return !x->chosen.ev.seq || !x->chosen.ev.err;
}

static void before_commit(void *ctx, struct hpt *hpt, unsigned to_shift)
{
	struct explain *x = ctx;
	struct explain_table *t = &x->table;

	x->commits++;
	x->looked = (is_wanted(x) || x->all) && !x->any_slot;
	if (!x->looked)
		return;
	memset(t, 0, sizeof(*t));
	t->status = hpt_census(hpt, to_shift, &t->census);
	for (unsigned a = 0; a < MMU_REGION_COUNT; a++)
		for (unsigned b = 0; b < MMU_REGION_COUNT; b++)
			t->kinds[kind_of(a, b)] += t->census.met[a][b];
	if (t->status == HPT_OK && is_wanted(x))
		t->status = hpt_census_smallest(hpt, &t->smallest_shift);
	if (t->status == HPT_OK && x->bins && is_wanted(x))
		t->status = explain_bins_take(x->bins, hpt, hpt_shift(hpt), to_shift);
	if (t->status == HPT_ENOMEM)
		x->no_memory = true;
}

static void on_worker_start(void *ctx, const struct sim_worker_start *ev)
{
	struct explain *x = ctx;

	x->prepare = (struct explain_prepare){ .seq = ev->seq, .attempt = x->attempts + 1, .shift = ev->shift };
}

/* The attempt whose prepare had failed and is still pending: this one was answered with it. 0: it was not. */
static unsigned kept_from(const struct explain *x, const struct sim_resize *ev)
{
	bool asked = ev->err && ev->prepare_rc && !ev->commit_rc;

	return asked && strcmp(ev->prepare_rc, hcall_rc_name(H_NO_MEM)) == 0 && x->prepare.attempt < ev->seq &&
	       x->prepare.shift == (unsigned)ev->to_shift ? x->prepare.attempt : 0;
}

static void choose(struct explain *x, const struct sim_resize *ev)
{
	struct explain_attempt *a = &x->chosen;

	*a = (struct explain_attempt){
		.ev = *ev, .looked = x->looked, .table = x->table, .prepare = x->prepare,
		.kept_from = kept_from(x, ev), .commits = x->commits,
	};
	if (x->bins) {
		struct explain_bins *chosen = x->bins;

		x->bins = x->chosen_bins;
		x->chosen_bins = chosen;
		chosen->there = chosen->there && a->looked && a->table.status == HPT_OK;
	}
	/* longer ones only by a policy of the user's own; the end does not matter */
	strncpy(a->why, ev->why, sizeof(a->why) - 1);
	a->ev.why = NULL;	/* see a->why */
	if (ev->request_seq && ev->request_seq == x->request_seq) {
		a->request_kind = x->request_kind;
		a->request_lmbs = x->request_lmbs;
	}
}

static unsigned kinds_of(const struct explain *x, const struct sim_resize *ev)
{
	unsigned kinds = 0;

	for (unsigned k = 0; k < EXPLAIN_KINDS && x->looked && ev->err; k++)
		kinds |= (x->table.kinds[k] != 0) << k;
	return kinds;
}

static struct explain_group *find_group(struct explain *x, const struct sim_resize *ev, unsigned kinds)
{
	struct explain_group *groups;

	for (size_t i = 0; i < x->group_count; i++) {
		struct explain_group *g = &x->groups[i];

		if (g->to_shift == ev->to_shift && g->err == ev->err && g->kinds == kinds && g->kept_from == kept_from(x, ev) &&
		    strcmp(g->rc, explain_rc(ev)) == 0)
			return g;
	}
	groups = realloc(x->groups, (x->group_count + 1) * sizeof(*groups));
	if (!groups) {
		x->no_memory = true;
		return NULL;
	}
	x->groups = groups;
	groups[x->group_count] = (struct explain_group){
		.to_shift = ev->to_shift, .err = ev->err, .rc = explain_rc(ev), .kinds = kinds,
		.kept_from = kept_from(x, ev),
		.first = ev->seq, .from_min = ev->from_shift, .scanned_min = UINT64_MAX,
		.collisions_min = UINT64_MAX,
	};
	return &groups[x->group_count++];
}

static void widen(uint64_t *min, uint64_t *max, uint64_t value)
{
	if (value < *min)
		*min = value;
	if (value > *max)
		*max = value;
}

static void count(struct explain *x, const struct sim_resize *ev)
{
	struct explain_group *g = find_group(x, ev, kinds_of(x, ev));

	if (!g)
		return;
	g->count++;
	g->last = ev->seq;
	if (ev->from_shift < g->from_min)
		g->from_min = ev->from_shift;
	if (ev->from_shift > g->from_max)
		g->from_max = ev->from_shift;
	g->table_slots = UINT64_C(1) << (ev->from_shift - HPTE_SHIFT);
	if (ev->commit_rc)
		widen(&g->scanned_min, &g->scanned_max, ev->slots_scanned);
	if (x->looked)
		widen(&g->collisions_min, &g->collisions_max, x->table.census.total);
}

static void on_resize(void *ctx, const struct sim_resize *ev)
{
	struct explain *x = ctx;

	if (!ev->commit_rc)
		x->looked = false;	/* what it saw was another attempt's */
	if (x->wanted ? ev->seq == x->wanted :
			!x->chosen.ev.seq || (ev->err && !x->chosen.ev.err))
		choose(x, ev);
	if (x->all)
		count(x, ev);
	x->attempts++;
	if (ev->err)
		x->failures++;
	x->looked = false;
}

struct sim_sink explain_sink(struct explain *x)
{
	return (struct sim_sink){
		.ctx = x, .boot = on_boot, .request_start = on_request_start, .resize = on_resize,
		.worker_start = on_worker_start,
	};
}

struct sim_observer explain_observer(struct explain *x)
{
	return (struct sim_observer){ .ctx = x, .before_commit = before_commit };
}

bool explain_want_bins(struct explain *x)
{
	x->bins = calloc(1, sizeof(*x->bins));
	x->chosen_bins = calloc(1, sizeof(*x->chosen_bins));
	return x->bins && x->chosen_bins;
}

void explain_free(struct explain *x)
{
	free(x->bins);
	free(x->chosen_bins);
	x->bins = x->chosen_bins = NULL;
	free(x->groups);
	x->groups = NULL;
}
