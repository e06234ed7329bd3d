/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff_compare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum ref_region diff_region(enum mmu_region region)
{
	switch (region) {
	case MMU_LINEAR:
		return REF_LINEAR;
	case MMU_VMEMMAP:
		return REF_VMEMMAP;
	default:
		return REF_VRMA;
	}
}

void diff_fail(struct diff *d, const char *format, ...)
{
	va_list ap;

	if (d->failed)
		return;		/* the first one counts */
	d->failed = true;
	va_start(ap, format);
	vsnprintf(d->message, sizeof(d->message), format, ap);
	va_end(ap);
}

void diff_number(struct diff *d, const char *what, const char *which, uint64_t sim, uint64_t ref)
{
	if (sim != ref)
		diff_fail(d, "%s: %s: got %" PRIu64 ", want %" PRIu64, what, which, sim, ref);
}

void diff_place(struct diff *d, const char *what, const struct hpt_entry *sim,
		const struct ref_place *ref)
{
	if (sim->pteg == ref->pteg && sim->slot == ref->slot &&
	    diff_region(sim->region) == ref->region && sim->page == ref->page &&
	    sim->secondary == ref->secondary)
		return;
	diff_fail(d, "%s: got pteg %" PRIu64 " slot %u region %u page %" PRIu64 " secondary %d, "
		  "want pteg %" PRIu64 " slot %u region %u page %" PRIu64 " secondary %d",
		  what, sim->pteg, sim->slot, (unsigned)sim->region, sim->page, sim->secondary,
		  ref->pteg, ref->slot, (unsigned)ref->region, ref->page, ref->secondary);
}

void diff_counts(struct diff *d)
{
	diff_number(d, "table", "shift", hpt_shift(d->hpt), d->ref.shift);
	diff_number(d, "table", "bolted", hpt_bolted_count(d->hpt), d->ref.bolted_count);
	diff_number(d, "table", "valid", hpt_valid_count(d->hpt), d->ref.valid_count);
}

static void compare_slot(struct diff *d, uint64_t pteg, unsigned slot)
{
	struct hpt_entry sim;
	struct ref_place ref;
	bool in_sim = hpt_lookup(d->hpt, pteg, slot, &sim);
	bool in_ref = ref_decode(&d->ref, pteg, slot, &ref);

	if (in_sim != in_ref)
		diff_fail(d, "look-up: pteg %" PRIu64 " slot %u: %s", pteg, slot,
			  in_sim ? "taken, must be free" : "free, must be taken");
	else if (in_sim)
		diff_place(d, "look-up", &sim, &ref);
}

void diff_slots(struct diff *d, uint64_t *rng, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		*rng = *rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		compare_slot(d, (*rng >> 24) & (ref_pteg_count(&d->ref) - 1),
			     (unsigned)(*rng >> 60) % REF_SLOTS);
	}
}

void diff_every_slot(struct diff *d)
{
	for (uint64_t pteg = 0; pteg < ref_pteg_count(&d->ref); pteg++)
		for (unsigned slot = 0; slot < REF_SLOTS; slot++)
			compare_slot(d, pteg, slot);
}

struct cursor {
	struct diff *d;
	uint64_t index;		/* next slot of the reference */
	uint64_t seen;
};

/* Each call must be about the next slot of the reference that is taken. */
static void compare_next(void *ctx, const struct hpt_entry *entry)
{
	struct cursor *c = ctx;
	uint64_t end = ref_pteg_count(&c->d->ref) * REF_SLOTS;
	struct ref_place ref;

	c->seen++;
	while (c->index < end && !ref_decode(&c->d->ref, c->index / REF_SLOTS,
					     c->index % REF_SLOTS, &ref))
		c->index++;
	if (c->index == end) {
		diff_fail(c->d, "walk: an entry too many: pteg %" PRIu64 " slot %u", entry->pteg,
			  entry->slot);
		return;
	}
	c->index++;
	diff_place(c->d, "walk", entry, &ref);
}

void diff_table(struct diff *d)
{
	struct cursor c = { .d = d };
	uint64_t end = ref_pteg_count(&d->ref) * REF_SLOTS;

	if (hpt_for_each(d->hpt, compare_next, &c))
		diff_fail(d, "hpt_for_each() out of memory");
	/* the reference keeps its counts as it goes: are they right? */
	diff_number(d, "reference", "bolted", d->ref.bolted_count, ref_count_bolted(&d->ref, end));
	diff_number(d, "reference", "valid", d->ref.valid_count, ref_count_valid(&d->ref, end));
	diff_number(d, "walk", "entries", c.seen, d->ref.bolted_count);
}

struct run_check {
	struct diff *d;
	struct hpt_run last;	/* page_count 0: none yet */
	uint64_t pages;
};

static void check_page(struct run_check *c, const struct hpt_run *run, uint64_t page)
{
	struct diff *d = c->d;
	uint64_t pteg = ref_primary_pteg(&d->ref, diff_region(run->region), page);
	struct hpt_entry entry = {
		.slot = run->slot, .region = run->region, .page = page, .secondary = run->secondary,
	};
	struct ref_place ref;

	entry.pteg = run->secondary ? ~pteg & (ref_pteg_count(&d->ref) - 1) : pteg;
	if (!ref_decode(&d->ref, entry.pteg, entry.slot, &ref))
		diff_fail(d, "run: page %" PRIu64 " of region %u is not in slot %u", page,
			  (unsigned)run->region, run->slot);
	else
		diff_place(d, "run", &entry, &ref);
}

static void check_run(void *ctx, const struct hpt_run *run)
{
	struct run_check *c = ctx;
	const struct hpt_run *last = &c->last;

	if (last->page_count) {
		uint64_t end = last->first + last->page_count;

		if (run->region < last->region || (run->region == last->region && run->first < end))
			diff_fail(c->d, "run: out of order at page %" PRIu64, run->first);
		if (run->region == last->region && run->first == end && run->slot == last->slot &&
		    run->secondary == last->secondary)
			diff_fail(c->d, "run: not maximal at page %" PRIu64, run->first);
	}
	if (!run->page_count)
		diff_fail(c->d, "run: empty");
	for (uint64_t i = 0; i < run->page_count; i++)
		check_page(c, run, run->first + i);
	c->pages += run->page_count;
	c->last = *run;
}

void diff_runs(struct diff *d)
{
	struct run_check c = { .d = d };

	hpt_for_each_run(d->hpt, check_run, &c);
	diff_number(d, "runs", "pages", c.pages, d->ref.bolted_count);
}
