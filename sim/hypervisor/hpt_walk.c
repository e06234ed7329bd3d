/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at the table: whose entry is where. */
#include <stdlib.h>

#include "sim/hpt.h"
#include "sim/hypervisor/hpt_internal.h"

bool hpt_find_in(const struct hpt *hpt, ptree entries, unsigned bits, unsigned height,
		    uint64_t pteg, unsigned slot, uint64_t *pos)
{
	if (entries == 0)
		return false;
	if (bits <= height) {
		*pos += pteg & ((UINT64_C(1) << bits) - 1);
		return ptree_get(hpt->pool, entries, bits, *pos & ((UINT64_C(1) << bits) - 1)) >>
		       slot & 1;
	}
	bits--;
	for (unsigned half = 0; half < 2; half++) {
		uint64_t p = *pos + ((uint64_t)half << bits);
		ptree part = half ? ptree_high(hpt->pool, entries) : ptree_low(hpt->pool, entries);

		if (hpt_find_in(hpt, part, bits, height, pteg, slot, &p)) {
			*pos = p;
			return true;
		}
	}
	return false;
}

/* Could a segment have pages whose PTEG, under the mask, is @pteg? */
static bool reaches(const struct hpt *hpt, const struct hpt_region *region, uint64_t hash,
		    uint64_t pteg)
{
	return ((hash ^ pteg) & hpt_mask(hpt)) >> region->bits == 0;
}

bool hpt_lookup(const struct hpt *hpt, uint64_t pteg, unsigned slot, struct hpt_entry *entry)
{
	unsigned height = hpt_height(hpt);

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		const struct hpt_region *region = &hpt->regions[r];
		uint64_t in_segment = (UINT64_C(1) << region->bits) - 1;

		for (uint64_t s = 0; s < region->count; s++) {
			const struct hpt_segment *seg = &region->segments[s];
			bool secondary = false, found = false;
			uint64_t pos = 0;

			if (reaches(hpt, region, seg->hash, pteg))
				found = hpt_find_in(hpt, ptree_var_peek(&seg->primary), region->bits, height, pteg,
						slot, &pos);
			if (!found && ptree_var_peek(&seg->secondary) && reaches(hpt, region, ~seg->hash, pteg)) {
				pos = 0;
				secondary = true;
				found = hpt_find_in(hpt, ptree_var_peek(&seg->secondary), region->bits,
						    height, ~pteg, slot, &pos);
			}
			if (!found)
				continue;
			*entry = (struct hpt_entry){
				.pteg = pteg, .slot = slot, .region = r,
				.page = s << region->bits | ((pos ^ seg->hash) & in_segment),
				.secondary = secondary,
			};
			return true;
		}
	}
	return false;
}

/* A part of a segment's tree that lies over the PTEGs at hand. */
struct layer {
	ptree entries;
	unsigned bits;		/* height of `entries` */
	uint64_t hash;		/* hash value of its position 0 */
	unsigned region;
	uint64_t segment;
	bool secondary;
};

struct walk {
	const struct hpt *hpt;
	struct layer *layers;	/* a stack: each level of the walk adds its own at the end */
	size_t used, cap;
	bool failed;
	void (*fn)(void *ctx, const struct hpt_entry *entry);
	void *ctx;
};

static void push(struct walk *w, struct layer layer)
{
	if (w->used == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 256;
		struct layer *layers = realloc(w->layers, cap * sizeof(*layers));

		if (!layers) {
			w->failed = true;
			return;
		}
		w->layers = layers;
		w->cap = cap;
	}
	w->layers[w->used++] = layer;
}

static struct layer half_of(const struct hpt *hpt, const struct layer *l, bool high)
{
	struct layer half = *l;

	half.bits--;
	half.entries = high ? ptree_high(hpt->pool, l->entries) : ptree_low(hpt->pool, l->entries);
	if (high)
		half.hash |= UINT64_C(1) << half.bits;
	return half;
}

/* A layer that wraps around the table is several layers. */
static void push_unwrapped(struct walk *w, struct layer layer)
{
	if (layer.entries == 0)
		return;
	if (layer.bits <= hpt_height(w->hpt)) {
		push(w, layer);
		return;
	}
	push_unwrapped(w, half_of(w->hpt, &layer, false));
	push_unwrapped(w, half_of(w->hpt, &layer, true));
}

static void emit(struct walk *w, size_t first, size_t end, uint64_t pteg)
{
	const struct hpt *hpt = w->hpt;

	for (unsigned slot = 0; slot < HPTES_PER_GROUP; slot++) {
		for (size_t i = first; i < end; i++) {
			const struct layer *l = &w->layers[i];
			const struct hpt_region *region = &hpt->regions[l->region];
			uint64_t in_segment = (UINT64_C(1) << region->bits) - 1;
			struct hpt_entry entry;

			if (!(l->entries >> slot & 1))
				continue;
			entry = (struct hpt_entry){
				.pteg = pteg, .slot = slot, .region = l->region,
				.page = l->segment << region->bits |
					((l->hash ^ region->segments[l->segment].hash) & in_segment),
				.secondary = l->secondary,
			};
			w->fn(w->ctx, &entry);
			break;
		}
	}
}

