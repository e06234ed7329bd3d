// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/tee.h"

#include <assert.h>

#define TEE_FORWARD(event) \
	static void tee_##event(void *ctx, const struct sim_##event *ev) \
	{ \
		const struct tee *tee = ctx; \
\
		for (size_t i = 0; i < tee->count; i++) \
			if (tee->sinks[i].event) \
				tee->sinks[i].event(tee->sinks[i].ctx, ev); \
	}
SIM_EVENTS(TEE_FORWARD)

void tee_add(struct tee *tee, struct sim_sink sink)
{
	assert(tee->count < TEE_MAX);
	tee->sinks[tee->count++] = sink;
}

struct sim_sink tee_sink(struct tee *tee)
{
	struct sim_sink out = { .ctx = tee };

	/* what nobody listens to costs nothing */
#define TEE_MEMBER(event) \
	for (size_t i = 0; i < tee->count; i++) \
		if (tee->sinks[i].event) \
			out.event = tee_##event;
	SIM_EVENTS(TEE_MEMBER)
#undef TEE_MEMBER
	return out;
}
