/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/free_pages.h"

#include "sim/units.h"

#define KFENCE_NUM_OBJECTS	255u	/* CONFIG_KFENCE_NUM_OBJECTS, unless somebody chose another */
#define KFENCE_POOL_PAGES	((KFENCE_NUM_OBJECTS + 1u) * 2u)

/* What a range of memory in use is counted from. */
enum anchor { FROM_START, FROM_RMA_END, FROM_END };

/*
 * In use in a small guest that has just booted (tests/recordings, debug_pagealloc):
 * the kernel's image and what it made first; what it has allocated since; what prom_init()
 * and whoever needs memory below the RMA's end took from there down; and what early
 * boot took from the end of memory down: node data, struct pages, hash tables.
 */
static const struct {
	enum anchor anchor;
	int64_t offset_bytes;
	uint64_t bytes;
} in_use[] = {
	{ FROM_START,   0x0,        0x660000 },
	{ FROM_START,   0x8a0000,   0x360000 },
	{ FROM_START,   0xf00000,   0x90000 },
	{ FROM_START,   0x10b0000,  0x50000 },
	{ FROM_START,   0x6000000,  0x11b0000 },
	{ FROM_START,   0x8000000,  0x200000 },
	{ FROM_START,   0x2ff00000, 0x70000 },
	{ FROM_START,   0x2ff80000, 0x80000 },
	{ FROM_RMA_END, -0x80000,   0x80000 },
	{ FROM_END,     -0x2b00000, 0x1b00000 },
	{ FROM_END,     -0xf00000,  0xe00000 },
	{ FROM_END,     -0x80000,   0x80000 },
};

static void unmap(struct guest *g, uint64_t first, uint64_t count)
{
	struct hpt_calls calls = { 0 };

	if (hpt_unbolt(g->hpt, MMU_LINEAR, first, count, &calls))
		g->failed = true;
	g->linear_unmapped += calls.remove_count;
}

/* [*first, *end) of row @i, in pages; empty where the guest has no such memory. */
static void range_of(const struct guest *g, size_t i, uint64_t end_bytes, uint64_t *first,
		     uint64_t *end)
{
	unsigned shift = g->mmu.shift[MMU_LINEAR];
	int64_t base = in_use[i].offset_bytes;

	if (in_use[i].anchor == FROM_RMA_END)
		base += (int64_t)mmu_rma_bytes(&g->sc->guest);
	else if (in_use[i].anchor == FROM_END)
		base += (int64_t)end_bytes;
	*first = (uint64_t)base >> shift;
	*end = ((uint64_t)base + in_use[i].bytes) >> shift;
}

/* The first page from @page on that is in use, and where that range ends. */
static uint64_t next_in_use(const struct guest *g, uint64_t page, uint64_t end_bytes, uint64_t *end)
{
	uint64_t best = end_bytes >> g->mmu.shift[MMU_LINEAR];

	*end = best;
	for (size_t i = 0; i < sizeof(in_use) / sizeof(*in_use); i++) {
		uint64_t first, last;

		range_of(g, i, end_bytes, &first, &last);
		if (first < page)
			first = page;
		if (first < last && first < best) {
			best = first;
			*end = last;
		}
	}
	return best;
}

static void unmap_free(struct guest *g, uint64_t end_bytes)
{
	uint64_t end = end_bytes >> g->mmu.shift[MMU_LINEAR];

	for (uint64_t page = 0, used_end; page < end; page = used_end) {
		uint64_t used = next_in_use(g, page, end_bytes, &used_end);

		if (used > page)
			unmap(g, page, used - page);
	}
}

/* The first two pages of the pool, and the one behind each object. */
static void unmap_guards(struct guest *g, uint64_t end_bytes)
{
	uint64_t pool = (end_bytes >> g->mmu.page_shift) - KFENCE_POOL_PAGES;

	unmap(g, pool, 2);
	for (uint64_t page = 3; page < KFENCE_POOL_PAGES; page += 2)
		unmap(g, pool + page, 1);
}

void free_pages_unmap(struct guest *g, uint64_t end_bytes)
{
	const struct guest_spec *guest = &g->sc->guest;
	bool single = g->mmu.shift[MMU_LINEAR] == g->mmu.page_shift;

	g->linear_unmapped = 0;
	g->tracked_end_bytes = single && mmu_tracks_free_pages(guest, g->memblock_phys_mem_size) ?
			       end_bytes : 0;
	if (single && mmu_kfence(guest) == KFENCE_ON)
		unmap_guards(g, end_bytes);
	if (g->tracked_end_bytes)
		unmap_free(g, end_bytes);
}

void free_pages_onlined(struct guest *g, uint64_t base, uint64_t size)
{
	unsigned shift = g->mmu.shift[MMU_LINEAR];

	if (base < g->tracked_end_bytes)
		unmap(g, base >> shift, size >> shift);
}