/* PTEGs [pteg, pteg + 2^height) with the layers [first, end) over them. */
static void walk_block(struct walk *w, size_t first, size_t end, uint64_t pteg, unsigned height)
{
	if (first == end || w->failed)
		return;
	if (height == 0) {
		emit(w, first, end, pteg);
		return;
	}
	height--;
	for (unsigned high = 0; high < 2; high++) {
		uint64_t half = pteg + ((uint64_t)high << height);
		size_t mine = w->used;

		for (size_t i = first; i < end && !w->failed; i++) {
			struct layer l = w->layers[i];

			if (l.bits > height) {
				l = half_of(w->hpt, &l, l.secondary ? !high : high);
			} else {
				uint64_t hash = l.secondary ? ~l.hash : l.hash;

				if ((hash >> height & 1) != high)
					continue;
			}
			if (l.entries)
				push(w, l);
		}
		walk_block(w, mine, w->used, half, height);
		w->used = mine;
	}
}

enum hpt_status hpt_for_each(const struct hpt *hpt,
			     void (*fn)(void *ctx, const struct hpt_entry *entry), void *ctx)
{
	struct walk w = { .hpt = hpt, .fn = fn, .ctx = ctx };

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		const struct hpt_region *region = &hpt->regions[r];

		for (uint64_t s = 0; s < region->count; s++) {
			const struct hpt_segment *seg = &region->segments[s];
			struct layer l = {
				.entries = ptree_var_peek(&seg->primary), .bits = region->bits,
				.hash = seg->hash & ~((UINT64_C(1) << region->bits) - 1),
				.region = r, .segment = s,
			};

			push_unwrapped(&w, l);
			l.entries = ptree_var_peek(&seg->secondary);
			l.secondary = true;
			push_unwrapped(&w, l);
		}
	}
	walk_block(&w, 0, w.used, 0, hpt_height(hpt));
	free(w.layers);
	return w.failed ? HPT_ENOMEM : HPT_OK;
}

struct run_walk {
	struct hpt_run run;	/* page_count 0: none yet */
	void (*fn)(void *ctx, const struct hpt_run *run);
	void *ctx;
};

static void add_run(struct run_walk *w, const struct hpt_run *r)
{
	if (w->run.page_count && w->run.slot == r->slot && w->run.secondary == r->secondary &&
	    w->run.region == r->region && w->run.first + w->run.page_count == r->first) {
		w->run.page_count += r->page_count;
		return;
	}
	if (w->run.page_count)
		w->fn(w->ctx, &w->run);
	w->run = *r;
}

/* Pages in ascending order: position xor hash. */
static void walk_pages(const struct hpt *hpt, struct run_walk *w, struct hpt_run at,
		       ptree primary, ptree secondary, unsigned bits, uint64_t hash)
{
	bool swap;

	if (primary == 0 && secondary == 0)
		return;
	if (primary < 256 && secondary < 256) {
		at.secondary = primary == 0;
		at.slot = (unsigned)__builtin_ctz(primary ? primary : secondary);
		at.page_count = UINT64_C(1) << bits;
		add_run(w, &at);
		return;
	}
	bits--;
	swap = hash >> bits & 1;
	for (unsigned half = 0; half < 2; half++) {
		bool high = half != swap;

		walk_pages(hpt, w, at,
			   high ? ptree_high(hpt->pool, primary) : ptree_low(hpt->pool, primary),
			   high ? ptree_high(hpt->pool, secondary) : ptree_low(hpt->pool, secondary),
			   bits, hash);
		at.first += UINT64_C(1) << bits;
	}
}

struct secondary_search {
	enum mmu_region region;
	uint64_t first, end;	/* pages; first: the lowest one found */
	bool found;
};

static void look_at_run(void *ctx, const struct hpt_run *run)
{
	struct secondary_search *s = ctx;

	if (s->found || !run->secondary || run->region != s->region || run->first >= s->end ||
	    run->first + run->page_count <= s->first)
		return;
	s->found = true;
	if (run->first > s->first)
		s->first = run->first;
}

bool hpt_first_secondary(const struct hpt *hpt, enum mmu_region region, uint64_t first,
			 uint64_t page_count, uint64_t *page)
{
	struct secondary_search s = { .region = region, .first = first, .end = first + page_count };

	hpt_for_each_run(hpt, look_at_run, &s);
	if (s.found)
		*page = s.first;
	return s.found;
}

void hpt_for_each_run(const struct hpt *hpt,
		      void (*fn)(void *ctx, const struct hpt_run *run), void *ctx)
{
	struct run_walk w = { .fn = fn, .ctx = ctx };

	for (unsigned r = 0; r < MMU_REGION_COUNT; r++) {
		const struct hpt_region *region = &hpt->regions[r];

		for (uint64_t s = 0; s < region->count; s++) {
			struct hpt_run at = { .region = r, .first = s << region->bits };

			walk_pages(hpt, &w, at, ptree_var_peek(&region->segments[s].primary),
				   ptree_var_peek(&region->segments[s].secondary), region->bits,
				   region->segments[s].hash);
		}
	}
	if (w.run.page_count)
		fn(ctx, &w.run);
}
