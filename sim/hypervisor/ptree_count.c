/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many there are, and where the first is. */
#include "sim/hypervisor/ptree.h"
#include "sim/hypervisor/ptree_internal.h"

uint64_t ptree_count(const struct ptree_pool *pool, ptree a, unsigned height)
{
	return count_of(pool, a, height);
}

uint64_t ptree_count_below(const struct ptree_pool *pool, ptree a, unsigned height,
			   uint64_t pos)
{
	uint64_t count = 0;

	if (pos >> height)
		return count_of(pool, a, height);
	while (pos) {
		if (a < UNIFORM)
			return count + (uint64_t)byte_count(a) * pos;
		height--;
		if (pos >> height) {
			count += count_of(pool, node_of(pool, a)->low, height);
			a = node_of(pool, a)->high;
			pos -= UINT64_C(1) << height;
		} else {
			a = node_of(pool, a)->low;
		}
	}
	return count;
}

uint8_t ptree_first(const struct ptree_pool *pool, ptree a, unsigned height, uint64_t *pos)
{
	uint64_t p = 0;

	while (a >= UNIFORM) {
		const struct node *n = node_of(pool, a);

		height--;
		if (n->low) {
			a = n->low;
		} else {
			a = n->high;
			p |= UINT64_C(1) << height;
		}
	}
	*pos = p;
	return (uint8_t)a;
}
