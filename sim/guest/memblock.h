/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_MEMBLOCK_H
#define HPTSIM_MEMBLOCK_H
/*
 * What the guest's memblock counts as memory, by section. Mostly the memory that
 * is mapped, but not always: pseries_remove_memblock() forgets what is behind the
 * range that it removes.
 */
#include <stdbool.h>
#include <stdint.h>

#define SECTION_SIZE_BITS	24u	/* 16 MiB */

struct memblock {
	uint64_t *sections;	/* a bit each */
	uint64_t section_count;
	uint64_t bytes;		/* memblock_phys_mem_size() */
};

/* Nothing is counted. Returns false when out of memory; memblock_fini() is due either way. */
bool memblock_init(struct memblock *m, uint64_t end_bytes);
void memblock_fini(struct memblock *m);

/* Count a range, or no longer. What is counted already, or not, stays so. */
void memblock_add(struct memblock *m, uint64_t base, uint64_t size);
void memblock_remove(struct memblock *m, uint64_t base, uint64_t size);

/* Bytes of a range that are counted. */
uint64_t memblock_count(const struct memblock *m, uint64_t base, uint64_t size);

#endif
