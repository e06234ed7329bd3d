/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does sim/hpt.h do what an array of entries does? Random sequences of
 * operations on both, compared after each. TAP on stdout.
 *
 * Known gaps, counted and not a failure. QEMU: sim/hpt.h aborts at the first
 * entry that sits in its secondary PTEG, while the real assertion holds for some
 * of these. KVM HV: when all such entries happen to find a slot, sim/hpt.h ends
 * there, while the real one goes on with entries that the guest has lost. Such a
 * sequence ends there. REHASH_ANY_SLOT is tried only while there is no such entry.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_compare.h"

#define WINDOWS_MAX	6u
#define LMB_PAGES	4096u
#define VRMA_SLOT	7u

/* Pages that operations of a sequence are about. */
struct window {
	enum mmu_region region;
	uint64_t first, count;
	uint8_t *mapped;		/* per page; the guest never maps one twice */
};

struct config {
	struct guest_spec guest;
	struct hypervisor_spec hv;
	struct hpt_config hpt;
	unsigned major, minor;
	unsigned lowest_shift;
	uint64_t boot_bytes;
	bool dense;			/* few resizes, long ranges: PTEGs get full */
	bool wide;			/* segments smaller than the table, and many of them */
};

struct sequence {
	struct diff d;
	struct config c;
	uint64_t rng;
	struct window windows[WINDOWS_MAX];
	unsigned window_count;
	bool spread;			/* a resize by any slot: VRMA entries may have left theirs */
	bool ended;
};

struct totals {
	uint64_t ops, sequences, resizes, collisions, fulls;
	uint64_t aborts, aborts_real, whole_tables;
};

