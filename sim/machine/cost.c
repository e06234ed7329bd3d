/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/machine/cost.h"

#include <string.h>

#include "base/random.h"

const struct cost_key cost_keys[] = {
#define COST_ROW(field, limit, text) \
	{ .name = #field, .offset = offsetof(struct cost_profile, field), .max = limit, .required = true, .doc = text },
	COST_KEYS(COST_ROW)
#undef COST_ROW
#define COST_ROW(field, limit, text) \
	{ .name = #field, .offset = offsetof(struct cost_profile, field), .max = limit, .doc = text },
	COST_KEYS_LATER(COST_ROW)
#undef COST_ROW
};

const size_t cost_key_count = sizeof(cost_keys) / sizeof(cost_keys[0]);

int64_t cost_per_unit_ps(uint64_t units, int64_t ps)
{
	uint64_t price = (uint64_t)ps, whole, rest;

	/* units * price / 1000, of which the product may overflow; a division by @price would be the dearest part */
	if (__builtin_mul_overflow(units / 1000, price, &whole))
		return INT64_MAX;
	rest = units % 1000 * price / 1000;
	return whole > (uint64_t)INT64_MAX - rest ? INT64_MAX : (int64_t)(whole + rest);
}

int64_t cost_get(const struct cost_profile *costs, size_t row)
{
	int64_t value;

	memcpy(&value, (const char *)costs + cost_keys[row].offset, sizeof(value));
	return value;
}

void cost_set(struct cost_profile *costs, size_t row, int64_t value)
{
	memcpy((char *)costs + cost_keys[row].offset, &value, sizeof(value));
}

void cost_at_pace(const struct cost_profile *costs, unsigned percent, struct cost_profile *out)
{
	struct cost_profile at_pace = *costs;

	for (size_t i = 0; i < cost_key_count; i++) {
		int64_t price = cost_get(costs, i);

		/* price * percent / 100 without a product that overflows */
		cost_set(&at_pace, i, price / 100 >= INT64_MAX / (int64_t)percent ? INT64_MAX :
			 price / 100 * (int64_t)percent + price % 100 * (int64_t)percent / 100);
	}
	at_pace.msleep_slack_ns = costs->msleep_slack_ns;
	at_pace.reboot_ns = costs->reboot_ns;
	*out = at_pace;
}

/* A stream that depends on the price's name, not on its place in the table. */
static uint64_t stream_of(const char *name, uint64_t seed, uint64_t draw)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);	/* FNV-1a */
	uint64_t state = seed;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	state = random_next(&state) ^ draw;
	return random_next(&state) ^ hash;
}

#define NORMAL_BITS	16
#define NORMAL_TERMS	12

/*
 * A standard normal number in units of 2^-16: the sum of 12 uniform ones, less
 * its mean. Integers, because libm may differ in the last bit from machine to
 * machine. The tails end at 6; the 5th and 95th percentile are 0.1 % too near.
 */
static int64_t next_normal(uint64_t *state)
{
	int64_t sum = 0;

	for (int i = 0; i < NORMAL_TERMS; i++)
		sum += (int64_t)(random_next(state) >> (64 - 32));
	return (sum >> (32 - NORMAL_BITS)) - (NORMAL_TERMS / 2 << NORMAL_BITS);
}

/* Tries until a normal number is allowed: a mean of 0 needs two on average. */
#define DRAW_TRIES	64

void cost_draw(const struct cost_profile *mean, const struct cost_profile *sd,
	       uint64_t seed, uint64_t draw, struct cost_profile *out)
{
	for (size_t i = 0; i < cost_key_count; i++) {
		int64_t value = cost_get(mean, i), off = cost_get(sd, i), drawn = value;
		uint64_t state = stream_of(cost_keys[i].name, seed, draw);

		for (int try = 0; off && try < DRAW_TRIES; try++) {
			/* at most 3.6e12 * 6 * 2^16 < 2^61 */
			drawn = value + off * next_normal(&state) / (1 << NORMAL_BITS);
			if (drawn >= 0 && drawn <= cost_keys[i].max)
				break;
			drawn = value;
		}
		cost_set(out, i, drawn);
	}
}
