/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/memory_zone.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel_changes.h"
#include "sim/units.h"

#define PAGEBLOCK_SHIFT		24u	/* 16 MiB with the hash MMU, whatever the page size */
/* find_memory_block(): when a block is made, and when it goes online or offline */
#define BLOCK_LOOKUPS		2u

/* A Fenwick tree over the LMBs: how many below were hot-added. */
static uint64_t count_below(const struct memory_zones *z, uint64_t lmb)
{
	uint64_t count = 0;

	for (; lmb; lmb &= lmb - 1)
		count += z->hot_added[lmb - 1];
	return count;
}

static void change_count(struct memory_zones *z, uint64_t lmb, bool added)
{
	for (uint64_t i = lmb + 1; i <= z->lmb_count; i += i & -i)
		z->hot_added[i - 1] += added ? 1u : UINT32_MAX;
}

bool memory_zones_init(struct guest *g, uint64_t boot_bytes)
{
	struct memory_zones *z = &g->zones;
	uint64_t lmb_bytes = g->sc->guest.lmb_bytes;
	unsigned nodes = g->sc->guest.node_count ? g->sc->guest.node_count : 1;

	memory_zones_fini(g);
	z->lmb_count = g->mapped_end_bytes / lmb_bytes;
	z->hot_added = calloc(z->lmb_count ? z->lmb_count : 1, sizeof(*z->hot_added));
	z->boot_blocks = boot_bytes / lmb_bytes;
	z->node_bytes = (g->mapped_end_bytes / nodes / lmb_bytes + 1) * lmb_bytes;
	if (!g->sc->guest.online_movable)
		for (uint64_t base = 0; base < boot_bytes; base += z->node_bytes)
			z->bytes[base / z->node_bytes] =
				boot_bytes - base < z->node_bytes ? boot_bytes - base : z->node_bytes;
	return z->hot_added;
}

void memory_zones_fini(struct guest *g)
{
	free(g->zones.hot_added);
	memset(&g->zones, 0, sizeof(g->zones));
}

/*
 * Before KERNEL_NID_SINGLE an LMB's node was searched for while it was not
 * ASSIGNED yet, so it was not found, and its memory joined the first node.
 */
static uint64_t *zone_of(struct guest *g, uint64_t base)
{
	uint64_t node = base / g->zones.node_bytes;

	return &g->zones.bytes[kernel_has(g->sc->guest.kernel, KERNEL_NID_SINGLE) ? node : 0];
}

/* set_zone_contiguous() */
static void walk_zone(struct guest *g, enum sim_phase phase, uint64_t zone_bytes)
{
	if (!kernel_has(g->sc->guest.kernel, KERNEL_ZONE_CONTIGUOUS))
		guest_spend_on(g, phase, "set_zone_contiguous",
			       cost_per_unit_ps(zone_bytes >> PAGEBLOCK_SHIFT, g->cost->zone_walk_ps));
}

void memory_zone_online(struct guest *g, uint64_t base, uint64_t size)
{
	uint64_t *zone = zone_of(g, base);

	*zone += size;
	walk_zone(g, PHASE_ONLINE, *zone);
}

void memory_zone_offline(struct guest *g, uint64_t base, uint64_t size)
{
	uint64_t *zone = zone_of(g, base);

	/* memory at boot may be in another zone than the hot-added */
	*zone -= *zone < size ? *zone : size;
	walk_zone(g, PHASE_OFFLINE, *zone);
}

/* Resources below the range, and memory blocks where they are in a list. */
static void walk_lists(struct guest *g, uint64_t lmb)
{
	uint64_t passed = 1 + count_below(&g->zones, lmb);

	if (!kernel_has(g->sc->guest.kernel, KERNEL_BLOCK_XARRAY))
		passed += BLOCK_LOOKUPS * (g->zones.boot_blocks + count_below(&g->zones, lmb));
	guest_spend_on(g, PHASE_LMB, "list of memory", cost_per_unit_ps(passed, g->cost->list_walk_ps));
}

void memory_lists_add(struct guest *g, uint64_t base, uint64_t size)
{
	uint64_t lmb_bytes = g->sc->guest.lmb_bytes;

	walk_lists(g, base / lmb_bytes);
	for (uint64_t lmb = base / lmb_bytes; lmb < (base + size) / lmb_bytes; lmb++)
		change_count(&g->zones, lmb, true);
}

void memory_lists_remove(struct guest *g, uint64_t base, uint64_t size)
{
	uint64_t lmb_bytes = g->sc->guest.lmb_bytes;

	walk_lists(g, base / lmb_bytes);
	/* a piece of an LMB takes it off the list when it is the last one */
	for (uint64_t lmb = base / lmb_bytes; lmb < (base + size) / lmb_bytes; lmb++) {
		if (count_below(&g->zones, lmb + 1) > count_below(&g->zones, lmb))
			change_count(&g->zones, lmb, false);
		else if (g->zones.boot_blocks)
			g->zones.boot_blocks--;
	}
}
