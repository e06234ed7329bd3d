/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/guest/memblock.h"

#include <stdlib.h>

#define WORD_BITS	64u

bool memblock_init(struct memblock *m, uint64_t end_bytes)
{
	uint64_t count = (end_bytes >> SECTION_SIZE_BITS) + 1;

	*m = (struct memblock){ .section_count = count };
	m->sections = calloc((count + WORD_BITS - 1) / WORD_BITS, sizeof(*m->sections));
	return m->sections;
}

void memblock_fini(struct memblock *m)
{
	free(m->sections);
	*m = (struct memblock){ 0 };
}

/* Bits [first, end) that are in the word of @first; @next is where to go on. */
static uint64_t word_mask(uint64_t first, uint64_t end, uint64_t *next)
{
	uint64_t word_end = (first / WORD_BITS + 1) * WORD_BITS;
	uint64_t mask = ~UINT64_C(0) << first % WORD_BITS;

	*next = end < word_end ? end : word_end;
	if (*next % WORD_BITS)
		mask &= (UINT64_C(1) << *next % WORD_BITS) - 1;
	return mask;
}

static uint64_t section_end(const struct memblock *m, uint64_t base, uint64_t size)
{
	uint64_t end = (base + size) >> SECTION_SIZE_BITS;

	return end < m->section_count ? end : m->section_count;
}

void memblock_add(struct memblock *m, uint64_t base, uint64_t size)
{
	uint64_t end = section_end(m, base, size), next;

	for (uint64_t s = base >> SECTION_SIZE_BITS; s < end; s = next) {
		uint64_t *word = &m->sections[s / WORD_BITS], mask = word_mask(s, end, &next);

		m->bytes += (uint64_t)__builtin_popcountll(mask & ~*word) << SECTION_SIZE_BITS;
		*word |= mask;
	}
}

void memblock_remove(struct memblock *m, uint64_t base, uint64_t size)
{
	uint64_t end = section_end(m, base, size), next;

	for (uint64_t s = base >> SECTION_SIZE_BITS; s < end; s = next) {
		uint64_t *word = &m->sections[s / WORD_BITS], mask = word_mask(s, end, &next);

		m->bytes -= (uint64_t)__builtin_popcountll(mask & *word) << SECTION_SIZE_BITS;
		*word &= ~mask;
	}
}

uint64_t memblock_count(const struct memblock *m, uint64_t base, uint64_t size)
{
	uint64_t end = section_end(m, base, size), next, count = 0;

	for (uint64_t s = base >> SECTION_SIZE_BITS; s < end; s = next) {
		uint64_t mask = word_mask(s, end, &next);

		count += (uint64_t)__builtin_popcountll(mask & m->sections[s / WORD_BITS]);
	}
	return count << SECTION_SIZE_BITS;
}
