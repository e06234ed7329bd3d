/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_FREE_PAGES_H
#define HPTSIM_FREE_PAGES_H
/*
 * Pages of the linear map that have no HPTE because the kernel watches for
 * accesses to them: the free ones under debug_pagealloc=on, and the guard pages
 * of KFENCE's pool. Source: hash__kernel_map_pages(), kfence_init_pool().
 *
 * Which pages a guest has in use changes all the time. The model takes what a
 * small kernel was recorded to have in use once booted, and leaves the pages
 * that come and go afterwards out; so it does with objects that KFENCE has
 * freed: up to 255 pages more without an entry.
 */
#include "sim/guest/guest.h"

/**
 * free_pages_unmap - after the boot mappings: take out what has no entry
 * @end_bytes: memblock_end_of_DRAM(), DIMMs at boot included
 *
 * Takes no time. Out of memory is noted in @g.
 */
void free_pages_unmap(struct guest *g, uint64_t end_bytes);

/* Memory came online: below the end of memory at boot, debug_pagealloc unmaps its free pages. */
void free_pages_onlined(struct guest *g, uint64_t base, uint64_t size);

#endif
