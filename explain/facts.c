// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows from an attempt: the branch, the pigeonhole, what would have worked. */
#include <string.h>

#include "explain/explain.h"
#include "sim/hcall.h"
#include "sim/units.h"

void explain_mmu(const struct scenario *sc, struct mmu *mmu)
{
	uint64_t bytes = sc->guest.memory_bytes;

	for (size_t i = 0; i < sc->guest.dimm_count; i++)
		bytes += sc->guest.dimms[i].size_bytes;
	mmu_init(mmu, &sc->guest, &sc->hypervisor, bytes);
}

uint64_t explain_page(const struct scenario *sc, const struct sim_mapping *m)
{
	struct mmu mmu;

	explain_mmu(sc, &mmu);
	for (unsigned r = 0; r < MMU_REGION_COUNT; r++)
		if (strcmp(mmu_region_name(r), m->region) == 0)
			return (m->ea - mmu_region_base(&mmu, r)) >> mmu.shift[r];
	return 0;
}

static enum explain_branch branch_of(const struct sim_resize *ev, const struct policy *policy, unsigned wish)
{
	if (ev->origin == ORIGIN_HPT_ORDER)
		return BRANCH_FORCED;
	if (ev->to_shift == wish && wish > ev->from_shift)
		return BRANCH_GROW;
	if (ev->to_shift == wish && wish + policy->hysteresis < ev->from_shift)
		return BRANCH_SHRINK;
	if (ev->to_shift > wish && ev->to_shift < ev->from_shift) {
		if (strcmp(policy->name, "feasible-target") == 0)
			return BRANCH_FEASIBLE;
		if (policy->retry == RETRY_DOUBLING)
			return BRANCH_RETRY;
	}
	return BRANCH_OTHER;
}

static void find_pigeonholes(const struct hpt_census *c, struct explain_pigeonhole *holes)
{
	for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
		struct explain_pigeonhole *p = &holes[slot];
		uint64_t sum = 0;

		p->slot = slot;
		for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
			uint64_t n = c->in_slot[r][slot];

			sum += n;
			if (n > c->ptegs && n > p->entries) {
				p->one_region = true;
				p->region = r;
				p->entries = n;
			}
		}
		if (!p->one_region)
			p->entries = sum;
		p->applies = p->entries > c->ptegs;
	}
}

/* Smallest memory, in LMBs, at which the guest wants @shift or more. */
static bool wish_reaches(const struct mmu *mmu, uint64_t lmb_bytes, unsigned shift, uint64_t *bytes)
{
	uint64_t low = 1, high = SZ_64T / lmb_bytes;

	if (mmu_htab_shift_for_mem_size(mmu, high * lmb_bytes) < shift)
		return false;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (mmu_htab_shift_for_mem_size(mmu, middle * lmb_bytes) < shift)
			low = middle + 1;
		else
			high = middle;
	}
	*bytes = low * lmb_bytes;
	return true;
}

void explain_facts(const struct explain_attempt *a, const struct scenario *sc,
		   const struct policy *policy, struct explain_facts *f)
{
	struct mmu mmu;

	*f = (struct explain_facts){ .hysteresis = policy->hysteresis };
	explain_mmu(sc, &mmu);
	f->wish_shift = mmu_htab_shift_for_mem_size(&mmu, a->ev.mem_bytes ? a->ev.mem_bytes : 1);
	f->branch = branch_of(&a->ev, policy, f->wish_shift);
	f->hv_limit_shift = hv_hpt_shift_for_ramsize(a->ev.ram_bytes) + 1;
	if (!a->looked || a->table.status != HPT_OK)
		return;
	find_pigeonholes(&a->table.census, f->pigeonholes);
	f->reaches = wish_reaches(&mmu, sc->guest.lmb_bytes, a->table.smallest_shift, &f->reaches_bytes);
	f->reaches_within_max = f->reaches && f->reaches_bytes <= sc->guest.max_memory_bytes;
	f->worth_asking = a->table.smallest_shift + policy->hysteresis < a->ev.from_shift;
}

static void keep_end(void *ctx, const struct sim_run_end *ev)
{
	struct explain_what_if *row = ctx;

	row->end = *ev;
}

static void what_if(struct explain_what_ifs *w, const char *change, const char *note,
		    const struct scenario *sc, const struct policy *policy, uint64_t seed)
{
	const struct sim_options options = { .seed = seed };
	struct explain_what_if *row = &w->rows[w->count++];
	const struct sim_sink sink = { .ctx = row, .run_end = keep_end };
	struct sim_error error;

	*row = (struct explain_what_if){ .change = change, .note = note };
	row->status = sim_run(sc, policy, &options, &sink, &error);
}

void explain_run_what_ifs(const struct explain_attempt *a, const struct scenario *sc,
			  const struct policy *policy, uint64_t seed, struct explain_what_ifs *w)
{
	const struct policy *feasible = policy_find("feasible-target"), *one_way = policy_find("v2-p1");
	bool shrink = a->ev.to_shift < a->ev.from_shift;
	struct scenario changed = *sc;
	struct policy lazy;

	*w = (struct explain_what_ifs){ .count = 0 };
	if (strcmp(explain_rc(&a->ev), hcall_rc_name(H_PTEG_FULL)) != 0 || !shrink)
		return;
	if (sc->hypervisor.max_hpt_page_shift < 24) {
		changed.hypervisor.max_hpt_page_shift = 24;
		what_if(w, "max_hpt_page_size: 16MiB", "far fewer entries", &changed, policy, seed);
		changed = *sc;
	}
	if (a->ev.origin == ORIGIN_HPT_ORDER)
		return;		/* whoever wrote the order did not ask a policy */
	if (policy != feasible)
		what_if(w, "policy: feasible-target", "asks only for what works", sc, feasible, seed);
	/* an external policy has rules of its own */
	if (!policy->priv && a->ev.from_shift - a->ev.to_shift > policy->hysteresis &&
	    policy_derive(&lazy, policy, policy->name, (int)(a->ev.from_shift - a->ev.to_shift), -1,
			  LEVEL_AS_BASE) == 0) {
		snprintf(w->hysteresis_text, sizeof(w->hysteresis_text), "hysteresis: %u", lazy.hysteresis);
		what_if(w, w->hysteresis_text, "the present order is near enough", sc, &lazy, seed);
	}
	if (a->ev.origin == ORIGIN_CREATE && policy != one_way)
		what_if(w, "policy: v2-p1", "no shrink while memory is added", sc, one_way, seed);
	changed.hypervisor.resize_hpt = RESIZE_HPT_DISABLED;
	what_if(w, "resize_hpt: disabled", "no attempt; the table is sized for max_memory", &changed, policy, seed);
	changed = *sc;
	if (sc->hypervisor.rehash == REHASH_SAME_SLOT) {
		changed.hypervisor.rehash = REHASH_ANY_SLOT;
		what_if(w, "rehash: any-slot", "a hypervisor that there is not", &changed, policy, seed);
	}
}
