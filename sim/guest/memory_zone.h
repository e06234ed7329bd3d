/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MEMORY_ZONE_H
#define HPTSIM_MEMORY_ZONE_H
/*
 * What grows with the memory that a guest has: zones, and the lists of memory.
 *
 * Whenever a memory block goes online or offline, set_zone_contiguous() looks at
 * each pageblock of its zone, until a kernel keeps count (KERNEL_ZONE_CONTIGUOUS).
 * Each LMB that was hot-added is a resource of its own, in a list that is walked
 * up to the LMB's place; before KERNEL_BLOCK_XARRAY memory blocks are in another.
 * Holes in a zone, which end the walk, are left out.
 */
#include "sim/guest/guest.h"

/* Memory at boot is in the zones; nothing was hot-added. Takes no time. Returns false when out of memory. */
bool memory_zones_init(struct guest *g, uint64_t boot_bytes);
void memory_zones_fini(struct guest *g);

/* Zone and lists for a range that comes or goes, a multiple of the LMB size; they pass the time it takes. */
void memory_zone_online(struct guest *g, uint64_t base, uint64_t size);
void memory_zone_offline(struct guest *g, uint64_t base, uint64_t size);
void memory_lists_add(struct guest *g, uint64_t base, uint64_t size);
void memory_lists_remove(struct guest *g, uint64_t base, uint64_t size);

#endif