/* splitmix64 */
static uint64_t next_random(struct sequence *q)
{
	uint64_t x = q->rng += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t below(struct sequence *q, uint64_t n)
{
	return n ? next_random(q) % n : 0;
}

static bool percent(struct sequence *q, unsigned p)
{
	return below(q, 100) < p;
}

/* Mostly small: small tables get dense and wrap. */
static unsigned random_shift(struct sequence *q, unsigned top)
{
	unsigned lowest = q->c.lowest_shift;
	uint64_t dice = below(q, 1000);

	if (dice < (q->c.dense ? 800 : 500))
		return lowest;
	if (dice < 970)
		return lowest + 1 + (unsigned)below(q, 2);
	if (dice < 995)
		return lowest + 3 + (unsigned)below(q, 2);
	return lowest + (unsigned)below(q, top - lowest + 1);
}

static void choose_config(struct sequence *q)
{
	static const struct { unsigned major, minor; } kernels[] = {
		{ 6, 1 }, { 6, 1 }, { 5, 8 }, { 5, 7 }, { 5, 2 }, { 5, 1 }, { 4, 12 },
	};
	struct config *c = &q->c;
	unsigned k = (unsigned)below(q, sizeof(kernels) / sizeof(kernels[0]));

	c->dense = percent(q, 50);
	c->major = kernels[k].major;
	c->minor = kernels[k].minor;
	c->guest.kernel = KERNEL_VERSION(c->major, c->minor);
	c->guest.page_shift = percent(q, 70) ? 16 : 12;
	c->hv.kind = percent(q, 50) ? HV_KVM_HV : HV_QEMU_TCG;
	c->hv.max_hpt_page_shift = percent(q, 75) ? 16 : 24;
	c->boot_bytes = percent(q, 30) ? SZ_1G / 2 : SZ_1G * 4;
	/*
	 * With 4K pages and the smallest table of all, the AVPN and the PTEG do
	 * not name a page: the guest may then remove the entry of another one.
	 * Only sim/hpt.h knows better.
	 */
	c->lowest_shift = c->guest.page_shift == 12 ? 19 : 18;
	c->hpt.shift = random_shift(q, 24);
	c->hpt.secondary_fallback = percent(q, 60);
	c->hpt.tracks_valid = c->hv.kind == HV_KVM_HV;
	switch (below(q, 4)) {
	case 0:
		c->hpt.max_bytes = SZ_1T / 2 + SZ_256M * below(q, 2048);
		break;
	case 1:		/* the linear map has another context from 512 TiB on */
		c->hpt.max_bytes = c->guest.page_shift == 16 && c->major > 5 ? 700 * SZ_1T : 9 * SZ_1T;
		break;
	default:
		c->hpt.max_bytes = SZ_1T * (2 + below(q, 6)) + SZ_256M * below(q, 4096);
	}
	if (percent(q, 20)) {
		c->guest.segment_shift = SID_SHIFT;
		c->hpt.max_bytes = SZ_256M * (8 + below(q, 4096));
		return;
	}
	if (below(q, 60))
		return;
	c->wide = true;
	c->hv.max_hpt_page_shift = 24;
	c->lowest_shift = 24;
	c->hpt.shift = 24 + (unsigned)below(q, 2);
	c->hpt.secondary_fallback = percent(q, 80);
	c->hpt.max_bytes = 28 * SZ_1T;
	if (c->guest.page_shift == 12 && c->major == 5)
		c->guest.page_shift = 16;	/* its linear map ends at 16 TiB */
}

static uint64_t region_limit(const struct sequence *q, enum mmu_region region)
{
	const struct mmu *mmu = &q->d.mmu;

	switch (region) {
	case MMU_LINEAR:
		return q->c.hpt.max_bytes >> mmu->shift[MMU_LINEAR];
	case MMU_VMEMMAP:
		return q->c.hpt.max_bytes / mmu_vmemmap_page_covers(mmu);
	default:
		return (q->c.hpt.max_bytes < SZ_1T ? q->c.hpt.max_bytes : SZ_1T) >>
		       mmu->shift[MMU_VRMA];
	}
}

static bool overlaps(const struct sequence *q, const struct window *w)
{
	for (unsigned i = 0; i < q->window_count; i++) {
		const struct window *o = &q->windows[i];

		if (o->region == w->region && w->first < o->first + o->count &&
		    o->first < w->first + w->count)
			return true;
	}
	return false;
}

static void add_window(struct sequence *q, enum mmu_region region, uint64_t first, uint64_t count)
{
	uint64_t limit = region_limit(q, region);
	struct window w = { .region = region, .first = first, .count = count };

	if (first >= limit)
		return;
	if (w.count > limit - first)
		w.count = limit - first;
	if (overlaps(q, &w))
		return;
	w.mapped = calloc(w.count, 1);
	if (!w.mapped)
		diff_fail(&q->d, "out of memory");
	else
		q->windows[q->window_count++] = w;
}

static void choose_windows(struct sequence *q)
{
	uint64_t segment = UINT64_C(1) << mmu_segment_bits(&q->d.mmu, MMU_LINEAR);
	uint64_t linear = region_limit(q, MMU_LINEAR), vmemmap = region_limit(q, MMU_VMEMMAP);

	if (q->c.hv.kind == HV_KVM_HV)
		add_window(q, MMU_VRMA, 0, UINT64_C(1) << (11 + below(q, 4)));
	if (q->c.wide)
		add_window(q, MMU_LINEAR, 0, segment * (q->c.hpt.shift == 24 ? 8 : 17) +
					     below(q, 8 * segment));
	add_window(q, MMU_LINEAR, 0, LMB_PAGES * (1 + below(q, 6)));
	/* across the end of a segment; the table's wrap comes with it */
	add_window(q, MMU_LINEAR, segment * (1 + below(q, linear / segment)) - below(q, 4000),
		   1 + below(q, 12000));
	add_window(q, MMU_LINEAR, below(q, linear), 1 + below(q, 20000));
	add_window(q, MMU_VMEMMAP, 0, 1 + below(q, 3000));
	add_window(q, MMU_VMEMMAP, below(q, vmemmap), 1 + below(q, 6000));
}

/* Some pages of a window: like LMBs, or of any length. */
static uint64_t choose_range(struct sequence *q, const struct window *w, uint64_t *first)
{
	uint64_t count;

	if (q->c.wide && (percent(q, 10) || !w->mapped[0])) {
		*first = 0;
		return w->count;
	}
	if (w->count >= LMB_PAGES && percent(q, 40)) {
		*first = below(q, w->count / LMB_PAGES) * LMB_PAGES;
		return LMB_PAGES;
	}
	*first = below(q, w->count);
	count = 1 + below(q, percent(q, q->c.dense ? 20 : 50) ? 64 : 6000);
	return count < w->count - *first ? count : w->count - *first;
}

static void compare_calls(struct sequence *q, const char *what, const struct hpt_calls *a,
			  const struct ref_calls *b)
{
	diff_number(&q->d, what, "H_ENTER", a->enter_count, b->enter_count);
	diff_number(&q->d, what, "H_READ", a->read_count, b->read_count);
	diff_number(&q->d, what, "H_REMOVE", a->remove_count, b->remove_count);
}

static void unbolt(struct sequence *q, struct window *w, uint64_t first, uint64_t count)
{
	struct hpt_calls a = { 0 };
	struct ref_calls b = { 0 };

	if (hpt_unbolt(q->d.hpt, w->region, w->first + first, count, &a))
		diff_fail(&q->d, "hpt_unbolt() out of memory");
	ref_unbolt(&q->d.ref, diff_region(w->region), w->first + first, count, &b);
	memset(w->mapped + first, 0, count);
	compare_calls(q, "unbolt", &a, &b);
}

static void op_bolt(struct sequence *q, struct window *w, struct totals *t)
{
	struct hpt_calls a = { 0 };
	struct ref_calls b = { 0 };
	uint64_t first, count = choose_range(q, w, &first), n = 0;
	enum hpt_status rc;
	enum ref_status ref_rc;

	while (n < count && !w->mapped[first + n])
		n++;
	if (w->region == MMU_VRMA && q->spread)
		return;		/* the same page twice is not for sim/hpt.h */
	if (w->region == MMU_VRMA) {
		/* pages whose slot is taken are skipped */
		if (hpt_bolt_exact(q->d.hpt, w->region, w->first + first, count, VRMA_SLOT))
			diff_fail(&q->d, "hpt_bolt_exact() out of memory");
		ref_bolt_exact(&q->d.ref, REF_VRMA, w->first + first, count, VRMA_SLOT);
		return;
	}
	rc = hpt_bolt(q->d.hpt, w->region, w->first + first, n, &a);
	ref_rc = ref_bolt(&q->d.ref, diff_region(w->region), w->first + first, n, &b);
	diff_number(&q->d, "bolt", "status", rc == HPT_EFULL, ref_rc == REF_FULL);
	compare_calls(q, "bolt", &a, &b);
	memset(w->mapped + first, 1, n);
	if (rc != HPT_EFULL)
		return;
	t->fulls++;
	diff_counts(&q->d);
	if (percent(q, 20))
		diff_table(&q->d);
	/* as hash__create_section_mapping() does */
	unbolt(q, w, first, n);
}

static void op_unbolt(struct sequence *q, struct window *w)
{
	uint64_t first, count = choose_range(q, w, &first);

	if (w->region == MMU_VRMA)
		return;		/* stays for good */
	if (percent(q, 10)) {
		first = 0;
		count = w->count;
	}
	unbolt(q, w, first, count);
}

static void op_touch(struct sequence *q, struct window *w)
{
	uint64_t first, count = choose_range(q, w, &first), faults, ref_faults = 0;

	if (hpt_touch(q->d.hpt, w->region, w->first + first, count, &faults))
		diff_fail(&q->d, "hpt_touch() out of memory");
	if (q->c.hpt.tracks_valid)
		ref_faults = ref_touch(&q->d.ref, diff_region(w->region), w->first + first, count);
	diff_number(&q->d, "touch", "faults", faults, ref_faults);
}

/* The two may part here, but not before the first entry in its secondary PTEG. */
static void compare_abort(struct sequence *q, const struct hpt_rehash *a,
			  const struct ref_place *odd, bool have_odd, unsigned shift,
			  struct totals *t)
{
	uint64_t before = ref_count_bolted(&q->d.ref, odd->pteg * REF_SLOTS + odd->slot);
	struct ref_rehash b;
	enum ref_status rc;

	q->ended = true;
	t->aborts++;
	if (!have_odd) {
		diff_fail(&q->d, "HPT_EABORT without an entry in its secondary PTEG");
		return;
	}
	if (q->c.hpt.tracks_valid) {
		/* KVM HV goes on: a BUG_ON() when that collides, lost entries when not */
		rc = ref_resize(&q->d.ref, shift, false, &b);
		diff_number(&q->d, "abort", "is a shrink that collides",
			    rc == REF_COLLIDE && shift < hpt_shift(q->d.hpt), 0);
		t->aborts_real += rc == REF_COLLIDE;
		diff_number(&q->d, "abort", "slots scanned", a->slots_scanned,
			    rc == REF_COLLIDE ? b.scanned : odd->pteg * REF_SLOTS + odd->slot);
		return;
	}
	diff_place(&q->d, "aborted at", &a->collided, odd);
	diff_number(&q->d, "abort", "slots scanned", a->slots_scanned,
		    odd->pteg * REF_SLOTS + odd->slot);
	diff_number(&q->d, "abort", "moved", a->hptes_moved, before);
	rc = ref_resize(&q->d.ref, shift, false, &b);
	if (rc == REF_ABORT)
		t->aborts_real++;
	if (b.scanned < a->slots_scanned)
		diff_fail(&q->d, "abort: at slot %" PRIu64 ", where the reference stops at %" PRIu64,
			  a->slots_scanned, b.scanned);
}

static void resize_to(struct sequence *q, unsigned shift, bool any_slot, struct totals *t)
{
	struct ref_place odd = { 0 };
	bool fits = hpt_fits(q->d.hpt, shift);
	struct hpt_rehash a;
	struct ref_rehash b;
	enum hpt_status rc = hpt_resize(q->d.hpt, shift,
					any_slot ? REHASH_ANY_SLOT : REHASH_SAME_SLOT, &a);
	enum ref_status ref_rc;

	t->resizes++;
	if (rc == HPT_EABORT) {
		bool have_odd = ref_first_secondary(&q->d.ref, &odd);

		compare_abort(q, &a, &odd, have_odd, shift, t);
		return;
	}
	ref_rc = ref_resize(&q->d.ref, shift, any_slot, &b);
	if (!any_slot)
		diff_number(&q->d, "resize", "fits", fits, ref_rc == REF_OK);
	else if (fits)
		diff_number(&q->d, "resize", "fits by any slot", ref_rc, REF_OK);
	diff_number(&q->d, "resize", "collides", rc == HPT_ECOLLIDE, ref_rc == REF_COLLIDE);
	diff_number(&q->d, "resize", "succeeds", rc == HPT_OK, ref_rc == REF_OK);
	diff_number(&q->d, "resize", "slots scanned", a.slots_scanned, b.scanned);
	diff_number(&q->d, "resize", "moved", a.hptes_moved, b.moved);
	diff_number(&q->d, "resize", "unmapped", a.hptes_unmapped, b.unmapped);
	if (any_slot) {
		q->spread = true;
		diff_table(&q->d);	/* slots change, so counts say little */
		diff_runs(&q->d);
	}
	if (rc != HPT_ECOLLIDE || q->d.failed)
		return;
	t->collisions++;
	diff_place(&q->d, "collided", &a.collided, &b.collided);
	if (!a.occupant_known)
		return;
	diff_place(&q->d, "occupant", &a.occupant, &b.occupant);
	diff_number(&q->d, "resize", "entries in that slot", a.slot_entries,
		    ref_count_slot(&q->d.ref, a.collided.slot));
}

static void op_resize(struct sequence *q, struct totals *t)
{
	unsigned shift = random_shift(q, 26);
	struct ref_place odd;

	resize_to(q, shift, percent(q, 10) && !ref_first_secondary(&q->d.ref, &odd), t);
}

/* As per-section does: a few pages come or go, and the same order is asked for again. */
static void op_attempts(struct sequence *q, struct totals *t)
{
	unsigned lowest = q->c.lowest_shift, from = hpt_shift(q->d.hpt), shift;

	if (from <= lowest)
		return;
	shift = lowest + (unsigned)below(q, from - lowest);
	for (unsigned i = 0; i < 8 && !q->ended && !q->d.failed && hpt_shift(q->d.hpt) == from; i++) {
		struct window *w = &q->windows[below(q, q->window_count)];

		if (percent(q, 20))
			op_unbolt(q, w);
		else if (percent(q, 20))
			op_touch(q, w);
		else
			op_bolt(q, w, t);
		resize_to(q, shift, false, t);
	}
}

static void operate(struct sequence *q, struct totals *t)
{
	struct window *w = &q->windows[below(q, q->window_count)];
	uint64_t dice = below(q, 100);
	unsigned bolts = q->c.dense ? 65 : 45, resizes = q->c.dense ? 3 : 10;

	t->ops++;
	if (dice < bolts)
		op_bolt(q, w, t);
	else if (dice < 75)
		op_unbolt(q, w);
	else if (dice < 85)
		op_touch(q, w);
	else if (dice < 85 + resizes)
		op_resize(q, t);
	else if (dice == 99)
		op_attempts(q, t);
	else
		diff_slots(&q->d, &q->rng, 64);
	if (q->ended || q->d.failed)
		return;
	diff_counts(&q->d);
	if (below(q, 60) == 0) {
		diff_table(&q->d);
		diff_runs(&q->d);
		t->whole_tables++;
	}
	if (below(q, 3000) == 0)
		diff_every_slot(&q->d);
}


/* Returns false when the two differ; @message says where. */
static bool run_sequence(uint64_t seed, struct totals *t, char *message, size_t size)
{
	struct sequence q = { .rng = seed };
	struct ref_layout layout;
	unsigned op = 0, ops;
	uint64_t vrma;

	t->sequences++;
	choose_config(&q);
	mmu_init(&q.d.mmu, &q.c.guest, &q.c.hv, q.c.boot_bytes);
	ref_layout_init(&layout, q.c.major, q.c.minor, q.c.guest.page_shift,
			q.c.hv.max_hpt_page_shift, q.c.boot_bytes);
	layout.small_segments = q.c.guest.segment_shift == SID_SHIFT;
	if (hpt_new(&q.d.hpt, &q.d.mmu, &q.c.hpt) ||
	    !ref_init(&q.d.ref, &layout, q.c.hpt.shift, q.c.hv.kind == HV_KVM_HV,
		      q.c.hpt.secondary_fallback)) {
		snprintf(message, size, "out of memory");
		hpt_free(q.d.hpt);
		return false;
	}
	choose_windows(&q);
	if (q.c.hv.kind == HV_KVM_HV) {
		vrma = 1 + below(&q, ref_pteg_count(&q.d.ref));
		if (vrma > region_limit(&q, MMU_VRMA))
			vrma = region_limit(&q, MMU_VRMA);
		if (hpt_bolt_exact(q.d.hpt, MMU_VRMA, 0, vrma, VRMA_SLOT))
			diff_fail(&q.d, "hpt_bolt_exact() out of memory");
		ref_bolt_exact(&q.d.ref, REF_VRMA, 0, vrma, VRMA_SLOT);
	}
	ops = 10 + (unsigned)below(&q, q.c.wide ? 40 : 150);
	if (q.c.wide)
		op_bolt(&q, &q.windows[q.c.hv.kind == HV_KVM_HV], t);
	while (op < ops && !q.ended && !q.d.failed) {
		operate(&q, t);
		op++;
	}
	snprintf(message, size, "--seed %" PRIu64 " --ops 1: operation %u: %s", seed, op,
		 q.d.message);
	for (unsigned i = 0; i < q.window_count; i++)
		free(q.windows[i].mapped);
	hpt_free(q.d.hpt);
	ref_fini(&q.d.ref);
	return !q.d.failed;
}

static bool read_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	return !errno && *text && !*end;
}

