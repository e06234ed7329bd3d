/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/cost.h"

const struct cost_key cost_keys[] = {
#define COST_ROW(field, limit, text) \
	{ .name = #field, .offset = offsetof(struct cost_profile, field), .max = limit, .doc = text },
	COST_KEYS(COST_ROW)
#undef COST_ROW
};

const size_t cost_key_count = sizeof(cost_keys) / sizeof(cost_keys[0]);

int64_t cost_per_unit_ps(uint64_t units, int64_t ps)
{
	uint64_t price = (uint64_t)ps, whole, rest;

	if (price == 0)
		return 0;
	/* units * price / 1000 without a product that overflows */
	if (units / 1000 > (uint64_t)INT64_MAX / price)
		return INT64_MAX;
	whole = units / 1000 * price;
	rest = units % 1000 * price / 1000;
	return whole > (uint64_t)INT64_MAX - rest ? INT64_MAX : (int64_t)(whole + rest);
}
