/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many there are, and where the first is. */
#include "sim/hypervisor/ptree.h"
#include "sim/hypervisor/ptree_internal.h"

uint64_t ptree_count(const struct ptree_pool *pool, ptree a, unsigned height)
{
	const struct node *n;

	if (!is_draft(pool, a))
		return count_of(pool, a, height);
	n = node_of(pool, a);
	return ptree_count(pool, n->low, height - 1) + ptree_count(pool, n->high, height - 1);
}

uint64_t ptree_count_below(const struct ptree_pool *pool, ptree a, unsigned height,
			   uint64_t pos)
{
	uint64_t count = 0;

	if (pos >> height)
		return ptree_count(pool, a, height);
	while (pos) {
		if (a < UNIFORM)
			return count + (uint64_t)byte_count(a) * pos;
		height--;
		if (pos >> height) {
			count += ptree_count(pool, node_of(pool, a)->low, height);
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