int main(int argc, char **argv)
{
	uint64_t wanted = 40000, seed = 1;
	struct totals t = { 0 };
	char message[400];
	bool same = true;

	for (int i = 1; i < argc; i++) {
		bool ops = !strcmp(argv[i], "--ops");

		if ((!ops && strcmp(argv[i], "--seed")) || i + 1 == argc ||
		    !read_number(argv[i + 1], ops ? &wanted : &seed)) {
			fprintf(stderr, "usage: %s [--ops N] [--seed S]\n", argv[0]);
			return 2;
		}
		i++;
	}
	for (uint64_t s = seed; same && t.ops < wanted; s++)
		same = run_sequence(s, &t, message, sizeof(message));
	printf("1..1\n# from seed %" PRIu64 ": %" PRIu64 " operations in %" PRIu64 " sequences\n",
	       seed, t.ops, t.sequences);
	printf("# resizes %" PRIu64 ", of which collided %" PRIu64 "; mappings that did not fit %" PRIu64
	       "; whole tables compared %" PRIu64 "\n", t.resizes, t.collisions, t.fulls,
	       t.whole_tables);
	printf("# ended by HPT_EABORT %" PRIu64 ", where the real code asserts %" PRIu64
	       " and goes on %" PRIu64 "\n", t.aborts, t.aborts_real, t.aborts - t.aborts_real);
	if (!same) {
		printf("not ok 1 - %s\n", message);
		return 1;
	}
	printf("ok 1 - sim/hpt.h and the reference agree\n");
	return 0;
}
